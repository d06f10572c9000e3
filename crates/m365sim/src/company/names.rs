//! Names, places and numbers as they stand in real German directories: umlauts, double names,
//! nobility, titles, and colleagues from elsewhere. All made up; all domains end in `.example`.

use crate::rng::Rng;

pub(crate) static GIVEN: &[&str] = &[
    "Anna",
    "Jürgen",
    "Björn",
    "Lena",
    "Sören",
    "Käthe",
    "Hans-Peter",
    "Karl-Heinz",
    "Anne-Marie",
    "Jörg",
    "Günther",
    "Ute",
    "Wolfgang",
    "Sabine",
    "Thomas",
    "Petra",
    "Stefan",
    "Claudia",
    "Uwe",
    "Monika",
    "Dirk",
    "Heike",
    "Frank",
    "Birgit",
    "Matthias",
    "Ulrike",
    "Tobias",
    "Kathrin",
    "Florian",
    "Franziska",
    "Maximilian",
    "Sophie",
    "Paul",
    "Mia",
    "Finn",
    "Emilia",
    "Zoë",
    "René",
    "Chloé",
    "Łukasz",
    "Agnieszka",
    "Zbigniew",
    "Mehmet",
    "Ayşe",
    "Çağla",
    "İbrahim",
    "Fatma",
    "Ömer",
    "Yusuf",
    "Ahmad",
    "Layla",
    "Muḥammad",
    "Wei",
    "Xiaoling",
    "Hiroshi",
    "Nguyễn",
    "Olga",
    "Дмитрий",
    "José",
    "María",
    "François",
    "Bjørn",
    "Åsa",
    "Siân",
    "O'Neil",
    "Jean-Luc",
    "Ján",
    "Željko",
    "Đorđe",
];

pub(crate) static SURNAME: &[&str] = &[
    "Müller",
    "Schmidt",
    "Schneider",
    "Fischer",
    "Weber",
    "Meyer",
    "Wagner",
    "Becker",
    "Schulz",
    "Hoffmann",
    "Schäfer",
    "Koch",
    "Bauer",
    "Richter",
    "Klein",
    "Wolf",
    "Schröder",
    "Neumann",
    "Schwarz",
    "Zimmermann",
    "Braun",
    "Krüger",
    "Hofmann",
    "Hartmann",
    "Lange",
    "Schmitt",
    "Werner",
    "Krause",
    "Meier",
    "Lehmann",
    "Köhler",
    "Herrmann",
    "König",
    "Walter",
    "Huber",
    "Kaiser",
    "Fuchs",
    "Peters",
    "Möller",
    "Scholz",
    "Weiß",
    "Jung",
    "Hahn",
    "Großmann",
    "Strauß",
    "Groß",
    "Heß",
    "Jäger",
    "Bäcker",
    "von der Heide",
    "zu Guttenberg",
    "von und zu Liechten",
    "van den Berg",
    "Müller-Lüdenscheidt",
    "Schulze-Großkreutz",
    "Freiherr von Stetten",
    "Yılmaz",
    "Öztürk",
    "Şahin",
    "Kowalski",
    "Wiśniewski",
    "Nowak",
    "al-Hashimi",
    "El Mansouri",
    "Zhang",
    "Wáng",
    "Tanaka",
    "Trần",
    "García Márquez",
    "O'Connor",
    "D'Angelo",
    "Kovačević",
    "Novák",
    "Петров",
    "Ångström",
    "Ødegaard",
    "Lefèvre",
];

pub(crate) static TITLE: &[&str] = &["Dr. ", "Prof. Dr. ", "Dipl.-Ing. ", "Dr. med. "];

pub(crate) static DEPARTMENT: &[&str] = &[
    "Vertrieb",
    "Vertrieb Süd",
    "Einkauf",
    "Buchhaltung",
    "Personal",
    "IT",
    "Forschung & Entwicklung",
    "Qualitätssicherung",
    "Produktion",
    "Logistik",
    "Geschäftsführung",
    "Marketing",
    "Kundendienst",
    "Recht",
    "Empfang",
    "Außendienst",
    "Lager",
];

