//! `formular serve`: the daemon.

use super::doors::{Doors, Open};
use super::{DataFolder, Failure, Outcome, log, system};
use crate::clock::SystemClock;
use crate::config::{Config, ReaderConfig};
use crate::ids::ReaderId;
use crate::profile::Catalogue;
use crate::reader::Attached;
use crate::reader::who::{HEAR, Roots};
use crate::service::{Ended, Notify, Plugging, RoundSettings, Setup, Station, sentence, watch, watched};
use crate::store::disk::RealDisk;
use crate::view::{Centre, Office, Stage};
use crate::web;
use std::collections::BTreeMap;
use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

/// Files that are no open pages: journal, index, readers, threads, and pages that are asked for and closed.
const FILES_OF_OURS: usize = 512;
/// How often the clerk is looked after: a stopped desk ends the program.
const LOOK: Duration = Duration::from_millis(250);

/// Run the desk: readers, journal, pages
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The station's own file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    data: DataFolder,
    /// Where the pages are served [default: 127.0.0.1:8470]
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Attach a reader by hand, for example barcode-text=/dev/ttyACM0; a family's name is a profile too
    #[arg(long = "reader", value_name = "PROFILE=PATH")]
    readers: Vec<ReaderConfig>,
}

pub fn run(arguments: Arguments) -> Outcome {
    log::start();
    let mut config = match &arguments.config {
        Some(path) => Config::read(path)?,
        None => Config::default(),
    };
    config.readers.extend(arguments.readers);
    let zone = config.zone()?;
    let data = arguments.data.data.or_else(|| config.data.clone());
    let table = Catalogue::with_folder(&config.plugged.folder);
    for fault in &table.faults {
        eprintln!("formular: this profile is left out, the others serve: {fault}");
    }
    let (readers, names) = attach(&config.readers, &table);
    let plugging = config.plugged.auto.then(|| Plugging {
        roots: Roots::default(),
        table,
        by_hand: readers.iter().map(|reader| reader.path.clone()).collect(),
        listen: config.plugged.listen,
        hear: HEAR,
        probe: config.plugged.probe,
        names: config.plugged.names,
        roles: config.plugged.roles,
        keyboards: config.plugged.keyboards,
    });
    let listen = arguments.listen.or(config.listen);
    let doors = Doors::new(
        listen,
        config.tls,
        config.plain_over_network,
        config.limits.clone(),
    )?;
    let clock = Arc::new(SystemClock::new(zone));
    let setup = Setup {
        disk: RealDisk::shared(),
        data: crate::config::data_folder(data),
        clock,
        policy: config.policy,
        desk: config.desk,
        sound: config.sound,
        readers,
        plugging,
        names,
        centre: Centre {
            name: Default::default(),
            demo: false,
        },
        rounds: Some(RoundSettings {
            backup: config.backup,
            privacy: config.privacy,
        }),
    };
    let settings = web::Settings {
        desk: config.web.desk,
        hosts: config.hosts,
        https: config.web.https,
        limits: config.limits.clone(),
        ..web::Settings::default()
    };
    serve(setup, doors, settings, |doors| {
        super::print(&format!("formular: ready at {}", doors.addresses()))
    })
}

/// What is wrong with one reader is said, and the rest runs.
fn attach(
    wanted: &[ReaderConfig],
    table: &Catalogue,
) -> (Vec<Attached>, BTreeMap<ReaderId, smol_str::SmolStr>) {
    let (mut attached, mut names) = (Vec::<Attached>::new(), BTreeMap::new());
    for reader in wanted {
        let text = format!("{}={}", reader.profile, reader.path.display());
        match Attached::from_arg(&text, table, &attached) {
            Ok(mut one) => {
                one.id = reader.id.clone().unwrap_or(one.id);
                one.role = reader.role.unwrap_or(one.role);
                if let Some(name) = &reader.name {
                    names.insert(one.id.clone(), name.as_str().into());
                }
                attached.push(one);
            }
            Err(error) => {
                eprintln!("formular: --reader {text} is left out, the rest runs: {error}");
            }
        }
    }
    (attached, names)
}

/// Opens a station, serves its pages until a signal or the end of the clerk, and closes it.
pub fn serve(
    setup: Setup,
    doors: Doors,
    settings: web::Settings,
    ready: impl FnOnce(&Open) -> Result<(), Failure>,
) -> Outcome {
    // Every page that is open holds a file; what the system allows is taken, and streams are let in by it.
    let files = system::open_files_at_most();
    let settings = web::Settings {
        streams: settings.streams.min(files.saturating_sub(FILES_OF_OURS)),
        ..settings
    };
    let runtime = web::runtime()?;
    // The address first: a station that nobody can see must not take the folder.
    let open = runtime.block_on(doors.open())?;
    let station = Station::open(setup)?;
    let router = web::router(Arc::clone(&station.door) as _, settings);
    let served = runtime.block_on(async {
        let end = end(&station)?;
        ready(&open)?;
        tracing::info!("the desk is ready");
        let manager = manager(&station)?;
        let end = async move {
            end.await;
            manager.inspect(|manager| manager.stopping());
        };
        open.serve(router, end).await
    });
    let ended = station.close();
    // A history that is being read from a slow disk must not hold the end up.
    runtime.shutdown_timeout(Duration::from_secs(1));
    served?;
    match ended {
        Ended::Closed => Ok(ExitCode::SUCCESS),
        Ended::Stopped(why) => Err(Failure(why)),
    }
}

/// Tells the service manager, where there is one, that the desk is ready, and from now on that it lives.
fn manager(station: &Station) -> std::io::Result<Option<Arc<Notify>>> {
    let Some(manager) = Notify::by_environment().map(Arc::new) else {
        return Ok(None);
    };
    let door = Arc::clone(&station.door);
    let status = move || sentence(&door.health(), &door.readers());
    manager.ready(&status());
    if let Some(term) = watched() {
        watch(Arc::clone(&manager), term, station.beats(), status)?;
    }
    Ok(Some(manager))
}

/// SIGTERM, SIGINT, or a clerk that has ended by itself.
fn end(station: &Station) -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let ended = station.ended();
    Ok(async move {
        let clerk = async {
            while !ended() {
                tokio::time::sleep(LOOK).await;
            }
        };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            () = clerk => {}
        }
    })
}

/// Settings of the pages with the demo's hands.
pub fn with_stage(stage: Arc<dyn Stage>, hosts: Vec<String>) -> web::Settings {
    web::Settings {
        stage: Some(stage),
        hosts,
        ..web::Settings::default()
    }
}
