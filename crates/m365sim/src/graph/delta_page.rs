//! One page of a delta round on the wire (graph-facts 4.2).

use crate::dir::{Directory, EXISTENCE, Kind, MANAGER, Object, State};
use crate::graph::delta_token::Token;
use crate::graph::render::{Style, Unset, comma, key, link, members, open};
use crate::graph::select::Select;
use crate::graph::{Call, Reply};
use crate::rng::write_guid;
use crate::world::read;
use crate::world::rounds::{Edge, Item, Round};

/// What a page holds.
pub(crate) struct Page<'a> {
    /// The token of the link at its end.
    pub(crate) token: &'a Token,
    /// Ends with a deltaLink.
    pub(crate) last: bool,
    /// The first page names the selection in its context, later ones do not.
    pub(crate) context: bool,
    /// `return=minimal`.
    pub(crate) minimal: bool,
    pub(crate) items: &'a [Item],
    pub(crate) round: Option<&'a Round>,
}

/// Writes a page.
pub(crate) fn page(call: &Call<'_>, kind: Kind, select: &Select, page: &Page<'_>) -> Reply {
    let collection = if kind == Kind::Group { "groups" } else { "users" };
    let context = if page.context { select.context() } else { String::new() };
    let mut out = open(call.base, &format!("{collection}{context}"), None);
    let (link_name, option) =
        if page.last { ("@odata.deltaLink", "$deltatoken") } else { ("@odata.nextLink", "$skiptoken") };
    let url = format!("{}/v1.0/{collection}/delta?{option}={}", call.base, page.token.seal());
    link(&mut out, link_name, &url);
    out.extend_from_slice(b",\"value\":[");
    let dir = read(&call.tenant.tenant.dir);
    let absent = read(&call.tenant.tenant.nasty).absent_never_set;
    let writer = ItemWriter { dir: &dir, call, select, minimal: page.minimal, absent };
    let mut first = true;
    for item in page.items {
        comma(&mut out, &mut first);
        writer.item(&mut out, item, page.round);
    }
    out.extend_from_slice(b"]}");
    Reply::json(if kind == Kind::Group { "groups/delta" } else { "users/delta" }, out)
}

struct ItemWriter<'a> {
    dir: &'a Directory,
    call: &'a Call<'a>,
    select: &'a Select,
    minimal: bool,
    absent: bool,
}

impl ItemWriter<'_> {
    fn item(&self, out: &mut Vec<u8>, item: &Item, round: Option<&Round>) {
        match item {
            Item::Ghost(id) => removed(out, *id, "deleted"),
            Item::Object { obj, mask, edges } => {
                let Some(object) = self.dir.get(*obj) else { return };
                let edges =
                    round.and_then(|r| r.edges.get(edges.start as usize..edges.end as usize)).unwrap_or(&[]);
                match object.state {
                    State::Soft(_) => removed(out, object.id, "changed"),
                    State::Gone => removed(out, object.id, "deleted"),
                    State::Live => self.live(out, object, *mask, edges),
                }
            }
        }
    }

    fn live(&self, out: &mut Vec<u8>, object: &Object, mask: u64, edges: &[Edge]) {
        // The minimal mode sends what changed; an object new to the client sends all.
        let only = if self.minimal && mask & EXISTENCE == 0 { mask } else { u64::MAX };
        let unset = if self.absent { Unset::Absent } else { Unset::Null };
        let style = Style { select: self.select, unset, only, typed: false, readable: true, always_id: true };
        out.push(b'{');
        members(out, self.dir, object, style);
        if self.select.manager && mask & (MANAGER | EXISTENCE) != 0 {
            self.manager(out, object);
        }
        self.edges(out, object, edges);
        out.push(b'}');
    }

    fn manager(&self, out: &mut Vec<u8>, object: &Object) {
        let Some(manager) = self.dir.get(object.manager).filter(|m| m.live()) else { return };
        out.extend_from_slice(b",\"manager@delta\":[{\"@odata.type\":\"#microsoft.graph.user\",\"id\":\"");
        write_guid(out, manager.id);
        out.extend_from_slice(b"\"}]");
    }

    fn edges(&self, out: &mut Vec<u8>, group: &Object, edges: &[Edge]) {
        let hidden = hides_members(self.dir, group) && !self.call.roles.hidden_members();
        if edges.is_empty() || hidden || !self.call.roles.members() {
            return;
        }
        out.push(b',');
        key(out, "members@delta");
        out.push(b'[');
        let mut first = true;
        for edge in edges {
            let Some(member) = self.dir.get(edge.member) else { continue };
            comma(out, &mut first);
            out.extend_from_slice(b"{\"@odata.type\":\"");
            out.extend_from_slice(member.kind.odata().as_bytes());
            out.extend_from_slice(b"\",\"id\":\"");
            write_guid(out, member.id);
            out.extend_from_slice(if edge.there {
                b"\"}".as_slice()
            } else {
                b"\",\"@removed\":{\"reason\":\"deleted\"}}".as_slice()
            });
        }
        out.push(b']');
    }
}

fn removed(out: &mut Vec<u8>, id: u128, reason: &str) {
    out.extend_from_slice(b"{\"id\":\"");
    write_guid(out, id);
    out.extend_from_slice(b"\",\"@removed\":{\"reason\":\"");
    out.extend_from_slice(reason.as_bytes());
    out.extend_from_slice(b"\"}}");
}

/// A group whose members only `Member.Read.Hidden` shows.
pub(crate) fn hides_members(dir: &Directory, group: &Object) -> bool {
    let visibility = group.kind.prop("visibility").and_then(|prop| group.span(prop));
    visibility.is_some_and(|span| dir.pool.get(span).eq_ignore_ascii_case(b"\"HiddenMembership\""))
}
