//! What stands beside the journal: roster, inbox, key, tokens.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

use formular::clock::Moment;
use formular::store::{DataFolder, DigestKey, Error, INBOX_MOST, Inbox, Role, Roster, Tokens};
use formular::tag::TagId;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn folder() -> (tempfile::TempDir, DataFolder) {
    let dir = tempfile::tempdir().unwrap();
    let data = DataFolder::open(dir.path()).unwrap();
    (dir, data)
}

fn tag(text: &str) -> TagId {
    text.parse().unwrap()
}

fn at(minute: u32) -> Moment {
    format!("2026-09-01T09:{minute:02}:00+03:00").parse().unwrap()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn the_roster_gives_takes_and_forgets_cards() {
    let (dir, data) = folder();
    let mut roster = Roster::open(&data).unwrap();
    assert!(roster.is_empty());
    roster.give(&"B-0301".into(), tag("uid:04D3BDF8E8F9A5")).unwrap();
    roster.give(&"B-0301".into(), tag("em4100:62E3086CED")).unwrap();
    roster.give(&"B-0302".into(), tag("uid:11223344")).unwrap();
    let taken = roster
        .give(&"B-0302".into(), tag("em4100:62E3086CED"))
        .unwrap_err();
    assert!(matches!(taken, Error::CardTaken { badge } if badge.as_str() == "B-0301"));

    let path = dir.path().join("roster.json");
    assert_eq!(mode(&path), 0o600);
    let mut roster = Roster::open(&data).unwrap();
    assert_eq!(
        roster.badge_of(&tag("em4100:62E3086CED")).unwrap().as_str(),
        "B-0301"
    );
    assert_eq!(roster.cards_of(&"B-0301".into()).count(), 2);
    assert_eq!(
        roster
            .take_away(&tag("em4100:62E3086CED"))
            .unwrap()
            .unwrap()
            .as_str(),
        "B-0301"
    );
    assert_eq!(roster.forget(&"B-0301".into()).unwrap(), 1);
    assert_eq!(roster.forget(&"B-0301".into()).unwrap(), 0);
    assert_eq!(Roster::open(&data).unwrap().len(), 1);
    let text = fs::read_to_string(&path).unwrap();
    assert!(
        !text.contains("04D3BDF8E8F9A5") && !text.contains("B-0301"),
        "forgotten is gone: {text}"
    );
}

#[test]
fn many_cards_are_given_all_or_none() {
    let (_dir, data) = folder();
    let mut roster = Roster::open(&data).unwrap();
    let given = [
        ("B-0001".into(), tag("uid:11223344")),
        ("B-0002".into(), tag("uid:11223344")),
    ];
    assert!(roster.give_all(given).is_err());
    assert!(roster.is_empty() && Roster::open(&data).unwrap().is_empty());
}

#[test]
fn a_broken_roster_is_said_and_left() {
    let (dir, data) = folder();
    let path = dir.path().join("roster.json");
    for broken in [
        "{\"badges\":",
        "{\"badges\":{\"A\":[\"uid:11223344\"],\"B\":[\"uid:11223344\"]}}",
    ] {
        fs::write(&path, broken).unwrap();
        let error = Roster::open(&data).unwrap_err();
        assert!(matches!(error, Error::Damaged { .. }), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), broken);
    }
}

#[test]
fn the_inbox_counts_forgets_and_stays_small() {
    let (dir, data) = folder();
    let mut inbox = Inbox::open(&data).unwrap();
    let reader = "desk-hf".into();
    for _ in 0..3 {
        inbox.seen(&tag("uid:11223344"), &reader, at(1));
    }
    inbox.seen(&tag("code:rubbish"), &"desk-code".into(), at(2));
    inbox.seen(&tag("uid:11223344"), &reader, at(3));
    assert!(!dir.path().join("inbox.json").exists(), "a scan writes nothing");
    inbox.save().unwrap();
    assert_eq!(mode(&dir.path().join("inbox.json")), 0o600);
    let mut inbox = Inbox::open(&data).unwrap();
    let newest = inbox.tags().next().unwrap().clone();
    assert_eq!((newest.count, newest.first, newest.last), (4, at(1), at(3)));
    assert!(inbox.forget(&tag("uid:11223344")).unwrap());
    assert!(
        !fs::read_to_string(dir.path().join("inbox.json"))
            .unwrap()
            .contains("11223344")
    );
    assert_eq!(inbox.forget_before(at(3)).unwrap(), 1);

    for n in 0..INBOX_MOST + 50 {
        inbox.seen(&tag(&format!("code:{n}")), &reader, at(4));
    }
    assert_eq!(inbox.tags().count(), INBOX_MOST);
    assert_eq!(
        inbox.tags().last().unwrap().tag,
        tag("code:50"),
        "the oldest gave way"
    );
}

