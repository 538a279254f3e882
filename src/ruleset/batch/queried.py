"""A chunk computed by the SQL queries of its rule set: its checked columns as their tables, their rows as columns.

Cells are read and checked before, as for any batch; what comes back has the names, the types and the order of rows that
the columns engine gives, so that nothing else depends on who computed.
"""

from __future__ import annotations

import datetime as dt
import math
import threading
from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ruleset.batch.databases import CASES, Database, InexactError, said
from ruleset.batch.faults import BatchError
from ruleset.batch.layout import CASE, KNOWN, NONE, ON, ROW, questions_of
from ruleset.batch.results import STATUSES, Writing, array_of, arrays, days, none_of, numbers, record_types, within
from ruleset.engines.columns import Batch, Pool, Run, Table, make_plan
from ruleset.engines.columns.values import Column, Constant, Numbers
from ruleset.model import RuleSet
from ruleset.types import SEVERITIES, UNKNOWN, decimals_of

_TOLD: Final = 4
_WORDS: Final = {"finding": STATUSES, "task": STATUSES, "severity": SEVERITIES}
Place: TypeAlias = tuple[str, str]


@attrs.frozen(eq=False)
class _Compiled:
    """Queries by record type, and the decimals of number questions in the tables that they read."""

    queries: Mapping[str, str]
    decimals: Mapping[Place, int]


class Queries:
    """What a database computes of a rule set. Shared by threads.

    Raises:
        BatchError: something has no SQL form, and not `mixed`.
    """

    def __init__(
        self, ruleset: RuleSet, database: Database, answered: Mapping[str, Iterable[str]], *, mixed: bool = False
    ) -> None:
        """Write the queries; those of answers with more decimals than usual are written anew when they come.

        Args:
            ruleset: what is computed.
            database: where.
            answered: the questions that have a column, by record type that has a table ("" for the cases).
            mixed: whether what has no SQL form is left to the columns engine.
        """
        try:
            from ruleset.engines.sql.inputs import Layout, raw_questions
        except ImportError as error:
            raise BatchError(
                f"--engine {database.name} a besoin de {error.name} : pip install 'ruleset[batch]'"
            ) from None
        self._ruleset = ruleset
        self._database = database
        self._mixed = mixed
        self._lock = threading.Lock()
        raw = raw_questions(ruleset, Layout())
        self._records = sorted({record for record, _ in raw if record})
        self._decimals = {place: one.decimals for place, one in raw.items() if one.kind == "number"}
        self._compiled: _Compiled | None = None
        unknown = _unknown(ruleset, answered)
        self._compile(unknown, {})
        # The columns engine gives the same names and types whatever the cases: one unknown case tells them.
        kinds = ["", *(kind for kind in record_types(ruleset) if kind in answered)]
        self._shapes = {kind: {name: make().type for name, make in arrays(unknown, kind)} for kind in kinds}

    def columns(self, writing: Writing, first: int) -> Mapping[str, Mapping[str, pa.Array]] | None:
        """Return the columns that the database computes, by record type ("" for the cases) and name, in the order of
        their rows; None where it could not compute this chunk, and the columns engine is to.

        Args:
            writing: the cases, as they were read.
            first: the line of the first of them, for messages.

        Raises:
            BatchError: it could not, and not `mixed`, or it is not there any more.
        """
        batch = writing.run.batch
        needed = _decimals(batch, self._decimals)
        compiled = self._compile(writing, needed)
        try:
            found = self._database.answer(self._tables(writing, compiled.decimals), compiled.queries)
            sizes = {"": batch.size, **{kind: one.size for kind, one in batch.records.items()}}
            return {
                kind: _shaped(found[kind], self._shapes[kind], sizes[kind])
                for kind in found
                if kind in self._shapes and kind in sizes
            }
        except (InexactError, pa.ArrowInvalid) as error:
            if self._mixed:
                return None
            raise BatchError(
                f"--engine {self._database.name} : les cas des lignes {first} à {first + batch.size - 1} ne se "
                f"calculent pas exactement ({said(error)}) ; avec --mixed, le moteur « columns » les calcule"
            ) from None

    def _compile(self, writing: Writing, needed: Mapping[Place, int]) -> _Compiled:
        """Return the queries for columns of so many decimals; the greatest seen are kept, so that few are written."""
        from ruleset.engines.sql.inputs import Layout
        from ruleset.engines.sql.outputs import sql_queries

        with self._lock:
            held = self._compiled
            if held is not None and all(held.decimals[place] >= count for place, count in needed.items()):
                return held
            decimals = {
                place: max(count, held.decimals[place] if held else 0, needed.get(place, 0))
                for place, count in self._decimals.items()
            }
            tables = self._tables(writing, decimals)
            columns = {"" if name == CASES else name: frozenset(one.column_names) for name, one in tables.items()}
            found = sql_queries(
                self._ruleset, self._database.dialect, layout=Layout(columns=columns, decimals=decimals), mixed=True
            )
            if found.missing and not self._mixed:
                raise _formless(self._ruleset.id, self._database.name, found.missing)
            self._compiled = _Compiled(found.queries, decimals)
            return self._compiled

    def _tables(self, writing: Writing, decimals: Mapping[Place, int]) -> dict[str, pa.Table]:
        """Return the tables that the queries read; a case is known by its place in the chunk, which is there once."""
        batch = writing.run.batch
        cases = {CASE: pa.array(np.arange(batch.size)), ON: days(batch.on, batch.size)}
        for kind in self._records:
            held = batch.records.get(kind)
            flags = np.full(batch.size, held is not None)
            if held is not None and held.counted is not None:
                flags = held.counted.flags
            cases[f"{kind}{KNOWN}"] = pa.array(flags)
        tables = {CASES: pa.table(cases | self._answers(writing, "", batch.answers, decimals))}
        for kind in self._records:
            table = batch.records.get(kind) or Table(np.zeros(0, np.intp), {})
            keys = {CASE: pa.array(table.cases), ROW: pa.array(within(table.cases, batch.size))}
            fields = self._answers(writing, kind, table.fields, decimals) if kind in batch.records else {}
            tables[kind] = pa.table(keys | fields)
        return tables

    def _answers(
        self, writing: Writing, kind: str, answers: Mapping[str, Column], decimals: Mapping[Place, int]
    ) -> dict[str, pa.Array]:
        frame = writing.run.frame_of(kind)
        questions = questions_of(self._ruleset, kind)
        found: dict[str, pa.Array] = {}
        for id, column in answers.items():
            domain = questions[id].domain
            places = decimals.get((kind, id))
            if places is not None:
                found[id] = numbers(writing, column, places, pa.decimal128(38, places), frame)
            else:
                found[id] = array_of(writing, column, domain.type, frame)
            if pa.types.is_dictionary(found[id].type):
                found[id] = found[id].dictionary_decode()
            if domain.optional:
                found[f"{id}{NONE}"] = none_of(column, frame.size)
        return found


