//! When cards that a reader lists again and again were taken away.
//!
//! Knows: whether the last lists had a card. Must not know: which, when.

/// A card that is missed once is still there: so many empty lists in a row mean that it was taken away.
const EMPTY: u8 = 3;

/// What the lists so far had.
#[derive(Default)]
pub struct Field {
    /// Cards lay there, and so many lists since were empty.
    empty: Option<u8>,
}

impl Field {
    /// A list came. True: now the cards count as taken away.
    pub fn listed(&mut self, cards: bool) -> bool {
        self.empty = match (cards, self.empty) {
            (true, _) => Some(0),
            (false, count) => count.map(|count| count.saturating_add(1)),
        };
        let gone = self.empty.is_some_and(|count| count >= EMPTY);
        if gone {
            self.empty = None;
        }
        gone
    }
}

#[cfg(test)]
mod tests {
    use super::Field;

    #[test]
    fn removed_is_said_once_after_three_empty_lists() {
        let mut field = Field::default();
        let lists = [false, true, false, false, true, false, false, false, false, false];
        let said: Vec<bool> = lists.into_iter().map(|cards| field.listed(cards)).collect();
        assert_eq!(said.iter().position(|gone| *gone), Some(7));
        assert_eq!(said.iter().filter(|gone| **gone).count(), 1);
    }
}
