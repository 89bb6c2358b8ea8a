//! What a file is, by its content.

use std::borrow::Cow;

use super::archive::Archive;
use super::charset::decode;
use super::compound::{Compound, SIGNATURE};
use super::delimited;

/// The formats told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// No bytes at all.
    Empty,
    /// Excel 2007 workbook (xlsx, xlsm; also what WPS saves as et today).
    Xlsx,
    /// Excel 2007 binary workbook.
    Xlsb,
    /// Excel 97 workbook (xls; also what older WPS saved as et).
    Xls,
    /// `OpenDocument` spreadsheet.
    Ods,
    /// Text with this delimiter.
    Delimited(u8),
    /// An Office file behind a password.
    Encrypted,
    /// Word 2007 document.
    Docx,
    /// Word 97 or WPS text document.
    Doc,
    /// A web page.
    Html,
    /// A workbook as XML of 2003.
    SpreadsheetXml,
    /// Running text.
    Text,
    /// PDF.
    Pdf,
    /// A picture.
    Picture,
    /// Rich text.
    Rtf,
    /// A zip archive that is none of the above.
    Zip,
    /// A rar or 7z archive.
    OtherArchive,
    /// A damaged or foreign compound file.
    Compound,
    /// None of these.
    Unknown,
}

impl Format {
    /// What an office calls it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Empty => "空文件",
            Self::Xlsx => "xlsx",
            Self::Xlsb => "xlsb",
            Self::Xls => "xls",
            Self::Ods => "ods",
            Self::Delimited(b'\t') => "tsv",
            Self::Delimited(_) => "csv",
            Self::Encrypted => "加密的 Office 文件",
            Self::Docx => "docx",
            Self::Doc => "doc/wps",
            Self::Html => "html",
            Self::SpreadsheetXml => "XML 表格（2003）",
            Self::Text => "文本",
            Self::Pdf => "PDF",
            Self::Picture => "图片",
            Self::Rtf => "rtf",
            Self::Zip => "zip",
            Self::OtherArchive => "rar/7z",
            Self::Compound => "OLE 复合文件",
            Self::Unknown => "未知格式",
        }
    }
}

/// Tells the format of `bytes`; `name` decides only between delimited and running text, where content cannot.
pub(super) fn format_of(name: &str, bytes: &[u8]) -> Format {
    const SIGNATURES: [(&[u8], Format); 9] = [
        (b"%PDF", Format::Pdf),
        (b"\x89PNG", Format::Picture),
        (b"\xFF\xD8\xFF", Format::Picture),
        (b"GIF8", Format::Picture),
        (b"BM6", Format::Picture),
        (b"{\\rtf", Format::Rtf),
        (b"Rar!", Format::OtherArchive),
        (b"7z\xBC\xAF", Format::OtherArchive),
        (b"\x1F\x8B", Format::OtherArchive),
    ];
    if bytes.is_empty() {
        return Format::Empty;
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return zip_format(bytes);
    }
    if bytes.starts_with(SIGNATURE) {
        return compound_format(bytes);
    }
    match SIGNATURES.iter().find(|(signature, _)| bytes.starts_with(signature)) {
        Some((_, format)) => *format,
        None => text_format(name, bytes),
    }
}

/// What a zip file is, by the names of its entries; in one whose directory is lost they stand in the clear.
fn zip_format(bytes: &[u8]) -> Format {
    const ODS: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";
    if contains(&bytes[..bytes.len().min(200)], ODS) {
        return Format::Ods;
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
    if has("xl/workbook.bin") {
        Format::Xlsb
    } else if has("xl/") {
        Format::Xlsx
    } else if has("word/") {
        Format::Docx
    } else {
        Format::Zip
    }
}

/// What a compound file is, by its own streams and not those of what is embedded in it; in one whose directory cannot
/// be read their names stand in the clear, in UTF-16.
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
    } else {
        Format::Compound
    }
}

fn text_format(name: &str, bytes: &[u8]) -> Format {
    let head = decode(&bytes[..bytes.len().min(4096)]);
    let Some(head) = head else {
        return Format::Unknown;
    };
    let start = head.trim_start().to_lowercase();
    if start.starts_with("<?xml") && start.contains("spreadsheet") || start.starts_with("<workbook") {
        return Format::SpreadsheetXml;
    }
    if start.starts_with('<')
        && ["<html", "<!doctype html", "<table", "<body", "<div", "<p"].iter().any(|tag| start.contains(tag))
    {
        return Format::Html;
    }
    let Some(text) = decode(bytes) else {
        return Format::Unknown;
    };
    // Markdown may hold its tables as a page does.
    let lower = text.to_ascii_lowercase();
    if lower.contains("<table") && lower.contains("</table>") {
        return Format::Html;
    }
    match delimited::delimiter_of(&text, name) {
        Some(delimiter) => Format::Delimited(delimiter),
        None => Format::Text,
    }
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
        assert_eq!(format_of("a.xls", b"<html><table></table></html>"), Format::Html);
        assert_eq!(format_of("a.csv", "规章,0,0,0\n许可,1,,\n".as_bytes()), Format::Delimited(b','));
        assert_eq!(format_of("a.dat", "规章\t0\t0\t0\n许可\t1\t\t\n".as_bytes()), Format::Delimited(b'\t'));
        assert_eq!(format_of("a.txt", "一、总体情况\n今年以来,我乡扎实推进。\n".as_bytes()), Format::Text);
        assert_eq!(format_of("a.xlsx", &[0, 1, 2, 3, 255, 254, 0, 0]), Format::Unknown);
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
        let cut = file(["/Workbook", "/other"]);
        assert_eq!(format_of("a", &[&cut[..512], &cut[1024..]].concat()), Format::Xls);
    }
}
