//! What is written of one contact. The caller chooses the fields: a value that the audience may not see is not set.

use model::{Field, Values};

/// One contact of a book, ready to be written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Card {
    /// The contact's public id.
    pub uid: String,
    /// Its values.
    pub values: Values,
    /// Names of the contact groups that it is in.
    pub groups: Vec<String>,
}

impl Card {
    /// What stands for the contact in a list, never empty unless the contact is: display name, names, address, id.
    pub(crate) fn title(&self) -> String {
        let named = self.values.get(Field::DisplayName).map(str::to_owned);
        let address = || self.values.get(Field::Email).map(str::to_owned);
        named.or_else(|| self.values.joined_name()).or_else(address).unwrap_or_else(|| self.uid.clone())
    }
}
