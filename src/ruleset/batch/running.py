"""A batch from its tables to a file: chunk after chunk on several cores, written whole or continued later."""

from __future__ import annotations

import collections
import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ruleset.batch.databases import CHUNK, Database
from ruleset.batch.evaluation import Chunk, Evaluated, Rows, evaluate_chunk
from ruleset.batch.faults import BatchError, Reject
from ruleset.batch.identity import suspects
from ruleset.batch.layout import CASE, ROW, case_columns, record_columns
from ruleset.batch.queried import Queries
from ruleset.batch.results import record_types
from ruleset.batch.sources import Source, chunks
from ruleset.batch.writing import Parts, Summary
from ruleset.engines.columns import Pool
from ruleset.model import RuleSet
from ruleset.types import near


@attrs.frozen
class Job:
    """What is to be run: a rule set over a table of cases, with their records by type, at a date of law.

    `chunk` is how many cases are computed at a time. `database` computes in place of the columns engine; with `mixed`,
    that engine computes what it cannot.
    """

    ruleset: RuleSet
    cases: Source
    records: Mapping[str, Source] = attrs.field(factory=dict)
    on: dt.date = attrs.field(factory=dt.date.today)
    extra: bool = False
    chunk: int = CHUNK
    database: Database | None = None
    mixed: bool = False

    @property
    def names(self) -> dict[str, str]:
        """What messages call the tables, that of the cases under an empty name."""
        return {"": self.cases.name, **{kind: source.name for kind, source in self.records.items()}}


def check(job: Job) -> tuple[str, ...]:
    """Return the questions that no column answers, once the columns of all tables are found to fit.

    Raises:
        BatchError: they do not, or a table of records is of no type of the rule set.
    """
    if CASE not in job.cases.columns:
        raise BatchError(
            f"{job.cases.name} : il manque la colonne « {CASE} », qui nomme chaque cas "
            f"(colonnes présentes : {', '.join(job.cases.columns[:8])})"
        )
    types = [id for id, record in job.ruleset.records.items() if record.rows is None]
    for kind, source in job.records.items():
        if kind not in types:
            raise BatchError(
                f"type de fiche inconnu : « {kind} »{near(kind, types)} ; possibles : {', '.join(types) or 'aucun'}"
            )
        record_columns(job.ruleset, kind, source.columns, source.name, extra=job.extra)
    return case_columns(job.ruleset, job.cases.columns, job.cases.name, extra=job.extra).unasked


def _answered(job: Job) -> dict[str, set[str]]:
    """Return the questions that have a column, by record type that has a table."""
    found = {"": case_columns(job.ruleset, job.cases.columns, job.cases.name, extra=job.extra)}
    for kind, source in job.records.items():
        found[kind] = record_columns(job.ruleset, kind, source.columns, source.name, extra=job.extra)
    return {kind: {*one.questions, *one.nones.values()} for kind, one in found.items()}


