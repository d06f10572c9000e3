//! The table of presets, a test for each row with its five cells. Columns: awareness, helpdesk, phone-system, business-card,
//! careful. Where the table leaves a cell open, careful's value stands.

use model::{Policy, Preset};

#[track_caller]
fn cells(key: &str, values: [&str; 5]) {
    for (preset, value) in Preset::ALL.into_iter().zip(values) {
        assert_eq!(preset.policy().get(key).as_deref(), Ok(value), "{} {key}", preset.name());
    }
}

macro_rules! presets {
    ($($test:ident: $key:literal = $values:expr;)*) => {
        $(#[test]
        fn $test() {
            cells($key, $values);
        })*

        #[test]
        fn preset_table_has_every_key() {
            let rows = [$($key),*];
            let missing: Vec<_> = Policy::KEYS.into_iter().filter(|k| !rows.contains(k) && *k != "scope").collect();
            assert!(missing.is_empty(), "{missing:?}");
        }
    };
}

presets! {
    preset_active: "active" = ["on", "on", "on", "off", "on"];
    preset_mode: "mode" = ["automatic", "automatic", "automatic", "manual", "automatic"];
    preset_people_guests: "people.guests" = ["off", "on", "off", "off", "off"];
    preset_people_disabled: "people.disabled" = ["off", "on", "off", "off", "off"];
    preset_people_unlicensed: "people.unlicensed" = ["on", "on", "on", "off", "on"];
    preset_people_shared_mailboxes: "people.shared_mailboxes" = ["off", "on", "off", "off", "off"];
    preset_people_resources: "people.resources" = ["off", "off", "off", "off", "off"];
    preset_people_without_email: "people.without_email" = ["off", "off", "off", "off", "off"];
    preset_on_existing: "on_existing" = ["skip", "adopt", "adopt", "skip", "skip"];
    preset_link: "link" = ["off", "on", "on", "off", "off"];
    preset_fields_first_name: "fields.first_name" = ["always", "always", "always", "always", "always"];
    preset_fields_last_name: "fields.last_name" = ["always", "always", "always", "always", "always"];
    preset_fields_email: "fields.email" = ["always", "on_create", "always", "always", "always"];
    preset_fields_job_title: "fields.job_title" = ["never", "always", "never", "never", "never"];
    preset_fields_department: "fields.department" = ["never", "never", "never", "never", "never"];
    preset_fields_company: "fields.company" = ["never", "never", "never", "never", "never"];
    preset_fields_office: "fields.office" = ["never", "never", "never", "never", "never"];
    preset_fields_mobile: "fields.mobile" = ["never", "always", "never", "never", "never"];
    preset_fields_business_phones: "fields.business_phones" = ["never", "never", "always", "never", "never"];
    preset_on_deleted: "on_deleted" = ["remove", "keep", "keep", "keep", "remove"];
    preset_on_disabled: "on_disabled" = ["keep", "keep", "keep", "keep", "keep"];
    preset_on_left_group: "on_left_group" = ["keep", "keep", "keep", "keep", "keep"];
    preset_on_unlicensed: "on_unlicensed" = ["keep", "keep", "keep", "keep", "keep"];
    preset_on_out_of_scope: "on_out_of_scope" = ["keep", "keep", "keep", "keep", "keep"];
    preset_group_members: "group_members" = ["add_only", "mirror", "mirror", "mirror", "mirror"];
    preset_on_local_email_change: "on_local_email_change" = ["correct", "create_new", "correct", "correct", "correct"];
    preset_schedule: "schedule" = ["daily 02:30", "off", "daily 02:30", "off", "daily 02:30"];
    preset_first_run: "first_run" = ["apply", "apply", "apply", "ask", "ask"];
    preset_email_from: "email_from" = ["mail", "mail", "mail", "mail", "mail"];
    preset_nested_groups: "nested_groups" = ["off", "off", "off", "off", "on"];
    preset_site_from: "site_from" = ["off", "off", "off", "off", "off"];
    preset_guard_count: "guard.count" = ["10", "10", "10", "10", "10"];
    preset_guard_percent: "guard.percent" = ["10", "10", "10", "10", "10"];
    preset_guard_group_emptied: "guard.group_emptied" = ["on", "on", "on", "on", "on"];
    preset_time_zone: "time_zone" = ["Europe/Berlin", "Europe/Berlin", "Europe/Berlin", "Europe/Berlin", "Europe/Berlin"];
}

#[test]
fn preset_scope_at_first() {
    for (preset, everybody) in Preset::ALL.into_iter().zip([false, true, true, false, false]) {
        assert_eq!(preset.starts_with_everybody(), everybody, "{}", preset.name());
    }
}
