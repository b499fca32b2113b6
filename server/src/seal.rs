//! Encrypts what the database keeps but must not tell: secrets of chat profiles. The key lies in
//! a file of its own, so that a copy of the database alone is worth nothing.
//!
//! Invariant: what was sealed for one purpose opens for no other.

use crate::clock::entropy;
use anyhow::{Context, anyhow, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

const KEY_BYTES: usize = 32;
/// 192 bits may be drawn at random for every text (draft-irtf-cfrg-xchacha, section 2).
const NONCE_BYTES: usize = 24;

/// The key file, read or made when it is first needed.
pub struct Seal {
    file: PathBuf,
    cipher: OnceLock<XChaCha20Poly1305>,
}

impl Seal {
    /// The key in this file; nothing is read yet.
    pub fn new(file: PathBuf) -> Self {
        Self {
            file,
            cipher: OnceLock::new(),
        }
    }

    /// Encrypts `text`; `purpose` must be the same when it is opened.
    pub fn close(&self, purpose: &str, text: &str) -> anyhow::Result<String> {
        let nonce: [u8; NONCE_BYTES] = entropy()?;
        let payload = Payload {
            msg: text.as_bytes(),
            aad: purpose.as_bytes(),
        };
        let cipher = self.cipher(true)?;
        let sealed = cipher.encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.or(Err(anyhow!("encrypting")))?;
        Ok(BASE64.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// What was encrypted for this purpose.
    pub fn open(&self, purpose: &str, sealed: &str) -> anyhow::Result<String> {
        let bytes = BASE64.decode(sealed).context("a sealed text")?;
        let parts = bytes.split_first_chunk::<NONCE_BYTES>();
        let (nonce, msg) = parts.context("a sealed text is cut")?;
        let payload = Payload {
            msg,
            aad: purpose.as_bytes(),
        };
        let cipher = self.cipher(false)?;
        let text = cipher.decrypt(&XNonce::from(*nonce), payload);
        let text = text.or(Err(anyhow!(
            "{} is not the key file that {purpose} was encrypted with",
            self.file.display()
        )))?;
        String::from_utf8(text).context("a sealed text")
    }

    fn cipher(&self, may_make: bool) -> anyhow::Result<&XChaCha20Poly1305> {
        if let Some(cipher) = self.cipher.get() {
            return Ok(cipher);
        }
        let key = key(&self.file, may_make)
            .with_context(|| format!("the key file {}", self.file.display()))?;
        Ok(self
            .cipher
            .get_or_init(|| XChaCha20Poly1305::new(&key.into())))
    }
}

/// Reads the key, or makes one where there is none.
fn key(file: &Path, may_make: bool) -> anyhow::Result<[u8; KEY_BYTES]> {
    match File::open(file) {
        Ok(mut open) => {
            let mut text = String::new();
            open.read_to_string(&mut text)?;
            let bytes = BASE64.decode(text.trim())?;
            let key = bytes.try_into();
            key.or(Err(anyhow!("it holds no key of {KEY_BYTES} bytes")))
        }
        Err(error) if error.kind() == ErrorKind::NotFound && may_make => make(file),
        Err(error) => bail!(error),
    }
}

/// A new key, on the disk before anything is encrypted with it.
fn make(file: &Path) -> anyhow::Result<[u8; KEY_BYTES]> {
    let key: [u8; KEY_BYTES] = entropy()?;
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    // Written aside and linked into its place: whoever finds the file finds it whole, and of two
    // who make one at the same time the first wins.
    let aside = file.with_extension(format!("key.{:016x}", u64::from_be_bytes(entropy()?)));
    let mut options = OpenOptions::new();
    let mut open = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&aside)?;
    open.write_all(BASE64.encode(key).as_bytes())?;
    open.sync_all()?;
    let linked = std::fs::hard_link(&aside, file);
    std::fs::remove_file(&aside)?;
    File::open(folder)?.sync_all()?;
    match linked {
        Ok(()) => Ok(key),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => self::key(file, false),
        Err(error) => bail!(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_text_opens_for_its_purpose_with_its_key() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("new/aureole.key");
        let seal = Seal::new(file.clone());
        assert!(seal.open("one", "AAAA").is_err());
        assert!(!file.exists(), "reading makes no key");
        let sealed = seal.close("one", "secret").unwrap();
        assert!(!sealed.contains("secret"));
        assert_ne!(sealed, seal.close("one", "secret").unwrap());
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let names = std::fs::read_dir(folder.path().join("new")).unwrap();
        assert_eq!(names.count(), 1, "nothing is left aside");

        let again = Seal::new(file.clone());
        assert_eq!(again.open("one", &sealed).unwrap(), "secret");
        assert!(again.open("other", &sealed).is_err());
        for broken in ["", "x", "AAAA", &sealed[1..], &sealed[..sealed.len() - 2]] {
            assert!(again.open("one", broken).is_err(), "{broken}");
        }
        let other = Seal::new(folder.path().join("other.key"));
        other.close("one", "x").unwrap();
        let error = other.open("one", &sealed).unwrap_err().to_string();
        assert!(error.contains("other.key"), "{error}");
        std::fs::write(&file, "no key").unwrap();
        assert!(Seal::new(file).open("one", &sealed).is_err());
    }
}
