//! Tests that figures come back unchanged, however they are packed.

use super::*;
use proptest::prelude::*;

fn place(spot: Spot) -> Place {
    Place { sheet: "表".into(), spot }
}

/// Returns the figure as it was before it was packed.
fn seen(figure: &Figure<'_>) -> RawFigure {
    RawFigure {
        state: figure.state,
        value: figure.value,
        raw: figure.raw().into_owned(),
        place: figure.place(),
        notation: figure.notation,
        formula: figure.formula(),
        doubt: figure.doubt,
        hidden: figure.hidden,
        addable: figure.addable,
    }
}

fn spots() -> impl Strategy<Value = Spot> {
    let cell = || (rows(), columns());
    prop_oneof![
        cell().prop_map(|(row, column)| Spot::Sheet { row, column }),
        (1..400_u32, cell()).prop_map(|(table, (row, column))| Spot::Table { table, row, column }),
        (1..40_u32, cell()).prop_map(|(page, (row, column))| Spot::Page { page, row, column }),
        Just(Spot::Text),
    ]
}

fn rows() -> impl Strategy<Value = u32> {
    prop_oneof![0..9000_u32, any::<u32>()]
}

fn columns() -> impl Strategy<Value = u32> {
    prop_oneof![0..300_u32, any::<u32>()]
}

fn numbers() -> impl Strategy<Value = i64> {
    prop_oneof![-9..9_i64, any::<i32>().prop_map(i64::from), any::<i64>()]
}

fn written() -> impl Strategy<Value = RawFigure> {
    let number = (numbers(), 0..3_u32, any::<bool>(), prop_oneof![Just(None), Just(Some("０１")), Just(Some("-"))]);
    let number = number.prop_map(|(number, scale, addable, other)| {
        let value = Decimal::new(number, scale);
        let raw = other.map_or_else(|| value.to_string(), str::to_owned);
        RawFigure { state: State::Number, value: Some(value), raw, addable, ..RawFigure::absent() }
    });
    let other = prop_oneof![Just((State::Blank, "")), Just((State::Blank, " ")), Just((State::Text, "三"))];
    let other = other.prop_map(|(state, raw)| RawFigure { state, raw: raw.to_owned(), ..RawFigure::absent() });
    let trouble = prop_oneof![
        Just(None),
        Just(Some(FormulaTrouble::Recomputed)),
        Just(Some(FormulaTrouble::Differs(Decimal::ONE)))
    ];
    let doubt = prop_oneof![Just(None), Just(Some(Doubt::Merged)), Just(Some(Doubt::Unplaced))];
    let odd = (any::<bool>(), doubt, any::<u16>(), trouble);
    (prop_oneof![number, other], spots(), odd).prop_map(|(figure, spot, (hidden, doubt, notation, formula))| {
        let notation = Notation::from_bits_truncate(if notation < 128 { 0 } else { notation });
        RawFigure { place: Some(place(spot)), hidden, doubt, notation, formula, ..figure }
    })
}

proptest! {
    #[test]
    fn what_was_put_down_is_what_is_seen(all in proptest::collection::vec(written(), 1..400)) {
        let mut figures = Figures::absent(all.len() + 1);
        for (position, figure) in all.iter().enumerate() {
            figures.set(position, figure.clone());
        }
        let back: Vec<RawFigure> = figures.iter().map(|figure| seen(&figure)).collect();
        prop_assert_eq!(&back[..all.len()], &all[..]);
        prop_assert_eq!(&back[all.len()], &RawFigure::absent());
        let raw: Vec<(String, Raw<'_>)> = figures.iter().map(|figure| (figure.raw().into_owned(), figure.written())).collect();
        for (at, one) in raw.iter().enumerate() {
            prop_assert!(raw[at..].iter().all(|other| (one.0 == other.0) == (one.1 == other.1)), "{:?}", one);
        }
    }

    #[test]
    fn a_plain_number_is_stored_by_both_readers(number in numbers(), row in rows(), column in columns()) {
        let mut figures = Figures::absent(2);
        let place = place(Spot::Sheet { row, column });
        let (value, raw) = (Some(Decimal::from(number)), number.to_string());
        let ground = figures.ground(&place).expect("the first");
        let is_plain = figures.set_integer(0, number, (ground, row, column));
        let whole = RawFigure { state: State::Number, value, raw, place: Some(place), addable: true, ..RawFigure::absent() };
        figures.set(1, whole.clone());
        prop_assert_eq!(seen(&figures.at(0)), if is_plain { whole.clone() } else { RawFigure::absent() });
        prop_assert_eq!(seen(&figures.at(1)), whole);
        prop_assert_eq!(is_plain, i32::try_from(number).is_ok() && row < 8192 && column < 256);
    }
}

#[test]
fn a_plain_figure_is_small() {
    assert_eq!(size_of::<PackedFigure>(), 8);
}
