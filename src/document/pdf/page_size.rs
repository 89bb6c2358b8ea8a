//! Size check of a PDF's compressed streams, before anything is kept in memory.

use flate2::{Decompress, FlushDecompress, Status};
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
    let mut counter = InflatedCounter::new();
    for at in memmem::find_iter(bytes, STREAM) {
        let behind = &bytes[at + STREAM.len()..];
        let line_end = behind.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let data = &behind[line_end.min(2)..];
        // The low half of the first byte of a deflated stream is the method, 8.
        if line_end > 0 && data.first().is_some_and(|byte| byte & 0x0F == 8) {
            unpacked += counter.count(data, limits)?;
            limits.allow(Limit::Document, unpacked)?;
        }
    }
    Ok(())
}

/// Counts what streams inflate to. A PDF has hundreds of small streams, and the state of a decoder and the buffer are
/// larger than most of them, so all streams share these.
struct InflatedCounter {
    decoder: Decompress,
    buffer: Vec<u8>,
}

impl InflatedCounter {
    fn new() -> Self {
        Self { decoder: Decompress::new(true), buffer: vec![0; STEP] }
    }

    /// Returns the unpacked size of a stream, up to its end or the first error.
    fn count(&mut self, data: &[u8], limits: &Limits) -> Result<u64, Limit> {
        self.decoder.reset(true);
        loop {
            let (taken, given) = (self.decoder.total_in(), self.decoder.total_out());
            let rest = usize::try_from(taken).ok().and_then(|taken| data.get(taken..)).unwrap_or_default();
            let status = self.decoder.decompress(rest, &mut self.buffer, FlushDecompress::None);
            let count = self.decoder.total_out();
            limits.allow(Limit::Document, count)?;
            limits.allow_ratio(self.decoder.total_in(), count)?;
            let is_stuck = self.decoder.total_in() == taken && count == given;
            if is_stuck || !matches!(status, Ok(Status::Ok)) {
                return Ok(count);
            }
        }
    }
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
