"""Reference tables as people browse them: rows in words, and the conditions that choose among them."""

from __future__ import annotations

import operator
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import attrs

from ruleset import texts
from ruleset.model import Question, Record, RecordType, RuleSet
from ruleset.types import NO, YES, BadValueError, Value, near
from ruleset.wording import Voice

LATITUDE: Final = "latitude"
LONGITUDE: Final = "longitude"
_SIGNS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_CONDITION: Final = re.compile(r"(?P<field>[^=!<>]+)(?P<sign><=|>=|!=|=|<|>)(?P<values>.*)", re.DOTALL)
_WORD: Final = re.compile(r"\w{3,}")
_ORDERED: Final = ("integer", "number", "money", "date")


@attrs.frozen
class Entry:
    """A row of a table: its values and, by field too, the words for each (empty for *none*)."""

    values: Record
    words: Mapping[str, str]


def tables(ruleset: RuleSet) -> dict[str, RecordType]:
    """Return the reference tables of a rule set, by id."""
    return {id: record for id, record in ruleset.records.items() if record.rows is not None}


def entries(table: RecordType, voice: Voice) -> tuple[Entry, ...]:
    """Return the rows of a table, in its order, with the words of a language."""
    return tuple(Entry(row, {id: _words(row[id], table.fields[id], voice) for id in row}) for row in table.rows or ())


def _words(value: Value, field: Question, voice: Voice) -> str:
    return "" if value is None else voice.answer(field, value)


def name_field(table: RecordType) -> str:
    """Return the field whose value names a row: the declared one, else the first."""
    return table.name or next(iter(table.fields), "")


def located(table: RecordType) -> bool:
    """Return whether rows are points of a map: fields `latitude` and `longitude`, in degrees (WGS 84)."""
    return all(name in table.fields and table.fields[name].type.numeric for name in (LATITUDE, LONGITUDE))


def folded(text: str) -> str:
    """Return a text as it is compared: without case, accents, or kinds of dashes, quotes and spaces.

    >>> folded("Gaspésie–Îles-de-la-Madeleine"), folded("L’Assomption")
    ('gaspesie-iles-de-la-madeleine', "l'assomption")
    """
    plain = unicodedata.normalize("NFKD", text.replace("’", "'").replace("–", "-").replace("—", "-")).casefold()
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())


def mentioning(found: Iterable[Entry], text: str) -> tuple[Entry, ...]:
    """Return the rows whose words contain every word of a text."""
    wanted = folded(text).split()
    return tuple(one for one in found if all(word in folded(" ".join(one.words.values())) for word in wanted))


@attrs.frozen
class Condition:
    """A test of one field: the sign, and values of which one must pass (for `!=`, all).

    A text passes `=` where the words of the row contain it. *None* is equal to itself and in no order.
    """

    field: str
    sign: str
    values: tuple[Value, ...]
    contains: bool = False

    def keeps(self, one: Entry) -> bool:
        """Return whether a row passes."""
        if self.sign == "!=":
            return not any(self._same(one, value) for value in self.values)
        if self.sign == "=":
            return any(self._same(one, value) for value in self.values)
        found = one.values[self.field]
        return found is not None and any(_SIGNS[self.sign](found, value) for value in self.values)

    def _same(self, one: Entry, value: Value) -> bool:
        found = one.values[self.field]
        if value is None or found is None:
            return value is found
        if self.contains:
            return folded(str(value)) in folded(one.words[self.field])
        return value in found if isinstance(found, frozenset) else value == found


def read_condition(written: str, table: RecordType, voice: Voice) -> Condition:
    """Return a condition as people write it: `region=Mauricie|Laval`, `staff>=3`, `since<2024-01-01`, `website!=none`.

    A field is named by its id or its label, a choice by its id, its label or a part of it that no other has.

    Raises:
        BadValueError: it is no condition on a field of the table.
    """
    _ = voice.ui
    match = _CONDITION.fullmatch(written)
    if match is None:
        message = _("« {text} » n'est pas un filtre : écrivez CHAMP=VALEUR, ou <, <=, >, >=, != à la place de =")
        raise BadValueError(message.format(text=written))
    field = _field(match["field"].strip(), table, voice)
    sign = match["sign"]
    if sign not in ("=", "!=") and field.type.kind not in _ORDERED:
        message = _("« {field} » n'a pas d'ordre : comparez avec = ou !=")
        raise BadValueError(message.format(field=voice.own(field.ask)))
    values = tuple(_value(part.strip(), field, voice) for part in match["values"].split("|"))
    return Condition(field.id, sign, values, contains=field.type.kind == "text")


def _field(name: str, table: RecordType, voice: Voice) -> Question:
    labels = {folded(voice.own(field.ask)): field for field in table.fields.values()}
    found = table.fields.get(name) or labels.get(folded(name))
    if found is None:
        guess = near(name, table.fields) or near(folded(name), labels)
        message = voice.ui("champ inconnu : « {name} »{near} ; champs : {fields}")
        raise BadValueError(message.format(name=name, near=guess, fields=", ".join(table.fields)))
    return found


def _value(text: str, field: Question, voice: Voice) -> Value:
    _, kind = voice.ui, field.type.kind
    if not text or folded(text) in ("none", folded(_("aucun"))):
        return None
    if kind in ("choice", "choices"):
        return _choice(text, field, voice)
    if kind == "yes_no":
        if (word := text.casefold()) in YES | NO:
            return word in YES
        raise BadValueError(_("{field} : « {text} » n'est ni oui ni non").format(field=voice.own(field.ask), text=text))
    try:
        if kind == "date":
            return texts.parse_date(text, voice.locale)
        return texts.parse_number(text, voice.locale) if field.type.numeric else text
    except texts.UnreadableTextError as error:
        raise BadValueError(f"{voice.own(field.ask)} : {str(error).rstrip('.')}") from None


def _choice(text: str, field: Question, voice: Voice) -> str:
    labels = {id: folded(voice.own(field.labels.get(id, id))) for id in field.type.choices or ()}
    wanted = folded(text)
    exact = [id for id, label in labels.items() if wanted in (label, folded(id))]
    found = exact or [id for id, label in labels.items() if wanted in label]
    if len(found) == 1:
        return found[0]
    if found:
        message = voice.ui("{field} : « {text} » peut être {choices} ; précisez")
        shown = [f"« {voice.own(field.labels.get(id, id))} »" for id in found]
        raise BadValueError(
            message.format(field=voice.own(field.ask), text=text, choices=texts.join(shown, voice.locale, kind="or"))
        )
    guess = near(wanted, [*labels, *labels.values(), *(word for one in labels.values() for word in _WORD.findall(one))])
    message = voice.ui("{field} : « {text} » n'est pas un choix{near} ; choix : {choices}")
    raise BadValueError(message.format(field=voice.own(field.ask), text=text, near=guess, choices=", ".join(labels)))
