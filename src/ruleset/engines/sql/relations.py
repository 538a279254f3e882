"""Where columns are computed: the cases, their records, pairs of records; and the common table expressions they make.

Every expression has a name and a place. Its *phase* counts how often records had to be gathered into their case before
it can be computed, its *level* how many steps within the phase; equal expressions are one column.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeAlias

import attrs
from sqlglot import exp
from sqlglot.expressions import Expression

from ruleset.engines.sql import syntax
from ruleset.engines.sql.dialects import Dialect
from ruleset.engines.sql.syntax import column, is_plain

Context: TypeAlias = tuple[str, ...]
"""The record types whose rows are bound, outermost first; empty for the case itself."""
Columns: TypeAlias = "Mapping[str, Mapping[str, Column]]"
"""The columns of each relation, by its name."""
CASE: Final = "case_id"
KEYS: Final = (CASE, "row_0", "row_1", "row_2", "row_3")
_LONGEST: Final = 40
_HEAVY: Final = 24
"""How many columns are written inside one another: readers of SQL nest as deeply as an expression does."""


@attrs.frozen
class Column:
    """A computed column: when it is computed, and from what."""

    expression: Expression
    phase: int
    level: int
    weight: int = 1


@attrs.define(eq=False)
class Relation:
    """The rows of a context. `imports` are columns of other relations by (position, name), `gathered` the aggregates
    of records by child relation.
    """

    query: Relations
    name: str
    context: Context
    base: exp.Expression
    constant: bool = False
    columns: dict[str, Column] = attrs.field(factory=dict)
    imports: dict[tuple[int, str], str] = attrs.field(factory=dict)
    gathered: dict[str, tuple[Relation, Expression]] = attrs.field(factory=dict)
    _interned: dict[str, str] = attrs.field(factory=dict)

    @property
    def keys(self) -> list[str]:
        """The columns that identify a row."""
        return [CASE, *(f"row_{n}" for n in range(len(self.context)))]

    def read(self, expression: Expression, hint: str) -> exp.Column:
        """Return a column made of those of the base."""
        text = f"given:{expression.sql()}"
        if text not in self._interned:
            self._interned[text] = name = self.query.unique(hint)
            self.columns[name] = Column(expression.copy(), 0, 0)
        return column(self._interned[text])

    def keep(self, expression: Expression, hint: str = "t") -> Expression:
        """Return an expression that costs nothing to repeat: the column that holds this one."""
        if is_plain(expression):
            return expression.copy()
        text = expression.sql()
        if text not in self._interned:
            used = [self.columns[name] for name in names_in(expression)]
            phase = max((one.phase for one in used), default=0)
            level = 1 + max((one.level for one in used if one.phase == phase), default=0)
            name = self.query.unique(hint)
            self.columns[name] = Column(expression.copy(), phase, level)
            self._interned[text] = name
        return column(self._interned[text])

    def fetch(self, source: Relation, name: str, position: int) -> exp.Column:
        """Return a column of another relation (of the row bound at `position`, -1 for the case) as one of this one."""
        if source is self:
            return column(name)
        key = (position, name)
        if key not in self.imports:
            local = self.query.unique(name) if name in self.columns else name
            self.imports[key] = local
            self.columns[local] = Column(column(name), source.columns[name].phase, 0)
        return column(self.imports[key])

    def gather(self, child: Relation, aggregate: Expression, hint: str) -> exp.Column:
        """Return an aggregate of the columns of a child relation, for each row of this one."""
        text = f"{child.name}:{aggregate.sql()}"
        if text not in self._interned:
            phase = max((child.columns[name].phase for name in names_in(aggregate)), default=0) + 1
            name = self.query.unique(hint)
            self.columns[name] = Column(aggregate, phase, 0)
            self.gathered[name] = (child, aggregate.copy())
            self._interned[text] = name
        return column(self._interned[text])


def names_in(expression: Expression) -> Iterator[str]:
    """Yield the names of the columns that an expression reads; those of a subquery are qualified."""
    for one in expression.find_all(exp.Column):
        if not one.table and one.name not in KEYS:
            yield one.name


@attrs.define
class Step:
    """One common table expression: what it computes on which relation, and what it reads elsewhere."""

    relation: Relation
    new: dict[str, Expression]
    imports: dict[tuple[int, str], str] = attrs.field(factory=dict)
    gathered: dict[str, tuple[Relation, Expression]] = attrs.field(factory=dict)
    base: bool = False


class Relations:
    """All relations of a query; `case` is the one of the cases."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self._names: set[str] = set(KEYS)
        self.of: dict[Context, Relation] = {}
        self.constants: dict[str, exp.Select] = {}

    def unique(self, hint: str) -> str:
        """Return a name that no other column has, made of the letters and figures of a hint."""
        plain = re.sub(r"[^a-z0-9_]+", "_", hint.lower())[:_LONGEST].strip("_") or "t"
        plain = plain if plain[0].isalpha() else f"t_{plain}"
        name, number = plain, 1
        while name in self._names:
            number += 1
            name = f"{plain}_{number}"
        self._names.add(name)
        return name

    def relation(self, context: Context) -> Relation:
        """Return the relation of a context; those of the case and of each record type are added first."""
        if context not in self.of:
            self.add(context, exp.select())
        return self.of[context]

    def add(self, context: Context, base: exp.Expression, *, constant: bool = False) -> Relation:
        """Add the rows of a table, or constant rows that every case has."""
        name = self.unique("_".join(context) or "cases")
        self.of[context] = Relation(self, name, context, base, constant)
        return self.of[context]

    def steps(self, columns: Columns) -> list[Step]:
        """Return the common table expressions in the order in which they can be computed."""
        ordered = sorted(self.of.values(), key=lambda one: len(one.context))
        last = max((one.phase for found in columns.values() for one in found.values()), default=0)
        return [
            step
            for phase in range(last + 1)
            for relation in ordered
            for step in _steps_of(relation, columns[relation.name], phase)
        ]

    def ctes(self, wanted: dict[Context, set[str]]) -> list[tuple[str, exp.Query]]:
        """Return the named queries that compute the wanted columns, each with those columns only that are still needed.

        `wanted` holds, by context, the columns read at the end; those of the last query of a relation.
        """
        uses = self._uses(wanted)
        steps = self.steps({one.name: _merged(one, uses) for one in self.of.values()})
        needed = {relation.name: set(wanted.get(context, ())) for context, relation in self.of.items()}
        plan: list[tuple[Step, set[str]]] = []
        for step in reversed(steps):
            relation = step.relation
            output = needed[relation.name]
            step = _pruned(step, output)  # noqa: PLW2901
            if not step.base and not (step.new or step.imports or step.gathered):
                continue
            plan.append((step, set(output)))
            made = {*step.new, *step.imports.values(), *step.gathered}
            needed[relation.name] = (output - made) | {n for one in step.new.values() for n in names_in(one)}
            for position, name in step.imports:
                needed[self.source(relation, position).name].add(name)
            for child, aggregate in step.gathered.values():
                needed[child.name].update(names_in(aggregate))
        return self._written(list(reversed(plan)))

    def _uses(self, wanted: dict[Context, set[str]]) -> Counter[tuple[str, str]]:
        """Return how often each column is read on the way to the wanted ones; twice by what is no expression."""
        uses: Counter[tuple[str, str]] = Counter()
        queue = [(self.of[context], name) for context, names in wanted.items() for name in names]
        uses.update({(relation.name, name): 2 for relation, name in queue})
        seen = set(uses)
        while queue:
            relation, name = queue.pop()
            imported = {local: key for key, local in relation.imports.items()}.get(name)
            weight = 1
            if name in relation.gathered:
                source, aggregate = relation.gathered[name]
                used, weight = list(names_in(aggregate)), 2
            elif imported is not None:
                source, used, weight = self.source(relation, imported[0]), [imported[1]], 2
            else:
                source, found = relation, relation.columns[name]
                used = list(names_in(found.expression)) if found.level else []
            for one in used:
                uses[source.name, one] += weight
                if (source.name, one) not in seen:
                    seen.add((source.name, one))
                    queue.append((source, one))
        return uses

    def source(self, relation: Relation, position: int) -> Relation:
        """Return the relation of a row bound in another one."""
        return self.of[() if position < 0 else (relation.context[position],)]

    def _written(self, plan: list[tuple[Step, set[str]]]) -> list[tuple[str, exp.Query]]:
        latest: dict[str, str] = {}
        found: list[tuple[str, exp.Query]] = list(self.constants.items())
        for number, (step, output) in enumerate(plan):
            relation = step.relation
            name = f"{relation.name}_{number}"
            found.append((name, self._select(step, output, latest)))
            latest[relation.name] = name
        self.latest = latest
        return found

    def _select(self, step: Step, output: set[str], latest: dict[str, str]) -> exp.Query:
        relation = step.relation
        keys = relation.keys
        made = {*step.new, *step.imports.values(), *step.gathered}
        carried = sorted(output - made)
        own = "" if step.base else "p"
        if step.base:
            assert not carried, f"no earlier step computes {carried}"
            query = self._base(relation, latest)
        else:
            query = exp.select(*(column(key, "p") for key in [*keys, *carried]))
            query = query.from_(_table(latest[relation.name], "p"))
        for name, expression in step.new.items():
            query = query.select(exp.alias_(expression.copy(), name, quoted=True), copy=False)
        query = self._with_imports(query, step, latest, own)
        return self._with_gathered(query, step, latest, own)

    def _base(self, relation: Relation, latest: dict[str, str]) -> exp.Select:
        if len(relation.context) > 1:
            return self._pairs(relation, latest)
        if relation.constant:
            keys = [exp.alias_(column(CASE, "c"), CASE, quoted=True), column("row_0", "k")]
            cases = _table(latest[self.of[()].name], "c")
            return exp.select(*keys).from_(cases).join(relation.base.copy(), join_type="cross")
        row = [exp.alias_(column("row"), "row_0", quoted=True)] if relation.context else []
        return exp.select(column(CASE), *row).from_(relation.base.copy())

    def _pairs(self, relation: Relation, latest: dict[str, str]) -> exp.Select:
        """Return every combination of the rows of one case."""
        query = exp.select(exp.alias_(column(CASE, "r0"), CASE, quoted=True))
        for n, record in enumerate(relation.context):
            source = self.of[record,]
            query = query.select(exp.alias_(column("row_0", f"r{n}"), f"row_{n}", quoted=True))
            table = _table(latest[source.name], f"r{n}")
            if n == 0:
                query = query.from_(table)
            else:
                query = query.join(table, on=syntax.equal(column(CASE, f"r{n}"), column(CASE, "r0")))
        return query

    def _with_imports(self, query: exp.Select, step: Step, latest: dict[str, str], own: str) -> exp.Select:
        for position in sorted({position for position, _ in step.imports}):
            source = self.source(step.relation, position)
            if step.base and position >= 0:
                query = _picked(query, step, position, f"r{position}")
                continue
            alias = f"i{position + 1}"
            tests = [syntax.equal(column(CASE, alias), column(CASE, own or "r0"))]
            if position >= 0:
                tests.append(syntax.equal(column("row_0", alias), column(f"row_{position}", own or None)))
            query = query.join(_table(latest[source.name], alias), on=syntax.all_of(*tests))
            query = _picked(query, step, position, alias)
        return query

    def _with_gathered(self, query: exp.Select, step: Step, latest: dict[str, str], own: str) -> exp.Select:
        children = {child.name: child for child, _ in step.gathered.values()}
        keys = step.relation.keys
        for number, (name, child) in enumerate(sorted(children.items())):
            alias = f"g{number}"
            group = exp.select(*(column(key) for key in keys)).from_(_table(latest[name], None))
            for local, (of, aggregate) in step.gathered.items():
                if of is child:
                    group = group.select(exp.alias_(aggregate.copy(), local, quoted=True), copy=False)
                    query = query.select(exp.alias_(column(local, alias), local, quoted=True), copy=False)
            group = group.group_by(*(column(key) for key in keys))
            tests = [syntax.equal(column(key, alias), column(key, own or None)) for key in keys]
            query = query.join(group.subquery(exp.to_identifier(alias)), on=syntax.all_of(*tests), join_type="left")
        return query


