//! Where the pages are served: plain on this machine, encrypted to a network.
//!
//! Knows: addresses, the files of a certificate, signals. Must not know: what is served.

use super::Failure;
use crate::config::{ConfigError, DEFAULT_LISTEN, TlsFiles};
use crate::web::{self, Entrance, Limits, Tls};
use std::future::Future;
use std::net::SocketAddr;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// The addresses that were asked for, checked.
pub struct Doors {
    plain: Option<SocketAddr>,
    encrypted: Option<(SocketAddr, TlsFiles, Tls)>,
    limits: Limits,
}

impl Doors {
    /// # Errors
    /// A network would see what is not encrypted, or the certificate is of no use.
    pub fn new(
        listen: Option<SocketAddr>,
        tls: Option<TlsFiles>,
        plain_over_network: bool,
        limits: Limits,
    ) -> Result<Self, Failure> {
        let listen = match listen {
            Some(listen) => listen,
            None => DEFAULT_LISTEN.parse()?,
        };
        let (plain, encrypted) = match tls {
            None => (Some(listen), None),
            Some(files) => {
                let tls = read(&files)?;
                match files.listen {
                    Some(beside) => (Some(listen), Some((beside, files, tls))),
                    None => (None, Some((listen, files, tls))),
                }
            }
        };
        if let Some(address) = plain
            && !address.ip().to_canonical().is_loopback()
            && !plain_over_network
        {
            return Err(ConfigError::PlainOverNetwork { address }.into());
        }
        Ok(Self {
            plain,
            encrypted,
            limits,
        })
    }

    /// One plain address, whatever it is: for invented data.
    pub fn demo(listen: Option<SocketAddr>) -> Result<Self, Failure> {
        Self::new(listen, None, true, Limits::default())
    }

    /// Takes the addresses.
    pub async fn open(self) -> Result<Open, Failure> {
        let plain = match self.plain {
            Some(address) => Some(bind(address).await?),
            None => None,
        };
        let encrypted = match self.encrypted {
            Some((address, files, tls)) => Some((bind(address).await?, files, tls)),
            None => None,
        };
        Ok(Open {
            plain,
            encrypted,
            limits: self.limits,
        })
    }
}

fn read(files: &TlsFiles) -> Result<Tls, ConfigError> {
    let (cert, key) = files.read()?;
    Tls::new(&cert, &key).map_err(|error| ConfigError::Tls {
        cert: files.cert.clone(),
        key: files.key.clone(),
        error,
    })
}

async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), Failure> {
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| Failure(format!("cannot listen at {address}: {error}")))?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// The addresses, taken.
pub struct Open {
    plain: Option<(TcpListener, SocketAddr)>,
    encrypted: Option<((TcpListener, SocketAddr), TlsFiles, Tls)>,
    limits: Limits,
}

impl Open {
    /// As a browser takes them: the plain one first.
    pub fn addresses(&self) -> String {
        let plain = self.plain.iter().map(|(_, address)| format!("http://{address}/"));
        let encrypted = self
            .encrypted
            .iter()
            .map(|((_, address), ..)| format!("https://{address}/"));
        plain.chain(encrypted).collect::<Vec<_>>().join(" and ")
    }

    /// Serves at all of them until `end`.
    pub async fn serve(
        self,
        router: web::Router,
        end: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), Failure> {
        let (ended, over) = watch::channel(false);
        let until = || {
            let mut over = over.clone();
            async move {
                // An error means that the sender is gone, which is an end too.
                let _ = over.wait_for(|over| *over).await;
            }
        };
        let plain = async {
            match self.plain {
                Some((listener, _)) => {
                    let entrance = Entrance {
                        limits: self.limits.clone(),
                        tls: None,
                    };
                    web::serve(listener, router.clone(), entrance, until()).await
                }
                None => Ok(()),
            }
        };
        let encrypted = async {
            match self.encrypted {
                Some(((listener, _), files, tls)) => {
                    let entrance = Entrance {
                        limits: self.limits.clone(),
                        tls: Some(tls.clone()),
                    };
                    renew(files, tls)?;
                    web::serve(listener, router.clone(), entrance, until()).await
                }
                None => Ok(()),
            }
        };
        let end = async {
            end.await;
            // Nobody left to tell is no error.
            let _ = ended.send(true);
            Ok(())
        };
        tokio::try_join!(plain, encrypted, end)?;
        Ok(())
    }
}

/// Reads certificate and key again at SIGHUP, which programs that renew certificates send.
fn renew(files: TlsFiles, tls: Tls) -> std::io::Result<()> {
    let mut asked = signal(SignalKind::hangup())?;
    tokio::spawn(async move {
        while asked.recv().await.is_some() {
            let exchanged = files
                .read()
                .map_err(|error| error.to_string())
                .and_then(|(cert, key)| tls.exchange(&cert, &key).map_err(|error| error.to_string()));
            match exchanged {
                Ok(()) => tracing::info!("the certificate was read again"),
                Err(error) => tracing::error!("the certificate stays the old one: {error}"),
            }
        }
    });
    Ok(())
}
