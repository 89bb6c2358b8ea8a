//! Sentences on the coverage of a roll-up, as the program prints them and the page and the workbook show them.

use super::LevelRollup;
use super::coverage::{BODIES_ABSENT, CHANGED_SEVERITIES, Coverage, LEFT_OUT, WITHOUT_ROSTER};
use crate::message::Message;

/// Clauses on what the totals lack or what limits them, in both languages, with `{}` for the count of the column.
const RESERVATIONS: [(&str, &str, &str); 4] = [
    (
        WITHOUT_ROSTER,
        "；其中{}份结果没有名册，应报数只含其中报来的单位",
        "; {} outputs have no roster, so only units that sent something are expected",
    ),
    (
        CHANGED_SEVERITIES,
        "；其中{}份结果改过规则的性质，必改数不可比",
        "; {} outputs have changed severities of rules, so that what is to fix cannot be compared",
    ),
    (LEFT_OUT, "；另有{}份结果未计入", "; {} outputs left out"),
    (BODIES_ABSENT, "；{}个地区没有可以计入的结果", "; {} bodies have no outputs that count"),
];

impl Coverage {
    /// Returns the coverage as a sentence without its full stop.
    #[must_use]
    pub fn in_words(&self) -> Message {
        let [outputs, expected, received, counted, flagged] =
            ["outputs", "units_expected", "units_received", "reports_counted", "reports_flagged"]
                .map(|column| self.get(column));
        let share = self.flagged_percent().map(|share| format!("{share:.2}%"));
        let (share_zh, share_en) =
            share.map(|share| (format!("（{share}）"), format!(" ({share})"))).unwrap_or_default();
        let mut said = Message::new(
            format!(
                "由{outputs}份结果相加：应报{expected}个单位，收到{received}个，计入{counted}份，其中必改{flagged}份{share_zh}"
            ),
            format!(
                "{outputs} outputs added up: {expected} units expected, {received} received, {counted} reports counted, \
                 {flagged} of them with something to fix{share_en}"
            ),
        );
        for (column, zh, en) in RESERVATIONS {
            let count = self.get(column);
            if count > 0 {
                said.zh += &zh.replace("{}", &count.to_string());
                said.en += &en.replace("{}", &count.to_string());
            }
        }
        said
    }
}

impl LevelRollup {
    /// Returns the sentence, without its full stop, on the outputs that no body and year lacks, since they have none;
    /// `None` if there are none.
    #[must_use]
    pub fn unplaced_in_words(&self) -> Option<Message> {
        let unplaced = self.unplaced;
        (unplaced > 0).then(|| {
            Message::new(
                format!("还有{unplaced}份结果不能读取，或者不知是哪个地区、哪个年度，也未计入"),
                format!("{unplaced} more outputs cannot be read or have no place or year, and are left out"),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_reservations_that_apply_are_made() {
        let counts = [("outputs", 2), ("units_expected", 5), ("reports_counted", 4), ("reports_flagged", 1)];
        let said = Coverage::of_counts(&counts).in_words();
        assert_eq!(said.zh, "由2份结果相加：应报5个单位，收到0个，计入4份，其中必改1份（25.00%）");
        let said = Coverage::of_counts(&[(BODIES_ABSENT, 3)]).in_words();
        assert!(said.zh.ends_with("其中必改0份；3个地区没有可以计入的结果"), "{}", said.zh);
        assert!(said.en.ends_with("something to fix; 3 bodies have no outputs that count"), "{}", said.en);
    }
}
