//! A disk that is full: nothing is promised, nothing is lost, and it goes on by itself.
//!
//! Invariant: the disk is a small one of the test's own, mounted and unmounted here.

use crate::world::{Ground, World, client_id, run_on, runtime, soon, text, until};
use axum::http::StatusCode;
use domain::api::{ReadConversation, Refusal};
use domain::conversation::Command;
use domain::id::Seq;
use domain::live::ServerFrame;
use domain::time::Span;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command as Program;

/// A mounted file system of four MiB.
struct Disk(tempfile::TempDir);

impl Disk {
    /// `None` where nobody but root may mount, and this is not root.
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Program::new("mount")
            .args(["-t", "tmpfs", "-o", "size=4m", "tmpfs"])
            .arg(folder.path())
            .output()
            .unwrap();
        if mounted.status.success() {
            return Some(Self(folder));
        }
        let why = String::from_utf8_lossy(&mounted.stderr);
        let is_ci = std::env::var("CI").is_ok_and(|ci| ci == "true");
        assert!(!is_ci, "cannot mount a small disk: {why}");
        eprintln!("skipped: cannot mount a small disk: {why}");
        None
    }

    fn path(&self) -> PathBuf {
        self.0.path().to_path_buf()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Program::new("umount").arg(self.0.path()).status();
    }
}

/// Takes all the room there is.
fn fill(folder: &Path) -> PathBuf {
    let path = folder.join("ballast");
    let mut file = File::create(&path).unwrap();
    for size in [1 << 16, 1 << 10, 1] {
        let piece = vec![b'x'; size];
        while file.write_all(&piece).is_ok() {}
    }
    path
}

/// The check writes the time; a clock that stands still would give it nothing to write.
async fn ready(world: &World) -> StatusCode {
    world.advance(Span::from_ms(1));
    world.get("/ready").answer().await.status
}

#[test]
fn a_full_disk_refuses_and_recovers() {
    let Some(disk) = Disk::mount() else { return };
    runtime().block_on(run_on(Ground::Folder(disk.path()), async |world| {
        let ann = world.agent("Ann").await;
        let visitor = world.visitor();
        let cnv = visitor.starts("Hello").await;
        let mut v = visitor.socket().await;
        assert_eq!(ready(&world).await, StatusCode::OK);

        let ballast = fill(&disk.path());
        let long = Command::Send {
            text: text(&"x".repeat(4000)),
        };
        // SQLite may find some room in its log for a while; then there is none.
        let late = soon("the disk to be full", async {
            loop {
                let own = client_id();
                v.command(&own, &cnv, long.clone()).await;
                let refused = v.until("an answer", |frame| match frame {
                    ServerFrame::Entry(entry) if entry.client_id.as_ref() == Some(&own) => {
                        Some(None)
                    }
                    ServerFrame::Refused { client_id, refusal } => Some(Some((client_id, refusal))),
                    _ => None,
                });
                let Some((name, refusal)) = refused.await else {
                    continue;
                };
                assert_eq!(name.as_ref(), Some(&own));
                assert!(matches!(refusal, Refusal::Unavailable { .. }), "{refusal}");
                // Whoever watches is told.
                if ready(&world).await == StatusCode::SERVICE_UNAVAILABLE {
                    break own;
                }
            }
        })
        .await;
        let before = world.number("select count(*) from entry").await;
        // Reading goes on.
        let read = ReadConversation {
            conversation: cnv.clone(),
        };
        assert!(ann.ask(read).await.is_ok());
        assert!(v.is_alive().await);
        assert_eq!(world.get("/health").answer().await.status, StatusCode::OK);

        std::fs::remove_file(ballast).unwrap();
        until("the disk to be used again", async || {
            ready(&world).await == StatusCode::OK
        })
        .await;
        for _ in 0..2 {
            visitor.repeats(&late, &cnv, long.clone()).await.unwrap();
        }
        let after = world.number("select count(*) from entry").await;
        assert_eq!(after, before + 1, "stored once");
        let last = Seq::new(u32::try_from(after).unwrap());
        let entry = v.until("the entry", |frame| match frame {
            ServerFrame::Entry(entry) if entry.seq == last => Some(entry.client_id),
            _ => None,
        });
        assert_eq!(entry.await, Some(late));
        ann.accepts(&cnv).await;
    }));
}
