//! Master data, from outside: kept, checked beside their fields, shown where people look.

use axum::http::StatusCode;
use model::{Field, Origin, Role, Values};
use store::{Notice, Reach};

use crate::policy::filled;
use crate::support::{Browser, Got, House};

impl Browser<'_> {
    /// Sends the form of master data with these values in it.
    pub fn sets(&self, path: &str, instead: &[(&str, &str)]) -> Got {
        let page = self.get(path).text;
        let main = page.split(&format!("<form method=\"post\" action=\"{path}\"")).nth(1).unwrap();
        let main = main.split("</form>").next().unwrap();
        let form = filled(&format!("<form method=\"post\" action={main}"), instead);
        self.post(path, &form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect::<Vec<_>>())
    }
}

#[test]
fn s5_operator_and_customer_ask_for_the_list_of_removed_contacts_apart_from_each_other() {
    for house in House::each() {
        let (book, _) = house.customer("muster", "Muster GmbH", "Anna");
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let administrator = house.signed_in(Role::Administrator, Reach::Own(book.customer.id), &[]);
        let name = house.name();
        let page = administrator.get("/c/muster/settings").text;
        assert!(page.contains("Microsoft 365-Benutzerabgleich"), "{name}: {page}");
        assert_eq!(book.told(Notice::Removed).unwrap(), [""; 0], "{name}: nobody has asked yet");
        let both = [("notify.to", "it@muster.example, chef@muster.example"), ("notify.removed", "on")];
        assert!(administrator.sets("/c/muster/settings", &both).to.ends_with("?said=saved"), "{name}");
        assert!(
            owner.sets("/settings", &[("notify.to", "desk@operator.example")]).to.ends_with("?said=saved")
        );
        let customer = ["it@muster.example", "chef@muster.example"];
        assert_eq!(book.told(Notice::Removed).unwrap(), customer, "{name}");
        assert_eq!(book.told(Notice::Silent).unwrap(), [customer[0], customer[1], "desk@operator.example"]);
        owner.sets("/settings", &[("notify.removed", "on")]);
        administrator.sets("/c/muster/settings", &[("notify.removed", ""), ("notify.held", "")]);
        assert_eq!(book.told(Notice::Removed).unwrap(), ["desk@operator.example"], "{name}");
        assert_eq!(book.told(Notice::Held).unwrap(), ["desk@operator.example"], "{name}");
        let got = administrator.sets("/c/muster/settings", &[("notify.to", "it@muster.example, niemand")]);
        assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(got.text.contains("„niemand“ ist keine E-Mail-Adresse."), "{name}: {}", got.text);
        assert!(got.text.contains("it@muster.example, niemand</textarea>"), "{name}: what was typed stays");
        // A customer's people change nothing of the operator.
        assert_eq!(administrator.get("/settings").status, StatusCode::NOT_FOUND, "{name}");
        let reader = house.signed_in(Role::Reader, Reach::Own(book.customer.id), &[]);
        assert_eq!(reader.post("/c/muster/settings", &[]).status, StatusCode::FORBIDDEN, "{name}");
    }
}

