"""Whatever the bytes of a file, loading it succeeds or tells what is wrong, soon."""
# ruff: noqa: E501  one case a line reads best

import contextlib
import json
import re
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ruleset.loading.cases import finish_case, make_case, read_case_file
from ruleset.loading.folder import load_folder
from ruleset.loading.problems import LoadError
from ruleset.testing import HEADER, rule_set
from ruleset.testing.strategies import rule_sets

SECONDS = 10  # at most one on a machine of its own
QUESTIONS = "questions: {a: {ask: A, type: yes_no}, n: {ask: N, type: integer}}\n"


def rule(condition):
    return f"{HEADER}{QUESTIONS}rules:\n  R:\n    when: '{condition}'\n    then: {{finding: risk, say: X, source: S}}\n"


HOSTILE = {
    "bomb": "a: &a [1,1]\nb: &b [*a,*a]\nc: &c [*b,*b]\n",
    "anchor cycle": "a: &a [*a]\n",
    "merge": "a: {<<: {b: 1}}\n",
    "10 MB": b"a: 1\n" * 2_000_000,
    "binary": bytes(range(256)) * 10,
    "deep flow": "[" * 100_000,
    "deep block": "- " * 100_000 + "a",
    "deep mapping": "".join(" " * n + "a:\n" for n in range(900)),
    "deep list of mappings": "".join(" " * n + "- a:\n" for n in range(0, 900, 2)),
    "utf-16": rule("a").encode("utf-16"),
    "latin-1": "ruleset: é\n".encode("latin-1"),
    "huge number": rule("n > " + "9" * 3000),
    "huge limit": f"{HEADER}questions: {{n: {{ask: N, type: integer, max: {'9' * 6000}}}}}\n",
    "long expression": rule("a or " * 30_000 + "a"),
    "parentheses": rule("(" * 2000 + "a" + ")" * 2000),
    "not not not": rule("not " * 1200 + "a"),
    "minus": rule("n > " + "-" * 4000 + "1"),
    "fields": rule("a" + ".a" * 2000),
    "calls": rule("known(" * 600 + "a" + ")" * 600),
    "conditionals": rule("a if a else " * 400 + "a"),
    "sums": rule("n > " + "n + " * 1000 + "n"),
    "many unknown keys": HEADER + "".join(f"k{n}: 1\n" for n in range(50_000)),
    "many unknown names": f"{HEADER}definitions:\n" + "".join(f"  d{n}: r{n}\n" for n in range(2000)),
    "many wrong items": HEADER + "notes: [" + "[]," * 50_000 + "]\n",
    "null character": "a: \0",
    "tag": "ruleset: !!python/object:os.system x\n",
    "empty": "",
    "list": "- a\n",
    "scalar": "hello",
    "complex key": HEADER + "? [a]\n: b\n",
    "huge date": rule("on > date(99999999999999, 1, 1)"),
    "rule of itself": rule('holds("R")'),
    "lone surrogate": 'ruleset: "\\ud800"\n',
    "many files of the folder": HEADER + "include: [" + ", ".join(["x.yaml"] * 1000) + "]\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_soon(name, tmp_path):
    text = HOSTILE[name]
    (tmp_path / "a.yaml").write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    start = time.perf_counter()
    with pytest.raises(LoadError) as error:
        load_folder(tmp_path)
    assert time.perf_counter() - start < SECONDS
    assert len(error.value.problems) <= 201
    assert all(len(line) < 500 for line in str(error.value).splitlines())


LONG = {
    "conditions joined by and": rule(" and ".join(["a"] * 700)),
    "chained comparisons": rule("1 < " * 1200 + "n"),
    "definitions one after another": f"{HEADER}{QUESTIONS}definitions:\n  d0: n\n"
    + "".join(f"  d{n}: d{n - 1} + 1\n" for n in range(1, 2000)),
    "byte order mark": "\ufeff" + rule("a"),
    "Windows lines": rule("a").replace("\n", "\r\n"),
    "old Mac lines": rule("a").replace("\n", "\r"),
    "text of a megabyte": HEADER + 'summary: "' + "x" * 1_500_000 + '"\n',
    "two spaces or more": rule("a   and\ta"),
}


@pytest.mark.parametrize("name", LONG)
def test_what_is_long_or_unusual_but_right_loads_soon(name, tmp_path):
    (tmp_path / "a.yaml").write_bytes(LONG[name].encode())
    start = time.perf_counter()
    load_folder(tmp_path)
    assert time.perf_counter() - start < SECONDS


@pytest.mark.parametrize("sections", [{"a": "\ufeff"}, {"a": "\r"}])
def test_lines_are_counted_as_an_editor_does(sections, tmp_path):
    text = rule("z").replace("\n", "\r\n") if sections["a"] == "\r" else "\ufeff" + rule("z")
    (tmp_path / "a.yaml").write_bytes(text.encode())
    with pytest.raises(LoadError) as error:
        load_folder(tmp_path)
    assert (error.value.problems[0].where.line, error.value.problems[0].where.column) == (10, 12)


def test_scalars_mean_what_was_written():
    rules = rule_set(
        "questions:\n  c: {ask: C, type: choice, choices: [no, 010, 12:30, 1_000, 12.50, 1e5, 2026-01-01, ~x, null_]}\n"
        "  t: {ask: T, type: text}\n  n: {ask: N, type: number}\n  d: {ask: D, type: date}\n  b: {ask: B, type: yes_no}\n"
        "parameters:\n  p: {type: number, values: {2020-01-01: 12.50}, source: S}\n  q: {type: text, values: {2020-01-01: no}, source: S}\n"
        "options: {on: Oui, 010: Dix}\n"
    )
    assert rules.questions["c"].type.choices == (
        "no",
        "010",
        "12:30",
        "1_000",
        "12.50",
        "1e5",
        "2026-01-01",
        "~x",
        "null_",
    )
    assert str(rules.parameters["p"].values[0].value) == "25/2"
    assert rules.parameters["q"].values[0].value == "no"
    assert list(rules.options) == ["on", "010"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("t: no", "no"), ("t: 010", "010"), ("t: 12:30", "12:30"), ("t: 1e5", "1e5"), ("t: 2026-01-01", "2026-01-01"),
        ("t: 'yes'", "yes"), ("n: 010", 10), ("n: '12,50'", "25/2"), ("n: 12.50", "25/2"), ("d: 2026-01-31", "2026-01-31"),
        ("b: no", False), ("b: off", None), ("b: 1", None), ("n: 1_000", None), ("n: 12:30", None), ("n: 1e5", None),
        ("n: .5", None), ("n: 0x10", None), ("d: 31/01/2026", None), ("d: 2026-1-31", None), ("d: 2026-02-30", None),
        ("n: ٣", None), ("n: .inf", None), ("b: oui", True), ("t: ''", ""), ("n: +5", 5), ("n: -0", 0),
    ],
)  # fmt: skip
def test_answers_mean_what_was_written(written, meant, tmp_path):
    rules = rule_set(
        "questions:\n  t: {ask: T, type: text}\n  n: {ask: N, type: number}\n  d: {ask: D, type: date}\n  b: {ask: B, type: yes_no}\n"
    )
    path = tmp_path / "case.yaml"
    path.write_text(f"ruleset: essai\non: 2026-01-01\nanswers:\n  {written}\n", "utf-8")
    if meant is None:
        with pytest.raises(LoadError) as error:
            finish_case(read_case_file(path), rules)
        assert error.value.problems[0].where.line == 4
    else:
        (value,) = finish_case(read_case_file(path), rules).answers.values()
        assert value == meant or str(value) == meant


