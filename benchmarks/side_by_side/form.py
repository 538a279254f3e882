"""The generated rule sets in the one form from which every engine's own is translated.

Fifteen inputs, definitions over inputs, rules over inputs and definitions. A condition is a conjunction of
disjunctions: `((a,), (b, c))` is `a and (b or c)`; it compares no input twice.
"""

# ruff: noqa: S311

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from typing import Final, Literal, TypeAlias

import attrs

Kind: TypeAlias = Literal["yes_no", "choice", "integer", "money", "date"]
Value: TypeAlias = bool | int | str | dt.date
"""An answer: money is whole euros, as on a tax form."""
Operator: TypeAlias = Literal["==", "!=", "<", "<=", ">", ">="]

FIRST_DAY: Final = dt.date(2000, 1, 1)
DAYS: Final = 11_000
MOST: Final[dict[Kind, int]] = {"integer": 99, "money": 100_000, "date": DAYS}
CHOICES: Final = 5


@attrs.frozen
class Input:
    """A question: `choices` of a choice; numbers go from 0 to `MOST`, dates so many days from `FIRST_DAY`."""

    id: str
    kind: Kind
    choices: tuple[str, ...] = ()


@attrs.frozen
class Comparison:
    """An input compared with a constant."""

    input: Input
    operator: Operator
    value: Value


@attrs.frozen
class Reference:
    """A definition, or its negation."""

    definition: str
    negated: bool = False


Literal_: TypeAlias = Comparison | Reference
Clause: TypeAlias = tuple[Literal_, ...]
Condition: TypeAlias = tuple[Clause, ...]


@attrs.frozen
class Base:
    """A generated rule set: definitions come first, rules may refer to them."""

    inputs: tuple[Input, ...]
    definitions: dict[str, Condition]
    rules: dict[str, Condition]
    seed: int

    @property
    def name(self) -> str:
        """What files and programs made from it are called."""
        return f"base-{len(self.rules)}-{self.seed}"

    def comparisons(self) -> dict[Comparison, int]:
        """Return the distinct comparisons, numbered in order of appearance."""
        found: dict[Comparison, int] = {}
        for condition in (*self.definitions.values(), *self.rules.values()):
            for clause in condition:
                for literal in clause:
                    if isinstance(literal, Comparison):
                        found.setdefault(literal, len(found))
        return found


INPUTS: Final = (
    *(Input(f"yes{n}", "yes_no") for n in range(5)),
    *(Input(f"kind{n}", "choice", tuple("abcde"[:CHOICES])) for n in range(3)),
    *(Input(f"count{n}", "integer") for n in range(3)),
    *(Input(f"money{n}", "money") for n in range(2)),
    *(Input(f"day{n}", "date") for n in range(2)),
)
SHAPES: Final[tuple[tuple[int, ...], ...]] = ((1, 1), (1, 1), (1, 1, 1), (1, 2), (1, 2), (1, 1, 2))
"""Sizes of the clauses of a condition, drawn from."""
SIDES: Final[tuple[tuple[Operator, Operator], ...]] = ((">=", "<"), (">", "<="))
"""A text draws the line on one side of a constant: « from 18 » and « under 18 », or « more than » and « at most »."""
OF_DEFINITIONS: Final[tuple[tuple[int, ...], ...]] = ((1, 1), (2,), (1, 2), (3,))


def generate(rules: int, seed: int = 7, thresholds: int = 8) -> Base:
    """Return a rule set of so many rules.

    Args:
        rules: how many; there is a definition for each ten, and three in ten rules read one.
        seed: the same seed gives the same rule set.
        thresholds: how many constants each number, amount and date is compared with, over the whole rule set: a law
            has few of them.
    """
    chance = random.Random(seed)
    constants = {one.id: _constants(one, chance, thresholds) for one in INPUTS}

    def comparison(one: Input) -> Comparison:
        place = chance.randrange(len(constants[one.id]))
        value = constants[one.id][place]
        if one.kind in {"yes_no", "choice"}:
            return Comparison(one, "!=" if one.kind == "choice" and chance.random() < 0.2 else "==", value)
        return Comparison(one, chance.choice(SIDES[place % len(SIDES)]), value)

    def condition(shapes: Sequence[tuple[int, ...]]) -> list[list[Literal_]]:
        sizes = chance.choice(shapes)
        inputs = iter(chance.sample(INPUTS, sum(sizes)))
        return [[comparison(next(inputs)) for _ in range(size)] for size in sizes]

    definitions = {f"known{n}": _frozen(condition(OF_DEFINITIONS)) for n in range(max(2, rules // 10))}
    written: dict[str, Condition] = {}
    for n in range(rules):
        drawn = condition(SHAPES)
        if n % 10 < 3:
            drawn[0][0] = Reference(chance.choice(list(definitions)), negated=chance.random() < 0.25)
        written[f"R{n}"] = _frozen(drawn)
    return Base(INPUTS, definitions, written, seed)


def draw(base: Base, count: int, seed: int = 11, unknown: float = 0.0) -> list[dict[str, Value]]:
    """Return so many cases, each answer missing with the probability `unknown`."""
    chance = random.Random(seed)
    return [
        {one.id: _any(one, chance) for one in base.inputs if unknown == 0 or chance.random() >= unknown}
        for _ in range(count)
    ]


def day_number(day: dt.date) -> int:
    """Return the days since 1 January 1970, as Arrow and NumPy count them."""
    return day.toordinal() - 719_163


def plain(value: Value) -> bool | int | str:
    """Return an answer for engines without exact dates: a day is its number."""
    return day_number(value) if isinstance(value, dt.date) else value


def _any(one: Input, chance: random.Random) -> Value:
    if one.kind == "yes_no":
        return chance.random() < 0.5
    if one.kind == "choice":
        return chance.choice(one.choices)
    drawn = chance.randint(0, MOST[one.kind])
    return FIRST_DAY + dt.timedelta(days=drawn) if one.kind == "date" else drawn


def _constants(one: Input, chance: random.Random, thresholds: int) -> list[Value]:
    if one.kind == "yes_no":
        return [True, False]
    if one.kind == "choice":
        return list(one.choices)
    most = MOST[one.kind]
    drawn = [chance.randint(most // 10, most - most // 10) for _ in range(thresholds)]
    if one.kind == "money":
        return [euros - euros % 100 for euros in drawn]
    return [FIRST_DAY + dt.timedelta(days=n) for n in drawn] if one.kind == "date" else list(drawn)


def _frozen(drawn: list[list[Literal_]]) -> Condition:
    return tuple(tuple(clause) for clause in drawn)
