"""Sources, questions, parameters, records and options: what a rule set declares before it reasons."""

from __future__ import annotations

import csv
import datetime as dt
import io
import keyword
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias, cast

import attrs

from ruleset import units
from ruleset.expressions.parse import RESERVED
from ruleset.loading import format as fmt
from ruleset.loading.nodes import Word, YamlNode, place, read_document, shown
from ruleset.loading.problems import Problems
from ruleset.loading.shapes import Read, names, plain
from ruleset.model import DatedValue, Option, Parameter, Question, RecordType, Source, Where
from ruleset.types import UNKNOWN, BadValueError, Domain, Kind, Type, Value, near, nearest, parse_day, parse_number

MAX_ROWS = 20_000
CsvRow: TypeAlias = tuple[Where, dict[str, str]]
"""Where a row begins, and its cells by column."""


class Parts:
    """Builds the declared parts of one rule set."""

    def __init__(self, problems: Problems, folder: Path | None, currency: str) -> None:
        self.problems = problems
        self.folder = folder
        self.currency = currency
        self.sources: dict[str, Source] = {}
        self.groups: Mapping[str, str] = {}
        self.files: set[Path] = set()
        self._csv: dict[str, list[CsvRow]] = {}

    def source(self, id: Word, read: Read) -> Source:
        """Return a source."""
        since, until = read.get("since"), read.get("until")
        if since and until and until < since:
            self.problems.add(read.place("until"), f"la source finit ({until}) avant de commencer ({since})")
        return Source(
            str(id),
            str(read.get("title", "")),
            str(read.get("url", "")),
            since,
            until,
            read.get("mark", "checked"),
            str(read.get("note", "")),
            id.where,
        )

    def cited(self, read: Read) -> tuple[str, ...]:
        """Return the sources that a part cites, after checking that they exist."""
        for id in read.get("source", ()):
            if id not in self.sources:
                self.problems.unknown(id.where, "source inconnue", id, self.sources)
        return names(read.get("source"))

    def check_name(self, id: Word) -> None:
        """Note names that expressions could not use."""
        if id in RESERVED or keyword.iskeyword(id):
            self.problems.add(id.where, f"« {id} » est un mot du langage : choisissez un autre nom")

    def type_of(self, read: Read) -> Type:
        """Return the declared type of a question, parameter or definition."""
        kind = cast("Kind", str(read.get("type", "text")))
        if read.wrong("type", "choices"):
            return Type(kind, () if kind in ("choice", "choices") else None)
        choices = read.get("choices")
        if kind in ("choice", "choices") and "type" in read and not choices:
            self.problems.add(read.place("type"), f"un type « {kind} » demande ses « choices »")
        if choices and kind not in ("choice", "choices") and "type" in read:
            self.problems.add(read.place("choices"), f"« choices » ne va pas avec le type « {kind} »")
        ids = tuple(str(id) for id in choices or ())
        if len(set(ids)) < len(ids):
            self.problems.add(read.place("choices"), "un choix est écrit deux fois")
        return Type(kind, ids if kind in ("choice", "choices") else None, self.unit_of(read, kind))

    def unit_of(self, read: Read, kind: str) -> units.Unit | None:
        """Return the unit: the currency of money, the written unit of a number."""
        if kind == "money":
            currency = str(read.get("currency", self.currency))
            if not currency:
                self.problems.add(read.place("type"), "un montant demande sa monnaie : « currency: EUR »")
            elif len(currency) != 3 or not currency.isupper():
                self.problems.add(
                    read.place("currency"), f"« {currency} » n'est pas un code de monnaie (EUR, CAD, XOF…)"
                )
            return ((currency, 1),)
        if "currency" in read:
            self.problems.add(read.place("currency"), "« currency » ne va qu'avec le type money")
        if kind in ("integer", "number"):
            try:
                return units.parse_unit(str(read.get("unit", "")))
            except ValueError as error:
                self.problems.add(read.place("unit"), str(error))
                return None
        if "unit" in read:
            self.problems.add(read.place("unit"), "« unit » ne va qu'avec les types integer et number")
        return None

    def domain(self, read: Read) -> Domain:
        """Return what may be answered."""
        type_ = self.type_of(read)
        if not sound(read):
            return Domain(type_)
        limits: list[Any] = [self.limit(read, name, type_) for name in ("min", "max")]
        low, high = limits
        if low is not None and high is not None and high < low:
            self.problems.add(read.place("max"), "« max » est plus petit que « min »")
        domain = Domain(type_, decimals=read.get("decimals"), optional=bool(read.get("optional", False)))
        if type_.kind == "date":
            return attrs.evolve(domain, first=low, last=high)
        return attrs.evolve(domain, minimum=low, maximum=high)

    def limit(self, read: Read, name: str, type_: Type) -> Fraction | int | dt.date | None:
        """Return a limit of the answers."""
        if name not in read:
            return None
        try:
            if type_.kind == "date":
                return parse_day(read[name])
            if type_.numeric:
                return parse_number(read[name])
        except BadValueError as error:
            self.problems.add(read.place(name), f"{error} (« {name} »)")
            return None
        self.problems.add(read.place(name), f"« {name} » ne va qu'avec un nombre, un montant ou une date")
        return None

    def question(self, id: Word, read: Read) -> Question:
        """Return a question, its `ask_when` still to be read."""
        self.check_name(id)
        domain = self.domain(read)
        group = read.get("group")
        if group is not None and group not in self.groups:
            self.problems.unknown(group.where, "groupe inconnu", group, self.groups)
        return Question(
            str(id),
            str(read.get("ask", id)),
            domain,
            labels_of(read),
            str(read.get("why", "")),
            str(read.get("help", "")),
            unit=str(read.get("unit", "")),
            currency=currency_of(domain.type),
            group=str(group or ""),
            sources=self.cited(read),
            seed=names(read.get("seed")),
            where=id.where,
        )

    def value(self, node: YamlNode, domain: Domain, file: str, *, empty: bool = True) -> Value:
        """Return the value written at a node, which may be `empty` (unknown) or not."""
        try:
            value = domain.read(plain(node, file))
        except BadValueError as error:
            self.problems.add(place(node, file), str(error))
            return UNKNOWN
        if value is UNKNOWN and not empty:
            self.problems.add(place(node, file), "une valeur est attendue ici (« none » s'il n'y en a pas)")
        return value

    def parameter(self, id: Word, read: Read) -> Parameter:
        """Return a parameter with its dated values, the earliest first."""
        self.check_name(id)
        domain = Domain(self.type_of(read), decimals=None, optional=True)
        keys = names(read.get("keys"))
        values = []
        for day, node in read.get("values", {}).items() if sound(read) and not read.wrong("keys") else ():
            try:
                since = parse_day(day)
            except BadValueError as error:
                self.problems.add(day.where, str(error))
                continue
            values.append(self.dated_value(node, domain, keys, since, id.where.file))
        if not read.get("values") and not read.wrong("values") and "values" in read and not read["values"].lost:
            self.problems.add(read.place("values"), f"le paramètre « {id} » n'a aucune valeur")
        sources = self.cited(read)
        if not sources and not any(value.sources for value in values) and read.get("mark") != "design":
            self.problems.add(id.where, f"le paramètre « {id} » n'a pas de source (ou marquez-le « mark: design »)")
        return Parameter(
            str(id),
            domain.type,
            tuple(sorted(values, key=lambda dated: dated.since)),
            keys,
            read.get("until"),
            str(read.get("label", "")),
            str(read.get("unit", "")),
            currency_of(domain.type),
            sources,
            read.get("mark", "checked"),
            names(read.get("seed")),
            str(read.get("note", "")),
            id.where,
        )

    def dated_value(self, node: YamlNode, domain: Domain, keys: tuple[str, ...], since: Any, file: str) -> DatedValue:
        """Return a parameter's value from a day on: a value, a value for each key, or `{value: …, source: …}`."""
        written = plain(node, file)
        sources: tuple[str, ...] = ()
        mark = "checked"
        if isinstance(written, Read) and "value" in written and "value" not in keys:
            read = fmt.DATED_VALUE.read(node, file, self.problems)
            if read is None or "value" not in read:
                return DatedValue(since, UNKNOWN)
            sources, mark, node = self.cited(read), read.get("mark", "checked"), read["value"]
            written = plain(node, file)
        where = place(node, file)
        if not keys:
            if isinstance(written, Read):
                self.problems.add(where, "une seule valeur est attendue ici (des valeurs par clé demandent « keys »)")
                return DatedValue(since, UNKNOWN)
            return DatedValue(since, self.value(node, domain, file, empty=False), sources, mark)  # type: ignore[arg-type]
        if not isinstance(written, Read):
            self.problems.add(where, f"une valeur par clé est attendue : {', '.join(keys)}")
            return DatedValue(since, {})
        for key in written:
            if key not in keys:
                self.problems.add(
                    key.where if isinstance(key, Word) else where, f"clé inconnue : « {key} »{near(key, keys)}"
                )
        meant = {nearest(key, keys) for key in written if key not in keys}
        missing = [key for key in keys if key not in written and key not in meant]
        if missing:
            self.problems.add(where, f"il manque la valeur de : {', '.join(missing)}")
        by_key = {}
        for key, child in node.value:
            by_key[key.value] = self.value(child, domain, file, empty=False)
        return DatedValue(since, by_key, sources, mark)  # type: ignore[arg-type]

    def record(self, id: Word, read: Read) -> RecordType:
        """Return a record type, the `ask_when` of its questions still to be read."""
        self.check_name(id)
        fields = {str(name): self.question(name, field) for name, field in read.get("questions", {}).items()}
        name = read.get("name")
        if name is not None and name not in fields and not read.wrong("questions"):
            self.problems.unknown(name.where, "champ inconnu", name, fields)
        return RecordType(
            str(id), str(read.get("plural", id)), str(read.get("title", id)), fields, str(name or ""),
            sources=self.cited(read), seed=names(read.get("seed")), where=id.where,
            why=str(read.get("why", "")), help=str(read.get("help", "")),
        )  # fmt: skip

    def reference(self, id: Word, read: Read) -> RecordType:
        """Return a reference table with its rows."""
        self.check_name(id)
        fields = {str(name): self.question(name, field) for name, field in read.get("fields", {}).items()}
        rows = []
        for where, row in self.csv_rows(read.get("file")):
            for column in row:
                if column not in fields:
                    head = attrs.evolve(where, line=1)
                    if not read.wrong("fields"):
                        self.problems.unknown(head, "colonne inconnue", column, fields)
                    return RecordType(str(id), str(read.get("plural", id)), str(id), fields, rows=(), where=id.where)
            rows.append(
                {name: self.cell(row.get(name, ""), field.domain, where, name) for name, field in fields.items()}
            )
        for name, field in read.get("fields", {}).items():
            if field.get("translate"):
                fields[str(name)] = self.translated(fields[str(name)], field, rows)
        return RecordType(
            str(id), str(read.get("plural", id)), str(read.get("title", id)), fields, str(read.get("name", "")),
            tuple(rows), self.cited(read), names(read.get("seed")), id.where,
        )  # fmt: skip

    def translated(self, field: Question, read: Read, rows: Iterable[Mapping[str, Value]]) -> Question:
        """Return a field whose texts are labels of themselves, so that they are said as every label is: translated."""
        if field.type.kind != "text":
            self.problems.add(read.place("translate"), "« translate » ne va qu'avec le type text")
        return attrs.evolve(field, labels={str(row[field.id]): str(row[field.id]) for row in rows if row[field.id]})

    def cell(self, text: str, domain: Domain, where: Where, column: str) -> Value:
        """Return the value of a cell of a CSV file; an empty one is *none*."""
        if not text.strip():
            return None
        raw: object = [part.strip() for part in text.split("|")] if domain.type.kind == "choices" else text.strip()
        try:
            return domain.read(raw)
        except BadValueError as error:
            self.problems.add(where, f"colonne « {column} » : {error}")
            return None

    def csv_rows(self, file: Word | None) -> list[CsvRow]:
        """Return the rows of a CSV file (comma or semicolon) of the folder, each with its place; read once."""
        if file is None or self.folder is None:
            return []
        if file not in self._csv:
            self._csv[file] = list(self._read_csv(file, self.folder))
        return self._csv[file]

    def _read_csv(self, file: Word, folder: Path) -> Iterator[CsvRow]:
        path = (folder / file).resolve()
        if path.suffix != ".csv" or folder.resolve() not in path.parents or not path.is_file():
            self.problems.add(file.where, f"fichier CSV introuvable dans le dossier : « {file} »")
            self.problems.lost.add(str(file))
            return
        self.files.add(path)
        document = read_document(path, shown(path), self.problems)
        if document is None:
            return
        head = document.text.split("\n", 1)[0]
        reader = csv.reader(io.StringIO(document.text), delimiter=";" if head.count(";") > head.count(",") else ",")
        header: list[str] = []
        line = 1
        try:
            for cells in reader:
                where, line = Where(document.file, line, 1), reader.line_num + 1
                if not header:
                    header = [cell.strip() for cell in cells]
                    if len(set(header)) < len(header):
                        self.problems.add(where, "deux colonnes ont le même nom")
                elif any(cell.strip() for cell in cells):
                    if where.line > MAX_ROWS:
                        self.problems.add(where, f"plus de {MAX_ROWS} lignes")
                        return
                    if len(cells) == len(header):
                        yield where, dict(zip(header, cells, strict=True))
                    else:
                        self.problems.add(where, f"{len(cells)} cellules au lieu de {len(header)}")
        except csv.Error:
            message = "CSV mal écrit : un guillemet n'est pas fermé, ou une cellule est trop longue"
            self.problems.add(Where(document.file, line), message)

    def option(self, id: Word, read: Read) -> Option:
        """Return an option."""
        return Option(str(id), str(read.get("label", id)), str(read.get("note", "")))


def sound(read: Read) -> bool:
    """Return whether the type of a question or parameter can be told from what was read."""
    kind = read.get("type")
    return kind is not None and (kind not in ("choice", "choices") or bool(read.get("choices")))


def labels_of(read: Read) -> dict[str, str]:
    """Return the labels of choices (the ids themselves where they are written as a list)."""
    choices = read.get("choices")
    if choices is None:
        return {}
    if isinstance(choices, dict):
        return {str(id): str(label) for id, label in choices.items()}
    return {str(id): str(id) for id in choices}


def currency_of(type_: Type) -> str:
    """Return the currency of a money type."""
    return type_.unit[0][0] if type_.kind == "money" and type_.unit else ""