pub(crate) static JOB: &[&str] = &[
    "Sachbearbeiter",
    "Sachbearbeiterin",
    "Teamleiter",
    "Teamleiterin",
    "Geschäftsführer",
    "Vertriebsleiterin",
    "Softwareentwickler",
    "Buchhalterin",
    "Ingenieur",
    "Auszubildende",
    "Lagerist",
    "Assistentin der Geschäftsführung",
    "Projektleiter",
    "Kundenberaterin",
    "Werkstudent",
    "Monteur",
];

pub(crate) static COMPANY: &[&str] = &["Muster GmbH", "Muster Holding AG", "Muster Süd GmbH & Co. KG"];

pub(crate) static OFFICE: &[&str] = &["1.01", "2.17", "3.OG links", "Halle 4", "Homeoffice", "EG/Empfang"];

/// Where people work.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) city: &'static str,
    pub(crate) state: &'static str,
    pub(crate) code: &'static str,
    pub(crate) street: &'static str,
    pub(crate) area: &'static str,
}

pub(crate) static PLACE: &[Place] = &[
    Place { city: "München", state: "Bayern", code: "80331", street: "Sendlinger Straße 8", area: "89" },
    Place { city: "Köln", state: "Nordrhein-Westfalen", code: "50667", street: "Am Hof 2", area: "221" },
    Place { city: "Berlin", state: "Berlin", code: "10115", street: "Chausseestraße 1", area: "30" },
    Place {
        city: "Nürnberg",
        state: "Bayern",
        code: "90402",
        street: "Königstraße 40\r\n2. Hof",
        area: "911",
    },
    Place { city: "Görlitz", state: "Sachsen", code: "02826", street: "Obermarkt 3", area: "3581" },
    Place { city: "Hamburg", state: "Hamburg", code: "20095", street: "Mönckebergstr. 7", area: "40" },
];

/// For whoever works nowhere in [`PLACE`].
pub(crate) static ELSEWHERE: Place =
    Place { city: "Bonn", state: "NRW", code: "53111", street: "Markt 1", area: "228" };

/// A phone number as somebody typed it.
pub(crate) fn phone(rng: &mut Rng, area: &str) -> String {
    let trunk = 100_000 + rng.below(899_999);
    let ext = 10 + rng.below(989);
    match rng.below(9) {
        0 => format!("+49 {area} {trunk}-{ext}"),
        1 => format!("0{area}/{trunk}-{ext}"),
        2 => format!("0{area} {trunk} {ext}"),
        3 => format!("+49 (0) {area} {trunk}-{ext}"),
        4 => format!("+49 (0){area} / {trunk} - {ext}"),
        5 => format!("0049{area}{trunk}{ext}"),
        6 => format!("+49{area}{trunk}{ext}"),
        7 => format!("(0{area}) {trunk}{ext}"),
        _ => format!("{ext}"),
    }
}

/// A mobile number as somebody typed it.
pub(crate) fn mobile(rng: &mut Rng) -> String {
    let net = rng.pick(&["151", "160", "170", "171", "175", "176", "179"]);
    let number = 1_000_000 + rng.below(8_999_999);
    match rng.below(5) {
        0 => format!("+49 {net} {number}"),
        1 => format!("0{net}/{number}"),
        2 => format!("0{net} {number}"),
        3 => format!("+49 (0) {net} {number}"),
        _ => format!("+49{net}{number}"),
    }
}

/// The part before the `@`: German transcription first, everything else reduced to ASCII letters.
pub(crate) fn local(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            'ä' => out.push_str("ae"),
            'ö' => out.push_str("oe"),
            'ü' => out.push_str("ue"),
            'ß' => out.push_str("ss"),
            'a'..='z' | '0'..='9' | '-' | '.' => out.push(c),
            'á' | 'å' | 'ā' | 'ầ' => out.push('a'),
            'é' | 'è' | 'ë' | 'ễ' => out.push('e'),
            'í' | 'ı' => out.push('i'),
            'ø' | 'ó' => out.push('o'),
            'ł' => out.push('l'),
            'ç' | 'ć' | 'č' => out.push('c'),
            'ş' | 'ś' => out.push('s'),
            'ğ' => out.push('g'),
            'ž' => out.push('z'),
            'đ' => out.push('d'),
            _ => {}
        }
    }
    if out.is_empty() { "x".to_owned() } else { out }
}