#[test]
fn s12_master_data_of_operator_and_customer_stand_where_customers_look() {
    for house in House::each() {
        let (book, _) = house.customer("muster", "Muster GmbH", "Anna");
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let reader = house.signed_in(Role::Reader, Reach::Own(book.customer.id), &[]);
        let name = house.name();
        owner.sets(
            "/settings",
            &[
                ("name", "Hansewerk <IT> GmbH"),
                ("phone", "+49 40 1234567"),
                ("service_phone", "0800 7654321"),
                ("imprint", "https://hansewerk.example/impressum"),
            ],
        );
        owner.sets(
            "/c/muster/settings",
            &[("name", "Muster AG"), ("privacy", "https://muster.example/datenschutz")],
        );
        let page = reader.get("/c/muster").text;
        assert!(page.contains("betrieben von Hansewerk &#60;IT&#62; GmbH"), "{name}: {page}");
        assert!(
            page.contains("<a href=\"https://hansewerk.example/impressum\" rel=\"noopener noreferrer\">"),
            "{page}"
        );
        for said in ["Datenschutz bei Muster AG", "+49 40 1234567", "Servicenummer", "0800 7654321"] {
            assert!(page.contains(said), "{name}: {said}: {page}");
        }
        owner.sets("/c/muster/settings", &[("service_phone", "+49 40 99")]);
        assert!(
            owner.get("/c/muster").text.contains("+49 40 99"),
            "{name}: for who looks after the customer"
        );
        assert!(!owner.get("/customers").text.contains("Datenschutz bei Muster AG"), "{name}");
        for bad in ["javascript:alert(1)", "http://x.example", "https://x"] {
            let got = owner.sets("/settings", &[("privacy", bad)]);
            assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{name} {bad}");
            assert!(got.text.contains("mit https:// beginnt"), "{name}");
        }
        let logo = store::Logo { media: "image/png".into(), bytes: b"a picture".to_vec() };
        book.set_logo(Some(&logo)).unwrap();
        let page = reader.get("/c/muster").text;
        let path = page.split("src=\"/c/muster/logo").nth(1).unwrap().split('"').next().unwrap();
        let picture = reader.get(&format!("/c/muster/logo{path}"));
        assert!(picture.text == "a picture" && picture.policy == "default-src 'none'; sandbox", "{name}");
        assert_eq!(owner.post("/c/muster/settings/logo", &[]).to, "/c/muster/settings?said=no-logo");
        assert!(!reader.get("/c/muster").text.contains("/c/muster/logo"), "{name}");
        let got = owner.sets("/c/muster/settings", &[("name", "")]);
        assert!(got.text.contains("Bitte einen Namen eingeben."), "{name}: {}", got.to);
    }
}

#[test]
fn s12_two_who_change_master_data_at_once_lose_nothing() {
    for house in House::each() {
        let (book, _) = house.customer("muster", "Muster GmbH", "Anna");
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let name = house.name();
        let was =
            [("was.city", ""), ("was.street", ""), ("was.name", "Muster GmbH"), ("name", "Muster GmbH")];
        let switches = ["removed", "held", "failed", "silent", "expiry"];
        let mut form: Vec<(String, String)> = was.map(|(n, v)| (n.to_owned(), v.to_owned())).into();
        for switch in switches {
            let on = if switch == "removed" { "off" } else { "on" };
            form.push((format!("was.notify.{switch}"), on.to_owned()));
            form.push((format!("notify.{switch}"), if on == "on" { "on" } else { "" }.to_owned()));
        }
        form.push(("city".to_owned(), "Kiel".to_owned()));
        book.set_setting("city", "Bonn").unwrap();
        book.set_setting("street", "Am Markt 1").unwrap();
        let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let got = owner.post("/c/muster/settings", &form);
        assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {}", got.to);
        assert!(
            got.text.contains("inzwischen geändert: „Bonn“") && got.text.contains("value=\"Kiel\""),
            "{}",
            got.text
        );
        assert!(got.text.contains("value=\"Am Markt 1\""), "{name}: what was left alone is as it is by now");
        assert_eq!(book.settings("city").unwrap(), [("city".to_owned(), "Bonn".to_owned())], "{name}");
    }
}

/// A picture of one dot, with a remark in it.
const DOT: &[u8] = b"\x89PNG\x0d\x0a\x1a\x0a\x00\x00\x00\x0dIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde\x00\x00\x00\x15tEXtComment\x00taken at homevc\x1a\x09\x00\x00\x00\x0cIDATx\x9cc\xf8\xcf\xc0\x00\x00\x03\x01\x01\x00\xc9\xfe\x92\xef\x00\x00\x00\x00IEND\xaeB`\x82";

