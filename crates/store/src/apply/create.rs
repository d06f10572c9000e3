//! New contacts with their links, many at once.

use model::ids::SourceId;
use model::link::LinkOrigin;
use model::{Key, Origin};

use super::ties::{self, Ties};
use super::{PlanRow, What, Work};
use crate::contact::{NewContact, count_links_of, insert};
use crate::db::{Bulk, Type, Verb, params};
use crate::error::Result;

const LINK: Bulk = Bulk {
    table: "link",
    columns: &[
        ("connection", Type::Int),
        ("source", Type::Blob),
        ("contact", Type::Int),
        ("origin", Type::Text),
        ("wrote_key", Type::Text),
    ],
    verb: Verb::Upsert { keys: 2, guard: None },
};
const FRESH_LINK: Bulk = Bulk { verb: Verb::Insert { on_conflict: "" }, ..LINK };

impl Work<'_, '_, '_> {
    pub(super) fn creates(&mut self, planned: &[&PlanRow]) -> Result<()> {
        if planned.is_empty() {
            return Ok(());
        }
        let free = self.links_are_free(planned.iter().map(|row| &row.source))?;
        let ties = if free { Ties::default() } else { ties::taken(self.tx, self.connection, planned)? };
        let project = self.project;
        let mut new = Vec::new();
        for row in planned {
            let What::Person { created: Some(id), .. } = &row.what else { continue };
            match self.users.get(&row.source) {
                Some(user) if !ties.taken.contains(&row.source) && !self.stale.contains(&row.source) => {
                    new.push((*id, &row.source, project(user)));
                }
                Some(_) | None => self.not_now(row),
            }
        }
        if new.is_empty() {
            return Ok(());
        }
        let (at, run) = (self.at, Some(self.run));
        let contacts = new.iter().map(|(id, _, values)| NewContact {
            id: *id,
            origin: Origin::Microsoft365,
            values,
            at,
            run,
        });
        insert(self.tx, self.connection.customer(), contacts)?;
        self.counts.created += new.len() as i64;
        // Made again under the id that it had: its link was there all the time.
        for id in ties.again.iter().filter(|id| new.iter().any(|(made, ..)| made == *id)) {
            count_links_of(self.tx, *id)?;
        }
        let mut bulk = self.tx.bulk(if free { &FRESH_LINK } else { &LINK })?;
        for (id, source, values) in &new {
            let key = values.key();
            bulk.row(|v| {
                v.int(self.connection.get());
                v.blob(source.as_bytes());
                v.int(id.get());
                v.text(LinkOrigin::Creation.name());
                v.opt_text(key.as_ref().map(Key::as_str));
            })?;
        }
        bulk.finish().map(drop)
    }

    /// Whether nobody is linked from the first to the last of these people, as in a first fill: then no link can clash.
    fn links_are_free<'s>(&mut self, people: impl Iterator<Item = &'s SourceId> + Clone) -> Result<bool> {
        let ids = people.map(SourceId::as_bytes);
        let (Some(low), Some(high)) = (ids.clone().min(), ids.max()) else { return Ok(true) };
        let sql = "SELECT contact FROM link WHERE connection = $1 AND source BETWEEN $2 AND $3 LIMIT 1";
        let key = params![self.connection.get(), low, high];
        Ok(self.tx.query_opt(sql, key, |row| row.int(0))?.is_none())
    }
}
