"""From a YAML or JSON file to located nodes, safely: sizes, nesting, anchors and duplicate keys are refused.

Scalars stay text; the type expected at each place decides what they mean (`no`, `010`, `12:30` are what was written).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import yaml

from ruleset.loading.problems import Document, Problems
from ruleset.model import Where

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES: Final = 2_000_000
MAX_DEPTH: Final = 40
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SURROGATE = re.compile("[\ud800-\udfff]")

YamlNode: TypeAlias = yaml.ScalarNode | yaml.SequenceNode | yaml.MappingNode


class Word(str):
    """A scalar as written, with its place; `plain` when without quotes, `indent` the columns before its first sign."""

    where: Where
    plain: bool

    __slots__ = ("plain", "where")

    @classmethod
    def at(cls, text: str, where: Where, *, plain: bool = True) -> Word:
        """Return `text` as found at `where`."""
        word = cls(text)
        word.where, word.plain = where, plain
        return word

    @property
    def empty(self) -> bool:
        """Whether it is YAML's null."""
        return self.plain and self in ("", "~", "null", "Null", "NULL")


def shown(path: Path) -> str:
    """Return how a problem names a file: from the current folder where it is inside."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def read_document(path: Path, file: str, problems: Problems) -> Document | None:
    """Return the text of a file, or note why it is not one."""
    where = Where(file)
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            problems.add(
                where,
                f"fichier de {size / 1e6:.1f} Mo : la limite est de {MAX_BYTES / 1e6:.0f} Mo ; partagez-le",
            )
            return None
        data = path.read_bytes()
    except OSError as error:
        problems.add(where, f"fichier illisible : {error.strerror}")
        return None
    return decode(data, file, problems)


def decode(data: bytes, file: str, problems: Problems) -> Document | None:
    """Return the document of these bytes, or note why they are not UTF-8 text."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problems.add(Where(file, line), "ce n'est pas un fichier texte en UTF-8 ; enregistrez-le dans ce codage")
        return None
    if "\0" in text:
        problems.add(Where(file, text.count("\n", 0, text.index("\0")) + 1), "fichier binaire, et non du texte")
        return None
    document = Document(file, text.replace("\r\n", "\n").replace("\r", "\n"))
    problems.documents[file] = document
    return document


def compose(document: Document, problems: Problems) -> YamlNode | None:
    """Return the root node of a document, or None after noting what is wrong (an empty document gives None too)."""
    text = document.text
    if document.file.endswith(".json"):
        text = text.replace("\t", " ")
    try:
        root = _built(text, document.file)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problems.add(_where(document.file, mark), f"YAML mal écrit : {_yaml_problem(error)}")
        return None
    except (yaml.YAMLError, ValueError) as error:
        problems.add(
            Where(document.file, *_reader_place(text, error)), "YAML illisible : ce signe n'est pas imprimable"
        )
        return None
    except _RefusedError as error:
        problems.add(error.where, error.message)
        return None
    if root is not None:
        _refuse_duplicates(root, document.file, problems)
    return root


class _RefusedError(Exception):
    def __init__(self, where: Where, message: str) -> None:
        self.where, self.message = where, message
        super().__init__(message)


def _built(text: str, file: str) -> YamlNode | None:
    """Return the root node, built without recursion: PyYAML's own composer crashes on a file nested deeply enough."""
    root: YamlNode | None = None
    stack: list[YamlNode] = []
    keys: list[YamlNode | None] = []
    event: Any
    for event in yaml.parse(text, Loader=_LOADER):
        kind = type(event)
        if kind is yaml.SequenceEndEvent or kind is yaml.MappingEndEvent:
            stack.pop()
            keys.pop()
            continue
        if kind is yaml.DocumentStartEvent and root is not None:
            raise _RefusedError(
                _where(file, event.start_mark), "un fichier est un seul document : « --- » n'y a pas de place"
            )
        if kind not in _NODES:
            continue
        node = _node(event, file)
        if not stack:
            root = node
        elif isinstance(stack[-1], yaml.SequenceNode):
            stack[-1].value.append(node)
        elif (key := keys[-1]) is None:
            keys[-1] = node
        else:
            stack[-1].value.append((key, node))
            keys[-1] = None
        if kind is not yaml.ScalarEvent:
            stack.append(node)
            keys.append(None)
            if len(stack) > MAX_DEPTH:
                raise _RefusedError(_where(file, event.start_mark), f"plus de {MAX_DEPTH} niveaux imbriqués")
    return root


