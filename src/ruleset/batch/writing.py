"""Where a batch writes: parts beside the output, one for each chunk, put together when all are there."""

from __future__ import annotations

import csv
import errno
import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import attrs
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from ruleset.batch.evaluation import Evaluated
from ruleset.batch.faults import BatchError, Reject
from ruleset.batch.results import STATUSES

OUTPUTS: Final = (".parquet", ".arrow", ".feather", ".csv")
_JOB: Final = "job.json"
CASES: Final = ""


@attrs.define
class Summary:
    """What a batch gave: cases evaluated and set aside, those in which something went wrong inside (None where a
    database computed some, which does not tell), statuses counted by finding (of cases and of records alike).
    """

    evaluated: int = 0
    rejected: int = 0
    troubled: int | None = 0
    findings: dict[str, dict[str, int]] = attrs.field(factory=dict)

    def add(self, other: Summary) -> None:
        """Count what another part gave."""
        self.evaluated += other.evaluated
        self.rejected += other.rejected
        told = self.troubled is not None and other.troubled is not None
        self.troubled = (self.troubled or 0) + (other.troubled or 0) if told else None
        for id, counts in other.findings.items():
            held = self.findings.setdefault(id, dict.fromkeys(STATUSES, 0))
            for status, count in counts.items():
                held[status] += count


def summed(found: Evaluated) -> Summary:
    """Return the summary of a chunk."""
    counts: dict[str, dict[str, int]] = {}
    for table in (found.cases, *found.records.values()):
        for name in table.column_names:
            if name.startswith("finding."):
                held = counts.setdefault(name.removeprefix("finding."), dict.fromkeys(STATUSES, 0))
                for one in pc.value_counts(table[name]).to_pylist():
                    held[one["values"]] += one["counts"]
    return Summary(found.cases.num_rows, len({one.case for one in found.rejects}), found.troubled, counts)


@attrs.frozen
class Parts:
    """The parts of an output; `folder` stands beside it until all are there."""

    output: Path

    @property
    def folder(self) -> Path:
        """Where the parts are."""
        return self.output.with_name(f"{self.output.name}.parts")

    def open(self, job: Mapping[str, Any], *, resume: bool, restart: bool) -> None:
        """Begin, or go on with what an interrupted run of the same job left.

        Raises:
            BatchError: an interrupted run is there and it is not said what to do with it, or it was another job.
        """
        if self.output.suffix.lower() not in OUTPUTS:
            raise BatchError(f"{self.output} : le résultat est un fichier {', '.join(OUTPUTS)}")
        if self.folder.exists() and not resume and not restart:
            raise BatchError(
                f"{self.folder} : un calcul interrompu est là ; --resume le continue, --restart le recommence"
            )
        if self.folder.exists() and restart:
            shutil.rmtree(self.folder)
        written = self.folder / _JOB
        with guarded(self.output):
            self.folder.mkdir(parents=True, exist_ok=True)
            if written.exists() and json.loads(written.read_text(encoding="utf-8")) != job:
                raise BatchError(
                    f"{self.folder} : le calcul interrompu n'était pas le même (jeu de règles, tableaux ou date de "
                    "droit ont changé) ; --restart le recommence"
                )
            written.write_text(json.dumps(job, ensure_ascii=False), encoding="utf-8")

    def done(self) -> int:
        """Return how many parts, from the first on, are there."""
        number = 0
        while self._mark(number).exists():
            number += 1
        return number

    def write(self, number: int, found: Evaluated) -> Summary:
        """Write a part; it counts once all of it is there."""
        summary = summed(found)
        with guarded(self.output):
            for kind, table in {CASES: found.cases, **found.records}.items():
                _write_part(table, self._part(number, kind))
            mark = {"summary": attrs.asdict(summary), "rejects": [attrs.asdict(one) for one in found.rejects]}
            draft = self._mark(number).with_suffix(".draft")
            draft.write_text(json.dumps(mark, ensure_ascii=False), encoding="utf-8")
            draft.replace(self._mark(number))
        return summary

    def summary(self, count: int) -> Summary:
        """Return the summary of the first parts."""
        total = Summary()
        for number in range(count):
            total.add(Summary(**self._read(number)["summary"]))
        return total

    def finish(self, count: int, kinds: tuple[str, ...], strays: list[Reject]) -> tuple[Path, ...]:
        """Put the parts together, each output written whole or not at all, and return the files written."""
        files = []
        with guarded(self.output):
            for kind in (CASES, *kinds):
                parts = [self._part(number, kind) for number in range(count)]
                files.append(_joined([part for part in parts if part.exists()], self.path(kind)))
            rejects = [Reject(**one) for number in range(count) for one in self._read(number)["rejects"]] + strays
            if rejects:
                files.append(_write_rejects(rejects, self.rejects))
            else:
                self.rejects.unlink(missing_ok=True)
            shutil.rmtree(self.folder)
        return tuple(files)

    def path(self, kind: str) -> Path:
        """Return the file of the cases, or of the records of a type."""
        return self.output if kind == CASES else self.output.with_suffix(f".{kind}{self.output.suffix}")

    @property
    def rejects(self) -> Path:
        """The file of what was set aside."""
        return self.output.with_suffix(".rejects.csv")

    def _part(self, number: int, kind: str) -> Path:
        return self.folder / f"{number:06}.{kind or 'cases'}.arrow"

    def _mark(self, number: int) -> Path:
        return self.folder / f"{number:06}.json"

    def _read(self, number: int) -> Any:
        return json.loads(self._mark(number).read_text(encoding="utf-8"))


