"""Invented figures: reports that keep every identity, year after year."""

from dataclasses import dataclass
from decimal import Decimal

from .forms import BLOCKS, FORM_2021, KINDS, RESULTS

KIND_WEIGHTS = [70, 15, 2, 3, 6, 4]
OUTCOME_WEIGHTS = {
    "granted": 34, "partly_granted": 12, "unavailable.not_held": 20,
    "unavailable.needs_creation": 5, "unavailable.unclear_after_correction": 3,
    "denied.third_party_rights": 4, "denied.enforcement_files": 3,
    "not_processed.petition": 6, "not_processed.duplicate": 3, "other.no_correction": 2,
    "not_processed.published_material": 0, "other.fee_unpaid": 0,
}


@dataclass(frozen=True)
class Profile:
    """How much a unit has to do in a year, about."""

    applications: int = 0
    normative: int = 3
    licences: int = 0
    penalties: int = 0
    coercive: int = 0
    fees: Decimal = Decimal(0)
    reviews: int = 0
    suits: int = 0


def around(rnd, number):
    """A number near another."""
    return 0 if number == 0 else max(1, round(number * rnd.uniform(0.8, 1.25)))


def _table2(rnd, profile, before):
    """Table 2; `before` is last year's count of documents in force."""
    issued, repealed = rnd.choice([0, 0, 1, 2]), rnd.choice([0, 0, 0, 1])
    repealed = min(repealed, before)
    fees = (profile.fees * Decimal(rnd.randint(80, 125)) / 100).quantize(Decimal("0.01"))
    return {
        "t2.regulations.issued": 0,
        "t2.regulations.repealed": 0,
        "t2.regulations.in_force": 0,
        "t2.normative_documents.issued": issued,
        "t2.normative_documents.repealed": repealed,
        "t2.normative_documents.in_force": before + issued - repealed,
        "t2.licences.processed": around(rnd, profile.licences),
        "t2.penalties.processed": around(rnd, profile.penalties),
        "t2.coercive_measures.processed": around(rnd, profile.coercive),
        "t2.administrative_fees.amount": fees if fees else 0,
    }


def _outcome(rnd, outcomes):
    """One outcome, the usual ones most often."""
    weights = [OUTCOME_WEIGHTS.get(row, 1) for row in outcomes]
    return rnd.choices(outcomes, weights)[0]


def table3(rnd, form, applications, carried_in):
    """Table 3 for a number of applications and last year's open ones by kind."""
    values = dict.fromkeys(form.table3_indicators, 0)
    for kind in rnd.choices(KINDS, KIND_WEIGHTS, k=applications):
        values[f"t3.received.{kind}"] += 1
    for kind in KINDS:
        values[f"t3.carried_in.{kind}"] = carried_in[kind]
        to_do = values[f"t3.received.{kind}"] + carried_in[kind]
        open_still = sum(rnd.random() < 0.06 for _ in range(to_do))
        values[f"t3.carried_out.{kind}"] = open_still
        values[f"t3.concluded_total.{kind}"] = to_do - open_still
        for _ in range(to_do - open_still):
            values[f"t3.{_outcome(rnd, form.outcomes)}.{kind}"] += 1
    for row in form.rows3:
        values[f"t3.{row}.total"] = sum(values[f"t3.{row}.{kind}"] for kind in KINDS)
    return values


def _table4(rnd, profile):
    """Table 4; suits after review only where there was a review."""
    values = dict.fromkeys(FORM_2021.table4_indicators, 0)
    counts = [profile.reviews, profile.suits, profile.suits if profile.reviews else 0]
    for (block, _), count in zip(BLOCKS, counts):
        for _ in range(around(rnd, count)):
            result = rnd.choices(RESULTS[:-1], [6, 1, 2, 2])[0][0]
            values[f"t4.{block}.{result}"] += 1
            values[f"t4.{block}.total"] += 1
    return values


def nothing_open():
    """No application carried over."""
    return dict.fromkeys(KINDS, 0)


def first_year(rnd, profile):
    """A consistent report on the form of 2021 without a year before it."""
    carried_in = {
        kind: rnd.randint(0, 3) if profile.applications > 20 and kind == "natural_person" else 0
        for kind in KINDS
    }
    values = _table2(rnd, profile, profile.normative)
    values |= table3(rnd, FORM_2021, around(rnd, profile.applications), carried_in)
    return values | _table4(rnd, profile)


def next_year(rnd, profile, before, form):
    """The following report: what was carried out comes in, documents stay in force."""
    carried_in = {kind: before[f"t3.carried_out.{kind}"] for kind in KINDS}
    if form is FORM_2021:
        values = _table2(rnd, profile, before["t2.normative_documents.in_force"])
    else:
        values = _table2_of_2019(rnd, profile, form)
    values |= table3(rnd, form, around(rnd, profile.applications), carried_in)
    return values | _table4(rnd, profile)


def _table2_of_2019(rnd, profile, form):
    """Table 2 of the form of 2019: items, changes and decisions."""
    values = dict.fromkeys(form.table2_indicators, 0)
    made = rnd.randint(1, 2)
    values["t2.normative_documents.made"] = made
    values["t2.normative_documents.newly_published"] = made
    values["t2.normative_documents.total_published"] = profile.normative + made
    for row, decisions in (("licences", profile.licences), ("penalties", profile.penalties)):
        values[f"t2.{row}.previous_items"] = rnd.randint(6, 30)
        values[f"t2.{row}.change"] = -rnd.randint(1, 4)
        values[f"t2.{row}.processed"] = around(rnd, decisions)
    values["t2.procurement.items"] = rnd.randint(2, 6)
    values["t2.procurement.amount"] = Decimal(rnd.randint(1000, 9000)) / 100
    return values
