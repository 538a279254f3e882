"""The command `sessions`: the interviews that were saved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import click

from ruleset import texts
from ruleset.cli.inputs import case_argument, json_option, read_case, table_option, write_json
from ruleset.cli.results import result_lines
from ruleset.cli.rulesets import named, rules_option
from ruleset.cli.speech import Command, Group, Speech
from ruleset.interview import Interview
from ruleset.loading.problems import LoadError, Problem
from ruleset.model import Where
from ruleset.storage import Saved, Storage, restore
from ruleset.texts import N_
from ruleset.wording import Voice

_SUMMARIES: Final = {
    "list": N_("Les entretiens enregistrés, le dernier d'abord."),
    "show": N_("Ce qu'un entretien donne aujourd'hui."),
    "export": N_("Un entretien comme fichier de cas."),
    "import": N_("Un cas ou un classeur comme entretien, à reprendre dans l'application."),
    "delete": N_("Efface un entretien."),
    "purge": N_("Efface tous les entretiens."),
}


def sessions_command(speech: Speech) -> click.Command:
    """Return the command `sessions` (alone, it lists)."""
    build: dict[str, Callable[[Speech], click.Command]] = {
        "list": _list, "show": _show, "export": _export, "import": _import, "delete": _delete,
        "purge": _purge,
    }  # fmt: skip

    def run() -> int | None:
        return _print_all(speech, as_json=False) if click.get_current_context().invoked_subcommand is None else None

    return Group(
        "sessions",
        speech=speech,
        summaries=_SUMMARIES,
        build=lambda name: build[name](speech),
        callback=run,
        invoke_without_command=True,
        subcommand_metavar=speech.ui("[COMMANDE] [ARGUMENTS]…"),
        help=speech.ui("Montre, exporte ou efface les entretiens enregistrés sur cet ordinateur."),
    )


def _command(name: str, speech: Speech, run: Callable[..., int], *params: click.Parameter) -> click.Command:
    return Command(name, speech, run, *params, help=speech.ui(_SUMMARIES[name]))


def _number(speech: Speech) -> click.Argument:
    return click.Argument(["number"], type=int, metavar=speech.ui("NUMÉRO"))


def _saved(storage: Storage, number: int) -> Saved:
    """Return a saved interview.

    Raises:
        LoadError: there is none of that number.
    """
    try:
        return storage.load(number)
    except KeyError:
        raise LoadError([Problem(Where(str(number)), "aucun entretien enregistré sous ce numéro")]) from None


def _print_all(speech: Speech, *, as_json: bool) -> int:
    _ = speech.ui
    with Storage() as storage:
        found = storage.list()
    if as_json:
        write_json([
            {"id": one.id, "ruleset": one.ruleset, "answered": one.answered, "updated": one.updated.isoformat()}
            for one in found
        ])  # fmt: skip
        return 0
    for one in found:
        day = texts.format_date(one.updated.astimezone().date(), speech.locale)
        line = _("{id}  {ruleset}, {n} réponse(s), le {day}")
        click.echo(line.format(id=one.id, ruleset=one.ruleset, n=one.answered, day=day))
    if not found:
        click.echo(_("Aucun entretien enregistré."), err=True)
    return 0


def _list(speech: Speech) -> click.Command:
    return _command("list", speech, lambda as_json: _print_all(speech, as_json=as_json), json_option(speech))


def _show(speech: Speech) -> click.Command:
    def run(number: int, folders: tuple[Path, ...]) -> int:
        with Storage() as storage:
            saved = _saved(storage, number)
        ruleset = named(saved.ruleset, folders)
        interview = restore(saved, ruleset).interview
        interview = interview.speak(speech.asked) if speech.asked else interview
        voice = Voice.of(ruleset, interview.case.lang)
        click.echo("\n".join(result_lines(interview.outcome(), interview.situation, voice)))
        return 0

    return _command("show", speech, run, _number(speech), rules_option(speech))


def _export(speech: Speech) -> click.Command:
    def run(number: int) -> int:
        with Storage() as storage:
            write_json(_saved(storage, number).case)
        return 0

    return _command("export", speech, run, _number(speech))


def _import(speech: Speech) -> click.Command:
    _ = speech.ui

    def run(case: str, folders: tuple[Path, ...], tables: tuple[str, ...]) -> int:
        ruleset, given = read_case(case, folders, speech, tables=tables)
        with Storage() as storage:
            number = storage.save(Interview.start(ruleset, given))
        click.echo(_("Entretien {number} : reprenez-le en tapant « ruleset ».").format(number=number))
        return 0

    return _command("import", speech, run, case_argument(speech), table_option(speech), rules_option(speech))


def _delete(speech: Speech) -> click.Command:
    def run(number: int) -> int:
        with Storage() as storage:
            _saved(storage, number)
            storage.delete(number)
        click.echo(speech.ui("Entretien {n} effacé.").format(n=number))
        return 0

    return _command("delete", speech, run, _number(speech))


def _purge(speech: Speech) -> click.Command:
    _ = speech.ui

    def run(*, yes: bool) -> int:
        if not yes and not click.confirm(_("Effacer tous les entretiens enregistrés ?")):
            return 0
        with Storage() as storage:
            click.echo(_("{n} entretien(s) effacé(s).").format(n=storage.purge()))
        return 0

    option = click.Option(["--yes"], is_flag=True, help=_("Sans demander confirmation."))
    return _command("purge", speech, run, option)
