//! Labels of rows with one wrong, missing or additional character, and the rows they mean according to their
//! neighbours.
//!
//! Such a text is accepted as a label only if all of this holds: one edit leads to the label of exactly one row, no
//! other label is within two edits, the edit affects no character that changes what a row counts, the neighbouring rows
//! are those that are next to it in the form, and no other text names its row.

use super::label::{Item, Meaning};
use super::table_match::Hit;
use super::token::{Token, TokenKind};

/// A label of a sheet or text: its meanings, and whether it is misspelt.
type Label<'a> = (&'a [Meaning], bool);

/// Returns for each label whether it is confirmed. Correctly spelt ones are; misspelt ones are if they come between the
/// rows that are next to theirs in the form.
fn confirmed(labels: &[Label<'_>]) -> Vec<bool> {
    let holds = |(at, (meanings, is_misspelt)): (usize, &Label<'_>)| {
        !is_misspelt || meanings.iter().any(|meaning| is_in_place(labels, at, meaning))
    };
    labels.iter().enumerate().map(holds).collect()
}

fn is_in_place(labels: &[Label<'_>], at: usize, own: &Meaning) -> bool {
    let Item::Row(row) = own.item else { return false };
    let rows_of = |(meanings, is_misspelt): &Label<'_>| -> Vec<usize> {
        let of_block = meanings
            .iter()
            .filter(|other| !is_misspelt && (other.form, other.table, other.block) == (own.form, own.table, own.block));
        of_block.filter_map(|other| if let Item::Row(row) = other.item { Some(row) } else { None }).collect()
    };
    let is_row = |rows: &Vec<usize>| !rows.is_empty();
    let before = labels[..at].iter().rev().map(rows_of).find(is_row).unwrap_or_default();
    let behind = labels[at + 1..].iter().map(rows_of).find(is_row).unwrap_or_default();
    let is_named_once = labels.iter().filter(|(meanings, _)| meanings.contains(own)).count() == 1;
    is_named_once && before.iter().any(|before| before + 1 == row) && behind.contains(&(row + 1))
}

/// Removes misspelt labels of a sheet that are not confirmed.
pub(super) fn confirm(hits: Vec<Hit<'_>>) -> Vec<Hit<'_>> {
    if !hits.iter().any(|hit| hit.is_misspelt) {
        return hits;
    }
    let labels: Vec<Label<'_>> = hits.iter().map(|hit| (hit.found.meanings, hit.is_misspelt)).collect();
    let confirmed = confirmed(&labels);
    hits.into_iter().zip(confirmed).filter_map(|(hit, holds)| holds.then_some(hit)).collect()
}

/// Turns confirmed misspelt texts in running text into labels. They must be at the beginning of a line or follow a
/// label (the group's).
pub(super) fn confirm_in_text<'a>(tokens: &mut [Token<'a>], misspelt: impl Fn(&str) -> Option<&'a [Meaning]>) {
    let mut labels: Vec<(usize, Label<'a>)> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| &tokens[before]).filter(|before| before.line == token.line);
        let begins = before.is_none_or(|before| matches!(before.piece, TokenKind::Label(..)));
        match &token.piece {
            TokenKind::Label(meanings, ..) => labels.push((at, (*meanings, false))),
            TokenKind::Other(text) if begins => labels.extend(misspelt(text).map(|meanings| (at, (meanings, true)))),
            _ => {}
        }
    }
    let confirmed = confirmed(&labels.iter().map(|(_, label)| *label).collect::<Vec<_>>());
    for ((at, (meanings, is_misspelt)), holds) in labels.into_iter().zip(confirmed) {
        if let TokenKind::Other(text) = &tokens[at].piece
            && is_misspelt
            && holds
        {
            tokens[at].piece = TokenKind::Label(meanings, text.clone(), true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Forms;
    use super::super::label::Index;

    fn forms() -> Forms {
        Forms::official().expect("data files are well formed")
    }

    #[test]
    fn one_slip_in_a_long_label() {
        let index = Index::of(&forms().all);
        for (written, label) in [
            ("4.无正当理由大量反覆申请", "无正当理由大量反复申请"),
            ("4.保护第叁方合法权益", "保护第三方合法权益"),
            ("（四）-2．没有现成信息需另行制作", "没有现成信息需要另行制作"),
            ("其中：1.信访举报投诉诉类申请", "信访举报投诉类申请"),
        ] {
            let meanings = index.find(label).map(|found| found.meanings);
            assert!(index.find(written).is_none() && index.misspelt(written) == meanings, "{written}");
        }
    }

    #[test]
    fn another_meaning_is_no_slip() {
        let index = Index::of(&forms().all);
        for text in [
            "5.属于四类内部事务信息",
            "5.属于内部事务信息公示",
            "1.本机关掌握相关政府信息",
            "二、本年结转政府信息公开申请数量",
            "四、结转上年度继续办理",
            "5.保护第叁方合法权益",
            "2.重复甲请",
            "行政规范性文书二件",
            "其他法律行政规章禁止公开",
        ] {
            assert!(index.misspelt(text).is_none(), "{text}");
        }
    }

    #[test]
    fn of_two_near_labels_none_is_meant() {
        let mut forms = forms();
        let written = "信访举报投拆类申请";
        assert!(Index::of(&forms.all).misspelt(written).is_some());
        let row = forms.all.iter_mut().flat_map(|form| &mut form.tables).flat_map(|table| &mut table.blocks);
        let row = row.flat_map(|block| &mut block.rows).find(|row| row.id == "not_processed.duplicate");
        row.expect("a row").label = "信访举报投递类申请".to_owned();
        assert!(Index::of(&forms.all).misspelt(written).is_none());
    }
}
