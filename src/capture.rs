//! Captures: what went over a reader's line, as a text that can be read, sent and replayed.
//!
//! Knows: the file's form. Must not know: ports, decoders, what the bytes mean.
//!
//! ```text
//! # device: RDM6300 module        header: key and value, before the first step
//! # origin: captured              captured from a device, published in a document, or derived here
//! 0 < 0236324533…03               milliseconds, from the reader
//! 70 > bb00220000227e             to the reader
//! 900 ! unplug
//! 1400 ! plug
//! ```
//! A capture shows the numbers of the cards that were presented: record with blank cards, never with people's own.

use std::{
    fmt,
    io::{self, Write},
    str::FromStr,
};

/// What happened on the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    Received(Vec<u8>),
    Sent(Vec<u8>),
    Unplug,
    Plug,
}

/// One happening, in milliseconds since the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub at_ms: u64,
    pub what: What,
}

/// A whole capture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capture {
    /// Keys and values: device, profile, by (a role), date, origin, shown.
    pub header: Vec<(String, String)>,
    pub steps: Vec<Step>,
}

/// A line that is no step.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct CaptureError {
    pub line: usize,
    pub why: &'static str,
}

impl Capture {
    /// The value of a header key.
    pub fn told(&self, key: &str) -> Option<&str> {
        self.header
            .iter()
            .find(|(k, _)| k == key)
            .map(|(_, v)| v.as_str())
    }

    /// All bytes that came from the reader, in one piece.
    pub fn received(&self) -> Vec<u8> {
        let bytes = self.steps.iter().filter_map(|step| match &step.what {
            What::Received(bytes) => Some(bytes.as_slice()),
            _ => None,
        });
        bytes.collect::<Vec<_>>().concat()
    }
}

impl FromStr for Capture {
    type Err = CaptureError;

    fn from_str(text: &str) -> Result<Self, CaptureError> {
        let mut capture = Capture::default();
        for (n, line) in text.lines().enumerate() {
            let line = line.trim();
            let wrong = |why| CaptureError { line: n + 1, why };
            if let Some(comment) = line.strip_prefix('#') {
                if let (true, Some((key, value))) = (capture.steps.is_empty(), comment.split_once(':')) {
                    capture
                        .header
                        .push((key.trim().to_owned(), value.trim().to_owned()));
                }
            } else if !line.is_empty() {
                let step: Step = line.parse().map_err(wrong)?;
                if capture.steps.last().is_some_and(|last| last.at_ms > step.at_ms) {
                    return Err(wrong("time goes back"));
                }
                capture.steps.push(step);
            }
        }
        Ok(capture)
    }
}

impl FromStr for Step {
    type Err = &'static str;

    fn from_str(line: &str) -> Result<Self, &'static str> {
        let mut words = line.split_whitespace();
        let at_ms = words
            .next()
            .and_then(|ms| ms.parse().ok())
            .ok_or("it starts with milliseconds")?;
        let kind = words.next().ok_or("after the time comes <, > or !")?;
        let rest: String = words.collect();
        let bytes = || hex::decode(&rest).map_err(|_| "after < and > come hexadecimal bytes");
        let what = match (kind, rest.as_str()) {
            ("<", _) => What::Received(bytes()?),
            (">", _) => What::Sent(bytes()?),
            ("!", "unplug") => What::Unplug,
            ("!", "plug") => What::Plug,
            ("!", _) => return Err("after ! comes unplug or plug"),
            _ => return Err("after the time comes <, > or !"),
        };
        Ok(Step { at_ms, what })
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = self.at_ms;
        match &self.what {
            What::Received(bytes) => write!(f, "{ms} < {}", hex::encode(bytes)),
            What::Sent(bytes) => write!(f, "{ms} > {}", hex::encode(bytes)),
            What::Unplug => write!(f, "{ms} ! unplug"),
            What::Plug => write!(f, "{ms} ! plug"),
        }
    }
}

impl fmt::Display for Capture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (key, value) in &self.header {
            writeln!(f, "# {key}: {value}")?;
        }
        for step in &self.steps {
            writeln!(f, "{step}")?;
        }
        Ok(())
    }
}

/// Writes a capture as it happens, up to a size.
pub struct Recorder {
    out: Box<dyn Write + Send>,
    left: usize,
    first_ms: Option<u64>,
}

impl Recorder {
    /// Begins with the header.
    ///
    /// # Errors
    /// What the writer says.
    pub fn new(
        mut out: Box<dyn Write + Send>,
        header: &[(&str, &str)],
        max_bytes: usize,
    ) -> io::Result<Self> {
        for (key, value) in header {
            // A line break in a value would make a step of it.
            let value: String = value.chars().filter(|c| !c.is_control()).collect();
            writeln!(out, "# {key}: {value}")?;
        }
        out.flush()?;
        Ok(Self {
            out,
            left: max_bytes,
            first_ms: None,
        })
    }

    /// Writes one happening down. A full or broken file ends the capture, never the reading.
    pub fn step(&mut self, at_ms: u64, what: What) {
        if self.left == 0 {
            return;
        }
        let first = *self.first_ms.get_or_insert(at_ms);
        let step = Step {
            at_ms: at_ms.saturating_sub(first),
            what,
        };
        let mut line = format!("{step}\n");
        if line.len() > self.left {
            line = "# full\n".to_owned();
            self.left = 0;
        }
        self.left = self.left.saturating_sub(line.len());
        if self
            .out
            .write_all(line.as_bytes())
            .and_then(|()| self.out.flush())
            .is_err()
        {
            self.left = 0;
        }
    }

    /// Nothing more is written.
    pub fn is_full(&self) -> bool {
        self.left == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
# device: RDM6300 module
# origin: derived
0 < 0236324533
5 < 30383643
70 > bb0022
900 ! unplug
1400 ! plug
";

    #[test]
    fn what_is_written_is_read_back() {
        let capture: Capture = TEXT.parse().unwrap();
        assert_eq!(capture.to_string(), TEXT);
        assert_eq!(capture.told("origin"), Some("derived"));
        assert_eq!(capture.received(), hex::decode("023632453330383643").unwrap());
    }

    #[test]
    fn a_broken_line_is_named() {
        let table = [
            ("0 < 02\nfoo", "line 2: it starts with milliseconds"),
            ("0 < 0", "line 1: after < and > come hexadecimal bytes"),
            ("0 ! smoke", "line 1: after ! comes unplug or plug"),
            ("0", "line 1: after the time comes <, > or !"),
            ("9 < 02\n\n8 < 02", "line 3: time goes back"),
        ];
        for (text, why) in table {
            assert_eq!(text.parse::<Capture>().unwrap_err().to_string(), why);
        }
    }

    #[test]
    fn a_recording_has_an_end() {
        #[derive(Clone, Default)]
        struct Page(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);
        impl Write for Page {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.0.lock().unwrap().extend_from_slice(bytes);
                Ok(bytes.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let page = Page::default();
        let mut recorder = Recorder::new(Box::new(page.clone()), &[("device", "a\n0 ! plug")], 24).unwrap();
        for n in 0..100 {
            recorder.step(1000 + n, What::Received(vec![2]));
        }
        assert!(recorder.is_full());
        let text = String::from_utf8(page.0.lock().unwrap().clone()).unwrap();
        assert_eq!(text, "# device: a0 ! plug\n0 < 02\n1 < 02\n2 < 02\n# full\n");
        assert_eq!(text.parse::<Capture>().unwrap().steps.len(), 3);
    }
}
