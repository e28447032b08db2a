//! The station's own file, `formular.toml`: where it stands, what is attached, which house rules it sets.
//!
//! Knows: how the rooms' settings are collected and checked. Must not know: what the rooms do with them.

use crate::desk::DeskSettings;
use crate::ids::ReaderId;
use crate::ledger::Policy;
use crate::profile::Role;
use crate::sound;
use crate::store::PrivacySettings;
use crate::store::backup::BackupSettings;
use crate::web::{Limits, TlsError};
use jiff::tz::TimeZone;
use serde::Deserialize;
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Where the pages are served unless something else is said: this machine alone.
pub const DEFAULT_LISTEN: &str = "127.0.0.1:8470";
/// Where a machine keeps profiles of its own.
pub const DEFAULT_PROFILES: &str = "/etc/formular/readers.d";
/// The sample's zone; a real centre sets its own.
pub const DEFAULT_ZONE: &str = "Europe/Moscow";

/// Everything a station may set. Unknown keys are refused: a misspelt rule must not be a silent default.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    pub data: Option<PathBuf>,
    pub listen: Option<SocketAddr>,
    /// IANA name, `Europe/Kirov`.
    pub zone: Option<String>,
    /// Names under which the pages may be asked for besides localhost and the address itself.
    pub hosts: Vec<String>,
    /// The pages may be served unencrypted to a network. Whoever listens there reads passwords and links.
    pub plain_over_network: bool,
    pub tls: Option<TlsFiles>,
    pub web: Web,
    pub limits: Limits,
    #[serde(rename = "reader")]
    pub readers: Vec<ReaderConfig>,
    #[serde(rename = "readers")]
    pub plugged: Plugged,
    pub policy: Policy,
    pub desk: DeskSettings,
    pub sound: sound::Settings,
    pub backup: BackupSettings,
    pub privacy: PrivacySettings,
}

/// `[tls]`: a certificate and its key, in PEM.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsFiles {
    /// The chain: the server's own certificate first.
    pub cert: PathBuf,
    pub key: PathBuf,
    /// Where TLS is spoken beside the plain pages of `listen`, which then stay on this machine for the kiosk. Without
    /// it TLS is spoken at `listen`, and nothing is plain.
    pub listen: Option<SocketAddr>,
}

impl TlsFiles {
    /// Reads both files.
    ///
    /// # Errors
    /// The name of the file and what is wrong with it.
    pub fn read(&self) -> Result<(Vec<u8>, Vec<u8>), ConfigError> {
        let read = |path: &Path| {
            std::fs::read(path).map_err(|error| ConfigError::Read {
                path: path.to_owned(),
                error,
            })
        };
        Ok((read(&self.cert)?, read(&self.key)?))
    }
}

/// `[web]`: what stands between the browsers and us.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Web {
    /// A browser on this machine is the desk's own screen. False where a proxy on this machine passes on what comes
    /// from a network without saying so.
    pub desk: bool,
    /// A proxy speaks HTTPS for us: cookies are marked so.
    pub https: bool,
}

impl Default for Web {
    fn default() -> Self {
        Self {
            desk: true,
            https: false,
        }
    }
}

/// `[readers]`: what is done with readers that nobody attached by hand.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Plugged {
    /// A device whose number is a model's own is opened when it is plugged in. `--reader` and `[[reader]]` win.
    pub auto: bool,
    /// A bridge chip that a profile names is listened to, for a moment, and never spoken to.
    pub listen: bool,
    /// Ports that may be asked what they are, by profiles that know a harmless question.
    pub probe: Vec<PathBuf>,
    /// What the screen calls readers that were found by themselves, by their ids.
    pub names: BTreeMap<ReaderId, SmolStr>,
    /// What they are for, where that is not their profile's.
    pub roles: BTreeMap<ReaderId, Role>,
    /// Readers that type and are believed, by their ids. Without it: those whose number is a model's own.
    pub keyboards: Option<BTreeSet<ReaderId>>,
    /// Profiles of this machine; a file replaces the built-in one of its name.
    pub folder: PathBuf,
}

impl Default for Plugged {
    fn default() -> Self {
        Self {
            auto: true,
            listen: true,
            probe: Vec::new(),
            names: BTreeMap::new(),
            roles: BTreeMap::new(),
            keyboards: None,
            folder: PathBuf::from(DEFAULT_PROFILES),
        }
    }
}

/// One attached reader.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReaderConfig {
    /// As events name it; made of the path if absent.
    pub id: Option<ReaderId>,
    /// As the strip on the screen names it.
    pub name: Option<String>,
    pub profile: String,
    pub path: PathBuf,
    pub role: Option<Role>,
}

