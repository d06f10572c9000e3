//! The directory: objects by id and number, and every write with its log entry.
//! Rule: whoever changes an object or a membership does it here, so no change can miss the log.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::dir::object::{Change, EXISTENCE, MANAGER, NOBODY, Object, State};
use crate::dir::pool::Pool;
use crate::dir::props::{Form, Kind};

/// One tenant's directory.
#[derive(Debug)]
pub(crate) struct Directory {
    pub(crate) pool: Pool,
    objects: Vec<Object>,
    by_id: HashMap<u128, u32>,
    groups: Vec<u32>,
    log: Vec<Change>,
}

impl Directory {
    pub(crate) fn new() -> Self {
        Self {
            pool: Pool::new(),
            objects: Vec::new(),
            by_id: HashMap::new(),
            groups: Vec::new(),
            log: Vec::new(),
        }
    }

    /// Adds an object without a log entry: the founding of a company, before anyone asks.
    pub(crate) fn found(&mut self, mut object: Object) -> u32 {
        object.entries.shrink_to_fit();
        let at = self.objects.len() as u32;
        self.by_id.insert(object.id, at);
        if object.kind == Kind::Group {
            self.groups.push(at);
        }
        self.objects.push(object);
        at
    }

    /// Adds an object.
    pub(crate) fn add(&mut self, object: Object) -> u32 {
        let at = self.found(object);
        self.log.push(Change::Object { obj: at, mask: u64::MAX });
        at
    }

    pub(crate) fn get(&self, at: u32) -> Option<&Object> {
        self.objects.get(at as usize)
    }

    pub(crate) fn get_mut(&mut self, at: u32) -> Option<&mut Object> {
        self.objects.get_mut(at as usize)
    }

    pub(crate) fn find(&self, id: u128) -> Option<u32> {
        self.by_id.get(&id).copied()
    }

    pub(crate) fn objects(&self) -> &[Object] {
        &self.objects
    }

    /// The numbers of all groups, deleted ones too.
    pub(crate) fn groups(&self) -> &[u32] {
        &self.groups
    }

    pub(crate) fn log(&self) -> &[Change] {
        &self.log
    }

    pub(crate) fn is_live(&self, at: u32) -> bool {
        self.get(at).is_some_and(Object::live)
    }

    /// Sets properties from JSON; a `null` clears. Only real changes are logged.
    pub(crate) fn update(&mut self, at: u32, values: &Map<String, Value>) {
        let Some(kind) = self.get(at).map(|o| o.kind) else { return };
        let mut mask = 0_u64;
        for (name, value) in values {
            let Some(prop) = kind.prop(name) else { continue };
            let old = self.get(at).and_then(|o| o.span(prop));
            let many = kind.props().get(usize::from(prop)).is_some_and(|p| p.form == Form::Many);
            let empty = value.is_null();
            let json = if empty && many { "[]".to_owned() } else { value.to_string() };
            let same = match old {
                Some(span) => self.pool.get(span) == json.as_bytes(),
                None => empty,
            };
            if same {
                continue;
            }
            let span = if empty && !many { self.pool.null() } else { self.pool.raw(&json) };
            if let Some(object) = self.get_mut(at) {
                object.set(prop, span);
            }
            mask |= 1 << prop;
        }
        if mask != 0 {
            self.log.push(Change::Object { obj: at, mask });
        }
    }

    /// Sets or clears the manager.
    pub(crate) fn set_manager(&mut self, at: u32, manager: Option<u32>) {
        if let Some(object) = self.get_mut(at) {
            object.manager = manager.unwrap_or(NOBODY);
            self.log.push(Change::Object { obj: at, mask: MANAGER });
        }
    }

    /// Moves an object to another state, with the memberships that follow from it.
    pub(crate) fn set_state(&mut self, at: u32, state: State) {
        let before = self.get(at).map(|o| o.state);
        if before.is_none() || before == Some(state) || before == Some(State::Gone) {
            return;
        }
        if let Some(object) = self.get_mut(at) {
            object.state = state;
        }
        self.log.push(Change::Object { obj: at, mask: EXISTENCE });
        // A vanished or returned object leaves or re-enters its groups (graph-facts 4.2).
        if (before == Some(State::Live)) != (state == State::Live) {
            for group in self.groups_with(at) {
                self.log.push(Change::Member { group, member: at });
            }
            if state == State::Live {
                self.relog_members(at);
            }
        }
    }

    /// A restored group tells its members again.
    fn relog_members(&mut self, group: u32) {
        let members = self.get(group).map(|o| o.members.clone()).unwrap_or_default();
        self.log.extend(members.into_iter().map(|member| Change::Member { group, member }));
    }

    /// Groups that hold the object directly.
    pub(crate) fn groups_with(&self, member: u32) -> Vec<u32> {
        self.groups
            .iter()
            .copied()
            .filter(|g| self.get(*g).is_some_and(|o| o.members.binary_search(&member).is_ok()))
            .collect()
    }

    /// Adds a direct member; nothing happens when it is one.
    pub(crate) fn join(&mut self, group: u32, member: u32) {
        let Some(object) = self.get_mut(group) else { return };
        if let Err(place) = object.members.binary_search(&member) {
            object.members.insert(place, member);
            self.log.push(Change::Member { group, member });
        }
    }

    /// Takes a direct member out; nothing happens when it is none.
    pub(crate) fn leave(&mut self, group: u32, member: u32) {
        let Some(object) = self.get_mut(group) else { return };
        if let Ok(place) = object.members.binary_search(&member) {
            object.members.remove(place);
            self.log.push(Change::Member { group, member });
        }
    }

    /// Whether the membership holds now: both there, and direct.
    pub(crate) fn holds(&self, group: u32, member: u32) -> bool {
        self.is_live(member)
            && self.get(group).is_some_and(|g| g.live() && g.members.binary_search(&member).is_ok())
    }

    /// A property's JSON; `None` when never set.
    pub(crate) fn json(&self, at: u32, name: &str) -> Option<&[u8]> {
        let object = self.get(at)?;
        object.span(object.kind.prop(name)?).map(|span| self.pool.get(span))
    }

    /// A text property; `None` when unset or cleared.
    pub(crate) fn text(&self, at: u32, name: &str) -> Option<String> {
        serde_json::from_slice(self.json(at, name)?).ok()
    }

    /// All properties ever set, as JSON.
    pub(crate) fn values(&self, at: u32) -> Map<String, Value> {
        let mut map = Map::new();
        let Some(object) = self.get(at) else { return map };
        for entry in &object.entries {
            if let Some(prop) = object.kind.props().get(usize::from(entry.prop)) {
                let value = serde_json::from_slice(self.pool.get(entry.span)).unwrap_or(Value::Null);
                map.insert(prop.name.to_owned(), value);
            }
        }
        map
    }
}
