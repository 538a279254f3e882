"""The extractor of texts, and every catalogue that is shipped."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from ruleset.expressions.template import FORMATS, placeholders
from ruleset.extract import TEXTS, extract_python, extract_yaml, shared_files
from ruleset.loading.format import json_schema

ROOT = Path(__file__).parents[1]

RULES = """\
ruleset: demo/one
title: Titre
summary: >
  Une phrase
  sur deux lignes.
jurisdiction: FR
currency: EUR
uses: [autre]
groups: {job: Votre emploi}
notes:
  - Une note courte
  - {text: Une note, seed: [L-69]}
sources:
  L1: {title: "Code du travail, art. L1", url: https://example.org, note: Une remarque}
questions:
  title:
    ask: Une question qui s'appelle title ?
    type: choice
    unit: h/week
    choices: {all: Tout, some: Une partie}
    why: Pourquoi
    help: Aide
    ask_when: other == "all"
    group: job
  ids: {ask: Sans libellés ?, type: choices, choices: [fr, be]}
parameters:
  limit: {type: money, values: {2023-01-01: 5}, label: Plafond, note: pour les auteurs}
definitions:
  total: a + b
  state: {cases: [{when: a, value: '"void"'}], otherwise: '"valid"', label: État, choices: {void: Nulle}}
tables:
  keep: {policy: highest, inputs: [category], rows: [{when: [order], value: 120, note: interne}], label: Durée}
records:
  piece: {title: Pièce, why: Motif, help: Aide, plural: pieces, name: id, questions: {id: {ask: Genre ?, type: text}}}
reference:
  centre: {title: Centre, plural: centres, file: c.csv, fields: {id: {type: text, ask: Nom du centre}}}
options: {micro: Micro-entreprise, sasu: {label: SASU, note: par actions}}
rules:
  say:
    group: exclusivity
    when: a
    then:
      finding: risk
      say: Message
      do: Conseil
      source: [L1]
      cases:
        - {when: b, say: Autre message, do: Autre conseil}
  WORK: {then: {task: À faire, due: on + days(3), phase: leave}}
profiles:
  BASE: {answers: {title: all}}
cases:
  - {name: Un cas, profile: BASE, expect: {says: {say: Mess}}}
"""

EXPECTED = {
    "title": (2, "Titre"),
    "summary": (3, "Une phrase sur deux lignes."),
    "groups.job": (9, "Votre emploi"),
    "notes.1": (11, "Une note courte"),
    "notes.2.text": (12, "Une note"),
    "sources.L1.title": (14, "Code du travail, art. L1"),
    "sources.L1.note": (14, "Une remarque"),
    "questions.title.ask": (17, "Une question qui s'appelle title ?"),
    "questions.title.unit": (19, "h/week"),
    "questions.title.choices.all": (20, "Tout"),
    "questions.title.choices.some": (20, "Une partie"),
    "questions.title.why": (21, "Pourquoi"),
    "questions.title.help": (22, "Aide"),
    "questions.ids.ask": (25, "Sans libellés ?"),
    "parameters.limit.label": (27, "Plafond"),
    "definitions.state.label": (30, "État"),
    "definitions.state.choices.void": (30, "Nulle"),
    "tables.keep.label": (32, "Durée"),
    "records.piece.title": (34, "Pièce"),
    "records.piece.why": (34, "Motif"),
    "records.piece.help": (34, "Aide"),
    "records.piece.questions.id.ask": (34, "Genre ?"),
    "reference.centre.title": (36, "Centre"),
    "reference.centre.fields.id.ask": (36, "Nom du centre"),
    "options.micro": (37, "Micro-entreprise"),
    "options.sasu.label": (37, "SASU"),
    "options.sasu.note": (37, "par actions"),
    "rules.say.then.say": (44, "Message"),
    "rules.say.then.do": (45, "Conseil"),
    "rules.say.then.cases.1.say": (48, "Autre message"),
    "rules.say.then.cases.1.do": (48, "Autre conseil"),
    "rules.WORK.then.task": (49, "À faire"),
}


def test_texts_are_found_by_their_place_with_line_and_path():
    messages = extract_yaml(io.BytesIO(RULES.encode()), ["_"], [], {})
    assert {path: (line, text) for line, _, text, (path,) in messages} == EXPECTED


def test_the_texts_of_a_reference_table_that_are_to_be_translated_are_found(tmp_path):
    (tmp_path / "rules.yaml").write_text(
        "ruleset: demo\nreference:\n  centre:\n    file: c.csv\n    fields:\n"
        "      id: {type: text}\n      niche: {type: text, translate: true}\n"
        "      doubt: {type: text, translate: false}\n",
        encoding="utf-8",
    )
    (tmp_path / "c.csv").write_text("id;niche;doubt\na; Bois, papier ;Un doute\nb;;\n", encoding="utf-8")
    with (tmp_path / "rules.yaml").open("rb") as file:
        messages = list(extract_yaml(file, ["_"], [], {}))
    assert messages == [(7, "_", "Bois, papier", ["reference.centre.1.niche"])]


@pytest.mark.parametrize("content", ["", "# rien\n", "- 1\n- 2\n", "texte", "title:\n", "title: ''\n", "title: [a]\n"])
def test_a_file_without_texts_gives_none(content):
    assert list(extract_yaml(io.BytesIO(content.encode()), [], [], {})) == []


def test_a_file_that_is_not_yaml_says_where():
    with pytest.raises(yaml.YAMLError, match="line 2"):
        list(extract_yaml(io.BytesIO(b"title: a\nb: c: d\n"), [], [], {}))


def test_texts_of_code_are_found_where_they_are_called():
    code = """\
print(f"- {_('dans un texte')} : {self.ui('autre')}", N_("marqué"), _(variable), other("rien"), _(""))
translator(lang).ngettext("{n} jour", "{n} jours", n)
"""
    messages = extract_python(io.BytesIO(code.encode()), ["_", "N_", "ui", "ngettext"], [], {})
    assert {(line, name, text) for line, name, text, _ in messages} == {
        (1, "_", "dans un texte"),
        (1, "ui", "autre"),
        (1, "N_", "marqué"),
        (2, "ngettext", ("{n} jour", "{n} jours", None)),
    }


def test_the_texts_of_included_files_belong_to_the_rule_set(tmp_path):
    files = {
        "one/rules.yaml": "ruleset: one\ntitle: Un\ninclude: [../shared/a.yaml, own.yaml]\n",
        "one/own.yaml": "groups: {a: À lui}\n",
        "shared/a.yaml": "groups: {b: Partagé}\ninclude: [b.yaml]\n",
        "shared/b.yaml": "groups: {c: Plus loin}\ninclude: [a.yaml]\n",
        "shared/c.yaml": "groups: {d: Ailleurs}\n",
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    assert shared_files(tmp_path / "one") == [tmp_path / "shared/a.yaml", tmp_path / "shared/b.yaml"]
    assert texts_in(tmp_path / "one") == {"Un", "À lui", "Partagé", "Plus loin"}


# Texts of the format that no one translates: codes, addresses, file names, headings for authors, worked cases.
NOT_TRANSLATED = {"ruleset", "currency", "url", "file", "plural", "group", "cases.[].name", "cases.[].expect.says.*"}


def texts_of_schema(schema: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the dotted place of each free text of a JSON Schema, as `ruleset.extract.TEXTS` writes them."""
    below: list[tuple[tuple[str, ...], dict[str, Any]]] = [((), part) for part in schema.get("anyOf", [])]
    below += [((key,), value) for key, value in schema.get("properties", {}).items()]
    below += [(("*",), value) for value in schema.get("patternProperties", {}).values()]
    below += [(("[]",), schema["items"])] if "items" in schema else []
    for step, part in below:
        yield from texts_of_schema(part, (*path, *step))
    if schema.get("type") == "string" and "format" not in schema:
        yield ".".join(path)


def test_every_text_of_the_format_is_extracted_or_left_on_purpose():
    extracted = {f"{place}.{end}".strip(".") for place, ends in TEXTS.items() for end in ends}
    found = set(texts_of_schema(json_schema()))
    kept_notes = {place for place in found if place.endswith(".note")} - extracted  # from author to author
    left = {place for place in found if place in NOT_TRANSLATED or place.rpartition(".")[2] in NOT_TRANSLATED}
    assert extracted == found - left - kept_notes


def test_every_text_of_the_code_can_be_found():
    """A text given to the result of a call (`gettext(lang)("…")`) is invisible to the extractor."""
    files = [path for folder in (ROOT / "src", ROOT / "tui") for path in folder.rglob("*.py")]
    hidden = re.compile(r"""(?:gettext|translator)\([^()]*\)\(\s*f?["']""")
    assert [path for path in files if hidden.search(path.read_text("utf-8"))] == []


def read_catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


KEYWORDS = DEFAULT_KEYWORDS | {"ui": None, "plural": (1, 2)}  # self.ui("…"), as tools/update-catalogues says too


def texts_in(*folders: Path) -> set[str]:
    """Return the texts of these folders, and of what their rules include, as `make catalogues` finds them."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found = set()
    for folder in folders:
        if folder.is_file():
            with folder.open("rb") as file:
                found |= {str(message) for _, _, message, _ in extract_python(file, KEYWORDS, [], {})}
            continue
        for _, _, message, *_ in extract_from_dir(folder, methods, options, keywords=KEYWORDS):
            found.add(message if isinstance(message, str) else message[0])
        for path in shared_files(folder):
            with path.open("rb") as file:
                found |= {str(message) for _, _, message, _ in extract_yaml(file, KEYWORDS, [], {})}
    return found


def holes(text: str) -> set[tuple[str, str]]:
    """Return what the placeholders of a text show; the forms of a noun differ from one language to another."""
    return {(hole.expression, hole.format if hole.format in FORMATS else "") for hole in placeholders(text)}


def faults(path: Path, texts: set[str]) -> list[str]:
    """Return what keeps a catalogue from being complete, one sentence for each text."""
    found = []
    entries = {
        entry.id if isinstance(entry.id, str) else entry.id[0]: entry for entry in read_catalogue(path) if entry.id
    }
    for text in sorted(texts):
        entry = entries.get(text)
        translations = [] if entry is None else [entry.string] if isinstance(entry.string, str) else entry.string
        if entry is None:
            found.append(f"missing: {text}")
        elif not translations or not all(translations):
            found.append(f"not translated: {text}")
        elif entry.fuzzy:
            found.append(f"fuzzy: {text}")
        elif any(holes(text) != holes(translation) for translation in translations):
            found.append(f"other placeholders: {text}")
    return found + [f"no longer in use: {text}" for text in sorted(entries.keys() - texts)]


HEADER = re.compile("^ruleset:", re.MULTILINE)
RULE_FOLDERS = sorted(
    path.parent
    for shelf in (ROOT / "rules", *ROOT.glob("examples/*/src"))
    for path in shelf.rglob("*.yaml")
    if HEADER.search(path.read_text("utf-8"))
)


def plugin_of(folder: Path) -> list[Path]:
    """Return the code whose texts are in the catalogue of a rule set: of a built-in plug-in, or beside its rules."""
    if not folder.is_relative_to(ROOT / "rules"):
        return sorted(folder.parent.glob("*.py"))
    name = folder.relative_to(ROOT / "rules")
    return [path for path in (ROOT / "plugins" / name, ROOT / "plugins" / f"{name}.py") if path.exists()]


SHIPPED: dict[str, tuple[Path, ...]] = {"the library": (ROOT / "src/ruleset", ROOT / "tui")}
SHIPPED |= {folder.relative_to(ROOT).as_posix(): (folder, *plugin_of(folder)) for folder in RULE_FOLDERS}


@pytest.mark.parametrize("folders", SHIPPED.values(), ids=SHIPPED)
def test_every_catalogue_is_complete(folders):
    shipped = sorted(folders[0].glob("locale/*/LC_MESSAGES/*.po"))
    texts = texts_in(*folders) if shipped else set()
    assert {path: faults(path, texts) for path in shipped} == {path: [] for path in shipped}


def test_an_incomplete_catalogue_is_told_text_by_text(tmp_path):
    (tmp_path / "rules.yaml").write_text(
        "ruleset: demo\ntitle: Un\nsummary: Deux\n"
        "options: {a: Trois, b: 'Quatre {x}', c: 'Cinq {n:jour|jours}', d: Six}\n",
        encoding="utf-8",
    )
    path = tmp_path / "rules.po"
    path.write_text(
        'msgid "Un"\nmsgstr "One"\n\nmsgid "Deux"\nmsgstr ""\n\n#, fuzzy\nmsgid "Trois"\nmsgstr "Three"\n\n'
        'msgid "Quatre {x}"\nmsgstr "Four {y}"\n\nmsgid "Cinq {n:jour|jours}"\nmsgstr "Five {n:day|days}"\n\n'
        'msgid "Sept"\nmsgstr "Seven"\n',
        encoding="utf-8",
    )
    assert faults(path, texts_in(tmp_path)) == [
        "not translated: Deux",
        "other placeholders: Quatre {x}",
        "missing: Six",
        "fuzzy: Trois",
        "no longer in use: Sept",
    ]
