"""The values of the language and their types: what an answer may be, how it is read, checked and written.

A *value* is `None` (the known answer *none*), `UNKNOWN` (not answered), `bool`, `str` (a choice or a text), `int` or
`Fraction` (whole and other exact numbers, money in units of its currency), `datetime.date`, `Period`,
`frozenset[str]` (several choices) or `tuple` (a list made by a table).
"""

from __future__ import annotations

import datetime as dt
import enum
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal, TypeAlias

import attrs

from ruleset import units
from ruleset.units import Unit


class Unknown(enum.Enum):
    """The single value `UNKNOWN`: the question has no answer yet (never to be taken for *no* or *none*)."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN


@attrs.frozen(order=True)
class Period:
    """A length of calendar time: whole months first, then days (Code de procédure civile, art. 641)."""

    months: int = 0
    days: int = 0

    def __add__(self, other: Period) -> Period:
        return Period(self.months + other.months, self.days + other.days)

    def __neg__(self) -> Period:
        return Period(-self.months, -self.days)

    def __str__(self) -> str:
        """The ISO 8601 form: `P14M`, `P1M3D`, `P0D`."""
        parts = [f"{self.months}M" if self.months else "", f"{self.days}D" if self.days or not self.months else ""]
        return "P" + "".join(parts)


Value: TypeAlias = (
    Unknown | bool | str | int | Fraction | dt.date | Period | frozenset[str] | tuple["Value", ...] | None
)
Kind = Literal["yes_no", "choice", "choices", "integer", "number", "money", "date", "period", "text", "list", "none"]

NUMERIC: Final[frozenset[Kind]] = frozenset({"integer", "number", "money"})
ANSWERABLE: Final[tuple[Kind, ...]] = (
    "yes_no", "choice", "choices", "integer", "number", "money", "date", "text",
)  # fmt: skip
Severity = Literal["blocking", "risk", "caution", "advice", "info", "ok"]
SEVERITIES: Final[tuple[Severity, ...]] = ("blocking", "risk", "caution", "advice", "info", "ok")


@attrs.frozen
class Type:
    """The type of an expression.

    `choices` are the ids that are possible, in declared order (None: any text). `unit` is None for a bare number in
    an expression, which fits every unit. `of` is the type of the elements of a list.
    """

    kind: Kind
    choices: tuple[str, ...] | None = None
    unit: Unit | None = None
    of: Type | None = None

    @property
    def numeric(self) -> bool:
        """Whether values are exact numbers."""
        return self.kind in NUMERIC

    def holds(self, value: object) -> bool:
        """Return whether a known value is one of this type; *none* is of every type.

        >>> Type("integer").holds(2), Type("number").holds(0.5), Type("yes_no").holds(1)
        (True, False, False)
        """
        if value is None:
            return True
        if self.kind == "list":
            return isinstance(value, tuple) and all(self.of is None or self.of.holds(item) for item in value)
        if isinstance(value, bool):
            return self.kind == "yes_no"
        if isinstance(value, Fraction) and value.denominator != 1 and self.kind == "integer":
            return False
        return isinstance(value, _CLASSES[self.kind]) and not isinstance(value, dt.datetime)

    def __str__(self) -> str:
        if self.unit:
            return f"{self.kind} ({units.format_unit(self.unit)})"
        return self.kind


_CLASSES: Final[Mapping[Kind, type | tuple[type, ...]]] = {
    "yes_no": bool, "choice": str, "text": str, "choices": frozenset, "date": dt.date, "period": Period,
    "integer": (int, Fraction), "number": (int, Fraction), "money": (int, Fraction), "list": tuple, "none": (),
}  # fmt: skip
YES_NO: Final = Type("yes_no")
DATE: Final = Type("date")
PERIOD: Final = Type("period")
TEXT: Final = Type("text")
NONE: Final = Type("none")


class BadValueError(ValueError):
    """An answer that its question does not allow; the message says what was expected, in French."""


YES: Final = frozenset({"yes", "true", "oui", "vrai", "o", "y"})
NO: Final = frozenset({"no", "false", "non", "faux", "n"})
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")
_MAX_DIGITS: Final = 15
_MAX_SAID: Final = 80


@attrs.frozen
class Domain:
    """What may be answered: a type and its limits, all included.

    `minimum` and `maximum` bound a number, in the unit of the type; `first` and `last` a date.
    """

    type: Type
    minimum: Fraction | int | None = None
    maximum: Fraction | int | None = None
    decimals: int | None = None
    optional: bool = False
    first: dt.date | None = None
    last: dt.date | None = None

    def read(self, raw: object) -> Value:
        """Return the value that a case file, a form or a program gives.

        `None` and `"unknown"` are unknown, `"none"` is *none* where the domain is optional (for a choice, an ordinary
        id when it is declared as one).

        Raises:
            BadValueError: the value is not one of this domain.
        """
        ids = self.type.choices or ()
        if raw is None or (raw == "unknown" and "unknown" not in ids):
            return UNKNOWN
        if raw == "none" and "none" not in ids:
            if not self.optional:
                raise BadValueError("« none » (aucun) n'est pas une réponse possible ici")
            return None
        return _READERS[self.type.kind](self, raw)


def _read_yes_no(_: Domain, raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    word = raw.strip().lower() if isinstance(raw, str) else ""
    if word in YES or word in NO:
        return word in YES
    raise BadValueError(f"« {_said(raw)} » n'est ni oui (true) ni non (false)")


def _read_choice(domain: Domain, raw: object) -> str:
    text = _scalar_text(raw)
    if text not in (domain.type.choices or ()):
        raise BadValueError(
            f"« {_said(text)} » n'est pas un choix possible{near(text, domain.type.choices or ())} ; "
            f"choix : {', '.join(domain.type.choices or ())}"
        )
    return text


def _read_choices(domain: Domain, raw: object) -> frozenset[str]:
    items = [raw] if isinstance(raw, str) else raw
    if not isinstance(items, (list, tuple, set, frozenset)):
        raise BadValueError(f"« {_said(raw)} » n'est pas une liste de choix")
    return frozenset(_read_choice(domain, item) for item in items)


def parse_number(raw: object) -> Fraction | int:
    """Return the exact number written in `raw` (`"12.50"`, `12`, `Decimal("0.1")`); a float is read as it prints.

    Raises:
        BadValueError: not a number of at most fifteen digits.
    """
    if isinstance(raw, bool):
        raise BadValueError(f"« {raw} » n'est pas un nombre")
    exact = Decimal(repr(raw)) if isinstance(raw, float) else raw
    if (isinstance(exact, int) and abs(exact) >= 10**_MAX_DIGITS) or (
        isinstance(exact, Decimal) and exact.is_finite() and abs(exact.adjusted()) > _MAX_DIGITS
    ):
        raise BadValueError(f"« {_said(raw)} » a plus de {_MAX_DIGITS} chiffres")
    text = (
        format(exact, "f")
        if isinstance(exact, Decimal)
        else str(exact).strip().replace("\u202f", "").replace("\xa0", "")
    )
    if isinstance(exact, Decimal) and "." in text:
        text = text.rstrip("0").rstrip(".")
    if not _NUMBER.fullmatch(text):
        raise BadValueError(f"« {_said(raw)} » n'est pas un nombre")
    if sum(c.isdigit() for c in text) > _MAX_DIGITS:
        raise BadValueError(f"« {_said(raw)} » a plus de {_MAX_DIGITS} chiffres")
    return whole(Fraction(text.replace(",", ".")))


def whole(number: Fraction | int) -> Fraction | int:
    """Return an equal `int` where there is one."""
    return number.numerator if isinstance(number, Fraction) and number.denominator == 1 else number


def decimals_of(number: Fraction | int) -> int | None:
    """Return how many decimals write `number` exactly, or None when no finite number does.

    >>> decimals_of(Fraction(5, 4)), decimals_of(7), decimals_of(Fraction(1, 3))
    (2, 0, None)
    """
    denominator = number.denominator
    twos = fives = 0
    while denominator % 2 == 0:
        denominator, twos = denominator // 2, twos + 1
    while denominator % 5 == 0:
        denominator, fives = denominator // 5, fives + 1
    return max(twos, fives) if denominator == 1 else None


def _read_number(domain: Domain, raw: object) -> Fraction | int:
    number = parse_number(raw)
    if domain.type.kind == "integer" and not isinstance(number, int):
        raise BadValueError(f"« {_said(raw)} » n'est pas un nombre entier")
    allowed = 2 if domain.type.kind == "money" else domain.decimals
    if allowed is not None and (decimals_of(number) or 0) > allowed:
        raise BadValueError(f"« {_said(raw)} » a plus de {allowed} décimales")
    if domain.minimum is not None and number < domain.minimum:
        raise BadValueError(f"« {_said(raw)} » est inférieur au minimum {decimal_text(domain.minimum)}")
    if domain.maximum is not None and number > domain.maximum:
        raise BadValueError(f"« {_said(raw)} » dépasse le maximum {decimal_text(domain.maximum)}")
    return number


def _read_date(domain: Domain, raw: object) -> dt.date:
    day = raw if isinstance(raw, dt.date) and not isinstance(raw, dt.datetime) else parse_day(raw)
    if domain.first is not None and day < domain.first:
        raise BadValueError(f"le {day} est avant le premier jour possible, le {domain.first}")
    if domain.last is not None and day > domain.last:
        raise BadValueError(f"le {day} est après le dernier jour possible, le {domain.last}")
    return day


def parse_day(raw: object) -> dt.date:
    """Return the calendar day written as `YYYY-MM-DD`.

    Raises:
        BadValueError: not a day of the calendar in that form.
    """
    text = str(raw).strip()
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            raise BadValueError(f"« {_said(text)} » n'existe pas dans le calendrier") from None
    raise BadValueError(f"« {_said(raw)} » n'est pas une date (attendu : AAAA-MM-JJ)")


def _read_text(_: Domain, raw: object) -> str:
    if isinstance(raw, bool):
        raise BadValueError(f"« {raw} » n'est pas un texte")
    return _scalar_text(raw, "un texte")


_READERS: Final[dict[str, Callable[[Domain, object], Value]]] = {
    "yes_no": _read_yes_no,
    "choice": _read_choice,
    "choices": _read_choices,
    "integer": _read_number,
    "number": _read_number,
    "money": _read_number,
    "date": _read_date,
    "text": _read_text,
}


def _said(raw: object) -> str:
    """Return how a message shows what was given: never more than a line."""
    if isinstance(raw, int) and not -(10**40) < raw < 10**40:
        return "un nombre démesuré"
    text = str(raw)
    return text if len(text) <= _MAX_SAID else f"{text[:_MAX_SAID]}…"


def _scalar_text(raw: object, what: str = "un choix") -> str:
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    if isinstance(raw, str) or (isinstance(raw, int) and abs(raw) < 10**_MAX_DIGITS):
        return unicodedata.normalize("NFC", str(raw))
    raise BadValueError(f"« {_said(raw)} » n'est pas {what}")


_MOST_COMPARED: Final = 300


def nearest(word: str, words: Iterable[object]) -> str | None:
    """Return the one of `words` that is close to `word`. Among very many, only those with its first letter count."""
    import difflib

    known = [str(one) for one in words]
    if len(known) > _MOST_COMPARED:
        known = [one for one in known if one[:1] == word[:1]][:_MOST_COMPARED]
    return next(iter(difflib.get_close_matches(word[:100], known, n=1)), None)


def near(word: str, words: Iterable[object]) -> str:
    """Return ` (vouliez-vous dire « … » ?)` where one of `words` is close to `word`, else nothing."""
    found = nearest(word, words)
    return f" (vouliez-vous dire « {found} » ?)" if found is not None else ""


def decimal_text(number: Fraction | int, places: int | None = None) -> str:
    """Return the plain decimal writing of an exact number, with at least `places` decimals.

    >>> decimal_text(Fraction(25, 2)), decimal_text(12, 2), decimal_text(Fraction(-1, 4))
    ('12.5', '12.00', '-0.25')
    """
    digits = decimals_of(number)
    if digits is None:
        raise ValueError(f"{number} has no finite decimal writing; round it first")
    digits = max(digits, places or 0)
    scaled = abs(int(number * 10**digits))
    sign = "-" if number < 0 else ""
    if digits == 0:
        return f"{sign}{scaled}"
    return f"{sign}{scaled // 10**digits}.{scaled % 10**digits:0{digits}d}"


def encode(value: Value, kind: Type) -> object:
    """Return the JSON form of a known value (architecture, section 5): numbers and money as strings, whole numbers as
    numbers, dates ISO, several choices in declared order, *none* as `"none"`.
    """
    if value is None:
        return "none"
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, Fraction)):
        if kind.kind == "integer":
            return int(value)
        return decimal_text(value, 2 if kind.kind == "money" else None)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, frozenset):
        order = {choice: n for n, choice in enumerate(kind.choices or ())}
        return sorted(value, key=lambda choice: (order.get(choice, len(order)), choice))
    if isinstance(value, tuple):
        return [encode(item, kind.of or TEXT) for item in value]
    if isinstance(value, Unknown):
        return None
    return str(value)
