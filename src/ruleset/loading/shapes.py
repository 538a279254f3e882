"""Shapes of data: what a place in a file may hold. A shape reads a located node and gives its JSON Schema.

The format of rule sets (`loading.format`) is written with these shapes once; the loader and the schema follow.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Protocol

import attrs
import yaml

from ruleset.loading.nodes import Word, YamlNode, items, place, word
from ruleset.loading.problems import Problems
from ruleset.model import Where
from ruleset.types import NO, YES, BadValueError, near, nearest, parse_day

Schema = dict[str, Any]


class Shape(Protocol):
    """What a place may hold."""

    def read(self, node: YamlNode, file: str, problems: Problems) -> Any:
        """Return what is there, or None after noting a problem."""

    def schema(self) -> Schema:
        """Return the JSON Schema of the place."""


class Read(dict[str, Any]):
    """The fields that were read of a mapping, with their places."""

    def __init__(self, where: Where) -> None:
        super().__init__()
        self.where = where
        self.places: dict[str, Where] = {}

    def place(self, key: str) -> Where:
        """Return where a field stands (or the mapping, where it is absent)."""
        return self.places.get(key, self.where)

    def wrong(self, *keys: str) -> bool:
        """Return whether one of these fields stands here but could not be read."""
        return any(key in self.places and key not in self for key in keys)


class Entries(dict[Word, Any]):
    """What was read of a mapping from ids; `lost` are the ids of what could not be read."""

    def __init__(self) -> None:
        super().__init__()
        self.lost: set[str] = set()


def _key_name(key: Word | None) -> str:
    return "faite d'un groupe ou d'une liste" if key is None else f"« {key} »"


def _expected(node: YamlNode, what: str, file: str, problems: Problems) -> None:
    names = {
        yaml.MappingNode: "un groupe de clés",
        yaml.SequenceNode: "une liste",
        yaml.ScalarNode: "une valeur simple",
    }
    problems.add(place(node, file), f"{what} attendu ici ; trouvé : {names[type(node)]}")


@attrs.frozen
class Scalar:
    """One word or text; `check` returns what it means or raises BadValueError."""

    what: str = "un texte"
    check: Callable[[Word], Any] | None = None
    json: Schema = attrs.field(factory=lambda: {"type": ["string", "number", "boolean"]})
    nullable: bool = False

    def read(self, node: YamlNode, file: str, problems: Problems) -> Any:
        if not isinstance(node, yaml.ScalarNode):
            _expected(node, self.what, file, problems)
            return None
        found = word(node, file)
        if found.empty and self.nullable and found:
            return None
        if found.empty:
            problems.add(found.where, f"valeur vide ; {self.what} attendu (supprimez la clé si elle n'a pas de valeur)")
            return None
        if self.check is None:
            return found
        try:
            return self.check(found)
        except BadValueError as error:
            problems.add(found.where, f"{error} ; {self.what} attendu")
            return None

    def schema(self) -> Schema:
        return dict(self.json)


@attrs.frozen
class OneOf:
    """One of some words."""

    words: tuple[str, ...]
    what: str

    def read(self, node: YamlNode, file: str, problems: Problems) -> Word | None:
        found = Scalar(self.what).read(node, file, problems)
        if found is not None and found not in self.words:
            problems.add(
                found.where,
                f"« {found} » : {self.what} inconnu{near(found, self.words)} ; possibles : {', '.join(self.words)}",
            )
            return None
        return found  # type: ignore[no-any-return]

    def schema(self) -> Schema:
        return {"enum": list(self.words)}


@attrs.frozen
class Many:
    """A list; with `one`, a single item may stand without brackets."""

    item: Shape
    one: bool = True

    def read(self, node: YamlNode, file: str, problems: Problems) -> list[Any] | None:
        if isinstance(node, yaml.SequenceNode):
            found = [self.item.read(child, file, problems) for child in node.value]
            return [one for one in found if one is not None]
        if self.one:
            single = self.item.read(node, file, problems)
            return None if single is None else [single]
        _expected(node, "une liste", file, problems)
        return None

    def schema(self) -> Schema:
        many: Schema = {"type": "array", "items": self.item.schema()}
        return {"anyOf": [self.item.schema(), many]} if self.one else many


@attrs.frozen
class Named:
    """A mapping from ids to things of one shape."""

    item: Shape
    key: re.Pattern[str]
    key_what: str

    def read(self, node: YamlNode, file: str, problems: Problems) -> Entries | None:
        if not isinstance(node, yaml.MappingNode):
            _expected(node, f"un groupe de clés ({self.key_what})", file, problems)
            return None
        found = Entries()
        for key, key_node, value_node in items(node, file):
            if key is None or not self.key.fullmatch(key):
                problems.add(place(key_node, file), f"{_key_name(key)} n'est pas un nom possible : {self.key_what}")
                found.lost.add(str(key))
                continue
            value = self.item.read(value_node, file, problems)
            if value is None:
                found.lost.add(str(key))
            elif key not in found:
                found[key] = value
        return found

    def schema(self) -> Schema:
        return {
            "type": "object",
            "patternProperties": {f"^(?:{self.key.pattern})$": self.item.schema()},
            "additionalProperties": False,
        }


@attrs.frozen
class Field:
    """A field of a mapping."""

    shape: Shape
    doc: str
    required: bool = False


@attrs.frozen
class Fields:
    """A mapping with known fields. `short` is the shape of a value written without the mapping, kept as `short_key`."""

    what: str
    fields: Mapping[str, Field]
    short: Shape | None = None
    short_key: str = ""
    one_of: tuple[str, ...] = ()

    def read(self, node: YamlNode, file: str, problems: Problems) -> Read | None:
        if not isinstance(node, yaml.MappingNode):
            return self._read_short(node, file, problems)
        found = Read(place(node, file))
        meant: set[str | None] = set()
        for key, key_node, value_node in items(node, file):
            if key is None or key not in self.fields:
                meant.add(nearest(str(key), self.fields))
                problems.add(
                    place(key_node, file),
                    f"clé inconnue {_key_name(key)} pour {self.what}{near(str(key), self.fields)} ; "
                    f"possibles : {', '.join(self.fields)}",
                )
                continue
            if key in found.places:
                continue
            found.places[str(key)] = place(value_node, file)
            value = self.fields[key].shape.read(value_node, file, problems)
            if value is not None:
                found[str(key)] = value
        for name, field in self.fields.items():
            if field.required and name not in found.places and name not in meant:
                problems.add(found.where, f"il manque « {name} » pour {self.what} : {field.doc}")
        if self.one_of and not any(name in found.places or name in meant for name in self.one_of):
            problems.add(found.where, f"il faut au moins une de ces clés pour {self.what} : {', '.join(self.one_of)}")
        return found

    def _read_short(self, node: YamlNode, file: str, problems: Problems) -> Read | None:
        if self.short is None:
            _expected(node, f"un groupe de clés ({self.what})", file, problems)
            return None
        value = self.short.read(node, file, problems)
        if value is None:
            return None
        found = Read(place(node, file))
        found[self.short_key] = value
        found.places[self.short_key] = found.where
        return found

    def schema(self) -> Schema:
        mapping: Schema = {
            "type": "object",
            "properties": {
                name: field.shape.schema() | {"description": field.doc} for name, field in self.fields.items()
            },
            "additionalProperties": False,
        }
        required = [name for name, field in self.fields.items() if field.required]
        if required:
            mapping["required"] = required
        if self.one_of:
            mapping["anyOf"] = [{"required": [name]} for name in self.one_of]
        return {"anyOf": [self.short.schema(), mapping]} if self.short is not None else mapping


@attrs.frozen
class Either:
    """One shape for mappings, another for the rest, or one for lists."""

    mapping: Shape
    other: Shape

    def read(self, node: YamlNode, file: str, problems: Problems) -> Any:
        return (self.mapping if isinstance(node, yaml.MappingNode) else self.other).read(node, file, problems)

    def schema(self) -> Schema:
        return {"anyOf": [self.other.schema(), self.mapping.schema()]}


@attrs.frozen
class Later:
    """Anything, kept as its node: its meaning depends on the rest of the rule set."""

    json: Schema = attrs.field(factory=dict)

    def read(self, node: YamlNode, _file: str, _problems: Problems) -> YamlNode:
        return node

    def schema(self) -> Schema:
        return dict(self.json)


def _day(text: Word) -> dt.date:
    return parse_day(text)


def _flag(text: Word) -> bool:
    if text.lower() in YES | NO:
        return text.lower() in YES
    raise BadValueError(f"« {text} » n'est ni true ni false")


def _whole(text: Word) -> int:
    if not re.fullmatch(r"[+-]?\d{1,9}", text):
        raise BadValueError(f"« {text} » n'est pas un nombre entier")
    return int(text)


def _text(text: Word) -> Word:
    """A folded text ends with a line break that is no part of it."""
    return Word.at(text.strip(), text.where, plain=text.plain)


TEXT: Final = Scalar("un texte", _text, {"type": "string"})
EXPRESSION: Final = Scalar("une expression")
DAY: Final = Scalar("une date AAAA-MM-JJ", _day, {"type": ["string", "null"], "format": "date"}, nullable=True)
FLAG: Final = Scalar("true ou false", _flag, {"type": "boolean"})
WHOLE: Final = Scalar("un nombre entier", _whole, {"type": "integer"})
WORDS: Final = Many(Scalar("un nom"))


def plain(node: YamlNode, file: str) -> Any:
    """Return a node as plain data: words, lists, mappings (for values whose type is known later)."""
    if isinstance(node, yaml.ScalarNode):
        found = word(node, file)
        return None if found.empty else found
    if isinstance(node, yaml.SequenceNode):
        return [plain(child, file) for child in node.value]
    found_map = Read(place(node, file))
    for key, _key_node, value in items(node, file):
        if key is not None:
            found_map[key] = plain(value, file)
            found_map.places[str(key)] = place(value, file)
    return found_map


def names(found: Iterable[Word] | None) -> tuple[str, ...]:
    """Return the words of a list as strings."""
    return tuple(str(one) for one in found or ())
