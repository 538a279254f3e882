"""Numbers, money and dates as people type them; what could be two things is refused rather than guessed."""

from __future__ import annotations

import datetime as dt
import functools
import re
import unicodedata
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Final, Literal

from ruleset.texts.catalogues import gettext
from ruleset.texts.locales import locale_data
from ruleset.texts.writing import format_date, format_number, join


class UnreadableTextError(ValueError):
    """What was typed is not a date or a number, or could be two of them. The message says what to type instead.

    `text` is what was typed.
    """

    def __init__(self, text: str, message: str) -> None:
        super().__init__(message)
        self.text = text


_SPACES: Final = str.maketrans(dict.fromkeys("\u00a0\u2007\u2009\u202f'’", " ") | {"\u2212": "-"})

# How a number may be typed: what stands between thousands ("" is nothing), what stands before the decimals.
_CONVENTIONS: Final = tuple((group, point) for group in ("", " ", ".", ",") for point in ",." if group != point)
_OWN: Final = {"fr": (("", ","), (" ", ",")), "en": (("", "."), (" ", "."), (",", "."))}


def parse_number(text: str, locale: str) -> Fraction:
    """Return the exact number that was typed: `1 234,50`, `1234.5`, `-0,5`, `1,234.50`.

    Thousands may be apart by any space. A comma or a point is taken for what the language makes of it, else for the
    only thing it can be; where it can be two (`1.234` in French), the text is refused rather than guessed.

    Raises:
        UnreadableTextError: not a number, or two possible ones.

    >>> parse_number("1 234,50", "fr_FR"), parse_number("1234.5", "fr_FR"), parse_number("1,234", "en")
    (Fraction(2469, 2), Fraction(2469, 2), Fraction(1234, 1))
    """
    plain = text.translate(_SPACES).strip()
    sign, body = (-1, plain[1:].lstrip()) if plain.startswith("-") else (1, plain.removeprefix("+").lstrip())
    found = _readings(body, _OWN.get(locale_data(locale).language, ())) or _readings(body, _CONVENTIONS)
    if len(found) == 1:
        return sign * found.pop()
    _ = gettext(locale)
    if not found:
        example = format_number(Fraction("1234.5"), locale)
        message = _("« {text} » n'est pas un nombre. Écrivez par exemple {example}.").format(text=text, example=example)
    else:
        readings = join(
            [format_number(number, locale).translate(_SPACES).replace(" ", "") for number in sorted(found)],
            locale,
            kind="or",
        )
        message = _("« {text} » peut se lire {readings} : écrivez ce que vous voulez dire.").format(
            text=text, readings=readings
        )
    raise UnreadableTextError(text, message)


def _readings(body: str, conventions: Iterable[tuple[str, str]]) -> set[Fraction]:
    """Return the numbers that a text without sign can be."""
    found: set[Fraction] = set()
    if not body or len(body) > 100:
        return found
    for group, point in conventions:
        whole = rf"[1-9][0-9]{{0,2}}(?:{re.escape(group)}[0-9]{{3}})+" if group else "[0-9]*"
        if match := re.fullmatch(rf"({whole})(?:{re.escape(point)}([0-9]+))?", body):
            decimals = match[2] or ""
            found.add(Fraction(int(match[1].replace(group, "") + decimals), 10 ** len(decimals)))
    return found


def parse_money(text: str, currency: str, locale: str) -> Fraction:
    """Return an amount that was typed with or without its currency (`1 500 €`, `1500 EUR`, `$1,500.25`, `20 F CFA`).

    Raises:
        UnreadableTextError: not a number, two possible ones, or another currency.

    >>> parse_money("1 500,50 €", "EUR", "fr_FR"), parse_money("1500 dollars", "CAD", "fr_CA")
    (Fraction(3001, 2), Fraction(1500, 1))
    """
    words = rf"(?:{'|'.join(map(re.escape, _currency_words(currency, locale)))})(?![a-z])"
    sides = re.compile(rf"([-+]?)\s*(?:{words})?\s*(.*?)\s*(?:{words})?", re.IGNORECASE | re.DOTALL)
    match = sides.fullmatch(text.translate(_SPACES).strip())
    assert match, "every part is optional"
    try:
        return parse_number(match[1] + match[2], locale)
    except UnreadableTextError as error:
        raise UnreadableTextError(text, str(error)) from None


