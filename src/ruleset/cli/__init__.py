"""The command line: `ruleset` and its commands.

Exit status: 0 done, 2 bad input (each problem on its own line of stderr), 1 a fault of ours (or worked cases that
differ, for `ruleset test`), 130 interrupted. Commands are imported when they are run.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import click

from ruleset.cli.speech import Group, Speech, speech_of, usage_message
from ruleset.texts import N_

COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "list": ("installed", N_("Les jeux de règles installés.")),
    "show": ("installed", N_("La documentation d'un jeu de règles.")),
    "ask": ("asking", N_("Le questionnaire, ligne par ligne.")),
    "evaluate": ("answers", N_("Ce qu'un jeu de règles dit d'un cas.")),
    "explain": ("answers", N_("Pourquoi une conclusion est établie, écartée ou en suspens.")),
    "template": ("exchange", N_("Un classeur à remplir pour un jeu de règles.")),
    "table": ("tables", N_("Les tables de référence d'un jeu de règles : lire, filtrer, exporter (.csv, .geojson).")),
    "tasks": ("exchange", N_("Ce qu'il y a à faire dans un cas : liste, agenda (.ics) ou tableau (.csv).")),
    "report": ("reporting", N_("Un rapport d'un cas : page web, PDF, Markdown, texte ou JSON.")),
    "batch": ("batching", N_("Beaucoup de cas à la fois : une table en entrée, une table en sortie.")),
    "sql": ("sql", N_("Un jeu de règles en SQL, pour conclure là où sont les données.")),
    "check": ("authors", N_("Cherche les erreurs d'un jeu de règles.")),
    "test": ("authors", N_("Rejoue les cas travaillés d'un jeu de règles.")),
    "schema": ("authors", N_("Le schéma JSON des fichiers.")),
    "sessions": ("sessions", N_("Les entretiens enregistrés.")),
    "plugins": ("installed", N_("Les extensions installées.")),
    "doctor": ("installed", N_("L'installation : versions, moteur, dossiers.")),
}
"""The module of each command (its function there has the command's name) and its line in the help."""

INTERRUPTED: Final = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line (by default the process's own) and return its exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    speech = speech_of(words)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        return _run(words, speech)
    except BrokenPipeError:
        # The reader (head, less) has what it wanted; the interpreter must not write at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (KeyboardInterrupt, click.Abort):
        click.echo(speech.ui("Interrompu."), err=True)
        return INTERRUPTED


def _run(words: list[str], speech: Speech) -> int:
    try:
        with program(speech).make_context("ruleset", words) as context:
            status = context.command.invoke(context) or 0
        sys.stdout.flush()
    except click.exceptions.Exit as done:
        sys.stdout.flush()
        return done.exit_code
    except click.UsageError as error:
        return _misused(error, words, speech)
    except click.ClickException as error:
        return _refused([error.message])
    except (BrokenPipeError, click.Abort):
        raise
    except Exception as error:  # noqa: BLE001  a fault of ours is reported in words, whatever it is
        return _failed(error, speech)
    return int(status)


def _failed(error: Exception, speech: Speech) -> int:
    """Say what went wrong: bad input, each problem on its line, or a fault of ours."""
    from ruleset.loading.problems import LoadError, RulesetError
    from ruleset.texts import CatalogueError

    if isinstance(error, LoadError):
        return _refused(f"{problem.where}: {problem.message}".removeprefix(": ") for problem in error.problems)
    if isinstance(error, (RulesetError, CatalogueError)):
        return _refused([str(error)])
    return _our_fault(error, speech)


def _refused(problems: Iterable[str]) -> int:
    for line in problems:
        click.echo(line, err=True)
    return 2


def _misused(error: click.UsageError, words: list[str], speech: Speech) -> int:
    _ = speech.ui
    named = next((word for word in words if word in COMMANDS), None)  # click does not always say which command
    path = error.ctx.command_path if error.ctx else f"ruleset {named}" if named else "ruleset"
    hint = _("« {command} --help » montre comment l'écrire.").format(command=path)
    return _refused([f"{path}: {usage_message(error, _)}. {hint}"])


def _our_fault(error: Exception, speech: Speech) -> int:
    if os.environ.get("RULESET_DEBUG"):
        import traceback

        traceback.print_exception(error)
    _ = speech.ui
    told = _("ruleset s'est trompé ({kind} : {message}). Ce n'est pas votre faute.")
    click.echo(told.format(kind=type(error).__name__, message=error), err=True)
    asked = _("Pour le signaler, joignez ce qu'affiche la même commande avec RULESET_DEBUG=1, et « ruleset doctor ».")
    click.echo(asked, err=True)
    return 1


def program(speech: Speech) -> click.Group:
    """Return the command `ruleset` in a language."""
    _ = speech.ui

    def build(name: str) -> click.Command:
        module = importlib.import_module(f"ruleset.cli.{COMMANDS[name][0]}")
        command: Callable[[Speech], click.Command] = getattr(module, f"{name}_command")
        return command(speech)

    def run(*, version: bool) -> int | None:
        if version:
            from importlib import metadata

            click.echo(f"ruleset {metadata.version('ruleset')}")
            raise click.exceptions.Exit(0)
        return _open_terminal(speech) if click.get_current_context().invoked_subcommand is None else None

    return Group(
        "ruleset",
        speech=speech,
        summaries={name: summary for name, (_module, summary) in COMMANDS.items()},
        build=build,
        callback=run,
        params=[click.Option(["--version"], is_flag=True, help=_("Affiche la version."))],
        invoke_without_command=True,
        subcommand_metavar=_("COMMANDE [ARGUMENTS]…"),
        help=_(
            "Des règles de droit datées et sourcées : un questionnaire, des conclusions, leurs raisons."
            "\n\nSans commande, ouvre l'application dans le terminal."
        ),
    )


def _open_terminal(speech: Speech) -> int:
    _ = speech.ui
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError(
            _("l'application demande un terminal ; « ruleset ask » pose les mêmes questions ligne par ligne"),
            click.get_current_context(),
        )
    try:
        ruleset_tui = importlib.import_module("ruleset_tui")
    except ImportError as error:
        missing = _("l'application du terminal ne peut pas s'ouvrir : {name} n'est pas installé").format(
            name=error.name
        )
        raise click.ClickException(missing + _(" (essayez : pip install textual, ou « ruleset ask »)")) from error
    return int(ruleset_tui.run(speech.language, None))
