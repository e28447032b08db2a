//! What stands in `udev/` is what the profiles give, and it is sound.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use formular::{
    profile::{BRIDGES, Catalogue, builtin},
    udev::{RULES, files, lint},
};
use std::{fs, path::Path, process::Command};

/// `FORMULAR_BLESS=1 cargo test --test udev` writes them anew; the difference is then read like code.
#[test]
fn the_files_are_those_of_the_profiles() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("udev");
    for file in files(builtin()) {
        let path = folder.join(file.name);
        if std::env::var_os("FORMULAR_BLESS").is_some() {
            fs::write(&path, &file.text).unwrap();
        }
        let there = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            there == file.text,
            "{} is not what the profiles give: FORMULAR_BLESS=1 cargo test --test udev",
            path.display()
        );
    }
}

fn rules(table: &Catalogue) -> String {
    files(table)
        .into_iter()
        .find(|file| file.name == RULES)
        .unwrap()
        .text
}

#[test]
fn the_rules_are_sound() {
    assert_eq!(lint(&rules(builtin())), Vec::<String>::new());
}

#[test]
fn no_rule_takes_a_bridge_chip_by_its_number_alone() {
    for line in rules(builtin()).lines() {
        for (vid, pid, chip) in BRIDGES {
            let named = line.contains(&format!("{{idVendor}}==\"{vid:04x}\""))
                && line.contains(&format!("{{idProduct}}==\"{pid:04x}\""));
            assert!(
                !named || line.contains("{product}==") || line.contains("{manufacturer}=="),
                "{chip}: {line}"
            );
        }
    }
}

#[test]
fn every_own_number_has_its_rule() {
    let rules = rules(builtin());
    for profile in builtin().profiles() {
        for usb in profile.claims() {
            let number = format!("{{idProduct}}==\"{}\"", usb.pid.to_string().replace('x', "?"));
            let line = rules.lines().find(|line| {
                line.contains(&usb.vid.to_string())
                    && line.contains(&number)
                    && line.contains(&format!("formular/{}-", profile.name))
            });
            assert!(
                line.is_some_and(|line| line.contains("0660")),
                "{} {}:{}",
                profile.name,
                usb.vid,
                usb.pid
            );
        }
    }
}

/// A profile of a stranger's machine may say anything; the rules stay rules.
#[test]
fn hostile_words_break_out_of_nothing() {
    let text = formular::profile::Text {
        name: "bad".into(),
        file: "bad.toml".into(),
        text: r#"
            schema = 1
            name = "bad"
            vendor = "a\nRUN+=\"/bin/sh\""
            model = "\r\nGROUP=\"root\""
            family = "barcode-text"
            usb = [{ vid = "dead", pid = "beef", product = "x\", RUN+=\"/bin/sh", maker = "{$env}*[" }]
            presence = { gone_ms = 1500 }
            origin = { source = ["a manual"], capture = "barcode-text.cap" }
        "#
        .into(),
    };
    let table = Catalogue::with_local(&[text]);
    assert_eq!(table.faults, []);
    let rules = rules(&table);
    assert!(rules.contains("dead"));
    assert_eq!(lint(&rules), Vec::<String>::new());
    let commands = rules
        .lines()
        .filter(|line| !line.starts_with('#') && line.contains("/bin/sh"));
    assert!(commands.count() <= rules.matches("new_id").count(), "{rules}");
}

/// One made-up model per way in: what each is given.
#[test]
fn each_way_in_has_its_own_rules() {
    // (way, class, what stands in its lines)
    let ways: [(&str, &str, &[&str]); 4] = [
        (
            "serial",
            "02",
            &[
                "ENV{ID_MM_PORT_IGNORE}=\"1\"",
                "GROUP=\"formular\"",
                "formular/made-up-$env{ID_PATH_TAG}",
            ],
        ),
        (
            "hidraw",
            "03",
            &[
                "GROUP=\"formular\", MODE=\"0660\"",
                "ENV{ID_USB_INTERFACE_NUM}==\"01\"",
            ],
        ),
        (
            "evdev",
            "03",
            &[
                "ENV{LIBINPUT_IGNORE_DEVICE}=\"1\"",
                "ENV{ID_INPUT_KEYBOARD}=\"\"",
                "GROUP=\"formular\"",
            ],
        ),
        (
            "usb",
            "0b",
            &[
                "GROUP:=\"formular\", MODE:=\"0660\"",
                "ENV{ID_USB_INTERFACES}==\"*:0b????:*\"",
            ],
        ),
    ];
    for (way, class, wanted) in ways {
        let text = format!(
            "schema = 1\nname = \"made-up\"\nvendor = \"\"\nmodel = \"\"\nfamily = \"barcode-text\"\nway = \"{way}\"\n\
             usb = [{{ vid = \"f055\", pid = \"4d02\", interface = 1, class = \"{class}\", pcsc = \"Made Up\" }}]\n\
             presence = {{ gone_ms = 1500 }}\norigin = {{ source = [\"m\"], capture = \"b.cap\" }}\n"
        );
        let text = formular::profile::Text {
            name: "made-up".into(),
            file: "made-up.toml".into(),
            text,
        };
        let table = Catalogue::read(&[text]);
        assert_eq!(table.faults, []);
        let rules = rules(&table);
        assert_eq!(lint(&rules), Vec::<String>::new());
        assert!(rules.contains("ENV{ID_MM_DEVICE_IGNORE}=\"1\""), "{way}");
        for word in wanted {
            let line = rules
                .lines()
                .find(|line| line.contains("4d02") && line.contains(word));
            assert!(line.is_some(), "{way}: {word}\n{rules}");
        }
        let pcscd = files(&table)
            .into_iter()
            .find(|f| f.name == "pcscd-formular")
            .unwrap();
        assert!(pcscd.text.contains("READER_NAMES=\"Made Up\""));
    }
}

/// udev's own judge, where there is one: systemd 254 and later. Debian 12 has 252; then the last lines of `./test` say so.
#[test]
fn udevadm_agrees_where_it_can() {
    let help = Command::new("udevadm").arg("--help").output();
    let able = help.is_ok_and(|help| String::from_utf8_lossy(&help.stdout).contains("verify"));
    if !able {
        eprintln!("udevadm verify: not there, not run");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(RULES);
    fs::write(&path, rules(builtin())).unwrap();
    let output = Command::new("udevadm")
        .args(["verify", "--resolve-names=never", "--no-style"])
        .arg(&path)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
