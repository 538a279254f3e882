"""The command about databases: sql."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import click

from ruleset.cli.inputs import on_option
from ruleset.cli.rulesets import named, rules_option
from ruleset.cli.speech import Command, Speech

DIALECTS = ("duckdb", "postgres", "spark", "bigquery", "snowflake")


def sql_command(speech: Speech) -> click.Command:
    """Return the command `sql`."""
    _ = speech.ui

    def run(
        ruleset: str, dialect: str, folders: Sequence[Path], on: dt.date | None, *, mixed: bool, compact: bool
    ) -> int:
        rules = named(ruleset, folders)
        found = _room(speech).sql_queries(rules, dialect, on=on, mixed=mixed, pretty=not compact)
        for record, query in found.queries.items():
            about = _("une ligne par fiche « {record} »").format(record=record) if record else _("une ligne par cas")
            click.echo(f"-- {rules.id} {rules.version}, {dialect} : {about}\n{query};\n")
        for name, reason in found.missing.items():
            click.echo(_("laissé de côté : {name} ({reason})").format(name=name, reason=reason), err=True)
        return 0

    return Command(
        "sql",
        speech,
        run,
        click.Argument(["ruleset"], metavar=_("JEU")),
        click.Option(
            ["--dialect"], type=click.Choice(DIALECTS), default="duckdb", help=_("La base de données qui la lira.")
        ),
        on_option(speech),
        click.Option(
            ["--mixed"], is_flag=True, help=_("Laisse de côté ce qui n'a pas de forme SQL exacte, et le dit.")
        ),
        click.Option(["--compact"], is_flag=True, help=_("Sans mise en page.")),
        rules_option(speech),
        help=_(
            "Écrit un jeu de règles en SQL : il conclut là où sont les données."
            "\n\nLa requête lit une table « cases » (case_id, on, une colonne par question) et une table par type de "
            "fiche ; vide veut dire « inconnu ». Sans --on, la colonne « on » donne la date de droit de chaque cas."
        ),
    )


def _room(speech: Speech) -> ModuleType:
    """Return the library's room of SQL, which needs a package that is not always there."""
    try:
        from ruleset.engines.sql import outputs
    except ImportError as error:
        raise click.ClickException(
            speech.ui("le SQL a besoin de {name} : pip install 'ruleset[batch]'").format(name=error.name)
        ) from None
    return outputs
