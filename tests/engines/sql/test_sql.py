"""A rule set as one SQL query: run by DuckDB, parsed back for other dialects, refused where it would not be exact."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from fractions import Fraction
from pathlib import Path

import duckdb
import pytest
import sqlglot
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.engines.sql.sql_expected import expected

from ruleset.engines.sql import NoSqlFormError
from ruleset.engines.sql.cases import create_tables, decimals_in
from ruleset.engines.sql.inputs import Layout, raw_questions
from ruleset.engines.sql.outputs import sql_queries
from ruleset.engines.sql.running import DuckDbEngine
from ruleset.expressions.functions import Function
from ruleset.loading.folder import load_folder
from ruleset.model import Case, RuleSet
from ruleset.plugins.registry import registry
from ruleset.program import compile_program
from ruleset.situation import Situation
from ruleset.testing.strategies import cases, rule_sets
from ruleset.testing.values import random_cases
from ruleset.types import UNKNOWN, Type

ENGINE = DuckDbEngine()
FAST = ["ci", "loyalty", "portfolio", "statut/aides", "statut/depart", "statut/dossier", "statut/forme", "statut/temps"]
"""Rule sets whose query is written in a few seconds; `make conformance` takes them all (`bulk.py`)."""
HEAD = """
ruleset: essai
title: Essai
version: 1.0.0
currency: EUR
sources: {S: {title: S}}
"""


def loaded(folder: Path, text: str, functions: dict[str, Function] | None = None) -> RuleSet:
    (folder / "essai.yaml").write_text(HEAD + text, encoding="utf-8")
    return load_folder(folder, functions or {})


def differing(rules: RuleSet, given: list[Case]) -> list[str]:
    """Every value and status that SQL itself computes otherwise than the reference."""
    program = compile_program(rules)
    found = []
    for case, (values, statuses) in zip(given, ENGINE.computed(program, given), strict=True):
        reference = Situation(program, case).compute()
        for (id, number), value in values.items():
            wanted = reference.value(id, number)
            if value != wanted or type(value) is not type(wanted):
                found.append(f"{id}[{number}]: {value!r}, not {wanted!r}")
        for (id, number), status in statuses.items():
            if status is not reference.rule_status(id, number):
                found.append(f"{id}[{number}]: {status!r}")
    return found


def results(rules: RuleSet, given: list[Case]) -> tuple[list[str], int]:
    """What differs from the outcome of each case, and how many cells were compared."""
    layout = Layout(decimals=decimals_in(rules, given))
    queries = sql_queries(rules, layout=layout, mixed=True)
    connection = duckdb.connect()
    connection.execute("PRAGMA disable_optimizer")
    create_tables(connection, raw_questions(rules, layout), given)
    program, found, compared = compile_program(rules), [], 0
    wanted = [expected(program, case) for case in given]
    for record, text in queries.queries.items():
        answer = connection.execute(text)
        names = [column[0] for column in answer.description or ()]
        rows = answer.fetchall()
        assert len(rows) == sum(len(one[record]) for one in wanted)
        for row in rows:
            cells = dict(zip(names, row, strict=True))
            for name, value in wanted[cells["case_id"]][record][cells.get("row", 0)].items():
                if name in cells:
                    compared += 1
                    found += [f"{name}: {cells[name]!r}, not {value!r}"] if cells[name] != value else []
                else:
                    assert any(name.startswith(one) for one in queries.missing), name
    return found, compared


@pytest.mark.no_cover
@pytest.mark.parametrize("id", FAST)
def test_partial_cases_of_the_rule_sets_mean_the_same(id: str) -> None:
    rules = registry().get(id)
    assert rules is not None
    assert differing(rules, [*itertools.islice(random_cases(rules, random.Random(1)), 24)]) == []


@pytest.mark.no_cover
@pytest.mark.parametrize("id", ["ci", "portfolio", "statut/depart", "statut/dossier"])
def test_the_result_of_a_query_is_the_outcome_of_the_contract(id: str) -> None:
    rules = registry().get(id)
    assert rules is not None
    found, compared = results(rules, [*itertools.islice(random_cases(rules, random.Random(1)), 24)])
    assert found == []
    assert compared > 100


@pytest.mark.no_cover
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.reuse, Phase.generate])
@given(data=st.data())
def test_generated_rule_sets_mean_the_same(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("rules")
    (folder / "essai.yaml").write_text(data.draw(rule_sets()), encoding="utf-8")
    rules = load_folder(folder)
    given = [data.draw(cases(rules)) for _ in range(4)]
    assert differing(rules, given) == []
    assert results(rules, given)[0] == []


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "spark", "bigquery", "snowflake"])
@pytest.mark.parametrize("id", ["portfolio", "statut/depart", "statut/dossier"])
def test_every_dialect_reads_its_own_query_back(id: str, dialect: str) -> None:
    rules = registry().get(id)
    assert rules is not None
    for query in sql_queries(rules, dialect, on=dt.date(2026, 11, 23)).queries.values():
        assert sqlglot.parse_one(query, read=dialect).find(sqlglot.exp.With)


HOSTILE = """
questions:
  select: {ask: "?", type: choice, choices: {a: A, b: B}}
  text: {ask: "?", type: text}