CASE_MISTAKES = [
    ("", "fichier vide"),
    ("- a\n", "un groupe de clés (un fichier de cas) attendu ici"),
    ("on: 2026-01-01\n", "il manque « ruleset » pour un fichier de cas"),
    (
        "ruleset: essai\nanswer: {}\n",
        "clé inconnue « answer » pour un fichier de cas (vouliez-vous dire « answers » ?)",
    ),
    ("ruleset: essai\nanswers: {z: 1}\n", "question inconnue : « z »"),
    ("ruleset: essai\nanswers: {b: perhaps}\n", "b : « perhaps » n'est ni oui (true) ni non (false)"),
    ("ruleset: essai\nanswers: 3\n", "les réponses sont un groupe"),
    ("ruleset: essai\nrecords: 3\n", "les fiches sont un groupe"),
    ("ruleset: essai\nrecords: {z: []}\n", "type de fiche inconnu : « z »"),
]


@pytest.mark.parametrize(("text", "message"), CASE_MISTAKES)
def test_a_mistake_in_a_case_file_is_told(text, message, tmp_path):
    rules = rule_set("questions:\n  b: {ask: B, type: yes_no}\n")
    path = tmp_path / "case.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(LoadError) as error:
        finish_case(read_case_file(path), rules)
    assert len(error.value.problems) == 1
    assert message in error.value.problems[0].message


