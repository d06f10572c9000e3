//! By what an app proves itself at Microsoft, as somebody types it: a secret or a certificate, and the day on which it ends.

use model::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use show::values::is_object_id;
use store::StoredCredential;

use crate::frame::Frame;
use crate::visit::Visit;

/// Bytes of a certificate with its key; a chain of several fits.
const PEM: usize = 64 * 1024;

/// By what an app proves itself, as it was typed, with what is wrong beside each field.
#[derive(Default)]
pub struct Proofs {
    /// By a certificate, else by a secret.
    pub by_certificate: bool,
    /// The day on which it ends.
    pub ends: String,
    /// That a secret or a certificate was typed which the page does not give back.
    pub again: bool,
    /// What is wrong with the secret.
    pub secret_error: String,
    /// What is wrong with the certificate.
    pub certificate_error: String,
    /// What is wrong with the day.
    pub ends_error: String,
}

impl Proofs {
    /// Whether something is.
    pub fn is_wrong(&self) -> bool {
        [&self.secret_error, &self.certificate_error, &self.ends_error].into_iter().any(|e| !e.is_empty())
    }
}

/// What was typed of it, and the credential if it can be one.
pub fn proof_of(visit: &Visit, f: &Frame) -> (Proofs, Option<StoredCredential>) {
    let by_certificate = visit.form.get("how") == "certificate";
    let mut proofs = Proofs { by_certificate, ends: visit.form.get("ends").to_owned(), ..Proofs::default() };
    let credential = credential(visit, f, &mut proofs);
    proofs.again = credential.is_some();
    (proofs, credential)
}

fn credential(visit: &Visit, f: &Frame, typed: &mut Proofs) -> Option<StoredCredential> {
    if typed.by_certificate {
        let pem = visit.form.raw("certificate");
        if pem.len() > PEM {
            typed.certificate_error = f.s("connect-certificate-long");
            return None;
        }
        let pem = SecretString::from(pem);
        if let Some(why) = sync::bad_certificate(&pem) {
            typed.certificate_error = f.x("connect-certificate-wrong", show::texts::bad_certificate(why));
            return None;
        }
        return Some(StoredCredential::Certificate(pem));
    }
    let secret = SecretString::from(visit.form.get("secret"));
    let text = secret.expose_secret();
    if text.is_empty() {
        typed.secret_error = f.s("connect-secret-missing");
    } else if is_object_id(text) {
        // The column beside the value: the one slip that everybody makes.
        typed.secret_error = f.s("connect-secret-id");
    } else {
        return Some(StoredCredential::Secret(secret));
    }
    None
}

/// The day on which a credential ends, if one was typed.
pub fn ends(f: &Frame, typed: &mut Proofs) -> Option<Timestamp> {
    if typed.ends.is_empty() {
        return None;
    }
    let ends = show::when::end_in(&typed.ends, &f.times.zone).filter(|at| *at > f.times.now);
    if ends.is_none() {
        typed.ends_error = f.s("connect-ends-wrong");
    }
    ends
}
