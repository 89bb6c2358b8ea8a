//! Format detection by content.

use std::borrow::Cow;
use std::io::Read;

use super::charset::decode;
use super::compound::{Compound, SIGNATURE};
use super::format::Format;
use super::zip_reader::Archive;
use super::{delimited, doc};
use crate::source;

/// Detects the format of `bytes`. `name` decides only between delimited and running text, which content cannot
/// distinguish.
pub(super) fn format_of(name: &str, bytes: &[u8]) -> Format {
    const SIGNATURES: [(&[u8], Format); 13] = [
        (b"%PDF", Format::Pdf),
        (b"\x89PNG", Format::Picture),
        (b"\xFF\xD8\xFF", Format::Picture),
        (b"GIF8", Format::Picture),
        (b"BM6", Format::Picture),
        (b"II*\0", Format::Picture),
        (b"MM\0*", Format::Picture),
        (b"PAR1", Format::Package),
        (b"\xDB\xA5\x2D\0", Format::OldDoc),
        (b"{\\rtf", Format::Rtf),
        (b"Rar!", Format::OtherArchive),
        (b"7z\xBC\xAF", Format::SevenZip),
        (b"\x1F\x8B", Format::Gzip),
    ];
    if bytes.is_empty() {
        return Format::Empty;
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return zip_format(bytes);
    }
    if bytes.starts_with(SIGNATURE) {
        let format = compound_format(bytes);
        return if format == Format::Doc && doc::is_older(bytes) { Format::OldDoc } else { format };
    }
    if source::is_tar(bytes) {
        return Format::Tar;
    }
    match SIGNATURES.iter().find(|(signature, _)| bytes.starts_with(signature)) {
        Some((_, format)) => *format,
        None if is_picture_container(bytes) => Format::Picture,
        None if is_late_pdf(bytes) => Format::Pdf,
        None => text_format(name, bytes),
    }
}

/// Returns whether a PDF begins within the first kilobyte, as readers allow because printers write lines before it. It
/// must also end as a PDF; otherwise it is a text that mentions PDF.
fn is_late_pdf(bytes: &[u8]) -> bool {
    let (head, tail) = (&bytes[..bytes.len().min(1024)], &bytes[bytes.len().saturating_sub(1024)..]);
    contains(head, b"%PDF-") && contains(tail, b"startxref") && contains(tail, b"%%EOF")
}

/// Returns whether a file has a picture or film format (HEIF, `WebP`, AVI) with a signature that is not at its
/// beginning.
fn is_picture_container(bytes: &[u8]) -> bool {
    let at = |offset: usize| bytes.get(offset..offset + 4).unwrap_or_default();
    at(4) == b"ftyp" || at(0) == b"RIFF" && matches!(at(8), b"WEBP" | b"AVI " | b"WAVE")
}

/// Format of an archive by its first entry, `mimetype`, which OpenDocument and EPUB store uncompressed for this
/// purpose. The names of templates begin with these names, so they match too.
const MIME_TYPES: [(&[u8], Format); 6] = [
    (b"application/vnd.oasis.opendocument.spreadsheet", Format::Ods),
    (b"application/vnd.oasis.opendocument.text", Format::Odt),
    (b"application/vnd.oasis.opendocument.presentation", Format::Slides),
    (b"application/vnd.oasis.opendocument.", Format::Package),
    (b"application/epub+zip", Format::Package),
    (b"application/ofd", Format::Ofd),
];

/// Format of an archive by an entry that no other format has. Only entries at the top level count: a unit may pack a
/// folder that has such an entry further down.
const ENTRIES: [(&str, Format); 9] = [
    ("xl/workbook.bin", Format::Xlsb),
    ("xl/", Format::Xlsx),
    ("word/", Format::Docx),
    ("ppt/", Format::Slides),
    ("OFD.xml", Format::Ofd),
    ("visio/", Format::Package),
    ("Index/Document.iwa", Format::Package),
    ("AndroidManifest.xml", Format::Package),
    ("META-INF/MANIFEST.MF", Format::Package),
];