def test_a_case_without_answers_has_none(tmp_path):
    rules = rule_set("questions:\n  b: {ask: B, type: yes_no}\n")
    path = tmp_path / "case.json"
    path.write_text(json.dumps({"ruleset": "essai", "answers": {"b": None}, "records": {}}), "utf-8")
    assert finish_case(read_case_file(path), rules).answers == {}
    assert make_case(rules, {"b": "unknown"}).answers == {}


def load_bytes(data, folder):
    for path in folder.glob("*"):
        path.unlink()
    (folder / "a.yaml").write_bytes(data)
    with contextlib.suppress(LoadError):
        load_folder(folder)


quick = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@quick
@given(st.binary())
@example(b"- " * 30_000)
@example("a: 😀\u2028b: 1".encode())
def test_any_bytes_are_loaded_or_refused(tmp_path, data):
    load_bytes(HEADER.encode() + data, tmp_path)


WORDS = ["", "when", "then", "[", "]", "{", "}", ":", "\n", "  ", "- ", '"', "'", "#", "&a", "*a", "|", "> ", "~", "none",
         "value", "date(2026, 1, 1)", "and", "(", "9" * 40, "é", "\t", "!x", "? ", "%", "\x85", "holds(", "for", ".", ","]  # fmt: skip


@quick
@given(rule_sets(), st.data())
def test_a_file_with_some_places_changed_is_loaded_or_refused(tmp_path, text, data):
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 12)))
        text = text[:start] + data.draw(st.sampled_from(WORDS)) + text[end:]
    load_bytes(text.encode(), tmp_path)


def demo_files():
    root = Path(__file__).parents[2]
    return sorted(path for folder in ("rules", "tests/data", "examples") for path in (root / folder).rglob("*.yaml"))


def strings(node):
    """YAML read as the loader does: scalars are text; numbers, booleans and null as JSON has them."""
    if isinstance(node, yaml.MappingNode):
        return {key.value: strings(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [strings(item) for item in node.value]
    plain = {"true": True, "false": False, "null": None, "~": None}
    if not node.style and node.value in plain:
        return plain[node.value]
    if not node.style and re.fullmatch(r"-?(0|[1-9][0-9]*)", node.value):
        return int(node.value)
    return node.value


def test_the_json_schema_accepts_every_file_of_rules():
    from jsonschema import Draft202012Validator

    from ruleset.loading.format import CASE_FILE, json_schema

    Draft202012Validator.check_schema(json_schema())
    validator = Draft202012Validator(json_schema())
    wrong = []
    for path in demo_files():
        node = yaml.compose(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
        if node is None or {key.value for key, _ in node.value} <= CASE_FILE.fields.keys():
            continue  # empty, or a case
        wrong += [
            f"{path.name}: {'/'.join(map(str, error.path))}: {error.message[:80]}"
            for error in validator.iter_errors(strings(node))
        ]
    assert wrong == []


@quick
@given(rule_sets())
def test_the_json_schema_accepts_what_the_loader_accepts(text):
    from jsonschema import Draft202012Validator

    from ruleset.loading.format import json_schema

    assert (
        list(Draft202012Validator(json_schema()).iter_errors(strings(yaml.compose(text, Loader=yaml.CSafeLoader))))
        == []
    )


@pytest.mark.parametrize(
    "data",
    [
        {"ruls": {}},
        {"questions": {"q": {"ask": "Q", "type": "yes_no", "hlep": "x"}}},
        {"questions": {"q": {"ask": "Q", "type": "yesno"}}},
        {"rules": {"R": {"then": {"finding": "bad"}}}},
        {"definitions": {"1d": "1"}},
        {"tables": {"t": {"policy": "first"}}},
    ],
)
def test_the_json_schema_refuses_what_the_loader_refuses(data):
    from jsonschema import Draft202012Validator

    from ruleset.loading.format import json_schema

    assert not Draft202012Validator(json_schema()).is_valid(data)
