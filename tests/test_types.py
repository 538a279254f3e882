"""What may be answered, how it is read and written back."""
# ruff: noqa: E501  one case a line reads best

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruleset.expressions.functions import ROUNDINGS, round_to
from ruleset.types import (
    UNKNOWN,
    BadValueError,
    Domain,
    Period,
    Type,
    decimal_text,
    decimals_of,
    encode,
    near,
    parse_day,
    parse_number,
)

YES_NO = Domain(Type("yes_no"))
INTEGER = Domain(Type("integer"), minimum=0, maximum=100)
NUMBER = Domain(Type("number"), decimals=2)
MONEY = Domain(Type("money", unit=(("EUR", 1),)))
DATE = Domain(Type("date"), first=dt.date(2020, 1, 1), last=dt.date(2030, 12, 31))
CHOICE = Domain(Type("choice", ("red", "blue")))
CHOICES = Domain(Type("choices", ("red", "blue")))
TEXT = Domain(Type("text"))

READ = [
    (YES_NO, True, True), (YES_NO, "oui", True), (YES_NO, "No", False), (YES_NO, " YES ", True), (YES_NO, None, UNKNOWN),
    (YES_NO, "unknown", UNKNOWN), (INTEGER, 3, 3), (INTEGER, "3", 3), (INTEGER, 3.0, 3), (INTEGER, "3,0", 3), (INTEGER, Decimal("3.00"), 3),
    (NUMBER, 0.1, Fraction(1, 10)), (Domain(Type("number")), 1e-05, Fraction(1, 100_000)), (NUMBER, "12,50", Fraction(25, 2)), (NUMBER, "1\u202f000", 1000), (NUMBER, Decimal("1E+2"), 100),
    (MONEY, "19.99", Fraction(1999, 100)), (MONEY, -5, -5), (DATE, dt.date(2026, 1, 1), dt.date(2026, 1, 1)), (DATE, "2020-01-01", dt.date(2020, 1, 1)),
    (CHOICE, "red", "red"), (CHOICES, "red", {"red"}), (CHOICES, ["red", "red"], {"red"}), (CHOICES, [], set()), (CHOICES, {"red", "blue"}, {"red", "blue"}),
    (TEXT, "e\u0301", "é"), (TEXT, 12, "12"), (TEXT, "", ""),
    (Domain(Type("text"), optional=True), "none", None), (Domain(Type("choice", ("none", "x"))), "none", "none"),
    (Domain(Type("choice", ("unknown", "x"))), "unknown", "unknown"), (Domain(Type("choice", ("yes", "no"))), True, "yes"),
]  # fmt: skip


@pytest.mark.parametrize(("domain", "raw", "expected"), READ)
def test_what_is_read(domain, raw, expected):
    found = domain.read(raw)
    assert found == expected
    assert isinstance(found, bool) == isinstance(expected, bool)
    assert not isinstance(found, float)


