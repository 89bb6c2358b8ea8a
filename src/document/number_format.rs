//! Number formats of workbooks: how they display a stored number. After ECMA-376 part 1, 18.8.31.

use compact_str::CompactString;

/// How a number format displays a number, if it does not show just that number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DisplayedNumber {
    /// A date or a time.
    Date,
    /// Nothing, or a text in place of the number.
    Nothing,
    /// The number with its decimal point moved, and with text around it.
    Altered {
        /// Digits by which the point is moved to the right; negative for the left.
        power: i8,
        /// Text before the number.
        before: CompactString,
        /// Text after the number.
        after: CompactString,
    },
}

/// Returns how a format displays a number; `None` if it shows just that number. A zero that is hidden or shown as a
/// dash is still a zero.
pub(super) fn shown(format: &str, value: f64) -> Option<DisplayedNumber> {
    let sections: Vec<FormatSection> = sections(format);
    let section = section_for(&sections, value)?;
    section.shown(value < 0.0).filter(|shown| value != 0.0 || *shown != DisplayedNumber::Nothing)
}

/// Returns whether a format shows every number unchanged.
pub(super) fn is_plain(format: &str) -> bool {
    let has_condition = ["[<", "[>", "[="].iter().any(|condition| format.contains(condition));
    let is_plain = |value: &f64| match shown(format, *value) {
        None => true,
        // Negative numbers have no date.
        Some(DisplayedNumber::Date) => *value < 0.0,
        Some(_) => false,
    };
    !has_condition && [1.0, -1.0, 0.0].iter().all(is_plain)
}

/// A section of a format, which applies to some numbers.
#[derive(Debug, Default)]
struct FormatSection {
    condition: Option<(String, f64)>,
    tokens: Vec<FormatToken>,
    is_date: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FormatToken {
    Digit,
    Point,
    Comma,
    Percent,
    /// A number in the program's default form.
    General,
    /// A placeholder for text.
    At,
    /// The line of a fraction or the letter of an exponent.
    Notation,
    Literal(char),
}

/// Letters of date formats, outside quotes.
const DATE_LETTERS: &str = "ymdhsYMDHS";
/// Names of the general format, in English and Chinese.
const GENERAL: [&str; 2] = ["General", "G/通用格式"];

fn sections(format: &str) -> Vec<FormatSection> {
    let mut sections = vec![FormatSection::default()];
    let mut rest = format;
    while let Some(c) = rest.chars().next() {
        let Some(section) = sections.last_mut() else { return sections };
        if let Some(general) = GENERAL.iter().find(|general| rest.starts_with(**general)) {
            section.tokens.push(FormatToken::General);
            rest = &rest[general.len()..];
            continue;
        }
        let behind = &rest[c.len_utf8()..];
        rest = behind;
        match c {
            ';' => sections.push(FormatSection::default()),
            '"' => {
                let (text, after) = behind.split_once('"').unwrap_or((behind, ""));
                section.tokens.extend(text.chars().map(FormatToken::Literal));
                rest = after;
            }
            '\\' | '!' => {
                section.tokens.extend(behind.chars().next().map(FormatToken::Literal));
                rest = without_first(behind);
            }
            // `_` inserts a space as wide as the next character; `*` fills the cell with it.
            '_' | '*' => rest = without_first(behind),
            '[' => {
                let (inner, after) = behind.split_once(']').unwrap_or((behind, ""));
                section.bracket(inner);
                rest = after;
            }
            '0' | '#' | '?' => section.tokens.push(FormatToken::Digit),
            '.' => section.tokens.push(FormatToken::Point),
            ',' => section.tokens.push(FormatToken::Comma),
            '%' => section.tokens.push(FormatToken::Percent),
            '@' => section.tokens.push(FormatToken::At),
            '/' => section.tokens.push(FormatToken::Notation),
            'E' | 'e' if behind.starts_with(['+', '-']) => {
                section.tokens.push(FormatToken::Notation);
                rest = without_first(behind);
            }
            c if DATE_LETTERS.contains(c) || c == 'e' => section.is_date = true,
            c => section.tokens.push(FormatToken::Literal(c)),
        }
    }
    sections
}

fn without_first(text: &str) -> &str {
    let mut rest = text.chars();
    rest.next();
    rest.as_str()
}

/// Returns the section that applies to a number.
fn section_for(sections: &[FormatSection], value: f64) -> Option<&FormatSection> {
    let holds = |section: &&FormatSection| {
        let (operator, bound) = section.condition.as_ref()?;
        let is_equal = value.total_cmp(bound).is_eq();
        Some(match operator.as_str() {
            "<" => value < *bound,
            "<=" => value <= *bound,
            ">" => value > *bound,
            ">=" => value >= *bound,
            "<>" => !is_equal,
            _ => is_equal,
        })
    };
    if sections.iter().any(|section| section.condition.is_some()) {
        let chosen = sections.iter().find(|section| holds(section) == Some(true));
        return chosen.or_else(|| sections.iter().rfind(|section| section.condition.is_none()));
    }
    let at = if value < 0.0 { 1 } else { 2 * usize::from(value == 0.0) };
    sections.get(at).filter(|_| sections.len() > at).or(sections.first())
}

impl FormatSection {
    /// Reads the content of square brackets: a condition, a colour, a currency or an elapsed time.
    fn bracket(&mut self, inner: &str) {
        let operator: String = inner.chars().take_while(|c| matches!(c, '<' | '>' | '=')).collect();
        if !operator.is_empty() {
            self.condition = inner[operator.len()..].trim().parse().ok().map(|bound| (operator, bound));
        } else if let Some(currency) = inner.strip_prefix('$') {
            let sign = currency.split('-').next().unwrap_or("");
            self.tokens.extend(sign.chars().map(FormatToken::Literal));
        } else if inner.len() <= 2 && inner.chars().all(|c| DATE_LETTERS.contains(c)) {
            self.is_date |= !inner.is_empty();
        }
    }

