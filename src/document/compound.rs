//! Compound files (MS-CFB): streams, each a chain of sectors. Plain files are read here. For any other, which may be
//! crafted to exhaust memory or time, the chains are checked before a library follows them.

use std::collections::BTreeSet;

use super::numbers::{numbers, u16_at, u32_at};

/// Signature of a compound file.
pub(super) const SIGNATURE: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// Smallest reserved sector number (MS-CFB 2.1).
const FIRST_RESERVED: u32 = 0xFFFF_FFFC;
/// Sector number that ends a chain.
const NO_MORE: u32 = 0xFFFF_FFFE;

/// Bytes of a sector and of a directory entry in a plain file.
const SECTOR: usize = 512;
const ENTRY: usize = 128;
/// Streams with fewer bytes are in the mini stream, several to a sector.
const SHORT: u32 = 4096;

/// A plain compound file: version 3 with 512-byte sectors, and all sector tables listed in the header. Every link leads
/// to an existing sector, no two to the same one, and no chain is a cycle. The directory entries form one tree.
pub(super) struct Compound<'a> {
    chains: Chains<'a>,
    /// All directory entries, including unused ones. The first is the root.
    entries: Vec<DirectoryEntry<'a>>,
}

/// The sectors, and the tables that link them.
struct Chains<'a> {
    sectors: &'a [[u8; SECTOR]],
    /// Each has the number of the next sector for as many sectors as it has entries.
    tables: Vec<&'a [u8; SECTOR]>,
}

/// An entry of the directory, as raw bytes.
pub(super) struct DirectoryEntry<'a>(&'a [u8; ENTRY]);

impl<'a> Compound<'a> {
    /// Parses a file; `None` if it is not plain.
    pub(super) fn plain(bytes: &'a [u8]) -> Option<Self> {
        const FREE: u32 = 0xFFFF_FFFF;
        let (header, sectors) = bytes.split_first_chunk::<SECTOR>()?;
        let sectors = sectors.as_chunks::<SECTOR>().0;
        // Version, byte order, and sizes of sectors and of mini sectors.
        let is_usual = header.starts_with(SIGNATURE) && header[26..34] == [3, 0, 0xFE, 0xFF, 9, 0, 6, 0];
        if !is_usual || u32_at(header, 56) != Some(SHORT) || u32_at(header, 68) != Some(NO_MORE) {
            return None;
        }
        let mut listed = numbers(&header[76..]);
        let tables: Vec<_> = listed
            .by_ref()
            .take_while(|table| *table != FREE)
            .map(|table| sectors.get(table as usize))
            .collect::<Option<_>>()?;
        let links = tables.iter().flat_map(|table| numbers(*table));
        if !lead_on(links, sectors.len()) || listed.any(|table| table != FREE) {
            return None;
        }
        let (chains, mut entries) = (Chains { sectors, tables }, Vec::new());
        chains.follow(u32_at(header, 48)?, |sector| entries.extend(sector.as_chunks().0.iter().map(DirectoryEntry)))?;
        let root = entries.first().filter(|root| root.kind() == DirectoryEntry::ROOT)?;
        // Short streams are in the root's stream and have sector tables of their own.
        let (first, count) = (u32_at(header, 60)?, u32_at(header, 64)?);
        if count == 0 && (first != NO_MORE || root.size() != Some(0)) {
            return None;
        }
        if count > 0 {
            chains.follow(first, |_| {})?;
            chains.follow(root.start()?, |_| {})?;
        }
        let is_plain = |(at, entry): (usize, &DirectoryEntry)| {
            (entry.kind() == DirectoryEntry::ROOT) == (at == 0) && entry.is_plain_among(entries.len())
        };
        (entries.iter().enumerate().all(is_plain) && is_one_tree(&entries)).then_some(Self { chains, entries })
    }

    pub(super) fn entries(&self) -> &[DirectoryEntry<'a>] {
        &self.entries
    }

    /// Returns whether the file has no storage besides the root, so that every stream is at the top level.
    pub(super) fn is_flat(&self) -> bool {
        self.entries.iter().all(|entry| entry.kind() != DirectoryEntry::STORAGE)
    }

    /// Returns whether there is a stream of this name, ignoring case.
    pub(super) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.kind() == DirectoryEntry::STREAM && entry.is_called(name))
    }

    /// Appends the whole content of a stream; `None` if it is a short one.
    pub(super) fn take(&self, entry: &DirectoryEntry<'_>, into: &mut Vec<u8>) -> Option<()> {
        let size = entry.size().filter(|size| entry.kind() == DirectoryEntry::STREAM && *size >= SHORT)?;
        let sectors = self.chains.follow(entry.start()?, |sector| into.extend_from_slice(sector))?;
        let size = usize::try_from(size).ok()?;
        into.truncate(size);
        (sectors == size.div_ceil(SECTOR)).then_some(())
    }
}

