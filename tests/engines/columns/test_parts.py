"""The parts of the engine of batches, each against the plain Python that means the same."""

import datetime as dt
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ruleset import calendars
from ruleset.engines.columns import calendar, exact
from ruleset.engines.columns.comparing import choose, compare, same
from ruleset.engines.columns.distinct import by_distinct
from ruleset.engines.columns.planes import Plane, Truth
from ruleset.engines.columns.values import Constant, Pool, from_values, take, to_values
from ruleset.expressions import evaluate
from ruleset.expressions.functions import ROUNDINGS, round_to
from ruleset.types import UNKNOWN, Period

TRUTHS = st.sampled_from((True, False, UNKNOWN))
YES_NO = st.sampled_from((True, False, UNKNOWN, None))
BIG = st.one_of(st.integers(-50, 50), st.integers(-(10**25), 10**25))
NUMBERS = st.one_of(st.fractions(max_denominator=12), BIG, st.none(), st.just(UNKNOWN))
DAYS = st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31))


def columns(values, size=(1, 70)):
    return st.integers(*size).flatmap(lambda n: st.tuples(*(st.lists(values, min_size=n, max_size=n),) * 2))


def truths(values):
    column = from_values(values, Pool())
    if isinstance(column, Truth):
        return column
    full, empty = (Plane.full(len(values), value=value) for value in (True, False))
    return Truth(full) if values[0] is True else Truth(empty) if values[0] is False else Truth(empty, empty)


@given(st.lists(st.booleans(), min_size=1, max_size=200))
def test_a_plane_keeps_its_bits(bits):
    plane = Plane.of(np.array(bits))
    again = Plane(len(bits), words=plane.words)
    assert again.flags.tolist() == bits
    assert (again.any(), again.all(), again.count()) == (any(bits), all(bits), sum(bits))
    assert (~again).flags.tolist() == [not bit for bit in bits]


@given(columns(TRUTHS))
def test_logic_is_kleenes(pair):
    one, other = pair
    left, right = truths(one), truths(other)
    for found, expected in (
        (left & right, [evaluate.all_of(both) for both in zip(one, other, strict=True)]),
        (left | right, [evaluate.any_of(both) for both in zip(one, other, strict=True)]),
        (~left, [evaluate.opposite(value) for value in one]),
        (left.settled(), one),
    ):
        assert to_values(found, "yes_no", len(one), Pool()) == expected


@given(columns(NUMBERS), st.sampled_from(("==", "!=", "<", "<=", ">", ">=")))
def test_comparisons_of_numbers(pair, operator):
    one, other = pair
    pool = Pool()
    left, right = from_values(one, pool), from_values(other, pool)
    found = compare(operator, left, right, len(one), pool)
    assert to_values(found, "yes_no", len(one), pool) == [
        evaluate.compare(operator, a, b) for a, b in zip(one, other, strict=True)
    ]
    against = compare(operator, left, Constant(other[0]), len(one), pool)
    assert to_values(against, "yes_no", len(one), pool) == [evaluate.compare(operator, a, other[0]) for a in one]


@given(columns(st.one_of(st.text(max_size=2), st.none(), st.just(UNKNOWN))), st.data())
def test_comparisons_of_words_and_choices_between_them(pair, data):
    one, other = pair
    pool = Pool()
    left, right = from_values(one, pool), from_values(other, pool)
    for operator in ("==", "!=", "<"):
        found = compare(operator, left, right, len(one), pool)
        assert to_values(found, "yes_no", len(one), pool) == [
            evaluate.compare(operator, a, b) for a, b in zip(one, other, strict=True)
        ]
    condition = data.draw(st.lists(TRUTHS, min_size=len(one), max_size=len(one)))
    chosen = choose(truths_of(condition), left, right, len(one), pool)
    assert to_values(chosen, "text", len(one), pool) == [
        evaluate.common([a, b]) if certain is UNKNOWN else a if certain else b
        for certain, a, b in zip(condition, one, other, strict=True)
    ]


def truths_of(values):
    true, false = (Plane.of(np.array([value is wanted for value in values])) for wanted in (True, False))
    return Truth(true, false)


@given(columns(NUMBERS), st.data())
def test_choices_between_numbers_and_what_is_the_same(pair, data):
    one, other = pair
    pool = Pool()
    left, right = from_values(one, pool), from_values(other, pool)
    condition = data.draw(st.lists(TRUTHS, min_size=len(one), max_size=len(one)))
    chosen = choose(truths_of(condition), left, right, len(one), pool)
    assert to_values(chosen, "number", len(one), pool) == [
        evaluate.common([a, b]) if certain is UNKNOWN else a if certain else b
        for certain, a, b in zip(condition, one, other, strict=True)
    ]
    assert same(left, right, len(one), pool).flags.tolist() == [
        a is not UNKNOWN and evaluate.same(a, b) for a, b in zip(one, other, strict=True)
    ]


