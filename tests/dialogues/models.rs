//! Readers that answer when asked, as models: messages in, answers and their delays out. Built to the same layouts as
//! the vectors; no proof of hardware.

use formular::wire::checksum::{crc16_mcrf4xx, crc16_mercury, sum};

/// Bytes that come after so many milliseconds.
pub type Later = Vec<(u64, Vec<u8>)>;

pub trait Model {
    /// A message arrives.
    fn hear(&mut self, message: &[u8]) -> Later;
    /// A tag is laid into the field; what the reader says by itself.
    fn lay(&mut self, tag: &[u8]) -> Later;
    /// The field is emptied.
    fn lift(&mut self) -> Later;
}

/// A CCID reader. `notices`: it has an interrupt pipe. `module`: a secure module sits in its slot (Touchatag).
#[derive(Default)]
pub struct Ccid {
    notices: bool,
    module: bool,
    cards: Vec<Vec<u8>>,
    powered: bool,
    kept: Vec<u8>,
}

impl Ccid {
    pub fn new(notices: bool, module: bool) -> Self {
        Self {
            notices,
            module,
            ..Self::default()
        }
    }

    fn status(&self) -> u8 {
        match (self.module || !self.cards.is_empty(), self.powered) {
            (true, true) => 0,
            (true, false) => 1,
            (false, _) => 2,
        }
    }

    fn apdu(&mut self, apdu: &[u8]) -> Vec<u8> {
        let answer = match apdu {
            [0xFF, 0xC0, 0, 0, _] => return std::mem::take(&mut self.kept),
            [0xFF, 0xCA, 0, 0, 0] => match self.cards.first() {
                Some(card) => [card.as_slice(), &[0x90, 0x00]].concat(),
                None => vec![0x63, 0x00],
            },
            [0xFF, 0, 0x51, parameters, 0] => vec![0x90, *parameters & 0x0F],
            [0xFF, 0, 0x52, _, 0] => vec![0x90, 0x00],
            [0xFF, 0, 0x40, ..] => vec![0x90, 0x02],
            [0xFF, 0, 0, 0, _, 0xD4, command @ ..] => {
                [pn532_answer(command, &self.cards), vec![0x90, 0x00]].concat()
            }
            _ => vec![0x6D, 0x00],
        };
        if !self.module {
            return answer;
        }
        let count = u8::try_from(answer.len()).unwrap();
        self.kept = answer;
        vec![0x61, count]
    }

    fn notice(&self, bits: u8) -> Later {
        match self.notices {
            true => vec![(2, vec![0x50, bits])],
            false => Vec::new(),
        }
    }
}

impl Model for Ccid {
    fn hear(&mut self, message: &[u8]) -> Later {
        let (head, data) = message.split_at(10);
        let (kind, body, failed) = match head[0] {
            0x62 if self.status() == 2 => (0x80, Vec::new(), 0x40),
            0x62 => {
                self.powered = true;
                (0x80, vec![0x3B, 0x00], 0)
            }
            0x63 => {
                self.powered = false;
                (0x81, Vec::new(), 0)
            }
            0x65 => (0x81, Vec::new(), 0),
            0x6B => (0x83, vec![0x90, 0x00], 0),
            0x6F => (0x80, self.apdu(data), 0),
            other => panic!("{other:02X} is no message"),
        };
        let error = if failed == 0 { 0x81 } else { 0xFE };
        let length = u8::try_from(body.len()).unwrap();
        let answer = [
            &[
                kind,
                length,
                0,
                0,
                0,
                head[5],
                head[6],
                self.status() | failed,
                error,
                0,
            ],
            body.as_slice(),
        ];
        vec![(4, answer.concat())]
    }

    fn lay(&mut self, tag: &[u8]) -> Later {
        self.cards.push(tag.to_vec());
        self.notice(3)
    }

    fn lift(&mut self) -> Later {
        self.cards.clear();
        self.powered = false;
        self.notice(2)
    }
}

/// What the chip says to a command, from D5 on.
fn pn532_answer(command: &[u8], cards: &[Vec<u8>]) -> Vec<u8> {
    match command {
        [0x14, ..] => vec![0xD5, 0x15],
        [0x32, ..] => vec![0xD5, 0x33],
        [0x16, ..] => vec![0xD5, 0x17, 0x00],
        [0x4A, most, 0] => {
            let seen = cards.iter().take(usize::from(*most));
            let mut answer = vec![0xD5, 0x4B, u8::try_from(seen.len()).unwrap()];
            for (n, card) in seen.enumerate() {
                let (atqa, sak) = if card.len() == 4 {
                    (0x04, 0x08)
                } else {
                    (0x44, 0x00)
                };
                let length = u8::try_from(card.len()).unwrap();
                answer.extend([u8::try_from(n).unwrap() + 1, 0, atqa, sak, length]);
                answer.extend(card);
            }
            answer
        }
        _ => panic!("{command:02X?} is not known"),
    }
}

/// A PN532 on a serial line: deaf until it is woken.
#[derive(Default)]
pub struct Pn532 {
    awake: bool,
    cards: Vec<Vec<u8>>,
}

