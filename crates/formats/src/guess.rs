//! What a column of somebody's table means, by its heading: German and English words, Outlook's and Google's exports, Microsoft 365's
//! list of users, and our own export.
//!
//! The rule: a heading that is not known means nothing. A wrong guess is worse than none, for nobody looks at it.

use model::Field;
use unicode_normalization::UnicodeNormalization;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meaning {
    /// The contact's id, as the export writes it.
    Id,
    /// A field.
    Field(Field),
    /// Names of contact groups.
    Groups,
}

impl Meaning {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        Field::ALL.into_iter().map(Self::Field).chain([Self::Groups, Self::Id])
    }

    /// The stable name: the heading in our own export.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Field(field) => field.name(),
            Self::Groups => "groups",
        }
    }

    /// The meaning of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|meaning| meaning.name() == name)
    }

    /// Whether several columns may hold it together.
    pub const fn takes_several(self) -> bool {
        matches!(self, Self::Field(Field::BusinessPhones) | Self::Groups)
    }
}

/// Headings by what they mean, folded as [`folded`] does.
const KNOWN: &[(Meaning, &[&str])] = &[
    (Meaning::Id, &["id", "kontaktid", "kontaktkennung", "kennung", "contactid"]),
    (
        Meaning::Field(Field::FirstName),
        &["firstname", "vorname", "vornamen", "rufname", "givenname", "forename", "givennames"],
    ),
    (
        Meaning::Field(Field::LastName),
        &["lastname", "nachname", "familienname", "zuname", "surname", "familyname", "sn"],
    ),
    (
        Meaning::Field(Field::DisplayName),
        &[
            "displayname",
            "anzeigename",
            "name",
            "vollstaendigername",
            "fullname",
            "ganzername",
            "ansprechpartner",
            "kontakt",
        ],
    ),
    (
        Meaning::Field(Field::Email),
        &[
            "email",
            "emailadresse",
            "mail",
            "mailadresse",
            "emailaddress",
            "email1value",
            "email1",
            "email1address",
            "emailadresse1",
            "primaryemail",
            "primaeresmtpadresse",
            "primarysmtpaddress",
            "userprincipalname",
            "benutzerprinzipalname",
            "emailgeschaeftlich",
            "emaildienstlich",
            "businessemail",
            "workemail",
        ],
    ),
    (
        Meaning::Field(Field::JobTitle),
        &[
            "jobtitle",
            "position",
            "title",
            "funktion",
            "stellenbezeichnung",
            "berufsbezeichnung",
            "taetigkeit",
            "organization1title",
            "organizationtitle",
            "jobfunction",
        ],
    ),
    (
        Meaning::Field(Field::Department),
        &["department", "abteilung", "bereich", "organization1department", "organizationdepartment"],
    ),
    (
        Meaning::Field(Field::Company),
        &[
            "company",
            "firma",
            "unternehmen",
            "companyname",
            "firmenname",
            "organisation",
            "organization",
            "organization1name",
            "organizationname",
        ],
    ),
    (
        Meaning::Field(Field::Office),
        &["office", "buero", "officelocation", "raum", "zimmer", "officename", "buerostandort", "bueroraum"],
    ),
    (
        Meaning::Field(Field::Mobile),
        &[
            "mobile",
            "mobil",
            "handy",
            "mobiltelefon",
            "mobilnummer",
            "handynummer",
            "mobilephone",
            "mobilephonenumber",
            "mobilenumber",
            "cell",
            "cellphone",
            "mobiltelefonnummer",
            "mobiltelefongeschaeftlich",
            "mobilgeschaeftlich",
        ],
    ),
    (
        Meaning::Field(Field::BusinessPhones),
        &[
            "businessphones",
            "businessphone",
            "businessphone2",
            "telefon",
            "telefonnummer",
            "telefonnummern",
            "phone",
            "phonenumber",
            "phone1value",
            "telefongeschaeftlich",
            "telefongeschaeftlich2",
            "telefondienstlich",
            "geschaeftlichetelefonnummer",
            "geschaeftlichetelefonnummern",
            "companymainphone",
            "telefonfirma",
            "festnetz",
            "rufnummer",
            "durchwahl",
            "workphone",
            "tel",
            "telefonnr",
            "telefon1",
            "telefon2",
            "hauptnummer",
            "telefonzentrale",
            "geschaeftstelefon",
            "telefonbuero",
        ],
    ),
    (
        Meaning::Field(Field::Site),
        &["site", "standort", "niederlassung", "filiale", "ort", "betriebsstaette", "branch", "location"],
    ),
    (
        Meaning::Groups,
        &[
            "groups",
            "gruppe",
            "gruppen",
            "kontaktgruppe",
            "kontaktgruppen",
            "kategorie",
            "kategorien",
            "categories",
            "category",
            "group",
            "groupmembership",
            "contactgroup",
            "contactgroups",
            "labels",
            "verteiler",
        ],
    ),
];

