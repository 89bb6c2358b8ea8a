//! What may be entered in each column, as the notes of the headings say it.

use crate::decisions::Topic;

/// Hint on a column that the program fills.
const FILLED: &str = "程序填写，不用改。";
/// Hint on the columns with who decided and when.
const BY: &str = "作出决定的人。可以不填。";
const DATE: &str = "作出决定的日期，例如 2026-02-05。可以不填。";

/// Returns the hints of the columns of a topic, in their order.
pub(super) fn hints(topic: Topic) -> &'static [&'static str] {
    match topic {
        Topic::Explanations => &[
            "程序填写，用来对上问题，请勿改动。",
            FILLED,
            FILLED,
            FILLED,
            "单位的说明。通知寄回来的由程序填写，电话答复的由经办人填写。",
            "填“是”或者“否”。是：按已说明处理；否：请单位重新说明；空着：还没有决定。必改的问题不能用说明代替。",
            BY,
            DATE,
            "程序填写，请勿改动：数字一变，原来的说明就失效。",
            "程序填写：单位说明来自哪份寄回的通知；空着的是手工填写的。",
        ],
        Topic::Corrections => &[
            "单位名称，从名单中选或者直接填写，一格一行。",
            "填了“表”“行”“列”的，空着即可。",
            "例如 表三。",
            "表上印的行名，例如 （一）予以公开。",
            "表上印的列名，例如 自然人；表二只有一列数的行可以空着。",
            "报告上现在填的，照原样写；空白的写 空白。报告改了，本行就不再适用。",
            "应计入合计的数。金额以万元为单位。",
            "为什么改，例如 电话核实。各项结果都会写明。",
            BY,
            DATE,
        ],
        Topic::Names => &[
            "程序填写：报告上的单位名称，名册里没有。",
            "是名册上哪个单位，从名单中选或者直接填写；空着：还没有决定，这份报告不计入。",
            "程序填写，只供参考，不会自动采用。",
        ],
        Topic::Adoptions => &[
            "程序填写；单位空着的，请填这份报告是哪个单位的。",
            "程序填写，不用改。",
            "以哪份为准，就在那一行填“是”，其余空着。",
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_has_a_hint() {
        for topic in Topic::ALL {
            assert_eq!(hints(topic).len(), topic.columns().len(), "{topic:?}");
        }
    }
}