    fn shown(&self, is_negative: bool) -> Option<DisplayedNumber> {
        let is_number = |token: &FormatToken| matches!(token, FormatToken::Digit | FormatToken::General);
        if self.is_date {
            return Some(DisplayedNumber::Date);
        }
        if self.tokens.contains(&FormatToken::Notation) || self.tokens.contains(&FormatToken::At) {
            return None;
        }
        let (Some(first), Some(last)) =
            (self.tokens.iter().position(is_number), self.tokens.iter().rposition(is_number))
        else {
            return Some(DisplayedNumber::Nothing);
        };
        let percents = self.tokens.iter().filter(|token| **token == FormatToken::Percent).count();
        let power = i8::try_from(2 * percents).ok()? + self.scale(last);
        let text = |tokens: &[FormatToken]| {
            let literal = |token: &FormatToken| match token {
                FormatToken::Literal(c) => Some(*c),
                FormatToken::Percent => Some('%'),
                _ => None,
            };
            // Currency signs, signs and brackets are usual around any number.
            let text: String = tokens.iter().filter_map(literal).collect();
            CompactString::from(text.trim_matches(|c: char| c.is_whitespace() || "()（）¥￥$+".contains(c)))
        };
        let (before, within, after) =
            (text(&self.tokens[..first]), text(&self.tokens[first..=last]), text(&self.tokens[last + 1..]));
        let is_negative_sign = is_negative && before == "-" && power == 0 && within.is_empty() && after.is_empty();
        let after =
            if within.is_empty() || within == "." && power < 0 { after } else { format!("{within}{after}").into() };
        if power == 0 && after.is_empty() && (before.is_empty() || is_negative_sign) {
            return None;
        }
        Some(DisplayedNumber::Altered { power, before, after })
    }

