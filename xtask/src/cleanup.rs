//! What must be undone when a person or a machine stops us in the middle: programs that we
//! started, folders that we made.
//!
//! Invariant: only processes that we started are signalled, each by its own id.

use anyhow::Result;
use rustix::process::{Pid, Signal, kill_process};
use signal_hook::{
    consts::{SIGINT, SIGTERM},
    iterator::Signals,
};
use std::sync::{Mutex, MutexGuard, PoisonError};

type Work = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct Registered {
    next: u64,
    works: Vec<(u64, Work)>,
}

static REGISTERED: Mutex<Registered> = Mutex::new(Registered {
    next: 0,
    works: Vec::new(),
});

fn registered() -> MutexGuard<'static, Registered> {
    REGISTERED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Work that is done at the latest when the process is told to end, or else on drop.
pub struct Cleanup(u64);

/// Registers the work.
pub fn at_end(work: impl FnOnce() + Send + 'static) -> Cleanup {
    let mut registered = registered();
    registered.next += 1;
    let key = registered.next;
    registered.works.push((key, Box::new(work)));
    Cleanup(key)
}

impl Cleanup {
    /// The work is no longer needed.
    pub fn forget(self) {
        registered().works.retain(|(key, _)| *key != self.0);
    }
}

impl Drop for Cleanup {
    fn drop(&mut self) {
        let mut registered = registered();
        let at = registered.works.iter().position(|(key, _)| *key == self.0);
        let work = at.map(|at| registered.works.remove(at));
        drop(registered);
        if let Some((_, work)) = work {
            work();
        }
    }
}

/// From now on, ctrl-c and SIGTERM do the registered work, youngest first, and end us.
pub fn on_signals() -> Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    std::thread::spawn(move || {
        // Blocks until one arrives.
        let _ = signals.forever().next();
        eprintln!("stopping");
        while let Some((_, work)) = youngest() {
            work();
        }
        std::process::exit(130);
    });
    Ok(())
}

fn youngest() -> Option<(u64, Work)> {
    registered().works.pop()
}

/// Sends the signal to a process that we started. One that is gone already is no matter.
pub fn signal(id: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(id).ok().and_then(Pid::from_raw) {
        let _ = kill_process(pid, signal);
    }
}