@given(columns(YES_NO), st.data())
def test_choices_between_answers_that_may_be_none(pair, data):
    one, other = pair
    pool = Pool()
    condition = data.draw(st.lists(TRUTHS, min_size=len(one), max_size=len(one)))
    chosen = choose(truths_of(condition), from_values(one, pool), from_values(other, pool), len(one), pool)
    assert to_values(chosen, "yes_no", len(one), pool) == [
        evaluate.common([a, b]) if certain is UNKNOWN else a if certain else b
        for certain, a, b in zip(condition, one, other, strict=True)
    ]


FRACTIONS = st.one_of(st.fractions(max_denominator=10**6), BIG.map(Fraction), st.fractions())


@given(st.lists(st.tuples(FRACTIONS, FRACTIONS), min_size=1, max_size=40))
def test_arithmetic_is_exact(pairs):
    size = len(pairs)
    one, other = (
        exact.from_fractions(np.array([Fraction(x) for x in side], dtype=object)) for side in zip(*pairs, strict=True)
    )
    for operation, python in (
        (exact.add, lambda a, b: a + b),
        (exact.multiply, lambda a, b: a * b),
        (exact.divide, lambda a, b: a / b if b else None),
    ):
        found = exact.fractions(operation(one, other), size)
        wanted = [python(Fraction(a), Fraction(b)) for a, b in pairs]
        assert [value for value, right in zip(found, wanted, strict=True) if right is not None] == [
            right for right in wanted if right is not None
        ]


@given(st.lists(FRACTIONS, min_size=1, max_size=40), st.integers(-3, 6), st.sampled_from(sorted(ROUNDINGS)))
def test_rounding(values, decimals, mode):
    column = exact.from_fractions(np.array([Fraction(x) for x in values], dtype=object))
    found = exact.fractions(exact.round_to(column, decimals, mode), len(values))
    plain = [round_to(Fraction(value), decimals, mode) for value in values]
    if not (isinstance(column[1], int) and column[1] == 1 and decimals >= 0):
        assert list(found) == plain
    assert list(exact.fractions((exact.floor(column), 1), len(values))) == [
        value // 1 for value in map(Fraction, values)
    ]


def ordinals(days):
    return np.array([day.toordinal() for day in days], np.int64)


@given(st.lists(st.tuples(DAYS, DAYS), min_size=1, max_size=40), st.integers(-300, 300), st.integers(-900, 900))
def test_the_calendar(pairs, months, shift):
    one, other = (ordinals(side) for side in zip(*pairs, strict=True))
    moved = calendar.add(one, months, shift)
    for (day, _), found in zip(pairs, moved.tolist(), strict=True):
        try:
            expected = calendars.add(day, Period(months, shift)).toordinal()
        except OverflowError:
            assert not calendar.within(np.array([found]))[0]
        else:
            assert found == expected
    days = [day for day, _ in pairs]
    for vector, plain in (
        (calendar.year, lambda day: day.year),
        (calendar.month, lambda day: day.month),
        (calendar.day, lambda day: day.day),
        (calendar.weekday, lambda day: day.isoweekday()),
        (calendar.day_of_year, lambda day: day.timetuple().tm_yday),
        (calendar.end_of_month, lambda day: calendars.end_of_month(day).toordinal()),
        (calendar.end_of_quarter, lambda day: calendars.end_of_quarter(day).toordinal()),
        (calendar.end_of_year, lambda day: calendars.end_of_year(day).toordinal()),
    ):
        assert vector(one).tolist() == [plain(day) for day in days]
    assert calendar.full_months(one, other).tolist() == [calendars.full_months(*pair) for pair in pairs]
    assert calendar.full_years(one, other).tolist() == [calendars.full_years(*pair) for pair in pairs]


@given(columns(NUMBERS), st.data())
def test_a_function_is_computed_once_for_each_combination(pair, data):
    one, other = pair
    pool = Pool()
    seen = []

    def join(a, b):
        seen.append((a, b))
        return f"{a} {b}"

    found = by_distinct([from_values(one, pool), from_values(other, pool)], ["number"] * 2, len(one), pool, join)
    assert to_values(found, "text", len(one), pool) == [f"{a} {b}" for a, b in zip(one, other, strict=True)]
    assert len(seen) == len(set(zip(one, other, strict=True)))
    rows = np.array(data.draw(st.lists(st.integers(0, len(one) - 1), max_size=5)), np.intp)
    column = from_values(one, pool)
    assert to_values(take(column, rows), "number", len(rows), pool) == [one[row] for row in rows]
