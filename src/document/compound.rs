//! Compound files (MS-CFB): each stream is a chain of sectors, and a file made to hurt has chains without an end. They
//! are looked through before a library follows them.

use std::collections::BTreeSet;

use super::numbers::{numbers, u16_at};

/// Numbers from here on are no sectors (MS-CFB 2.1).
const FIRST_RESERVED: u32 = 0xFFFF_FFFC;

/// Whether every chain of sectors ends, and no sector tells of others twice; `None` where the header is cut off.
pub(super) fn chains_end(bytes: &[u8]) -> Option<bool> {
    let size = 1_usize << u16_at(bytes, 30)?.min(12);
    let sector = |number: u32| {
        let start = (usize::try_from(number).ok()?.checked_add(1)?).checked_mul(size)?;
        let end = start.checked_add(size)?.min(bytes.len());
        bytes.get(start..end)
    };
    let mut tables: Vec<u32> = numbers(bytes.get(76..512)?).collect();
    let mut next = numbers(bytes.get(68..72)?).next()?;
    for _ in 0..=bytes.len() / size {
        let Some(more) = Some(next).filter(|next| *next < FIRST_RESERVED).and_then(sector) else { break };
        tables.extend(numbers(more));
        // The last number of a list of tables is where the next list is.
        next = tables.pop()?;
    }
    let mut seen = BTreeSet::new();
    let mut follows: Vec<u32> = Vec::new();
    for table in tables.into_iter().filter(|table| *table < FIRST_RESERVED) {
        if !seen.insert(table) {
            return Some(false);
        }
        follows.extend(sector(table).into_iter().flat_map(numbers));
    }
    Some(is_without_rings(&follows))
}

/// Whether every chain comes to an end, each place telling the next.
fn is_without_rings(follows: &[u32]) -> bool {
    let mut walked = vec![0_usize; follows.len()];
    for start in 0..follows.len() {
        let mut at = start;
        while let Some(mark) = walked.get_mut(at).filter(|mark| **mark == 0) {
            *mark = start + 1;
            at = usize::try_from(follows[at]).unwrap_or(usize::MAX);
        }
        // Back at a place of this very walk.
        if walked.get(at) == Some(&(start + 1)) {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use super::*;

    const END: u32 = 0xFFFF_FFFE;

    #[test]
    fn rings_are_found_wherever_they_are() {
        for (follows, is_without) in [
            (&[][..], true),
            (&[END, 0, 1, END], true),
            (&[1, 2, 3, 9], true),
            (&[2, 2, END], true),
            (&[0], false),
            (&[1, 2, 1], false),
            (&[END, 3, END, 1], false),
            (&[END, END, 4, 2, 3], false),
        ] {
            assert_eq!(is_without_rings(follows), is_without, "{follows:?}");
        }
    }

    #[test]
    fn a_file_whose_chain_is_bent_back_is_known() {
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("a file");
        file.create_stream("/Workbook").expect("a stream").write_all(&vec![7; 20_000]).expect("written");
        file.flush().expect("written");
        let mut bytes = file.into_inner().into_inner();
        assert_eq!(chains_end(&bytes), Some(true));
        assert_eq!(chains_end(&bytes[..100]), None);
        // The table of sectors is the file's first; a link in it is bent back by one.
        let size = 1_usize << bytes[30];
        let table = numbers(&bytes[76..80]).next().expect("a table") as usize;
        let links: Vec<u32> = numbers(&bytes[(table + 1) * size..][..size]).collect();
        let at = (1..links.len()).find(|at| links[*at] as usize == at + 1).expect("a chain");
        let bent = (table + 1) * size + 4 * at;
        bytes[bent..bent + 4].copy_from_slice(&u32::try_from(at).expect("small").to_le_bytes());
        assert_eq!(chains_end(&bytes), Some(false));
    }
}
