//! The folder where files lie, each under its id, and what their bytes are.
//!
//! Invariant: no part of a path comes from anybody but ourselves; a file under its id is whole and
//! on the disk.

use anyhow::Context;
use domain::conversation::PictureSize;
use domain::id::AttachmentId;
use domain::limit;
use imagesize::ImageType;
use std::io::{BufReader, Read, Seek};
use std::path::{Path, PathBuf};
use tokio::fs::{self, File};
use tokio::io::AsyncWriteExt;

/// Bytes from which the kind of a file is known.
const HEAD_BYTES: usize = 64;

/// The folder.
#[derive(Debug, Clone)]
pub struct Folder(PathBuf);

/// A file on its way into the folder; dropped before it is kept, it is gone.
pub struct Incoming {
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

    fn path(&self, id: &str) -> PathBuf {
        self.0.join(id)
    }

    /// Begins a file. `chance` keeps two uploads of one id apart.
    pub async fn begin(&self, id: &AttachmentId, chance: [u8; 8]) -> anyhow::Result<Incoming> {
        fs::create_dir_all(&self.0)
            .await
            .with_context(|| format!("making {}", self.0.display()))?;
        let aside = self.path(&format!("{id}.{:016x}.part", u64::from_be_bytes(chance)));
        let file = File::create_new(&aside)
            .await
            .with_context(|| format!("making {}", aside.display()))?;
        Ok(Incoming {
            aside,
            file,
            bytes: 0,
            is_kept: false,
        })
    }

    /// Puts a whole file under its id; returns when the disk has it.
    pub async fn keep(&self, id: &AttachmentId, mut incoming: Incoming) -> anyhow::Result<()> {
        fs::rename(&incoming.aside, self.path(id.as_str())).await?;
        incoming.is_kept = true;
        File::open(&self.0).await?.sync_all().await?;
        Ok(())
    }

    /// A file that is there.
    pub async fn open(&self, id: &AttachmentId) -> std::io::Result<File> {
        File::open(self.path(id.as_str())).await
    }

    /// Deletes a file, if it is there.
    pub async fn delete(&self, id: &str) -> std::io::Result<()> {
        match fs::remove_file(self.path(id)).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Deletes what an earlier life of the program left half done.
    pub async fn sweep(&self) -> std::io::Result<()> {
        let mut files = match fs::read_dir(&self.0).await {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            files => files?,
        };
        while let Some(file) = files.next_entry().await? {
            if Path::new(&file.file_name()).extension() == Some("part".as_ref()) {
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
            let file = std::fs::File::open(aside)?;
            Ok::<_, std::io::Error>(picture(BufReader::new(file)))
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
fn picture(mut file: BufReader<impl Read + Seek>) -> Option<Picture> {
    let mut head = Vec::with_capacity(HEAD_BYTES);
    file.by_ref()
        .take(HEAD_BYTES as u64)
        .read_to_end(&mut head)
        .ok()?;
    // Only these: everything else that may be shown may also hold a program.
    let media_type = match imagesize::image_type(&head).ok()? {
        ImageType::Png => "image/png",
        ImageType::Jpeg => "image/jpeg",
        ImageType::Gif => "image/gif",
        ImageType::Webp => "image/webp",
        _ => return None,
    };
    file.rewind().ok()?;
    let size = imagesize::reader_size(file).ok()?;
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
    use std::io::Cursor;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.extend([8, 6, 0, 0, 0]);
        bytes
    }

    fn found(bytes: &[u8]) -> Option<(&'static str, u32, u32)> {
        let picture = picture(BufReader::new(Cursor::new(bytes)))?;
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
