//! The threads that pages run on.
//!
//! Knows: how many they are, and that they stand behind the clerk and the readers. Must not know: what runs on them.

use std::io;
use tokio::runtime::{Builder, Runtime};

const THREADS: usize = 2;
/// A page may come a moment later, a hand at the desk may not: where the machine is short, the clerk goes first.
const BEHIND_THE_CLERK: i32 = 5;

/// The runtime for [`serve`](super::serve).
///
/// # Errors
/// The system gives no threads.
pub fn runtime() -> io::Result<Runtime> {
    Builder::new_multi_thread()
        .worker_threads(THREADS)
        .thread_name("pages")
        .on_thread_start(|| {
            // Without a process named, the system takes the calling thread alone.
            if let Err(error) = rustix::process::setpriority_process(None, BEHIND_THE_CLERK) {
                tracing::debug!("the pages' threads stand beside the clerk: {error}");
            }
        })
        .enable_all()
        .build()
}
