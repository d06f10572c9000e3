//! Single objects by id, and the bin. "Not found" is one of three things, told apart by asking the bin
//! (Microsoft: "Get deleted item"): softly deleted, gone, or not readable.

use model::SourceId;
use model::source::{SourceUser, UserChange};

use crate::call::{Call, Prepared};
use crate::client::Client;
use crate::cursor::Collection;
use crate::error::{Detail, GraphError};
use crate::hosts::Hosts;
use crate::walk::{Chain, Step};
use crate::wire::page::Sheet;
use crate::wire::plans::MailboxPlans;
use crate::wire::user;

/// What asking for one object brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup<T> {
    /// It lives.
    Found(T),
    /// It lies in the bin and may be restored.
    Deleted,
    /// It is neither there nor in the bin: gone, of another tenant, or not yet known to the copy that answered.
    Gone,
    /// It may not be read; nothing is known.
    Refused,
}

impl Client {
    /// One user, now. An id that is no GUID is never asked for.
    pub async fn user(&self, id: &SourceId) -> Result<Lookup<SourceUser>, GraphError> {
        if !matches!(id, SourceId::Guid(_)) {
            return Ok(Lookup::Refused);
        }
        match self.call(&UserCall { id, plans: &self.plans }).await {
            Ok(Some(user)) => Ok(Lookup::Found(user)),
            Ok(None) | Err(GraphError::ConsentMissing { .. }) => Ok(Lookup::Refused),
            Err(GraphError::Gone(_)) => self.in_bin(id).await,
            Err(error) => Err(error),
        }
    }

    /// Users with this address as mail or sign-in name, now; an address that several share finds them all.
    pub async fn users_named(&self, address: &str) -> Result<Vec<SourceUser>, GraphError> {
        let step = Step::Own { path: "/users".into(), query: named_query(address) };
        let mut chain = Chain::at(self.clone(), Collection::Users, step);
        let mut users = Vec::new();
        while let Some(page) = chain.next_page::<UserChange>(&self.plans).await? {
            users.extend(page.items.into_iter().filter_map(|item| match item {
                UserChange::Upsert(user) => Some(*user),
                UserChange::Removed { .. } => None,
            }));
        }
        Ok(users)
    }

    async fn in_bin(&self, id: &SourceId) -> Result<Lookup<SourceUser>, GraphError> {
        match self.call(&BinCall { id }).await {
            Ok(()) => Ok(Lookup::Deleted),
            Err(GraphError::Gone(_)) => Ok(Lookup::Gone),
            Err(GraphError::ConsentMissing { .. }) => Ok(Lookup::Refused),
            Err(error) => Err(error),
        }
    }

    /// Users in the bin.
    pub async fn deleted_users(&self) -> Result<Vec<SourceId>, GraphError> {
        self.bin(Collection::Users, "microsoft.graph.user").await
    }

    /// Groups in the bin; needs a permission beyond the usual ones (`Group.Read.All`).
    pub async fn deleted_groups(&self) -> Result<Vec<SourceId>, GraphError> {
        self.bin(Collection::Groups, "microsoft.graph.group").await
    }

    async fn bin(&self, of: Collection, cast: &str) -> Result<Vec<SourceId>, GraphError> {
        let path = format!("/directory/deletedItems/{cast}");
        let step = Step::Own { path, query: "$select=id&$top=999".into() };
        let mut chain = Chain::at(self.clone(), of, step);
        let mut ids = Vec::new();
        while let Some(page) = chain.next_page::<SourceId>(&()).await? {
            ids.extend(page.items);
        }
        Ok(ids)
    }
}

fn named_query(address: &str) -> String {
    let value = literal(address);
    format!("$filter=mail%20eq%20{value}%20or%20userPrincipalName%20eq%20{value}&$select={}", user::SELECT)
}

/// A text in a filter. Quotes are doubled (OData 4.01, 5.1.1.11.1), and everything but letters and digits is
/// percent-encoded: a plus sign in an address would arrive as a blank.
pub(crate) fn literal(text: &str) -> String {
    let encode = |byte: u8| match byte {
        letter if letter.is_ascii_alphanumeric() => char::from(letter).to_string(),
        other => format!("%{other:02X}"),
    };
    let value: String = text.replace('\'', "''").bytes().map(encode).collect();
    format!("%27{value}%27")
}

/// `GET /users/{id}`; `None` if its properties are hidden.
struct UserCall<'a> {
    id: &'a SourceId,
    plans: &'a MailboxPlans,
}

impl Call for UserCall<'_> {
    type Answer = Option<SourceUser>;

    fn prepare(&self, hosts: &Hosts) -> Prepared {
        let query = format!("$select={}", user::SELECT);
        Prepared::get(hosts.graph_url(&format!("/users/{}", self.id), Some(&query)), 1)
    }

    fn parse(&self, body: &[u8]) -> Result<Self::Answer, Detail> {
        // A single user has the form of an item in a list, so it is read as a list of one.
        let page = [b"{\"value\":[", body, b"]}"].concat();
        let sheet = Sheet::<UserChange>::read(&page, self.plans)?;
        match sheet.items.into_iter().next() {
            Some(UserChange::Upsert(user)) if user.id == *self.id => Ok(Some(*user)),
            Some(UserChange::Upsert(_) | UserChange::Removed { .. }) => Err(Detail::Json),
            None if sheet.unreadable.is_empty() => Err(Detail::Json),
            None => Ok(None),
        }
    }
}

/// `GET /directory/deletedItems/{id}`.
struct BinCall<'a> {
    id: &'a SourceId,
}

impl Call for BinCall<'_> {
    type Answer = ();

    fn prepare(&self, hosts: &Hosts) -> Prepared {
        Prepared::get(hosts.graph_url(&format!("/directory/deletedItems/{}", self.id), Some("$select=id")), 1)
    }

    fn parse(&self, body: &[u8]) -> Result<(), Detail> {
        let page = [b"{\"value\":[", body, b"]}"].concat();
        let found = Sheet::<SourceId>::read(&page, &())?.items;
        if found.contains(self.id) { Ok(()) } else { Err(Detail::Json) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hosts::Cloud;

    #[test]
    fn an_address_is_asked_for_as_it_is() {
        let query = named_query("o'neil+x@muster.example");
        assert!(
            query.starts_with("$filter=mail%20eq%20%27o%27%27neil%2Bx%40muster%2Eexample%27%20or%20user"),
            "{query}"
        );
    }

    #[test]
    fn a_user_is_asked_for_by_id_with_all_properties() {
        let id: SourceId = "00000000-0000-4000-8000-000000000001".parse().unwrap();
        let plans = MailboxPlans::default();
        let call = UserCall { id: &id, plans: &plans };
        let url = call.prepare(&Hosts::cloud(Cloud::Global)).url;
        assert!(
            url.as_str()
                .starts_with("https://graph.microsoft.com/v1.0/users/00000000-0000-4000-8000-000000000001?")
        );
        assert!(url.as_str().contains("assignedPlans"));
        let body =
            r#"{"@odata.context":"c","id":"00000000-0000-4000-8000-000000000001","accountEnabled":false}"#;
        assert!(!call.parse(body.as_bytes()).unwrap().unwrap().enabled);
        assert!(
            call.parse(br#"{"id":"00000000-0000-4000-8000-000000000002","accountEnabled":true}"#).is_err()
        );
        assert_eq!(call.parse(br#"{"id":"00000000-0000-4000-8000-000000000001"}"#), Ok(None));
        assert!(call.parse(b"<html>").is_err());
    }
}
