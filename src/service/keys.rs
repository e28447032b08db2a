//! Idempotency keys: the same order sent twice is carried out once.
//!
//! Knows: the latest keys and their answers. Must not know: what the orders were.

use crate::ledger::{Entry, Event};
use crate::view::{Answer, Done, No};
use smol_str::SmolStr;
use std::collections::{HashMap, VecDeque};

/// So many keys are remembered; a client repeats an order within seconds, not within thousands of orders.
const KEPT: usize = 4_096;

/// What the first order with a key was, as far as is needed to tell it from another.
#[derive(Debug)]
struct Kept {
    /// Digest of the order; none for keys read back from the journal.
    order: Option<u64>,
    answer: Answer,
}

#[derive(Debug, Default)]
pub struct Keys {
    kept: HashMap<SmolStr, Kept>,
    order: VecDeque<SmolStr>,
}

impl Keys {
    /// The answer given before, or the complaint that the key was used for another order.
    pub fn answer(&self, key: &str, order: u64) -> Option<Answer> {
        let kept = self.kept.get(key)?;
        match kept.order {
            Some(first) if first != order => Some(Err(No::KeyReused)),
            _ => Some(kept.answer.clone()),
        }
    }

    /// Remembers a final answer. «Try again later» is none.
    pub fn remember(&mut self, key: SmolStr, order: u64, answer: &Answer) {
        if matches!(answer, Ok(_) | Err(No::Refused(_))) {
            self.insert(
                key,
                Kept {
                    order: Some(order),
                    answer: answer.clone(),
                },
            );
        }
    }

    /// Takes a key back from the journal after a restart.
    pub fn recall(&mut self, entry: &Entry) {
        let Some(key) = &entry.by.key else { return };
        // Whether a card was kept the journal does not know: asked again, it is given again.
        if let Event::Refused { .. } | Event::BadgeCardGiven { .. } = &entry.event {
            return;
        }
        let loan = entry.event.loan().cloned();
        if let Some(Kept {
            order: None,
            answer: Ok(done),
        }) = self.kept.get_mut(key)
        {
            done.seqs.push(entry.seq);
            done.loan = done.loan.take().or(loan);
            return;
        }
        let answer = Ok(Done {
            seqs: vec![entry.seq],
            loan,
        });
        self.insert(key.clone(), Kept { order: None, answer });
    }

    fn insert(&mut self, key: SmolStr, kept: Kept) {
        if self.kept.insert(key.clone(), kept).is_none() {
            self.order.push_back(key);
        }
        while self.order.len() > KEPT {
            if let Some(oldest) = self.order.pop_front() {
                self.kept.remove(&oldest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_key_one_answer() {
        let mut keys = Keys::default();
        let answer = Ok(Done {
            seqs: vec![7],
            loan: None,
        });
        keys.remember("a".into(), 1, &answer);
        assert_eq!(keys.answer("a", 1), Some(answer));
        assert_eq!(keys.answer("a", 2), Some(Err(No::KeyReused)));
        assert_eq!(keys.answer("b", 1), None);
        keys.remember("b".into(), 1, &Err(No::Busy));
        assert_eq!(keys.answer("b", 1), None, "busy is no answer");
    }

    #[test]
    fn a_key_read_back_answers_as_before() {
        let at: crate::clock::Moment = "2026-09-01T09:00:00+03:00".parse().unwrap();
        let by = crate::ledger::By {
            key: Some("a".into()),
            ..Default::default()
        };
        let event = Event::NoticeSent {
            loan: "В-26-00001".into(),
            item: "ТР-0001".into(),
            school: "S01".into(),
            note: "".into(),
        };
        let mut keys = Keys::default();
        keys.recall(&crate::store::Draft::now(at, by, event).numbered(7, 7));
        let before = Ok(Done {
            seqs: vec![7],
            loan: Some("В-26-00001".into()),
        });
        assert_eq!(keys.answer("a", 1), Some(before));
    }

    #[test]
    fn old_keys_are_forgotten() {
        let mut keys = Keys::default();
        for n in 0..KEPT as u64 + 10 {
            keys.remember(
                n.to_string().into(),
                0,
                &Ok(Done {
                    seqs: vec![n],
                    loan: None,
                }),
            );
        }
        assert_eq!(keys.kept.len(), KEPT);
        assert_eq!(keys.answer("0", 0), None);
        assert!(keys.answer("20", 0).is_some());
    }
}
