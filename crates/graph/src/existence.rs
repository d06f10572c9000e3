//! Which of these people exist? Asked before anybody is removed because of absence from a complete read (W3), so the
//! question carries a control: the id of someone who is known to live. If the answer misses the control, it proves
//! nothing. A filtered list never confirms.

use std::collections::HashSet;

use model::SourceId;
use serde::Serialize;

use crate::batch::{BATCH, Batch};
use crate::call::{Call, Prepared};
use crate::client::Client;
use crate::error::{Detail, GraphError};
use crate::hosts::Hosts;
use crate::wire::page::Sheet;

/// Ids that one getByIds takes, the control included.
const AT_ONCE: usize = 1000;

/// What the source says about a set of ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Existence {
    /// These live; of the others asked for, none does.
    Known {
        /// Those that live, without the control.
        living: HashSet<SourceId>,
    },
    /// The control was not found or the question was refused: nothing is known about anybody.
    Unknown,
}

impl Client {
    /// Which of these users live. Ids that are no GUIDs are never asked for and count as living.
    pub async fn living_ids(&self, ids: &[SourceId], control: &SourceId) -> Result<Existence, GraphError> {
        let (asked, odd): (Vec<_>, Vec<_>) =
            ids.iter().cloned().partition(|id| matches!(id, SourceId::Guid(_)));
        let mut living: HashSet<SourceId> = odd.into_iter().collect();
        for chunk in asked.chunks(AT_ONCE - 1) {
            let found = match self.call(&ByIds { ids: chunk, control }).await {
                Err(GraphError::ConsentMissing { .. }) => self.living_one_by_one(chunk, control).await?,
                found => Some(found?),
            };
            match found.filter(|found| found.contains(control)) {
                Some(found) => living.extend(found.into_iter().filter(|id| chunk.contains(id))),
                None => return Ok(Existence::Unknown),
            }
        }
        Ok(Existence::Known { living })
    }

    /// Which of these users are not there, each asked for by itself: `GET /users/{id}` answers 404. Needs no control. Whoever
    /// may not be read, or has an id that is no GUID, is not among them.
    pub async fn not_found(&self, ids: &[SourceId]) -> Result<HashSet<SourceId>, GraphError> {
        let mut gone = HashSet::new();
        let asked: Vec<&SourceId> = ids.iter().filter(|id| matches!(id, SourceId::Guid(_))).collect();
        for chunk in asked.chunks(BATCH) {
            for (id, found) in self.each_by_id(chunk).await? {
                if found == Found::No {
                    gone.insert(id.clone());
                }
            }
        }
        Ok(gone)
    }

    /// Without the right to getByIds, each id by itself; `None` if one may not be read.
    async fn living_one_by_one(
        &self,
        ids: &[SourceId],
        control: &SourceId,
    ) -> Result<Option<HashSet<SourceId>>, GraphError> {
        let mut living = HashSet::new();
        for chunk in ids.chunks(BATCH - 1) {
            let asked: Vec<&SourceId> = chunk.iter().chain([control]).collect();
            for (id, found) in self.each_by_id(&asked).await? {
                match found {
                    Found::Yes => drop(living.insert(id.clone())),
                    Found::No => {}
                    Found::Refused => return Ok(None),
                }
            }
            if !living.contains(control) {
                return Ok(None);
            }
        }
        Ok(Some(living))
    }

    /// Each of these, at most [`BATCH`], by `GET /users/{id}`.
    async fn each_by_id<'i>(&self, ids: &[&'i SourceId]) -> Result<Vec<(&'i SourceId, Found)>, GraphError> {
        let urls: Vec<String> = ids.iter().map(|id| format!("/users/{id}?$select=id")).collect();
        let batch = Batch { urls: &urls, units: 1, permission: "User.Read.All", read: |_| Ok(()) };
        let answers = self.batch(&batch).await?.into_iter().map(|answer| match answer {
            Ok(()) => Ok(Found::Yes),
            Err(GraphError::Gone(_)) => Ok(Found::No),
            Err(GraphError::ConsentMissing { .. }) => Ok(Found::Refused),
            Err(error) => Err(error),
        });
        ids.iter().copied().zip(answers).map(|(id, found)| Ok((id, found?))).collect()
    }
}

/// What asking for one id brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Yes,
    /// 404 `Request_ResourceNotFound`.
    No,
    Refused,
}

/// `POST /directoryObjects/getByIds`.
struct ByIds<'a> {
    ids: &'a [SourceId],
    control: &'a SourceId,
}

#[derive(Serialize)]
struct Question {
    ids: Vec<String>,
    types: [&'static str; 1],
}

impl Call for ByIds<'_> {
    type Answer = HashSet<SourceId>;

    fn prepare(&self, hosts: &Hosts) -> Prepared {
        let ids = self.ids.iter().chain([self.control]).map(ToString::to_string).collect();
        let body = serde_json::to_vec(&Question { ids, types: ["user"] }).unwrap_or_default();
        Prepared::post(hosts.graph_url("/directoryObjects/getByIds", Some("$select=id")), body, 2)
    }

    fn parse(&self, body: &[u8]) -> Result<Self::Answer, Detail> {
        Ok(Sheet::<SourceId>::read(body, &())?.items.into_iter().collect())
    }

    fn permission(&self) -> &'static str {
        "Directory.Read.All"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hosts::Cloud;

    #[test]
    fn w3_the_question_carries_its_control() {
        let id = |n: u8| SourceId::Guid([n; 16]);
        let (ids, control) = ([id(1), id(2)], id(9));
        let call = ByIds { ids: &ids, control: &control };
        let prepared = call.prepare(&Hosts::cloud(Cloud::Global));
        let body = String::from_utf8(prepared.body.unwrap().to_vec()).unwrap();
        assert!(body.contains(&control.to_string()) && body.contains(r#""types":["user"]"#));
        assert!(prepared.url.as_str().ends_with("/v1.0/directoryObjects/getByIds?$select=id"));
        let answer = format!(r##"{{"value":[{{"@odata.type":"#microsoft.graph.user","id":"{}"}}]}}"##, id(2));
        assert_eq!(call.parse(answer.as_bytes()).unwrap(), HashSet::from([id(2)]));
    }
}
