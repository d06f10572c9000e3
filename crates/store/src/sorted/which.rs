//! A filter as the condition of a statement over contacts.

use model::ids::CustomerId;
use model::search::Term;

use super::{COUNTED_UP_TO, Filter, Left, Linked};
use crate::db::{List, Param, Tx};
use crate::error::Result;
use crate::search::few;

/// The condition with its values.
pub(super) struct Which {
    pub customer: CustomerId,
    pub terms: Vec<Term>,
    /// Behind `WHERE`; its values are `$1` and so on.
    pub sql: String,
    pub breadth: Breadth,
    values: Vec<Value>,
}

/// How many there are to sort.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Breadth {
    /// The whole book, which the index has in order.
    All,
    /// What a filter leaves, or a search that finds few.
    Counted,
    /// A search that finds so many that the index of names is walked and each is looked at.
    TooMany,
}

enum Value {
    Int(i64),
    Text(String),
    Ints(Vec<i64>),
}

impl Which {
    pub(super) fn of(tx: &mut Tx<'_>, customer: CustomerId, filter: &Filter) -> Result<Self> {
        let mut which = Self {
            customer,
            terms: filter.terms.clone(),
            sql: "(id >> 40) = $1".to_owned(),
            breadth: if *filter == Filter::default() { Breadth::All } else { Breadth::Counted },
            values: vec![Value::Int(customer.0)],
        };
        if let Some(group) = filter.group {
            let at = which.int(group.get());
            which.and(&format!("id IN (SELECT contact FROM contact_member WHERE contact_group = {at})"));
        }
        if let Some(origin) = filter.origin {
            let at = which.text(origin.name().to_owned());
            which.and(&format!("origin = {at}"));
        }
        let link = "EXISTS (SELECT 1 FROM link WHERE link.contact = contact.id)";
        match filter.linked {
            Some(Linked::Yes) => which.and(link),
            Some(Linked::No) => which.and(&format!("NOT {link}")),
            None => {}
        }
        if let Some(since) = filter.changed_since {
            let at = which.int(since.0);
            which
                .and(&format!("id IN (SELECT contact FROM change_value WHERE customer = $1 AND at >= {at})"));
        }
        match filter.left {
            Left::Only => which.and("left_at IS NOT NULL"),
            Left::Either => {}
        }
        which.search(tx, &filter.terms)?;
        Ok(which)
    }

    /// The values, for a statement that may add its own.
    pub(super) fn params(&self) -> Vec<Param<'_>> {
        let param = |value| match value {
            &Value::Int(n) => Param::Int(n),
            Value::Text(text) => Param::Text(text.as_str()),
            Value::Ints(all) => Param::Ints(all.as_slice()),
        };
        self.values.iter().map(param).collect()
    }

    fn and(&mut self, condition: &str) {
        self.sql.push_str(" AND ");
        self.sql.push_str(condition);
    }

    fn int(&mut self, n: i64) -> String {
        self.values.push(Value::Int(n));
        format!("${}", self.values.len())
    }

    fn text(&mut self, text: String) -> String {
        self.values.push(Value::Text(text));
        format!("${}", self.values.len())
    }

    /// Each term is met by the index of words or by the name of a group. Group names are not in the index, for a group that gets
    /// another name would change the words of all its members. Who is found is named by id where that is few.
    fn search(&mut self, tx: &mut Tx<'_>, terms: &[Term]) -> Result<()> {
        if terms.is_empty() {
            return Ok(());
        }
        let found = few(tx, self.customer, terms, COUNTED_UP_TO + 1)?;
        if found.len() as i64 <= COUNTED_UP_TO {
            self.values.push(Value::Ints(found.iter().map(|id| id.get()).collect()));
            let holds = List::Ints.holds(tx.engine(), self.values.len());
            self.and(&format!("id {holds}"));
            return Ok(());
        }
        self.breadth = Breadth::TooMany;
        Ok(())
    }
}