impl<'a> Chains<'a> {
    /// Visits the sectors of a chain. Returns their number; `None` if the chain leads nowhere or does not end.
    fn follow(&self, first: u32, mut visit: impl FnMut(&'a [u8; SECTOR])) -> Option<usize> {
        let mut next = first;
        for count in 0..=self.sectors.len() {
            if next == NO_MORE {
                return Some(count);
            }
            let number = usize::try_from(next).ok()?;
            visit(self.sectors.get(number)?);
            next = u32_at(*self.tables.get(number / (SECTOR / 4))?, number % (SECTOR / 4) * 4)?;
        }
        None
    }
}

impl DirectoryEntry<'_> {
    const UNUSED: u8 = 0;
    const STORAGE: u8 = 1;
    const STREAM: u8 = 2;
    const ROOT: u8 = 5;
    /// Number that means no entry.
    const NONE: u32 = 0xFFFF_FFFF;

    /// Returns the 64 bytes of the name field, in UTF-16.
    pub(super) fn name(&self) -> &[u8] {
        &self.0[..64]
    }

    fn kind(&self) -> u8 {
        self.0[66]
    }

    fn start(&self) -> Option<u32> {
        u32_at(self.0, 116)
    }

    fn size(&self) -> Option<u32> {
        u32_at(self.0, 120)
    }

    /// Returns the numbers of its left sibling, right sibling and child.
    fn near(&self) -> impl Iterator<Item = u32> {
        numbers(&self.0[68..80])
    }

    /// Returns whether it is a root, an unused entry, a storage or a stream, with the fields that all programs write.
    fn is_plain_among(&self, entries: usize) -> bool {
        let leads_on = |near: u32| near == Self::NONE || (near as usize) < entries;
        let has_plain_name = || {
            let end = self.name().as_chunks::<2>().0.iter().position(|unit| *unit == [0, 0]);
            end.is_some_and(|end| u16_at(self.0, 64).map(usize::from) == Some(2 * (end + 1)))
        };
        let is_usual =
            self.0[67] <= 1 && u16_at(self.0, 64).is_some_and(|length| length <= 64) && self.near().all(leads_on);
        is_usual
            && match self.kind() {
                Self::UNUSED => true,
                // The root's name is not checked: Excel writes one that is longer than its length field.
                Self::ROOT => self.near().take(2).all(|beside| beside == Self::NONE),
                Self::STORAGE | Self::STREAM => has_plain_name(),
                _ => false,
            }
    }

    /// Returns whether it has this name, ignoring case.
    pub(super) fn is_called(&self, name: &str) -> bool {
        let units = self.name().as_chunks::<2>().0;
        let is_it = |(unit, letter): (&[u8; 2], u8)| unit[1] == 0 && unit[0].eq_ignore_ascii_case(&letter);
        units.len() > name.len() && units.iter().zip(name.bytes().chain([0])).all(is_it)
    }
}

