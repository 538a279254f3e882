"""The tables that a query reads: `cases`, and one for each record type; what their columns hold, by question.

| question | column |
|---|---|
| yes_no | BOOLEAN |
| choice, text | VARCHAR |
| choices | list of VARCHAR |
| integer | BIGINT |
| money | DECIMAL(18, 2) |
| number | DECIMAL, with the decimals of the question (six where it says nothing) |
| date | DATE |

NULL is unknown. `<question>__none`, BOOLEAN, tells that an optional question is answered *none*. `cases` has `case_id`,
`on` (the date of law, unless the query is made for one day) and `<record>__known`; the table of a record type has
`case_id` and `row`, counted from 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Final, TypeAlias

import attrs
from sqlglot import exp
from sqlglot.expressions import Expression

from ruleset.engines.sql import syntax
from ruleset.engines.sql.numbers import checked
from ruleset.engines.sql.syntax import NoSqlFormError, column
from ruleset.engines.sql.terms import MOST_CHOICES, Scale, Term
from ruleset.model import Question, RuleSet

Place: TypeAlias = tuple[str, str]
"""The record type ("" for the case) and the question."""

DECIMALS: Final = 6
_UNBOUNDED: Final = 10**15
_BIG: Final = 2**63 - 1


@attrs.frozen
class Layout:
    """What the tables have. `columns` are the columns of each table ("" is `cases`), None where they have all that can
    be; `decimals` overrides those of number questions; `schema` is the name of the tables' schema.
    """

    columns: Mapping[str, frozenset[str]] | None = None
    decimals: Mapping[Place, int] = attrs.field(factory=dict)
    schema: str = ""

    def has(self, record: str, name: str) -> bool:
        """Return whether a table has a column."""
        return self.columns is None or name in self.columns.get(record, ())

    def table(self, name: str) -> exp.Table:
        """Return a table of the input."""
        schema = exp.to_identifier(self.schema, quoted=True) if self.schema else None
        return exp.Table(this=exp.to_identifier(name, quoted=True), db=schema)


@attrs.frozen
class Raw:
    """A question as its column gives it, for all rule sets of a query that ask it."""

    kind: str
    decimals: int
    size: int
    codes: tuple[str, ...]
    optional: bool

    def sql_type(self) -> str:
        """Return the type of its column."""
        return {
            "yes_no": "BOOLEAN", "choice": "TEXT", "text": "TEXT", "choices": "TEXT[]", "integer": "BIGINT",
            "money": "DECIMAL(18, 2)", "number": f"DECIMAL(38, {self.decimals})", "date": "DATE",
        }[self.kind]  # fmt: skip


def rule_sets(ruleset: RuleSet) -> dict[str, RuleSet]:
    """Return a rule set and those that it uses, by id, at any depth."""
    found: dict[str, RuleSet] = {}
    queue = [ruleset]
    while queue:
        one = queue.pop()
        if one.id not in found:
            found[one.id] = one
            queue.extend(one.imports.values())
    return found


def raw_questions(ruleset: RuleSet, layout: Layout) -> dict[Place, Raw]:
    """Return every column that a case may fill, with what all rule sets together say of it."""
    asked: dict[Place, list[Question]] = {}
    for one in rule_sets(ruleset).values():
        for place, question in _questions(one):
            asked.setdefault(place, []).append(question)
    return {place: _raw(place, questions, layout) for place, questions in asked.items()}


def _questions(ruleset: RuleSet) -> Iterator[tuple[Place, Question]]:
    for id, question in ruleset.questions.items():
        yield ("", id), question
    for record in ruleset.records.values():
        if record.rows is None:
            for id, question in record.fields.items():
                yield (record.id, id), question


def _raw(place: Place, questions: list[Question], layout: Layout) -> Raw:
    kinds = {question.type.kind for question in questions}
    kind = kinds.pop() if len(kinds) == 1 else "mixed"
    decimals = {"money": 2, "number": DECIMALS}.get(kind, 0)
    if kind == "number":
        said = [question.domain.decimals for question in questions]
        decimals = layout.decimals.get(place, decimals if None in said else max(one or 0 for one in said))
    bound = max(_bound(question) for question in questions)
    codes = tuple(dict.fromkeys(code for question in questions for code in question.type.choices or ()))
    size = int(bound * 10**decimals) + 1
    return Raw(kind, decimals, size, codes, any(question.domain.optional for question in questions))


def _bound(question: Question) -> Fraction | int:
    limits = (question.domain.minimum, question.domain.maximum)
    known: list[Fraction | int] = [limit if limit >= 0 else -limit for limit in limits if limit is not None]
    return max(known) if len(known) == 2 else _UNBOUNDED


def converted(raw: Raw, name: str) -> Expression:
    """Return the whole number, text, day or truth that a column of the contract stands for."""
    given = column(name)
    if raw.kind in ("integer", "money", "number"):
        wide = exp.DataType.Type.BIGINT if raw.size <= _BIG else exp.DataType.Type.INT128
        if raw.decimals == 0:
            return exp.cast(given, wide)
        digits = min(38, len(str(raw.size)) + 1)
        exact = exp.cast(given, exp.DataType.build(f"DECIMAL({digits}, {raw.decimals})"))
        return exp.cast(exp.Mul(this=exact, expression=syntax.number(10**raw.decimals)), wide)
    return given


def term_of(raw: Raw, value: Expression) -> Term:
    """Return a converted column as a term."""
    kinds = {"yes_no": "truth", "choice": "text", "text": "text", "date": "date", "choices": "choices"}
    if raw.kind == "mixed":
        raise NoSqlFormError("des jeux de règles la posent avec des types différents")
    if raw.kind == "choices" and len(raw.codes) > MOST_CHOICES:
        raise NoSqlFormError(f"elle a plus de {MOST_CHOICES} choix")
    kind = kinds.get(raw.kind, "number")
    scale = Scale(Fraction(1, 10**raw.decimals), checked(raw.size)) if kind == "number" else Scale()
    return Term(kind, value, scale=scale, codes=raw.codes if kind == "choices" else ())  # type: ignore[arg-type]
