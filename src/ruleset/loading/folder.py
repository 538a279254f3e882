"""From a folder to a RuleSet: all files read, all problems found in one run."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from ruleset.expressions.functions import Function
from ruleset.loading import cases
from ruleset.loading import format as fmt
from ruleset.loading.nodes import Word, compose, read_document, shown
from ruleset.loading.parts import Parts, sound
from ruleset.loading.problems import LoadError, Problem, Problems
from ruleset.loading.reasoning import Reasoning, in_order
from ruleset.loading.scope import Names
from ruleset.loading.shapes import Entries, Read, names
from ruleset.model import Note, Question, Rule, RuleSet, Where
from ruleset.program import CycleError, about_knowledge, all_questions, compile_program
from ruleset.types import UNKNOWN

Resolver = Callable[[str], "RuleSet | None"]
SECTIONS = (
    "groups", "sources", "questions", "parameters", "definitions", "tables", "records", "reference", "options", "rules",
    "profiles",
)  # fmt: skip
MAX_FILES = 500


@attrs.define
class _Merged:
    """The sections of all files of a folder."""

    header: Read
    sections: dict[str, dict[Word, Any]]
    notes: list[Read]
    cases: list[tuple[Read, str]]
    profile_files: dict[str, str]
    files: list[Path] = attrs.field(factory=list)


def load_folder(
    folder: Path | str,
    functions: Mapping[str, Function] | None = None,
    resolve: Resolver | None = None,
) -> RuleSet:
    """Return the rule set of a folder.

    Args:
        folder: the folder with its YAML and CSV files.
        functions: the plug-in functions that its expressions may call.
        resolve: gives the other rule sets that `uses` names.

    Raises:
        LoadError: with every problem of the folder.
    """
    ruleset, problems = examine_folder(folder, functions, resolve)
    if ruleset is None or any(not problem.warning for problem in problems):
        raise LoadError(problem for problem in problems if not problem.warning)
    return ruleset


def examine_folder(
    folder: Path | str,
    functions: Mapping[str, Function] | None = None,
    resolve: Resolver | None = None,
) -> tuple[RuleSet | None, list[Problem]]:
    """Return the rule set of a folder as far as it could be built, and everything that is wrong with it."""
    path = Path(folder)
    problems = Problems()
    try:
        merged = _merge(path, problems)
        if merged is None:
            return None, problems.found
        ruleset = _build(path, merged, problems, functions or {}, resolve)
    except LoadError as error:  # so many problems that reading stopped
        return None, list(error.problems)
    return ruleset, problems.found


def _files(folder: Path, problems: Problems) -> list[Path]:
    if not folder.is_dir():
        problems.add(Where(shown(folder)), "dossier introuvable")
        return []
    files = sorted(folder.glob("*.yaml")) + sorted(folder.glob("*.yml"))
    if not files:
        problems.add(Where(shown(folder)), "aucun fichier .yaml dans ce dossier : ce n'est pas un jeu de règles")
    if len(files) > MAX_FILES:
        problems.add(Where(shown(folder)), f"{len(files)} fichiers dans ce dossier : la limite est de {MAX_FILES}")
        return []
    return files


def _merge(folder: Path, problems: Problems) -> _Merged | None:
    queue = _files(folder, problems)
    if not queue:
        return None
    merged = _Merged(Read(Where(shown(folder))), {name: {} for name in SECTIONS}, [], [], {})
    seen: set[Path] = set()
    while queue:
        path = queue.pop(0)
        if path.resolve() in seen:
            continue
        seen.add(path.resolve())
        merged.files.append(path)
        file = shown(path)
        document = read_document(path, file, problems)
        root = compose(document, problems) if document is not None else None
        read = fmt.FILE.read(root, file, problems) if root is not None else None
        if read is None:
            problems.incomplete = problems.incomplete or bool(problems.errors)
            continue
        for name in read.get("include", ()):
            included = path.parent / name
            if included.suffix in (".yaml", ".yml") and included.is_file():
                queue.append(included)
            else:
                problems.add(name.where, f"fichier à inclure introuvable : « {name} »")
                problems.incomplete = True
        _add(merged, read, file, problems)
    if "ruleset" not in merged.header and not problems.errors:
        problems.add(merged.header.where, "aucun fichier n'a l'en-tête « ruleset: identifiant »")
    return merged


def _add(merged: _Merged, read: Read, file: str, problems: Problems) -> None:
    for key in ("ruleset", *fmt.HEADER):
        if key in read and key not in SECTIONS:
            if key in merged.header and key != "include":
                problems.add(read.place(key), f"« {key} » est déjà donné en {merged.header.place(key)}")
            merged.header[key] = read[key]
            merged.header.places[key] = read.place(key)
    if read.wrong(*SECTIONS):
        problems.incomplete = True
    for section in SECTIONS:
        entries = read.get(section, Entries())
        problems.lost |= entries.lost
        if section in ("records", "reference"):  # else the name of the list is not known
            named = not entries.lost and not any(one.wrong("plural") for one in entries.values())
            problems.incomplete = problems.incomplete or not named
        for id, value in entries.items():
            known = merged.sections[section]
            if id in known:
                problems.add(id.where, f"« {id} » est déjà défini en {next(o for o in known if o == id).where}")
                continue
            known[id] = value
            if section == "profiles":
                merged.profile_files[str(id)] = file
    merged.notes.extend(read.get("notes", ()))
    merged.cases.extend((case, file) for case in read.get("cases", ()))


def _build(
    folder: Path, merged: _Merged, problems: Problems, functions: Mapping[str, Function], resolve: Resolver | None
) -> RuleSet | None:
    header, sections = merged.header, merged.sections
    _check_header(header, problems)
    parts = Parts(problems, folder, str(header.get("currency", "")))
    parts.sources = {str(id): parts.source(id, read) for id, read in sections["sources"].items()}
    parts.groups = {str(id): str(title) for id, title in sections["groups"].items()}
    for kind in ("questions", "parameters", "records", "reference"):
        problems.lost |= {str(id) for id, read in sections[kind].items() if not _usable(kind, read)}
    for kind, fields in (("records", "questions"), ("reference", "fields")):
        problems.lost |= {name for id, read in sections[kind].items() for name in _lost_fields(id, read, fields)}
    known = Names(problems, functions=functions)
    known.imports = _imports(header, resolve, problems)
    _refuse_shared_names(sections, problems)
    known.questions = {str(id): parts.question(id, read) for id, read in sections["questions"].items()}
    known.parameters = {str(id): parts.parameter(id, read) for id, read in sections["parameters"].items()}
    known.records = {str(id): parts.record(id, read) for id, read in sections["records"].items()}
    known.records |= {str(id): parts.reference(id, read) for id, read in sections["reference"].items()}
    known.rule_ids = tuple(str(id) for id in sections["rules"])
    known.option_ids = tuple(str(id) for id in sections["options"])
    reasoning = Reasoning(known, parts)
    formulas = {**sections["definitions"], **sections["tables"]}
    csv_texts = {
        str(id): [text for _, row in parts.csv_rows(read.get("file")) for text in (*row, *row.values())]
        for id, read in sections["tables"].items()
        if "file" in read
    }
    tables = {str(id) for id in sections["tables"]}
    for id in in_order(formulas, problems, csv_texts):
        read, faults = formulas[id], known.faults
        built = (reasoning.table if id in tables else reasoning.definition)(id, read)
        known.definitions[str(id)] = built
        if known.faults > faults or read.wrong("value", "cases", "rows", "for", "type", "choices"):
            problems.lost |= {str(id), f"{built.record}.{id}"}
    known.questions = {
        str(id): _with_condition(known.questions[str(id)], read, known) for id, read in sections["questions"].items()
    }
    for id, read in sections["records"].items():
        record = known.records[str(id)]
        asked = {
            str(name): _with_condition(record.fields[str(name)], field, known, str(id))
            for name, field in read.get("questions", {}).items()
        }
        known.records[str(id)] = attrs.evolve(record, fields=asked)
    files = tuple(sorted({path.resolve() for path in (*merged.files, *parts.files)}))
    options = {str(id): parts.option(id, read) for id, read in sections["options"].items()}
    rules = {str(id): reasoning.rule(id, read, options) for id, read in sections["rules"].items()}
    ruleset = RuleSet(
        str(header.get("ruleset", folder.name)),
        str(header.get("title", "")),
        str(header.get("version", "")),
        folder,
        str(header.get("summary", "")),
        str(header.get("jurisdiction", "")),
        str(header.get("currency", "")),
        header.get("coverage", 0),
        names(header.get("uses")),
        parts.groups,
        tuple(Note(str(note.get("text", "")), names(note.get("seed"))) for note in merged.notes),
        parts.sources,
        known.questions,
        known.parameters,
        known.definitions,
        known.records,
        options,
        rules,
        imports=known.imports,
        functions=functions,
        content=content_digest(folder, files, known.imports),
        files=files,
    )
    if problems.errors:
        return None
    speaking = about_knowledge(ruleset)
    marked: dict[str, Rule] = {
        id: attrs.evolve(rule, about_knowledge=("rule", id) in speaking) for id, rule in rules.items()
    }
    profiles = {id: (read, merged.profile_files[str(id)]) for id, read in sections["profiles"].items()}
    worked = cases.worked_cases(merged.cases, profiles, ruleset, problems)
    ruleset = attrs.evolve(ruleset, rules=marked, cases=worked)
    try:
        compile_program(ruleset)
    except CycleError as error:
        _note_cycle(error, ruleset, problems)
        return None
    return ruleset


def _usable(kind: str, read: Read) -> bool:
    """Return whether the type of a part can be told; if not, what refers to it is not in error."""
    if kind in ("questions", "parameters"):
        return sound(read) and not read.wrong("keys")
    return not read.wrong("questions", "fields")


def _lost_fields(id: str, read: Read, key: str) -> Iterator[str]:
    fields = read.get(key, Entries())
    yield from (f"{id}.{name}" for name in fields.lost)
    yield from (f"{id}.{name}" for name, field in fields.items() if not sound(field))


def _with_condition(question: Question, read: Read, known: Names, record: str = "") -> Question:
    assume = known.assumption(read["assume"], question, record) if "assume" in read else UNKNOWN
    return attrs.evolve(question, ask_when=known.condition(read.get("ask_when"), record), assume=assume)


def _check_header(header: Read, problems: Problems) -> None:
    for key in ("title", "version"):
        if key not in header and "ruleset" in header:
            problems.add(header.place("ruleset"), f"il manque « {key} » dans l'en-tête")
    id = header.get("ruleset")
    if id is not None and not fmt.RULESET_ID.fullmatch(id):
        problems.add(
            id.where, f"« {id} » n'est pas un identifiant : minuscules, chiffres, _ et -, parties séparées par /"
        )


def _imports(header: Read, resolve: Resolver | None, problems: Problems) -> dict[str, RuleSet]:
    found: dict[str, RuleSet] = {}
    for id in header.get("uses", ()):
        other = resolve(str(id)) if resolve is not None else None
        if other is None:
            problems.add(id.where, f"jeu de règles introuvable : « {id} »")
            problems.lost.add(str(id).rsplit("/", 1)[-1])
        else:
            found[str(id).rsplit("/", 1)[-1]] = other
    return found


def _refuse_shared_names(sections: Mapping[str, Mapping[Word, Any]], problems: Problems) -> None:
    """Questions, parameters, definitions, tables and record types are named in the same expressions."""
    seen: dict[str, Word] = {}
    for section in ("questions", "parameters", "definitions", "tables", "records", "reference"):
        for id, read in sections[section].items():
            for name in [id, *([read["plural"]] if section in ("records", "reference") and "plural" in read else [])]:
                if name in seen:
                    problems.add(name.where, f"« {name} » nomme déjà autre chose en {seen[str(name)].where}")
                seen.setdefault(str(name), name)


def _note_cycle(error: CycleError, ruleset: RuleSet, problems: Problems) -> None:
    kind, id = error.path[0]
    if kind == "question":
        where = dict(all_questions(ruleset))[id].where
    else:
        where = ruleset.rules[id].where if kind == "rule" else ruleset.definitions[id].where
    problems.add(where, f"ces questions, définitions ou règles tournent en rond : {error}")


def content_digest(folder: Path, files: tuple[Path, ...], imports: Mapping[str, RuleSet]) -> str:
    """Return the SHA-256 of all that says what a rule set means: its files, included ones and CSV tables, and the
    rule sets it uses; not its translations.
    """
    digest = hashlib.sha256()
    for name in sorted(Path(os.path.relpath(path, folder.resolve())).as_posix() for path in files):
        data = (folder / name).read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{name}\0{len(data)}\0".encode() + data)
    for alias in sorted(imports):
        digest.update(f"{alias}\0{imports[alias].content}".encode())
    return digest.hexdigest()
