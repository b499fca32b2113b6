//! The folder where files lie, and what their bytes are. Each upload has a name of its own, of
//! the id and some chance: what is there is never written over.
//!
//! Invariant: no part of a path comes from anybody but ourselves; a file without `.part` is whole
//! and on the disk.

use anyhow::Context;
use domain::conversation::PictureSize;
use domain::id::AttachmentId;
use domain::limit;
use domain::time::Timestamp;
use imagesize::ImageType;
use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;
use tokio::fs::{self, File};
use tokio::io::AsyncWriteExt;

/// The size of a picture stands within its first bytes. One that has it behind more than this is
/// shown as a file: to look for it through all of 20 MB costs seconds.
const PICTURE_HEAD_BYTES: u64 = 512 * 1024;

/// The folder.
#[derive(Debug, Clone)]
pub struct Folder(PathBuf);

/// A file on its way into the folder; dropped before it is kept, it is gone.
pub struct Incoming {
    name: String,
    aside: PathBuf,
    file: File,
    bytes: u64,
    is_kept: bool,
}

/// What was found in the bytes of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Picture {
    /// What browsers may show it as.
    pub media_type: &'static str,
    /// How large it is.
    pub size: PictureSize,
}

impl Folder {
    /// The folder at this path. It is made when the first file comes.
    pub fn new(path: PathBuf) -> Self {
        Self(path)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Makes the folder where there is none, for good: a row must not outlive it.
    async fn make(&self) -> std::io::Result<()> {
        if fs::try_exists(&self.0).await? {
            return Ok(());
        }
        fs::create_dir_all(&self.0).await?;
        let around = self.0.parent().filter(|path| !path.as_os_str().is_empty());
        File::open(around.unwrap_or(Path::new(".")))
            .await?
            .sync_all()
            .await
    }

    /// Begins a file. `chance` keeps two uploads of one id apart.
    pub async fn begin(&self, id: &AttachmentId, chance: [u8; 8]) -> anyhow::Result<Incoming> {
        self.make()
            .await
            .with_context(|| format!("making {}", self.0.display()))?;
        let name = format!("{id}.{:016x}", u64::from_be_bytes(chance));
        let aside = self.path(&format!("{name}.part"));
        let file = File::create_new(&aside)
            .await
            .with_context(|| format!("making {}", aside.display()))?;
        Ok(Incoming {
            name,
            aside,
            file,
            bytes: 0,
            is_kept: false,
        })
    }

    /// Keeps a whole file; returns what it is called when the disk has it.
    pub async fn keep(&self, mut incoming: Incoming) -> anyhow::Result<String> {
        fs::rename(&incoming.aside, self.path(&incoming.name)).await?;
        incoming.is_kept = true;
        File::open(&self.0).await?.sync_all().await?;
        Ok(std::mem::take(&mut incoming.name))
    }

    /// A file that is there.
    pub async fn open(&self, name: &str) -> std::io::Result<File> {
        File::open(self.path(name)).await
    }

    /// Deletes a file, if it is there.
    pub async fn delete(&self, name: &str) -> std::io::Result<()> {
        match fs::remove_file(self.path(name)).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Deletes what an earlier life of the program left behind before this moment: half a file, or
    /// one that nobody knows. Other programs may share the folder, so what is younger stays.
    pub async fn sweep(&self, known: &BTreeSet<String>, before: Timestamp) -> std::io::Result<()> {
        let mut files = match fs::read_dir(&self.0).await {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            files => files?,
        };
        while let Some(file) = files.next_entry().await? {
            let changed = file.metadata().await?.modified()?;
            let age = changed.duration_since(UNIX_EPOCH).unwrap_or_default();
            let is_old = i64::try_from(age.as_millis()).is_ok_and(|ms| ms < before.ms());
            let name = file.file_name();
            let is_known = name.to_str().is_some_and(|name| known.contains(name));
            if is_old && !is_known {
                fs::remove_file(file.path()).await?;
            }
        }
        Ok(())
    }
}

impl Incoming {
    /// More of it.
    pub async fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.bytes = self.bytes.saturating_add(bytes.len() as u64);
        self.file.write_all(bytes).await
    }

    /// How much there is so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Waits until the disk has all of it, and says which picture it is, if it is one.
    pub async fn finish(&mut self) -> anyhow::Result<Option<Picture>> {
        self.file.flush().await?;
        self.file.sync_all().await?;
        let aside = self.aside.clone();
        let found = tokio::task::spawn_blocking(move || {
            let mut head = Vec::new();
            let file = std::fs::File::open(aside)?;
            file.take(PICTURE_HEAD_BYTES).read_to_end(&mut head)?;
            Ok::<_, std::io::Error>(picture(&head))
        });
        Ok(found.await??)
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if !self.is_kept
            && let Err(error) = std::fs::remove_file(&self.aside)
        {
            tracing::warn!(%error, "half a file could not be deleted");
        }
    }
}

/// The picture in these bytes, by what they are and not by what anybody calls them. A file that
/// says it is larger than a phone can hold is none.
pub(crate) fn picture(head: &[u8]) -> Option<Picture> {
    // Only these: everything else that may be shown may also hold a program.
    let media_type = match imagesize::image_type(head).ok()? {
        ImageType::Png => "image/png",
        ImageType::Jpeg => "image/jpeg",
        ImageType::Gif => "image/gif",
        ImageType::Webp => "image/webp",
        _ => return None,
    };
    let size = imagesize::blob_size(head).ok()?;
    let (width, height) = (
        u32::try_from(size.width).ok()?,
        u32::try_from(size.height).ok()?,
    );
    let pixels = u64::from(width) * u64::from(height);
    let is_sane = pixels > 0 && pixels <= limit::PICTURE_PIXELS_MAX;
    is_sane.then_some(Picture {
        media_type,
        size: PictureSize { width, height },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.extend([8, 6, 0, 0, 0]);
        bytes
    }

    fn found(bytes: &[u8]) -> Option<(&'static str, u32, u32)> {
        let picture = picture(bytes)?;
        Some((picture.media_type, picture.size.width, picture.size.height))
    }

    #[test]
    fn a_picture_is_known_by_its_bytes() {
        assert_eq!(found(&png(3, 2)), Some(("image/png", 3, 2)));
        let gif = b"GIF89a\x05\0\x04\0\0\0\0".repeat(8);
        assert_eq!(found(&gif), Some(("image/gif", 5, 4)));
        for none in [
            &b""[..],
            b"x",
            b"<html><script>alert(1)</script>",
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
            b"\x89PNG\r\n\x1a\n",
            b"%PDF-1.7",
            b"\xff\xd8\xff",
        ] {
            assert_eq!(found(none), None, "{none:?}");
        }
        assert_eq!(found(&png(0, 9)), None, "nothing to see");
        assert_eq!(found(&png(100_000, 100_000)), None, "too large for a phone");
    }
}