def _merged(relation: Relation, uses: Mapping[tuple[str, str], int]) -> dict[str, Column]:
    """Return the columns that are read, those that one other column alone reads being written inside it."""
    given = {*relation.gathered, *relation.imports.values()}
    found: dict[str, Column] = {}
    for name, one in sorted(relation.columns.items(), key=lambda item: (item[1].phase, item[1].level)):
        if not uses.get((relation.name, name)):
            continue
        if name in given or one.level == 0:
            found[name] = one
            continue
        expression = one.expression.copy()
        if not expression.find(exp.Subquery):
            expression = _with_inner(expression, found, relation.name, uses, given)
        used = [found[other] for other in names_in(expression)]
        level = 1 + max((other.level for other in used if other.phase == one.phase), default=0)
        found[name] = Column(expression, one.phase, level, one.weight + sum(other.weight for other in used))
    inner = {name for name in found if uses[relation.name, name] == 1 and name not in given}
    read = {other for name, one in found.items() if one.level for other in names_in(one.expression)}
    return {name: one for name, one in found.items() if name not in inner or name in read}


def _with_inner(
    expression: Expression,
    found: Mapping[str, Column],
    relation: str,
    uses: Mapping[tuple[str, str], int],
    given: set[str],
) -> Expression:
    for place in list(expression.find_all(exp.Column)):
        name = place.name
        one = found.get(name)
        if one is None or one.level == 0 or name in given or uses[relation, name] != 1 or one.weight > _HEAVY:
            continue
        inner = syntax.solid(one.expression)
        if place is expression:
            return inner
        place.replace(inner)
    return expression