/// Detects the format of a zip file by the names of its entries. If the directory is lost, the names are searched for
/// in the bytes, where they are uncompressed.
fn zip_format(bytes: &[u8]) -> Format {
    let head = &bytes[..bytes.len().min(200)];
    if let Some((_, format)) = MIME_TYPES.iter().find(|(name, _)| contains(head, name)) {
        return *format;
    }
    let plain = Archive::of(bytes);
    let names: Option<Vec<Cow<'_, [u8]>>> = match &plain {
        Some(archive) => Some(archive.names().map(Cow::Borrowed).collect()),
        None => zip::ZipArchive::new(std::io::Cursor::new(bytes)).ok().map(|archive| {
            archive.file_names().flatten().map(|name| Cow::Owned(name.to_string().into_bytes())).collect()
        }),
    };
    let is_below = |name: &[u8], prefix: &str| {
        let slashes = |byte: &u8| if *byte == b'\\' { b'/' } else { *byte };
        name.len() >= prefix.len() && name.iter().map(slashes).zip(prefix.bytes()).all(|(own, wanted)| own == wanted)
    };
    let has = |prefix: &str| match &names {
        Some(names) => names.iter().any(|name| is_below(name, prefix)),
        None => contains(bytes, prefix.as_bytes()),
    };
    let known = ENTRIES.iter().find(|(entry, _)| has(entry)).map(|(_, format)| *format);
    known.or_else(|| packed_mime_type(bytes).filter(|_| has("mimetype"))).unwrap_or(Format::Zip)
}

/// Detects the format by the entry `mimetype` if that is compressed or not the first: an `OpenDocument` file that was
/// unpacked and packed again.
fn packed_mime_type(bytes: &[u8]) -> Option<Format> {
    const LONGEST: u64 = 200;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).ok()?;
    let mut text = Vec::new();
    archive.by_name("mimetype").ok()?.take(LONGEST).read_to_end(&mut text).ok()?;
    MIME_TYPES.iter().find(|(name, _)| text.starts_with(name)).map(|(_, format)| *format)
}

/// Detects the format of a compound file by the streams at its top level, not by those of embedded objects. If the
/// directory cannot be read, the names are searched for in the bytes, as UTF-16.
fn compound_format(bytes: &[u8]) -> Format {
    if let Some(plain) = Compound::plain(bytes).filter(Compound::is_flat) {
        return format_of_streams(|stream| plain.has(stream));
    }
    let file = cfb::CompoundFile::open(std::io::Cursor::new(bytes)).ok();
    let own: Option<Vec<String>> =
        file.map(|file| file.read_root_storage().map(|entry| entry.name().to_owned()).collect());
    format_of_streams(|stream| match &own {
        Some(own) => own.iter().any(|name| name.eq_ignore_ascii_case(stream)),
        None => contains(bytes, &stream.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()),
    })
}

fn format_of_streams(has: impl Fn(&str) -> bool) -> Format {
    if has("EncryptedPackage") {
        Format::Encrypted
    } else if has("WordDocument") || has("WpsCustomData") && !has("Workbook") {
        Format::Doc
    } else if has("Workbook") || has("Book") {
        Format::Xls
    } else if has("PowerPoint Document") {
        Format::Slides
    } else if has("__properties_version1.0") {
        Format::Mail
    } else {
        Format::Compound
    }
}

fn text_format(name: &str, bytes: &[u8]) -> Format {
    let head = decode(&bytes[..bytes.len().min(4096)]);
    let Some(head) = head else {
        return Format::Unknown;
    };
    let start = head.trim_start_matches('\u{feff}').trim_start().to_lowercase();
    if let Some(format) = message_format(&start).or_else(|| xml_format(&start)) {
        return format;
    }
    if start.starts_with('<')
        && ["<html", "<!doctype html", "<table", "<body", "<div", "<p"].iter().any(|tag| start.contains(tag))
    {
        return Format::Html;
    }
    let Some(text) = decode(bytes) else {
        return Format::Unknown;
    };
    // Markdown may contain HTML tables.
    let lower = text.to_ascii_lowercase();
    if lower.contains("<table") && lower.contains("</table>") {
        return Format::Html;
    }
    match delimited::delimiter_of(&text, name) {
        Some(delimiter) => Format::Delimited(delimiter),
        None => Format::Text,
    }
}

