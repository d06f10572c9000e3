//! Which service plans hold a mailbox (Microsoft: "Product names and service plan identifiers for licensing"). Products
//! come in many variants, so plans are compared, never products; the list is a setting, because new plans appear.

use model::SourceId;
use model::source::Licence;

/// The ids of Exchange plans with a mailbox, worldwide and GCC. The foundation, archive and mail filter plans that come
/// with other products are missing on purpose.
const MAILBOX: [&str; 8] = [
    "9aaf7827-d63c-4b61-89c3-182f06f82e5c", // EXCHANGE_S_STANDARD
    "efb87545-963c-4e0d-99df-69c6916d9eb0", // EXCHANGE_S_ENTERPRISE
    "4a82b400-a79f-41a4-b4e2-e94f5787b113", // EXCHANGE_S_DESKLESS
    "1126bef5-da20-4f07-b45e-ad25d2581aa8", // EXCHANGE_S_ESSENTIALS
    "90927877-dcff-4af6-b346-2332c0b15bb7", // EXCHANGE_B_STANDARD
    "e9b4930a-925f-45e2-ac2a-3f7788ca6fdd", // EXCHANGE_S_STANDARD_GOV
    "8c3069c0-ccdb-44be-ab77-986203a67df2", // EXCHANGE_S_ENTERPRISE_GOV
    "88f4d7ef-a73b-4246-8047-516022144c9f", // EXCHANGE_S_DESKLESS_GOV
];

/// The service plans that count as a mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailboxPlans(Vec<[u8; 16]>);

impl Default for MailboxPlans {
    fn default() -> Self {
        Self::new(MAILBOX.iter().filter_map(|id| guid(id)))
    }
}

impl MailboxPlans {
    /// Another list, by `servicePlanId`.
    pub fn new(ids: impl IntoIterator<Item = [u8; 16]>) -> Self {
        Self(ids.into_iter().collect())
    }

    /// The default list and these.
    #[must_use]
    pub fn and(mut self, ids: impl IntoIterator<Item = [u8; 16]>) -> Self {
        self.0.extend(ids);
        self
    }

    /// What a person's plans (with `capabilityStatus`) and number of licences amount to. Old entries stay in the list
    /// with another status, so presence alone says nothing.
    pub(crate) fn licence<'p>(
        &self,
        plans: impl Iterator<Item = (&'p str, &'p str)>,
        licences: usize,
    ) -> Licence {
        let usable =
            |status: &str| status.eq_ignore_ascii_case("Enabled") || status.eq_ignore_ascii_case("Warning");
        let mut usable = plans.filter(|(_, status)| usable(status));
        if usable.any(|(id, _)| guid(id).is_some_and(|id| self.0.contains(&id))) {
            Licence::Mailbox
        } else if licences > 0 {
            Licence::WithoutMailbox
        } else {
            Licence::None
        }
    }
}

/// The bytes of a GUID's text.
pub(crate) fn guid(text: &str) -> Option<[u8; 16]> {
    match text.parse() {
        Ok(SourceId::Guid(bytes)) => Some(bytes),
        Ok(SourceId::Text(_)) | Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN_1: &str = "9aaf7827-d63c-4b61-89c3-182f06f82e5c";
    const FOUNDATION: &str = "113feb6c-3fe4-4440-bddc-54d774bf0318";

    fn licence(plans: &[(&str, &str)], licences: usize) -> Licence {
        MailboxPlans::default().licence(plans.iter().copied(), licences)
    }

    #[test]
    fn only_usable_mailbox_plans_count() {
        assert_eq!(licence(&[(PLAN_1, "Enabled")], 1), Licence::Mailbox);
        assert_eq!(licence(&[(PLAN_1, "Warning")], 1), Licence::Mailbox);
        for status in ["Suspended", "LockedOut", "Deleted", "SomethingNew"] {
            assert_eq!(licence(&[(PLAN_1, status)], 1), Licence::WithoutMailbox, "{status}");
        }
        assert_eq!(licence(&[(FOUNDATION, "Enabled")], 1), Licence::WithoutMailbox);
        assert_eq!(licence(&[(PLAN_1, "Deleted")], 0), Licence::None);
        assert_eq!(licence(&[], 0), Licence::None);
    }

    #[test]
    fn the_list_is_a_setting() {
        assert_eq!(MailboxPlans::default().0.len(), MAILBOX.len());
        let wider = MailboxPlans::default().and(guid(FOUNDATION));
        assert_eq!(wider.licence([(FOUNDATION, "Enabled")].into_iter(), 1), Licence::Mailbox);
        assert_eq!(
            MailboxPlans::new([]).licence([(PLAN_1, "Enabled")].into_iter(), 1),
            Licence::WithoutMailbox
        );
    }
}
