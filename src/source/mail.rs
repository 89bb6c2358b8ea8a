//! Mails and saved pages (MHTML): the parts of a MIME message, and the attachments of a mail.

use std::borrow::Cow;

use encoding_rs::{Encoding as Charset, GB18030, GBK};
use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{Encoding, Message, MessageParser, MessagePart, MimeHeaders, PartType};

use super::{ArchiveContent, ArchiveEntry, ExtractError, Limit, Limits};

/// A part of a saved page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PagePart {
    /// Its type, such as `text/html`, in lower case.
    pub kind: String,
    /// The address it was saved from, or its content id; empty if the message has neither.
    pub location: String,
    /// Its bytes. Text is converted to UTF-8 if it is valid in its stated encoding.
    pub bytes: Vec<u8>,
}

/// Fewest table rows of a mail's text that make it a report even if files are attached: a signature has fewer.
const MIN_TABLE_ROWS: usize = 10;

/// Returns the parts of a saved page, in their order.
///
/// # Errors
/// `ExtractError`, where the bytes are no message or have more parts than the limits allow.
pub fn page_parts(bytes: &[u8], limits: &Limits) -> Result<Vec<PagePart>, ExtractError> {
    let message = parse(bytes, limits)?;
    let parts = message.parts.iter().filter(|part| !matches!(part.body, PartType::Multipart(_)));
    let page_part = |part: &MessagePart<'_>| PagePart {
        kind: kind(part),
        location: part.content_location().or(part.content_id()).unwrap_or_default().to_owned(),
        bytes: contents(&message, part),
    };
    Ok(parts.map(page_part).collect())
}

/// Extracts the attachments of a mail. Its text becomes a file too if it has a table or nothing is attached; otherwise
/// it is left aside. Pictures shown in the text are left aside.
///
/// # Errors
/// `ExtractError`, where the bytes are no mail or have more parts than the limits allow.
pub fn unpack_mail(bytes: &[u8], limits: &Limits) -> Result<ArchiveContent, ExtractError> {
    let message = parse(bytes, limits)?;
    let mut unpacked = ArchiveContent::default();
    let mut rest = limits.archive;
    let (mut attached, mut bodies) = (Vec::new(), Vec::new());
    for (id, part) in (0_u32..).zip(&message.parts) {
        let is_text = matches!(part.body, PartType::Text(_) | PartType::Html(_)) && part.attachment_name().is_none();
        if matches!(part.body, PartType::Multipart(_)) {
        } else if is_text && message.html_body.contains(&id) {
            bodies.push(part);
        } else if is_text && message.text_body.contains(&id) {
            // The plain-text version of the same text.
        } else {
            let name = attachment_name(part, attached.len() + 1);
            if is_of_text(part) || super::is_aside(&name) {
                unpacked.left_aside.push(name);
            } else {
                attached.push((name, contents(&message, part)));
            }
        }
    }
    let mut texts = Vec::new();
    for part in bodies {
        let bytes = contents(&message, part);
        let is_page = matches!(part.body, PartType::Html(_));
        let name = if is_page { "正文.html" } else { "正文.txt" };
        let rows = bytes.windows(3).filter(|tag| tag.eq_ignore_ascii_case(b"<tr")).count();
        let is_report = attached.is_empty() || is_page && rows >= MIN_TABLE_ROWS;
        if is_report && !bytes.trim_ascii().is_empty() {
            texts.push((name.to_owned(), bytes));
        } else {
            unpacked.left_aside.push(name.to_owned());
        }
    }
    attached.append(&mut texts);
    attached.sort_by(|(a, _), (b, _)| a.cmp(b));
    for (name, bytes) in attached {
        let left = rest.checked_sub(bytes.len() as u64);
        rest = left.unwrap_or(0);
        let bytes = if left.is_some() { Ok(bytes) } else { Err(ExtractError::Exceeded(Limit::Archive)) };
        unpacked.entries.push(ArchiveEntry { name, bytes });
    }
    unpacked.size = limits.archive - rest;
    Ok(unpacked)
}

fn parse<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Message<'a>, ExtractError> {
    let start = bytes.len() - bytes.trim_ascii_start().len();
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes[start..]);
    let message = MessageParser::default().parse(bytes);
    let message = message.ok_or_else(|| ExtractError::Damaged("no message".to_owned()))?;
    limits.allow(Limit::Entries, message.parts.len() as u64).map_err(ExtractError::Exceeded)?;
    Ok(message)
}

fn kind(part: &MessagePart<'_>) -> String {
    let Some(content_type) = part.content_type() else { return "text/plain".to_owned() };
    format!("{}/{}", content_type.ctype(), content_type.subtype().unwrap_or_default()).to_ascii_lowercase()
}

