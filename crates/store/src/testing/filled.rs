//! A book as large as one likes, written as a first run writes it, for measurements.

use model::ids::ContactId;
use model::{Field, Origin, Timestamp, Values};

use crate::Book;
use crate::contact::{NewContact, insert};
use crate::error::Result;

const FIRST: [&str; 20] = [
    "Anna",
    "Björn",
    "Cem",
    "Dörte",
    "Eva",
    "Friederike",
    "Günther",
    "Hannah",
    "Ilse",
    "Jörg",
    "Klaus",
    "Łukasz",
    "Mehmet",
    "Nora",
    "Ömer",
    "Petra",
    "Søren",
    "Tim",
    "Ute",
    "Zoe",
];
const LAST: [&str; 25] = [
    "Albers",
    "Aydın",
    "Bäcker",
    "Brandt",
    "Çelik",
    "Dietz",
    "Ehlers",
    "Fröhlich",
    "Groß",
    "Hansen",
    "Ihde",
    "Jäger",
    "Köhler",
    "Lüders",
    "Müller",
    "Neumann",
    "Öhler",
    "Petersen",
    "Quast",
    "Rößler",
    "Schönfeldt",
    "Thießen",
    "Übel",
    "Weiß",
    "Zimmermann",
];

impl Book {
    /// Adds so many contacts, ten thousand in a transaction; answers their ids.
    pub fn crowd(&self, people: i64, now: Timestamp) -> Result<Vec<ContactId>> {
        let ids: Vec<ContactId> =
            (1..=people).map(|n| ContactId::new(self.customer.id, 1_000_000 + n)).collect();
        for some in ids.chunks(10_000) {
            let all: Vec<(ContactId, Values)> = some.iter().map(|id| (*id, somebody(id.number()))).collect();
            self.store.db.write(|tx| {
                let new = all.iter().map(|(id, values)| NewContact {
                    id: *id,
                    origin: Origin::Microsoft365,
                    values,
                    at: now,
                    run: None,
                });
                insert(tx, self.customer.id, new)
            })?;
        }
        Ok(ids)
    }
}

fn somebody(n: i64) -> Values {
    let pick =
        |list: &[&'static str], n: i64| list.get((n as usize) % list.len()).copied().unwrap_or_default();
    let (first, last) = (pick(&FIRST, n.wrapping_mul(7)), pick(&LAST, n.wrapping_mul(11) / 3));
    Values::default()
        .with(Field::FirstName, first)
        .with(Field::LastName, &format!("{last}-{}", pick(&LAST, n / 17)))
        .with(Field::DisplayName, &format!("{first} {last}"))
        .with(Field::Email, &format!("person{n}@muster.example"))
        .with(Field::JobTitle, pick(&["Apothekerin", "Buchhaltung", "PTA", "Leitung"], n))
        .with(Field::Department, pick(&["Vertrieb", "Personal", "Einkauf"], n / 5))
        .with(Field::BusinessPhones, &format!("+49 40 66969-{n}"))
}
