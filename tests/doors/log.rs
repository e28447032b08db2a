//! What never stands in the log: keys, passwords, cards, who called from where.

use super::house::{a_badge_with_card, config};
use super::http::{Ask, STRANGER, reply};
use super::support::{centre, formular, ok};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::Stdio;

#[test]
fn the_log_tells_no_secrets_and_no_visitors() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    centre(&data);
    let log = folder.path().join("log");
    let mut child = formular()
        .env("RUST_LOG", "trace")
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(&data)
        .arg("--config")
        .arg(config(folder.path(), ""))
        .stdout(Stdio::piped())
        .stderr(std::fs::File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let address = line
        .split("http://")
        .nth(1)
        .unwrap()
        .split('/')
        .next()
        .unwrap()
        .to_owned();

    let mut secrets = Vec::new();
    let send = |ask: Ask| {
        let socket = TcpStream::connect(&address).unwrap();
        let port = socket.local_addr().unwrap().port();
        (&socket).write_all(ask.text().as_bytes()).unwrap();
        (reply(&socket, false).unwrap(), format!("127.0.0.1:{port}"))
    };
    let password = "correct-horse-battery";
    let mut set = formular()
        .env("RUST_LOG", "trace")
        .args(["password", "--data"])
        .arg(&data)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    set.stdin
        .take()
        .unwrap()
        .write_all(format!("{password}\n").as_bytes())
        .unwrap();
    assert!(set.wait().unwrap().success());
    secrets.push(password.to_owned());
    for role in ["staff", "auditor", "school=S03"] {
        secrets.push(ok(&["token", "new", "--role", role], &data).trim().to_owned());
    }
    let keys = secrets.clone();
    for key in keys.iter().map(String::as_str).chain(["wrong-but-nearly-right"]) {
        let form = Ask::new("POST", "/sign-in")
            .host(STRANGER)
            .form(&format!("token={key}"));
        let (answer, peer) = send(form);
        secrets.extend([key.to_owned(), peer]);
        if let Some((_, value)) = answer
            .header("set-cookie")
            .split(';')
            .next()
            .unwrap()
            .split_once('=')
        {
            secrets.push(value.to_owned());
            let cookie = format!("formular_token={value}");
            let (_, peer) = send(Ask::new("GET", "/loans").host(STRANGER).header("Cookie", &cookie));
            secrets.push(peer);
        }
    }
    let staff = &keys[1];
    let uid = "04C0FFEE123480";
    let uid_tag = format!("uid:{uid}");
    let [badge, card] = a_badge_with_card(&uid_tag);
    for (order, status) in [(&badge, 200), (&card, 200)] {
        let (answer, peer) = send(
            Ask::command(&order["type"].to_string(), order)
                .token(staff)
                .host(STRANGER),
        );
        assert_eq!(answer.status, status, "{answer:?}");
        secrets.push(peer);
    }
    // The same card once more, for another badge: what is said of it in the log names no card either.
    let other = serde_json::json!({"type": "badge_card", "badge": "B-0302", "uid": uid_tag});
    for ask in [
        Ask::command("other", &other).token(staff),
        Ask::new("GET", "/api/v1/loans").token("fml_no-such-token"),
        Ask::new("GET", "/nowhere"),
    ] {
        let (answer, peer) = send(ask.host(STRANGER));
        assert!(answer.status < 500, "{answer:?}");
        secrets.push(peer);
    }
    secrets.extend([uid.to_owned(), "fml_no-such-token".to_owned()]);
    std::process::Command::new("kill")
        .arg(child.id().to_string())
        .status()
        .unwrap();
    assert!(child.wait().unwrap().success());

    let told = std::fs::read_to_string(&log).unwrap();
    let journal = ok(&["journal", "export"], &data);
    assert!(journal.contains("B-0390"), "the journal does hold something");
    for secret in &secrets {
        assert!(!told.contains(secret.as_str()), "the log tells {secret}");
        assert!(!journal.contains(secret.as_str()), "the journal tells {secret}");
    }
    // They stand in the roster and nowhere else of the folder, the keys nowhere at all.
    for name in ["tokens.json", "password.json", "inbox.json"] {
        let kept = std::fs::read_to_string(data.join(name)).unwrap_or_default();
        for secret in &secrets {
            assert!(!kept.contains(secret.as_str()), "{name} holds {secret}");
        }
    }
}