/// What is wrong with the file.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("{path}: cannot be read: {error}")]
    Read { path: PathBuf, error: std::io::Error },
    #[error("{path}: {error}")]
    Parse {
        path: PathBuf,
        error: Box<toml::de::Error>,
    },
    #[error("zone «{zone}» is unknown; use a name such as Europe/Kirov or Asia/Yakutsk")]
    Zone { zone: String },
    #[error(
        "{address} is open to the network, and the pages are not encrypted: whoever listens there reads passwords and links. \
         Give [tls] a cert and a key, or say plain_over_network = true in the configuration if something else protects it"
    )]
    PlainOverNetwork { address: SocketAddr },
    #[error("[tls] cert = {cert}, key = {key}: {error}")]
    Tls {
        cert: PathBuf,
        key: PathBuf,
        error: TlsError,
    },
    #[error("reader «{text}» must be PROFILE=PATH, for example barcode-text=/dev/ttyACM0")]
    Reader { text: String },
}

impl Config {
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|error| ConfigError::Read {
            path: path.to_owned(),
            error,
        })?;
        Self::parse(&text).map_err(|error| ConfigError::Parse {
            path: path.to_owned(),
            error: Box::new(error),
        })
    }

    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    pub fn zone(&self) -> Result<TimeZone, ConfigError> {
        let zone = self.zone.as_deref().unwrap_or(DEFAULT_ZONE);
        TimeZone::get(zone).map_err(|_| ConfigError::Zone {
            zone: zone.to_owned(),
        })
    }
}

impl std::str::FromStr for ReaderConfig {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        match text.split_once('=') {
            Some((profile, path)) if !profile.is_empty() && !path.is_empty() => Ok(Self {
                id: None,
                name: None,
                profile: profile.to_owned(),
                path: PathBuf::from(path),
                role: None,
            }),
            _ => Err(ConfigError::Reader {
                text: text.to_owned(),
            }),
        }
    }
}

/// The data folder: as asked, else where the system or the user keeps state.
pub fn data_folder(asked: Option<PathBuf>) -> PathBuf {
    let from = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    // systemd may list several state directories, separated by colons; the first is ours.
    let state = from("STATE_DIRECTORY").and_then(|dirs| {
        std::env::split_paths(&dirs)
            .next()
            .filter(|dir| !dir.as_os_str().is_empty())
    });
    asked
        .or(state)
        .or_else(|| from("XDG_DATA_HOME").map(|dir| dir.join("formular")))
        .or_else(|| from("HOME").map(|dir| dir.join(".local/share/formular")))
        .unwrap_or_else(|| PathBuf::from("formular-data"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_station_file_is_read() {
        let config = Config::parse(
            r#"
            zone = "Europe/Kirov"
            listen = "127.0.0.1:9000"
            [[reader]]
            id = "desk-hf"
            profile = "ironlogic"
            path = "/dev/ttyUSB0"
            [readers]
            listen = false
            names = { "ironlogic-z2-00:14.0-1.2" = "Стойка" }
            roles = { "yrm100-00:14.0-3" = "portal" }
            [policy]
            loan_days = 10
            [desk]
            idle_s = 60
            [backup]
            folder = "/media/formular"
            [privacy]
            inbox_days = 7
            "#,
        )
        .unwrap();
        assert_eq!(config.policy.loan_days, 10);
        assert_eq!(config.policy.undo_s, 120, "what is not said keeps its default");
        assert_eq!(config.backup.every_hours, 24.0);
        assert_eq!((config.privacy.inbox_days, config.privacy.revoked_years), (7, 1));
        assert_eq!(config.readers.len(), 1);
        assert!(config.zone().is_ok());
        assert!(config.plugged.auto && !config.plugged.listen);
        assert_eq!(config.plugged.names.len(), 1);
    }

    #[test]
    fn what_is_misspelt_is_refused_with_its_place() {
        let error = Config::parse("zone = \"Europe/Kirov\"\nloan_day = 3\n")
            .unwrap_err()
            .to_string();
        assert!(error.contains("line 2") && error.contains("loan_day"), "{error}");
        let config = Config {
            zone: Some("Kirov".into()),
            ..Config::default()
        };
        assert!(config.zone().unwrap_err().to_string().contains("Europe/Kirov"));
        assert!("barcode-text".parse::<ReaderConfig>().is_err());
        assert!("=/dev/ttyACM0".parse::<ReaderConfig>().is_err());
    }
}
