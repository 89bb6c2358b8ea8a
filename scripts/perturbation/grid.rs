//! A table as it is seen: cells with spans, texts and looks.

/// What a cell is on the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The figure of an indicator.
    Figure(usize),
    /// The label of a row: block and row of the form.
    Label(usize, usize),
    /// The heading of a column: block and column of the form; in table 4 the row is told by the band above.
    Column(usize, usize),
    /// A heading over several columns.
    Band,
    /// A heading over several rows.
    Stub,
    /// The top left cell of a block.
    Corner,
    /// The line over a block.
    Article,
    /// Anything that is not part of the form.
    Other,
}

/// How a cell looks, besides its text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Look {
    /// A workbook keeps it as text even if it is a number.
    pub(crate) is_text: bool,
    /// The number format of a workbook.
    pub(crate) format: Option<&'static str>,
    /// The number a workbook stores, where it shows another text.
    pub(crate) stored: Option<String>,
    /// A workbook computes it as the sum of these indicators; the flag says whether the result is stored.
    pub(crate) sum: Option<(Vec<usize>, bool)>,
    /// A struck-through text in front, and one of three ways to strike.
    pub(crate) struck: Option<(String, usize)>,
    /// A hidden text in front, and one of three ways to hide.
    pub(crate) hidden: Option<(String, usize)>,
    /// A raised mark behind.
    pub(crate) raised: Option<String>,
    /// A comment on the cell.
    pub(crate) comment: Option<String>,
    /// The history of a tracked change: the old text (inserted and deleted), or only the old formatting.
    pub(crate) tracked: Option<String>,
    /// The text is the value of an input field.
    pub(crate) is_input: bool,
    /// The pronunciation printed above it.
    pub(crate) ruby: Option<String>,
    /// The text that a workbook keeps in every place that it covers besides its first.
    pub(crate) beneath: Option<String>,
    /// A workbook hides its row.
    pub(crate) is_row_hidden: bool,
}

/// A cell of a table.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    pub(crate) row: usize,
    pub(crate) column: usize,
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) role: Role,
    pub(crate) text: String,
    pub(crate) look: Look,
}

impl Cell {
    /// Returns a cell of one row and one column.
    pub(crate) fn new(row: usize, column: usize, role: Role, text: &str) -> Self {
        Self::spanning(row, column, 1, 1, role, text)
    }

    /// Returns a cell of several rows or columns.
    pub(crate) fn spanning(row: usize, column: usize, rows: usize, columns: usize, role: Role, text: &str) -> Self {
        Self { row, column, rows, columns, role, text: text.to_owned(), look: Look::default() }
    }

    /// Whether it is one of the form's figures.
    pub(crate) fn is_figure(&self) -> bool {
        matches!(self.role, Role::Figure(_))
    }

    /// Returns every place that it covers.
    pub(crate) fn places(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        let columns = self.column..self.column + self.columns;
        (self.row..self.row + self.rows).flat_map(move |row| columns.clone().map(move |column| (row, column)))
    }

    /// Whether it covers a place.
    pub(crate) fn covers(&self, row: usize, column: usize) -> bool {
        (self.row..self.row + self.rows).contains(&row) && (self.column..self.column + self.columns).contains(&column)
    }
}

/// A table.
#[derive(Debug, Clone)]
pub(crate) struct Grid {
    /// Which table of the form it holds, by position; another number for others.
    pub(crate) table: usize,
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) cells: Vec<Cell>,
}

impl Grid {
    /// Returns a table of cells.
    pub(crate) fn new(table: usize, cells: Vec<Cell>) -> Self {
        let mut grid = Self { table, rows: 0, columns: 0, cells };
        grid.measure();
        grid
    }

    /// Returns a table of plain texts that is no part of the form.
    pub(crate) fn of_texts(rows: &[&[&str]]) -> Self {
        let line = |(row, texts): (usize, &&[&str])| {
            let cell = |(column, text): (usize, &&str)| Cell::new(row, column, Role::Other, text);
            texts.iter().enumerate().map(cell).collect::<Vec<_>>()
        };
        Self::new(usize::MAX, rows.iter().enumerate().flat_map(line).collect())
    }

