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

    /// The stable name: the heading in the export for programs.
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

/// Whether a column holds groups as our export writes them, one a line: under their stable name, or in words beside a contact's id.
pub fn groups_as_exported(headings: &[String], column: usize) -> bool {
    let in_words = |heading: &str| ["kontaktgruppen", "contactgroups"].contains(&folded(heading).as_str());
    headings.get(column).is_some_and(|heading| {
        heading == Meaning::Groups.name() || in_words(heading) && guess(headings).contains(&Some(Meaning::Id))
    })
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

    /// Headings with what they mean, a pair each; nothing for what means nothing.
    fn agree(all: &[&str]) {
        let (headings, expected): (Vec<&str>, Vec<&str>) =
            all.iter().map(|pair| pair.split_once('=').unwrap_or((pair, ""))).unzip();
        assert_eq!(guessed(&headings), expected, "{headings:?}");
    }

    #[test]
    fn s11_columns_of_common_exports_are_guessed() {
        const OUTLOOK: &str = "Anrede|Vorname=first_name|Nachname=last_name|Firma=company|Abteilung=department|\
            Position=job_title|Fax geschäftlich|Telefon geschäftlich=business_phones|\
            Telefon geschäftlich 2=business_phones|Mobiltelefon=mobile|E-Mail-Adresse=email|E-Mail-Typ|\
            Kategorien=groups|Büro=office";
        const ENGLISH: &str = "First Name=first_name|Last Name=last_name|E-mail Address=email|E-mail Display Name|\
            Business Phone=business_phones|Mobile Phone=mobile|Job Title=job_title|Company=company|\
            Categories=groups|Notes";
        const MICROSOFT: &str = "Display name=display_name|First name=first_name|Last name=last_name|\
            User principal name=email|Title=job_title|Department=department|Office=office|Mobile Phone=mobile";
        const OTHERS: &str = "E-Mail=email|Mail|  STANDORT: =site|Bu\u{308}ro=office";
        for export in [OUTLOOK, ENGLISH, MICROSOFT, OTHERS] {
            agree(&export.split('|').collect::<Vec<_>>());
        }
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