/// Detects a text that begins with the header fields of a message (RFC 5322): a saved page (RFC 2557) or a mail. Two
/// known fields are required, because a report may begin with a label and a colon.
fn message_format(start: &str) -> Option<Format> {
    const OF_MAILS: [&str; 5] = ["to:", "received:", "message-id:", "delivered-to:", "return-path:"];
    const FIELDS: [&str; 12] = [
        "mime-version:",
        "content-type:",
        "content-transfer-encoding:",
        "from:",
        "to:",
        "subject:",
        "date:",
        "received:",
        "return-path:",
        "delivered-to:",
        "message-id:",
        "snapshot-content-location:",
    ];
    let header = start.split("\n\n").next().unwrap_or(start).split("\r\n\r\n").next().unwrap_or(start);
    let first = header.lines().next()?;
    let is_field = |line: &str| {
        let (name, _) = line.split_once(':')?;
        (!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')).then_some(())
    };
    is_field(first)?;
    let fields = FIELDS.iter().filter(|field| header.lines().any(|line| line.starts_with(**field))).count();
    if fields < 2 || !header.contains("mime-version:") && !header.contains("content-type:") && fields < 3 {
        return None;
    }
    // A mail with pictures has the content type of a saved page, but it also has fields of transport.
    let is_sent = header.lines().any(|line| OF_MAILS.iter().any(|field| line.starts_with(field)));
    let is_page = header.contains("snapshot-content-location:") || header.contains("multipart/related") && !is_sent;
    Some(if is_page { Format::Mht } else { Format::Mail })
}

/// Detects the kind of an XML file by its root element and the namespaces declared there. Returns `None` for a web page
/// written as XML.
fn xml_format(start: &str) -> Option<Format> {
    if start.starts_with("<workbook") {
        return Some(Format::SpreadsheetXml);
    }
    if !["<?xml", "<xml", "<office:document", "<w:worddocument"].iter().any(|root| start.starts_with(root)) {
        return None;
    }
    Some(if start.contains("<office:document") {
        let is_sheet = start.contains("application/vnd.oasis.opendocument.spreadsheet");
        if is_sheet { Format::Fods } else { Format::Odt }
    } else if ["<w:worddocument", "progid=\"word.document", "<pkg:package"].iter().any(|root| start.contains(root)) {
        Format::WordXml
    } else if start.contains("<html") || start.contains("<!doctype html") {
        return None;
    } else if start.contains("spreadsheet") && !start.starts_with("<xml") {
        Format::SpreadsheetXml
    } else if start.contains("<table") {
        return None;
    } else {
        Format::Xml
    })
}

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|b| *b == needle[0]) {
        if rest[at..].starts_with(needle) {
            return true;
        }
        rest = &rest[at + 1..];
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides_and_the_name_does_not() {
        assert_eq!(format_of("a.xlsx", b""), Format::Empty);
        assert_eq!(format_of("a.xlsx", b"%PDF-1.7"), Format::Pdf);
        assert_eq!(format_of("a", b"\x1B%-12345X@PJL\n%PDF-1.7\n1 0 obj\nstartxref\n9\n%%EOF\n"), Format::Pdf);
        assert_eq!(format_of("a.txt", "正文里提到%PDF-1.7".as_bytes()), Format::Text);
        assert_eq!(format_of("a.xls", b"<html><table></table></html>"), Format::Html);
        assert_eq!(format_of("a.csv", "规章,0,0,0\n许可,1,,\n".as_bytes()), Format::Delimited(b','));
        assert_eq!(format_of("a.dat", "规章\t0\t0\t0\n许可\t1\t\t\n".as_bytes()), Format::Delimited(b'\t'));
        assert_eq!(format_of("a.txt", "一、总体情况\n今年以来,我乡扎实推进。\n".as_bytes()), Format::Text);
        assert_eq!(format_of("a.xlsx", &[0, 1, 2, 3, 255, 254, 0, 0]), Format::Unknown);
    }

    #[test]
    fn kinds_that_are_not_read_have_their_names() {
        use std::io::Write;
        // Long enough that what follows is not within the first bytes.
        const LONG: &str = "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789\
            0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789";
        let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        let archive = |entries: &[(&str, &str)]| {
            let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
            for (name, content) in entries {
                archive.start_file(*name, stored).expect("an entry");
                archive.write_all(content.as_bytes()).expect("its bytes");
            }
            archive.finish().expect("an archive").into_inner()
        };
        for (entries, format) in [
            (&[("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", "")][..], Format::Odt),
            (&[("mimetype", "application/vnd.oasis.opendocument.spreadsheet-template")], Format::Ods),
            (&[("mimetype", "application/vnd.oasis.opendocument.graphics")], Format::Package),
            (&[("OFD.xml", ""), ("Doc_0/Document.xml", "")], Format::Ofd),
            (&[("[Content_Types].xml", ""), ("ppt/presentation.xml", "")], Format::Slides),
            (
                &[("content.xml", ""), ("mimetype", "application/vnd.oasis.opendocument.text"), ("styles.xml", LONG)],
                Format::Odt,
            ),
            (&[("甲山镇.txt", LONG), ("mimetype", "text/plain")], Format::Zip),
            (&[("甲山镇/OFD.xml", "")], Format::Zip),
            (&[("甲山镇.xlsx", ""), ("乙水乡.ofd", "")], Format::Zip),
        ] {
            assert_eq!(format_of("a", &archive(entries)), format, "{entries:?}");
        }
        for (text, format) in [
            (
                "MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n boundary=x\r\n\r\n<table></table>",
                Format::Mht,
            ),
            ("From: <Saved by Blink>\nSnapshot-Content-Location: https://a/\nSubject: x\n\n<html>", Format::Mht),
            ("From: a@example.com\nTo: b@example.com\nSubject: x\n\n正文", Format::Mail),
            ("To: b@example.com\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x", Format::Mail),
            ("From:甲山镇\n二、主动公开政府信息情况\n", Format::Text),
            ("<?xml version=\"1.0\"?><?mso-application progid=\"Word.Document\"?><w:wordDocument/>", Format::WordXml),
            ("<?xml version=\"1.0\"?><pkg:package xmlns:pkg=\"http://x/2006/xmlPackage\"/>", Format::WordXml),
            (
                "<?xml version=\"1.0\"?><office:document office:mimetype=\"application/vnd.oasis.opendocument.spreadsheet\"/>",
                Format::Fods,
            ),
            (
                "<?xml version=\"1.0\"?><office:document office:mimetype=\"application/vnd.oasis.opendocument.text\"/>",
                Format::Odt,
            ),
            (
                "<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"/>",
                Format::SpreadsheetXml,
            ),
            ("<?xml version=\"1.0\"?><!DOCTYPE html><html><table></table></html>", Format::Html),
            ("<xml xmlns:o=\"urn:x\"><o:MainFile/></xml>", Format::Xml),
            ("<?xml version=\"1.0\"?><ofd:OFD xmlns:ofd=\"http://www.ofdspec.org/2016\"/>", Format::Xml),
        ] {
            assert_eq!(format_of("a", text.as_bytes()), format, "{text}");
        }
    }

    #[test]
    fn an_archive_is_what_its_entries_are_called_not_what_they_hold() {
        use std::io::Write;
        let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        let archive = |name: &str| {
            let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
            archive.start_file(name, stored).expect("an entry");
            archive.write_all(b"xl/workbook.xml word/document.xml").expect("its bytes");
            archive.finish().expect("an archive").into_inner()
        };
        assert_eq!(format_of("a.zip", &archive("a.html")), Format::Zip);
        assert_eq!(format_of("a.zip", &archive("word/document.xml")), Format::Docx);
        let damaged = archive("xl/workbook.xml");
        assert_eq!(format_of("a.zip", &damaged[..damaged.len() - 30]), Format::Xlsx);
    }

    #[test]
    fn a_workbook_with_a_letter_embedded_is_a_workbook() {
        let file = |streams: [&str; 2]| {
            let mut file = cfb::CompoundFile::create(std::io::Cursor::new(Vec::new())).expect("a file");
            file.create_storage("/MBD0").expect("a storage");
            for stream in streams {
                file.create_stream(stream).expect("a stream");
            }
            file.flush().expect("written");
            file.into_inner().into_inner()
        };
        assert_eq!(format_of("a", &file(["/Workbook", "/MBD0/WordDocument"])), Format::Xls);
        assert_eq!(format_of("a", &file(["/WordDocument", "/MBD0/Workbook"])), Format::Doc);
        assert_eq!(format_of("a", &file(["/WpsCustomData", "/Text"])), Format::OldDoc);
        let cut = file(["/Workbook", "/other"]);
        assert_eq!(format_of("a", &[&cut[..512], &cut[1024..]].concat()), Format::Xls);
    }
}
