//! Messages in Chinese and English, and translations of system and TOML errors.

use std::fmt::Display;
use std::io::{self, ErrorKind};

/// A language of the program's output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// Chinese.
    #[default]
    Chinese,
    /// English.
    English,
}

/// A sentence in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// Windows error codes for a file in use by another program.
const IN_USE: [i32; 3] = [32, 33, 1224];

impl Message {
    /// Creates a message from its two wordings.
    #[must_use]
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// Returns the sentence in one language.
    #[must_use]
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::Chinese => &self.zh,
            Language::English => &self.en,
        }
    }

    /// Returns the message with its subject in front: a file's name or a line.
    #[must_use]
    pub fn about(self, what: impl Display) -> Self {
        Self { zh: format!("{what}：{}", self.zh), en: format!("{what}: {}", self.en) }
    }

    /// Describes a system error with a file or folder. The system's own text is in the language of the system, so it is
    /// used only for kinds not listed here, and in English only: the Chinese text then has the error number.
    #[must_use]
    pub fn of_system(error: &io::Error) -> Self {
        let raw = error.raw_os_error();
        if cfg!(windows) && raw.is_some_and(|raw| IN_USE.contains(&raw)) {
            return Self::new("文件正在被另一个程序使用，请先关闭", "it is in use by another program; close it first");
        }
        let (zh, en) = match error.kind() {
            ErrorKind::NotFound => ("没有这个文件或文件夹", "there is no such file or folder"),
            ErrorKind::PermissionDenied => ("没有权限", "permission is denied"),
            ErrorKind::AlreadyExists => ("已有同名的文件或文件夹", "there is one of that name already"),
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => ("磁盘空间不足", "the disk is full"),
            ErrorKind::ReadOnlyFilesystem => ("磁盘是只读的", "the disk is read-only"),
            ErrorKind::NotADirectory => ("路径中有一部分不是文件夹", "a part of the path is no folder"),
            ErrorKind::IsADirectory => ("这是文件夹，不是文件", "it is a folder and no file"),
            ErrorKind::InvalidFilename => ("文件名太长或含有不允许的字符", "the name is too long or not allowed"),
            ErrorKind::ResourceBusy | ErrorKind::ExecutableFileBusy => ("正在被使用", "it is in use"),
            ErrorKind::UnexpectedEof => ("内容不完整", "it ends too early"),
            ErrorKind::InvalidData => ("内容无法识别", "its content is not understood"),
            ErrorKind::TimedOut => ("等待过久", "it took too long"),
            _ => {
                let number = raw.map_or_else(String::new, |raw| raw.to_string());
                return Self::new(format!("系统报告错误 {number}").trim(), format!("the system says: {error}"));
            }
        };
        Self::new(zh, en)
    }

    /// Describes an error in a TOML file, with its line, counted from one.
    #[must_use]
    pub fn of_toml(error: &toml::de::Error, text: &str) -> Self {
        let line = error.span().map(|span| 1 + text[..span.start.min(text.len())].matches('\n').count());
        let said = error.message().lines().next().unwrap_or_default();
        let quoted = said.split('`').nth(1).unwrap_or_default();
        let zh = if said.starts_with("unknown field") {
            format!("没有名为“{quoted}”的设置项")
        } else if said.starts_with("missing field") {
            format!("缺少设置项“{quoted}”")
        } else if said.starts_with("duplicate") {
            "同一设置项写了两次".to_owned()
        } else if said.starts_with("invalid type") || said.starts_with("invalid value") {
            "设置项的值类型不对".to_owned()
        } else {
            "写法不对，请对照说明检查引号、等号和方括号".to_owned()
        };
        match line {
            Some(line) => Self::new(format!("第{line}行：{zh}"), format!("line {line}: {said}")),
            None => Self::new(zh, said),
        }
    }
}

/// Writes the English text, which developers read in a chain of causes.
impl Display for Message {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.en)
    }
}

impl std::error::Error for Message {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn system_errors_are_translated() {
        let gone = std::fs::read("no/such/file").expect_err("there is none");
        let said = Message::of_system(&gone);
        assert_eq!((said.zh.as_str(), said.en.as_str()), ("没有这个文件或文件夹", "there is no such file or folder"));
        let odd = Message::of_system(&io::Error::from_raw_os_error(9999));
        assert!(odd.zh.contains("9999") && odd.zh.starts_with("系统"), "{odd:?}");
    }

    #[test]
    fn toml_errors_have_their_line() {
        #[derive(Debug, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct YearSettings {
            #[serde(rename = "year")]
            _year: u16,
        }
        let said = |text: &str| Message::of_toml(&toml::from_str::<YearSettings>(text).expect_err("wrong"), text).zh;
        assert_eq!(said("year = 2024\nyaer = 2024"), "第2行：没有名为“yaer”的设置项");
        assert_eq!(said("year = \"x\""), "第1行：设置项的值类型不对");
        assert_eq!(said("year"), "第1行：写法不对，请对照说明检查引号、等号和方括号");
        assert!(said("").contains("缺少设置项“year”"));
    }
}
