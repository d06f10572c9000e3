//! Making up one ordinary employee.

use crate::company::names::{
    self, COMPANY, DEPARTMENT, GIVEN, JOB, OFFICE, PLACE, Place, SURNAME, TITLE, local, mobile, phone,
};
use crate::company::skus::{SKUS, Sku, license, plans_for};
use crate::dir::pool::Pool;
use crate::dir::{Kind, Object};
use crate::rng::{Rng, guid_text};
use crate::time::iso;

/// Writes properties of one object straight into the pool.
pub(crate) struct Writer<'a> {
    pub(crate) pool: &'a mut Pool,
    pub(crate) object: Object,
}

impl Writer<'_> {
    pub(crate) fn text(&mut self, name: &str, value: &str) {
        let span = self.pool.text(value);
        self.span(name, span);
    }

    /// For values that many objects carry.
    pub(crate) fn word(&mut self, name: &str, value: &str) {
        let span = self.pool.shared_text(value);
        self.span(name, span);
    }

    /// For finished JSON that many objects carry.
    pub(crate) fn json(&mut self, name: &str, json: &str) {
        let span = self.pool.shared(json);
        self.span(name, span);
    }

    pub(crate) fn texts(&mut self, name: &str, values: &[&str]) {
        let span = self.pool.raw(&serde_json::to_string(values).unwrap_or_default());
        self.span(name, span);
    }

    fn span(&mut self, name: &str, span: crate::dir::pool::Span) {
        if let Some(prop) = self.object.kind.prop(name) {
            self.object.set(prop, span);
        }
    }
}

/// The day the company moved to the cloud; dates of generation count from here, not from the clock.
pub(crate) const EPOCH: i64 = 1_700_000_000;

/// A made-up employee before it becomes an object.
#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) given: &'static str,
    pub(crate) surname: &'static str,
    pub(crate) address: String,
    pub(crate) place: &'static Place,
    pub(crate) sku: Option<&'static Sku>,
    pub(crate) hybrid: bool,
}

impl Person {
    /// Draws a person; `number` makes the address unique.
    pub(crate) fn draw(rng: &mut Rng, number: usize, domain: &str, hybrid: bool) -> Self {
        let (given, surname) = (rng.pick(GIVEN), rng.pick(SURNAME));
        let place = PLACE.get(rng.below(PLACE.len())).unwrap_or(&names::ELSEWHERE);
        let sku = match rng.below(100) {
            0..30 => SKUS.get(1),
            30..45 => SKUS.first(),
            45..60 => SKUS.get(2),
            60..75 => SKUS.get(3),
            75..80 => SKUS.get(4),
            80..90 => SKUS.get(5),
            90..93 => SKUS.get(6),
            93..95 => SKUS.get(7),
            _ => None,
        };
        let address = format!("{}.{}{number}@{domain}", local(given), local(surname));
        Self { given, surname, address, place, sku, hybrid }
    }

    /// The person's user object.
    pub(crate) fn object(&self, rng: &mut Rng, pool: &mut Pool, domain: &str) -> Object {
        let id = rng.guid();
        let mut w = Writer { pool, object: Object::new(id, Kind::User) };
        self.identity(rng, &mut w, domain);
        self.work(rng, &mut w);
        if self.hybrid {
            self.on_premises(rng, &mut w, domain);
        }
        w.object
    }

