//! W17: no good run for too long is an alarm, whatever the reason, told once.

use model::Preset;
use model::run::{Outcome, ReadMode};
use sync::{By, Order, Want, Why, bring_up_to_date, look, tell_silence};

use crate::fleet::{DAY, Fleet, HOUR};
use crate::kit::Kit;

fn alarms(fleet: &Fleet) -> Vec<String> {
    let rows = look(&fleet.store, fleet.now()).unwrap();
    rows.into_iter().filter_map(|(_, alarm)| alarm).map(|alarm| alarm.to_string()).collect()
}

#[test]
fn w17_a_scheduler_that_stopped_is_an_alarm_told_once_until_a_run_goes_well() {
    for fleet in Fleet::each(2, Preset::Awareness) {
        fleet.policy(1, "active", "off");
        fleet.store.set_setting("notify.to", "desk@operator.example").unwrap();
        let since = fleet.row(0).unwrap().since.unwrap();
        fleet.turn_to(since.plus_ms(36 * HOUR - 1));
        assert_eq!(tell_silence(&fleet.store, fleet.now()).unwrap(), []);
        fleet.turn_to(since.plus_ms(36 * HOUR));
        let told = tell_silence(&fleet.store, fleet.now()).unwrap();
        assert_eq!((told.len(), told[0].customer.as_str(), told[0].why), (1, "c000", Why::Silent { since }));
        assert!(told[0].to_string().ends_with("no run was tried: does `whoswho serve` run?"));
        tell_silence(&fleet.store, fleet.now().plus_ms(HOUR)).unwrap();
        assert_eq!((fleet.mails(0), fleet.mails(1)), (vec!["no_good_run".to_owned()], vec![]));
        let row = fleet.members[0].book.outbox().unwrap().remove(0);
        assert!(row.body.contains("\"why\":\"silent\""), "{}", row.body);
        assert_eq!(row.mails[0].address, "desk@operator.example");

        fleet.sync(0).unwrap();
        assert_eq!(tell_silence(&fleet.store, fleet.now()).unwrap(), []);
        assert_eq!(fleet.row(0).unwrap().alarmed_at, None);
        fleet.later(DAY);
        assert_eq!(tell_silence(&fleet.store, fleet.now()).unwrap().len(), 1);
        assert_eq!(fleet.mails(0).len(), 2, "another silence is told again, on {}", fleet.db.name);
    }
}

#[test]
fn w17_a_sick_connection_is_an_alarm_with_its_last_error() {
    for fleet in Fleet::each(1, Preset::Awareness) {
        fleet.sync(0).unwrap();
        fleet.members[0].tenant.revoke_consent();
        fleet.members[0].tenant.expire_access_tokens();
        let scheduler = fleet.scheduler();
        fleet.turn_to(fleet.due(0).unwrap());
        fleet.round(&scheduler);
        assert_eq!(alarms(&fleet), [""; 0], "one failure is no silence");
        fleet.later(2 * DAY);
        fleet.round(&scheduler);
        let told = alarms(&fleet);
        assert!(told.len() == 1 && told[0].contains("; last error: permission missing"), "{told:?}");
    }
}

#[test]
fn w17_a_first_run_that_waits_before_the_schedule_knows_its_connection_is_remembered() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let place = kit.db.name;
        kit.hire("Anna", "Test");
        let order = Order { want: Want::Apply, read: ReadMode::Delta, by: By::Connect };
        let first = kit.run(order).unwrap().run;
        assert_eq!(first.outcome, Outcome::Waiting, "on {place}");
        bring_up_to_date(&kit.office.store).unwrap();
        let heard = || kit.book.watched().unwrap().unwrap().waiting_at;
        let read_at = heard();
        assert!(read_at.is_some_and(|at| at >= first.started_at), "{read_at:?} on {place}");
        // A later change of the rules changes nothing about that.
        kit.policy("schedule", "daily 03:30");
        bring_up_to_date(&kit.office.store).unwrap();
        assert_eq!(heard(), read_at, "on {place}");
    }
}

#[test]
fn w17_a_first_plan_that_waits_is_no_silence_but_hides_none() {
    for fleet in Fleet::each(1, Preset::Careful) {
        let scheduler = fleet.scheduler();
        let since = fleet.row(0).unwrap().since.unwrap();
        fleet.turn_to(fleet.due(0).unwrap());
        fleet.round(&scheduler);
        fleet.round(&scheduler);
        let heard = fleet.row(0).unwrap().waiting_at.unwrap();
        assert!(heard > since, "the source was read for the plan that waits");
        fleet.turn_to(heard.plus_ms(36 * HOUR - 1));
        assert_eq!(alarms(&fleet), [""; 0]);
        fleet.turn_to(heard.plus_ms(36 * HOUR));
        assert_eq!(alarms(&fleet).len(), 1, "nothing was read since");
    }
}

#[test]
fn w17_without_a_schedule_only_a_failed_run_is_an_alarm() {
    for fleet in Fleet::each(1, Preset::Helpdesk) {
        assert_eq!(fleet.row(0).unwrap().rule, "");
        fleet.sync(0).unwrap();
        fleet.later(100 * DAY);
        assert_eq!(alarms(&fleet), [""; 0]);
        fleet.members[0].tenant.revoke_consent();
        fleet.members[0].tenant.expire_access_tokens();
        assert!(fleet.sync(0).is_err());
        let told = alarms(&fleet);
        assert!(told.len() == 1 && told[0].starts_with("c000: the last run failed at "), "{told:?}");
        for role in m365sim::DEFAULT_ROLES {
            fleet.members[0].tenant.grant(role);
        }
        fleet.members[0].tenant.expire_access_tokens();
        fleet.sync(0).unwrap();
        assert_eq!(alarms(&fleet), [""; 0], "on {}", fleet.db.name);
    }
}
