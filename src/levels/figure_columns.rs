//! The figures of a run's facts as columns that polars can group, read from Parquet or CSV.

use std::io::Cursor;

use polars::prelude::*;
use polars_io::SerReader;
use polars_io::parquet::read::{ParallelStrategy, ParquetReader};

use super::run_units::{RunUnits, UNIT_KINDS};
use crate::amount::State;
use crate::corpus::{WHOLE, as_decimals, scale_down, scale_up};
use crate::error::guarded;
use crate::form::Form;
use crate::message::Message;

/// Columns of the facts that are read.
const FACT_COLUMNS: [&str; 6] = ["unit_id", "unit", "file", "indicator", "value", "state"];

/// Column names of the frames of figures.
pub(super) mod figure_column {
    /// Position of the output.
    pub(in crate::levels) const SOURCE: &str = "source";
    /// Position of the kind of unit in the list of kinds.
    pub(in crate::levels) const KIND: &str = "kind";
    /// Position of the indicator in the form of the output's totals.
    pub(in crate::levels) const POSITION: &str = "position";
    /// Whether the report has a finding that must be fixed.
    pub(in crate::levels) const IS_FLAGGED: &str = "is_flagged";
    /// The number that the figure adds to a total; null if none.
    pub(in crate::levels) const ADDED: &str = "added";
    /// 1 for a cell that is blank or not applicable, else 0.
    pub(in crate::levels) const BLANK: &str = "blank";
}

/// One figure as stated in the facts.
#[derive(Debug, Clone, Copy)]
struct StatedFigure<'a> {
    unit: [&'a str; 3],
    indicator: &'a str,
    /// The number as a scaled integer, if there is one.
    value: Option<i128>,
    state: &'a str,
}

/// The bytes of a run's facts.
#[derive(Debug)]
pub enum FactBytes {
    /// `facts.parquet`.
    Parquet(Vec<u8>),
    /// `facts.csv`.
    Csv(Vec<u8>),
}

/// The figures of runs, as columns.
#[derive(Debug, Default)]
pub(super) struct FigureColumns {
    kinds: Vec<u32>,
    positions: Vec<u32>,
    flags: Vec<bool>,
    added: Vec<Option<i128>>,
    blanks: Vec<u32>,
}

impl FigureColumns {
    /// Reads the figures of a run that are indicators of the form of its totals. `units` gives the kind of each unit,
    /// the flagged reports, and the numbers that are not added. Reports with figures are counted in it.
    ///
    /// # Errors
    /// A message if the bytes are not such a table, or have a figure of a unit that is not in `units.csv`.
    pub(super) fn read(facts: FactBytes, form: &Form, units: &mut RunUnits) -> Result<Self, Message> {
        let mut reading = FigureReading::new(form, units);
        match facts {
            FactBytes::Parquet(bytes) => {
                let frame = read_parquet(bytes, Some(&FACT_COLUMNS)).ok_or_else(not_facts)?;
                reading.read_frame(&frame).ok_or_else(not_facts)??;
            }
            FactBytes::Csv(bytes) => reading.read_csv(&bytes)?,
        }
        Ok(reading.columns)
    }

    /// Reads the figures of a frame of facts, one for each row. Rows with an indicator that is not on the form add
    /// nothing.
    ///
    /// # Errors
    /// A message if the frame is not such a table, or has a figure of a unit that is not in `units.csv`.
    pub(super) fn of_frame(frame: &DataFrame, form: &Form, units: &mut RunUnits) -> Result<Self, Message> {
        let mut reading = FigureReading { keeps_others: true, ..FigureReading::new(form, units) };
        reading.read_frame(frame).ok_or_else(not_facts)??;
        Ok(reading.columns)
    }

    /// Returns three columns for the rows: the number that is added, the kind of unit, and whether the report has a
    /// finding that must be fixed.
    pub(super) fn into_added(self) -> [Column; 3] {
        let kind = |kind: &u32| UNIT_KINDS.get(*kind as usize).map_or("", |kind| kind.word());
        let kinds: Vec<&str> = self.kinds.iter().map(kind).collect();
        [
            as_decimals(figure_column::ADDED, self.added),
            Column::new(figure_column::KIND.into(), kinds),
            Column::new(figure_column::IS_FLAGGED.into(), self.flags),
        ]
    }

    /// Returns the number of figures.
    pub(super) fn len(&self) -> usize {
        self.positions.len()
    }

    /// Returns the figures of several outputs as one frame, each with the position of its output.
    pub(super) fn into_frame(parts: Vec<(u32, Self)>) -> PolarsResult<DataFrame> {
        let height = parts.iter().map(|(_, part)| part.len()).sum();
        let mut sources = Vec::with_capacity(height);
        let mut whole = Self::default();
        for (source, part) in parts {
            sources.extend(std::iter::repeat_n(source, part.len()));
            whole.kinds.extend(part.kinds);
            whole.positions.extend(part.positions);
            whole.flags.extend(part.flags);
            whole.added.extend(part.added);
            whole.blanks.extend(part.blanks);
        }
        DataFrame::new_infer_height(vec![
            Column::new(figure_column::SOURCE.into(), sources),
            Column::new(figure_column::KIND.into(), whole.kinds),
            Column::new(figure_column::POSITION.into(), whole.positions),
            Column::new(figure_column::IS_FLAGGED.into(), whole.flags),
            as_decimals(figure_column::ADDED, whole.added),
            Column::new(figure_column::BLANK.into(), whole.blanks),
        ])
    }
}

