"""A batch computed in a database: the tables, the types and the rejects of the columns engine, or a clear refusal."""

from __future__ import annotations

import datetime as dt
import itertools
import random
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.engines.sql.conftest import postgres  # noqa: F401  its server

from ruleset.batch import BatchError, Database, Job, evaluate_table, open_database, open_source, run, tables_of
from ruleset.batch.sources import FrameSource
from ruleset.cli import main
from ruleset.expressions.functions import Function
from ruleset.plugins.registry import registry
from ruleset.testing import rule_set
from ruleset.testing.values import random_cases
from ruleset.types import Type

DAY = dt.date(2026, 11, 23)
FAST = ["ci", "portfolio", "statut/depart", "statut/dossier", "statut/temps"]
"""Rule sets whose query is written quickly; `make conformance` takes them all (`bulk.py`)."""
RULES = """
options: {x: X, y: Y}
questions:
  n: {ask: N, type: integer, max: 1000}
  q: {ask: Q, type: number}
  d: {ask: D, type: date, optional: true}
  c: {ask: C, type: choice, choices: {one: Un, two: Deux}}
  s: {ask: S, type: choices, choices: {b: B, a: A, z: Z}}
  t: {ask: T, type: text}
records:
  row: {title: Ligne, plural: rows, questions: {m: {ask: M, type: money, optional: true}}}
definitions:
  total: {value: sum(r.m for r in rows if r.m is not none), label: Total, unit: EUR}
  half: {for: row, value: row.m / 2, label: Moitié}
  third: {value: n / 3, label: Tiers}
  double: {value: q * 2, type: number, label: Double}
  next: {value: d + months(1), label: Après}
  kept: {value: s, label: Gardés}
  word: {value: t, label: Mot}
rules:
  BIG: {when: n > 500, then: {finding: risk, say: S, source: S, cases: [{when: n > 900, finding: blocking, say: B}]}}
  DUE: {when: d is not none, then: {task: T, due: d + months(1)}}
  OUT: {when: c == "one", then: {exclude: x, say: S, source: S}}
  FOR: {when: n > 0, then: {favour: {y: 2}, say: S, source: S}}
  COST: {for: row, when: row.m > 100, then: {finding: caution, say: S, source: S}}
"""
CASES = {
    "case_id": ["a", "b", "c", "b", "e", "f", "g"],
    "on": [None, "2020-02-29", "", "2026-01-01", "demain", "2026-01-01", "2026-01-01"],
    "n": ["901", "1", "2000", "3", "4", "", "600"],
    "q": ["1.5", "0.00000000001", "", "2", "3", "-7", "12345.678"],
    "d": ["none", "2026-01-31", "2026-02-30", "", "", "", "2026-05-05"],
    "c": ["one", "two", "two", "", "", "autre", ""],
    "s": ["b;z", "a", "none", "", "", "", "z"],
    "t": ['Guillemets "doubles", virgule', "l'apostrophe", "", "", "", "", "  é\\N{}  "],
    "row__known": [True, True, True, True, True, True, False],
}
ROWS = {"case_id": ["g", "a", "a", "c"], "m": ["1", "100.01", "none", "beaucoup"]}


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    address = request.getfixturevalue("postgres") if request.param == "postgres" else None
    found = open_database(request.param, address)
    yield found
    found.close()


def different(one: pa.Table, other: pa.Table) -> dict[str, Any]:
    """What differs by column: the names and types, or the cells."""
    found: dict[str, Any] = {}
    if one.schema != other.schema:
        found["schema"] = one.schema, other.schema
    for name in one.column_names:
        pairs = zip(one[name].to_pylist(), other[name].to_pylist(), strict=True)
        bad = [pair for pair in pairs if pair[0] != pair[1]]
        if bad:
            found[name] = bad[:3]
    return found


def both(rules: Any, cases: Any, records: Mapping[str, Any], database: Database, *, mixed: bool = False) -> list[Any]:
    """Compare what a database computes with the columns engine, and return the rejects, which are the same."""
    wanted, wanted_records, rejects = evaluate_table(rules, cases, records, DAY)
    found, found_records, found_rejects = evaluate_table(rules, cases, records, DAY, database=database, mixed=mixed)
    assert different(wanted, found) == {}
    assert set(found_records) == set(wanted_records)
    for kind, one in wanted_records.items():
        assert different(one, found_records[kind]) == {}
    assert found_rejects == rejects
    return rejects


@pytest.mark.parametrize("id", FAST)
def test_a_rule_set_gives_the_same_tables(id: str, database: Database) -> None:
    rules: Any = registry().get(id)
    drawn = itertools.islice(random_cases(rules, random.Random(id)), 25)
    cases, records = tables_of(rules, {f"k{number}": case for number, case in enumerate(drawn)})
    assert both(rules, cases, records, database, mixed=True) == []


def test_cells_are_checked_as_always(database: Database) -> None:
    rejects = both(rule_set(RULES), pa.table(CASES), {"row": pa.table(ROWS)}, database)
    assert {(one.case, one.column) for one in rejects} == {
        ("b", "case_id"), ("c", "n"), ("c", "d"), ("c", "m"), ("c", "s"), ("e", "on"), ("f", "c"),
    }  # fmt: skip


