//! A scope as it is shown, and what became of a change of it.

use model::SourceId;
use model::scope::Subscription;
use model::search::collation_key;
use serde::Serialize;
use store::{Book, ConnectionRow, Switch};

use crate::app::App;
use crate::texts::{many, pick, say};
use show::people::Names;

#[derive(Serialize)]
struct ScopeJson {
    customer: String,
    everybody: bool,
    groups: Vec<Entry>,
    ended_groups: Vec<Entry>,
    users: Vec<Entry>,
    excluded: Vec<Entry>,
    /// How many lines of the scope the command added or took out; null for a list.
    changed: Option<usize>,
    /// Members of a group who were not chosen, for they are excluded from the scope or kept out.
    passed_over: usize,
    /// What the command was about.
    #[serde(skip)]
    about: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    source_id: String,
    name: Option<String>,
}

impl Entry {
    fn line(&self, kind: &str) -> String {
        format!(
            "{kind}: {} ({})",
            self.name.as_deref().unwrap_or(pick("name unknown", "Name unbekannt")),
            self.source_id
        )
    }
}

/// What became of a change.
pub(super) struct Done {
    pub(super) changed: usize,
    pub(super) named: usize,
    pub(super) passed_over: usize,
    pub(super) part: Part,
    /// Whom or which groups it is about.
    pub(super) about: Vec<SourceId>,
    pub(super) switch: Switch,
}

/// What of a scope was changed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Everybody,
    People,
    Groups,
    Excluded,
}

/// Entries of a change that are named.
const NAMED: usize = 20;

impl Done {
    /// What was changed, and how many people were chosen.
    fn lines(&self, about: &[Entry]) -> Vec<String> {
        let kind = match (self.part, self.switch) {
            (Part::Everybody, Switch::On) => pick("everybody is in scope", "alle sind im Personenkreis"),
            (Part::Everybody, Switch::Off) => {
                pick("no longer everybody is in scope", "nicht mehr alle sind im Personenkreis")
            }
            (Part::People, Switch::On) => pick("user", "einzeln gewählt"),
            (Part::People, Switch::Off) => pick("no longer chosen", "nicht mehr einzeln gewählt"),
            (Part::Groups, Switch::On) => pick("group", "Gruppe"),
            (Part::Groups, Switch::Off) => {
                pick("group, ended, its contacts stay", "Gruppe, beendet, ihre Kontakte bleiben")
            }
            (Part::Excluded, Switch::On) => pick("excluded", "ausgenommen"),
            (Part::Excluded, Switch::Off) => pick("no longer excluded", "nicht mehr ausgenommen"),
        };
        let mut lines: Vec<String> = about.iter().take(NAMED).map(|entry| entry.line(kind)).collect();
        if about.len() > NAMED {
            let more = about.len() - NAMED;
            lines.push(say!("… and {more} more", "… und {more} weitere"));
        }
        if self.part == Part::Everybody {
            lines.push(kind.to_owned());
        }
        if self.changed == 0 {
            lines.push(
                pick("nothing was changed: it was so before", "nichts wurde geändert: so war es schon")
                    .to_owned(),
            );
        }
        if self.part != Part::People {
            return lines;
        }
        let people = |n| many(n, ["person", "people"], ["Person", "Personen"]);
        let changed = people(self.changed);
        lines.push(match self.switch {
            Switch::On => say!("chosen: {changed}", "ausgewählt: {changed}"),
            Switch::Off => say!("no longer chosen: {changed}", "nicht mehr ausgewählt: {changed}"),
        });
        let before = self.named - self.changed;
        if before > 0 && self.switch == Switch::On {
            let before = people(before);
            lines.push(say!("chosen before: {before}", "schon vorher ausgewählt: {before}"));
        }
        if self.passed_over > 0 {
            let others = people(self.passed_over);
            lines.push(say!(
                "excluded or kept out, and left so: {others}",
                "ausgenommen oder ausgeschlossen, und das bleibt so: {others}"
            ));
        }
        lines
    }
}

/// What a list of the scope says of groups whose subscription was ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    Shown,
    Counted,
}