impl Model for Pn532 {
    fn hear(&mut self, message: &[u8]) -> Later {
        self.awake |= message.starts_with(&[0x55, 0x55]);
        if !self.awake {
            return Vec::new();
        }
        let at = message.windows(2).position(|pair| pair == [0x00, 0xFF]).unwrap();
        let body = &message[at + 4..message.len() - 2];
        assert_eq!(body[0], 0xD4);
        let answer = pn532_answer(&body[1..], &self.cards);
        let length = u8::try_from(answer.len()).unwrap();
        let head = [0, 0, 0xFF, length, length.wrapping_neg()];
        let tail = [sum(&answer).wrapping_neg(), 0];
        vec![
            (2, vec![0, 0, 0xFF, 0, 0xFF, 0]),
            (8, [head.as_slice(), &answer, &tail].concat()),
        ]
    }

    fn lay(&mut self, tag: &[u8]) -> Later {
        self.cards.push(tag.to_vec());
        Vec::new()
    }

    fn lift(&mut self) -> Later {
        self.cards.clear();
        Vec::new()
    }
}

/// A Reader18, or a Reader288 where `antennas`; says its tags two by two.
pub struct Chafon {
    pub antennas: bool,
    pub tags: Vec<Vec<u8>>,
}

impl Chafon {
    fn answer(command: u8, status: u8, data: &[u8]) -> Vec<u8> {
        let length = u8::try_from(data.len() + 5).unwrap();
        let frame = [&[length, 0, command, status], data].concat();
        [frame.as_slice(), &crc16_mcrf4xx(&frame).to_le_bytes()].concat()
    }
}

impl Model for Chafon {
    fn hear(&mut self, message: &[u8]) -> Later {
        assert_eq!(crc16_mcrf4xx(message), 0);
        let command = message[2];
        if command != 0x01 {
            return vec![(15, Self::answer(command, 0, &[]))];
        }
        let mut answers = Vec::new();
        for pair in self.tags.chunks(2) {
            let mut data = if self.antennas { vec![1] } else { Vec::new() };
            data.push(u8::try_from(pair.len()).unwrap());
            for tag in pair {
                data.push(u8::try_from(tag.len()).unwrap());
                data.extend(tag);
                if self.antennas {
                    data.push(0x40);
                }
            }
            answers.push((60, Self::answer(1, 3, &data)));
        }
        let end = if self.tags.is_empty() { 0xFB } else { 0x01 };
        answers.push((90, Self::answer(1, end, &[])));
        answers
    }

    fn lay(&mut self, tag: &[u8]) -> Later {
        self.tags.push(tag.to_vec());
        Vec::new()
    }

    fn lift(&mut self) -> Later {
        self.tags.clear();
        Vec::new()
    }
}

/// A module of ThingMagic that another program has left streaming.
pub struct Mercury {
    pub tags: Vec<Vec<u8>>,
    pub buffer: Vec<Vec<u8>>,
    pub stopped: bool,
}

impl Mercury {
    fn answer(op: u8, status: u16, data: &[u8]) -> Vec<u8> {
        let [high, low] = status.to_be_bytes();
        let checked = [&[u8::try_from(data.len()).unwrap(), op, high, low], data].concat();
        [
            &[0xFF],
            checked.as_slice(),
            &crc16_mercury(&checked).to_be_bytes(),
        ]
        .concat()
    }
}

impl Model for Mercury {
    fn hear(&mut self, message: &[u8]) -> Later {
        let op = message[2];
        assert_eq!(
            crc16_mercury(&message[1..message.len() - 2]).to_be_bytes(),
            message[message.len() - 2..]
        );
        assert!(self.stopped || op == 0x2F, "it streams and is asked {op:02X}");
        match op {
            0x2F => {
                self.stopped = true;
                vec![
                    (3, Self::answer(0x22, 0x0400, &[])),
                    (5, Self::answer(0x2F, 0, &[])),
                ]
            }
            0x22 if self.tags.is_empty() => vec![(250, Self::answer(0x22, 0x0400, &[]))],
            0x22 => {
                self.buffer = self.tags.clone();
                let count = u8::try_from(self.buffer.len()).unwrap();
                vec![(250, Self::answer(0x22, 0, &[0x00, 0x00, 0x03, count]))]
            }
            0x29 => {
                let some: Vec<_> = self.buffer.drain(..self.buffer.len().min(3)).collect();
                let mut data = vec![0x01, 0xFF, 0x00, u8::try_from(some.len()).unwrap()];
                for epc in some {
                    data.extend([
                        1, 0xC4, 0x11, 0x0D, 0x37, 0xFC, 0, 0, 1, 0x27, 0, 0, 5, 0, 0, 0x0F,
                    ]);
                    data.extend(u16::try_from((epc.len() + 4) * 8).unwrap().to_be_bytes());
                    data.extend([u8::try_from(epc.len() / 2).unwrap() << 3, 0]);
                    data.extend(&epc);
                    data.extend([0xE9, 0x4A]);
                }
                vec![(6, Self::answer(0x29, 0, &data))]
            }
            other => vec![(4, Self::answer(other, 0, &[]))],
        }
    }

    fn lay(&mut self, tag: &[u8]) -> Later {
        self.tags.push(tag.to_vec());
        Vec::new()
    }

    fn lift(&mut self) -> Later {
        self.tags.clear();
        Vec::new()
    }
}
