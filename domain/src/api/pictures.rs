//! Pictures that stand for somebody, or for a website.

use super::Endpoint;
use crate::id::PictureId;
use serde::{Deserialize, Serialize};

/// Keeps a picture, which anybody may see from then on. One that is nowhere named is seen by
/// nobody.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SavePicture {
    /// Its bytes in base64: a PNG, a JPEG, a GIF or a WebP of at most
    /// [`crate::limit::PICTURE_BYTES_MAX`] bytes and [`crate::limit::PICTURE_SIDE_MAX`] pixels a
    /// side.
    pub bytes: String,
}

impl Endpoint for SavePicture {
    const NAME: &'static str = "save_picture";
    type Reply = PictureId;
}

/// Where a picture is.
pub fn picture_address(id: &PictureId) -> String {
    let mut address = String::from("/chat/picture/");
    address.push_str(id.as_str());
    address
}
