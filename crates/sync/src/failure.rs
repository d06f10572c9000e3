//! Errors as a run's row keeps them, in both languages: whoever looks later reads another one than whoever ran.

use std::sync::OnceLock;

use store::ErrorText;

use crate::office::RunError;

static GERMAN: OnceLock<fn(&RunError) -> String> = OnceLock::new();

/// Says how errors are told in German, once for a process. Until then rows keep the English text alone.
pub fn keep_german(text: fn(&RunError) -> String) {
    GERMAN.get_or_init(|| text);
}

/// What a row keeps of an error.
pub(crate) fn kept(error: &RunError) -> ErrorText {
    ErrorText { english: error.to_string(), german: GERMAN.get().map(|german| german(error)) }
}
