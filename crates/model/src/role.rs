//! Who may do what: the roles of those who sign in, and the rights that each role carries.
//!
//! Law: a role says *what*, never *where*. Whose books somebody reaches is decided by the handle that the store gives out for
//! a signed-in account, so a right is only ever asked inside a reach.

/// What somebody is: of the operator's staff, or of one customer's own people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Operator: everything, staff and system included.
    Owner,
    /// Operator: whatever a customer needs, for all customers or for chosen ones.
    Technician,
    /// Operator: sees, changes nothing.
    Observer,
    /// Customer: looks after the customer's own book.
    Administrator,
    /// Customer: sees it, changes nothing.
    Reader,
}

/// What a page or an action asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Right {
    /// Look at a customer's pages.
    See,
    /// Change a customer's book, rules, holds and runs.
    Act,
    /// Connect a customer to Microsoft 365, or end that (A11: operator staff only).
    Connect,
    /// Look at pages over all customers that the account reaches.
    Fleet,
    /// Add customers, and remove them.
    Enrol,
    /// Staff, the operator's master data and rules, keys, system.
    Rule,
}

impl Role {
    /// All of them, the operator's first.
    pub const ALL: [Self; 5] =
        [Self::Owner, Self::Technician, Self::Observer, Self::Administrator, Self::Reader];

    /// As it is stored and typed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Technician => "technician",
            Self::Observer => "observer",
            Self::Administrator => "administrator",
            Self::Reader => "reader",
        }
    }

    /// The role of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Whether it belongs to the operator's staff; else to one customer.
    pub const fn is_of_operator(self) -> bool {
        match self {
            Self::Owner | Self::Technician | Self::Observer => true,
            Self::Administrator | Self::Reader => false,
        }
    }

    /// Whether it carries a right.
    pub const fn may(self, right: Right) -> bool {
        match (self, right) {
            (Self::Owner, _) => true,
            (_, Right::See) => true,
            (Self::Technician | Self::Administrator, Right::Act) => true,
            (Self::Observer | Self::Reader, Right::Act) => false,
            (Self::Technician, Right::Connect | Right::Enrol) => true,
            (Self::Observer | Self::Administrator | Self::Reader, Right::Connect | Right::Enrol) => false,
            (Self::Technician | Self::Observer, Right::Fleet) => true,
            (Self::Administrator | Self::Reader, Right::Fleet) => false,
            (Self::Technician | Self::Observer | Self::Administrator | Self::Reader, Right::Rule) => false,
        }
    }
}

/// For how long an account takes no password, in milliseconds, after so many wrong ones in a row: nothing up to the fourth,
/// then a minute that doubles with each, an hour at most. Guessing gets nowhere, and nobody is locked out for good.
pub const fn lock_ms(failures: i64) -> Option<i64> {
    if failures < 5 {
        return None;
    }
    let doublings = if failures > 11 { 6 } else { failures - 5 };
    let ms = 60_000 << doublings;
    Some(if ms > 3_600_000 { 3_600_000 } else { ms })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a11_only_staff_with_the_right_role_connects() {
        let may: Vec<_> = Role::ALL.into_iter().filter(|role| role.may(Right::Connect)).collect();
        assert_eq!(may, [Role::Owner, Role::Technician]);
    }

    #[test]
    fn who_only_looks_changes_nothing() {
        for role in [Role::Observer, Role::Reader] {
            for right in [Right::Act, Right::Connect, Right::Enrol, Right::Rule] {
                assert!(!role.may(right), "{role:?} {right:?}");
            }
            assert!(role.may(Right::See));
        }
    }

    #[test]
    fn a_customers_people_have_no_fleet() {
        assert!(!Role::Administrator.may(Right::Fleet) && !Role::Reader.may(Right::Fleet));
        assert!(Role::ALL.into_iter().all(|role| Role::named(role.name()) == Some(role)));
    }

    #[test]
    fn wrong_passwords_cost_time_that_doubles_up_to_an_hour() {
        let minutes: Vec<_> = (3..14).map(|n| lock_ms(n).map(|ms| ms / 60_000)).collect();
        let expected = [
            None,
            None,
            Some(1),
            Some(2),
            Some(4),
            Some(8),
            Some(16),
            Some(32),
            Some(60),
            Some(60),
            Some(60),
        ];
        assert_eq!(minutes, expected);
    }
}
