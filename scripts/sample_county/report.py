"""One report as a unit sent it: figures, how they are shown, what is wrong."""

from dataclasses import dataclass, field
from decimal import Decimal

from .forms import FORM_2021, broken
from .layout import Composer, Layout
from .sheet import a1

MUST_FIX = [
    *["F01", "F02", "F03", "F04", "F05", "F06"],
    *["U01", "U02", "U03", "U04"],
    *["V03", "V04", "V05"],
    *["S01", "S02", "S03", "S04"],
]
SEVERITY = {
    **dict.fromkeys(MUST_FIX, "must_fix"),
    **dict.fromkeys(["F07", "N01", "V01", "V02", "V07", "V09"], "must_explain"),
    **dict.fromkeys(["F08", "V06", "V08"], "note"),
}


@dataclass
class Finding:
    """A planted defect; `places` are indicators until the cells are known."""

    rule: str
    why: str
    checks: list = field(default_factory=list)
    places: list = field(default_factory=list)
    sheet: str = ""
    cells: list = field(default_factory=list)


@dataclass
class Report:
    """A report of one unit for one year."""

    unit: object
    year: int
    figures: dict
    layout: Layout = field(default_factory=Layout)
    form: object = FORM_2021
    raw: dict = field(default_factory=dict)  # indicator -> what the cell holds instead
    nulls: set = field(default_factory=set)  # blank or not applicable
    opaque: set = field(default_factory=set)  # text, or no cell at all
    findings: list = field(default_factory=list)
    formulas: bool = False

    def plant(self, rule, why, checks=(), places=()):
        """Notes a planted defect."""
        self.findings.append(Finding(rule, why, list(checks), list(places)))

    def show(self, indicator, text, number=None):
        """Puts other content into a cell; `number` is what it means, if anything."""
        self.raw[indicator] = text
        if number is None:
            self.opaque.add(indicator)

    def values(self):
        """Truth: the number in each cell, or None."""
        hollow = self.nulls | self.opaque
        return {
            indicator: None if indicator in hollow else self.figures[indicator]
            for indicator in self.form.indicators
        }

    def broken(self):
        """Ids of the equations this report breaks."""
        return broken(self.form, self.values(), self.opaque)

    def sheets(self):
        """Lays the report out and fills in the cells of its findings."""
        shown = {**self.figures, **{name: None for name in self.nulls}, **self.raw}
        composer = Composer(self.form, shown, self.unit.name, self.year, self.layout)
        sheets = composer.compose()
        for finding in self.findings:
            places = [composer.places[name] for name in finding.places if name in composer.places]
            finding.cells = [a1(row, column) for _, row, column in places]
            if places:
                finding.sheet = places[0][0].name
        return sheets


def as_json(value):
    """A figure for JSON."""
    return float(value) if isinstance(value, Decimal) else value


def submission(report, file):
    """The truth about one counted report."""
    entry = {
        "unit": report.unit.name,
        "unit_id": report.unit.id,
        "year": report.year,
        "form": report.form.id,
        "file": file,
        "values": {name: as_json(value) for name, value in report.values().items()},
        "broken": report.broken(),
    }
    if report.formulas:
        entry["formulas"] = True
    return entry


def findings(report, file):
    """The truth about the defects of one report."""
    return [finding_entry(entry, report.unit.name, file) for entry in report.findings]


def finding_entry(finding, unit, file):
    """One defect as it stands in the truth."""
    return {
        "rule": finding.rule,
        "severity": SEVERITY[finding.rule],
        "unit": unit,
        "file": file,
        "checks": finding.checks,
        "sheet": finding.sheet or None,
        "cells": finding.cells or None,
        "why": finding.why,
    }