def _decimals(batch: Batch, usual: Mapping[Place, int]) -> dict[Place, int]:
    """Return the decimals that the answers to number questions have."""
    found = {}
    for kind, answers in {"": batch.answers, **{kind: one.fields for kind, one in batch.records.items()}}.items():
        for id, column in answers.items():
            if (kind, id) in usual:
                found[kind, id] = _places(column)
    return found


def _places(column: Column) -> int:
    if isinstance(column, Constant):
        value: Any = column.value
        return 0 if value is None or value is UNKNOWN else decimals_of(value) or 0
    if not isinstance(column, Numbers):
        return 0
    if isinstance(column.den, int):
        # Decimals that all end in zeros have fewer places than their type says.
        dens = [column.den // math.gcd(column.den, int(np.gcd.reduce(np.asarray(column.num).reshape(-1), initial=0)))]
    else:
        dens = np.unique(column.den).tolist()
    return max((next(places for places in range(64) if 10**places % int(den) == 0) for den in dens), default=0)


def _formless(ruleset: str, engine: str, missing: Mapping[str, str]) -> BatchError:
    reasons: dict[str, list[str]] = {}
    for name, reason in missing.items():
        reasons.setdefault(reason, []).append(name)
    lines = [
        f"  {', '.join(names[:_TOLD])}{f' … (et {len(names) - _TOLD} autres)' if len(names) > _TOLD else ''} : {reason}"
        for reason, names in reasons.items()
    ]
    return BatchError(
        f"{ruleset} : {len(missing)} colonnes n'ont pas de forme SQL exacte pour --engine {engine} ; avec --mixed, le "
        "moteur « columns » calcule celles-là :\n" + "\n".join(lines)
    )


def _unknown(ruleset: RuleSet, answered: Mapping[str, Iterable[str]]) -> Writing:
    """Return one case of which nothing is known."""
    fields: dict[str, dict[str, Column]] = {
        kind: {id: Constant(UNKNOWN) for id in sorted(ids)} for kind, ids in answered.items()
    }
    cases = fields.pop("")
    tables = {kind: Table(np.zeros(1, np.intp), one) for kind, one in fields.items()}
    batch = Batch(1, Constant(dt.date(2000, 1, 1)), cases, tables)
    return Writing(Run(make_plan(ruleset), batch, Pool()), lambda _frame, _rows: None)


def _shaped(found: pa.Table, shape: Mapping[str, pa.DataType], size: int) -> dict[str, pa.Array]:
    """Return the columns of an answer in the order of the rows of the chunk, and of their types."""
    if found.num_rows != size:
        raise InexactError(f"{found.num_rows} lignes au lieu de {size}")
    keys = [(name, "ascending") for name in (CASE, ROW) if name in found.column_names]
    ordered = found.take(pc.sort_indices(found, sort_keys=keys))
    return {
        name: _typed(ordered[name].combine_chunks(), kind, _WORDS.get(name.partition(".")[0]))
        for name, kind in shape.items()
        if name in found.column_names
    }


def _typed(array: pa.Array, kind: pa.DataType, words: tuple[str, ...] | None) -> pa.Array:
    if pa.types.is_dictionary(kind):
        texts = array.cast(pa.string())
        if words is None:
            return texts.dictionary_encode().cast(kind)
        codes = pc.index_in(texts, value_set=pa.array(words)).cast(kind.index_type)
        return pa.DictionaryArray.from_arrays(codes, list(words))
    if pa.types.is_list(kind) and not pa.types.is_null(array.type) and not pa.types.is_string(array.type.value_type):
        # Items are written as an outcome writes them: whole numbers, days and truths as Python does.
        return pa.array([None if one is None else [str(item) for item in one] for one in array.to_pylist()], kind)
    return array.cast(kind)