/// The state of reading one run's facts.
struct FigureReading<'a> {
    form: &'a Form,
    units: &'a mut RunUnits,
    columns: FigureColumns,
    /// The report of the previous row, with its position in `units`: most rows are of the same report.
    unit: Option<([String; 3], usize)>,
    /// The expected position of the next indicator, if the rows are in the form's order.
    next: usize,
    /// Whether rows of indicators that are not on the form are kept; they add nothing.
    keeps_others: bool,
}

/// Reads some or all columns of a `facts.parquet`; `None` if it is damaged.
pub(super) fn read_parquet(bytes: Vec<u8>, columns: Option<&[&str]>) -> Option<DataFrame> {
    let columns = columns.map(|columns| columns.iter().map(|column| (*column).to_owned()).collect());
    // Single-threaded, because many runs are read in parallel. A crafted file may make the reader panic.
    let read = || {
        let reader = ParquetReader::new(Cursor::new(bytes)).with_columns(columns);
        reader.read_parallel(ParallelStrategy::None).finish()
    };
    guarded(read).and_then(Result::ok)
}

impl<'a> FigureReading<'a> {
    fn new(form: &'a Form, units: &'a mut RunUnits) -> Self {
        Self { form, units, columns: FigureColumns::default(), unit: None, next: 0, keeps_others: false }
    }

    /// Reads the rows of a frame; `None` if its columns are not those of facts.
    fn read_frame(&mut self, frame: &DataFrame) -> Option<Result<(), Message>> {
        let text = |name: &str| frame.column(name).ok()?.str().ok();
        let (ids, units, files) = (text("unit_id")?, text("unit")?, text("file")?);
        let (indicators, states) = (text("indicator")?, text("state")?);
        let values = frame.column("value").ok()?.decimal().ok()?;
        let is_same_scale = values.scale() == usize::try_from(WHOLE.ilog10()).ok()?;
        let rows = ids.iter().zip(units.iter()).zip(files.iter()).zip(indicators.iter()).zip(states.iter());
        for (((((id, unit), file), indicator), state), value) in rows.zip(values.physical().iter()) {
            let figure = StatedFigure {
                unit: [id?, unit?, file?],
                indicator: indicator?,
                value: value.filter(|_| is_same_scale),
                state: state?,
            };
            if value.is_some() && !is_same_scale {
                return None;
            }
            if let Err(why) = self.push(figure) {
                return Some(Err(why));
            }
        }
        Some(Ok(()))
    }

    fn read_csv(&mut self, bytes: &[u8]) -> Result<(), Message> {
        let mut reader = csv::Reader::from_reader(bytes);
        let header = reader.headers().map_err(|_| not_facts())?;
        let mut at = [0; FACT_COLUMNS.len()];
        for (at, name) in at.iter_mut().zip(FACT_COLUMNS) {
            *at = header.iter().position(|column| column == name).ok_or_else(not_facts)?;
        }
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record).map_err(|_| not_facts())? {
            let [id, unit, file, indicator, value, state] = at.map(|at| record.get(at).unwrap_or(""));
            let value = match value {
                "" => None,
                number => Some(scale_up(number.parse().map_err(|_| not_facts())?)),
            };
            self.push(StatedFigure { unit: [id, unit, file], indicator, value, state })?;
        }
        Ok(())
    }

    fn push(&mut self, figure: StatedFigure<'_>) -> Result<(), Message> {
        let report = match &self.unit {
            Some((unit, report)) if *unit == figure.unit => *report,
            _ => {
                let report = self.units.count(figure.unit)?;
                self.unit = Some((figure.unit.map(str::to_owned), report));
                report
            }
        };
        let is_next = self.form.indicators.get(self.next).is_some_and(|item| item.id == figure.indicator);
        let position = if is_next { Some(self.next) } else { self.form.position(figure.indicator) };
        // A submission on another form contributes the indicators that both forms have.
        if position.is_none() && !self.keeps_others {
            return Ok(());
        }
        self.next = position.map_or(self.next, |position| position + 1);
        let added = figure.value.filter(|_| figure.state == State::Number.word());
        let added = added.filter(|value| position.is_some_and(|position| self.can_be_added(report, position, *value)));
        let is_blank = [State::Blank, State::NotApplicable].iter().any(|state| state.word() == figure.state);
        let report = self.units.report(report);
        self.columns.kinds.push(report.kind);
        self.columns.flags.push(report.is_flagged);
        self.columns.positions.push(position.and_then(|at| u32::try_from(at).ok()).unwrap_or(u32::MAX));
        self.columns.added.push(added);
        self.columns.blanks.push(u32::from(is_blank));
        Ok(())
    }

    /// Returns whether a number adds to its total: it must be valid for its indicator, and an amount of money must have
    /// a known unit.
    fn can_be_added(&self, report: usize, position: usize, value: i128) -> bool {
        let is_plain = value >= 0 && value % WHOLE == 0;
        let item = &self.form.indicators[position];
        (is_plain || scale_down(Some(value)).is_some_and(|value| item.accepts(value)))
            && !self.units.report(report).not_added.contains(&item.id)
    }
}

/// Returns the message that the facts are damaged.
pub(super) fn not_facts() -> Message {
    Message::new("明细数据（data/facts）已损坏", "its data/facts are damaged")
}
