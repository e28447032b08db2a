//! The program under test: started as its own user, asked over HTTP.

use crate::bench::await_that;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const PROGRAM: &str = "/usr/bin/formular";
const DATA: &str = "/srv/data";
const LOG: &str = "/tmp/formular.log";

pub struct Daemon {
    child: Child,
    address: String,
    staff: String,
    keys: u32,
}

/// A command of the program, run as the user `desk` with the groups that a desk's user has.
fn formular(arguments: &[&str]) -> Command {
    let line = format!("exec {PROGRAM} {} --data {DATA}", arguments.join(" "));
    let mut command = Command::new("su");
    command
        .args(["desk", "-c", &line])
        .env_clear()
        .env("RUST_LOG", "info")
        .current_dir("/srv");
    command
}

impl Daemon {
    pub fn serve(readers: &[&str]) -> Result<Self, String> {
        let staff = std::fs::read_to_string("/srv/token").map_err(|error| format!("/srv/token: {error}"))?;
        let log = std::fs::File::create(LOG).map_err(|error| error.to_string())?;
        let mut arguments = vec!["serve", "--listen", "127.0.0.1:8470"];
        arguments.extend(readers.iter().flat_map(|reader| ["--reader", reader]));
        let mut command = formular(&arguments);
        command.stdout(Stdio::piped()).stderr(log);
        let mut child = command.spawn().map_err(|error| error.to_string())?;
        let mut line = String::new();
        if let Some(out) = child.stdout.take() {
            BufReader::new(out)
                .read_line(&mut line)
                .map_err(|error| error.to_string())?;
        }
        let address = line
            .split("http://")
            .nth(1)
            .and_then(|rest| rest.split('/').next());
        let address = address
            .ok_or_else(|| format!("the program did not start: «{line}»"))?
            .to_owned();
        Ok(Self {
            child,
            address,
            staff: staff.trim().to_owned(),
            keys: 0,
        })
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn get(&self, path: &str) -> Result<Value, String> {
        let said = |error: ureq::Error| format!("{path}: {error}");
        let mut answer = agent()
            .get(format!("http://{}{path}", self.address))
            .call()
            .map_err(said)?;
        answer.body_mut().read_json().map_err(said)
    }

    /// What the desk's page says now, without its tags.
    pub fn screen(&self) -> String {
        let page = agent().get(format!("http://{}/", self.address)).call();
        let text = page
            .and_then(|mut answer| answer.body_mut().read_to_string())
            .unwrap_or_else(|error| error.to_string());
        let main = text.split_once("<main").map_or("", |(_, rest)| rest);
        let words = main
            .split('<')
            .filter_map(|part| Some(part.split_once('>')?.1.trim()));
        words
            .filter(|words| !words.is_empty())
            .collect::<Vec<_>>()
            .join(" | ")
    }

    /// Carries an order out as the staff; it must be done.
    pub fn order(&mut self, order: &Value) -> Result<(), String> {
        self.keys += 1;
        let said = |error: ureq::Error| format!("{order}: {error}");
        let mut answer = agent()
            .post(format!("http://{}/api/v1/commands", self.address))
            .header("Idempotency-Key", self.keys.to_string())
            .header("Authorization", format!("Bearer {}", self.staff))
            .send_json(order)
            .map_err(said)?;
        match answer.status().as_u16() {
            200 => Ok(()),
            status => Err(format!(
                "{order}: {status} {}",
                answer.body_mut().read_to_string().map_err(said)?
            )),
        }
    }

    pub fn give_card(&mut self, badge: &str, tag: &str) -> Result<(), String> {
        self.order(&json!({"type": "badge_card", "badge": badge, "uid": tag, "another": true}))
    }

    pub fn bind(&mut self, item: &str, tag: &str) -> Result<(), String> {
        self.order(&json!({"type": "bind_tag", "item": item, "tag": tag}))
    }

    /// The reader with this profile, as the program tells of it.
    pub fn reader(&self, profile: &str) -> Option<Value> {
        let all = self.get("/api/v1/readers").ok()?;
        all["readers"]
            .as_array()?
            .iter()
            .find(|reader| reader["profile"] == profile)
            .cloned()
    }

    pub fn await_state(&self, profile: &str, works: bool) -> Result<Value, String> {
        let what = format!("{profile} to be {}", if works { "read" } else { "missed" });
        await_that(&what, || {
            self.reader(profile)
                .filter(|reader| (reader["state"] == "works") == works)
        })
        .map_err(|error| format!("{error}; it is {:?}", self.reader(profile)))
    }

    pub fn await_loans(&self, count: usize, what: &str) -> Result<(), String> {
        let loans = || {
            Some(
                self.get("/api/v1/loans?state=open").ok()?["loans"]
                    .as_array()?
                    .len(),
            )
        };
        await_that(what, || (loans()? == count).then_some(()))
            .map_err(|error| format!("{error}; open: {:?}", loans()))
    }

    /// SIGTERM; it must end well.
    pub fn end(mut self) -> Result<(), String> {
        let _ = Command::new("kill").arg(self.id().to_string()).status();
        match self.child.wait() {
            Ok(status) if status.success() => Ok(()),
            other => Err(format!("the program ended with {other:?}")),
        }
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The last lines of its log.
pub fn log(lines: usize) -> String {
    let text = std::fs::read_to_string(LOG).unwrap_or_default();
    let all: Vec<&str> = text.lines().collect();
    all[all.len().saturating_sub(lines)..].join("\n")
}

/// Runs another of its commands to the end; gives what it printed.
pub fn ok(arguments: &[&str]) -> Result<String, String> {
    let said = |error: std::io::Error| format!("{arguments:?}: {error}");
    let output = formular(arguments).output().map_err(said)?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(format!(
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        )),
    }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(30)))
        .build()
        .into()
}
