//! File formats.

/// A file format, including those that are only recognised and not read.
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
    /// An Office file protected by a password.
    Encrypted,
    /// Word 2007 document.
    Docx,
    /// Word 97 document (doc; also what WPS saves as wps).
    Doc,
    /// Text document of Word before 97, or of WPS before it used Word's format.
    OldDoc,
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
    /// OFD, the national format of fixed pages (GB/T 33190).
    Ofd,
    /// `OpenDocument` text, zipped or as one XML file.
    Odt,
    /// `OpenDocument` spreadsheet as one XML file.
    Fods,
    /// A Word document as one XML file (Word 2003, or the parts of a docx in one).
    WordXml,
    /// A web page with its parts in one file (MHTML).
    Mht,
    /// A mail message.
    Mail,
    /// Slides.
    Slides,
    /// An e-book, a drawing or another package that is not an archive of submissions.
    Package,
    /// Any other XML file.
    Xml,
    /// A zip archive that is none of the above.
    Zip,
    /// A 7z archive.
    SevenZip,
    /// A tar archive.
    Tar,
    /// A file or tar archive compressed with gzip.
    Gzip,
    /// A rar archive, for which no free code exists.
    OtherArchive,
    /// A damaged or foreign compound file.
    Compound,
    /// None of these.
    Unknown,
}

impl Format {
    /// Returns the English name of the format, for messages.
    #[must_use]
    pub fn english(self) -> &'static str {
        match self {
            Self::Empty => "empty file",
            Self::Encrypted => "encrypted Office file",
            Self::OldDoc => "doc or wps of Word 95 and before",
            Self::SpreadsheetXml => "XML spreadsheet of 2003",
            Self::Text => "text",
            Self::Picture => "picture",
            Self::WordXml => "XML document of Word",
            Self::Mht => "saved web page",
            Self::Mail => "mail",
            Self::Slides => "slides",
            Self::Package => "package of another program",
            Self::Compound => "OLE compound file",
            Self::Unknown => "unknown kind",
            other => other.word(),
        }
    }

    /// Returns the Chinese name of the format, as offices use it.
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
            Self::OldDoc => "Word 95 以前的 doc/wps",
            Self::Html => "html",
            Self::SpreadsheetXml => "XML 表格（2003）",
            Self::Text => "文本",
            Self::Pdf => "PDF",
            Self::Picture => "图片",
            Self::Rtf => "rtf",
            Self::Ofd => "OFD",
            Self::Odt => "odt",
            Self::Fods => "fods",
            Self::WordXml => "Word XML 文档",
            Self::Mht => "mht 网页",
            Self::Mail => "邮件",
            Self::Slides => "演示文稿",
            Self::Package => "其他程序的文件包",
            Self::Xml => "XML",
            Self::Zip => "zip",
            Self::SevenZip => "7z",
            Self::Tar => "tar",
            Self::Gzip => "gz",
            Self::OtherArchive => "rar",
            Self::Compound => "OLE 复合文件",
            Self::Unknown => "未知格式",
        }
    }
}
