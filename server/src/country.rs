//! Which country a visitor comes from, as a database on the operator's own disk says it.
//!
//! Invariant: no address leaves the machine for it; without a database nobody comes from anywhere.

use anyhow::Context;
use maxminddb::{PathElement, Reader};
use std::fmt;
use std::net::IpAddr;
use std::path::Path;

/// The database, if one is configured.
#[derive(Default)]
pub struct Countries(Option<Reader<Vec<u8>>>);

impl fmt::Debug for Countries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Countries").field(&self.is_known()).finish()
    }
}

impl Countries {
    /// Reads the database, whole: what is not one is found out at start.
    pub fn open(path: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = path else {
            return Ok(Self(None));
        };
        let reader = Reader::open_readfile(path)
            .with_context(|| format!("AUREOLE_COUNTRY_MMDB: {} is no MMDB", path.display()))?;
        Ok(Self(Some(reader)))
    }

    /// Whether there is one.
    pub fn is_known(&self) -> bool {
        self.0.is_some()
    }

    /// The two letters of the country of this address, where the database knows it.
    pub fn of(&self, address: IpAddr) -> Option<String> {
        let found = self.0.as_ref()?.lookup(address).ok()?;
        let path = [PathElement::Key("country"), PathElement::Key("iso_code")];
        found.decode_path(&path).ok().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_no_database_is_named_at_start() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("countries.mmdb");
        std::fs::write(&path, "no database").unwrap();
        let error = Countries::open(Some(&path)).unwrap_err().to_string();
        assert!(error.contains("countries.mmdb"), "{error}");
        let none = Countries::open(None).unwrap();
        assert!(!none.is_known());
        assert_eq!(none.of(IpAddr::from([192, 0, 2, 1])), None);
    }

    /// A text as MMDB writes it.
    fn text(text: &str) -> Vec<u8> {
        let length = u8::try_from(text.len()).unwrap();
        [&[0x40 | length], text.as_bytes()].concat()
    }

    /// A map as MMDB writes it.
    fn map(of: &[(&str, Vec<u8>)]) -> Vec<u8> {
        let mut bytes = vec![0xe0 | u8::try_from(of.len()).unwrap()];
        for (name, value) in of {
            bytes.extend(text(name));
            bytes.extend(value);
        }
        bytes
    }

    /// A database of one node: addresses below 128.0.0.0 come from Sweden, all others from nowhere.
    fn sweden() -> Vec<u8> {
        let small = |number: u8| vec![0xa1, number];
        let about = map(&[
            ("node_count", vec![0xc1, 1]),
            ("record_size", small(24)),
            ("ip_version", small(4)),
            ("database_type", text("Test")),
            ("languages", vec![0x00, 0x04]),
            ("binary_format_major_version", small(2)),
            ("binary_format_minor_version", small(0)),
            ("build_epoch", vec![0x01, 0x02, 1]),
            ("description", map(&[])),
        ]);
        let found = map(&[("country", map(&[("iso_code", text("SE"))]))]);
        let tree = [0, 0, 1 + 16, 0, 0, 1];
        [
            &tree[..],
            &[0; 16],
            &found,
            b"\xab\xcd\xefMaxMind.com",
            &about,
        ]
        .concat()
    }

    #[test]
    fn an_address_comes_from_where_the_database_says() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("countries.mmdb");
        std::fs::write(&path, sweden()).unwrap();
        let countries = Countries::open(Some(&path)).unwrap();
        assert!(countries.is_known());
        let of = |address: [u8; 4]| countries.of(IpAddr::from(address));
        assert_eq!(of([127, 0, 0, 1]).as_deref(), Some("SE"));
        assert_eq!(of([192, 0, 2, 1]), None);
    }
}
