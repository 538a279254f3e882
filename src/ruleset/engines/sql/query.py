"""One rule set as SQL queries: one for the cases, one for each record type that has rules or definitions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

import attrs
from sqlglot import exp
from sqlglot.expressions import Expression

from ruleset.engines.sql import calls, inputs, syntax
from ruleset.engines.sql.dialects import DIALECTS
from ruleset.engines.sql.inputs import Layout, Place, Raw
from ruleset.engines.sql.program import ProgramReader
from ruleset.engines.sql.relations import Relation, Relations
from ruleset.engines.sql.syntax import FALSE, NULL, NoSqlFormError, cases, column, is_null
from ruleset.engines.sql.terms import MOST_CHOICES, Term, alike, constant
from ruleset.model import RecordType, RuleSet
from ruleset.types import UNKNOWN

NO_LAYOUT: Final = Layout()


class Query:
    """A query being written: the relations that all rule sets of it share, and a reader for each of them."""

    def __init__(self, ruleset: RuleSet, dialect: str, layout: Layout = NO_LAYOUT, on: dt.date | None = None) -> None:
        if dialect not in DIALECTS:
            raise NoSqlFormError(f"dialecte SQL inconnu : « {dialect} » (possibles : {', '.join(sorted(DIALECTS))})")
        self.dialect = DIALECTS[dialect]()
        self.layout = layout
        self.relations = Relations(self.dialect)
        self.relations.add((), layout.table("cases"))
        self.raw: Mapping[Place, Raw] = inputs.raw_questions(ruleset, layout)
        case = self.relations.of[()]
        self.on = constant(on) if on else Term("date", case.read(column("on"), "law_day"), total=True)
        self._readers: dict[str, ProgramReader] = {}
        self._fields: dict[str, dict[str, Term]] = {}
        self._calendars: dict[str, str] = {}
        self.main = self.reader(ruleset)

    def reader(self, ruleset: RuleSet) -> ProgramReader:
        """Return the reader of a rule set of this query."""
        if ruleset.id not in self._readers:
            self._readers[ruleset.id] = ProgramReader(self, ruleset)
        return self._readers[ruleset.id]

    def given(self, raw: Raw, record: str, id: str, relation: Relation) -> tuple[Expression, Expression]:
        """Return the converted column of a question, and whether it is answered *none*."""
        flag = f"{id}__none"
        none: Expression = FALSE
        if raw.optional and self.layout.has(record, flag):
            none = relation.read(exp.Coalesce(this=column(flag), expressions=[exp.false()]), flag)
        if not self.layout.has(record, id):
            types = {"yes_no": "BOOLEAN", "choice": "TEXT", "text": "TEXT", "date": "DATE", "choices": "BIGINT"}
            return self.dialect.cast(NULL, types.get(raw.kind, "BIGINT" if raw.size < 2**63 else "INT128")), none
        if raw.kind != "choices":
            return relation.read(inputs.converted(raw, id), f"given_{id}"), none
        return relation.read(self._bits(raw, column(id)), f"given_{id}"), none

    def _bits(self, raw: Raw, given: Expression) -> Expression:
        """Return a list of choices as the bits of a whole number."""
        total: Expression | None = None
        for n, code in enumerate(raw.codes[:MOST_CHOICES]):
            has = self.dialect.has(given, self.dialect.cast(syntax.text(code), "TEXT"))
            bit = cases([(has, self.dialect.big(syntax.number(1 << n)))], syntax.number(0))
            total = bit if total is None else syntax.operation(exp.Add, total, bit)
        return cases([(is_null(given), NULL)], total or syntax.number(0))

    def add_records(self, name: str, kind: RecordType) -> None:
        """Add the relation of a record type."""
        if kind.rows is None:
            self.relations.add((name,), self.layout.table(kind.id))
            return
        table = self.relations.unique(name)
        terms: dict[str, list[Term]] = {}
        for id, question in kind.fields.items():
            codes = question.type.choices or () if question.type.kind == "choices" else ()
            terms[id] = alike([constant(row.get(id), codes) for row in kind.rows])
        columns = {id: self.relations.unique(f"{name}_{id}") for id in terms}
        flags = {id: self.relations.unique(f"{name}_{id}_none") for id in terms if _has_none(terms[id])}
        rows = []
        for n in range(len(kind.rows)):
            cells = [self._cell(terms[id][n]) for id in terms]
            rows.append([syntax.number(n), *cells, *(exp.Boolean(this=_is_none(terms[id][n])) for id in flags)])
        names = ["row_0", *columns.values(), *flags.values()]
        self.relations.constants[table] = self.dialect.table(names, rows)
        base = exp.Table(this=exp.to_identifier(table, quoted=True), alias=exp.TableAlias(this=exp.to_identifier("k")))
        relation = self.relations.add((name,), base, constant=True)
        self._fields[name] = {
            id: _column_of(terms[id], relation.read(column(columns[id], "k"), columns[id]),
                           relation.read(column(flags[id], "k"), flags[id]) if id in flags else FALSE)
            for id in terms
        }  # fmt: skip

    def _cell(self, term: Term) -> Expression:
        types = {"truth": "BOOLEAN", "date": "DATE", "text": "TEXT", "choices": "BIGINT"}
        wide = "BIGINT" if term.scale.size < 2**63 else "INT128"
        return self.dialect.cast(term.value, types.get(term.kind, wide)) if term.kind != "nothing" else term.value

    def reference_field(self, name: str, field: str) -> Term:
        """Return a column of a reference table."""
        return self._fields[name][field]

    def calendar(self, code: str) -> str:
        """Return the name of the table of a calendar's holidays, which is part of the query from then on."""
        if code not in self._calendars:
            name = self._calendars[code] = self.relations.unique(f"calendar_{code}")
            rows = [
                [syntax.text(str(day)), syntax.number(holiday), syntax.text(str(working)), syntax.text(str(open_))]
                for day, holiday, working, open_ in calls.holidays(code)
            ]
            nothing = [[*(self.dialect.cast(NULL, kind) for kind in ("TEXT", "INT", "TEXT", "TEXT"))]]
            names = ["day_", "holiday_", "working_", "open_"]
            table = self.dialect.table(names, rows or nothing)
            for one in table.expressions:
                if one.name != "holiday_":
                    one.replace(exp.alias_(self.dialect.cast(one, "DATE"), one.name, quoted=True))
            self.relations.constants[name] = table
        return self._calendars[code]

    def select(self, context: str, outputs: Mapping[str, Expression]) -> exp.Query:
        """Return the query of the rows of a record type ("" for the cases), with named outputs of kept columns."""
        place = (context,) if context else ()
        relation = self.relations.of[place]
        wanted = {one.name for output in outputs.values() for one in output.find_all(exp.Column)}
        ctes = self.relations.ctes({place: wanted})
        rows = [exp.alias_(column("row_0"), "row", quoted=True)] if context else []
        final = exp.select(
            column("case_id"), *rows, *(exp.alias_(one.copy(), name, quoted=True) for name, one in outputs.items())
        )
        final = final.from_(
            exp.Table(this=exp.to_identifier(self.relations.latest[relation.name], quoted=True)), copy=False
        )
        read = {table.name for query in (*(query for _, query in ctes), final) for table in query.find_all(exp.Table)}
        for name, query in ctes:
            if name in read:
                final = final.with_(
                    exp.to_identifier(name, quoted=True), as_=query, materialized=self.dialect.materialized, copy=False
                )
        return self._in_dialect(final)

    def _in_dialect(self, query: exp.Query) -> exp.Query:
        for one in list(query.find_all(exp.DataType)):
            if one.this == exp.DataType.Type.INT128:
                one.replace(exp.DataType.build(self.dialect.wide))
        return query


def _is_none(term: Term) -> bool:
    return isinstance(term.value, exp.Null) and term.none != FALSE


def _has_none(terms: list[Term]) -> bool:
    return any(_is_none(term) for term in terms)


def _column_of(terms: list[Term], value: Expression, none: Expression) -> Term:
    model = next((one for one in terms if not isinstance(one.value, exp.Null)), terms[0])
    size = max(one.scale.size for one in terms)
    scale = attrs.evolve(model.scale, size=size)
    return attrs.evolve(model, value=value, none=none, total=True, scale=scale, constant=UNKNOWN)