def test_answers_that_are_not_there(database: Database) -> None:
    rules = rule_set(RULES)
    assert both(rules, pa.table({"case_id": [1, 2], "n": [5, None]}), {}, database) == []
    empty = pa.table({"case_id": pa.array([], pa.string()), "m": pa.array([], pa.string())})
    assert both(rules, pa.table({"case_id": ["a"], "n": [None]}), {"row": empty}, database) == []


def test_an_answer_may_have_more_decimals_than_usual(database: Database) -> None:
    cases = pa.table({"case_id": ["a", "b"], "q": ["0.123456789012", "1e-9"]})
    both(rule_set(RULES), cases, {}, database)


@pytest.fixture
def odd() -> Any:
    function = Function("odd", ("integer",), Type("yes_no"), lambda number: number % 2 == 1)
    return rule_set(
        """
questions: {n: {ask: N, type: integer}}
definitions: {double: {value: 2 * n, label: Double}}
rules:
  ODD: {when: odd(n), then: {finding: risk, say: S, source: S}}
  BIG: {when: n > 5, then: {finding: risk, say: S, source: S}}
""",
        functions={"odd": function},
    )


def test_what_has_no_sql_form_is_named_or_computed_by_columns(odd: Any, database: Database, tmp_path: Path) -> None:
    cases = pa.table({"case_id": ["a", "b", "c"], "n": [3, 6, None]})
    job = Job(odd, FrameSource(cases), {}, DAY, database=database)
    with pytest.raises(BatchError, match=r"--mixed.*\n  finding\.ODD : .*« odd » n'a pas de forme SQL"):
        run(job, tmp_path / "out.parquet")
    assert list(tmp_path.iterdir()) == []
    assert both(odd, cases, {}, database, mixed=True) == []


def test_a_value_that_no_column_can_hold(database: Database) -> None:
    rules = rule_set(
        """
questions: {n: {ask: N, type: integer, max: 99999999999999}}
definitions: {power: {value: n * n * n * n, type: integer, label: Puissance}}
"""
    )
    cases = pa.table({"case_id": ["a", "b"], "n": [3, 10**13]})
    assert [one.case for one in both(rules, cases, {}, database, mixed=True)] == ["b"]
    with pytest.raises(BatchError, match="--mixed"):
        evaluate_table(rules, cases, on=DAY, database=database)


def test_an_interrupted_run_goes_on_whoever_computes(database: Database, tmp_path: Path) -> None:
    rules = rule_set(RULES)
    numbers = list(range(300))
    pq.write_table(pa.table({"case_id": numbers, "n": numbers}), tmp_path / "cases.parquet")

    def job(**changes: Any) -> Job:
        return Job(rules, open_source(tmp_path / "cases.parquet"), {}, DAY, chunk=64, **changes)

    run(job(), tmp_path / "whole.parquet")

    class StoppedError(Exception):
        pass

    def stop(done: int, _cases: int) -> None:
        if done >= 128:
            raise StoppedError

    with pytest.raises(StoppedError):
        run(job(), tmp_path / "out.parquet", progress=stop)
    result = run(job(database=database), tmp_path / "out.parquet", workers=2, resume=True)
    assert result.summary.evaluated == 300
    assert result.summary.troubled is None
    one, other = (pq.read_table(tmp_path / name) for name in ("whole.parquet", "out.parquet"))
    assert different(one, other) == {}


@pytest.mark.parametrize(("engine", "package"), [("duckdb", "duckdb"), ("postgres", "psycopg"), ("spark", "pyspark")])
def test_a_package_that_is_not_there(engine: str, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(BatchError, match=f"--engine {engine} a besoin de {package}.* : pip install 'ruleset"):
        open_database(engine)


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BatchError, match=r"pas de connexion .* ; démarrez le serveur, ou dites où il est"):
        open_database("postgres", f"host={tmp_path} dbname=none")


def test_a_server_that_goes_away(request: pytest.FixtureRequest) -> None:
    import psycopg

    address = request.getfixturevalue("postgres")
    database: Any = open_database("postgres", address)
    with psycopg.connect(address, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [database._connection.info.backend_pid])
    with pytest.raises(BatchError, match=r"--engine postgres : .* ; ce qui est calculé est gardé : relancez"):
        evaluate_table(rule_set(RULES), pa.table({"case_id": ["a"], "n": [1]}), on=DAY, database=database)


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RULESET_LANG", "fr")
    Path("cases.csv").write_text("case_id;c_seul\na;non\n", encoding="utf-8")
    words = ["batch", "statut/depart", "cases.csv", "-o", "out.csv", "--extra"]
    assert main([*words, "--engine", "duckdb"]) == 0
    assert main([*words, "-o", "columns.csv"]) == 0
    assert Path("out.csv").read_text(encoding="utf-8") == Path("columns.csv").read_text(encoding="utf-8")
    capsys.readouterr()
    assert main([*words, "--mixed"]) == 2
    assert "--mixed va avec --engine duckdb, postgres ou spark" in capsys.readouterr().err
    assert main([*words, "--engine", "duckdb", "--database", "x"]) == 2
    assert "--database ne va pas avec --engine duckdb" in capsys.readouterr().err
