//! The control socket: how the command line asks a running daemon to write.
//!
//! Knows: one JSON line in, one JSON line out. Must not know: how a wish is granted.
//! The socket's mode is 0600: who may open it may read the data folder anyway.

use super::cards;
use super::intake::ImportJob;
use super::report::import_report;
use super::shown::Door;
use crate::exchange::{self, Opened};
use crate::ids::BadgeCode;
use crate::reader::Health;
use crate::store::{Role, TokenInfo};
use serde::{Deserialize, Serialize};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Longest request: eight files of a large centre in hexadecimal.
const MAX_REQUEST: u64 = 256 << 20;
/// How long a client may be silent before it is given up.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where a data folder's daemon listens.
pub fn path(data: &Path) -> PathBuf {
    data.join("control.sock")
}

/// What may be asked.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Request {
    Import {
        files: Vec<File>,
        /// Names in the folder that are none of ours, to be told in the report.
        left_alone: Vec<String>,
        dry_run: bool,
        skip_bad: bool,
    },
    /// `staff`, `auditor`, `school=S03`; how many days it lasts, if not as long as usual.
    NewToken {
        role: String,
        #[serde(default)]
        days: Option<u32>,
    },
    /// All tokens, without their texts.
    Tokens,
    /// Ends a token by its id.
    RevokeToken { id: String },
    /// Replaces the staff's password by a hash of it, or takes it away; every session ends.
    SetPassword { phc: Option<String> },
    /// The health of every attached reader.
    Readers,
    /// Which badges have cards.
    Roster,
    /// A card of the badge was lost.
    CardStop { badge: BadgeCode },
    /// The numbers of a badge's cards are to be forgotten.
    RosterForget { badge: BadgeCode },
}

/// A file as it was read by the command line, which may have other rights than the daemon.
#[derive(Debug, Serialize, Deserialize)]
pub struct File {
    pub name: String,
    /// Its bytes in hexadecimal.
    pub hex: String,
}

/// What is answered.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Response {
    /// The report, ready to print: for people, and as JSON.
    Imported {
        text: String,
        json: serde_json::Value,
        faults: usize,
    },
    Token(String),
    Tokens(Vec<TokenInfo>),
    /// Whether there was such a token.
    Revoked(bool),
    PasswordSet,
    /// One line per reader, for people, and as JSON.
    Readers {
        text: Vec<String>,
        json: serde_json::Value,
    },
    /// For people, line by line, and as JSON.
    Roster {
        text: Vec<String>,
        json: serde_json::Value,
    },
    Refused(String),
}

/// Listens until the program ends; each client on a thread of its own.
pub fn listen(data: &Path, door: Arc<Door>) -> io::Result<()> {
    let path = path(data);
    // The folder is locked by this process: a socket that lies here belongs to a daemon that was killed.
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(&path)?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
    let serve = move || {
        for client in listener.incoming().flatten() {
            let door = Arc::clone(&door);
            let talk = move || {
                if let Err(error) = talk(client, &door) {
                    tracing::warn!(%error, "a client of the control socket went away");
                }
            };
            if let Err(error) = std::thread::Builder::new().name("control".into()).spawn(talk) {
                tracing::warn!(%error, "no thread for a client of the control socket");
            }
        }
    };
    std::thread::Builder::new()
        .name("control".into())
        .spawn(serve)
        .map(drop)
}

fn talk(client: UnixStream, door: &Door) -> io::Result<()> {
    client.set_read_timeout(Some(PATIENCE))?;
    let mut line = String::new();
    BufReader::new((&client).take(MAX_REQUEST)).read_line(&mut line)?;
    let response = match serde_json::from_str(&line) {
        Ok(request) => answer(request, door),
        Err(error) => Response::Refused(format!("not understood: {error}")),
    };
    let mut text = serde_json::to_string(&response)?;
    text.push('\n');
    (&client).write_all(text.as_bytes())
}

/// Does what is asked. Without a daemon the command line calls this itself.
pub fn answer(request: Request, door: &Door) -> Response {
    match request {
        Request::Roster => cards::list(door),
        Request::CardStop { badge } => cards::stop(&badge, door),
        Request::RosterForget { badge } => cards::forget(&badge, door),
        Request::NewToken { role, days } => {
            new_token(&role, days, door).map_or_else(Response::Refused, Response::Token)
        }
        Request::Tokens => Response::Tokens(door.keys.tokens().list(door.time_for_keys())),
        Request::RevokeToken { id } => match door.keys.tokens().revoke(&id) {
            Ok(was_there) => Response::Revoked(was_there),
            Err(error) => Response::Refused(error.to_string()),
        },
        Request::SetPassword { phc } => match door.keys.set_password(phc, door.clock.now()) {
            Ok(()) => Response::PasswordSet,
            Err(error) => Response::Refused(error.to_string()),
        },
        Request::Readers => readers(door),
        Request::Import {
            files,
            left_alone,
            dry_run,
            skip_bad,
        } => match opened(files, left_alone) {
            Ok(opened) => import(
                ImportJob {
                    opened,
                    skip_bad,
                    dry_run,
                },
                door,
            ),
            Err(why) => Response::Refused(why),
        },
    }
}

fn new_token(role: &str, days: Option<u32>, door: &Door) -> Result<String, String> {
    let role: Role = role.parse()?;
    door.keys
        .tokens()
        .create(&role, days, door.time_for_keys())
        .map_err(|error| error.to_string())
}

fn readers(door: &Door) -> Response {
    let health = door.shown.readers().board.all();
    let line = |health: &Health| {
        format!(
            "{}: {} at {}: {} (since {}); {} scans, {} rejects",
            health.reader,
            health.profile,
            health.path.display(),
            health.state.advice(),
            health.since,
            health.scans,
            health.rejects.values().sum::<u64>()
        )
    };
    let text = health.iter().map(line).collect();
    Response::Readers {
        text,
        json: serde_json::to_value(&health).unwrap_or_default(),
    }
}

fn opened(files: Vec<File>, left_alone: Vec<String>) -> Result<Opened, String> {
    let sheet = |file: File| {
        let bytes = hex::decode(&file.hex).map_err(|error| format!("{}: {error}", file.name))?;
        exchange::sheet(&file.name, &bytes).map_err(|fault| fault.to_string())
    };
    let sheets = files.into_iter().map(sheet).collect::<Result<_, String>>()?;
    Ok(Opened {
        sheets,
        left_alone: left_alone.into_iter().map(Into::into).collect(),
    })
}

fn import(job: ImportJob, door: &Door) -> Response {
    match door.import(job) {
        Ok(plan) => import_report(&plan),
        Err(why) => Response::Refused(why),
    }
}

/// Asks the daemon of a data folder; none if there is no daemon.
pub fn ask(data: &Path, request: &Request) -> io::Result<Option<Response>> {
    let stream = match UnixStream::connect(path(data)) {
        Ok(stream) => stream,
        Err(error)
            if matches!(
                error.kind(),
                // A path through a file is no daemon either; who opens the folder says what is wrong with it.
                io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused | io::ErrorKind::NotADirectory
            ) =>
        {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let mut text = serde_json::to_string(request)?;
    text.push('\n');
    (&stream).write_all(text.as_bytes())?;
    let mut line = String::new();
    BufReader::new(&stream).read_line(&mut line)?;
    if line.is_empty() {
        return Err(io::Error::new(
            io::ErrorKind::UnexpectedEof,
            "the daemon ended before it answered",
        ));
    }
    Ok(Some(serde_json::from_str(&line)?))
}
