"""The command report: an outcome as a document."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Sequence
from pathlib import Path

import click

from ruleset.cli.inputs import case_argument, on_option, read_case, table_option
from ruleset.cli.rulesets import rules_option
from ruleset.cli.speech import Command, Speech


def report_command(speech: Speech) -> click.Command:
    """Return the command `report`."""
    _ = speech.ui

    def run(case: str, folders: Sequence[Path], on: dt.date | None, tables: Sequence[str], output: Path | None) -> int:
        from ruleset.reports.contents import report
        from ruleset.reports.plain import to_text
        from ruleset.reports.writing import write_report, writer

        if output is not None:
            writer(output)  # a wrong name is said before the case is read
        found = report(*read_case(case, folders, speech, on, tables=tables))
        if output is None:
            click.echo(to_text(found, shutil.get_terminal_size().columns), nl=False)
        else:
            write_report(found, output)
            click.echo(_("Écrit : {path}").format(path=output))
        for reason in found.missing:
            click.echo(_("Une partie du rapport manque : {reason}").format(reason=reason), err=True)
        return 0

    return Command(
        "report",
        speech,
        run,
        case_argument(speech),
        click.Option(
            ["-o", "output"],
            type=click.Path(path_type=Path),
            metavar=_("FICHIER"),
            help=_("Où : un nom en .html, .pdf, .md, .txt ou .json (par défaut, dans le terminal)."),
        ),
        on_option(speech),
        table_option(speech),
        rules_option(speech),
        help=_(
            "Fait d'un cas un rapport à lire, à imprimer ou à montrer : constats et sources, tâches, images, réponses."
        ),
    )
