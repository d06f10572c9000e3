//! Contact groups and memberships the other way round.

use std::collections::BTreeMap;

use model::group::group_state;
use model::ids::{ContactId, GroupId, SourceId};
use model::plan::OpKind;
use model::reason::Reason;
use model::subject::Rejection;

use super::desk::Desk;
use super::{Clash, Memory, Rejected, Undoing, sources_of};
use crate::codec::Decoder;
use crate::db::params;
use crate::error::Result;
use crate::plan::{PlanRow, Reversed};

impl Desk<'_, '_, '_> {
    pub(super) fn group(&mut self, row: &PlanRow, group: GroupId, name: &str) -> Result<()> {
        let sql = "SELECT name, source FROM contact_group WHERE id = $1";
        let now = self.tx.query_opt(sql, params![group.get()], |r| {
            Ok((r.text(0)?.to_owned(), r.opt_blob(1)?.map(SourceId::from_bytes)))
        })?;
        let tied = now.as_ref().is_some_and(|(_, source)| source.as_ref() == Some(&row.source));
        let back = match row.kind {
            OpKind::GroupCreate if tied => Some((OpKind::GroupUntie, name.to_owned())),
            OpKind::GroupRename if tied && now.as_ref().is_some_and(|(now, _)| now == name) => {
                self.name_before(group)?.map(|old| (OpKind::GroupRename, old))
            }
            // What a person deleted stays so. What was only untied is tied again, under the name that it has by now.
            OpKind::GroupUntie
                if !tied
                    && (now.is_some() || row.undo.is_some())
                    && row.reason != Reason::GroupDeletedHere
                    && !self.is_subscribed(&row.source)? =>
            {
                Some((OpKind::GroupCreate, now.map_or_else(|| name.to_owned(), |(now, _)| now)))
            }
            // Not as the run left it; other kinds are not about groups.
            _ => None,
        };
        let Some((kind, name)) = back else {
            self.clash(row, None, Clash::Moved);
            return Ok(());
        };
        let undoing = if let Some(undo) = &row.undo {
            self.flipped(undo)
        } else {
            let state = self.group_state(&row.source)?;
            let what = Rejection { kind: row.kind, state };
            let of = vec![Rejected { source: row.source.clone(), what }];
            Undoing { memory: Memory::Leave, of, tie: None }
        };
        self.rows.push(Reversed::Group { kind, source: row.source.clone(), group, name, undoing });
        Ok(())
    }

    fn is_subscribed(&mut self, source: &SourceId) -> Result<bool> {
        let sql = "SELECT id FROM contact_group WHERE connection = $1 AND source = $2";
        let key = params![self.connection.get(), source.as_bytes()];
        Ok(self.tx.query_opt(sql, key, |r| r.int(0))?.is_some())
    }

    /// The name that the last applied plan before this one gave the group.
    fn name_before(&mut self, group: GroupId) -> Result<Option<String>> {
        let sql = "SELECT o.detail FROM plan_op o JOIN plan p ON p.id = o.plan WHERE p.connection = $1 AND o.plan < $2 \
                   AND p.state = 'applied' AND o.kind IN ('group_create', 'group_rename') AND o.created = $3 \
                   ORDER BY o.plan DESC LIMIT 1";
        let key = params![self.connection.get(), self.plan.0, group.get()];
        let detail = self.tx.query_opt(sql, key, |r| Ok(r.blob(0)?.to_vec()))?;
        let Some(detail) = detail else { return Ok(None) };
        let mut from = Decoder::new(&detail)?;
        from.int()?;
        Ok(from.opt_text()?.map(Into::into))
    }

    fn group_state(&mut self, source: &SourceId) -> Result<i64> {
        let sql = "SELECT name FROM source_group WHERE connection = $1 AND source = $2";
        let key = params![self.connection.get(), source.as_bytes()];
        let name = self.tx.query_opt(sql, key, |r| Ok(r.text(0)?.to_owned()))?;
        Ok(name.map_or(0, |n| group_state(&n)))
    }

    pub(super) fn members(
        &mut self,
        row: &PlanRow,
        group: GroupId,
        joined: &[ContactId],
        had_left: &[ContactId],
    ) -> Result<()> {
        let sql = "SELECT contact, made_by FROM contact_member WHERE contact_group = $1";
        let now: BTreeMap<i64, i64> =
            self.tx.query(sql, params![group.get()], |r| Ok((r.int(0)?, r.int(1)?)))?.into_iter().collect();
        let mut join = Vec::new();
        for contact in had_left {
            if !now.contains_key(&contact.get()) && self.living(*contact)?.is_some() {
                join.push(*contact);
            }
        }
        let run_made = |c: &&ContactId| now.get(&c.get()) == Some(&0);
        let leave: Vec<ContactId> = joined.iter().filter(run_made).copied().collect();
        if join.is_empty() && leave.is_empty() {
            return Ok(());
        }
        let undoing = if let Some(undo) = &row.undo {
            self.flipped(undo)
        } else {
            let mut of = Vec::new();
            for contact in join.iter().chain(&leave) {
                for source in sources_of(self.tx, self.connection, *contact)? {
                    of.push(self.rejected(source, OpKind::Members));
                }
            }
            Undoing { memory: Memory::Leave, of, tie: None }
        };
        self.rows.push(Reversed::Members { group, join, leave, undoing });
        Ok(())
    }
}
