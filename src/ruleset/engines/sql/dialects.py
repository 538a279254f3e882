"""What SQL dialects write differently: exact division, calendar steps, lists. Each form is total: it never fails."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

from sqlglot import exp
from sqlglot.expressions import Expression

from ruleset.engines.sql import syntax
from ruleset.engines.sql.syntax import operation, solid

FIRST_DAY: Final = dt.date(1, 1, 1)
LAST_DAY: Final = dt.date(9999, 12, 31)


def call(name: str, *arguments: Expression) -> Expression:
    """Return a call of a function that SQLGlot writes as it is."""
    return exp.Anonymous(this=name, expressions=[one.copy() for one in arguments])


class Dialect:
    """DuckDB; the others say what they write otherwise. `wide` holds whole numbers of 38 digits."""

    name = "duckdb"
    wide = "INT128"
    materialized: bool | None = True
    """Whether each common table expression is computed by itself: written into one another, DuckDB and PostgreSQL
    would plan for minutes. None where the dialect cannot say it."""

    def cast(self, one: Expression, type_: str) -> Expression:
        """Return a conversion to a type written as SQLGlot reads it."""
        return exp.cast(one.copy(), exp.DataType.build(type_))

    def big(self, one: Expression) -> Expression:
        """Return a whole number of 64 bits."""
        return self.cast(one, "BIGINT")

    def widened(self, one: Expression) -> Expression:
        """Return a whole number of 38 digits."""
        return self.cast(one, self.wide)

    def quotient(self, left: Expression, right: Expression) -> Expression:
        """Return the whole quotient of two whole numbers that are not negative, the divisor not zero."""
        return operation(exp.IntDiv, left, right)

    def remainder(self, left: Expression, right: Expression) -> Expression:
        """Return the rest of the same division."""
        return exp.Mod(this=solid(left), expression=solid(right))

    def part(self, name: str, day: Expression) -> Expression:
        """Return the year, the month or the day of a date, as a whole number."""
        return self.big(exp.Extract(this=exp.var(name.upper()), expression=day.copy()))

    def plus_days(self, day: Expression, count: Expression) -> Expression:
        """Return a date moved by days; the result is in the calendar."""
        return operation(exp.Add, day, self.cast(count, "INT"))

    def plus_months(self, day: Expression, count: Expression) -> Expression:
        """Return a date moved by months, a day that the month does not have being its last; inside the calendar."""
        step = exp.Interval(this=solid(count), unit=exp.var("MONTH"))
        return self.cast(exp.Add(this=solid(day), expression=step), "DATE")

    def days(self, start: Expression, end: Expression) -> Expression:
        """Return how many days after `start` `end` is."""
        return self.big(exp.Sub(this=solid(end), expression=solid(start)))

    def make_date(self, year: Expression, month: Expression, day: Expression) -> Expression:
        """Return the date of these three whole numbers; they make one."""
        return call("MAKE_DATE", *(self.cast(one, "INT") for one in (year, month, day)))

    def has(self, items: Expression, item: Expression) -> Expression:
        """Return whether a list has an item."""
        return call("LIST_CONTAINS", items, item)

    def present(self, items: Sequence[Expression], type_: str) -> Expression:
        """Return the list of those items that are not NULL."""
        typed = [self.cast(one, type_) for one in items]
        there = exp.Not(this=exp.Is(this=exp.to_identifier("x"), expression=exp.null()))
        kept = exp.Lambda(this=there, expressions=[exp.to_identifier("x")])
        return exp.Anonymous(this="LIST_FILTER", expressions=[exp.Array(expressions=typed), kept])

    def length(self, items: Expression) -> Expression:
        """Return how many items a list has."""
        return self.big(
            call(
                {"postgres": "CARDINALITY", "spark": "SIZE", "bigquery": "ARRAY_LENGTH", "snowflake": "ARRAY_SIZE"}.get(
                    self.name, "LEN"
                ),
                items,
            )
        )

    def decimal(self, value: Expression, factor: Fraction, places: int) -> Expression:
        """Return a whole number times a factor, which has at most so many decimals, as a decimal with that many."""
        written = self.cast(value, f"DECIMAL({38 - places}, 0)")
        if factor.numerator != 1:
            written = exp.Mul(this=written, expression=syntax.number(factor.numerator))
        if factor.denominator == 1:
            return self.cast(written, f"DECIMAL(38, {places})")
        by = exp.cast(
            syntax.text(format(Decimal(1) / factor.denominator, "f")),
            exp.DataType.build(f"DECIMAL({places}, {places})"),
        )
        return self.cast(exp.Mul(this=written, expression=by), f"DECIMAL(38, {places})")

    def bits(self, left: Expression, right: Expression) -> Expression:
        """Return the bits that two whole numbers share."""
        return operation(exp.BitwiseAnd, left, right)

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[Expression]]) -> exp.Select:
        """Return a query of constant rows."""
        values = exp.Values(
            expressions=[exp.Tuple(expressions=list(row)) for row in rows],
            alias=exp.TableAlias(
                this=exp.to_identifier("v", quoted=True),
                columns=[exp.to_identifier(name, quoted=True) for name in columns],
            ),
        )
        return exp.select(*(syntax.column(name) for name in columns)).from_(values, copy=False)


class Postgres(Dialect):
    """PostgreSQL 14 and later."""

    name = "postgres"
    wide = "DECIMAL(38, 0)"

    def quotient(self, left: Expression, right: Expression) -> Expression:
        return call("DIV", self.widened(left), self.widened(right))

    def plus_months(self, day: Expression, count: Expression) -> Expression:
        named = exp.PropertyEQ(this=exp.to_identifier("months"), expression=self.cast(count, "INT"))
        step = exp.Anonymous(
            this="MAKE_INTERVAL", expressions=[exp.Kwarg(this=named.this, expression=named.expression)]
        )
        return self.cast(exp.Add(this=solid(day), expression=step), "DATE")

    def has(self, items: Expression, item: Expression) -> Expression:
        return exp.EQ(this=item.copy(), expression=exp.Any(this=exp.Paren(this=items.copy())))

    def present(self, items: Sequence[Expression], type_: str) -> Expression:
        typed = [self.cast(one, type_) for one in items]
        return call("ARRAY_REMOVE", exp.Array(expressions=typed), self.cast(exp.null(), type_))


class Spark(Dialect):
    """Apache Spark 3.4 and later."""

    name = "spark"
    wide = "DECIMAL(38, 0)"
    materialized = None

    def quotient(self, left: Expression, right: Expression) -> Expression:
        # Spark's DIV has 64 bits; a division without rest is exact in decimals.
        exact = operation(exp.Sub, self.widened(left), self.remainder(self.widened(left), self.widened(right)))
        return self.widened(operation(exp.Div, exp.Paren(this=exact), self.widened(right)))

    def plus_days(self, day: Expression, count: Expression) -> Expression:
        return call("DATE_ADD", day, self.cast(count, "INT"))

    def plus_months(self, day: Expression, count: Expression) -> Expression:
        return call("ADD_MONTHS", day, self.cast(count, "INT"))

    def days(self, start: Expression, end: Expression) -> Expression:
        return self.big(call("DATEDIFF", end, start))

    def has(self, items: Expression, item: Expression) -> Expression:
        return call("ARRAY_CONTAINS", items, item)

    def present(self, items: Sequence[Expression], type_: str) -> Expression:
        return call("ARRAY_COMPACT", exp.Array(expressions=[self.cast(one, type_) for one in items]))


class _DateFunctions(Dialect):
    """A dialect that moves dates by functions rather than by intervals."""

    def plus_days(self, day: Expression, count: Expression) -> Expression:
        return exp.DateAdd(this=day.copy(), expression=count.copy(), unit=exp.var("DAY"))

    def plus_months(self, day: Expression, count: Expression) -> Expression:
        return exp.DateAdd(this=day.copy(), expression=count.copy(), unit=exp.var("MONTH"))

    def days(self, start: Expression, end: Expression) -> Expression:
        return exp.DateDiff(this=end.copy(), expression=start.copy(), unit=exp.var("DAY"))


class BigQuery(_DateFunctions):
    """GoogleSQL."""

    name = "bigquery"
    wide = "BIGDECIMAL"
    materialized = None

    def quotient(self, left: Expression, right: Expression) -> Expression:
        return call("DIV", left, right)

    def make_date(self, year: Expression, month: Expression, day: Expression) -> Expression:
        return call("DATE", year, month, day)

    def has(self, items: Expression, item: Expression) -> Expression:
        return exp.In(this=item.copy(), unnest=exp.Unnest(expressions=[items.copy()]))

    def present(self, items: Sequence[Expression], type_: str) -> Expression:
        inner = exp.select(exp.to_identifier("x")).from_(
            exp.Unnest(
                expressions=[exp.Array(expressions=[self.cast(one, type_) for one in items])],
                alias=exp.TableAlias(columns=[exp.to_identifier("x")]),
            )
        )
        return exp.Array(
            expressions=[inner.where(exp.Not(this=exp.Is(this=exp.to_identifier("x"), expression=exp.null())))]
        )

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[Expression]]) -> exp.Select:
        structs = [
            exp.Struct(
                expressions=[
                    exp.PropertyEQ(this=exp.to_identifier(name, quoted=True), expression=one.copy())
                    for name, one in zip(columns, row, strict=True)
                ]
            )
            for row in rows
        ]
        unnest = exp.Unnest(expressions=[exp.Array(expressions=structs)])
        return exp.select(*(syntax.column(name) for name in columns)).from_(unnest)


class Snowflake(_DateFunctions):
    """Snowflake."""

    name = "snowflake"
    wide = "DECIMAL(38, 0)"
    materialized = None

    def quotient(self, left: Expression, right: Expression) -> Expression:
        exact = operation(exp.Sub, left, self.remainder(left, right))
        return self.widened(exp.Div(this=exp.Paren(this=exact), expression=solid(right)))

    def make_date(self, year: Expression, month: Expression, day: Expression) -> Expression:
        return call("DATE_FROM_PARTS", year, month, day)

    def has(self, items: Expression, item: Expression) -> Expression:
        return call("ARRAY_CONTAINS", self.cast(item, "VARIANT"), items)

    def present(self, items: Sequence[Expression], type_: str) -> Expression:  # noqa: ARG002  its arrays have no type
        return call("ARRAY_COMPACT", call("ARRAY_CONSTRUCT", *items))


DIALECTS: Final[dict[str, type[Dialect]]] = {one.name: one for one in (Dialect, Spark, Postgres, BigQuery, Snowflake)}
