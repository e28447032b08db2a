//! Tokens, the password, sessions, the school's link, throttling.

use super::house::{House, token};
use super::http::{Ask, Reply, STRANGER};
use super::support::{formular, ok, run};
use serde_json::Value;
use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

const PASSWORD: &str = "кот любит сметану";

fn set_password(password: &str, data: &Path) -> Output {
    let mut child = formular()
        .args(["password", "--data"])
        .arg(data)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let text = format!("{password}\n");
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn sign_in(house: &House, key: &str) -> Reply {
    Ask::new("POST", "/sign-in")
        .host(STRANGER)
        .form(&format!("token={}&back=/loans", encoded(key)))
        .send(house.address())
}

/// Name and value of the cookie that an answer sets.
fn cookie(reply: &Reply) -> String {
    let cookie = reply.header("set-cookie").split(';').next().unwrap();
    assert!(cookie.contains("=fm"), "{reply:?}");
    cookie.to_owned()
}

fn with_cookie(house: &House, cookie: &str, path: &str) -> u16 {
    Ask::new("GET", path)
        .host(STRANGER)
        .header("Cookie", cookie)
        .send(house.address())
        .status
}

fn tokens(data: &Path) -> Vec<Value> {
    let list: Value = serde_json::from_str(&ok(&["token", "list", "--json"], data)).unwrap();
    list["tokens"].as_array().unwrap().clone()
}

fn id_of(role: &str, data: &Path) -> String {
    let list = tokens(data);
    let token = list.iter().find(|token| token["role"] == role).unwrap();
    token["id"].as_str().unwrap().to_owned()
}

#[test]
fn the_password_opens_a_session_that_ends_on_the_server() {
    let house = House::start(false, "");
    let unset = sign_in(&house, PASSWORD);
    assert_eq!((unset.status, unset.code()), (401, "wrong_key".into()));
    for weak in ["", "короткий", "aaaaaaaaaaaaaaaa"] {
        let refused = set_password(weak, &house.data);
        assert_eq!(refused.status.code(), Some(1), "{weak}");
    }
    assert!(set_password(PASSWORD, &house.data).status.success());
    let wrong = sign_in(&house, "кот любит молоко!");
    assert_eq!(
        (wrong.status, &wrong.body),
        (401, &unset.body),
        "nobody learns whether there is a password"
    );

    let signed_in = sign_in(&house, PASSWORD);
    assert_eq!((signed_in.status, signed_in.header("location")), (303, "/loans"));
    let said = signed_in.header("set-cookie");
    for word in [
        "formular_token=fms_",
        "; HttpOnly",
        "; SameSite=Strict",
        "; Path=/",
    ] {
        assert!(said.contains(word), "{said}");
    }
    assert!(!said.contains("Max-Age"), "it ends with the browser: {said}");
    let first = cookie(&signed_in);
    let second = cookie(&sign_in(&house, PASSWORD));
    assert_ne!(first, second);
    for session in [&first, &second] {
        assert_eq!(with_cookie(&house, session, "/unknown"), 200);
    }
    // Sent as a token it opens the same, and no more than that.
    let out = Ask::new("POST", "/sign-out")
        .host(STRANGER)
        .header("Cookie", &first)
        .send(house.address());
    assert!(out.header("set-cookie").contains("Max-Age=0"), "{out:?}");
    assert_eq!(
        with_cookie(&house, &first, "/unknown"),
        401,
        "the server forgot it too"
    );
    assert_eq!(with_cookie(&house, &second, "/unknown"), 200);

    assert!(set_password("собака любит мяч", &house.data).status.success());
    assert_eq!(
        with_cookie(&house, &second, "/unknown"),
        401,
        "a new password ends all sessions"
    );
    assert_eq!(sign_in(&house, PASSWORD).status, 401);
    let kept = std::fs::read_to_string(house.data.join("password.json")).unwrap();
    assert!(
        kept.contains("$argon2id$v=19$m=19456,t=2,p=1$") && !kept.contains("собака"),
        "{kept}"
    );
    ok(&["password", "--remove"], &house.data);
    assert_eq!(sign_in(&house, "собака любит мяч").status, 401);
}

#[test]
fn a_password_is_set_without_a_daemon_too() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let set = set_password(PASSWORD, &data);
    assert!(set.status.success(), "{}", String::from_utf8_lossy(&set.stderr));
    let said = formular().args(["password", "--help"]).output().unwrap();
    let help = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(
        help.contains("standard input") && !help.contains("<PASSWORD>"),
        "{help}"
    );
    let argument = run(&["password", PASSWORD], &data);
    assert_eq!(argument.status.code(), Some(2), "never as an argument");
}