/// How a scope is shown.
pub(super) struct Shown {
    pub(super) ended: Ended,
    pub(super) done: Option<Done>,
}

pub(super) fn list(app: &App, book: &Book, connection: &ConnectionRow, shown: &Shown) -> anyhow::Result<()> {
    app.answer(&document(book, connection, shown)?, |scope| lines(scope, shown).join("\n"));
    Ok(())
}

fn document(book: &Book, connection: &ConnectionRow, shown: &Shown) -> anyhow::Result<ScopeJson> {
    let scope = book.scope(connection.id)?;
    let (part, about) =
        shown.done.as_ref().map_or((Part::Everybody, &[][..]), |done| (done.part, &done.about));
    let people = scope.chosen.iter().chain(&scope.excluded).chain(about).cloned();
    let names = Names::of(book, Some(connection.id), people, std::iter::empty())?;
    let ids: Vec<SourceId> = scope.groups.keys().chain(about).cloned().collect();
    let groups = book.mirror_groups(connection.id, &ids)?;
    let person = |id: &SourceId| Entry { source_id: id.to_string(), name: names.name_and_email(id, None).0 };
    let group = |id: &SourceId| {
        let name = groups.get(id).map(|(g, _)| g.name.to_string());
        Entry { source_id: id.to_string(), name }
    };
    let with = |state: Subscription| {
        by_name(scope.groups.iter().filter(|(_, s)| **s == state).map(|(id, _)| group(id)))
    };
    Ok(ScopeJson {
        customer: book.customer.slug.clone(),
        everybody: scope.everybody,
        groups: with(Subscription::Active),
        ended_groups: with(Subscription::Ended),
        users: by_name(scope.chosen.iter().map(person)),
        excluded: by_name(scope.excluded.iter().map(person)),
        changed: shown.done.as_ref().map(|done| done.changed),
        passed_over: shown.done.as_ref().map_or(0, |done| done.passed_over),
        about: match part {
            Part::Groups => by_name(about.iter().map(group)),
            Part::Everybody | Part::People | Part::Excluded => by_name(about.iter().map(person)),
        },
    })
}

/// As a list of people shows them; those whose name nobody knows come first.
fn by_name(entries: impl Iterator<Item = Entry>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = entries.collect();
    entries.sort_by_cached_key(|entry| (entry.name.as_deref().map(collation_key), entry.source_id.clone()));
    entries
}

fn lines(scope: &ScopeJson, shown: &Shown) -> Vec<String> {
    if let Some(done) = &shown.done {
        let mut lines = done.lines(&scope.about);
        lines.push(say!(
            "`whoswho scope list {0}` shows the whole scope, `whoswho plan {0}` shows what that changes",
            "`whoswho scope list {0}` zeigt den ganzen Personenkreis, `whoswho plan {0}` zeigt, was das ändert",
            scope.customer
        ));
        return lines;
    }
    let mut lines = Vec::new();
    if scope.everybody {
        lines.push(pick("everybody", "alle").to_owned());
    }
    let kinds = [
        (pick("group", "Gruppe"), &scope.groups),
        (pick("user", "einzeln gewählt"), &scope.users),
        (pick("excluded", "ausgenommen"), &scope.excluded),
    ];
    for (kind, entries) in kinds {
        lines.extend(entries.iter().map(|e| e.line(kind)));
    }
    if lines.is_empty() {
        lines.push(pick("nobody", "niemand").to_owned());
    }
    match (scope.ended_groups.len(), shown.ended) {
        (0, _) => {}
        (_, Ended::Shown) => {
            let kind = pick("group, ended, its contacts stay", "Gruppe, beendet, ihre Kontakte bleiben");
            lines.extend(scope.ended_groups.iter().map(|e| e.line(kind)));
        }
        (count, Ended::Counted) => {
            let slug = &scope.customer;
            lines.push(say!(
                "groups that were ended: {count}; `whoswho scope list {slug} --all` shows them",
                "beendete Gruppen: {count}; `whoswho scope list {slug} --all` zeigt sie"
            ));
        }
    }
    lines
}
