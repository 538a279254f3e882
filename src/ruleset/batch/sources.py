"""Tables of cases and of records as streams of Arrow batches: Parquet, Arrow, CSV files, and data frames."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, Protocol

import attrs
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from ruleset.batch.faults import BatchError, Reject

SUFFIXES: Final = (".parquet", ".arrow", ".feather", ".csv")
_BLOCK: Final = 65_536
_BUFFER: Final = 1 << 18  # a row group may be larger than memory should hold
_ARROW_FAULTS: Final = (pa.ArrowException, OSError, ValueError)


class Source(Protocol):
    """A table that can be read more than once, from its first row."""

    @property
    def name(self) -> str:
        """What messages call it."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of its columns."""

    def batches(self, columns: Iterable[str] | None = None) -> Iterator[pa.RecordBatch]:
        """Yield its rows in order, only some of the columns where they are named."""


@attrs.define
class FileSource:
    """A Parquet, Arrow or CSV file. `broken` are the lines of a CSV file that could not be taken apart."""

    path: Path
    columns: tuple[str, ...]
    broken: list[Reject] = attrs.field(factory=list)

    @property
    def name(self) -> str:
        """The path."""
        return str(self.path)

    def batches(self, columns: Iterable[str] | None = None) -> Iterator[pa.RecordBatch]:
        """Yield the rows in order.

        Raises:
            BatchError: the file is cut or damaged.
        """
        wanted = list(columns) if columns is not None else None
        try:
            yield from _batches(self, wanted)
        except _ARROW_FAULTS as error:
            raise damaged(self.path, error) from None


def damaged(path: Path, error: Exception) -> BatchError:
    """Return the error of a file that cannot be read to its end."""
    said = str(error).splitlines()[0] if str(error) else type(error).__name__
    return BatchError(f"{path} : fichier illisible, coupé ou abîmé ({said}) ; refaites-le, puis relancez")


def open_source(path: Path) -> FileSource:
    """Return a file as a source.

    Raises:
        BatchError: it is not there, not a table of a known kind, or damaged.
    """
    kind = path.suffix.lower()
    if not path.is_file():
        raise BatchError(f"{path} : fichier introuvable")
    if kind not in SUFFIXES:
        raise BatchError(f"{path} : un tableau est un fichier {', '.join(SUFFIXES[:-1])} ou {SUFFIXES[-1]}")
    if path.stat().st_size == 0:
        raise BatchError(f"{path} : fichier vide ; la première ligne donne les noms des colonnes")
    try:
        columns = _header(path, kind)
    except _ARROW_FAULTS as error:
        raise damaged(path, error) from None
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if twice:
        raise BatchError(f"{path} : colonne en double : « {twice[0]} » ; gardez-en une seule")
    return FileSource(path, columns)


def _header(path: Path, kind: str) -> tuple[str, ...]:
    if kind == ".parquet":
        with pq.ParquetFile(path) as file:
            return tuple(file.schema_arrow.names)
    if kind == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as text:
            import csv

            head = text.readline()
            names = next(csv.reader([head], delimiter=_delimiter(head)), [])
        return tuple(name.strip() for name in names)
    with pa.ipc.open_file(path) as file:
        return tuple(file.schema.names)


def _delimiter(head: str) -> str:
    return ";" if head.count(";") > head.count(",") else ","


def _batches(source: FileSource, columns: list[str] | None) -> Iterator[pa.RecordBatch]:
    kind = source.path.suffix.lower()
    if kind == ".parquet":
        with pq.ParquetFile(source.path, pre_buffer=False, buffer_size=_BUFFER) as file:
            yield from file.iter_batches(batch_size=_BLOCK, columns=columns)
    elif kind == ".csv":
        yield from _csv(source, columns)
    else:
        with pa.ipc.open_file(source.path) as file:
            for number in range(file.num_record_batches):
                batch = file.get_batch(number)
                yield batch if columns is None else batch.select(columns)


def _csv(source: FileSource, columns: list[str] | None) -> Iterator[pa.RecordBatch]:
    """Read every cell as text: what it may be is for its question to say."""
    source.broken.clear()
    with source.path.open(encoding="utf-8-sig") as text:
        delimiter = _delimiter(text.readline())

    def refuse(row: pa_csv.InvalidRow) -> str:
        line = row.number or 0
        reason = f"{row.actual_columns} cellules au lieu de {row.expected_columns}"
        source.broken.append(Reject(source.name, max(line - 1, 0), "", "", (row.text or "")[:80], reason))
        return "skip"

    reader = pa_csv.open_csv(
        source.path,
        read_options=pa_csv.ReadOptions(column_names=source.columns, skip_rows=1, use_threads=False),
        parse_options=pa_csv.ParseOptions(delimiter=delimiter, invalid_row_handler=refuse),
        convert_options=pa_csv.ConvertOptions(
            column_types=dict.fromkeys(source.columns, pa.string()),
            strings_can_be_null=True,
            null_values=[""],
            include_columns=columns or [],
        ),
    )
    yield from reader


@attrs.frozen
class FrameSource:
    """A data frame, or anything else that gives itself as an Arrow stream (pandas, Polars, DuckDB, Arrow)."""

    frame: Any
    name: str = "tableau"

    @property
    def _table(self) -> pa.Table:
        return self.frame if isinstance(self.frame, pa.Table) else pa.table(self.frame)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(self._table.column_names)

    def batches(self, columns: Iterable[str] | None = None) -> Iterator[pa.RecordBatch]:
        """Yield its rows."""
        table = self._table if columns is None else self._table.select(list(columns))
        yield from table.to_batches(max_chunksize=_BLOCK)


def chunks(source: Source, size: int) -> Iterator[pa.Table]:
    """Yield the rows of a source in tables of so many rows, the last one shorter."""
    held: list[pa.RecordBatch] = []
    count = 0
    for batch in source.batches():
        start = 0
        while count + batch.num_rows - start >= size:
            part = batch.slice(start, size - count)
            yield pa.Table.from_batches([*held, part])
            start += part.num_rows
            held, count = [], 0
        rest = batch.slice(start)
        if rest.num_rows:
            held.append(rest)
            count += rest.num_rows
    if held:
        yield pa.Table.from_batches(held)
