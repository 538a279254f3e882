"""The commands about files of other programs: template, tasks."""

from __future__ import annotations

import datetime as dt
import functools
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from ruleset.api import evaluate
from ruleset.cli.inputs import case_argument, on_option, read_case, table_option
from ruleset.cli.rulesets import named, rules_option
from ruleset.cli.speech import Command, Speech
from ruleset.loading.problems import LoadError, Problem
from ruleset.model import Outcome, Where
from ruleset.wording import Voice


def template_command(speech: Speech) -> click.Command:
    """Return the command `template`."""
    _ = speech.ui

    def run(ruleset: str, output: Path, folders: Sequence[Path], case: str | None) -> int:
        from ruleset.exchange.files import write_model

        given = read_case(case, folders, speech)[1] if case else None
        write_model(output, named(ruleset, folders), speech.language, given)
        click.echo(_("Écrit : {path}").format(path=output))
        return 0

    return Command(
        "template",
        speech,
        run,
        click.Argument(["ruleset"], metavar=_("JEU")),
        click.Option(
            ["-o", "output"], required=True, type=click.Path(path_type=Path), metavar=_("FICHIER"), help=_("Où.")
        ),
        click.Option(
            ["--case"], metavar=_("CAS"), help=_("Un cas dont les réponses et les fiches remplissent le modèle.")
        ),
        rules_option(speech),
        help=_("Écrit un classeur (.xlsx) : une feuille de questions, une pour chaque type de fiche."),
    )


def tasks_command(speech: Speech) -> click.Command:
    """Return the command `tasks`."""
    _ = speech.ui

    def run(
        case: str,
        folders: Sequence[Path],
        on: dt.date | None,
        tables: Sequence[str],
        calendar: Path | None,
        table: Path | None,
        picture: Path | None,
    ) -> int:
        from ruleset.exchange.tasks import to_csv, to_icalendar
        from ruleset.reports.generic import calendar_of
        from ruleset.reports.svg import to_svg

        ruleset, given = read_case(case, folders, speech, on, tables=tables)
        found = evaluate(ruleset, given, ask=False)
        voice = Voice.of(ruleset, given.lang)
        wanted: list[tuple[Path | None, Callable[[], bytes]]] = [
            (calendar, lambda: to_icalendar(found, ruleset)),
            (table, lambda: to_csv(found).encode()),
            (picture, lambda: to_svg(calendar_of(found), voice.own(ruleset.title), voice)),
        ]
        for path, content in wanted:
            if path is not None:
                _write(path, functools.partial(path.write_bytes, content()))
                click.echo(_("Écrit : {path}").format(path=path))
        if not any(path is not None for path, _content in wanted):
            click.echo("\n".join(_lines(found, voice)) or _("Rien à faire dans ce cas."))
        return 0

    return Command(
        "tasks",
        speech,
        run,
        case_argument(speech),
        on_option(speech),
        click.Option(
            ["--ics", "calendar"], type=click.Path(path_type=Path), metavar=_("FICHIER"), help=_("Écrit un agenda.")
        ),
        click.Option(
            ["--csv", "table"], type=click.Path(path_type=Path), metavar=_("FICHIER"), help=_("Écrit un tableau.")
        ),
        click.Option(
            ["--picture"],
            type=click.Path(path_type=Path),
            metavar=_("FICHIER"),
            help=_("Écrit une frise (.svg)."),
        ),
        table_option(speech),
        rules_option(speech),
        help=_("Dit ce qu'il y a à faire dans un cas, et pour quand."),
    )


def _lines(found: Outcome, voice: Voice) -> list[str]:
    from ruleset.exchange.tasks import holding
    from ruleset.reports.generic import calendar_of
    from ruleset.reports.plain_pictures import timeline_lines

    width = shutil.get_terminal_size().columns
    dated = timeline_lines(calendar_of(found), voice.locale, width)
    return [*dated, *(f"- {task.label}" for task in holding(found) if task.due is None)]


def _write(path: Path, write: Callable[[], object]) -> None:
    try:
        write()
    except OSError as error:
        raise LoadError([Problem(Where(str(path)), f"impossible d'écrire ici : {error.strerror}")]) from None