#[test]
fn s12_a_logo_is_brought_in_the_browser_and_only_what_is_drawn_is_kept() {
    for house in House::each() {
        let (book, _) = house.customer("muster", "Muster GmbH", "Anna");
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let administrator = house.signed_in(Role::Administrator, Reach::Own(book.customer.id), &[]);
        let reader = house.signed_in(Role::Reader, Reach::Own(book.customer.id), &[]);
        let name = house.name();
        let done = administrator.send_file("/c/muster/settings/logo/put", "logo.png", DOT);
        assert_eq!(done.to, "/c/muster/settings?said=logo", "{name}: {}", done.text);
        let kept = book.logo().unwrap().unwrap();
        assert_eq!(kept.media, "image/png", "{name}");
        assert!(!kept.bytes.windows(8).any(|w| w == b"taken at"), "{name}");
        assert!(administrator.get("/c/muster").text.contains("src=\"/c/muster/logo"), "{name}");
        assert_eq!(
            owner.send_file("/settings/logo/put", "logo.png", DOT).to,
            "/settings?said=logo",
            "{name}"
        );
        assert!(house.store.logo().unwrap().is_some(), "{name}");
        for (bytes, told) in
            [(&b"GIF89a"[..], "Das ist kein lesbares Bild"), (&vec![0; 600 * 1024], "zu groß")]
        {
            let got = administrator.send_file("/c/muster/settings/logo/put", "x.png", bytes);
            assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {told}");
            assert!(got.text.contains(told), "{name}: {told}: {}", got.text);
        }
        assert_eq!(book.logo().unwrap(), Some(kept), "{name}: what was refused changes nothing");
        let refused = reader.send_file("/c/muster/settings/logo/put", "logo.png", DOT);
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{name}");
        let none = administrator.post("/c/muster/settings/logo/put", &[]);
        assert!(none.text.contains("Bitte zuerst ein Bild auswählen"), "{name}: {}", none.text);
    }
}

#[test]
fn w8_numbers_are_shown_as_din_5008_by_the_customers_rules_and_kept_as_they_were_typed() {
    for house in House::each() {
        let (book, _) = house.customer("muster", "Muster GmbH", "Anna");
        let values = Values::default()
            .with(Field::DisplayName, "Berg")
            .with(Field::Mobile, "0171-1861877")
            .with(Field::BusinessPhones, "040/123 45-67\n58858-0\nüber die Zentrale");
        let id = book.add_contact(&values, Origin::Manual, house.now()).unwrap();
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let name = house.name();
        let contact = || owner.get(&format!("/c/muster/book/{}", book.public_id(id))).text;
        let page = contact();
        for shown in [
            "<a href=\"tel:+491711861877\">+49 171 1861877</a>",
            "eingetragen als 0171-1861877",
            "<a href=\"tel:+49401234567\">+49 40 12345-67</a>",
            ">58858-0</a>",
            "<br>über die Zentrale",
        ] {
            assert!(page.contains(shown), "{name}: {shown} in {page}");
        }
        assert!(!page.contains("eingetragen als 58858-0"), "{name}: nobody says in which town it is");
        let list = owner.get("/c/muster/book").text;
        assert!(list.contains("href=\"tel:+491711861877\"") && list.contains("+49 171 1861877"), "{name}");
        // The operator says the country; of a town and a house only the customer can tell.
        let operators = owner.get("/settings").text;
        assert!(operators.contains("number.country") && !operators.contains("number.area_code"), "{name}");
        owner.sets("/settings", &[("number.country", "at")]);
        assert!(contact().contains(">58858-0</a>"), "{name}");
        owner.sets("/c/muster/settings", &[("number.area_code", "1")]);
        assert!(contact().contains("+43 1 58858-0"), "{name}");
        let own =
            [("number.country", "DE"), ("number.area_code", "40"), ("number.extensions", "10-89, 100-199")];
        assert!(owner.sets("/c/muster/settings", &own).to.ends_with("?said=saved"), "{name}");
        let page = contact();
        assert!(
            page.contains("+49 40 58858-0") && page.contains("eingetragen als 58858-0"),
            "{name}: {page}"
        );
        assert!(owner.get("/c/muster/book/print").text.contains("+49 40 58858-0"), "{name}");
        let kept = book.entry(id).unwrap().unwrap().contact.values;
        assert_eq!(kept.business_phones().nth(1), Some("58858-0"), "{name}: rules rewrite nothing");
        // What cannot be a rule stands beside its field, as it was typed.
        for (key, wrong) in [
            ("number.country", "Deutschland"),
            ("number.area_code", "Hamburg"),
            ("number.extensions", "89-10"),
        ] {
            let got = owner.sets("/c/muster/settings", &[(key, wrong)]);
            assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {key}");
            assert!(
                got.text.contains(&format!("value=\"{wrong}\"")) && got.text.contains("Möglich: "),
                "{name}"
            );
        }
    }
}