_NODES: Final = frozenset({yaml.ScalarEvent, yaml.SequenceStartEvent, yaml.MappingStartEvent, yaml.AliasEvent})


def _node(event: Any, file: str) -> YamlNode:
    if event.anchor is not None:
        sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
        raise _RefusedError(
            _where(file, event.start_mark),
            f"ancre ou renvoi « {sign}{event.anchor} » : les raccourcis de YAML ne sont pas admis ; "
            "écrivez la valeur, ou mettez-la entre guillemets si c'est du texte",
        )
    if event.tag not in (None, "!"):
        raise _RefusedError(
            _where(file, event.start_mark),
            f"« {event.tag} » : les types de YAML ne s'emploient pas ; écrivez la valeur seule",
        )
    start, end = event.start_mark, event.end_mark
    if type(event) is yaml.ScalarEvent:
        return yaml.ScalarNode("", event.value, start, end, style=event.style)
    kind = yaml.SequenceNode if type(event) is yaml.SequenceStartEvent else yaml.MappingNode
    return kind("", [], start, end)


def _yaml_problem(error: yaml.MarkedYAMLError) -> str:
    text = f"{error.problem} {error.context}"
    said = next((said for part, said in _YAML_PROBLEMS.items() if part in text), "structure inattendue")
    return f"{said} (vérifiez le retrait, les deux-points et les guillemets)"


_YAML_PROBLEMS: Final = {
    "cannot start any token": "ce signe ne peut pas commencer une valeur ; mettez le texte entre guillemets",
    "mapping values are not allowed": "« : » dans une valeur ; mettez le texte entre guillemets",
    "could not find expected ':'": "il manque « : » après une clé",
    "while parsing a flow": "il manque une virgule, ou « } » ou « ] » à la fin",
    "while scanning a quoted scalar": "un guillemet n'est pas fermé, ou « \\ » y est mal employé",
    "while parsing a block": "cette ligne n'est pas au retrait de celles qui précèdent",
    "sequence entries are not allowed": "« - » n'a pas de place ici",
    "tab character": "une tabulation : le retrait s'écrit avec des espaces",
    "found undefined tag": "« ! » ne s'emploie pas",
}


def _reader_place(text: str, error: Exception) -> tuple[int, int]:
    position = getattr(error, "position", None)
    if position is None:
        return (1, 1)
    before = text[:position]
    return before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1


def _refuse_duplicates(node: YamlNode, file: str, problems: Problems) -> None:
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, Where] = {}
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    problems.add(
                        place(key, file),
                        f"clé « {key.value} » en double (déjà ligne {seen[key.value].line}) ; gardez-en une",
                    )
                seen.setdefault(key.value, place(key, file))
            _refuse_duplicates(value, file, problems)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _refuse_duplicates(item, file, problems)


def place(node: YamlNode, file: str) -> Where:
    """Return where a node begins."""
    return _where(file, node.start_mark)


def _where(file: str, mark: Any) -> Where:
    return Where(file, mark.line + 1, mark.column + 1) if mark is not None else Where(file)


def word(node: yaml.ScalarNode, file: str) -> Word:
    """Return the scalar of a node. A surrogate pair written as two escapes (JSON) is one character."""
    text = node.value
    if not text.isascii() and _SURROGATE.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return Word.at(text, place(node, file), plain=not node.style)


def items(node: yaml.MappingNode, file: str) -> Iterator[tuple[Word | None, YamlNode, YamlNode]]:
    """Yield the entries of a mapping: key word (None where the key is not a scalar), key node, value node."""
    for key, value in node.value:
        yield (word(key, file) if isinstance(key, yaml.ScalarNode) else None), key, value