/// What each column means. A meaning that only one column can have goes to the first that asks for it.
pub fn guess(headings: &[String]) -> Vec<Option<Meaning>> {
    let mut taken = Vec::new();
    let one = |heading: &String| {
        let folded = folded(heading);
        let known = KNOWN.iter().find(|(_, words)| words.contains(&folded.as_str()));
        let meaning = known.map(|(meaning, _)| *meaning)?;
        if !meaning.takes_several() && taken.contains(&meaning) {
            return None;
        }
        taken.push(meaning);
        Some(meaning)
    };
    headings.iter().map(one).collect()
}

/// Small letters and digits only, umlauts spelled out: `E-Mail-Adresse:` is `emailadresse`, `Büro` is `buero`.
fn folded(heading: &str) -> String {
    let mut text = String::new();
    for c in heading.nfc().flat_map(char::to_lowercase) {
        match c {
            'ä' => text.push_str("ae"),
            'ö' => text.push_str("oe"),
            'ü' => text.push_str("ue"),
            'ß' => text.push_str("ss"),
            c if c.is_alphanumeric() => text.push(c),
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guessed(headings: &[&str]) -> Vec<&'static str> {
        let headings: Vec<String> = headings.iter().map(|h| (*h).to_owned()).collect();
        guess(&headings).into_iter().map(|meaning| meaning.map_or("", Meaning::name)).collect()
    }

    #[test]
    fn s11_columns_of_common_exports_are_guessed() {
        let outlook = [
            "Anrede",
            "Vorname",
            "Nachname",
            "Firma",
            "Abteilung",
            "Position",
            "Fax geschäftlich",
            "Telefon geschäftlich",
            "Telefon geschäftlich 2",
            "Mobiltelefon",
            "E-Mail-Adresse",
            "E-Mail-Typ",
            "Kategorien",
            "Büro",
        ];
        let expected = [
            "",
            "first_name",
            "last_name",
            "company",
            "department",
            "job_title",
            "",
            "business_phones",
            "business_phones",
            "mobile",
            "email",
            "",
            "groups",
            "office",
        ];
        assert_eq!(guessed(&outlook), expected);
        let english = [
            "First Name",
            "Last Name",
            "E-mail Address",
            "E-mail Display Name",
            "Business Phone",
            "Mobile Phone",
            "Job Title",
            "Company",
            "Categories",
            "Notes",
        ];
        let expected = [
            "first_name",
            "last_name",
            "email",
            "",
            "business_phones",
            "mobile",
            "job_title",
            "company",
            "groups",
            "",
        ];
        assert_eq!(guessed(&english), expected);
        let microsoft = [
            "Display name",
            "First name",
            "Last name",
            "User principal name",
            "Title",
            "Department",
            "Office",
            "Mobile Phone",
        ];
        let expected = [
            "display_name",
            "first_name",
            "last_name",
            "email",
            "job_title",
            "department",
            "office",
            "mobile",
        ];
        assert_eq!(guessed(&microsoft), expected);
        assert_eq!(
            guessed(&["E-Mail", "Mail", "  STANDORT: ", "Bu\u{308}ro"]),
            ["email", "", "site", "office"],
            "the first wins"
        );
    }

    #[test]
    fn s11_no_heading_means_two_things() {
        let mut all: Vec<&str> = KNOWN.iter().flat_map(|(_, words)| words.iter().copied()).collect();
        let n = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), n);
        assert!(all.iter().all(|word| *word == folded(word)), "folded already");
    }
}
