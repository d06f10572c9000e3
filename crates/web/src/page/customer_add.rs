//! A new customer: a name, a short name that is made of it, a preset.

use askama::Template;
use model::search::collation_key;
use model::{Preset, Slug};
use store::{Refusal, SignedIn, StoreError};

use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::{Frame, named_alike};
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "customer-add.html")]
struct Add {
    f: Frame,
    name: String,
    slug: String,
    preset: String,
    presets: Vec<(&'static str, String)>,
    name_error: String,
    slug_error: String,
    /// Customers of this name, where that is asked about.
    namesakes: String,
}

fn add_page(visit: &Visit, person: &SignedIn) -> Result<Add, Trouble> {
    let f = Frame::of(visit, person, "customers")?;
    let presets = Preset::ALL.map(|preset| (preset.name(), preset_text(&f, preset))).to_vec();
    let typed = visit.form.get("preset");
    let usual = person.store().usual_preset()?.name();
    Ok(Add {
        name: visit.form.get("name").to_owned(),
        slug: visit.form.get("slug").to_owned(),
        preset: if typed.is_empty() { usual.to_owned() } else { typed.to_owned() },
        presets,
        name_error: String::new(),
        slug_error: String::new(),
        namesakes: String::new(),
        f,
    })
}

/// A preset in one sentence.
pub fn preset_text(f: &Frame, preset: Preset) -> String {
    f.s(match preset {
        Preset::Careful => "preset-careful",
        Preset::Awareness => "preset-awareness",
        Preset::Helpdesk => "preset-helpdesk",
        Preset::PhoneSystem => "preset-phone-system",
        Preset::BusinessCard => "preset-business-card",
    })
}

/// The form for a new customer.
pub fn form(visit: &Visit, person: &SignedIn) -> Outcome {
    Answer::page(&add_page(visit, person)?)
}

/// Adds a customer; without a short name one is made of the name.
pub fn add(visit: &Visit, person: &SignedIn) -> Outcome {
    let mut page = add_page(visit, person)?;
    if page.name.is_empty() || page.name.chars().count() > 200 {
        page.name_error = page.f.s("add-name-missing");
    }
    if page.slug.is_empty() {
        page.slug = slug_of(&page.name);
    }
    let slug: Option<Slug> = page.slug.parse().ok();
    // Of a name that is missing none can be made, and that is said beside the name.
    if slug.is_none() && (!page.slug.is_empty() || page.name_error.is_empty()) {
        page.slug_error = page.f.s("add-slug-wrong");
    }
    let wanted = named_alike(&page.name);
    if named_alike(visit.form.get("also")) != wanted {
        let there = person.customers()?;
        let alike = there.iter().filter(|one| named_alike(&one.name) == wanted);
        page.namesakes =
            alike.map(|one| format!("{} ({})", one.name, one.slug)).collect::<Vec<_>>().join(", ");
    }
    let fits = page.name_error.is_empty() && page.namesakes.is_empty();
    let (Some(slug), true) = (slug, fits) else { return Answer::again(&page) };
    let preset = Preset::named(&page.preset).filter(|p| person.store().usual_preset().ok() != Some(*p));
    match person.enrol(&slug, &page.name, preset, visit.now) {
        Ok(book) => {
            visit.changed("short-name", "", &book.customer.slug);
            Answer::to(&format!("/c/{}", book.customer.slug))
        }
        Err(StoreError::Refused(Refusal::CustomerExists(_))) => {
            page.slug_error = page.f.s("add-slug-taken");
            Answer::again(&page)
        }
        Err(error) => Err(error.into()),
    }
}

/// A short name out of a name: letters and digits, hyphens between words, at most 40.
fn slug_of(name: &str) -> String {
    let spelled: String = name.chars().flat_map(char::to_lowercase).fold(String::new(), |mut text, c| {
        match c {
            'ä' => text.push_str("ae"),
            'ö' => text.push_str("oe"),
            'ü' => text.push_str("ue"),
            c => text.push(c),
        }
        text
    });
    let (folded, _) = collation_key(&spelled);
    let mut slug = String::new();
    for c in folded.chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug: String = slug.chars().take(40).collect();
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::slug_of;

    #[test]
    fn a_short_name_is_made_of_a_name() {
        for (name, expected) in
            [("Nordlicht Apotheken KG", "nordlicht-apotheken-kg"), ("Bäckerei & Café!", "baeckerei-cafe")]
        {
            assert_eq!(slug_of(name), expected);
        }
    }
}
