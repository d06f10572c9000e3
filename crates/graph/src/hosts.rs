//! Where a cloud's sign-in and Graph live (Microsoft: "National cloud deployments"). A token is only ever sent to the
//! Graph host named here, and links from answers are followed only there.

use std::net::IpAddr;

use url::{Host, Url};

/// The two hosts of a connection, each a base without a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hosts {
    login: Url,
    graph: Url,
}

/// Clouds with documented hosts. Apps and tokens of one cloud mean nothing in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cloud {
    /// Worldwide, GCC included.
    Global,
    /// US Government L4 (GCC High).
    UsGov,
    /// US Government L5 (DoD).
    UsGovDod,
    /// China, operated by 21Vianet.
    China,
}

/// Why a base address is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadHosts {
    /// No address at all.
    #[error("“{0}” is not an address")]
    NotAnAddress(String),
    /// Neither https nor http to this machine itself.
    #[error("“{0}” must use https (http is allowed to this machine only)")]
    NotSecure(String),
    /// A path, query, fragment or user name in it.
    #[error("“{0}” must be a base without path, query or user name, such as https://graph.microsoft.com")]
    NotABase(String),
}

impl Hosts {
    /// The documented hosts of a cloud.
    #[expect(
        clippy::expect_used,
        clippy::missing_panics_doc,
        reason = "constants, all of them parsed by a test"
    )]
    pub fn cloud(cloud: Cloud) -> Self {
        let (login, graph) = match cloud {
            Cloud::Global => ("https://login.microsoftonline.com", "https://graph.microsoft.com"),
            Cloud::UsGov => ("https://login.microsoftonline.us", "https://graph.microsoft.us"),
            Cloud::UsGovDod => ("https://login.microsoftonline.us", "https://dod-graph.microsoft.us"),
            Cloud::China => {
                ("https://login.partner.microsoftonline.cn", "https://microsoftgraph.chinacloudapi.cn")
            }
        };
        Self::custom(login, graph).expect("constant hosts")
    }

    /// Hosts of another cloud, or of a simulated tenant on this machine.
    pub fn custom(login: &str, graph: &str) -> Result<Self, BadHosts> {
        Ok(Self { login: base(login)?, graph: base(graph)? })
    }

    /// The sign-in host.
    pub fn login(&self) -> &Url {
        &self.login
    }

    /// The Graph host.
    pub fn graph(&self) -> &Url {
        &self.graph
    }

    /// Whether both hosts are this machine, so that no proxy stands between.
    pub(crate) fn is_loopback(&self) -> bool {
        loopback(&self.login) && loopback(&self.graph)
    }

    /// The only scope that client credentials may ask for.
    pub(crate) fn scope(&self) -> String {
        format!("{}/.default", origin(&self.graph))
    }

    /// The token endpoint of a tenant; also the audience of a client assertion.
    pub(crate) fn token_url(&self, tenant: &str) -> Url {
        self.login_url(&[tenant, "oauth2", "v2.0", "token"])
    }

    /// An address of the sign-in host with these parts, whatever is in them.
    pub(crate) fn login_url(&self, parts: &[&str]) -> Url {
        let mut url = self.login.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.clear().extend(parts);
        }
        url
    }

    /// An address of Graph by its parts, each encoded.
    pub(crate) fn graph_path(&self, parts: &[&str]) -> Url {
        let mut url = self.graph.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.clear().push("v1.0").extend(parts);
        }
        url
    }

    /// An address below `/v1.0` of Graph; `path` starts with a slash and is already encoded.
    pub(crate) fn graph_url(&self, path: &str, query: Option<&str>) -> Url {
        let mut url = self.graph.clone();
        url.set_path(&format!("/v1.0{path}"));
        url.set_query(query);
        url
    }

    /// A link from an answer, if it stays on the Graph host (scheme, host and port).
    pub(crate) fn own_link(&self, link: &str) -> Option<Url> {
        let url = Url::parse(link).ok()?;
        let same =
            url.origin() == self.graph.origin() && url.username().is_empty() && url.password().is_none();
        same.then_some(url)
    }
}

fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

fn base(text: &str) -> Result<Url, BadHosts> {
    let url = Url::parse(text.trim()).map_err(|_| BadHosts::NotAnAddress(text.to_owned()))?;
    if !url.has_host() {
        return Err(BadHosts::NotAnAddress(text.to_owned()));
    }
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    if !bare || !url.username().is_empty() || url.password().is_some() {
        return Err(BadHosts::NotABase(text.to_owned()));
    }
    let secure = url.scheme() == "https" || (url.scheme() == "http" && loopback(&url));
    if secure { Ok(url) } else { Err(BadHosts::NotSecure(text.to_owned())) }
}

fn loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cloud_has_its_pair() {
        for cloud in [Cloud::Global, Cloud::UsGov, Cloud::UsGovDod, Cloud::China] {
            let hosts = Hosts::cloud(cloud);
            assert_ne!(hosts.login(), hosts.graph());
        }
        assert_eq!(Hosts::cloud(Cloud::Global).scope(), "https://graph.microsoft.com/.default");
        assert_eq!(Hosts::cloud(Cloud::UsGovDod).scope(), "https://dod-graph.microsoft.us/.default");
    }

    #[test]
    fn plain_http_goes_to_this_machine_only() {
        for good in
            ["http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:9", "https://graph.microsoft.com/"]
        {
            assert!(Hosts::custom(good, good).is_ok(), "{good}");
        }
        let bad = |text| Hosts::custom(text, "https://graph.microsoft.com");
        assert!(matches!(bad("http://login.microsoftonline.com"), Err(BadHosts::NotSecure(_))));
        assert!(matches!(bad("http://127.0.0.1.example.com"), Err(BadHosts::NotSecure(_))));
        assert!(matches!(bad("https://login.microsoftonline.com/common"), Err(BadHosts::NotABase(_))));
        assert!(matches!(bad("https://a:b@login.microsoftonline.com"), Err(BadHosts::NotABase(_))));
        assert!(matches!(bad("https://login.microsoftonline.com?x=1"), Err(BadHosts::NotABase(_))));
        assert!(matches!(bad("login.microsoftonline.com"), Err(BadHosts::NotAnAddress(_))));
    }

    #[test]
    fn links_are_followed_only_to_the_configured_host() {
        let hosts = Hosts::cloud(Cloud::Global);
        assert!(hosts.own_link("https://graph.microsoft.com/v1.0/users/delta?$skiptoken=x").is_some());
        assert!(hosts.own_link("https://GRAPH.microsoft.com:443/v1.0/users").is_some());
        for foreign in [
            "http://graph.microsoft.com/v1.0/users",
            "https://graph.microsoft.com:444/v1.0/users",
            "https://graph.microsoft.com.evil.example/v1.0/users",
            "https://x@graph.microsoft.com/v1.0/users",
            "/v1.0/users",
        ] {
            assert!(hosts.own_link(foreign).is_none(), "{foreign}");
        }
    }

    #[test]
    fn a_tenant_stays_one_segment_of_the_token_address() {
        let url = Hosts::cloud(Cloud::Global).token_url("x/../y?z");
        assert_eq!(url.as_str(), "https://login.microsoftonline.com/x%2F..%2Fy%3Fz/oauth2/v2.0/token");
    }
}
