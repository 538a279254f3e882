"""The sections of a report as data. Plug-ins build theirs from the same values: `from ruleset import Section, Table`.

Every value checks what it is given when it is made, so that whoever renders it can rely on it. A text is one line:
control characters and line breaks in it become a space. What holds several things takes any iterable of them.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, Literal, TypeAlias, get_args

import attrs

Tone = Literal["plain", "good", "warning", "danger"]
TONES: Final[tuple[Tone, ...]] = get_args(Tone)

# What XML 1.0 cannot hold, and what would break a line of a table.
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+")


def _line(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"un texte est attendu, pas {value!r}")
    return _CONTROL.sub(" ", value).strip()


def _lines(values: object) -> tuple[str, ...]:
    return tuple(_line(value) for value in _iterable(values, "textes"))


def _rows(values: object) -> tuple[tuple[str, ...], ...]:
    return tuple(_lines(row) for row in _iterable(values, "lignes"))


def _iterable(values: object, what: str) -> Iterable[Any]:
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise TypeError(f"une suite de {what} est attendue, pas {values!r}")
    return values


def _tuple(values: object) -> tuple[Any, ...]:
    return tuple(_iterable(values, "valeurs"))


def _each(*kinds: type) -> Callable[[object, object, tuple[object, ...]], None]:
    """Return a validator: only values of some classes."""
    names = " ou ".join(kind.__name__ for kind in kinds)

    def check(_instance: object, _field: object, values: tuple[object, ...]) -> None:
        for one in values:
            if not isinstance(one, kinds):
                raise TypeError(f"une valeur {names} est attendue, pas {one!r}")

    return check


def _day(value: object) -> dt.date:
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        raise TypeError(f"un jour (datetime.date) est attendu, pas {value!r}")
    return value


def _exact(value: object) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | Fraction | Decimal):
        raise TypeError(f"un nombre exact (int, Fraction, Decimal) est attendu, pas {value!r}")
    return Fraction(value)


def _longitude(value: object) -> float:
    return _degrees(value, 180)


def _latitude(value: object) -> float:
    return _degrees(value, 90)


def _points(values: object) -> tuple[tuple[float, float], ...]:
    return tuple((_longitude(one), _latitude(other)) for one, other in _iterable(values, "points"))


def _degrees(value: object, most: int) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | Fraction | Decimal):
        raise TypeError(f"un nombre de degrés est attendu, pas {value!r}")
    if not -most <= value <= most:
        raise ValueError(f"les degrés vont de {-most} à {most}, pas {value!r}")
    return float(value)


def _tone(_instance: object, _field: object, value: object) -> None:
    if value not in TONES:
        raise ValueError(f"ton inconnu : {value!r} ; possibles : {', '.join(TONES)}")


def _flag(_instance: object, _field: object, value: object) -> None:
    if not isinstance(value, bool):
        raise TypeError(f"oui ou non (bool) est attendu, pas {value!r}")


@attrs.frozen
class Link:
    """A reference: what is cited and where it can be read (only http and https become links)."""

    text: str = attrs.field(converter=_line)
    url: str = attrs.field(default="", converter=_line)


@attrs.frozen
class Item:
    """One point of a list: a word before it (`label`: « Risque »), its text, then details and references below."""

    text: str = attrs.field(converter=_line)
    label: str = attrs.field(default="", converter=_line)
    details: tuple[str, ...] = attrs.field(default=(), converter=_lines)
    links: tuple[Link, ...] = attrs.field(default=(), converter=_tuple, validator=_each(Link))
    tone: Tone = attrs.field(default="plain", validator=_tone)


@attrs.frozen
class Items:
    """A list of points."""

    items: tuple[Item, ...] = attrs.field(converter=_tuple, validator=_each(Item))


@attrs.frozen
class Paragraphs:
    """Texts, one after another."""

    texts: tuple[str, ...] = attrs.field(converter=_lines)


@attrs.frozen
class Table:
    """A table: as many cells in each row as there are headings. The first column names the row."""

    headings: tuple[str, ...] = attrs.field(converter=_lines)
    rows: tuple[tuple[str, ...], ...] = attrs.field(converter=_rows)

    def __attrs_post_init__(self) -> None:
        if not self.headings:
            raise ValueError("un tableau a au moins une colonne")
        for row in self.rows:
            if len(row) != len(self.headings):
                raise ValueError(f"{len(self.headings)} cellules sont attendues dans chaque ligne, pas {row!r}")


@attrs.frozen
class Event:
    """Something on a day."""

    day: dt.date = attrs.field(converter=_day)
    label: str = attrs.field(converter=_line)
    tone: Tone = attrs.field(default="plain", validator=_tone)


@attrs.frozen
class Timeline:
    """Events between the first and the last of them, with `today` (the day of law) marked where it is given."""

    events: tuple[Event, ...] = attrs.field(converter=_tuple, validator=_each(Event))
    today: dt.date | None = attrs.field(default=None, converter=attrs.converters.optional(_day))

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        """The first and the last day of the picture."""
        days = [event.day for event in self.events] + ([self.today] if self.today else [])
        return (min(days), max(days)) if days else (dt.date.min, dt.date.min)

    def share(self, day: dt.date) -> float:
        """Return how far a day is between the start and the end, from 0 to 1."""
        start, end = self.days
        return (day - start).days / (end - start).days if end > start else 0.0


@attrs.frozen
class Bar:
    """One bar: a value that is not negative, and how people write it (`1 500 $`)."""

    label: str = attrs.field(converter=_line)
    value: Fraction = attrs.field(converter=_exact)
    text: str = attrs.field(converter=_line)
    tone: Tone = attrs.field(default="plain", validator=_tone)

    def __attrs_post_init__(self) -> None:
        if self.value < 0:
            raise ValueError(f"une barre n'est pas négative : {self.label!r}")


@attrs.frozen
class BarChart:
    """Bars on one scale, from zero to the longest. `goal` is a bar whose end is marked across all of them."""

    bars: tuple[Bar, ...] = attrs.field(converter=_tuple, validator=_each(Bar))
    goal: Bar | None = attrs.field(default=None, validator=attrs.validators.optional(attrs.validators.instance_of(Bar)))

    def share(self, bar: Bar) -> float:
        """Return the length of a bar, from 0 to 1."""
        longest = max((one.value for one in (*self.bars, *([self.goal] if self.goal else []))), default=Fraction(0))
        return float(bar.value / longest) if longest else 0.0


@attrs.frozen
class Place:
    """A point of a map, in degrees (WGS 84): what it is, where (a town), of which category; `marked` stands out."""

    longitude: float = attrs.field(converter=_longitude)
    latitude: float = attrs.field(converter=_latitude)
    label: str = attrs.field(converter=_line)
    town: str = attrs.field(converter=_line)
    category: str = attrs.field(converter=_line)
    marked: bool = attrs.field(default=False, validator=_flag)


@attrs.frozen
class Outline:
    """A line that helps to read a map (a river, a coast): its name, and its points as (longitude, latitude)."""

    label: str = attrs.field(converter=_line)
    points: tuple[tuple[float, float], ...] = attrs.field(converter=_points)


@attrs.frozen
class Map:
    """Points by category; `mark` says what the marked ones are."""

    places: tuple[Place, ...] = attrs.field(converter=_tuple, validator=_each(Place))
    mark: str = attrs.field(default="", converter=_line)
    outlines: tuple[Outline, ...] = attrs.field(default=(), converter=_tuple, validator=_each(Outline))

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories, in the order in which they come."""
        return tuple(dict.fromkeys(place.category for place in self.places))