class Batches:
    """A job whose tables were found to fit; `evaluated` gives what each chunk of it gives.

    Raises:
        BatchError: the tables do not fit the rule set, one is damaged, or the database cannot compute all of it.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.unasked = check(job)
        self._queries = Queries(job.ruleset, job.database, _answered(job), mixed=job.mixed) if job.database else None
        self._suspects = suspects(job.cases)
        self._records = {kind: _Records(source) for kind, source in job.records.items()}

    @property
    def cases(self) -> int:
        """How many cases there are, wrong ones included."""
        return self._suspects.rows

    def evaluated(self, workers: int = 1, done: int = 0) -> Iterator[Evaluated]:
        """Yield what each chunk gives, in order, from the chunk `done` on, computed by so many threads."""
        pool = Pool()
        waiting: collections.deque[Future[Evaluated]] = collections.deque()
        with ThreadPoolExecutor(workers) as threads:
            for chunk in self._chunks(done):
                waiting.append(threads.submit(self._evaluate, chunk, pool))
                if len(waiting) > workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def _evaluate(self, chunk: Chunk, pool: Pool) -> Evaluated:
        job = self.job
        return evaluate_chunk(job.ruleset, chunk, job.on, pool, job.names, extra=job.extra, queries=self._queries)

    def _chunks(self, done: int) -> Iterator[Chunk]:
        first = 1
        for number, cases in enumerate(chunks(self.job.cases, self.job.chunk)):
            refused = self._suspects.refused(cases, first)
            records = {kind: held.of(cases) for kind, held in self._records.items()}
            if number >= done:
                yield Chunk(first, cases, records, refused)
            first += cases.num_rows

    def strays(self) -> list[Reject]:
        """Return what belongs to no case, once all chunks are evaluated: lines that could not be taken apart, records
        of cases that do not exist.
        """
        broken = [
            one for source in (self.job.cases, *self.job.records.values()) for one in getattr(source, "broken", [])
        ]
        return [*broken, *(reject for held in self._records.values() for reject in held.strays())]


def run(
    job: Job,
    output: Path,
    *,
    workers: int = 1,
    resume: bool = False,
    restart: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _cases: None,
) -> Result:
    """Run a job into a file, and the records of each type into a file beside it.

    Args:
        job: what is to be run.
        output: `.parquet`, `.arrow`, `.feather` or `.csv`; it appears when all of it is there.
        workers: threads; each holds one chunk in memory.
        resume: go on with what an interrupted run of the same job left.
        restart: throw that away.
        progress: told how many cases are done, of how many.

    Raises:
        BatchError: the tables do not fit, one is damaged, or the disk refuses; what is done is kept.
    """
    parts = Parts(output)
    batches = Batches(job)
    parts.open(_identity(job), resume=resume, restart=restart)
    done = parts.done()
    summary = parts.summary(done)
    progress(summary.evaluated + summary.rejected, batches.cases)
    number = done
    for found in batches.evaluated(workers, done):
        part = parts.write(number, found)
        summary.add(part)
        progress(summary.evaluated + summary.rejected, batches.cases)
        number += 1
    strays = batches.strays()
    kinds = tuple(kind for kind in record_types(job.ruleset) if kind in job.records)
    files = parts.finish(number, kinds, strays)
    return Result(summary, files, batches.unasked, len(strays))


@attrs.frozen
class Result:
    """What a run gave: its summary, the files written, the questions that no column answers, how many lines belong to
    no case.
    """

    summary: Summary
    files: tuple[Path, ...]
    unasked: tuple[str, ...]
    strays: int


def _identity(job: Job) -> dict[str, object]:
    """Return what makes two runs the same job."""
    tables = {"": job.cases, **job.records}
    return {
        "ruleset": [job.ruleset.id, job.ruleset.version, job.ruleset.content],
        "on": job.on.isoformat(),
        "chunk": job.chunk,
        "extra": job.extra,
        "tables": {kind: [source.name, list(source.columns), *_stamp(source)] for kind, source in tables.items()},
    }


def _stamp(source: Source) -> list[int]:
    path = Path(source.name)
    if not path.is_file():
        return []
    state = path.stat()
    return [state.st_size, state.st_mtime_ns]


class _Records:
    """The records of one type, in memory, found by the id of their case."""

    def __init__(self, source: Source) -> None:
        self.source = source
        batches = list(source.batches())
        empty = pa.schema([(name, pa.string()) for name in source.columns]).empty_table()
        self._cells = pa.Table.from_batches(batches) if batches else empty
        encoded = pc.dictionary_encode(self._cells[CASE].combine_chunks())
        self._ids = encoded.dictionary
        codes = encoded.indices.fill_null(len(self._ids)).to_numpy(zero_copy_only=False)
        given = self._cells[ROW].to_numpy() if ROW in self._cells.column_names else np.arange(len(codes))
        self._order = np.lexsort((given, codes))
        self._starts = np.searchsorted(codes[self._order], np.arange(len(self._ids) + 1))
        self._met = np.zeros(len(self._ids), np.bool_)

    def of(self, cases: pa.Table) -> Rows:
        """Return the records of some cases, in their order."""
        ids = cases[CASE].combine_chunks()
        place = pc.index_in(ids.cast(self._ids.type), value_set=self._ids).fill_null(-1).to_numpy(zero_copy_only=False)
        owning = np.flatnonzero(place >= 0)
        codes = place[owning]
        self._met[codes] = True
        starts, counts = self._starts[codes], self._starts[codes + 1] - self._starts[codes]
        owners = np.repeat(owning, counts)
        within = np.arange(len(owners)) - np.repeat(np.cumsum(counts) - counts, counts)
        rows = self._order[np.repeat(starts, counts) + within]
        return Rows(self._cells.take(pa.array(rows)), owners, rows + 1)

    def strays(self) -> Iterator[Reject]:
        """Yield a reject for each record of a case that was not met."""
        stray: NDArray[np.bool_] = np.ones(self._cells.num_rows, np.bool_)
        for code in np.flatnonzero(self._met):
            stray[self._order[self._starts[code] : self._starts[code + 1]]] = False
        for row in np.flatnonzero(stray).tolist():
            id = self._cells[CASE][row].as_py()
            reason = "aucun cas n'a cet identifiant" if id is not None else f"la colonne « {CASE} » est vide"
            yield Reject(self.source.name, row + 1, str(id or ""), CASE, str(id or ""), reason)