rules:
  DROP-TABLE:
    when: text == "'; DROP TABLE cases; -- é"
    then: {finding: risk, say: "m", source: S}
  OR: {when: select == "a", then: {finding: caution, say: "n", source: S}}
"""


def test_names_and_texts_are_quoted_whatever_they_are(tmp_path: Path) -> None:
    rules = loaded(tmp_path, HOSTILE)
    given = [Case(rules.id, answers={"text": "'; DROP TABLE cases; -- é", "select": "a"}), Case(rules.id)]
    assert differing(rules, given) == []
    assert results(rules, given)[0] == []
    for dialect in ("postgres", "spark", "bigquery", "snowflake"):
        parsed = sqlglot.parse(sql_queries(rules, dialect).queries[""], read=dialect)
        assert len(parsed) == 1


EXACT = """
questions:
  a: {ask: "?", type: money, min: 0, max: 100000}
  n: {ask: "?", type: integer, min: 0, max: 1000}
  jour: {ask: "?", type: date}
definitions:
  third: {value: a / 3, label: Tiers}
  back: {value: (a / n) * n, type: money, label: Retour}
  later: {value: jour + months(1) + days(1), label: Plus tard}
  last: {value: jour + months(12) - days(n), label: Fin}
rules:
  EQUAL: {when: (a / 3) * 3 == a, then: {finding: risk, say: m, source: S}}
  QUOTIENT: {when: a / n > 0.1, then: {finding: risk, say: m, source: S}}
"""


def test_thirds_cents_and_month_ends_are_exact(tmp_path: Path) -> None:
    rules = loaded(tmp_path, EXACT)
    days = [dt.date(2024, 1, 31), dt.date(2024, 2, 29), dt.date(9999, 12, 30), dt.date(1, 1, 1)]
    given = [
        Case(rules.id, answers={"a": amount, "n": count, "jour": day})
        for amount in (0, Fraction(1, 100), Fraction(9999999, 100), UNKNOWN)
        for count in (0, 1, 7, UNKNOWN)
        for day in days
    ]
    assert differing(rules, given) == []
    assert results(rules, given)[0] == []


UNLIMITED = """
questions:
  a: {ask: "?", type: number}
  b: {ask: "?", type: number}
rules:
  BIG: {when: a * b * a > b, then: {finding: risk, say: m, source: S}}
  SMALL: {when: a > 1, then: {finding: risk, say: m, source: S}}
"""


def test_what_would_not_be_exact_is_refused_by_name(tmp_path: Path) -> None:
    rules = loaded(tmp_path, UNLIMITED)
    with pytest.raises(NoSqlFormError, match=r"(?s)1 colonnes.*finding\.BIG : .*plus de 38 chiffres.*min"):
        sql_queries(rules)
    mixed = sql_queries(rules, mixed=True)
    assert list(mixed.missing) == ["finding.BIG"]
    assert "finding.SMALL" in mixed.queries[""]


CALLS = """
questions: {t: {ask: "?", type: text}, u: {ask: "?", type: text}}
definitions:
  joined: {value: "join(t, u)", label: Joint}
  dots: {value: "points(t)", label: Points}
  none_of_it: {value: "silent(t)", label: Sans}
"""
TEXT = Type("text")


def test_the_functions_of_plug_ins_run_by_their_sql_form_or_are_named(tmp_path: Path) -> None:
    def points(dialect: str, text: sqlglot.exp.Expression) -> sqlglot.exp.Expression:
        assert dialect == "duckdb"
        return sqlglot.exp.Length(this=text)

    functions = [
        Function("join", ("text", "text"), TEXT, lambda one, two: f"{one}-{two}", sql="$1 || '-' || $2"),
        Function("points", ("text",), Type("integer"), len, sql=points),
        Function("silent", ("text",), TEXT, str),
    ]
    rules = loaded(tmp_path, CALLS, {one.name: one for one in functions})
    given = [Case(rules.id, answers={"t": "a'b", "u": "é"}), Case(rules.id, answers={"t": "x"})]
    assert differing(rules, given) == []
    with pytest.raises(NoSqlFormError, match=r"none_of_it.*la fonction « silent » n'a pas de forme SQL"):
        sql_queries(rules)


def test_a_form_that_names_an_argument_too_many_is_refused(tmp_path: Path) -> None:
    functions = [Function("join", ("text", "text"), TEXT, lambda one, two: one + two, sql="$1 || $3")]
    text = 'questions: {t: {ask: "?", type: text}}\ndefinitions: {d: {value: "join(t, t)", label: D}}\n'
    rules = loaded(tmp_path, text, {one.name: one for one in functions})
    with pytest.raises(NoSqlFormError, match=r"\$3, qui n'existe pas"):
        sql_queries(rules)


def test_columns_that_a_table_does_not_have_are_unknown(tmp_path: Path) -> None:
    rules = loaded(tmp_path, EXACT)
    layout = Layout(columns={"": frozenset({"n"})})
    query = sql_queries(rules, on=dt.date(2026, 1, 1), layout=layout).queries[""]
    connection = duckdb.connect()
    connection.execute("CREATE TABLE cases AS SELECT 'x' AS case_id, 3::BIGINT AS n")
    found = connection.execute(query)
    names = [column[0] for column in found.description or ()]
    row = dict(zip(names, found.fetchall()[0], strict=True))
    assert (row["case_id"], row["finding.EQUAL"], row["value.third"]) == ("x", "open", None)
