//! A table as displayed: cells with spans, texts and looks.

/// The role of a cell on the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The figure of an indicator.
    Figure(usize),
    /// The label of a row: block and row of the form.
    Label(usize, usize),
    /// The header of a column: block and column of the form. In table 4 the band above determines the row.
    Column(usize, usize),
    /// A header over several columns.
    Band,
    /// A header over several rows.
    Stub,
    /// The top left cell of a block.
    Corner,
    /// The line above a block.
    Article,
    /// Anything that is not part of the form.
    Other,
}

/// The properties of a cell besides its text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Look {
    /// Stored as text in a workbook even if it is a number.
    pub(crate) is_text: bool,
    /// The number format in a workbook.
    pub(crate) format: Option<&'static str>,
    /// The number stored in a workbook, if it shows another text.
    pub(crate) stored: Option<String>,
    /// A workbook's formula: the sum of these indicators; the flag says whether the result is stored.
    pub(crate) sum: Option<(Vec<usize>, bool)>,
    /// A struck-through text before the cell's text, and which of three ways of striking it.
    pub(crate) struck: Option<(String, usize)>,
    /// A hidden text before the cell's text, and which of three ways of hiding it.
    pub(crate) hidden: Option<(String, usize)>,
    /// A superscript mark after the text.
    pub(crate) raised: Option<String>,
    /// A comment on the cell.
    pub(crate) comment: Option<String>,
    /// A tracked change: the old text (inserted and deleted), or only the old formatting.
    pub(crate) tracked: Option<String>,
    /// The text is the value of an input field.
    pub(crate) is_input: bool,
    /// The pronunciation printed above the text.
    pub(crate) ruby: Option<String>,
    /// The text stored in the covered places of a merged cell.
    pub(crate) beneath: Option<String>,
    /// Its row is hidden in a workbook.
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

    /// Returns whether it is one of the form's figures.
    pub(crate) fn is_figure(&self) -> bool {
        matches!(self.role, Role::Figure(_))
    }

    /// Returns every position that it covers, as row and column.
    pub(crate) fn places(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        let columns = self.column..self.column + self.columns;
        (self.row..self.row + self.rows).flat_map(move |row| columns.clone().map(move |column| (row, column)))
    }

    /// Returns whether it covers a position.
    pub(crate) fn covers(&self, row: usize, column: usize) -> bool {
        (self.row..self.row + self.rows).contains(&row) && (self.column..self.column + self.columns).contains(&column)
    }
}

/// A table.
#[derive(Debug, Clone)]
pub(crate) struct Grid {
    /// The position of its table on the form; any other number for other tables.
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

    /// Returns a table of plain texts that is not part of the form.
    pub(crate) fn of_texts(rows: &[&[&str]]) -> Self {
        let line = |(row, texts): (usize, &&[&str])| {
            let cell = |(column, text): (usize, &&str)| Cell::new(row, column, Role::Other, text);
            texts.iter().enumerate().map(cell).collect::<Vec<_>>()
        };
        Self::new(usize::MAX, rows.iter().enumerate().flat_map(line).collect())
    }

    /// Computes its size from its cells and sorts them in reading order.
    pub(crate) fn measure(&mut self) {
        self.cells.sort_by_key(|cell| (cell.row, cell.column));
        self.rows = self.cells.iter().map(|cell| cell.row + cell.rows).max().unwrap_or(0);
        self.columns = self.cells.iter().map(|cell| cell.column + cell.columns).max().unwrap_or(0);
    }

    /// Inserts columns before a column; cells across that position become wider.
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

    /// Inserts rows before a row; cells across that position become higher.
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

    /// Returns whether two cells cover the same position.
    pub(crate) fn overlaps(&self) -> bool {
        let mut places: Vec<(usize, usize)> = self.cells.iter().flat_map(Cell::places).collect();
        let count = places.len();
        places.sort_unstable();
        places.dedup();
        places.len() < count
    }

    /// Returns the rows with figures.
    pub(crate) fn figure_rows(&self) -> Vec<usize> {
        let mut rows: Vec<usize> = self.cells.iter().filter(|cell| cell.is_figure()).map(|cell| cell.row).collect();
        rows.dedup();
        rows
    }

    /// Returns the first column with figures.
    pub(crate) fn first_figure_column(&self) -> usize {
        self.cells.iter().filter(|cell| cell.is_figure()).map(|cell| cell.column).min().unwrap_or(0)
    }

    /// Returns the cells that begin in a row, from left to right.
    pub(crate) fn row(&self, row: usize) -> impl Iterator<Item = &Cell> {
        self.cells.iter().filter(move |cell| cell.row == row)
    }

    /// Splits the table before a row; cells across the split are in both parts.
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

    /// Splits merged cells; their text stays in the first position, or is repeated in all.
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
