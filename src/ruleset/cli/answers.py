"""The commands about a case: evaluate, explain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import click

from ruleset.cli.inputs import case_argument, json_option, on_option, read_case, table_option, write_json
from ruleset.cli.results import ignored_lines, result_lines
from ruleset.cli.rulesets import rules_option
from ruleset.cli.speech import Command, Speech
from ruleset.loading.problems import LoadError, Problem
from ruleset.model import Case, RuleSet, Where
from ruleset.outcome import outcome, to_json
from ruleset.plugins.registry import registry
from ruleset.program import compile_program
from ruleset.situation import Situation
from ruleset.testing.cases import split_place
from ruleset.types import near
from ruleset.wording import Voice

# evaluate


def evaluate_command(speech: Speech) -> click.Command:
    """Return the command `evaluate`."""
    _ = speech.ui

    def run(
        case: str,
        folders: tuple[Path, ...],
        on: dt.date | None,
        tables: tuple[str, ...],
        *,
        as_json: bool,
        everything: bool,
        verify: bool,
    ) -> int:
        ruleset, given = read_case(case, folders, speech, on, for_program=as_json, tables=tables)
        if verify:
            _verify(ruleset, given, _)
        situation = Situation(compile_program(ruleset), given).compute()
        voice = Voice.of(ruleset, given.lang)
        found = outcome(situation, voice)
        for line in [*ignored_lines(found, voice), *registry().check(given)]:
            click.echo(line, err=True)
        if as_json:
            write_json(to_json(found, ruleset))
        else:
            click.echo("\n".join(result_lines(found, situation, voice, everything=everything)))
        return 0

    return Command(
        "evaluate",
        speech,
        run,
        case_argument(speech),
        on_option(speech),
        json_option(speech),
        click.Option(
            ["--all", "everything"], is_flag=True, help=_("Montre aussi les conclusions écartées et en suspens.")
        ),
        click.Option(["--verify"], is_flag=True, help=_("Compare d'abord tous les moteurs sur ce cas.")),
        table_option(speech),
        rules_option(speech),
        help=_(
            "Dit ce qu'un jeu de règles conclut d'un cas : un fichier YAML, JSON ou .xlsx (« - » : l'entrée standard)."
        ),
    )


def _verify(ruleset: RuleSet, case: Case, _: Callable[[str], str]) -> None:
    """Compare the engine of interviews and the compiled engine with the reference.

    Raises:
        EngineDisagreementError: they differ, which is a fault of ours.
    """
    from ruleset.engines import default_engine
    from ruleset.engines.compiled import CompiledEngine
    from ruleset.engines.verifying import VerifyingEngine

    for engine in (default_engine(), CompiledEngine()):
        VerifyingEngine(engine).solve(compile_program(ruleset), case)
        text = _("Le moteur {engine} et l'évaluateur de référence concordent.")
        click.echo(text.format(engine=engine.name), err=True)


# explain


def explain_command(speech: Speech) -> click.Command:
    """Return the command `explain`."""
    _ = speech.ui

    def run(
        case: str, finding: str, folders: tuple[Path, ...], on: dt.date | None, record: int | None, *, as_json: bool
    ) -> int:
        from ruleset.explain import explain
        from ruleset.explanation import as_dict, as_text

        ruleset, given = read_case(case, folders, speech, on, for_program=as_json)
        id, number = split_place(finding)
        number = record if record is not None else number
        situation = Situation(compile_program(ruleset), given).compute()
        _check_place(situation, id, number)
        found = explain(situation, id, number)
        if as_json:
            write_json(as_dict(found))
        else:
            click.echo(as_text(found, Voice.of(ruleset, given.lang)))
        return 0

    return Command(
        "explain",
        speech,
        run,
        case_argument(speech),
        click.Argument(["finding"], metavar=_("CONCLUSION")),
        click.Option(["--record"], type=int, metavar="N", help=_("Numéro de la fiche, à partir de 0.")),
        on_option(speech),
        json_option(speech),
        rules_option(speech),
        help=_("Dit pourquoi une conclusion est établie ou écartée, ou ce qu'elle attend, jusqu'aux réponses."),
    )


def _check_place(situation: Situation, id: str, number: int | None) -> None:
    rules = situation.ruleset.rules
    if id not in rules:
        raise LoadError([Problem(Where(id), f"règle inconnue{near(id, rules)}")])
    if number is not None and number not in list(situation.places(rules[id])):
        raise LoadError([Problem(Where(id), f"aucune fiche de numéro {number} pour cette règle")])
