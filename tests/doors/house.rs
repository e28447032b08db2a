//! A running daemon with a key for every role.

use super::http::{Ask, Reply, STRANGER};
use super::support::{Daemon, centre, ok};
use std::path::{Path, PathBuf};

pub const ROLES: [&str; 5] = ["visitor", "school", "auditor", "desk", "staff"];

/// The daemon, its folder and the tokens.
pub struct House {
    pub daemon: Daemon,
    pub data: PathBuf,
    pub school: String,
    pub auditor: String,
    pub staff: String,
    _folder: tempfile::TempDir,
}

/// A station's file for tests: no readers of this very desk, a name for strangers, and `more`.
pub fn config(folder: &Path, more: &str) -> PathBuf {
    let path = folder.join("formular.toml");
    let text = format!("hosts = [\"{STRANGER}\"]\n{more}\n[readers]\nauto = false\n");
    std::fs::write(&path, text).unwrap();
    path
}

pub fn token(role: &str, data: &Path) -> String {
    ok(&["token", "new", "--role", role], data).trim().to_owned()
}

impl House {
    /// With the sample's master data, or empty.
    pub fn start(filled: bool, more: &str) -> Self {
        Self::with(more, |data| {
            if filled {
                centre(data);
            }
        })
    }

    /// With what `fill` puts into the data folder.
    pub fn with(more: &str, fill: impl FnOnce(&Path)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        fill(&data);
        let daemon = Daemon::configured(&data, &config(folder.path(), more));
        Self {
            school: token("school=S03", &data),
            auditor: token("auditor", &data),
            staff: token("staff", &data),
            daemon,
            data,
            _folder: folder,
        }
    }

    pub fn address(&self) -> &str {
        &self.daemon.address
    }

    /// The request as one of the roles by name.
    pub fn by(&self, role: &str, ask: Ask) -> Ask {
        match role {
            "desk" => ask.host(self.address()),
            "visitor" => ask.host(STRANGER),
            "school" => ask.host(STRANGER).token(&self.school),
            "auditor" => ask.host(STRANGER).token(&self.auditor),
            "staff" => ask.host(STRANGER).token(&self.staff),
            other => panic!("no role {other}"),
        }
    }

    pub fn ask(&self, role: &str, ask: Ask) -> Reply {
        self.by(role, ask).send(self.address())
    }
}

/// Orders for a badge that nobody had before, and its card.
pub fn a_badge_with_card(uid: &str) -> [serde_json::Value; 2] {
    [
        serde_json::json!({"type": "issue_badge", "badge": "B-0390", "school": "S03", "role": "педагог",
            "kind": "school", "active_from": "2024-09-01"}),
        serde_json::json!({"type": "badge_card", "badge": "B-0390", "uid": uid}),
    ]
}
