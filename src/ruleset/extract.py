"""The texts of a rule set folder, for translators: a Babel extractor for its YAML files (`ruleset_yaml` in babel.cfg).

What is a text is decided by its place in the file, never by how it looks: an id or an expression is not one.
"""

from __future__ import annotations

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
    "records.*": ("title",),
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

Message = tuple[int, str, str, list[str]]


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
