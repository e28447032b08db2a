//! What scanners with a command language have in common: lines of text are codes, and between lines come answers.
//!
//! An answer begins where a line would, by bytes that no code begins with. All else is text, judged as `barcode-text`.

use super::super::framing::Head;
use super::super::{Decoder, Reject, Verdict};
use super::barcode::Barcode;
use std::marker::PhantomData;

/// How a family's answers look.
pub trait Answers: Send {
    /// No answer is longer, in bytes.
    const MAX: usize;
    /// Judges the head of a line: an answer, or `Noise` for text.
    fn head(bytes: &[u8]) -> Head;
    /// Whether an unfinished head is surely no text.
    fn is_answer(bytes: &[u8]) -> bool;
}

pub struct Answering<A> {
    /// The head of a line that may be an answer.
    head: Vec<u8>,
    text: Barcode,
    answers: PhantomData<fn() -> A>,
}

impl<A: Answers> Answering<A> {
    pub fn new() -> Self {
        Self {
            head: Vec::new(),
            text: Barcode::default(),
            answers: PhantomData,
        }
    }

    fn byte(&mut self, byte: u8, out: &mut Vec<Verdict>) {
        if self.text.in_line() {
            return self.text.push(&[byte], out);
        }
        self.head.push(byte);
        while !self.head.is_empty() {
            match A::head(&self.head) {
                Head::More if self.head.len() < A::MAX => return,
                Head::Idle => drop(self.head.drain(..1)),
                Head::Frame { len, verdict } => {
                    out.push(verdict);
                    self.head.drain(..len.clamp(1, self.head.len()));
                }
                Head::Broken { len, reject } => {
                    out.push(Verdict::Reject(reject));
                    self.head.drain(..len.clamp(1, self.head.len()));
                }
                Head::More | Head::Noise => {
                    let mut text = std::mem::take(&mut self.head).into_iter();
                    if let Some(first) = text.next() {
                        self.text.push(&[first], out);
                    }
                    return text.for_each(|byte| self.byte(byte, out));
                }
            }
        }
    }
}

impl<A: Answers> Decoder for Answering<A> {
    fn push(&mut self, bytes: &[u8], out: &mut Vec<Verdict>) {
        for byte in bytes {
            self.byte(*byte, out);
        }
    }

    fn gap(&mut self, out: &mut Vec<Verdict>) {
        let head = std::mem::take(&mut self.head);
        if !head.is_empty() && A::is_answer(&head) {
            out.push(Verdict::Reject(Reject::Length));
        } else {
            self.text.push(&head, out);
        }
        self.text.gap(out);
    }

    fn held(&self) -> usize {
        self.head.len() + self.text.held()
    }
}