@attrs.frozen
class guarded:  # noqa: N801  reads as a statement
    """Turns what the disk refuses into an error that says what is left and what to do."""

    output: Path

    def __enter__(self) -> None:
        """Do nothing yet."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Explain."""
        if not isinstance(error, OSError):
            return
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        why = "disque plein" if full else str(error)
        raise BatchError(
            f"{self.output} : impossible d'écrire ({why}) ; rien n'est perdu : faites de la place ou donnez les "
            "droits, puis relancez avec --resume"
        ) from None


def _joined(parts: list[Path], output: Path) -> Path:
    draft = output.with_name(f".{output.name}.draft")
    try:
        _write(parts, draft, output.suffix.lower())
        draft.replace(output)
    finally:
        draft.unlink(missing_ok=True)
    return output


def _write_part(table: pa.Table, path: Path) -> None:
    """Write a part: an Arrow file, since it is read once and thrown away."""
    with pa.ipc.new_file(path, table.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
        writer.write_table(table)


def _write(parts: list[Path], draft: Path, suffix: str) -> None:
    shaped = {".parquet": lambda table: table, ".csv": _flat}.get(suffix, _plain)
    tables = (shaped(table) for table in _tables(parts))
    first = next(tables)
    writers = {
        ".parquet": lambda: pq.ParquetWriter(draft, first.schema, compression="zstd"),
        ".csv": lambda: pa_csv.CSVWriter(draft, first.schema),
    }
    with writers.get(suffix, lambda: pa.ipc.new_file(draft, first.schema))() as writer:
        writer.write_table(first)
        for table in tables:
            writer.write_table(table)


def _tables(parts: list[Path]) -> Iterator[pa.Table]:
    for part in parts:
        with pa.ipc.open_file(part) as file:
            yield file.read_all()


def _plain(table: pa.Table) -> pa.Table:
    """Return a table whose words are written out: an Arrow file has one dictionary for each column."""
    for place, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            table = table.set_column(place, field.name, table[field.name].cast(pa.string()))
    return table


def _flat(table: pa.Table) -> pa.Table:
    """Return a table as CSV can hold it: lists as one cell, their items parted by « ; »."""
    table = _plain(table)
    for place, field in enumerate(table.schema):
        if pa.types.is_list(field.type):
            table = table.set_column(place, field.name, pc.binary_join(table[field.name].combine_chunks(), ";"))
    return table


def _write_rejects(rejects: list[Reject], path: Path) -> Path:
    draft = path.with_name(f".{path.name}.draft")
    with draft.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text)
        writer.writerow([field.name for field in attrs.fields(Reject)])
        writer.writerows(attrs.astuple(one) for one in rejects)
    draft.replace(path)
    return path
