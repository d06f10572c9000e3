//! Contacts by hand on pages: what is said before an edit, who was slower, the bin, merging, groups, downloads, erasing.

use axum::http::StatusCode;
use model::{ContactId, Field, Origin, Role, SourceId, Timestamp, Values};
use store::{Book, By, EndBy, NewConnection, Reach, StoredCredential};

use crate::support::{Got, House};
use crate::tenant::Firm;

fn person(first: &str, last: &str) -> Values {
    let values = Values::default().with(Field::FirstName, first).with(Field::LastName, last);
    values.with(Field::DisplayName, &format!("{first} {last}"))
}

fn add(book: &Book, first: &str, last: &str, now: Timestamp) -> (ContactId, String) {
    let id = book.add_contact(&person(first, last), Origin::Manual, now).unwrap();
    (id, book.public_id(id).to_string())
}

/// Links a contact to somebody of a tenant.
pub fn linked(book: &Book, id: ContactId, now: Timestamp) -> SourceId {
    let connection = book
        .connect(
            &NewConnection {
                tenant_id: "11111111-1111-1111-1111-111111111111",
                client_id: "22222222-2222-2222-2222-222222222222",
                login_url: "https://login.example",
                graph_url: "https://graph.example",
                credential: StoredCredential::Secret("secret".into()),
                credential_ends_at: None,
                credential_end_by: EndBy::Typed,
            },
            now,
        )
        .unwrap();
    let source: SourceId = "33333333-3333-3333-3333-333333333333".parse().unwrap();
    book.link_by_hand(connection.id, &source, id, now).unwrap();
    source
}

/// The value of a hidden or text input.
fn input(page: &Got, name: &str) -> String {
    let start =
        page.text.find(&format!("name=\"{name}\"")).unwrap_or_else(|| panic!("no {name}: {}", page.text));
    let rest = &page.text[start..];
    let value = rest.find("value=\"").unwrap() + 7;
    rest[value..].split('"').next().unwrap().to_owned()
}

#[test]
fn a5_a_field_of_microsoft_365_says_so_before_anybody_types_and_offers_a_pin() {
    for house in House::each() {
        let (book, _) = house.customer("a", "Alpha", "x");
        let (id, public) = add(&book, "Anna", "Berg", house.now());
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let path = format!("/c/a/book/{public}/edit");
        assert!(!owner.get(&path).text.contains("Dieses Feld kommt aus Microsoft 365"), "{}", house.name());
        linked(&book, id, house.now());
        let form = owner.get(&path);
        let warning = form.text.find("Dieses Feld kommt aus Microsoft 365. Ihr Wert gilt").unwrap();
        assert!(warning < form.text.find("name=\"first_name\"").unwrap(), "above the field");
        let fields = |why: &'static str| {
            vec![
                ("seen", input(&form, "seen")),
                ("first_name", "Anna".into()),
                ("last_name", "Berger".into()),
                ("display_name", "Anna Berg".into()),
                ("pin-last_name", "on".into()),
                ("why-last_name", why.into()),
            ]
        };
        let send = |fields: Vec<(&'static str, String)>| {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
            owner.post(&path, &fields)
        };
        let without = send(fields(""));
        assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            without.text.contains("Bitte einen Grund angeben") && without.text.contains("value=\"Berger\"")
        );
        let mut unticked = fields("Hochzeit");
        unticked.retain(|(name, _)| *name != "pin-last_name");
        let again = send(unticked);
        assert!(
            again.status == StatusCode::UNPROCESSABLE_ENTITY && again.text.contains("bitte oben ankreuzen")
        );
        assert_eq!(send(fields("Hochzeit")).to, format!("/c/a/book/{public}?done=saved"));
        let page = owner.get(&format!("/c/a/book/{public}")).text;
        assert!(page.contains("Anna Berger") && page.contains("angeheftet: „Hochzeit“"), "{page}");
        // What follows from the pinned name is by hand, and what nobody typed over still is Microsoft's.
        let mark_of = |label: &str| {
            let row = page.split(&format!("scope=\"row\">{label}</th>")).nth(1).unwrap();
            row.split("</tr>").next().unwrap().to_owned()
        };
        for (label, mark) in [("Anzeigename", "</svg>von Hand<"), ("Vorname", "</svg>Microsoft 365<")] {
            assert!(mark_of(label).contains(mark), "{label}: {}", mark_of(label));
        }
        assert!(page.contains("früher Berg") && page.contains("Jana Petersen"), "{page}");
        assert!(matches!(book.history(id).unwrap()[0].by, By::Account(_)), "who did it");
        assert_eq!(
            owner.post(&format!("/c/a/book/{public}/unpin"), &[("field", "last_name")]).status,
            StatusCode::SEE_OTHER
        );
        assert!(book.entry(id).unwrap().unwrap().contact.pins.is_empty());
    }
}

