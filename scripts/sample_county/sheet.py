"""A sheet as a plain grid: what the writers of every file format are given."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Formula:
    """A formula and the result stored with it (None: nothing is stored)."""

    text: str
    result: object = None


@dataclass(frozen=True)
class ErrorValue:
    """An error value of a spreadsheet such as #REF!."""

    code: str


@dataclass
class Sheet:
    """Cells by (row, column) counted from 0, with merges and hidden parts."""

    name: str
    cells: dict = field(default_factory=dict)
    roles: dict = field(default_factory=dict)
    merges: list = field(default_factory=list)
    hidden_rows: set = field(default_factory=set)
    hidden: bool = False
    widths: dict = field(default_factory=dict)

    def put(self, row, column, value, role="text", span=None):
        """Writes a cell; `span` = (rows, columns) merges from it."""
        self.cells[row, column] = value
        self.roles[row, column] = role
        if span and span != (1, 1):
            self.merges.append((row, column, row + span[0] - 1, column + span[1] - 1))

    def size(self):
        """Number of rows and columns in use."""
        corners = [*self.cells, *((row, column) for _, _, row, column in self.merges)]
        rows = max((row for row, _ in corners), default=-1) + 1
        columns = max((column for _, column in corners), default=-1) + 1
        return rows, columns


def column_letters(column):
    """Letters of a column counted from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def a1(row, column):
    """Name of a cell counted from 0."""
    return f"{column_letters(column)}{row + 1}"
