//! TLS: what it speaks, what it is told by, and what is wrong with its files.

use super::house::{config, token};
use super::http::{Ask, Reply, STRANGER, reply};
use super::support::{await_that, formular};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

/// A certificate of its own and its key, written down; gives the certificate.
fn certificate(folder: &Path) -> String {
    let made = rcgen::generate_simple_self_signed(vec![STRANGER.to_owned()]).unwrap();
    std::fs::write(folder.join("cert.pem"), made.cert.pem()).unwrap();
    std::fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    made.cert.pem()
}

fn files(folder: &Path) -> String {
    format!(
        "[tls]\ncert = {:?}\nkey = {:?}\nlisten = \"127.0.0.1:0\"",
        folder.join("cert.pem"),
        folder.join("key.pem")
    )
}

/// Asks over TLS, trusting one certificate alone.
fn ask(address: &str, trusted: &str, ask: &Ask) -> Option<Reply> {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(trusted.as_bytes()).unwrap())
        .unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(STRANGER).unwrap();
    let connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = StreamOwned::new(connection, TcpStream::connect(address).unwrap());
    stream.write_all(ask.text().as_bytes()).ok()?;
    reply(stream, false)
}

/// Ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn serve(folder: &Path, config: &Path) -> Command {
    let mut command = formular();
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(folder.join("data"))
        .arg("--config")
        .arg(config);
    command
}

/// The daemon with its plain and its encrypted address.
fn start(folder: &Path) -> (Running, String, String) {
    let mut child = serve(folder, &config(folder, &files(folder)))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let address = |scheme: &str| {
        let rest = line.split(scheme).nth(1).unwrap_or_else(|| panic!("«{line}»"));
        rest.split('/').next().unwrap().to_owned()
    };
    let (plain, encrypted) = (address("http://"), address("https://"));
    (Running(child), plain, encrypted)
}

#[test]
fn the_network_is_encrypted_and_the_kiosk_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let trusted = certificate(folder);
    let (running, plain, encrypted) = start(folder);
    let get = |path: &str| Ask::new("GET", path).host(STRANGER);

    let page = ask(&encrypted, &trusted, &get("/")).unwrap();
    assert_eq!(page.status, 200);
    assert_eq!(page.header("strict-transport-security"), "max-age=31536000");
    let auditor = token("auditor", &folder.join("data"));
    let form = Ask::new("POST", "/sign-in")
        .host(STRANGER)
        .form(&format!("token={auditor}"));
    let signed_in = ask(&encrypted, &trusted, &form).unwrap();
    let cookie = signed_in.header("set-cookie").to_owned();
    assert!(
        cookie.starts_with("__Host-formular=fml_")
            && cookie.contains("; Secure")
            && cookie.contains("; Path=/;"),
        "{cookie}"
    );
    let cookie = cookie.split(';').next().unwrap();
    let seen = |ask_for: Ask| {
        ask(&encrypted, &trusted, &ask_for.header("Cookie", cookie))
            .unwrap()
            .status
    };
    assert_eq!(seen(get("/loans")), 200);
    // A cookie that came without encryption could be anybody's.
    let weak = get("/loans").header("Cookie", &format!("formular_token={auditor}"));
    assert_eq!(ask(&encrypted, &trusted, &weak).unwrap().status, 401);

    // The plain address is for the desk's own screen, and promises nothing about encryption.
    let kiosk = Ask::new("GET", "/kiosk").host(&plain).send(&plain);
    assert_eq!(
        (kiosk.status, kiosk.header("strict-transport-security")),
        (200, "")
    );
    assert!(
        super::http::raw(&encrypted, &get("/").text()).is_none(),
        "unencrypted words are not answered there"
    );

    // A renewed certificate is taken at SIGHUP; a broken one is not.
    let fresh = certificate(folder);
    let hang_up = || {
        let pid = running.0.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-HUP", &pid])
                .status()
                .unwrap()
                .success()
        );
    };
    hang_up();
    await_that("the new certificate", || {
        ask(&encrypted, &fresh, &get("/healthz"))
    });
    assert!(
        ask(&encrypted, &trusted, &get("/healthz")).is_none(),
        "the old one is gone"
    );
    std::fs::write(folder.join("cert.pem"), "rubbish").unwrap();
    hang_up();
    assert_eq!(ask(&encrypted, &fresh, &get("/healthz")).unwrap().status, 200);
}

#[test]
fn what_is_wrong_with_the_files_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let refused = |expected: &[&str]| {
        let output = serve(folder, &config(folder, &files(folder))).output().unwrap();
        let why = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{why}");
        for word in expected {
            assert!(why.contains(word), "«{word}» in {why}");
        }
    };
    refused(&["cert.pem", "cannot be read"]);
    certificate(folder);
    let key = std::fs::read(folder.join("key.pem")).unwrap();
    let cert = std::fs::read(folder.join("cert.pem")).unwrap();
    std::fs::remove_file(folder.join("key.pem")).unwrap();
    refused(&["key.pem", "cannot be read"]);
    std::fs::write(folder.join("key.pem"), &cert).unwrap();
    refused(&["key.pem", "no private key"]);
    std::fs::write(folder.join("key.pem"), &key).unwrap();
    std::fs::write(folder.join("cert.pem"), &key).unwrap();
    refused(&["cert.pem", "no certificate"]);
    certificate(folder);
    std::fs::write(folder.join("key.pem"), &key).unwrap();
    refused(&["key.pem", "cannot be used together"]);
    assert!(!folder.join("data").join("journal").exists(), "nothing was begun");
}