#[test]
fn w1_whoever_was_slower_keeps_what_they_typed_and_sees_both() {
    for house in House::each() {
        let (book, _) = house.customer("a", "Alpha", "x");
        let (id, public) = add(&book, "Anna", "Berg", house.now());
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let path = format!("/c/a/book/{public}/edit");
        let seen = input(&owner.get(&path), "seen");
        book.edit_contact(id, &[(Field::JobTitle, Some("Leitung".into()))], house.now()).unwrap();
        let typed = [
            ("seen", seen.as_str()),
            ("first_name", "Anna"),
            ("last_name", "Tal"),
            ("display_name", "Anna Berg"),
        ];
        let again = owner.post(&path, &typed);
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", house.name());
        assert!(again.text.contains("Jemand hat diesen Kontakt inzwischen geändert"), "{}", again.text);
        assert!(
            again.text.contains("value=\"Tal\"") && again.text.contains("<b>Leitung</b>"),
            "{}",
            again.text
        );
        let seen = input(&again, "seen");
        let typed = [
            ("seen", seen.as_str()),
            ("first_name", "Anna"),
            ("last_name", "Tal"),
            ("display_name", "Anna Berg"),
            ("job_title", "Leitung"),
        ];
        assert!(owner.post(&path, &typed).to.ends_with("?done=saved"));
        let values = book.entry(id).unwrap().unwrap().contact.values;
        assert_eq!(
            (values.get(Field::DisplayName), values.get(Field::JobTitle)),
            (Some("Anna Tal"), Some("Leitung"))
        );
    }
}

/// The fields of a contact's form as a browser sends them: each with what it was, and the line breaks of forms.
fn as_sent(form: &Got, typed: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut fields = vec![("seen".to_owned(), input(form, "seen"))];
    for field in Field::ALL {
        let was = format!("was.{}", field.name());
        let known = input(form, &was).replace('\n', "\r\n");
        let now = typed.iter().find(|(name, _)| *name == field.name()).map(|(_, now)| (*now).to_owned());
        fields.push((field.name().to_owned(), now.unwrap_or_else(|| known.clone())));
        fields.push((was, known));
    }
    fields
}