def _steps_of(relation: Relation, columns: Mapping[str, Column], phase: int) -> Iterator[Step]:
    own = {name: one for name, one in columns.items() if one.phase == phase}
    gathered = {name: found for name, found in relation.gathered.items() if name in own}
    imports = {key: local for key, local in relation.imports.items() if local in own}
    brought = {*gathered, *imports.values()}
    if phase == 0:
        base = {name: one.expression for name, one in own.items() if one.level == 0 and name not in brought}
        pair = len(relation.context) > 1
        yield Step(relation, base, imports if pair else {}, base=True)
        brought -= set(imports.values() if pair else ())
        imports = {} if pair else imports
    if brought:
        yield Step(relation, {}, imports, gathered)
    levels = sorted({one.level for one in own.values() if one.level})
    for level in levels:
        yield Step(relation, {name: one.expression for name, one in own.items() if one.level == level})


def _pruned(step: Step, output: Iterable[str]) -> Step:
    wanted = set(output)
    return attrs.evolve(
        step,
        new={name: one for name, one in step.new.items() if name in wanted},
        imports={key: local for key, local in step.imports.items() if local in wanted},
        gathered={name: found for name, found in step.gathered.items() if name in wanted},
    )


def _picked(query: exp.Select, step: Step, position: int, alias: str) -> exp.Select:
    for (place, name), local in sorted(step.imports.items()):
        if place == position:
            query = query.select(exp.alias_(column(name, alias), local, quoted=True), copy=False)
    return query


def _table(name: str, alias: str | None) -> exp.Table:
    found = exp.Table(this=exp.to_identifier(name, quoted=True))
    if alias is not None:
        found.set("alias", exp.TableAlias(this=exp.to_identifier(alias, quoted=True)))
    return found