/// Returns whether each used entry except the root is the sibling or child of exactly one other.
fn is_one_tree(entries: &[DirectoryEntry<'_>]) -> bool {
    let in_use = entries.iter().filter(|entry| entry.kind() != DirectoryEntry::UNUSED);
    let mut below = vec![false; entries.len()];
    let mut is_new = |near: u32| below.get_mut(near as usize).is_some_and(|below| !std::mem::replace(below, true));
    let are_new = in_use.flat_map(DirectoryEntry::near).all(|near| near == DirectoryEntry::NONE || is_new(near));
    let hangs = |(entry, below): (&DirectoryEntry<'_>, bool)| {
        below != matches!(entry.kind(), DirectoryEntry::UNUSED | DirectoryEntry::ROOT)
    };
    are_new && entries.iter().zip(below).all(hangs)
}

/// Returns whether every link leads to one of `sectors` sectors, no two to the same one, without cycles. Reserved
/// numbers are allowed. If all links lead to later sectors, as in most files, there is no need to search for cycles.
fn lead_on(links: impl Iterator<Item = u32> + Clone, sectors: usize) -> bool {
    let (mut is_led_to, mut leads_back) = (vec![false; sectors], false);
    let mut leads_on = |(at, link): (usize, u32)| {
        let Some(link) = usize::try_from(link).ok().filter(|_| link < FIRST_RESERVED) else { return true };
        leads_back |= link <= at;
        is_led_to.get_mut(link).is_some_and(|led_to| !std::mem::replace(led_to, true))
    };
    links.clone().enumerate().all(&mut leads_on) && (!leads_back || is_without_rings(&links.collect::<Vec<u32>>()))
}

/// Returns whether every chain of sectors ends, and no sector table is listed twice; `None` if the header is cut off.
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
        // The last entry of a list of tables is the number of the next list.
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

/// Returns whether every chain ends. `follows` has the next sector for each sector.
fn is_without_rings(follows: &[u32]) -> bool {
    let mut walked = vec![0_usize; follows.len()];
    for start in 0..follows.len() {
        let mut at = start;
        while let Some(mark) = walked.get_mut(at).filter(|mark| **mark == 0) {
            *mark = start + 1;
            at = usize::try_from(follows[at]).unwrap_or(usize::MAX);
        }
        // The chain has returned to a sector of the same walk.
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
    fn a_plain_file_gives_its_streams_back_and_another_is_declined() {
        let whole = [vec![7; 5000], (0..=255).cycle().take(9 * 512).collect(), vec![1; 4095]];
        let file = |version: cfb::Version| {
            let mut file = cfb::CompoundFile::create_with_version(version, Cursor::new(Vec::new())).expect("a file");
            file.create_storage("/within").expect("a storage");
            for (name, bytes) in ["/one", "/TWO", "/within/short"].iter().zip(&whole) {
                file.create_stream(name).expect("a stream").write_all(bytes).expect("written");
            }
            file.flush().expect("written");
            file.into_inner().into_inner()
        };
        let bytes = file(cfb::Version::V3);
        let plain = Compound::plain(&bytes).expect("a plain file");
        assert!(plain.has("One") && plain.has("two") && !plain.has("on") && !plain.has("within") && !plain.is_flat());
        let taken = |name: &str| {
            let (mut into, mut entries) = (Vec::new(), plain.entries().iter());
            plain.take(entries.find(|entry| entry.is_called(name))?, &mut into).map(|()| into)
        };
        assert_eq!(taken("one").as_ref(), Some(&whole[0]));
        assert_eq!(taken("two").as_ref(), Some(&whole[1]));
        assert_eq!(taken("short"), None);
        assert!(Compound::plain(&file(cfb::Version::V4)).is_none());
        assert!(Compound::plain(&bytes[..bytes.len() - 512]).is_none());
        // An entry without a parent, and one with two.
        let root = bytes.windows(4).position(|window| window == b"R\0o\0").expect("the root's entry");
        for (at, near) in [(76, DirectoryEntry::NONE), (128 + 68, 2), (2 * 128 + 68, 2)] {
            let mut other = bytes.clone();
            other[root + at..root + at + 4].copy_from_slice(&near.to_le_bytes());
            assert!(Compound::plain(&other).is_none(), "{at}");
        }
    }

    #[test]
    fn sectors_follow_one_another_each_once_and_in_no_ring() {
        for (links, leads_on) in [
            (&[][..], true),
            (&[1, 2, END, 5, FIRST_RESERVED, END], true),
            (&[2, 3, END, END], true),
            (&[1, 4, END, END], false),
            (&[1, 0, END, END], false),
            (&[END, 0, 1, 2], true),
            (&[END, 3, 1, 2], false),
            (&[0, END, END, END], false),
            (&[2, 2, END, END], false),
        ] {
            assert_eq!(lead_on(links.iter().copied(), links.len()), leads_on, "{links:?}");
        }
    }

    #[test]
    fn a_cyclic_sector_chain_is_detected() {
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("a file");
        file.create_stream("/Workbook").expect("a stream").write_all(&vec![7; 20_000]).expect("written");
        file.flush().expect("written");
        let mut bytes = file.into_inner().into_inner();
        assert_eq!(chains_end(&bytes), Some(true));
        assert_eq!(chains_end(&bytes[..100]), None);
        // The first sector is the sector table. One link in it is set to the sector before.
        let size = 1_usize << bytes[30];
        let table = numbers(&bytes[76..80]).next().expect("a table") as usize;
        let links: Vec<u32> = numbers(&bytes[(table + 1) * size..][..size]).collect();
        let at = (1..links.len()).find(|at| links[*at] as usize == at + 1).expect("a chain");
        let bent = (table + 1) * size + 4 * at;
        bytes[bent..bent + 4].copy_from_slice(&u32::try_from(at).expect("small").to_le_bytes());
        assert_eq!(chains_end(&bytes), Some(false));
    }
}
