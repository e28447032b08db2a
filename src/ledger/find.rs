//! Finding a thing by what a person typed: look-alike letters, case and spaces do not count.
//!
//! Knows: the spellings under which a thing may be asked for. Must not know: who asks.
//! Two candidates are none: nothing is ever picked for a person.

use super::state::Ledger;
use crate::ids::{BadgeCode, ItemId, LoanId, skeleton};
use crate::tag::{Scheme, TagId};

impl Ledger {
    /// An item by its id, inventory number, the text of its label, or a whole tag (`uid:…`).
    pub fn find_item(&self, text: &str) -> Option<&ItemId> {
        let text = text.trim();
        if let Some((item, _)) = self.items.get_key_value(text) {
            return Some(item);
        }
        if let Ok(tag) = text.parse::<TagId>()
            && let Some(item) = self.tags.get(&tag)
        {
            return Some(item);
        }
        let wanted = skeleton(text);
        if wanted.is_empty() {
            return None;
        }
        let by_id = self.items.keys().filter(|id| skeleton(id.as_str()) == wanted);
        only(by_id).or_else(|| only(self.items_numbered(text)))
    }

    /// The items whose inventory number or label this is. Several may share one: books count them together.
    pub fn items_numbered<'a, 'b>(&'a self, text: &'b str) -> impl Iterator<Item = &'a ItemId> + use<'a, 'b> {
        let text = text.trim();
        let wanted = skeleton(text);
        self.items
            .iter()
            .filter(move |(_, state)| {
                let number = state.item.inventory_number.as_deref();
                let label = |tag: &TagId| tag.scheme() == Scheme::Code && tag.value() == text;
                let fits = number.is_some_and(|number| skeleton(number) == wanted);
                fits || state.tags.iter().any(label)
            })
            .map(|(id, _)| id)
    }

    pub fn find_badge(&self, text: &str) -> Option<&BadgeCode> {
        find(&self.badges, text)
    }

    pub fn find_loan(&self, text: &str) -> Option<&LoanId> {
        find(&self.loans, text)
    }
}

fn find<'a, K, V>(map: &'a std::collections::BTreeMap<K, V>, text: &str) -> Option<&'a K>
where
    K: Ord + std::borrow::Borrow<str>,
{
    let text = text.trim();
    if let Some((key, _)) = map.get_key_value(text) {
        return Some(key);
    }
    let wanted = skeleton(text);
    only(map.keys().filter(|key| skeleton((*key).borrow()) == wanted))
}

fn only<T>(mut candidates: impl Iterator<Item = T>) -> Option<T> {
    let first = candidates.next()?;
    candidates.next().is_none().then_some(first)
}