    /// Returns the digits by which the point is moved. Each comma after the last digit, or directly before the point,
    /// moves it three to the left. If the point is literal text, the digits after it count too.
    fn scale(&self, last: usize) -> i8 {
        let is_comma = |token: &&FormatToken| **token == FormatToken::Comma;
        let point = self.tokens.iter().position(|token| *token == FormatToken::Point);
        let behind_last = self.tokens[last + 1..].iter().take_while(is_comma).count();
        let before_point = point
            .filter(|point| *point < last)
            .map_or(0, |point| self.tokens[..point].iter().rev().take_while(is_comma).count());
        let thousands = 3 * (behind_last + before_point);
        let text_point =
            self.tokens.iter().position(|token| *token == FormatToken::Literal('.')).filter(|_| point.is_none());
        let digits = text_point
            .filter(|at| self.tokens[..*at].contains(&FormatToken::Digit))
            .map_or(0, |at| self.tokens[at..].iter().filter(|token| **token == FormatToken::Digit).count());
        -i8::try_from(thousands + digits).unwrap_or(i8::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shows_a_number_as_it_is_is_plain() {
        for format in [
            "General",
            "0",
            "0.00",
            "#,##0",
            "#,##0.00_);(#,##0.00)",
            "_ * #,##0_ ;_ * -#,##0_ ;_ * \"-\"_ ;_ @_ ",
            "0;-0;;@",
            "0_ ",
            "@",
            "¥#,##0.00",
            "[$¥-804]#,##0",
            "[Red]0",
            "0.00E+00",
            "# ?/?",
            "G/通用格式",
            "0.00;[Red]0.00",
            "[DBNum1]0",
            "#,##0;-#,##0",
        ] {
            assert!(is_plain(format), "{format} {:?}", shown(format, 1.0));
        }
        for format in [
            "0%",
            "0.0,",
            "#,##0,",
            "0!.0,",
            "0\"元\"",
            ";;;",
            "\"保密\"",
            "yyyy/m/d",
            "h:mm",
            "0\"件\"",
            "-0",
            "[h]:mm",
            "[>=10000]0!.0,\"万\";0",
            "0.00;0.00%",
        ] {
            assert!(!is_plain(format), "{format}");
        }
    }

    #[test]
    fn a_format_moves_the_point_and_adds_text() {
        let altered = |format: &str, value: f64| match shown(format, value) {
            Some(DisplayedNumber::Altered { power, before, after }) => (power, before.to_string(), after.to_string()),
            other => panic!("{format}: {other:?}"),
        };
        let of = |power: i8, after: &str| (power, String::new(), after.to_owned());
        assert_eq!(altered("0!.0,", 35000.0), of(-4, ""));
        assert_eq!(altered("0\\.0,", 35000.0), of(-4, ""));
        assert_eq!(altered("#!.0000", 35000.0), of(-4, ""));
        assert_eq!(altered("0\".\"0,\"万元\"", 35000.0), of(-4, "万元"));
        assert_eq!(altered("#,##0,", 35000.0), of(-3, ""));
        assert_eq!(altered("#,##0.00,,", 35000.0), of(-6, ""));
        assert_eq!(altered("0,.0", 35000.0), of(-3, ""));
        assert_eq!(altered("0.0,\"千\"", 35000.0), of(-3, "千"));
        assert_eq!(altered("0\"元\"", 35000.0), of(0, "元"));
        assert_eq!(altered("General\"元\"", 35000.0), of(0, "元"));
        assert_eq!(altered("0.00%", 0.5), of(2, "%"));
        assert_eq!(altered("[>=10000]0!.0,\"万元\";0\"元\"", 35000.0), of(-4, "万元"));
        assert_eq!(altered("[>=10000]0!.0,\"万元\";0\"元\"", 350.0), of(0, "元"));
        assert_eq!(altered("\"约\"0", 3.0), (0, "约".to_owned(), String::new()));
        assert_eq!(altered("000-0000", 3.0), of(0, "-"));
        assert_eq!(shown(";;;", 3.0), Some(DisplayedNumber::Nothing));
        assert_eq!(shown(";;;", 0.0), None);
        assert_eq!(shown("0;;", -1.0), Some(DisplayedNumber::Nothing));
        assert_eq!(shown("yyyy\"年\"m\"月\"", 3.0), Some(DisplayedNumber::Date));
        assert_eq!(shown("0;-0", -3.0), None);
    }
}
