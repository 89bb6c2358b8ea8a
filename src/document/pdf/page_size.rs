//! Size check of a PDF's compressed streams, before anything is kept in memory.

use std::io::Read;

use flate2::read::ZlibDecoder;
use memchr::memmem;

use crate::source::{Limit, Limits};

/// Keyword before the bytes of a stream, which begin after a line end.
const STREAM: &[u8] = b"stream";
/// Bytes unpacked at a time.
const STEP: usize = 64 << 10;

/// Checks the unpacked size of deflated streams against the limits. Streams compressed otherwise are pictures, which
/// are not read.
///
/// # Errors
/// The limit that is exceeded.
pub(super) fn measure(bytes: &[u8], limits: &Limits) -> Result<(), Limit> {
    let mut unpacked = 0;
    for at in memmem::find_iter(bytes, STREAM) {
        let behind = &bytes[at + STREAM.len()..];
        let line_end = behind.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let data = &behind[line_end.min(2)..];
        // The low half of the first byte of a deflated stream is the method, 8.
        if line_end > 0 && data.first().is_some_and(|byte| byte & 0x0F == 8) {
            unpacked += inflated(data, limits)?;
            limits.allow(Limit::Document, unpacked)?;
        }
    }
    Ok(())
}

/// Returns the unpacked size of a stream, up to the first error.
fn inflated(data: &[u8], limits: &Limits) -> Result<u64, Limit> {
    let (mut decoder, mut step, mut count) = (ZlibDecoder::new(data), vec![0; STEP], 0);
    while let Ok(read @ 1..) = decoder.read(&mut step) {
        count += read as u64;
        limits.allow(Limit::Document, count)?;
        limits.allow_ratio(decoder.total_in(), count)?;
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn what_unpacks_to_too_much_is_refused() {
        let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(&vec![0; 20 << 20]).expect("memory");
        let stream = packer.finish().expect("memory");
        let file = [b"1 0 obj <<>>\nstream\r\n".as_slice(), &stream, b"\nendstream"].concat();
        assert_eq!(measure(&file, &Limits::default()), Err(Limit::Ratio));
        assert_eq!(measure(&file, &Limits { ratio: 2000, ..Limits::default() }), Ok(()));
        assert_eq!(measure(&file, &Limits { ratio: 2000, document: 20 << 20, ..Limits::default() }), Ok(()));
        let below = Limits { ratio: 2000, document: (20 << 20) - 1, ..Limits::default() };
        assert_eq!(measure(&file, &below), Err(Limit::Document));
        assert_eq!(measure(b"stream of text\nstream\n\x78", &Limits::default()), Ok(()));
    }
}
