//! The key under which tags are digested before they may stand in the journal.
//!
//! Knows: `<data>/key`, 32 random bytes and their SHA-256, mode 0600. Must not know: whose tag it is.
//!
//! An older program wrote no SHA-256 behind the key; such a file is read.
//!
//! A card's number has too few digits to be hidden by a plain hash: one could try them all. With the key only this
//! centre can tell whether two digests are of the card in its hand.

use super::error::{Doing, Error, Result};
use super::files;
use super::lock::DataFolder;
use super::record::LineHash;
use crate::tag::TagId;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use smol_str::SmolStr;
use std::io;

/// The centre's secret for digests of tags.
pub struct DigestKey([u8; 32]);

impl DigestKey {
    /// Reads the key, or makes one where there is none.
    pub fn open(data: &DataFolder) -> Result<Self> {
        let path = data.path().join("key");
        if let Some(bytes) = files::read_small(&**data.disk(), &path, 64).doing("read", &path)? {
            return read(&bytes).map(Self).ok_or_else(|| Error::Damaged {
                path,
                what: format!(
                    "these {} bytes are not a key and its sum; put the file back from a backup. Moved away, it is made anew, and then digests that stand in the journal belong to nobody",
                    bytes.len()
                ),
            });
        }
        let key: [u8; 32] = random().doing("make", &path)?;
        let bytes = [key, *LineHash::of(&key).as_bytes()].concat();
        files::replace(&**data.disk(), &path, &bytes, files::PRIVATE).doing("write", path)?;
        Ok(Self(key))
    }

    /// The first 16 hexadecimal digits of HMAC-SHA256 over `scheme:VALUE`.
    pub fn digest(&self, tag: &TagId) -> SmolStr {
        // HMAC takes keys of every length; there is no error to tell.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            return SmolStr::default();
        };
        mac.update(tag.to_string().as_bytes());
        let digest = hex::encode(mac.finalize().into_bytes());
        SmolStr::new(digest.get(..16).unwrap_or_default())
    }
}

/// The key, if the sum behind it is right or there is none.
fn read(bytes: &[u8]) -> Option<[u8; 32]> {
    let (key, sum) = bytes.split_first_chunk::<32>()?;
    let right = sum.is_empty() || sum == LineHash::of(key).as_bytes();
    right.then_some(*key)
}

impl std::fmt::Debug for DigestKey {
    /// Says nothing of the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DigestKey")
    }
}

/// Bytes that nobody can foresee, from the system.
pub fn random<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes)
}
