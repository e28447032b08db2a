//! Who may do what: one table, and everything that is not in it is refused.
//!
//! Knows: roles, rights, names of commands. Must not know: requests, tokens, addresses.

use crate::ledger::Command;
use crate::view::Role;

/// What a route asks of the one who calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Right {
    /// Availability, help, the view form, signing in, health: no school's and no person's name.
    Public,
    /// Items and loans; a school sees its own loans only, and no tags.
    Items,
    /// What other schools have and had: history, holds of all, overdue.
    Lending,
    /// The stream of changes; a school learns that something changed, and nothing of readers.
    Stream,
    /// Readers and their counters.
    Readers,
    /// Counts and stocktakes.
    Reports,
    /// The desk's screen, its buttons and its cards.
    Kiosk,
    /// Commands; which ones, [`may_command`] says.
    Command,
    /// Tags that nobody knows; one of them may be somebody's card.
    Unknown,
}

impl Right {
    pub const ALL: [Right; 9] = [
        Right::Public,
        Right::Items,
        Right::Lending,
        Right::Stream,
        Right::Readers,
        Right::Reports,
        Right::Kiosk,
        Right::Command,
        Right::Unknown,
    ];
}

/// Whether `role` has `right`.
pub fn may(role: &Role, right: Right) -> bool {
    use Right::*;
    match role {
        Role::Staff => true,
        Role::Desk => matches!(
            right,
            Public | Items | Lending | Stream | Readers | Reports | Kiosk | Command | Unknown
        ),
        Role::Auditor => matches!(right, Public | Items | Lending | Stream | Readers | Reports),
        Role::School(_) => matches!(right, Public | Items | Stream),
        Role::Visitor => matches!(right, Public),
    }
}

/// Whether `role` may give this command. The desk lends, takes back, counts and labels; staff do the rest too.
pub fn may_command(role: &Role, command: &Command) -> bool {
    match role {
        Role::Staff => true,
        Role::Desk => matches!(
            command,
            Command::CheckOut { .. }
                | Command::CheckIn { .. }
                | Command::Renew { .. }
                | Command::NoteLoan { .. }
                | Command::Hold { .. }
                | Command::HoldCancel { .. }
                | Command::KitCheck { .. }
                | Command::Replenish { .. }
                | Command::NoteCondition { .. }
                | Command::BindTag { .. }
                | Command::UnbindTag { .. }
                | Command::MoveLoan { .. }
                | Command::Void { .. }
        ),
        Role::Auditor | Role::School(_) | Role::Visitor => false,
    }
}

/// The role as the journal and the API write it.
pub fn name(role: &Role) -> &'static str {
    match role {
        Role::Visitor => "visitor",
        Role::School(_) => "school",
        Role::Auditor => "auditor",
        Role::Desk => "desk",
        Role::Staff => "staff",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::SchoolId;

    #[test]
    fn the_table_as_a_person_reads_it() {
        let roles = [
            Role::Visitor,
            Role::School(SchoolId::from("S03")),
            Role::Auditor,
            Role::Desk,
            Role::Staff,
        ];
        // right:       visitor school auditor desk staff
        let table = [
            (Right::Public, "+++++"),
            (Right::Items, "-++++"),
            (Right::Lending, "--+++"),
            (Right::Stream, "-++++"),
            (Right::Readers, "--+++"),
            (Right::Reports, "--+++"),
            (Right::Kiosk, "---++"),
            (Right::Command, "---++"),
            (Right::Unknown, "---++"),
        ];
        assert_eq!(table.len(), Right::ALL.len());
        for (right, row) in table {
            for (role, sign) in roles.iter().zip(row.chars()) {
                assert_eq!(may(role, right), sign == '+', "{role:?} {right:?}");
            }
        }
    }

    #[test]
    fn the_desk_gives_no_cards_and_enrols_nothing() {
        let card = Command::BadgeCard {
            badge: "B-0301".into(),
            uid: "uid:04D3BDF8".parse().unwrap(),
            another: false,
        };
        let found = Command::DeclareFound {
            item: "ТР-0001".into(),
            note: "".into(),
        };
        let stop = Command::CardStop {
            badge: "B-0301".into(),
        };
        for command in [&card, &stop, &found] {
            assert!(!may_command(&Role::Desk, command));
            assert!(!may_command(&Role::Auditor, command));
            assert!(may_command(&Role::Staff, command));
        }
    }
}