#[test]
fn w1_what_nobody_touched_in_the_form_is_what_the_book_says_by_now() {
    for house in House::each() {
        let (book, _) = house.customer("a", "Alpha", "x");
        let (id, public) = add(&book, "Anna", "Berg", house.now());
        let two = Some("040 1\n040 2".into());
        book.edit_contact(
            id,
            &[(Field::BusinessPhones, two), (Field::Department, Some("Vertrieb".into()))],
            house.now(),
        )
        .unwrap();
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let path = format!("/c/a/book/{public}/edit");
        let save = |fields: &[(String, String)]| {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
            owner.post(&path, &fields)
        };
        let opened = owner.get(&path);
        let fields = as_sent(&opened, &[("last_name", "Tal"), ("display_name", "Anna Tal")]);
        // Meanwhile a run writes what stands untouched in the form.
        let meanwhile = [
            (Field::JobTitle, Some("Leitung".into())),
            (Field::BusinessPhones, Some("040 3".into())),
            (Field::Department, None),
        ];
        book.edit_contact(id, &meanwhile, house.now()).unwrap();
        let again = save(&fields);
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", house.name());
        assert!(
            again.text.contains("value=\"Tal\"")
                && again.text.contains("name=\"job_title\" type=\"text\" value=\"Leitung\"")
                && again.text.contains(">040 3</textarea>"),
            "{}",
            again.text
        );
        // A pin is about the value that was seen: it stays, beside what the book says by now.
        let seen = input(&again, "seen");
        book.edit_contact(id, &[(Field::JobTitle, Some("Vertretung".into()))], house.now()).unwrap();
        let pinned = [("seen", &*seen), ("job_title", "Leitung"), ("was.job_title", "Leitung")];
        let pinned = [&pinned[..], &[("pin-job_title", "on"), ("why-job_title", "so heißt es")]].concat();
        let pinned = owner.post(&path, &pinned).text;
        let shown = pinned.split("name=\"job_title\"").nth(1).unwrap();
        assert!(shown.split("</div>").next().unwrap().contains("value=\"Leitung\""), "{}", house.name());
        assert!(shown.contains("<b>Vertretung</b>"), "{}: {shown}", house.name());
        book.edit_contact(id, &[(Field::JobTitle, Some("Leitung".into()))], house.now()).unwrap();
        // Saved anew, as it stands there by now.
        let fields = as_sent(&again, &[("last_name", "Tal"), ("display_name", "Anna Tal")]);
        assert!(save(&fields).to.ends_with("?done=saved"), "{}", house.name());
        let values = book.entry(id).unwrap().unwrap().contact.values;
        assert_eq!(
            [Field::LastName, Field::JobTitle, Field::BusinessPhones, Field::Department]
                .map(|field| values.get(field)),
            [Some("Tal"), Some("Leitung"), Some("040 3"), None],
            "{}",
            house.name()
        );
    }
}

#[test]
fn a6_an_address_that_another_contact_has_is_asked_about() {
    for house in House::each() {
        let (book, _) = house.customer("a", "Alpha", "x");
        let (id, public) = add(&book, "Anna", "Berg", house.now());
        book.edit_contact(id, &[(Field::Email, Some("anna@x.example".into()))], house.now()).unwrap();
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let taken = [("last_name", "Tal"), ("email", "Anna@X.example ")];
        let asked = owner.post("/c/a/book/add", &taken);
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", house.name());
        assert!(asked.text.contains("Diese Adresse hat schon: Anna Berg."), "{}", asked.text);
        let also = [taken[0], taken[1], ("also", "anna@x.example")];
        let done = owner.post("/c/a/book/add", &also).to;
        assert!(done.ends_with("?done=added"), "{}: {done}", house.name());
        // Her own address asks nobody, and neither does another field of whoever shares one.
        let path = format!("/c/a/book/{public}/edit");
        let seen = input(&owner.get(&path), "seen");
        let own = [
            ("seen", seen.as_str()),
            ("first_name", "Anna"),
            ("last_name", "Groß"),
            ("email", "anna@x.example"),
        ];
        assert!(owner.post(&path, &own).to.ends_with("?done=saved"), "{}", house.name());
    }
}

#[test]
fn a4_a_contact_is_added_by_hand_and_mistakes_stand_beside_their_fields() {
    for house in House::each() {
        let (book, _) = house.customer("a", "Alpha", "x");
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let wrong =
            owner.post("/c/a/book/add", &[("last_name", "Groß"), ("email", "anna"), ("mobile", "ruf an")]);
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", house.name());
        assert!(
            wrong.text.contains("„anna“ ist keine E-Mail-Adresse") && wrong.text.contains("value=\"Groß\""),
            "{}",
            wrong.text
        );
        assert!(
            owner.post("/c/a/book/add", &[("email", "a@x.example")]).text.contains("Ein Kontakt braucht")
        );
        let done =
            owner.post("/c/a/book/add", &[("last_name", "Groß"), ("business_phones", "+49 40 1\n+49 40 2")]);
        assert!(done.to.ends_with("?done=added"), "{}", done.to);
        assert!(owner.get("/c/a/book?q=gross").text.contains(">Groß<"));
        let reader = house.signed_in(Role::Reader, Reach::Own(book.customer.id), &[]);
        assert!(!reader.get("/c/a/book").text.contains("/book/add"), "what a role may not do is not offered");
    }
}

