"""What a query gives for each case and each record: the columns of a batch's outcome, under the same names.

`finding.ID` and `task.ID` are `holds`, `ruled_out` or `open`, with `severity.ID` where a finding has several and
`task.ID.due`; `value.ID` is NULL while unknown and for *none*, which `value.ID.none` tells; `option.ID.excluded` and
`option.ID.score` are NULL while open. What is said of row N of a reference table is `ID[N]`, a column of the case.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import attrs
from sqlglot import exp
from sqlglot.expressions import Expression

from ruleset.engines.sql import numbers, options, syntax
from ruleset.engines.sql.inputs import Layout
from ruleset.engines.sql.program import ProgramReader
from ruleset.engines.sql.query import NO_LAYOUT, Query
from ruleset.engines.sql.syntax import NoSqlFormError, cases, is_null, negated
from ruleset.engines.sql.terms import Term
from ruleset.model import Definition, Rule, RuleSet
from ruleset.situation import NUMBER_DECIMALS


@attrs.frozen
class SqlQueries:
    """A rule set as SQL text: `queries` by record type ("" for the cases); `missing` says, by column, why the query
    does not have it.
    """

    queries: Mapping[str, str]
    missing: Mapping[str, str]


def sql_queries(
    ruleset: RuleSet,
    dialect: str = "duckdb",
    *,
    on: dt.date | None = None,
    layout: Layout = NO_LAYOUT,
    mixed: bool = False,
    pretty: bool = False,
) -> SqlQueries:
    """Return the queries of a rule set in a dialect.

    Args:
        ruleset: what is computed.
        dialect: `duckdb`, `postgres`, `spark`, `bigquery` or `snowflake`.
        on: the date of law of every case; by default the column `on` gives it.
        layout: what the input tables have.
        mixed: whether conclusions without an exact SQL form are left out, for another engine; `missing` names them.
        pretty: whether the text is laid out for reading.

    Raises:
        NoSqlFormError: a conclusion has no exact SQL form, and not `mixed`.
    """
    query = Query(ruleset, dialect, layout, on)
    outputs, missing = _Outputs(query.main).collect()
    if missing and not mixed:
        lines = "\n".join(f"  {name} : {reason}" for name, reason in missing.items())
        told = f"{ruleset.id} : {len(missing)} colonnes n'ont pas de forme SQL exacte (--mixed les laisse de côté)"
        raise NoSqlFormError(f"{told} :\n{lines}")
    texts = {
        record: query.select(record, columns).sql(dialect, pretty=pretty, copy=False)
        for record, columns in outputs.items()
    }
    return SqlQueries(texts, missing)


class _Outputs:
    def __init__(self, reader: ProgramReader) -> None:
        self.reader = reader
        self.found: dict[str, dict[str, Expression]] = {"": {}}
        self.missing: dict[str, str] = {}

    def collect(self) -> tuple[dict[str, dict[str, Expression]], dict[str, str]]:
        """Return the columns of each table, and why others are missing."""
        ruleset = self.reader.ruleset
        for rule in ruleset.rules.values():
            if rule.variants:
                self._add("finding", rule, self._finding)
                if len({variant.severity for variant in rule.variants}) > 1:
                    self._add("severity", rule, lambda one: [("", self.reader.worst(one))])
            if rule.task is not None:
                self._add("task", rule, self._task)
        for definition in ruleset.definitions.values():
            if definition.label:
                self._add("value", definition, self._value)
        for id in ruleset.options:
            self._add_option(id)
        return self.found, self.missing

    def _add(self, what: str, one: Any, columns: Callable[[Any], Iterable[tuple[str, Expression]]]) -> None:
        name = f"{what}.{one.id}"
        try:
            made = list(columns(one))
        except NoSqlFormError as error:
            self.missing[name] = str(error)
            return
        self._place(one.record, name, made)

    def _place(self, record: str, name: str, made: list[tuple[str, Expression]]) -> None:
        """Put columns in their table; those of the rows of a reference table are columns of the case."""
        if not record:
            self.found[""].update({f"{name}{suffix}": one for suffix, one in made})
            return
        rows = self.reader.ruleset.records[record].rows
        if rows is None:
            self.found.setdefault(record, {}).update({f"{name}{suffix}": one for suffix, one in made})
            return
        home = self.reader.home(record)
        for number in range(len(rows)):
            here = syntax.equal(syntax.column("row_0"), syntax.number(number))
            for suffix, one in made:
                if isinstance(one, exp.Boolean):
                    self.found[""][f"{name}[{number}]{suffix}"] = one
                    continue
                truth = suffix == ".none" or (suffix == "" and self._is_truth(name))
                picked = home.keep(cases([(here, home.keep(one))]), name)
                gather = exp.LogicalOr if truth else exp.Max
                cell = self.reader.case.relation.gather(home.relation, gather(this=picked), name)
                self.found[""][f"{name}[{number}]{suffix}"] = cell

    def _is_truth(self, name: str) -> bool:
        what, _, id = name.partition(".")
        return what == "value" and self.reader.ruleset.definitions[id].type.kind == "yes_no"

    def _finding(self, rule: Rule) -> Iterator[tuple[str, Expression]]:
        yield "", _status(self.reader.finding(rule))

    def _task(self, rule: Rule) -> Iterator[tuple[str, Expression]]:
        home = self.reader.home(rule.record)
        yield "", _status(self.reader.step(("rule", rule.id)))
        assert rule.task is not None
        if rule.task.due is not None:
            yield ".due", home.once(home.read(rule.task.due), f"{rule.id}_due").value

    def _value(self, definition: Definition) -> Iterator[tuple[str, Expression]]:
        term = self.reader.step(("definition", definition.id))
        yield "", self._written(term, definition)
        yield ".none", term.none

    def _written(self, term: Term, definition: Definition) -> Expression:
        dialect = self.reader.dialect
        if term.kind == "choices":
            shares = [
                cases([(syntax.operation(exp.NEQ, exp.Paren(this=dialect.bits(term.value, syntax.number(1 << n))),
                                         syntax.number(0)), syntax.text(code))])
                for n, code in enumerate(term.codes)
            ]  # fmt: skip
            return cases([(negated(is_null(term.value)), dialect.present(shares, "TEXT"))])
        if term.kind == "period":
            raise NoSqlFormError("une durée n'a pas de colonne ; gardez-la comme étape, sans « label »")
        if term.kind == "list" and term.of is not None and term.of.kind == "number" and term.of.scale.factor != 1:
            raise NoSqlFormError("une liste de montants ou de décimaux n'a pas de colonne")
        if term.kind != "number":
            return term.value
        kind = definition.type.kind
        if kind == "integer":
            if term.scale.factor != 1 or term.scale.divisor is not None:
                raise NoSqlFormError("un nombre entier y résulte d'un calcul qui n'est pas entier par construction")
            return dialect.big(term.value) if term.scale.size < 2**63 else term.value
        return self._decimal(term, 2 if kind == "money" else NUMBER_DECIMALS)

    def _decimal(self, term: Term, places: int) -> Expression:
        """Return a number as a decimal of so many places."""
        scale = term.scale.factor * 10**places
        if term.scale.divisor is not None or scale.denominator != 1:
            home = self.reader.case
            term = numbers.rounded(term, places, "half_up", home.keep, self.reader.dialect)
        # A value that a decimal of 38 digits cannot hold makes the conversion fail, never wrap.
        return self.reader.dialect.decimal(term.value, term.scale.factor, places)

    def _add_option(self, id: str) -> None:
        try:
            state = options.state(id, self.reader.case)
            self.found[""][f"option.{id}.excluded"] = state.excluded.value
            score = self.reader.case.once(state.score(self.reader.case))
            self.found[""][f"option.{id}.score"] = self._decimal(score, NUMBER_DECIMALS)
        except NoSqlFormError as error:
            self.missing[f"option.{id}"] = str(error)


def _status(term: Term) -> Expression:
    if term.constant is True or term.constant is False:
        return syntax.text("holds" if term.constant else "ruled_out")
    if isinstance(term.value, exp.Null):
        return syntax.text("open")
    return cases(
        [(term.value, syntax.text("holds")), (negated(term.value), syntax.text("ruled_out"))], syntax.text("open")
    )