#[test]
fn tokens_are_listed_and_revoked_with_and_without_a_daemon() {
    let house = House::start(false, "");
    let ask = |key: &str| {
        let ask = Ask::new("GET", "/api/v1/holds").host(STRANGER).token(key);
        ask.send(house.address()).status
    };
    assert_eq!((ask(&house.school), ask(&house.auditor)), (200, 200));
    let list = tokens(&house.data);
    assert_eq!(list.len(), 3);
    let used = |role: &str| {
        let list = tokens(&house.data);
        let token = list.iter().find(|token| token["role"] == role).unwrap().clone();
        !token["last_used"].is_null()
    };
    assert!(
        used("school=S03") && used("auditor") && !used("staff"),
        "{list:?}"
    );
    assert!(list.iter().all(|token| token["expires"].is_string()));
    let people = ok(&["token", "list"], &house.data);
    assert!(
        people.contains("school=S03") && people.contains("never"),
        "{people}"
    );
    assert!(!people.contains(&house.school) && !format!("{list:?}").contains(&house.school));

    let school = id_of("school=S03", &house.data);
    ok(&["token", "revoke", &school], &house.data);
    assert_eq!((ask(&house.school), ask(&house.auditor)), (401, 200), "at once");
    let again = run(&["token", "revoke", &school], &house.data);
    assert_eq!(again.status.code(), Some(1));

    let data = house.data.clone();
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = folder.path().join("data");
    std::fs::create_dir_all(&elsewhere).unwrap();
    for name in ["tokens.json", "format"] {
        std::fs::copy(data.join(name), elsewhere.join(name)).unwrap();
    }
    ok(&["token", "revoke", &id_of("auditor", &elsewhere)], &elsewhere);
    assert_eq!(tokens(&elsewhere).len(), 1, "without a daemon");
    for days in ["0", "-1", "99999", "many"] {
        let wrong = run(&["token", "new", "--role", "staff", "--days", days], &elsewhere);
        assert_eq!(wrong.status.code(), Some(2), "{days}");
    }
    ok(&["token", "new", "--role", "staff", "--days", "1"], &elsewhere);
    assert_eq!(tokens(&elsewhere).len(), 2);
}

/// A staff token at the door becomes a session that ends with the token; a school keeps its link's key.
#[test]
fn a_session_hangs_on_the_token_that_began_it() {
    let house = House::start(false, "");
    let session = cookie(&sign_in(&house, &house.staff));
    assert!(
        session.contains("=fms_"),
        "the token itself goes into no cookie: {session}"
    );
    assert_eq!(with_cookie(&house, &session, "/unknown"), 200);
    ok(&["token", "revoke", &id_of("staff", &house.data)], &house.data);
    assert_eq!(with_cookie(&house, &session, "/unknown"), 401);

    let link = Ask::new("GET", "/s").host(STRANGER).send(house.address());
    assert!(link.body.contains("/assets/link.js") && link.body.contains("action=\"/sign-in\""));
    assert!(!link.body.contains("<script>"), "no script in the page itself");
    let school = sign_in(&house, &house.school);
    assert!(school.header("set-cookie").contains("Max-Age="), "{school:?}");
    let school = cookie(&school);
    assert_eq!(
        (
            with_cookie(&house, &school, "/loans"),
            with_cookie(&house, &school, "/readers")
        ),
        (200, 403)
    );
    // A school hears that something changed, and nothing else.
    let stream = Ask::new("GET", "/api/v1/stream")
        .host(STRANGER)
        .header("Cookie", &school);
    assert_eq!(stream.send(house.address()).status, 200);
}

/// A card's number identifies a person at the desk; over the web it opens nothing, however it is sent.
#[test]
fn a_card_is_no_key() {
    let house = House::start(true, "");
    let uid = "uid:04C0FFEE123480";
    for order in super::house::a_badge_with_card(uid) {
        let reply = house.ask("staff", Ask::command(order["type"].as_str().unwrap(), &order));
        assert_eq!(reply.status, 200, "{reply:?}");
    }
    for key in [uid, "04C0FFEE123480", "B-0390"] {
        assert_eq!(sign_in(&house, key).status, 401, "{key}");
        for name in ["formular_token", "__Host-formular"] {
            assert_eq!(
                with_cookie(&house, &format!("{name}={key}"), "/loans"),
                401,
                "{key}"
            );
        }
        for header in ["Authorization", "X-Badge", "X-Card", "X-Api-Key"] {
            let ask = Ask::new("GET", "/api/v1/loans").host(STRANGER);
            assert_eq!(
                ask.header(header, key).send(house.address()).status,
                401,
                "{header}: {key}"
            );
        }
        let query = Ask::new("GET", &format!("/loans?token={key}&badge={key}&card={key}"));
        assert_eq!(query.host(STRANGER).send(house.address()).status, 401, "{key}");
    }
}

#[test]
fn guessing_waits_and_the_desk_works_on() {
    let house = House::start(false, "");
    assert!(set_password(PASSWORD, &house.data).status.success());
    let mut answers = Vec::new();
    let held = loop {
        assert!(answers.len() < 14, "nobody is kept waiting: {answers:?}");
        let reply = sign_in(&house, "не тот пароль");
        answers.push(reply.status);
        if reply.status == 429 {
            break reply;
        }
        assert_eq!(reply.status, 401);
    };
    assert!(answers.len() > 5, "fingers may slip: {answers:?}");
    assert_eq!(held.code(), "too_many_attempts");
    assert!(held.header("retry-after").parse::<u32>().unwrap() >= 1);
    let page = Ask::new("POST", "/sign-in")
        .host(STRANGER)
        .header("Accept", "text/html")
        .form("token=again");
    let page = page.send(house.address());
    assert!(page.status == 429 && page.body.contains("Подождите"), "{page:?}");
    // Who has a key, and the desk's own screen, feel nothing of it.
    assert_eq!(house.ask("staff", Ask::new("GET", "/unknown")).status, 200);
    assert_eq!(house.ask("desk", Ask::new("GET", "/kiosk")).status, 200);
    let fresh = token("auditor", &house.data);
    let ask = Ask::new("GET", "/readers").host(STRANGER).token(&fresh);
    assert_eq!(ask.send(house.address()).status, 200);
}
