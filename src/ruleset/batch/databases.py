"""Where queries are run: DuckDB inside the process, a PostgreSQL server, Apache Spark.

Each is given tables and the queries that read them, and gives their rows back; it keeps nothing.
"""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, Protocol

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from ruleset.batch.faults import BatchError

CASES: Final = "cases"
CHUNK: Final = 65_536
DATABASES: Final = ("duckdb", "postgres", "spark")
_SQL: Final = {pa.bool_(): "BOOLEAN", pa.int64(): "BIGINT", pa.date32(): "DATE"}
# By PostgreSQL's own numbers of types; decimals are read as texts, since their scale is not told.
_ARROW: Final = {16: pa.bool_(), 20: pa.int64(), 23: pa.int64(), 1082: pa.date32()}
_LISTS: Final = (1000, 1007, 1009, 1015, 1016, 1182, 1231)
_ANSWER: Final = "ruleset_answer"


class InexactError(Exception):
    """A value that the database cannot hold or convert: nothing is wrong with the database."""


class Database(Protocol):
    """Something that runs queries. Shared by threads."""

    name: str
    dialect: str
    chunk: int
    """How many cases it is best given at a time."""

    def answer(self, tables: Mapping[str, pa.Table], queries: Mapping[str, str]) -> dict[str, pa.Table]:
        """Return the rows of each query over some tables, all of them at once.

        Raises:
            InexactError: a value cannot be held or converted.
            BatchError: the database is not there, or refuses.
        """

    def close(self) -> None:
        """Let it go."""


def open_database(name: str, address: str | None = None, threads: int = 1) -> Database:
    """Return a database by the name of its engine.

    Args:
        name: `duckdb`, `postgres` or `spark`.
        address: of the server: `host=… dbname=…` or `postgresql://…`, `spark://host:port` or `local[2]`.
        threads: that DuckDB, or Spark without a server, may use.

    Raises:
        BatchError: its package or its server is not there; the message says what to install or to start.
    """
    if name == "duckdb":
        if address:
            raise BatchError("--database ne va pas avec --engine duckdb, qui calcule dans ce programme ; ôtez-le")
        return DuckDb(threads)
    if name == "postgres":
        return Postgres(address or "")
    if name == "spark":
        from ruleset.batch.spark import Spark

        return Spark(address or f"local[{threads}]")
    raise BatchError(f"moteur inconnu : « {name} » ; possibles : columns, {', '.join(DATABASES)}")


