//! SHA-256 digests of files, also of those too large for memory.

use std::io::{self, Read, Write};

use sha2::{Digest, Sha256};

/// The digest of a file, with its size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digested {
    /// SHA-256 in hexadecimal.
    pub sha256: String,
    /// Size in bytes.
    pub size: u64,
}

/// Returns the digest of bytes.
#[must_use]
pub fn digest(bytes: &[u8]) -> Digested {
    Digested { sha256: hex(&Sha256::digest(bytes)), size: bytes.len() as u64 }
}

/// Returns the digest of everything that `reader` yields.
///
/// # Errors
/// The reader's error.
pub fn digest_all(reader: &mut dyn Read) -> io::Result<Digested> {
    let mut writer = DigestWriter::new(io::sink());
    io::copy(reader, &mut writer)?;
    Ok(writer.finish().1)
}

/// A writer that computes the digest of what passes through it.
pub struct DigestWriter<W> {
    inner: W,
    hash: Sha256,
    size: u64,
}

impl<W: Write> DigestWriter<W> {
    /// Wraps a writer.
    pub fn new(inner: W) -> Self {
        Self { inner, hash: Sha256::new(), size: 0 }
    }

    /// Returns the writer, and the digest of everything written to it.
    pub fn finish(self) -> (W, Digested) {
        (self.inner, Digested { sha256: hex(&self.hash.finalize()), size: self.size })
    }
}

impl<W: Write> Write for DigestWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Returns bytes in hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A writer that accepts three bytes at a time.
    struct Slow(Vec<u8>);

    impl Write for Slow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let taken = bytes.len().min(3);
            self.0.extend(&bytes[..taken]);
            Ok(taken)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn the_digest_covers_all_bytes_passed_through() {
        let bytes: Vec<u8> = (0..=255).cycle().take(100_003).collect();
        let mut writer = DigestWriter::new(Slow(Vec::new()));
        writer.write_all(&bytes).expect("written");
        let (slow, passed) = writer.finish();
        assert_eq!((slow.0.as_slice(), &passed), (bytes.as_slice(), &digest(&bytes)));
        assert_eq!(digest_all(&mut bytes.as_slice()).expect("read"), passed);
        assert_ne!(digest(&bytes[1..]), passed);
    }
}
