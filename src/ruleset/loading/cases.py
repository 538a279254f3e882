"""Case files and worked cases: from answers as written to a Case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import yaml

from ruleset.loading import format as fmt
from ruleset.loading.nodes import Word, compose, decode, read_document
from ruleset.loading.problems import Document, Problems
from ruleset.loading.scope import place_of
from ruleset.loading.shapes import Read, plain
from ruleset.model import Case, Question, Record, RuleSet, Where, WorkedCase
from ruleset.types import UNKNOWN, BadValueError, Value, near


@attrs.frozen
class CaseFile:
    """A case as written: which rule set, and the nodes of its answers and records."""

    ruleset: str
    where: Where
    read: Read
    file: str
    problems: Problems


def read_case_file(path: Path, name: str | None = None, data: bytes | None = None) -> CaseFile:
    """Return the case of a file (or of the bytes given), its answers still to be read with the rule set it names.

    Raises:
        LoadError: the file is not a case.
    """
    problems = Problems()
    file = name or str(path)
    document: Document | None
    document = read_document(path, file, problems) if data is None else decode(data, file, problems)
    root = compose(document, problems) if document is not None else None
    if root is None:
        if not problems.found:
            problems.add(Where(file, 1), "fichier vide : un cas commence par « ruleset: … »")
        problems.raise_errors()
    read = fmt.CASE_FILE.read(root, file, problems)  # type: ignore[arg-type]
    if read is None or "ruleset" not in read:
        problems.raise_errors()
    assert read is not None
    return CaseFile(str(read["ruleset"]), read.where, read, file, problems)


def finish_case(written: CaseFile, ruleset: RuleSet, on: dt.date | None = None, lang: str | None = None) -> Case:
    """Return the case of a file, read with its rule set.

    Raises:
        LoadError: an answer does not fit its question.
    """
    read = written.read
    case = Case(
        ruleset.id,
        on or read.get("on") or dt.date.today(),  # noqa: DTZ011  the law's day is the local one
        read_answers(data_of(read, "answers", written.file), ruleset, written.problems, written.where),
        read_records(data_of(read, "records", written.file), ruleset, written.problems, written.where),
        lang or str(read.get("lang", "fr")),
    )
    written.problems.raise_errors()
    return case


def data_of(read: Read, key: str, file: str) -> Any:
    """Return the plain data of a field kept as a node."""
    return plain(read[key], file) if key in read else {}


def make_case(
    ruleset: RuleSet,
    answers: Mapping[str, object] | None = None,
    records: Mapping[str, Sequence[Mapping[str, object]]] | None = None,
    on: dt.date | None = None,
    lang: str = "fr",
) -> Case:
    """Return a case from plain Python data: `{"turnover": 12000, "competes": "direct"}`.

    Raises:
        LoadError: an answer does not fit its question; every one that does not is named.
    """
    problems = Problems()
    where = Where("")
    case = Case(
        ruleset.id,
        on or dt.date.today(),  # noqa: DTZ011  the law's day is the local one
        read_answers(dict(answers or {}), ruleset, problems, where),
        read_records({id: list(rows) for id, rows in (records or {}).items()}, ruleset, problems, where),
        lang,
    )
    problems.raise_errors()
    return case


def read_answers(data: Any, ruleset: RuleSet, problems: Problems, default: Where) -> dict[str, Value]:
    """Return the answers that are given, by question."""
    if not isinstance(data, dict):
        problems.add(place_of(data, default), "les réponses sont un groupe « question: réponse »")
        return {}
    return _answers(data, all_questions(ruleset), problems, default, "question")


def all_questions(ruleset: RuleSet) -> dict[str, Question]:
    """Return the questions of a rule set and of those it uses, which the same case answers; its own prevail."""
    found: dict[str, Question] = {}
    for other in ruleset.imports.values():
        found |= all_questions(other)
    return found | dict(ruleset.questions)


def _answers(
    data: Mapping[Any, object],
    questions: Mapping[str, Question],
    problems: Problems,
    default: Where,
    what: str,
) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for id, raw in data.items():
        where = raw.where if isinstance(raw, Word) else place_of(id, default)
        question = questions.get(str(id))
        if question is None:
            problems.add(place_of(id, default), f"{what} inconnue : « {id} »{near(str(id), questions)}")
            continue
        try:
            value = question.domain.read(raw)
        except BadValueError as error:
            problems.add(where, f"{id} : {error}")
            continue
        if value is not UNKNOWN:
            found[str(id)] = value
    return found


def read_records(data: Any, ruleset: RuleSet, problems: Problems, default: Where) -> dict[str, tuple[Record, ...]]:
    """Return the records that are given, by type."""
    if not isinstance(data, dict):
        problems.add(place_of(data, default), "les fiches sont un groupe « type: [fiche, …] »")
        return {}
    found: dict[str, tuple[Record, ...]] = {}
    types = {id: record for id, record in ruleset.records.items() if record.rows is None}
    for id, rows in data.items():
        where = place_of(id, default)
        record = types.get(str(id))
        if record is None:
            problems.add(where, f"type de fiche inconnu : « {id} »{near(str(id), types)}")
        elif rows is None:
            continue
        elif not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            problems.add(where, f"« {id} » est une liste de fiches")
        else:
            found[str(id)] = tuple(
                _answers(
                    row, record.fields, problems, row.where if isinstance(row, Read) else where, f"{id} : question"
                )
                for row in rows
            )
    return found


def worked_cases(
    reads: list[tuple[Read, str]], profiles: Mapping[Word, tuple[Read, str]], ruleset: RuleSet, problems: Problems
) -> tuple[WorkedCase, ...]:
    """Return the worked cases of a folder: a profile's answers, replaced by the case's own."""
    bases = {str(name): _situation(read, file, ruleset, problems) for name, (read, file) in profiles.items()}
    found = []
    for read, file in reads:
        base = _Situation()
        if "profile" in read:
            if read["profile"] not in bases:
                problems.add(
                    read.place("profile"), f"profil inconnu : « {read['profile']} »{near(read['profile'], bases)}"
                )
                continue
            base = bases[read["profile"]]
        own = _situation(read, file, ruleset, problems)
        on = own.on or base.on
        if on is None:
            problems.add(read.where, "un cas dit son jour : « on: AAAA-MM-JJ »")
            continue
        kept = {id: value for id, value in base.answers.items() if id not in own.given}
        case = Case(ruleset.id, on, {**kept, **own.answers}, {**base.records, **own.records})
        expect = {key: _plain_expected(value, file) for key, value in (read.get("expect") or {}).items()}
        found.append(WorkedCase(str(read.get("name", "")), case, expect, read.where))
    return tuple(found)


@attrs.frozen
class _Situation:
    """What a profile or a case says; `given` are the questions it speaks of, be it to say that they are unknown."""

    on: dt.date | None = None
    answers: Mapping[str, Value] = attrs.field(factory=dict)
    given: frozenset[str] = frozenset()
    records: Mapping[str, tuple[Record, ...]] = attrs.field(factory=dict)


def _situation(read: Read, file: str, ruleset: RuleSet, problems: Problems) -> _Situation:
    answers, records = data_of(read, "answers", file), data_of(read, "records", file)
    return _Situation(
        read.get("on"),
        read_answers(answers, ruleset, problems, read.where),
        frozenset(map(str, answers)) if isinstance(answers, dict) else frozenset(),
        read_records(records, ruleset, problems, read.where),
    )


def _plain_expected(value: Any, file: str) -> Any:
    scalar_or_more = (yaml.ScalarNode, yaml.SequenceNode, yaml.MappingNode)
    return plain(value, file) if isinstance(value, scalar_or_more) else value