/// Returns the decoded content of a part. The library's own text cannot be used: it has replacement characters where a
/// byte sequence is not in the stated encoding.
fn contents(message: &Message<'_>, part: &MessagePart<'_>) -> Vec<u8> {
    let raw = message.raw_message.get(part.offset_body as usize..part.offset_end as usize).unwrap_or_default();
    let bytes: Option<Vec<u8>> = match part.encoding {
        Encoding::None => Some(raw.to_vec()),
        Encoding::QuotedPrintable => quoted_printable_decode(raw),
        Encoding::Base64 => base64_decode(raw),
    };
    let bytes = bytes.unwrap_or_else(|| part.contents().to_vec());
    let is_text = matches!(part.body, PartType::Text(_) | PartType::Html(_));
    let charset = part.content_type().and_then(|content_type| content_type.attribute("charset"));
    let charset = charset.filter(|_| is_text).and_then(|charset| Charset::for_label(charset.as_bytes()));
    // GB18030 is a superset of GBK and GB 2312, and pages that state one of those often use characters beyond it.
    let charset = charset.map(|charset| if charset == GBK { GB18030 } else { charset });
    let text = charset.and_then(|charset| charset.decode_without_bom_handling_and_without_replacement(&bytes));
    match text {
        Some(Cow::Owned(text)) => text.into_bytes(),
        _ => bytes,
    }
}

/// Returns whether a part is a picture shown in the text of a mail.
fn is_of_text(part: &MessagePart<'_>) -> bool {
    let is_shown =
        part.content_id().is_some() || part.content_disposition().is_some_and(mail_parser::ContentType::is_inline);
    let is_attached = part.content_disposition().is_some_and(mail_parser::ContentType::is_attachment);
    kind(part).starts_with("image/") && is_shown && !is_attached
}

/// Returns the file name of an attachment, without folders. One without a name is named by its number.
fn attachment_name(part: &MessagePart<'_>, number: usize) -> String {
    let subject = match &part.body {
        PartType::Message(message) => message.subject().map(|subject| format!("{subject}.eml")),
        _ => None,
    };
    let name = part.attachment_name().map(str::to_owned).or(subject).unwrap_or_default();
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last.chars().filter(|c| !c.is_control()).collect();
    let name = name.trim();
    if matches!(name, "" | "." | "..") { format!("附件{number}") } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: &str = "From: a@example.com\r\nTo: b@example.com\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n\
        --b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n请查收。\r\n\
        --b\r\nContent-Type: application/octet-stream; name=\"=?gb2312?B?vNfJvdXyLmNzdg==?=\"\r\n\
        Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment\r\n\r\nMSwyCg==\r\n\
        --b\r\nContent-Type: text/csv; charset=gbk\r\nContent-Transfer-Encoding: quoted-printable\r\n\
        Content-Disposition: attachment; filename*=utf-8''..%2F%E4%B9%99.csv\r\n\r\n=D2=D2,1=\r\n2\r\n\
        --b\r\nContent-Type: image/png; name=\"logo.png\"\r\nContent-ID: <x>\r\nContent-Disposition: inline\r\n\r\nx\r\n\
        --b--\r\n";

    fn entries(mail: &str, limits: &Limits) -> Vec<(String, Result<String, ExtractError>)> {
        let unpacked = unpack_mail(mail.as_bytes(), limits).expect("a mail");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        unpacked.entries.into_iter().map(|entry| (entry.name, entry.bytes.map(text))).collect()
    }

    #[test]
    fn attachments_are_files_and_a_greeting_is_none() {
        let read = entries(MAIL, &Limits::default());
        let expected =
            [("乙.csv".to_owned(), Ok("乙,12".to_owned())), ("甲山镇.csv".to_owned(), Ok("1,2\n".to_owned()))];
        assert_eq!(read.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["乙.csv", "甲山镇.csv"]);
        for ((_, own), (_, text)) in read.iter().zip(&expected) {
            assert_eq!(own.as_deref().map(str::trim), text.as_deref().map(str::trim));
        }
        let aside = unpack_mail(MAIL.as_bytes(), &Limits::default()).expect("a mail").left_aside;
        assert_eq!(aside, ["logo.png", "正文.txt"]);
    }

    #[test]
    fn a_text_with_nothing_attached_or_with_a_table_is_a_file() {
        let alone = "From: a\r\nTo: b\r\nSubject: c\r\n\r\n甲山镇年报\r\n";
        assert_eq!(entries(alone, &Limits::default()).len(), 1);
        let page = format!("<table>{}</table>", "<tr><td>1</td></tr>".repeat(MIN_TABLE_ROWS));
        let with_table = MAIL.replace("text/plain", "text/html").replace("请查收。", &page);
        let names: Vec<String> = entries(&with_table, &Limits::default()).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["乙.csv", "正文.html", "甲山镇.csv"]);
    }

    #[test]
    fn a_mail_keeps_within_the_limits() {
        let with = |entries| unpack_mail(MAIL.as_bytes(), &Limits { entries, ..Limits::default() }).map(|_| ());
        assert_eq!(with(5), Ok(()));
        assert_eq!(with(4), Err(ExtractError::Exceeded(Limit::Entries)));
        let taken = |archive| {
            let read = entries(MAIL, &Limits { archive, ..Limits::default() });
            read.into_iter().filter(|(_, bytes)| bytes.is_ok()).count()
        };
        assert_eq!([taken(5), taken(6)], [0, 1]);
        assert_eq!(taken(1 << 10), 2);
    }
}
