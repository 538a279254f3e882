"""Units: enough algebra to refuse euros compared with hours."""
# ruff: noqa: E501  one case a line reads best

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruleset.units import compatible, format_unit, inverse, multiply, parse_unit

units = st.dictionaries(st.sampled_from(["EUR", "h", "m2", "week"]), st.integers(-2, 2).filter(bool), max_size=3).map(
    lambda powers: tuple(sorted(powers.items()))
)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("", ()), ("%", ()), ("1", ()), ("EUR", (("EUR", 1),)), ("h/semaine", (("h", 1), ("semaine", -1))), ("m²", (("m²", 1),)),
        ("h.h", (("h", 2),)), ("EUR/EUR", ()), ("EUR / h . jour", (("EUR", 1), ("h", -1), ("jour", -1))), ("1/h", (("h", -1),)),
    ],
)  # fmt: skip
def test_a_unit_is_read(text, unit):
    assert parse_unit(text) == unit


@pytest.mark.parametrize("text", ["3 km", "h2o!", "h+j", "-"])
def test_what_is_no_unit_is_refused(text):
    with pytest.raises(ValueError, match="n'est pas une unité"):
        parse_unit(text)


@given(units)
def test_a_unit_is_written_as_it_is_read(unit):
    assert parse_unit(format_unit(unit)) == unit


@given(units, units)
def test_products(one, other):
    assert multiply(one, other) == multiply(other, one)
    assert multiply(one, inverse(one)) == ()
    assert multiply(one, None) == multiply(None, one) == one
    assert compatible(one, None)
    assert compatible(one, other) == (one == other)
