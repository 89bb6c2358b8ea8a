//! Units of money as they occur in amounts and headings.

use rust_decimal::Decimal;

use super::is_space;

/// A unit of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
pub enum MoneyUnit {
    /// Yuan.
    #[serde(rename = "元")]
    Yuan,
    /// A hundred yuan.
    #[serde(rename = "百元")]
    HundredYuan,
    /// A thousand yuan.
    #[serde(rename = "千元")]
    ThousandYuan,
    /// Ten thousand yuan.
    #[serde(rename = "万元")]
    TenThousandYuan,
    /// A hundred thousand yuan.
    #[serde(rename = "十万元")]
    HundredThousandYuan,
    /// A million yuan.
    #[serde(rename = "百万元")]
    MillionYuan,
    /// Ten million yuan.
    #[serde(rename = "千万元")]
    TenMillionYuan,
    /// A hundred million yuan.
    #[serde(rename = "亿元")]
    HundredMillionYuan,
}

impl MoneyUnit {
    /// All units, sorted so that a unit comes before every other with a word that is a suffix of its own.
    const ALL: [Self; 8] = [
        Self::HundredThousandYuan,
        Self::MillionYuan,
        Self::TenMillionYuan,
        Self::HundredMillionYuan,
        Self::TenThousandYuan,
        Self::ThousandYuan,
        Self::HundredYuan,
        Self::Yuan,
    ];

    /// Returns the Chinese word for the unit.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Yuan => "元",
            Self::HundredYuan => "百元",
            Self::ThousandYuan => "千元",
            Self::TenThousandYuan => "万元",
            Self::HundredThousandYuan => "十万元",
            Self::MillionYuan => "百万元",
            Self::TenMillionYuan => "千万元",
            Self::HundredMillionYuan => "亿元",
        }
    }

    /// Returns the exponent of ten that gives the unit in yuan.
    fn power(self) -> u32 {
        match self {
            Self::Yuan => 0,
            Self::HundredYuan => 2,
            Self::ThousandYuan => 3,
            Self::TenThousandYuan => 4,
            Self::HundredThousandYuan => 5,
            Self::MillionYuan => 6,
            Self::TenMillionYuan => 7,
            Self::HundredMillionYuan => 8,
        }
    }

    /// Returns the text before the unit at its end, and the unit. Foreign currencies (`美元`) give `None`.
    #[must_use]
    pub fn split_from(text: &str) -> Option<(&str, Self)> {
        let found = Self::ALL.iter().find_map(|unit| Some((text.strip_suffix(unit.word())?, *unit)))?;
        let is_foreign = ["美", "欧", "日", "港", "加", "澳", "新", "单", "公", "亿", "十"];
        (!is_foreign.iter().any(|word| found.0.ends_with(word))).then_some(found)
    }

    /// Returns the first unit of money that a text names.
    #[must_use]
    pub fn named_in(text: &str) -> Option<Self> {
        let text: String = text.chars().filter(|c| !is_space(*c)).collect();
        let ends = text.match_indices(Self::Yuan.word()).map(|(at, word)| &text[..at + word.len()]);
        let mut units = ends.filter_map(Self::split_from).map(|(_, unit)| unit);
        units.next()
    }

    /// Converts `value` from this unit to `other`, exactly; `None` if the result has too many digits.
    #[must_use]
    pub fn convert(self, value: Decimal, other: Self) -> Option<Decimal> {
        scaled(value, i32::try_from(self.power()).ok()? - i32::try_from(other.power()).ok()?)
    }
}

/// Multiplies the value by ten to the given power, exactly; `None` if the result has too many digits.
#[must_use]
pub fn scaled(value: Decimal, power: i32) -> Option<Decimal> {
    let factor = Decimal::from(10_i64.checked_pow(power.unsigned_abs())?);
    let moved = if power < 0 { value.checked_div(factor)? } else { value.checked_mul(factor)? };
    let back = if power < 0 { moved.checked_mul(factor)? } else { moved.checked_div(factor)? };
    (back == value).then(|| moved.normalize())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amount::{State, read};

    #[test]
    fn money_converts_exactly() {
        let yuan = Decimal::from(3000);
        let in_ten_thousands =
            |unit: MoneyUnit| unit.convert(yuan, MoneyUnit::TenThousandYuan).map(|value| value.to_string());
        assert_eq!(in_ten_thousands(MoneyUnit::Yuan).as_deref(), Some("0.3"));
        assert_eq!(in_ten_thousands(MoneyUnit::ThousandYuan).as_deref(), Some("300"));
        assert_eq!(in_ten_thousands(MoneyUnit::HundredMillionYuan).as_deref(), Some("30000000"));
        assert_eq!(read("1.2千元").value.map(|value| value.to_string()).as_deref(), Some("1.2"));
        assert_eq!(read("1.2千元").money, Some(MoneyUnit::ThousandYuan));
        assert_eq!(read("12美元").state, State::Text);
        assert_eq!(scaled(Decimal::MAX, 1), None);
    }

    #[test]
    fn the_unit_of_a_heading_is_the_one_it_names() {
        for (heading, unit) in [
            ("本年收费金额（单位：万元）", Some(MoneyUnit::TenThousandYuan)),
            ("本年收费金额（单位：元）", Some(MoneyUnit::Yuan)),
            ("本年收费金额（单位：千元）", Some(MoneyUnit::ThousandYuan)),
            ("本年收费金额\n（单位：亿 元）", Some(MoneyUnit::HundredMillionYuan)),
            ("本年收费金额(百万元)", Some(MoneyUnit::MillionYuan)),
            ("本年收费金额（单位：百元）", Some(MoneyUnit::HundredYuan)),
            ("本年收费金额（万美元）", None),
            ("本年收费金额（单位：十亿元）", None),
            ("本单元收费金额（万元）", Some(MoneyUnit::TenThousandYuan)),
            ("本年收费金额", None),
        ] {
            assert_eq!(MoneyUnit::named_in(heading), unit, "{heading}");
        }
    }
}