@functools.lru_cache(maxsize=32)
def _currency_words(currency: str, locale: str) -> tuple[str, ...]:
    """Return what people write beside an amount of this currency, longest first."""
    from babel.numbers import get_currency_name, get_currency_symbol

    data = locale_data(locale)
    usual = {"CAD": ["$", "dollar", "dollars"], "XOF": ["F CFA", "FCFA", "CFA", "F", "franc", "francs"]}
    names = [get_currency_name(currency, count, data) for count in (1, 2)]
    symbol = get_currency_symbol(currency, data).translate(_SPACES)
    return tuple(sorted({currency, symbol, *names, *usual.get(currency, [])}, key=len, reverse=True))


def parse_date(text: str, locale: str) -> dt.date:
    """Return the day that was typed: `23/11/2026`, `2026-11-23`, `23 nov 2026`, `1er janvier 2027`, `Nov 23, 2026`.

    In figures the day goes before the month. In English that would be a guess whenever both may be a month: the text
    is refused. A month may be shortened as far as no other begins so; a day of the week is checked.

    Raises:
        UnreadableTextError: not a date, a day that does not exist, two figures for the year, or two possible days.

    >>> parse_date("23/11/2026", "fr_FR") == parse_date("lundi 23 novembre 2026", "fr_CA")
    True
    >>> parse_date("Feb 1st, 2026", "en")
    datetime.date(2026, 2, 1)
    """
    _ = gettext(locale)
    parts = _date_parts(text, locale)
    if not parts:
        short, long = (format_date(dt.date(2026, 11, 23), locale, form) for form in ("short", "long"))
        message = _("« {text} » n'est pas une date. Écrivez par exemple {short} ou {long}.")
        raise UnreadableTextError(text, message.format(text=text, short=short, long=long))
    year, month, day, weekday = parts
    if year < 1000:
        raise UnreadableTextError(text, _("« {text} » : écrivez l'année avec quatre chiffres.").format(text=text))
    try:
        found = dt.date(year, month, day)
    except ValueError:
        raise UnreadableTextError(text, _("« {text} » : ce jour n'existe pas.").format(text=text)) from None
    if weekday not in (None, found.weekday()):
        message = _("« {text} » : ce n'est pas le bon jour de la semaine ({day}).")
        raise UnreadableTextError(text, message.format(text=text, day=format_date(found, locale, "full")))
    return found


_FILLERS: Final = frozenset({"le", "er", "the", "of", "st", "nd", "rd", "th"})


def _letters(text: str) -> str:
    """Return a text in small letters without accents."""
    return "".join(
        letter for letter in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(letter)
    )


def _date_parts(text: str, locale: str) -> tuple[int, int, int, int | None] | None:
    """Return year, month, day and day of the week (None if it is not there) as they were typed; None: not a date."""
    words = re.findall(r"[0-9]+|[a-z]+|[^\w\s,./-]", _letters(text))
    figures = [word for word in words if word.isdigit()]
    names = [word for word in words if not word.isdigit() and word not in _FILLERS]
    if any(len(word) > 4 for word in figures):
        return None
    if len(figures) == 2 and names:
        month = _number_of(names.pop(), "months", locale, text)
        day, year = sorted(map(int, figures))
    elif len(figures) == 3:
        year, month, day = _order(text, figures, locale)
    else:
        return None
    weekdays = [_number_of(name, "days", locale, text) for name in names]
    if month is None or None in weekdays or len(weekdays) > 1:
        return None
    return year, month, day, weekdays[0] if weekdays else None


def _order(text: str, figures: list[str], locale: str) -> tuple[int, int, int]:
    """Return year, month and day of a date in figures."""
    first, second, third = map(int, figures)
    if len(figures[0]) == 4:
        return first, second, third
    if locale_data(locale).language == "fr" or first == second or first > 12:
        return third, second, first
    if second > 12:
        return third, first, second
    _ = gettext(locale)
    message = _("« {text} » : le jour ou le mois d'abord ? Écrivez par exemple {example}.")
    raise UnreadableTextError(text, message.format(text=text, example=format_date(dt.date(2026, 11, 23), locale)))


def _number_of(word: str, kind: Literal["months", "days"], locale: str, text: str) -> int | None:
    """Return the number of the month (from 1) or day of the week (Monday 0) that a word names or begins, if any.

    Raises:
        UnreadableTextError: two of them begin so; `text` is what was typed.
    """
    names: Mapping[str, Mapping[int, str]] = getattr(locale_data(locale), kind)["format"]
    short = {number for number, name in names["abbreviated"].items() if word == _letters(name).rstrip(".")}
    found = short or {
        number for number, name in names["wide"].items() if len(word) > 2 and _letters(name).startswith(word)
    }
    if len(found) > 1:
        _ = gettext(locale)
        message = _("« {text} » : écrivez le mois en entier.")
        raise UnreadableTextError(text, message.format(text=text))
    return next(iter(found), None)