    fn identity(&self, rng: &mut Rng, w: &mut Writer<'_>, domain: &str) {
        let title = if rng.percent(4) { rng.pick(TITLE) } else { "" };
        let display = match rng.below(4) {
            0 => format!("{}, {title}{}", self.surname, self.given),
            _ => format!("{title}{} {}", self.given, self.surname),
        };
        w.text("displayName", &display);
        w.word("givenName", self.given);
        w.word("surname", self.surname);
        w.text("userPrincipalName", &self.address);
        w.json("accountEnabled", "true");
        w.word("userType", "Member");
        let nick = self.address.split('@').next().unwrap_or("");
        w.text("mailNickname", nick);
        let created = EPOCH + rng.below(60_000_000) as i64;
        w.text("createdDateTime", &iso(created));
        let mailbox = self.sku.is_some_and(|s| s.plans.iter().any(|p| p.service == "exchange"));
        if mailbox || self.hybrid {
            w.text("mail", &self.address);
            let primary = format!("SMTP:{}", self.address);
            let routing = format!("smtp:{nick}@{}.onmicrosoft.example", domain.replace('.', ""));
            w.texts("proxyAddresses", &[&primary, &routing]);
            w.texts("imAddresses", &[&self.address]);
        }
        if let Some(sku) = self.sku {
            let licenses = [license(sku.id)];
            let plans = plans_for(&licenses, &[], &iso(EPOCH));
            w.json("assignedLicenses", &serde_json::to_string(&licenses).unwrap_or_default());
            w.json("assignedPlans", &serde_json::to_string(&plans).unwrap_or_default());
            w.word("usageLocation", "DE");
        }
        let sid = guid_text(w.object.id).replace('-', "");
        w.text("securityIdentifier", &format!("S-1-12-1-{sid}"));
    }

    fn work(&self, rng: &mut Rng, w: &mut Writer<'_>) {
        w.word("department", rng.pick(DEPARTMENT));
        w.word("jobTitle", rng.pick(JOB));
        w.word("companyName", rng.pick(COMPANY));
        w.word("officeLocation", rng.pick(OFFICE));
        w.word("city", self.place.city);
        w.word("state", self.place.state);
        w.word("postalCode", self.place.code);
        w.word("streetAddress", self.place.street);
        w.word("country", rng.pick(&["Deutschland", "Germany", "DE"]));
        w.word("preferredLanguage", rng.pick(&["de-DE", "de-DE", "en-US", "de-AT"]));
        if rng.percent(85) {
            let number = phone(rng, self.place.area);
            w.texts("businessPhones", &[&number]);
        }
        if rng.percent(60) {
            let number = mobile(rng);
            w.text("mobilePhone", &number);
        }
        if rng.percent(20) {
            let number = phone(rng, self.place.area);
            w.text("faxNumber", &number);
        }
        if rng.percent(50) {
            let number = format!("{:06}", rng.below(1_000_000));
            w.text("employeeId", &number);
            w.word("employeeType", "Employee");
            w.json("employeeOrgData", r#"{"costCenter":"4711","division":"Zentrale"}"#);
        }
        // Cleared once: `null` in delta, where never-set properties are absent.
        if rng.percent(5) {
            w.json("faxNumber", "null");
        }
    }

    fn on_premises(&self, rng: &mut Rng, w: &mut Writer<'_>, domain: &str) {
        let id = guid_text(rng.guid());
        w.json("onPremisesSyncEnabled", "true");
        w.text("onPremisesImmutableId", &format!("{}==", id.replace('-', "").get(..22).unwrap_or("")));
        let sam: String = self.address.chars().take_while(|c| *c != '@').take(20).collect();
        w.text("onPremisesSamAccountName", &sam);
        w.text("onPremisesUserPrincipalName", &self.address);
        w.word("onPremisesDomainName", domain);
        w.word("onPremisesLastSyncDateTime", &iso(EPOCH + 60_000_000));
        let cn = format!("CN={} {},OU=Mitarbeiter,DC=muster,DC=example", self.given, self.surname);
        w.text("onPremisesDistinguishedName", &cn);
        w.text("onPremisesSecurityIdentifier", &format!("S-1-5-21-1004336348-{}", rng.below(999_999)));
        w.json("onPremisesExtensionAttributes", EXTENSIONS);
    }
}

const EXTENSIONS: &str = concat!(
    r#"{"extensionAttribute1":"Standort","extensionAttribute2":null,"extensionAttribute3":null,"#,
    r#""extensionAttribute4":null,"extensionAttribute5":null,"extensionAttribute6":null,"#,
    r#""extensionAttribute7":null,"extensionAttribute8":null,"extensionAttribute9":null,"#,
    r#""extensionAttribute10":null,"extensionAttribute11":null,"extensionAttribute12":null,"#,
    r#""extensionAttribute13":null,"extensionAttribute14":null,"extensionAttribute15":null}"#
);