#[test]
fn a_digest_needs_the_centres_key() {
    let (dir, data) = folder();
    let key = DigestKey::open(&data).unwrap();
    let card = tag("uid:04D3BDF8E8F9A5");
    let digest = key.digest(&card);
    assert_eq!(digest.len(), 16);
    assert_eq!(mode(&dir.path().join("key")), 0o600);
    assert_eq!(DigestKey::open(&data).unwrap().digest(&card), digest);
    assert_ne!(key.digest(&tag("uid:04D3BDF8E8F9A6")), digest);
    let (_other, other) = folder();
    assert_ne!(DigestKey::open(&other).unwrap().digest(&card), digest);
    // HMAC-SHA256 with a key of 32 bytes 0x0b over «uid:11223344», worked out with Python's hmac.
    fs::write(dir.path().join("key"), [0x0b; 32]).unwrap();
    let known = DigestKey::open(&data).unwrap().digest(&tag("uid:11223344"));
    assert_eq!(known, KNOWN);
    fs::write(dir.path().join("key"), "short").unwrap();
    assert!(matches!(DigestKey::open(&data), Err(Error::Damaged { .. })));
}

const KNOWN: &str = "d513b595760fbc50";

#[test]
fn a_token_is_printed_once_and_opens_its_role() {
    let (dir, data) = folder();
    let mut tokens = Tokens::open(&data).unwrap();
    let roles = [Role::Staff, Role::Auditor, Role::School("S03".into())];
    let texts: Vec<String> = roles
        .iter()
        .map(|role| tokens.create(role, None, at(1)).unwrap())
        .collect();
    let path = dir.path().join("tokens.json");
    assert_eq!(mode(&path), 0o600);
    let kept = fs::read_to_string(&path).unwrap();
    let mut tokens = Tokens::open(&data).unwrap();
    for (text, role) in texts.iter().zip(&roles) {
        assert!(!kept.contains(text.as_str()), "only a digest is kept");
        assert_eq!(
            tokens.check(text, at(2)).map(|opens| opens.role).as_ref(),
            Some(role)
        );
        assert_eq!(role.to_string().parse::<Role>().as_ref(), Ok(role));
    }
    for wrong in ["", "fml_", "staff"] {
        assert_eq!(tokens.check(wrong, at(2)), None);
    }
    let school = tokens
        .list(at(2))
        .into_iter()
        .find(|info| info.role == "school=S03")
        .unwrap();
    assert!(tokens.revoke(&school.id).unwrap());
    assert!(!tokens.revoke(&school.id).unwrap());
    assert_eq!(Tokens::open(&data).unwrap().check(&texts[2], at(2)), None);
    assert!("school=".parse::<Role>().is_err() && "root".parse::<Role>().is_err());
}

/// A token ends by itself, tells the day of its last use, and one from before tokens ended goes on.
#[test]
fn a_token_ends_and_a_forgotten_one_is_seen() {
    const DAY: i64 = 24 * 3600 * 1000;
    let (dir, data) = folder();
    let mut tokens = Tokens::open(&data).unwrap();
    let start = at(1);
    let text = tokens.create(&Role::Staff, Some(2), start).unwrap();
    let usual = tokens.create(&Role::School("S03".into()), None, start).unwrap();
    assert!(tokens.list(start).iter().all(|info| info.last_used.is_none()));
    assert!(tokens.check(&text, start.plus_ms(2 * DAY - 1)).is_some());
    assert!(
        tokens.check(&text, start.plus_ms(2 * DAY)).is_none(),
        "two days are over"
    );
    assert!(tokens.check(&usual, start.plus_ms(399 * DAY)).is_some());
    assert!(tokens.check(&usual, start.plus_ms(400 * DAY)).is_none());
    let again = Tokens::open(&data).unwrap();
    let list = again.list(start.plus_ms(3 * DAY));
    assert_eq!(list[0].last_used, Some(start.plus_ms(2 * DAY - 1).date()));
    assert!(list[0].expired && !list[1].expired);
    drop(again);

    let kept = fs::read_to_string(dir.path().join("tokens.json")).unwrap();
    let mut old: serde_json::Value = serde_json::from_str(&kept).unwrap();
    for token in old["tokens"].as_array_mut().unwrap() {
        token.as_object_mut().unwrap().remove("expires");
        token.as_object_mut().unwrap().remove("last_used");
    }
    fs::write(dir.path().join("tokens.json"), old.to_string()).unwrap();
    let mut old = Tokens::open(&data).unwrap();
    assert!(
        old.check(&text, start.plus_ms(1000 * DAY)).is_some(),
        "it was made without an end"
    );
}
