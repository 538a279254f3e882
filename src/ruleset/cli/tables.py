"""The command table: the reference tables of a rule set, filtered, in words or as a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import click

from ruleset.cli.results import wrapped
from ruleset.cli.rulesets import named, rules_option
from ruleset.cli.speech import Command, Speech
from ruleset.exchange.reference import as_text
from ruleset.exchange.whole import write_whole
from ruleset.explanation import cited
from ruleset.loading.problems import LoadError, Problem
from ruleset.model import Question, RecordType, Where
from ruleset.reference import Entry, entries, folded, name_field, read_condition, tables
from ruleset.types import near
from ruleset.wording import Voice

FORMS: Final = ("csv", "geojson", "json")


def table_command(speech: Speech) -> click.Command:
    """Return the command `table`."""
    _ = speech.ui

    def run(
        ruleset: str,
        table: str | None,
        wanted: Sequence[str],
        form: str | None,
        output: Path | None,
        folders: Sequence[Path],
        *,
        everything: bool,
    ) -> int:
        found = named(ruleset, folders)
        voice = Voice.of(found, speech.language)
        known = tables(found)
        form = form or (output.suffix.lower().removeprefix(".") if output else None)
        if output and form not in FORMS:
            raise click.UsageError(_("« {path} » : finissez le nom par .csv, .geojson ou .json").format(path=output))
        if table is None and not (wanted or form):
            for line in _tables(known.values(), voice):
                click.echo(line)
            return 0
        chosen = _table(table, known, voice)
        rows = entries(chosen, voice)
        try:
            conditions = [read_condition(text, chosen, voice) for text in wanted]
            kept = [one for one in rows if all(condition.keeps(one) for condition in conditions)]
            text = as_text(form, chosen, kept, voice) if form else ""
        except ValueError as error:
            raise click.ClickException(str(error)) from None
        if output is not None:
            _write(output, text)
            click.echo(_("Écrit : {path}").format(path=output))
        elif form:
            click.echo(text.encode(), nl=False)
        else:
            for line in _rows(chosen, kept, len(rows), voice, everything=everything):
                click.echo(line)
        return 0

    return Command(
        "table",
        speech,
        run,
        click.Argument(["ruleset"], metavar=_("JEU")),
        click.Argument(["table"], metavar=_("[TABLE]"), required=False),
        _where(speech),
        *_forms(speech),
        click.Option(
            ["-o", "output"],
            type=click.Path(path_type=Path),
            metavar=_("FICHIER"),
            help=_("Où écrire ; la fin du nom dit la forme : .csv, .geojson, .json."),
        ),
        click.Option(["--all", "everything"], is_flag=True, help=_("Montre tous les champs de chaque ligne.")),
        rules_option(speech),
        help=_(
            "Montre une table de référence, comme un annuaire, ou les lignes qui vous intéressent."
            "\n\nSans TABLE, dit quelles tables il y a, et leurs champs."
        ),
    )


def _where(speech: Speech) -> click.Option:
    _ = speech.ui
    return click.Option(
        ["--where", "wanted"],
        multiple=True,
        metavar=_("CHAMP=VALEUR"),
        help=_(
            "Garde les lignes où c'est vrai ; aussi !=, <, <=, >, >= ; A|B : l'un des deux (peut être répété, "
            "entre guillemets s'il y a < ou >)."
        ),
    )


def _forms(speech: Speech) -> list[click.Option]:
    _ = speech.ui
    helps = {
        "csv": _("Écrit un tableau, dans votre langue."),
        "geojson": _("Écrit des points pour une carte, si la table a des coordonnées."),
        "json": _("Écrit du JSON, pour un programme."),
    }
    return [click.Option([f"--{form}", "form"], flag_value=form, default=None, help=helps[form]) for form in FORMS]


def _table(name: str | None, known: dict[str, RecordType], voice: Voice) -> RecordType:
    _ = voice.ui
    if name is None and len(known) == 1:
        return next(iter(known.values()))
    names = {folded(word): one for one in known.values() for word in (one.id, one.plural, voice.own(one.title))}
    found = names.get(folded(name or ""))
    if found is not None:
        return found
    if not known:
        message = _("ce jeu de règles n'a pas de table de référence")
    elif name is None:
        message = _("dites quelle table : {tables}").format(tables=", ".join(known))
    else:
        message = _("table inconnue : « {name} »{near} ; tables : {tables}").format(
            name=name, near=near(folded(name), names), tables=", ".join(known)
        )
    raise click.UsageError(message, click.get_current_context())


def _tables(known: Iterable[RecordType], voice: Voice) -> Iterator[str]:
    _ = voice.ui
    shown = False
    for table in known:
        if shown:
            yield ""
        shown = True
        count = _("{n} lignes").format(n=len(table.rows or ()))
        yield f"{table.id} : {voice.own(table.title)} ({count})"
        for id, field in table.fields.items():
            yield from wrapped(f"{id} — {_field(field, voice)}", "      ", "  - ")
    if not shown:
        yield _("Ce jeu de règles n'a pas de table de référence.")


def _field(field: Question, voice: Voice) -> str:
    label = voice.own(field.ask)
    choices = [f"{voice.own(field.labels.get(id, id))} ({id})" for id in field.type.choices or ()]
    return voice.ui("{name} : {value}").format(name=label, value=", ".join(choices)) if choices else label


def _rows(table: RecordType, kept: Sequence[Entry], total: int, voice: Voice, *, everything: bool) -> Iterator[str]:
    """Yield rows with their choices in one paragraph, or all that is known of each."""
    _ = voice.ui
    count = _("{n} sur {total}").format(n=len(kept), total=total)
    yield _("{name} : {value}").format(name=voice.own(table.title), value=count)
    title = name_field(table)
    others = [id for id in table.fields if id != title]
    short = [id for id in others if table.fields[id].type.choices] if not everything else []
    for one in kept:
        told = [
            _("{name} : {value}").format(name=voice.own(table.fields[id].ask), value=one.words[id])
            for id in short or others
            if one.words[id]
        ]
        yield ""
        yield from wrapped(one.words[title], "  ", "- ")
        for line in [" · ".join(told)] if short else told:
            yield from wrapped(line, "      ", "    ")
    if kept:
        yield ""
        for id in table.sources:
            yield from wrapped(cited(voice.ruleset.sources[id], voice), "  ", "§ ")
        if short:
            yield _("Avec --all : tous les champs.")


def _write(path: Path, text: str) -> None:
    try:
        write_whole(path, text.encode())
    except OSError as error:
        raise LoadError([Problem(Where(str(path)), f"impossible d'écrire ici : {error.strerror}")]) from None
