//! The book's pages: order, thumb index, filters.

use axum::http::StatusCode;
use model::{Field, Origin, Role, Values};
use store::Reach;

use crate::support::{Got, House};

fn person(first: &str, last: &str) -> Values {
    let values = Values::default().with(Field::FirstName, first).with(Field::LastName, last);
    values.with(Field::DisplayName, &format!("{first} {last}"))
}

/// Where a link of this relation leads.
fn link(page: &Got, rel: &str) -> String {
    let end =
        page.text.find(&format!("\" rel=\"{rel}\"")).unwrap_or_else(|| panic!("no {rel}: {}", page.text));
    let start = page.text[..end].rfind("href=\"").unwrap() + 6;
    page.text[start..end].replace("&#38;", "&").replace("&amp;", "&")
}

#[test]
fn w12_a_book_of_any_size_is_turned_in_the_order_of_a_telephone_book() {
    for house in House::each() {
        let (book, _) = house.customer("a", "Alpha", "24h-Dienst");
        for n in 0..120 {
            book.add_contact(&person("Eva", &format!("Person {n:03}")), Origin::Manual, house.now()).unwrap();
        }
        for (first, last) in [("Zoe", "Muller"), ("Anna", "Müller"), ("Tim", "Öhler"), ("Jo", "Ofen")] {
            book.add_contact(&person(first, last), Origin::Csv, house.now()).unwrap();
        }
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let first = owner.get("/c/a/book");
        assert!(first.text.contains("1–50 von 125"), "{}: {}", house.name(), first.text);
        let order = ["24h-Dienst", "Anna Müller", "Zoe Muller", "Tim Öhler", "Jo Ofen", "Eva Person 000"];
        let places: Vec<_> =
            order.iter().map(|name| first.text.find(&format!(">{name}<")).unwrap()).collect();
        assert!(places.is_sorted(), "{places:?}");
        let second = owner.get(&format!("/c/a/book{}", link(&first, "next")));
        assert!(second.text.contains("51–100 von 125") && second.text.contains("Eva Person 045"));
        let third = owner.get(&format!("/c/a/book{}", link(&second, "next")));
        assert!(third.text.contains("101–125 von 125") && !third.text.contains("rel=\"next\""));
        let back = owner.get(&format!("/c/a/book{}", link(&third, "prev")));
        assert!(back.text.contains("51–100 von 125"));
        let letter = owner.get("/c/a/book?at=O");
        assert!(
            letter.text.contains("125 Kontakte") && !letter.text.contains("Anna Müller"),
            "{}",
            letter.text
        );
        assert!(letter.text.contains("<a href=\"?at=O\" aria-current=\"true\">O</a>"));
        assert!(letter.text.contains("<span aria-hidden=\"true\">Q</span>"));
        for nonsense in ["?at=%C3%84", "?after=x", "?before=00000000-0000-8000-8000-000000000000", "?at=1"] {
            let got = owner.get(&format!("/c/a/book{nonsense}"));
            assert!(got.text.contains("1–50 von 125"), "{nonsense}");
        }
    }
}

#[test]
fn s10_what_a_filter_leaves_stands_in_the_address() {
    for house in House::each() {
        let (book, _) = house.customer("a", "Alpha", "Alt");
        let id = book.add_contact(&person("Neu", "Hand"), Origin::Manual, house.now()).unwrap();
        book.add_contact(&person("Cem", "Csv"), Origin::Csv, house.now()).unwrap();
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let csv = owner.get("/c/a/book?source=csv").text;
        assert!(csv.contains("Cem Csv") && !csv.contains("Neu Hand") && csv.contains("1–1 von 1"), "{csv}");
        assert!(owner.get("/c/a/book?linked=yes").text.contains("Auf niemanden trifft das zu."));
        assert!(owner.get("/c/a/book?view=left").text.contains("Auf niemanden trifft das zu."));
        house.later(30 * 86_400_000);
        book.edit_contact(id, &[(Field::JobTitle, Some("Leitung".into()))], house.now()).unwrap();
        let owner = house.signed_in(Role::Owner, Reach::All, &[]);
        let changed = owner.get("/c/a/book?view=changed").text;
        assert!(changed.contains("Neu Hand") && !changed.contains("Cem Csv"), "{}: {changed}", house.name());
        assert!(changed.contains("<input type=\"hidden\" name=\"view\" value=\"changed\">"));
        for nonsense in
            ["group=9", "group=99999999999999999999", "group=-1", "source=x", "linked=x", "view=x"]
        {
            assert_eq!(owner.get(&format!("/c/a/book?{nonsense}")).status, StatusCode::OK, "{nonsense}");
        }
    }
}
