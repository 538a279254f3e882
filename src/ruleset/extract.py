"""The texts that people read, for translators: Babel extractors for rule files and for the code (see babel.cfg).

What is a text of a rule file is decided by its place, never by how it looks: an id or an expression is not one.
"""

from __future__ import annotations

import ast
import csv
import io
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    import yaml

_QUESTION: Final = ("ask", "why", "help", "choices.*", "unit")
_VALUE: Final = ("label", "choices.*", "unit")
_CONCLUSION: Final = ("say", "do")
TEXTS: Final[Mapping[str, Sequence[str]]] = {
    "": ("title", "summary"),
    "groups": ("*",),
    "notes.[]": ("", "text"),
    "sources.*": ("title", "note"),
    "questions.*": _QUESTION,
    "parameters.*": _VALUE,
    "definitions.*": _VALUE,
    "tables.*": _VALUE,
    "records.*": ("title", "why", "help"),
    "records.*.questions.*": _QUESTION,
    "reference.*": ("title",),
    "reference.*.fields.*": ("ask", "choices.*", "unit"),
    "options.*": ("", "label", "note"),
    "rules.*.then": (*_CONCLUSION, "task"),
    "rules.*.then.cases.[]": _CONCLUSION,
}
"""Where texts stand: `*` is any key, `[]` any item of a list, and "" the place itself, when it holds a single text."""

_PLACES: Final = frozenset(
    tuple(part for part in f"{place}.{end}".split(".") if part) for place, ends in TEXTS.items() for end in ends
)

Message = tuple[int, str, str | tuple[str | None, ...], list[str]]


def extract_yaml(
    fileobj: IO[bytes], keywords: Collection[str], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Message]:
    """Yield each text of a file: its line (from 1), the function name `_`, the text, its dotted path as the comment.

    This is Babel's extractor interface; keywords, comment tags and options are not used. A path names a list item by
    its number, from 1: `rules.EXC-REVIVED.then.cases.2.say`.

    Raises:
        yaml.YAMLError: the file is not YAML.
    """
    del keywords, comment_tags, options
    import yaml

    root = yaml.compose(fileobj.read().decode("utf-8-sig"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    if root is not None:
        for node, path in _texts(root, (), ()):
            yield node.start_mark.line + 1, "_", node.value.strip(), [path]
        if isinstance(name := getattr(fileobj, "name", None), str):
            yield from _table_texts(root, Path(name).parent)


def _table_texts(root: yaml.Node, folder: Path) -> Iterator[Message]:
    """Yield the texts of the CSV columns that reference tables say to translate, at the line of the column's name."""
    for id, table in _entries(_entries(root).get("reference")).items():
        parts = _entries(table)
        wanted = {
            name: field for name, field in _entries(parts.get("fields")).items()
            if getattr(_entries(field).get("translate"), "value", "") == "true"
        }  # fmt: skip
        path = folder / str(getattr(parts.get("file"), "value", ""))
        if not wanted or not path.is_file():
            continue
        head, _newline, _rest = (text := path.read_text("utf-8-sig")).partition("\n")
        rows = csv.DictReader(io.StringIO(text), delimiter=";" if head.count(";") > head.count(",") else ",")
        for number, row in enumerate(rows, 1):
            for name, field in wanted.items():
                if cell := (row.get(name) or "").strip():
                    yield field.start_mark.line + 1, "_", cell, [f"reference.{id}.{number}.{name}"]


def _entries(node: yaml.Node | None) -> dict[str, yaml.Node]:
    import yaml

    return {key.value: value for key, value in node.value} if isinstance(node, yaml.MappingNode) else {}


def _texts(node: yaml.Node, place: tuple[str, ...], path: tuple[str, ...]) -> Iterator[tuple[yaml.ScalarNode, str]]:
    """Yield the text nodes below a node; `place` is where it stands by kind, `path` by name."""
    import yaml

    if isinstance(node, yaml.ScalarNode):
        if place in _PLACES and node.value.strip():
            yield node, ".".join(path)
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value, 1):
            yield from _texts(item, (*place, "[]"), (*path, str(number)))
    else:
        for key, value in node.value:
            for step in (key.value, "*"):
                if isinstance(step, str) and (below := (*place, step)) in _PREFIXES:
                    yield from _texts(value, below, (*path, str(key.value)))


_PREFIXES: Final = frozenset(place[:length] for place in _PLACES for length in range(1, len(place) + 1))


def extract_python(
    fileobj: IO[bytes], keywords: Collection[str], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Message]:
    """Yield each call of a keyword with a text: `_("…")`, `self.ui("…")`, `translator(lang).ngettext("…", "…", n)`.

    This is Babel's extractor interface; comment tags and options are not used. Babel's own extractor sees neither the
    calls inside f-strings, before Python 3.12, nor a method called on a result.

    Raises:
        SyntaxError: the file is not Python.
    """
    del comment_tags, options
    for node in ast.walk(ast.parse(fileobj.read())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            texts = tuple(_constant(one) for one in node.args)
            if name in keywords and texts and texts[0]:
                yield node.lineno, name, texts if len(texts) > 1 else texts[0], []


def _constant(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def shared_files(folder: Path) -> list[Path]:
    """Return the files outside a rule set folder that it includes, whose texts its catalogues hold too.

    Raises:
        OSError: a file cannot be read.
        yaml.YAMLError: a file is not YAML.
    """
    import yaml

    folder = folder.resolve()
    queue = sorted(folder.rglob("*.yaml"))
    found: dict[Path, None] = {}
    for path in queue:
        read = yaml.load(path.read_text("utf-8-sig"), Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))  # noqa: S506
        names = read.get("include", ()) if isinstance(read, dict) else ()
        for included in ((path.parent / name).resolve() for name in names):
            if not included.is_relative_to(folder) and included not in found:
                found[included] = None
                queue.append(included)
    return list(found)
