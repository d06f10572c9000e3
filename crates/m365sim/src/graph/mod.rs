//! Microsoft Graph: routing by hand, since OData paths (`delta()`, `(appId='..')`, casts) suit no router.

pub(crate) mod batch;
pub(crate) mod delta;
pub(crate) mod delta_page;
pub(crate) mod delta_plan;
pub(crate) mod delta_token;
pub(crate) mod filter;
pub(crate) mod filter_eval;
pub(crate) mod list;
pub(crate) mod lookup;
pub(crate) mod mail;
pub(crate) mod members;
pub(crate) mod query;
pub(crate) mod refusal;
pub(crate) mod render;
pub(crate) mod route;
pub(crate) mod select;
pub(crate) mod single;
pub(crate) mod slice;
pub(crate) mod tenant_info;

use http::HeaderMap;

use crate::graph::query::Query;
use crate::world::roles::Roles;
use crate::world::tenant::TenantHandle;

/// One Graph request, alone or from a batch, with everything an answer needs.
pub(crate) struct Call<'a> {
    pub(crate) tenant: &'a TenantHandle,
    /// The server's own origin, for links.
    pub(crate) base: &'a str,
    pub(crate) roles: &'a Roles,
    pub(crate) method: &'a str,
    /// Segments after `/v1.0`, decoded.
    pub(crate) path: Vec<String>,
    pub(crate) query: Query,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
    /// The list is to lie empty.
    pub(crate) lie: bool,
}

impl Call<'_> {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|v| v.to_str().ok())
    }

    /// `ConsistencyLevel: eventual`.
    pub(crate) fn eventual(&self) -> bool {
        self.header("consistencylevel").is_some_and(|v| v.eq_ignore_ascii_case("eventual"))
    }

    /// The advanced query mode: the header and `$count=true`.
    pub(crate) fn advanced(&self) -> bool {
        self.eventual() && self.query.count
    }
}

/// What an answer should look like: the name of its entry in the contract.
pub(crate) type Shape = &'static str;

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) shape: Shape,
}

impl Reply {
    pub(crate) fn json(shape: Shape, body: Vec<u8>) -> Self {
        let kind = "application/json;odata.metadata=minimal;odata.streaming=true;\
                    IEEE754Compatible=false;charset=utf-8";
        Self { status: 200, headers: vec![("content-type", kind.to_owned())], body, shape }
    }
}