class DuckDb:
    """DuckDB, in memory, inside the process."""

    name = "duckdb"
    dialect = "duckdb"
    chunk = CHUNK

    def __init__(self, threads: int = 1) -> None:
        try:
            import duckdb
        except ImportError:
            raise BatchError("--engine duckdb a besoin de duckdb : pip install 'ruleset[batch]'") from None
        self._duckdb = duckdb
        self._connection = duckdb.connect(config={"threads": threads})

    def answer(self, tables: Mapping[str, pa.Table], queries: Mapping[str, str]) -> dict[str, pa.Table]:
        """Return the rows of each query; tables are read where they are."""
        known = self._duckdb
        with self._connection.cursor() as cursor:
            # The query is factored already: to optimize hundreds of columns costs more than it saves on a few cases.
            cursor.execute("PRAGMA disable_optimizer")
            for name, table in tables.items():
                cursor.register(name, table)
            try:
                return {kind: cursor.sql(text).to_arrow_table() for kind, text in queries.items()}
            except (known.ConversionException, known.OutOfRangeException, known.InvalidInputException) as error:
                raise InexactError(str(error)) from None
            except known.Error as error:
                raise BatchError(f"--engine duckdb : {said(error)}") from None

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class Postgres:
    """A PostgreSQL server, in temporary tables of one connection, gone with each chunk."""

    name = "postgres"
    dialect = "postgres"
    chunk = CHUNK

    def __init__(self, conninfo: str) -> None:
        try:
            import psycopg
        except ImportError:
            raise BatchError("--engine postgres a besoin de psycopg : pip install 'ruleset[batch]'") from None
        self._psycopg = psycopg
        self._lock = threading.Lock()
        try:
            self._connection = psycopg.connect(conninfo, connect_timeout=10)
            # Compiling a query of hundreds of columns costs more than running it.
            self._connection.execute("SET jit TO off")
            self._connection.execute("SET DateStyle TO ISO")
            self._connection.commit()
        except psycopg.Error as error:
            raise BatchError(
                f"--engine postgres : pas de connexion ({said(error)}) ; démarrez le serveur, ou dites où il est : "
                "--database 'host=… dbname=… user=…'"
            ) from None

    def answer(self, tables: Mapping[str, pa.Table], queries: Mapping[str, str]) -> dict[str, pa.Table]:
        """Return the rows of each query; one thread at a time, in one transaction that leaves nothing."""
        with self._lock, self._explained(), self._connection.cursor() as cursor:
            try:
                for name, table in tables.items():
                    self._load(cursor, name, table)
                return {kind: self._read(cursor, text) for kind, text in queries.items()}
            finally:
                if not self._connection.broken:
                    self._connection.rollback()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except self._psycopg.DataError as error:
            raise InexactError(str(error)) from None
        except self._psycopg.Error as error:
            again = " ; ce qui est calculé est gardé : relancez avec --resume" if self._connection.broken else ""
            raise BatchError(f"--engine postgres : {said(error)}{again}") from None

    def _load(self, cursor: Any, name: str, table: pa.Table) -> None:
        sql = self._psycopg.sql
        columns = sql.SQL(", ").join(
            sql.SQL("{} {}").format(sql.Identifier(field.name), sql.SQL(_postgres_type(field.type)))
            for field in table.schema
        )
        cursor.execute(sql.SQL("CREATE TEMPORARY TABLE {} ({})").format(sql.Identifier(name), columns))
        with cursor.copy(sql.SQL("COPY {} FROM STDIN (FORMAT csv)").format(sql.Identifier(name))) as copy:
            copy.write(_as_csv(table))
        cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(name)))

    def _read(self, cursor: Any, text: str) -> pa.Table:
        sql = self._psycopg.sql
        cursor.execute(sql.SQL("CREATE TEMPORARY TABLE {} AS {}").format(sql.Identifier(_ANSWER), sql.SQL(text)))
        cursor.execute(sql.SQL("TABLE {} LIMIT 0").format(sql.Identifier(_ANSWER)))
        types = {column.name: _ARROW.get(column.type_code, pa.string()) for column in cursor.description}
        lists = [column.name for column in cursor.description if column.type_code in _LISTS]
        rows = io.BytesIO()
        with cursor.copy(sql.SQL("COPY {} TO STDOUT (FORMAT csv)").format(sql.Identifier(_ANSWER))) as copy:
            for block in copy:
                rows.write(block)
        cursor.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(_ANSWER)))
        return _from_csv(rows, types, lists)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def _postgres_type(kind: pa.DataType) -> str:
    if pa.types.is_decimal(kind):
        return f"NUMERIC({kind.precision}, {kind.scale})"
    if pa.types.is_list(kind):
        return "TEXT[]"
    return _SQL.get(kind, "TEXT")


def _as_csv(table: pa.Table) -> bytes:
    """Return a table as PostgreSQL reads it: an empty cell is NULL, an empty text is quoted, a list is in braces."""
    for place, field in enumerate(table.schema):
        if pa.types.is_list(field.type):
            # Codes of choices are words: nothing in them needs quotes.
            joined = pc.binary_join(table[field.name].combine_chunks(), ",")
            braced = pc.binary_join_element_wise("{", joined, "}", "")
            table = table.set_column(place, field.name, braced)
        elif pa.types.is_decimal(field.type):
            table = table.set_column(place, field.name, table[field.name].cast(pa.string()))
    written = io.BytesIO()
    pa_csv.write_csv(table, written, pa_csv.WriteOptions(include_header=False))
    return written.getvalue()


def _from_csv(rows: io.BytesIO, types: Mapping[str, pa.DataType], lists: list[str]) -> pa.Table:
    if not rows.tell():
        return pa.schema(types).empty_table()
    rows.seek(0)
    table = pa_csv.read_csv(
        rows,
        read_options=pa_csv.ReadOptions(column_names=list(types)),
        parse_options=pa_csv.ParseOptions(newlines_in_values=True),
        convert_options=pa_csv.ConvertOptions(
            column_types=types,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["t"],
            false_values=["f"],
        ),
    )
    for name in lists:
        cells = [None if cell is None else _items(cell) for cell in table[name].to_pylist()]
        table = table.set_column(table.column_names.index(name), name, pa.array(cells, pa.list_(pa.string())))
    return table


def _items(cell: str) -> list[str]:
    return next(csv.reader([cell[1:-1]], escapechar="\\", doublequote=False), [])


def said(error: Exception) -> str:
    """Return the first line of what an error says."""
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