    /// Computes its size from its cells and puts these into reading order.
    pub(crate) fn measure(&mut self) {
        self.cells.sort_by_key(|cell| (cell.row, cell.column));
        self.rows = self.cells.iter().map(|cell| cell.row + cell.rows).max().unwrap_or(0);
        self.columns = self.cells.iter().map(|cell| cell.column + cell.columns).max().unwrap_or(0);
    }

    /// Inserts columns before a column; cells across the place become wider.
    pub(crate) fn insert_columns(&mut self, at: usize, count: usize) {
        for cell in &mut self.cells {
            if cell.column >= at {
                cell.column += count;
            } else if cell.column + cell.columns > at {
                cell.columns += count;
            }
        }
        self.measure();
    }

    /// Inserts rows before a row; cells across the place become higher.
    pub(crate) fn insert_rows(&mut self, at: usize, count: usize) {
        for cell in &mut self.cells {
            if cell.row >= at {
                cell.row += count;
            } else if cell.row + cell.rows > at {
                cell.rows += count;
            }
        }
        self.measure();
    }

    /// Removes a row; cells across it become lower.
    pub(crate) fn remove_row(&mut self, at: usize) {
        self.cells.retain(|cell| cell.row != at || cell.rows > 1);
        for cell in &mut self.cells {
            if cell.row > at {
                cell.row -= 1;
            } else if cell.row + cell.rows > at {
                cell.rows -= 1;
            }
        }
        self.measure();
    }

    /// Adds a cell.
    pub(crate) fn push(&mut self, cell: Cell) {
        self.cells.push(cell);
        self.measure();
    }

    /// Whether two cells cover one place.
    pub(crate) fn overlaps(&self) -> bool {
        let mut places: Vec<(usize, usize)> = self.cells.iter().flat_map(Cell::places).collect();
        let count = places.len();
        places.sort_unstable();
        places.dedup();
        places.len() < count
    }

    /// Returns the rows that hold figures.
    pub(crate) fn figure_rows(&self) -> Vec<usize> {
        let mut rows: Vec<usize> = self.cells.iter().filter(|cell| cell.is_figure()).map(|cell| cell.row).collect();
        rows.dedup();
        rows
    }

    /// Returns the first column that holds figures.
    pub(crate) fn first_figure_column(&self) -> usize {
        self.cells.iter().filter(|cell| cell.is_figure()).map(|cell| cell.column).min().unwrap_or(0)
    }

    /// Returns the cells that begin in a row, left to right.
    pub(crate) fn row(&self, row: usize) -> impl Iterator<Item = &Cell> {
        self.cells.iter().filter(move |cell| cell.row == row)
    }

    /// Cuts the table in two before a row; cells across the cut stay in both parts.
    pub(crate) fn cut(&self, at: usize) -> (Self, Self) {
        let (mut upper, mut lower) = (self.clone(), self.clone());
        upper.cells.retain(|cell| cell.row < at);
        lower.cells.retain(|cell| cell.row + cell.rows > at);
        for cell in &mut upper.cells {
            cell.rows = cell.rows.min(at - cell.row);
        }
        for cell in &mut lower.cells {
            let end = cell.row + cell.rows - at;
            cell.row = cell.row.saturating_sub(at);
            cell.rows = end - cell.row;
        }
        upper.measure();
        lower.measure();
        (upper, lower)
    }

    /// Takes merged cells apart; their text stays in the first place, or is repeated in all.
    pub(crate) fn unmerge(&mut self, is_repeated: bool) {
        let mut cells = Vec::new();
        for cell in std::mem::take(&mut self.cells) {
            for row in cell.row..cell.row + cell.rows {
                for column in cell.column..cell.column + cell.columns {
                    let is_first = (row, column) == (cell.row, cell.column);
                    if is_first || is_repeated && !cell.is_figure() {
                        let role = if is_first { cell.role } else { Role::Other };
                        cells.push(Cell { row, column, rows: 1, columns: 1, role, ..cell.clone() });
                    }
                }
            }
        }
        self.cells = cells;
        self.measure();
    }
}
