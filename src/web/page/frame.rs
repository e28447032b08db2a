//! What stands around every page: sections, the centre's name, how the reader wants to see it.
//!
//! Knows: sections and who gets which. Must not know: what the pages say.

use super::look::Look;
use crate::clock::Moment;
use crate::view::{Centre, Role};
use crate::web::rights::{Right, may};

/// A section of the site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Here {
    Availability,
    How,
    Loans,
    Items,
    Unknown,
    Readers,
    Health,
    Cards,
    Demo,
    View,
    #[default]
    Elsewhere,
}

impl Here {
    /// What its address asks of a reader; the same as in the table of routes.
    fn right(self) -> Right {
        match self {
            Here::Availability | Here::How | Here::View | Here::Elsewhere => Right::Public,
            Here::Loans => Right::Items,
            Here::Items => Right::Lending,
            Here::Unknown => Right::Unknown,
            Here::Readers | Here::Health => Right::Readers,
            Here::Cards | Here::Demo => Right::Kiosk,
        }
    }
}

/// Sections in the order of the navigation: address, Russian, English.
const SECTIONS: [(Here, &str, &str, &str); 10] = [
    (Here::Availability, "/", "Наличие", "Availability"),
    (Here::Demo, "/demo", "Попробовать", "Try it"),
    (Here::Loans, "/loans", "Выдачи", "Loans"),
    (Here::Items, "/items", "Предметы", "Items"),
    (Here::Unknown, "/unknown", "Метки", "Tags"),
    (Here::Readers, "/readers", "Считыватели", "Readers"),
    (Here::Health, "/health", "Исправность", "Health"),
    (Here::Cards, "/cards", "Карточки", "Cards"),
    (Here::How, "/how", "Как взять", "How to borrow"),
    (
        Here::View,
        "/view",
        "Вид: крупнее, контрастнее",
        "View: larger, more contrast",
    ),
];

/// What a page needs to know beside its own matter.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    pub look: &'a Look,
    pub centre: &'a Centre,
    pub role: &'a Role,
    pub now: Moment,
    pub here: Here,
    /// Signed in with a cookie, so that signing out makes sense.
    pub signed_in: bool,
}

/// A link of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub href: &'static str,
    pub label: &'static str,
    pub here: bool,
}

impl<'a> Frame<'a> {
    pub fn at(self, here: Here) -> Self {
        Self { here, ..self }
    }

    /// A text that only one page needs, in the reader's language.
    pub fn t<'t>(&self, ru: &'t str, en: &'t str) -> &'t str {
        self.look.t(ru, en)
    }

    /// «часовой пояс UTC+3»: which clock the times on the pages are of.
    pub fn zone(&self) -> String {
        let minutes = self.now.offset_minutes();
        let sign = if minutes < 0 { '−' } else { '+' };
        let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
        let name = self.t("часовой пояс UTC", "time zone UTC");
        match rest {
            0 => format!("{name}{sign}{hours}"),
            _ => format!("{name}{sign}{hours}:{rest:02}"),
        }
    }

    pub fn is_visitor(&self) -> bool {
        *self.role == Role::Visitor
    }

    /// Whoever is nobody yet, or sits at the desk, may become somebody.
    pub fn may_sign_in(&self) -> bool {
        !self.signed_in && matches!(self.role, Role::Visitor | Role::Desk)
    }

    /// Links that this reader may follow.
    pub fn nav(&self) -> Vec<Entry> {
        SECTIONS
            .iter()
            .filter(|(here, ..)| self.lists(*here))
            .map(|(here, href, ru, en)| Entry {
                href,
                label: match (here, self.is_visitor()) {
                    // Those with many sections have no room for the whole name.
                    (Here::View, false) => self.t("Вид", "View"),
                    _ => self.t(ru, en),
                },
                here: *here == self.here,
            })
            .collect()
    }

    /// Whether a link to the pages of items leads this reader anywhere.
    pub fn sees_items(&self) -> bool {
        may(self.role, Here::Items.right())
    }

    fn lists(&self, here: Here) -> bool {
        let wanted = match here {
            Here::How => self.is_visitor(),
            Here::Demo => self.centre.demo,
            Here::Elsewhere => false,
            _ => true,
        };
        wanted && may(self.role, here.right())
    }
}
