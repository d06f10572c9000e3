//! The documented limits (graph-facts 10): resource units per app and tenant in a token bucket.

use std::time::Instant;

/// The bucket of one app in one tenant; off unless switched on.
#[derive(Debug)]
pub(crate) struct Bucket {
    pub(crate) on: bool,
    quota: f64,
    level: f64,
    last: Option<Instant>,
}

/// What the bucket says to a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Verdict {
    /// Share of the quota in use; above 0.8 it is told to the client.
    pub(crate) share: f64,
    /// Seconds to wait when refused.
    pub(crate) wait: Option<u32>,
}

impl Bucket {
    /// S under 50 users, M up to 500, L above: units per ten seconds.
    pub(crate) fn for_users(users: usize) -> Self {
        let quota = match users {
            0..50 => 3_500.0,
            50..=500 => 5_000.0,
            _ => 8_000.0,
        };
        Self { on: false, quota, level: quota, last: None }
    }

    /// Sets another quota per ten seconds, so that tests need few requests.
    pub(crate) fn set_quota(&mut self, units: u32) {
        self.quota = f64::from(units);
        self.level = self.quota;
        self.on = true;
    }

    pub(crate) fn take(&mut self, units: u64) -> Verdict {
        if !self.on {
            return Verdict { share: 0.0, wait: None };
        }
        let now = Instant::now();
        let passed = self.last.map_or(0.0, |last| now.duration_since(last).as_secs_f64());
        self.last = Some(now);
        self.level = (self.level + passed * self.quota / 10.0).min(self.quota);
        let cost = units as f64;
        if self.level < cost {
            let seconds = ((cost - self.level) * 10.0 / self.quota).ceil().max(1.0);
            return Verdict { share: 1.2, wait: Some(seconds as u32) };
        }
        self.level -= cost;
        Verdict { share: 1.0 - self.level / self.quota, wait: None }
    }
}

/// What a request costs in resource units.
pub(crate) fn cost(route: &str, has_select: bool, has_expand: bool, top: Option<usize>) -> u64 {
    let base: i64 = match route {
        "users" => 2,
        "groups/members" | "subscribedSkus" => 3,
        "groups/transitiveMembers" => 5,
        // 5, or 2 with `$select`: the general reduction of one comes on top of two here.
        "getByIds" => {
            if has_select {
                3
            } else {
                5
            }
        }
        "applications" => 2,
        _ => 1,
    };
    let less = i64::from(has_select) + i64::from(top.is_some_and(|t| t < 20));
    (base - less + i64::from(has_expand)).max(1) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_follow_the_table_and_never_fall_under_one() {
        assert_eq!(cost("users", false, false, None), 2);
        assert_eq!(cost("users", true, false, Some(5)), 1);
        assert_eq!(cost("groups/transitiveMembers", true, false, None), 4);
        assert_eq!(cost("getByIds", true, false, None), 2);
        assert_eq!(cost("users/delta", true, false, None), 1);
    }

    #[test]
    fn an_empty_bucket_refuses_and_says_how_long() {
        let mut bucket = Bucket::for_users(10);
        bucket.set_quota(10);
        assert!(bucket.take(10).wait.is_none());
        assert!(bucket.take(5).wait.is_some());
    }
}
