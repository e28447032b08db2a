//! The real program under test: started, asked over HTTP, killed.

#![allow(dead_code, reason = "each test file uses its own part")]

use formular::demo::pty::VirtualReader;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Long enough for a loaded machine; nothing waits for it when all is well.
pub const PATIENCE: Duration = Duration::from_secs(30);

pub fn formular() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_formular"));
    command.env("RUST_LOG", "warn");
    command
}

/// Runs a command to its end.
pub fn run(arguments: &[&str], data: &Path) -> Output {
    formular()
        .args(arguments)
        .arg("--data")
        .arg(data)
        .output()
        .unwrap()
}

/// Runs a command that must succeed; gives what it printed.
pub fn ok(arguments: &[&str], data: &Path) -> String {
    let output = run(arguments, data);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "formular {}\n{text}{errors}",
        arguments.join(" ")
    );
    text
}

/// A running daemon; killed when it is dropped.
pub struct Daemon {
    child: Child,
    pub address: String,
}

impl Daemon {
    pub fn serve(data: &Path, readers: &[String]) -> Self {
        // A reader that really stands on this desk is no part of a test.
        let config = data.with_extension("toml");
        std::fs::create_dir_all(data.parent().unwrap()).unwrap();
        std::fs::write(&config, "[readers]\nauto = false\n").unwrap();
        let mut command = formular();
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--config"])
            .arg(config)
            .arg("--data")
            .arg(data);
        readers
            .iter()
            .for_each(|reader| _ = command.args(["--reader", reader]));
        Self::start(command)
    }

    /// With a station's own file.
    pub fn configured(data: &Path, config: &Path) -> Self {
        Self::listening(data, config, "127.0.0.1:0")
    }

    /// The same at an address.
    pub fn listening(data: &Path, config: &Path, address: &str) -> Self {
        let mut command = formular();
        command
            .args(["serve", "--listen", address, "--config"])
            .arg(config)
            .arg("--data")
            .arg(data);
        Self::start(command)
    }

    pub fn demo(data: &Path) -> Self {
        let mut command = formular();
        command
            .args(["demo", "--listen", "127.0.0.1:0", "--data"])
            .arg(data);
        Self::start(command)
    }

    fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line
            .split("http://")
            .nth(1)
            .and_then(|rest| rest.split('/').next());
        let address = address
            .unwrap_or_else(|| panic!("no address in «{line}»"))
            .to_owned();
        Self { child, address }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn get(&self, path: &str) -> Value {
        let mut answer = agent().get(self.url(path)).call().unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.body_mut().read_json().unwrap()
    }

    pub fn page(&self, path: &str) -> String {
        let mut answer = agent()
            .get(self.url(path))
            .header("Accept", "text/html")
            .call()
            .unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.body_mut().read_to_string().unwrap()
    }

    /// Posts a command; gives status and body.
    pub fn command(&self, key: &str, body: &Value) -> (u16, Value) {
        let request = agent()
            .post(self.url("/api/v1/commands"))
            .header("Idempotency-Key", key);
        let mut answer = request.send_json(body).unwrap();
        let status = answer.status().as_u16();
        (status, answer.body_mut().read_json().unwrap_or(Value::Null))
    }

    pub fn open_loans(&self) -> Vec<Value> {
        let loans = self.get("/api/v1/loans?state=open");
        loans["loans"].as_array().unwrap().clone()
    }

    /// Waits until so many loans are open.
    pub fn await_open(&self, count: usize, what: &str) -> Vec<Value> {
        await_that(what, || {
            Some(self.open_loans()).filter(|loans| loans.len() == count)
        })
    }

    pub fn await_readers(&self, count: usize) {
        await_that("the readers to be open", || {
            let readers = self.get("/api/v1/readers");
            let works = readers["readers"]
                .as_array()?
                .iter()
                .filter(|reader| reader["state"] == "works")
                .count();
            (works == count).then_some(())
        });
    }

    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, and the exit status.
    pub fn end(mut self) -> std::process::ExitStatus {
        Command::new("kill")
            .arg(self.child.id().to_string())
            .status()
            .unwrap();
        self.child.wait().unwrap()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(PATIENCE))
        .max_redirects(0)
        .build()
        .into()
}

/// Asks again and again until there is an answer; fails with what was waited for.
pub fn await_that<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(began.elapsed() < PATIENCE, "waited {PATIENCE:?} for {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A virtual reader in a folder, and how it is attached.
pub fn reader(folder: &Path, profile: &str) -> (VirtualReader, String) {
    let path: PathBuf = folder.join(format!("tty-{profile}"));
    let reader = VirtualReader::open(&path).unwrap();
    (reader, format!("{profile}={}", path.display()))
}

pub fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample")
}

/// A folder with the sample's master data but no history: everything is on its shelf, agreements run till 2028.
pub fn centre(data: &Path) {
    let files = data.with_extension("files");
    std::fs::create_dir_all(&files).unwrap();
    for name in [
        "schools",
        "rooms",
        "donors",
        "kits",
        "equipment",
        "badges",
        "calendar",
    ] {
        let name = format!("{name}.csv");
        std::fs::copy(sample().join(&name), files.join(&name)).unwrap();
    }
    ok(&["import", files.to_str().unwrap()], data);
}
