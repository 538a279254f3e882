"""Batches: a rule set over a table of cases (Parquet, Arrow, CSV, data frames), by columns.

Needs the extra `ruleset[batch]` (NumPy, PyArrow). In memory, `evaluate_table`; from files to files, `run`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

try:
    import numpy  # noqa: F401, ICN001
    import pyarrow as pa
except ImportError as error:
    raise ImportError(f"les lots ont besoin de {error.name} : pip install 'ruleset[batch]'", name=error.name) from error

from ruleset.batch.databases import Database, open_database
from ruleset.batch.faults import BatchError, Reject
from ruleset.batch.running import Batches, Job, Result, run
from ruleset.batch.sources import FrameSource, open_source
from ruleset.batch.tables import tables_of
from ruleset.batch.writing import Summary
from ruleset.model import RuleSet

__all__ = [
    "BatchError",
    "Database",
    "Job",
    "Reject",
    "Result",
    "Summary",
    "evaluate_table",
    "open_database",
    "open_source",
    "run",
    "tables_of",
]


def evaluate_table(
    ruleset: RuleSet,
    cases: Any,
    records: Mapping[str, Any] | None = None,
    on: dt.date | None = None,
    *,
    extra: bool = False,
    workers: int = 1,
    database: Database | None = None,
    mixed: bool = False,
) -> tuple[pa.Table, dict[str, pa.Table], list[Reject]]:
    """Return what a rule set says of cases in memory: a table of cases, one for each record type, the rejects.

    Args:
        ruleset: from `load`.
        cases: a table with a column `case_id` and one for each question that is answered: anything that gives itself as
            an Arrow stream (pandas, Polars, DuckDB, Arrow).
        records: tables of records by type, each with the `case_id` of its case.
        on: the date of law of cases without a column `on`; today by default.
        extra: whether columns that answer no question are left aside rather than refused.
        workers: threads.
        database: what computes, from `open_database`; the columns engine by default.
        mixed: whether the columns engine computes what the database cannot.

    Raises:
        BatchError: the tables do not fit the rule set, or the database cannot compute all of it.
    """
    sources = {kind: FrameSource(frame, f"fiches {kind}") for kind, frame in (records or {}).items()}
    day = on or dt.date.today()  # noqa: DTZ011  the law's day is the local one
    batches = Batches(Job(ruleset, FrameSource(cases, "cas"), sources, day, extra, database=database, mixed=mixed))
    found = list(batches.evaluated(workers))
    rejects = [*(reject for one in found for reject in one.rejects), *batches.strays()]
    kinds = dict.fromkeys(kind for one in found for kind in one.records)
    return (
        pa.concat_tables([one.cases for one in found], promote_options="permissive"),
        {kind: pa.concat_tables([one.records[kind] for one in found], promote_options="permissive") for kind in kinds},
        rejects,
    )