@attrs.frozen
class Stage:
    """A line of a plan: something that goes on in some of its phases; `group` is who does it."""

    label: str = attrs.field(converter=_line)
    phases: tuple[str, ...] = attrs.field(converter=_lines)
    group: str = attrs.field(default="", converter=_line)


@attrs.frozen
class Plan:
    """What goes on in which phase, the phases in order."""

    phases: tuple[str, ...] = attrs.field(converter=_lines)
    stages: tuple[Stage, ...] = attrs.field(converter=_tuple, validator=_each(Stage))

    def __attrs_post_init__(self) -> None:
        for stage in self.stages:
            for phase in stage.phases:
                if phase not in self.phases:
                    raise ValueError(f"{stage.label!r} : phase inconnue {phase!r} ; possibles : {self.phases!r}")


Picture: TypeAlias = Timeline | BarChart | Map | Plan
Block: TypeAlias = Paragraphs | Items | Table | Timeline | BarChart | Map | Plan
PICTURES: Final = get_args(Picture)
BLOCKS: Final = get_args(Block)


@attrs.frozen
class Section:
    """A titled part of a report."""

    title: str = attrs.field(converter=_line)
    body: tuple[Block, ...] = attrs.field(converter=_tuple, validator=_each(*BLOCKS))

    def __attrs_post_init__(self) -> None:
        if not self.title:
            raise ValueError("une section a un titre")