REFUSED = [
    (YES_NO, 1, "ni oui (true) ni non"), (YES_NO, "1", "ni oui"), (YES_NO, 0.0, "ni oui"), (YES_NO, "none", "n'est pas une réponse possible"),
    (INTEGER, True, "n'est pas un nombre"), (INTEGER, "1.5", "n'est pas un nombre entier"), (INTEGER, 101, "dépasse le maximum 100"),
    (INTEGER, -1, "inférieur au minimum 0"), (INTEGER, "1e5", "n'est pas un nombre"), (INTEGER, "1_000", "n'est pas un nombre"), (INTEGER, "٣", "n'est pas un nombre"),
    (INTEGER, "12:30", "n'est pas un nombre"), (INTEGER, "", "n'est pas un nombre"), (INTEGER, [], "n'est pas un nombre"), (INTEGER, "3 4", "n'est pas un nombre"),
    (NUMBER, "0.123", "plus de 2 décimales"), (NUMBER, float("nan"), "n'est pas un nombre"), (NUMBER, float("inf"), "n'est pas un nombre"),
    (NUMBER, 1e30, "plus de 15 chiffres"), (NUMBER, 10**5000, "plus de 15 chiffres"), (NUMBER, "9" * 16, "plus de 15 chiffres"), (NUMBER, Decimal("1E+999999"), "plus de 15"),
    (NUMBER, Decimal("NaN"), "n'est pas un nombre"), (MONEY, "0.001", "plus de 2 décimales"), (DATE, "2019-12-31", "avant le premier jour"),
    (DATE, "2031-01-01", "après le dernier jour"), (DATE, dt.datetime(2026, 1, 1, 12), "n'est pas une date"), (DATE, 20260101, "n'est pas une date"),  # noqa: DTZ001
    (DATE, "2026-02-29", "n'existe pas"), (DATE, "٢٠٢٦-01-01", "n'est pas une date"), (CHOICE, "redd", "vouliez-vous dire « red »"), (CHOICE, 1.5, "n'est pas un choix"),
    (CHOICE, None.__class__, "n'est pas un choix"), (CHOICES, ["red", "green"], "« green » n'est pas un choix possible"), (CHOICES, {"red": 1}, "n'est pas une liste"),
    (CHOICES, [None], "n'est pas un choix"), (TEXT, True, "n'est pas un texte"), (TEXT, 1.5, "n'est pas un texte"), (TEXT, 10**5000, "n'est pas un texte"),
    (INTEGER, "x" * 10**6, "xxx…"), (CHOICE, "x" * 10**6, "xxx…"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("domain", "raw", "message"), REFUSED, ids=lambda one: one if isinstance(one, str) and len(one) < 40 else "."
)
def test_what_is_refused(domain, raw, message):
    with pytest.raises(BadValueError) as error:
        domain.read(raw)
    assert message in str(error.value)
    assert len(str(error.value)) < 300


@given(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.decimals(), st.lists(st.text()), st.dates()
    )
)
def test_reading_gives_a_value_of_the_type_or_refuses(raw):
    for domain in (YES_NO, INTEGER, NUMBER, MONEY, DATE, CHOICE, CHOICES, TEXT):
        try:
            value = domain.read(raw)
        except BadValueError:
            continue
        assert value is UNKNOWN or domain.type.holds(value)


@given(st.fractions(), st.integers(0, 6), st.sampled_from(list(ROUNDINGS)))
def test_rounding_agrees_with_decimal_arithmetic(number, places, mode):
    found = round_to(number, places, mode)
    assert abs(Fraction(found) - number) < Fraction(1, 10**places)
    assert decimals_of(found) <= places
    assert round_to(found, places, mode) == found
    if (exact := decimals_of(number)) is not None and exact < 12:
        decimal = Decimal(number.numerator) / Decimal(number.denominator)
        if Fraction(decimal) == number and abs(number) < 10**12:
            assert Fraction(decimal.quantize(Decimal(1).scaleb(-places), ROUNDINGS[mode])) == found


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9))
def test_numbers_are_written_as_they_are_read(number):
    assert parse_number(decimal_text(Fraction(number))) == Fraction(number)


@given(st.dates())
def test_days_are_written_as_they_are_read(day):
    assert parse_day(encode(day, Type("date"))) == day


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (None, Type("money"), "none"), (True, Type("yes_no"), True), (3, Type("integer"), 3), (Fraction(3, 2), Type("number"), "1.5"),
        (3, Type("money"), "3.00"), (dt.date(2026, 1, 2), Type("date"), "2026-01-02"), (frozenset({"b", "a"}), Type("choices", ("b", "a")), ["b", "a"]),
        (("x", None), Type("list", of=Type("text")), ["x", "none"]), (Period(14, 3), Type("period"), "P14M3D"), (UNKNOWN, Type("text"), None), (Period(), Type("period"), "P0D"),
    ],
)  # fmt: skip
def test_json_form(value, kind, expected):
    assert encode(value, kind) == expected


def test_periods_add_up_and_turn_round():
    assert Period(1, 2) + -Period(3, 1) == Period(-2, 1)
    assert str(Period(days=3)) == "P3D"


def test_a_suggestion_is_near_and_found_soon_among_many():
    assert near("turnovr", ["turnover", "profit"]) == " (vouliez-vous dire « turnover » ?)"
    assert near("x", ["turnover"]) == near("turnover", []) == ""
    assert near("name_1999", [f"name_{n}" for n in range(100_000)]) != ""
