//! What a transcript says of a file. The file itself lies elsewhere, under the same id.
//!
//! Invariant: whether it is a picture was found in its bytes by the server, and is never what its
//! sender or its name says.

use crate::id::AttachmentId;
use crate::text::FileName;
use serde::{Deserialize, Serialize};

/// A file that somebody sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Which.
    pub id: AttachmentId,
    /// What its sender calls it: data, and no path anywhere.
    pub name: FileName,
    /// Its size in bytes.
    pub bytes: u64,
    /// How large it is as a picture; `None` for what browsers do not show as one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<PictureSize>,
}

/// A picture's size in pixels, so that a page can keep its place before it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureSize {
    /// From left to right.
    pub width: u32,
    /// From top to bottom.
    pub height: u32,
}