#[test]
fn w4_removed_contacts_lie_in_the_bin_which_an_address_opens_with_them_ticked() {
    for house in House::each() {
        let (book, _) = house.customer("a", "Alpha", "x");
        let ((a, anna), (b, bernd)) =
            (add(&book, "Anna", "Berg", house.now()), add(&book, "Bernd", "Tal", house.now()));
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let asked = owner.post(&format!("/c/a/book/{anna}/delete"), &[]);
        assert!(
            asked.text.contains("Anna Berg löschen?") && book.entry(a).unwrap().is_some(),
            "{}",
            house.name()
        );
        let gone = owner.post(&format!("/c/a/book/{anna}/delete"), &[("sure", "yes")]);
        assert_eq!(gone.to, format!("/c/a/bin?select={anna}&done=removed"));
        book.remove_contact(b, house.now()).unwrap();
        house.later(3 * 86_400_000);
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let bin = owner.get(&format!("/c/a/bin?select={anna}")).text;
        assert!(bin.contains("noch 27 Tage") && bin.contains(&format!("value=\"{anna}\" checked")), "{bin}");
        assert!(bin.contains(&format!("value=\"{bernd}\">")), "{bin}");
        assert_eq!(owner.get(&format!("/c/a/book/{anna}")).to, format!("/c/a/bin?select={anna}"));
        assert_eq!(owner.post("/c/a/bin/restore", &[]).status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(owner.post("/c/a/bin/restore", &[("select", &anna)]).to, "/c/a/bin?done=restored&n=1");
        assert!(book.entry(a).unwrap().is_some() && book.entry(b).unwrap().is_none());
        assert_eq!(book.contact_counts().unwrap().0, book.contact_counts().unwrap().1);
    }
}

#[test]
fn w4_two_contacts_become_one_by_a_choice_for_each_field() {
    for house in House::each() {
        let (book, _) = house.customer("a", "Alpha", "x");
        let ((a, anna), (b, other)) =
            (add(&book, "Anna", "Berg", house.now()), add(&book, "Anna", "Berg-Tal", house.now()));
        book.edit_contact(b, &[(Field::Mobile, Some("+49 171 1".into()))], house.now()).unwrap();
        let group = book.add_group("Leitung").unwrap();
        book.add_members(group, &[b], house.now()).unwrap();
        let source = linked(&book, b, house.now());
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let path = format!("/c/a/book/{anna}/merge");
        assert!(
            owner.get(&path).text.contains(&format!("?with={other}")),
            "{}: offered by name",
            house.name()
        );
        let form = owner.get(&format!("{path}?with={other}"));
        assert!(form.text.contains("Anna Berg-Tal, kommt in den Papierkorb"), "{}", form.text);
        let seen = input(&form, "seen");
        let choice = [("with", other.as_str()), ("seen", &seen), ("last_name", "other"), ("mobile", "other")];
        let old = [("with", other.as_str()), ("seen", "1 2"), ("last_name", "other")];
        let again = owner.post(&path, &old);
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        let chosen = "name=\"last_name\" value=\"other\" checked";
        assert!(
            again.text.contains(chosen) && !form.text.contains(chosen),
            "{}: {}",
            house.name(),
            again.text
        );
        assert_eq!(owner.post(&path, &choice).to, format!("/c/a/book/{anna}?done=merged"));
        let entry = book.entry(a).unwrap().unwrap();
        assert_eq!(entry.contact.values.get(Field::DisplayName), Some("Anna Berg-Tal"));
        assert_eq!(
            (entry.contact.values.get(Field::Mobile), entry.source),
            (Some("+49 171 1"), Some(source))
        );
        assert_eq!(entry.groups.len(), 1);
        assert!(book.entry(b).unwrap().is_none() && book.binned(b).unwrap().is_some());
        assert_eq!(book.contact_counts().unwrap(), (2, 2));
    }
}

#[test]
fn w4_two_contacts_of_two_people_are_told_so_before_anybody_chooses_their_values() {
    for firm in Firm::each() {
        firm.hire(&["Anna", "Berta"]);
        let owner = firm.owner();
        owner.done("/c/muster/run", &[]);
        let id = |first| firm.book.public_id(firm.contact(first).contact.id).to_string();
        let (anna, berta) = (id("Anna"), id("Berta"));
        let page = owner.get(&format!("/c/muster/book/{anna}/merge?with={berta}")).text;
        for said in ["also zwei Personen", &format!("/book/{anna}/unlink"), &format!("/book/{berta}/unlink")]
        {
            assert!(page.contains(said), "{}: {said}: {page}", firm.house.name());
        }
        assert!(!page.contains("Zusammenführen</button>"), "{}: {page}", firm.house.name());
        // With one link less it goes.
        owner.post(&format!("/c/muster/book/{berta}/unlink"), &[("sure", "yes")]);
        let page = owner.get(&format!("/c/muster/book/{anna}/merge?with={berta}")).text;
        assert!(page.contains("Zusammenführen</button>") && !page.contains("also zwei Personen"), "{page}");
    }
}

#[test]
fn s8_groups_are_kept_by_hand_and_many_contacts_are_put_into_them() {
    for house in House::each() {
        let (book, _) = house.customer("a", "Alpha", "x");
        let ((a, anna), (_, bernd)) =
            (add(&book, "Anna", "Berg", house.now()), add(&book, "Bernd", "Tal", house.now()));
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        assert!(
            owner.post("/c/a/groups/add", &[("name", "alle")]).text.contains("So heißt schon eine Gruppe")
        );
        assert_eq!(owner.post("/c/a/groups/add", &[("name", "Leitung")]).to, "/c/a/groups?done=added");
        let n =
            book.groups().unwrap().iter().find(|g| &*g.name == "Leitung").unwrap().id.number().to_string();
        assert_eq!(
            owner.post("/c/a/book/many", &[("act", "group")]).status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        let asked = owner.post("/c/a/book/many", &[("act", "group"), ("pick", &anna), ("pick", &bernd)]).text;
        assert!(asked.contains("In welche Gruppe?") && asked.contains(&anna), "{}: {asked}", house.name());
        let join = [("act", "join"), ("pick", anna.as_str()), ("pick", &bernd), ("group", &n)];
        assert_eq!(owner.post("/c/a/book/many", &join).to, format!("/c/a/book?group={n}"));
        let list = owner.get(&format!("/c/a/book?group={n}")).text;
        assert!(
            list.contains("Anna Berg") && list.contains("Bernd Tal") && list.contains("1–2 von 2"),
            "{list}"
        );
        owner.post("/c/a/book/many", &[("act", "leave"), ("pick", &bernd), ("group", &n)]);
        assert!(!owner.get(&format!("/c/a/book?group={n}")).text.contains("Bernd Tal"));
        let told = owner.get(&format!("/c/a/book/{anna}")).text;
        assert!(told.contains("in eine Gruppe genommen"), "{told}");
        assert_eq!(
            owner.post(&format!("/c/a/groups/{n}/rename"), &[("name", "Chefs")]).to,
            "/c/a/groups?done=renamed"
        );
        assert!(owner.get(&format!("/c/a/groups/{n}/delete")).text.contains("Gruppe Chefs löschen?"));
        assert_eq!(
            owner.post(&format!("/c/a/groups/{n}/delete"), &[("sure", "yes")]).to,
            "/c/a/groups?done=deleted"
        );
        assert!(book.entry(a).unwrap().unwrap().groups.is_empty());
        let asked =
            owner.post("/c/a/book/many", &[("act", "delete"), ("pick", &anna), ("pick", &bernd)]).text;
        assert!(asked.contains("2 Kontakte löschen?") && book.entry(a).unwrap().is_some(), "{asked}");
        owner
            .post("/c/a/book/many", &[("act", "delete"), ("sure", "yes"), ("pick", &anna), ("pick", &bernd)]);
        assert!(book.entry(a).unwrap().is_none());
    }
}

#[test]
fn w7_the_book_is_downloaded_as_files_that_start_no_formula_and_printed() {
    for house in House::each() {
        let (book, _) = house.customer("a", "Alpha", "Zoe");
        let values = Values::default().with(Field::DisplayName, "=1+1").with(Field::Mobile, "+49 171 1");
        book.add_contact(&values, Origin::Csv, house.now()).unwrap();
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let csv = owner.get("/c/a/book/csv?source=csv");
        assert_eq!(csv.file, "attachment; filename=\"kontaktbuch-a-2026-11-22.csv\"", "{}", house.name());
        assert!(
            csv.text.starts_with('\u{feff}') && csv.text.contains(";'=1+1;") && !csv.text.contains("Zoe"),
            "{}",
            csv.text
        );
        assert!(owner.get("/c/a/book/vcard").text.contains("BEGIN:VCARD"));
        let paper = owner.get("/c/a/book/print").text;
        assert!(paper.contains("class=\"paper\"") && paper.contains("<h2>Z</h2>"), "{paper}");
    }
}

#[test]
fn w11_a_person_gets_to_know_what_is_stored_and_is_erased_for_good() {
    for house in House::each() {
        let (book, _) = house.customer("a", "Alpha", "x");
        let (id, anna) = add(&book, "Anna", "Berg", house.now());
        let source = linked(&book, id, house.now());
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let data = owner.get(&format!("/c/a/book/{anna}/data")).text;
        assert!(
            data.contains("Auskunft: Anna Berg") && data.contains(&source.to_string()),
            "{}",
            house.name()
        );
        let file = owner.get(&format!("/c/a/book/{anna}/data.json"));
        assert!(
            file.text.contains("\"last_name\": \"Berg\"") && file.file.contains("auskunft-"),
            "{}",
            file.text
        );
        let asked = owner.post(&format!("/c/a/book/{anna}/erase"), &[("reason", "erased")]);
        assert!(
            asked.text.contains("überall und endgültig löschen?") && asked.text.contains(&source.to_string())
        );
        assert!(book.entry(id).unwrap().is_some());
        let done = owner.post(&format!("/c/a/book/{anna}/erase"), &[("reason", "objected"), ("sure", "yes")]);
        assert!(done.to.starts_with("/c/a/kept-out?done=erased"), "{} {}", done.to, done.text);
        assert!(book.entry(id).unwrap().is_none() && book.binned(id).unwrap().is_none());
        let out = owner.get("/c/a/kept-out").text;
        assert!(
            out.contains(&source.to_string())
                && out.contains("widersprochen")
                && out.contains("Jana Petersen"),
            "{out}"
        );
        assert!(!out.contains("Berg"), "no personal data: {out}");
        let source = source.to_string();
        assert_eq!(
            owner.post("/c/a/kept-out/let-in", &[("source", &source)]).to,
            "/c/a/kept-out?done=let-in"
        );
        assert!(book.kept_out().unwrap().is_empty());
    }
}

#[test]
fn w14_a_person_is_held_let_go_linked_and_unlinked_by_hand() {
    for house in House::each() {
        let (book, _) = house.customer("a", "Alpha", "x");
        let (id, anna) = add(&book, "Anna", "Berg", house.now());
        let source = linked(&book, id, house.now());
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let base = format!("/c/a/book/{anna}");
        // A reason that is too long comes back with the question.
        let long = "x".repeat(10_000);
        let again = owner.post(&format!("{base}/hold"), &[("why", &long)]);
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", house.name());
        let field = format!(
            "value=\"{long}\" autocomplete=\"off\" aria-invalid=\"true\" aria-describedby=\"ask-e\" autofocus"
        );
        assert!(again.text.contains(&field), "{}: {}", house.name(), again.text.len());
        assert!(owner.post(&format!("{base}/hold"), &[("why", "Klärung")]).to.ends_with("?done=held"));
        let page = owner.get(&base).text;
        assert!(page.contains("zurückgehalten seit 22.11.2026: Klärung"), "{}: {page}", house.name());
        assert!(owner.post(&format!("{base}/let-go"), &[]).to.ends_with("?done=let-go"));
        assert!(!owner.get(&base).text.contains("zurückgehalten seit"));
        assert!(owner.post(&format!("{base}/unlink"), &[]).text.contains("Verknüpfung von Anna Berg lösen?"));
        assert!(owner.post(&format!("{base}/unlink"), &[("sure", "yes")]).to.ends_with("?done=unlinked"));
        assert!(book.entry(id).unwrap().unwrap().linked.is_none());
        assert_eq!(
            owner.post(&format!("{base}/link"), &[("source", "x")]).status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        let again = owner.post(&format!("{base}/link"), &[("source", &source.to_string())]);
        assert!(again.to.ends_with("?done=linked"), "{}", again.text);
    }
}

#[test]
fn a9_each_value_says_whether_runs_write_it_still_wrote_it_once_or_a_person_did() {
    for firm in Firm::each() {
        let (owner, name) = (firm.owner(), firm.house.name());
        let people = firm.hire(&["Anna"]);
        firm.book.set_policy(&[("fields.last_name".to_owned(), "on_create".to_owned())]).unwrap();
        owner.done("/c/muster/run", &[]);
        let id = firm.book.entries().unwrap()[0].contact.id;
        let path = format!("/c/muster/book/{}", firm.book.public_id(id));
        let from = |label: &str| {
            let page = owner.get(&path).text;
            let row = page.split(&format!("scope=\"row\">{label}</th>")).nth(1).unwrap();
            let badge = row.split("class=\"badge").nth(1).unwrap().split("</span>").next().unwrap();
            badge.rsplit('>').next().unwrap().to_owned()
        };
        assert_eq!(from("Vorname"), "Microsoft 365", "{name}: runs write it");
        assert_eq!(from("Nachname"), "Microsoft 365, einmal übernommen", "{name}: a run wrote it once");
        firm.book.edit_contact(id, &[(Field::LastName, Some("Neu".into()))], firm.house.now()).unwrap();
        assert_eq!(from("Nachname"), "von Hand", "{name}: a person did");
        assert!(firm.tenant.delete_user(&people[0]));
        firm.book.set_policy(&[("on_deleted".to_owned(), "mark_left".to_owned())]).unwrap();
        owner.done("/c/muster/run", &[]);
        assert_eq!(from("Vorname"), "Microsoft 365, einmal übernommen", "{name}: runs do no more");
    }
}

#[test]
fn w11_what_is_stored_of_a_person_is_told_whole() {
    for firm in Firm::each() {
        let (owner, name) = (firm.owner(), firm.house.name());
        let people = firm.hire(&["Anna"]);
        firm.subscribed("Vertrieb", &people);
        owner.done("/c/muster/run", &[]);
        let (one, to) = (format!("choose:{}", people[0]), [("to", "why")]);
        owner.done("/c/muster/import/scope", &[("one", &one), to[0]]);
        let id = firm.book.entries().unwrap()[0].contact.id;
        let path = format!("/c/muster/book/{}/data", firm.book.public_id(id));
        let page = owner.get(&path).text;
        for told in
            ["Mitglied", "Konto aktiv", "Gruppen in Microsoft 365", "Vertrieb", "von Hand aufgenommen"]
        {
            assert!(page.contains(told), "{name} {told}: {page}");
        }
        let file = owner.get(&format!("{path}.json")).text;
        for told in ["\"account\": \"member\"", "\"groups\": \"Vertrieb\"", "\"by_hand\": \"chosen\""] {
            assert!(file.contains(told), "{name} {told}: {file}");
        }
    }
}
