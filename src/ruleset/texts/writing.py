"""Dates, money, numbers, nouns by number and enumerations, as each language and country writes them."""

from __future__ import annotations

import copy
import datetime as dt
import decimal
import functools
import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from ruleset.texts.locales import locale_data

if TYPE_CHECKING:
    from babel import Locale

DateForm = Literal["short", "medium", "long", "full"]
Exact = int | Decimal | Fraction


@functools.lru_cache(maxsize=4096)
def format_date(day: dt.date, locale: str, form: DateForm = "long") -> str:
    """Return a day in words, or in figures with form `short` (four figures for the year, never month before day).

    >>> format_date(dt.date(2026, 11, 23), "fr_FR"), format_date(dt.date(2027, 1, 1), "fr_CA")
    ('23 novembre 2026', '1er janvier 2027')
    >>> [format_date(dt.date(2026, 11, 23), name, "short") for name in ("fr_FR", "fr_CA", "fr_SN", "en")]
    ['23/11/2026', '2026-11-23', '23/11/2026', '2026-11-23']
    >>> format_date(dt.date(2026, 11, 23), "en", "full")
    'Monday, November 23, 2026'
    """
    from babel.dates import format_date as write

    data = locale_data(locale)
    if form == "short":
        return f"{day:%d/%m}/{day.year:04d}" if data.language == "fr" and data.territory != "CA" else day.isoformat()
    text = write(day, form, data)
    return re.sub(r"\b1 ", "1er ", text, count=1) if data.language == "fr" and day.day == 1 else text


@functools.lru_cache(maxsize=4096)
def format_money(amount: Exact, currency: str, locale: str) -> str:
    r"""Return an amount in units of its currency, rounded half up to its smallest coin, bare if whole.

    Spaces inside do not break: a narrow one between thousands in France, a full one in Canada.

    >>> format_money(Fraction("77700.5"), "EUR", "fr_FR"), format_money(1500, "CAD", "fr_CA")
    ('77\u202f700,50\xa0€', '1\xa0500\xa0$')
    >>> format_money(1500000, "XOF", "fr_SN"), format_money(Decimal("-3.5"), "EUR", "en")
    ('1\u202f500\u202f000\xa0F\u202fCFA', '-€3.50')
    """
    from babel.numbers import get_currency_precision

    value = _decimal(amount, get_currency_precision(currency))
    if value == value.to_integral_value():
        value = _decimal(amount, 0)
    return _pattern(value, locale_data(locale), currency)


@functools.lru_cache(maxsize=4096)
def format_number(x: Exact, locale: str, decimals: int | None = None) -> str:
    r"""Return a number with its thousands apart.

    Args:
        x: an exact number.
        locale: whose signs are used.
        decimals: exactly so many, rounded half up; by default as many as the number has, twelve at most.

    >>> format_number(Fraction(12345, 10), "fr_FR"), format_number(Fraction(2, 3), "en", 2), format_number(35, "fr_FR")
    ('1\u202f234,5', '0.67', '35')
    """
    value = _decimal(x, 12 if decimals is None else decimals)
    if decimals is None:
        digits = f"{value:f}".rstrip("0").partition(".")[2]
        value = _decimal(x, len(digits))
    return _pattern(value, locale_data(locale))


def _decimal(x: Exact, decimals: int) -> Decimal:
    """Return x with exactly so many decimals, half up (away from zero), whatever the precision of the thread."""
    scaled = abs(Fraction(x)) * 10**decimals
    digits = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal((int(x < 0 and digits > 0), tuple(int(digit) for digit in str(digits)), -decimals))


def _pattern(value: Decimal, data: Locale, currency: str | None = None) -> str:
    pattern = copy.copy(data.currency_formats["standard"] if currency else data.decimal_formats[None])
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    pattern.frac_prec = (-exponent, -exponent)
    with decimal.localcontext(prec=max(28, len(value.as_tuple().digits) - exponent)):
        return str(pattern.apply(value, data, currency=currency, currency_digits=False))


def plural(n: Exact, forms: Sequence[str], locale: str) -> str:
    """Return the form of a noun for n things, by the rules of the language (0 and 1.5 are singular in French).

    Two forms are singular and plural; a language with more has them in the order of Unicode's categories
    (zero, one, two, few, many, other). A single form serves for all.

    >>> [plural(n, ("jour", "jours"), "fr_FR") for n in (0, 1, Fraction(3, 2), 2)]
    ['jour', 'jour', 'jour', 'jours']
    >>> [plural(n, ("day", "days"), "en") for n in (0, 1, 2)]
    ['days', 'day', 'days']
    """
    rule = locale_data(locale).plural_form
    names = [name for name in ("zero", "one", "two", "few", "many") if name in rule.tags] + ["other"]
    category = rule(Decimal(n) if isinstance(n, int) else _decimal(n, 12).normalize())
    if len(forms) == len(names):
        return forms[names.index(category)]
    return forms[0] if category == "one" else forms[-1]


def join(items: Sequence[str], locale: str, *, kind: Literal["and", "or"] = "and") -> str:
    """Return an enumeration.

    >>> join(["a", "b", "c"], "fr_FR"), join(["a", "b"], "fr_FR", kind="or"), join(["a", "b", "c"], "en")
    ('a, b et c', 'a ou b', 'a, b, and c')
    """
    from babel.lists import format_list

    return format_list(items, style="standard" if kind == "and" else "or", locale=locale_data(locale))
