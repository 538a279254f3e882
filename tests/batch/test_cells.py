"""Cells of Arrow columns are read as case files are: the same answers and refusals, whatever the column's type."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruleset.batch.cells import read_cells, with_none
from ruleset.engines.columns import Pool
from ruleset.engines.columns.values import Numbers, to_values
from ruleset.types import UNKNOWN, BadValueError, Domain, Type

INTEGER = Domain(Type("integer"), minimum=-5, maximum=1000)
MONEY = Domain(Type("money"), minimum=0, maximum=10**9)
NUMBER = Domain(Type("number"), decimals=3)
FREE = Domain(Type("number"))
DATE = Domain(Type("date"), first=dt.date(2020, 1, 1))
CHOICE = Domain(Type("choice", ("a", "b")), optional=True)
CHOICES = Domain(Type("choices", ("a", "b", "c")))
YES_NO = Domain(Type("yes_no"))


def read(array, domain):
    pool = Pool()
    column, faults = read_cells(array, domain, pool)
    return to_values(column, domain.type.kind, len(array), pool), faults


def expected(cells, domain):
    values, wrong = [], []
    for row, cell in enumerate(cells):
        try:
            values.append(domain.read(cell))
        except BadValueError as error:
            values.append(UNKNOWN)
            wrong.append((row, str(error)))
    return values, wrong


def agree(array, cells, domain):
    values, faults = read(array, domain)
    right, wrong = expected(cells, domain)
    assert values == right
    assert sorted((row, reason) for row, _, reason in faults) == wrong


@given(st.lists(st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1), st.integers(-10, 1010)), min_size=1))
def test_whole_numbers(cells):
    agree(pa.array(cells, pa.int64()), cells, INTEGER)
    agree(pa.array(cells, pa.int64()), cells, FREE)


@given(st.lists(st.one_of(st.none(), st.integers(0, 255)), min_size=1))
def test_narrow_whole_numbers(cells):
    agree(pa.array(cells, pa.uint8()), cells, INTEGER)


DECIMALS = st.decimals(-(10**14), 10**14, places=4)


@given(st.lists(st.one_of(st.none(), DECIMALS, st.integers(0, 10**6).map(lambda n: Decimal(n) / 100)), min_size=1))
def test_decimals(cells):
    array = pa.array(cells, pa.decimal128(30, 4))
    for domain in (MONEY, NUMBER, FREE, INTEGER):
        agree(array, array.to_pylist(), domain)


@given(st.lists(st.one_of(st.none(), st.floats(), st.integers(0, 10**8).map(lambda n: n / 100)), min_size=1))
def test_binary_fractions_are_read_as_they_print(cells):
    array = pa.array(cells, pa.float64())
    for domain in (MONEY, FREE):
        agree(array, cells, domain)


def test_not_a_number_is_refused_with_its_row():
    values, faults = read(pa.array([1.5, float("nan"), float("inf"), None]), MONEY)
    assert values[1:] == [UNKNOWN] * 3
    assert [(row, value) for row, value, _ in faults] == [(1, "nan"), (2, "inf")]
    assert "n'est pas un nombre" in faults[0][2]


@given(st.lists(st.one_of(st.none(), st.dates()), min_size=1))
def test_days(cells):
    agree(pa.array(cells, pa.date32()), cells, DATE)
    agree(pa.array([None if cell is None else cell.isoformat() for cell in cells], pa.string()), cells, DATE)


def test_a_day_outside_the_calendar():
    values, faults = read(pa.array([0, 4_000_000], pa.int32()).cast(pa.date32()), DATE)
    assert values[1] is UNKNOWN
    assert sorted(row for row, *_ in faults) == [0, 1]


def test_an_instant_is_a_day_at_midnight_only():
    instants = pa.array([dt.datetime(2026, 1, 1), dt.datetime(2026, 1, 1, 8)], pa.timestamp("s"))  # noqa: DTZ001
    values, faults = read(instants, DATE)
    assert values == [dt.date(2026, 1, 1), UNKNOWN]
    assert "AAAA-MM-JJ" in faults[0][2]


@pytest.mark.parametrize(
    ("array", "domain", "values", "wrong"),
    [
        (pa.array([True, None, False]), YES_NO, [True, UNKNOWN, False], []),
        (pa.array(["oui", "no", "", "peut-être"]), YES_NO, [True, False, UNKNOWN, UNKNOWN], [3]),
        (pa.array(["a", "none", " b ", "c"]), CHOICE, ["a", None, "b", UNKNOWN], [3]),
        (pa.array(["a", "b", None]).dictionary_encode(), CHOICE, ["a", "b", UNKNOWN], []),
        (pa.array([["a"], [], None, ["z"]]), CHOICES, [frozenset("a"), frozenset(), UNKNOWN, UNKNOWN], [3]),
        (pa.array(["a; c", "unknown"]), CHOICES, [frozenset("ac"), UNKNOWN], []),
        (pa.array(["12,50", "12.345", "x"]), MONEY, [Decimal("12.5"), UNKNOWN, UNKNOWN], [1, 2]),
        (pa.array([True, False]), INTEGER, [UNKNOWN, UNKNOWN], [0, 1]),
        (pa.array([1, 2]), YES_NO, [UNKNOWN, UNKNOWN], [0, 1]),
        (pa.array(["a"]), DATE, [UNKNOWN], [0]),
        (pa.array([None, None]), DATE, [UNKNOWN, UNKNOWN], []),
    ],
)
def test_other_cells(array, domain, values, wrong):
    found, faults = read(array, domain)
    assert found == values
    assert [row for row, *_ in faults] == wrong
    assert all(reason for *_, reason in faults)


def test_a_companion_column_says_where_an_answer_is_none():
    pool = Pool()
    array = pa.array(["a", None, None])
    column, _ = read_cells(array, CHOICE, pool)
    column, faults = with_none(column, pa.array([False, True, None]), CHOICE, 3, pool)
    assert (to_values(column, "choice", 3, pool), faults) == (["a", None, UNKNOWN], [])
    _, faults = with_none(column, pa.array([True, False, None]), YES_NO, 3, pool)
    assert [row for row, *_ in faults] == [0]


def test_numbers_are_kept_in_the_narrowest_integers():
    column, _ = read_cells(pa.array([1, 100], pa.int64()), INTEGER, Pool())
    assert isinstance(column, Numbers)
    assert isinstance(column.num, np.ndarray)
    assert column.num.dtype == np.int8
