"""The commands of those who write rule sets: check, test, schema."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from ruleset.checks import check, seeds
from ruleset.cli.rulesets import is_path, named, rules_option, shelf
from ruleset.cli.speech import Command, Speech
from ruleset.loading.folder import examine_folder
from ruleset.loading.problems import LoadError, Problem
from ruleset.model import RuleSet, Where
from ruleset.types import near

# check


def check_command(speech: Speech) -> click.Command:
    """Return the command `check`."""
    _ = speech.ui

    def run(targets: tuple[str, ...], folders: tuple[Path, ...], dossier: Path | None, *, trace: bool) -> int:
        status = 0
        for name, folder in _folders(targets, folders):
            ruleset, problems = _examined(folder, folders)
            for problem in sorted(set(problems)):
                click.echo(problem, err=True)
            errors = [problem for problem in problems if not problem.warning]
            status = max(status, 2 if errors else 0)
            click.echo(_summary(name, ruleset, problems, speech))
            if trace and ruleset is not None:
                click.echo("\n".join(_traced(ruleset, dossier, speech)))
        return status

    return Command(
        "check",
        speech,
        run,
        click.Argument(["targets"], nargs=-1, metavar=_("[DOSSIER|JEU]…")),
        click.Option(["--trace"], is_flag=True, help=_("Montre où chaque énoncé du document d'origine est traité.")),
        click.Option(
            ["--dossier"],
            metavar=_("FICHIER"),
            type=click.Path(path_type=Path),
            help=_("Avec --trace : le document d'origine, pour dire quels énoncés ne sont traités nulle part."),
        ),
        rules_option(speech),
        help=_(
            "Charge des jeux de règles (par défaut, tous ceux qui sont installés) et montre chaque erreur à sa place."
        ),
    )


def _folders(targets: Sequence[str], folders: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    """Yield the name and the folder of each rule set to look at.

    Raises:
        LoadError: there is no such rule set.
    """
    found = shelf(folders)
    for name in targets or found.ids():
        if name in found.folders and not is_path(name):
            yield name, found.folders[name]
        elif is_path(name) or Path(name).exists():
            yield name, Path(name)
        else:
            raise LoadError(
                [Problem(Where(name), f"ni un dossier, ni un jeu de règles installé{near(name, found.ids())}")]
            )


def _examined(folder: Path, folders: Sequence[Path]) -> tuple[RuleSet | None, list[Problem]]:
    found = shelf(folders)
    ruleset, problems = examine_folder(folder, found.functions, found.get)
    if ruleset is not None:
        problems = [*problems, *check(ruleset)]
    return ruleset, problems


def _summary(name: str, ruleset: RuleSet | None, problems: list[Problem], speech: Speech) -> str:
    _ = speech.ui
    errors = len({problem for problem in problems if not problem.warning})
    warnings = len({problem for problem in problems if problem.warning})
    if errors or ruleset is None:
        return _("{name} : {n} erreur(s), {warnings} avertissement(s)").format(name=name, n=errors, warnings=warnings)
    counts = _("{questions} questions, {rules} règles, {sources} sources, {cases} cas").format(
        questions=len(ruleset.questions),
        rules=len(ruleset.rules),
        sources=len(ruleset.sources),
        cases=len(ruleset.cases),
    )
    done = _("aucune erreur") if not warnings else _("aucune erreur, {n} avertissement(s)").format(n=warnings)
    return f"{ruleset.id} {ruleset.version} : {done} ({counts})"


def _traced(ruleset: RuleSet, dossier: Path | None, speech: Speech) -> Iterator[str]:
    """Yield each statement of the source document with the parts that trace it, then those that none does.

    Raises:
        LoadError: the document cannot be read.
    """
    _ = speech.ui
    places: dict[str, list[str]] = {}
    parts = (ruleset.questions, ruleset.parameters, ruleset.definitions, ruleset.records, ruleset.rules)
    for part in parts:
        for id, one in part.items():
            for seed in one.seed:
                places.setdefault(seed, []).append(id)
    for seed in sorted(seeds(ruleset), key=_natural):
        yield f"  {seed} : {', '.join(places.get(seed, [_('contexte')]))}"
    if dossier is None:
        return
    try:
        text = dossier.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LoadError([Problem(Where(str(dossier)), f"fichier illisible : {error}")]) from None
    prefixes = {seed.partition("-")[0] for seed in seeds(ruleset)}
    stated = {word for word in re.findall(r"\b[A-Z]+-\d+[a-z]?\b", text) if word.partition("-")[0] in prefixes}
    missing = sorted(stated - seeds(ruleset), key=_natural)
    yield _("  {n} énoncé(s) du document sans trace : {ids}").format(n=len(missing), ids=", ".join(missing) or "-")


def _natural(seed: str) -> tuple[object, ...]:
    return tuple(int(part) if part.isdigit() else part for part in re.split(r"(\d+)", seed))


# test


def test_command(speech: Speech) -> click.Command:
    """Return the command `test`."""
    _ = speech.ui

    def run(targets: tuple[str, ...], folders: tuple[Path, ...], *, verbose: bool) -> int:
        found = shelf(folders)
        rulesets = [named(name, folders) for name in targets or found.ids()]
        return max([_tested(ruleset, speech, verbose=verbose) for ruleset in rulesets], default=0)

    return Command(
        "test",
        speech,
        run,
        click.Argument(["targets"], nargs=-1, metavar=_("[DOSSIER|JEU]…")),
        click.Option(["--verbose", "-v"], is_flag=True, help=_("Montre aussi ce qu'aucun cas ne montre.")),
        rules_option(speech),
        help=_("Rejoue les cas travaillés (par défaut, de tous les jeux installés) et mesure ce qu'ils montrent."),
    )


def _tested(ruleset: RuleSet, speech: Speech, *, verbose: bool) -> int:
    from ruleset.testing.cases import run_case

    _ = speech.ui
    failed = 0
    for worked in ruleset.cases:
        differences = run_case(ruleset, worked)
        if differences:
            failed += 1
            click.echo(f"{worked.where}: {worked.name}")
            for one in differences:
                click.echo(f"    {one}  ({one.where})" if one.where != worked.where else f"    {one}")
    click.echo(
        _("{ruleset} {version} : {cases} cas, {failed} en échec").format(
            ruleset=ruleset.id, version=ruleset.version, cases=len(ruleset.cases), failed=failed
        )
    )
    enough = _covered(ruleset, speech, verbose=verbose)
    return 0 if enough and not failed else 1


def _covered(ruleset: RuleSet, speech: Speech, *, verbose: bool) -> bool:
    from ruleset.testing.coverage import coverage, words

    _ = speech.ui
    found = coverage(ruleset)
    parts = (
        (_("issues de règles"), found.outcomes),
        (_("variantes de conclusions"), found.variants),
        (_("lignes de tables"), found.rows),
        (_("périodes de paramètres"), found.periods),
    )
    for title, part in parts:
        if not part.possible:
            continue
        seen = len(part.possible) - len(part.missing)
        click.echo(f"  {title} : {seen}/{len(part.possible)} ({float(part.percent):.0f} %)")
        if verbose:
            for id, missing in words(part.missing).items():
                click.echo(f"    {id} : {', '.join(missing)}")
    enough = found.outcomes.percent >= ruleset.coverage
    if not enough:
        click.echo(
            _(
                "  les cas doivent montrer {n} % des issues de règles (coverage) ; --verbose dit lesquelles manquent"
            ).format(n=ruleset.coverage)
        )
    return enough


# schema


def schema_command(speech: Speech) -> click.Command:
    """Return the command `schema`."""
    _ = speech.ui

    def run(ruleset: str | None, folders: tuple[Path, ...]) -> int:
        from ruleset.cli.inputs import write_json
        from ruleset.cli.schemas import case_schema
        from ruleset.loading.format import json_schema

        write_json(json_schema() if ruleset is None else case_schema(named(ruleset, folders), speech.language))
        return 0

    return Command(
        "schema",
        speech,
        run,
        click.Argument(["ruleset"], required=False, metavar=_("[JEU]")),
        rules_option(speech),
        help=_("Écrit le schéma JSON des fichiers de règles ou, avec un jeu de règles, celui de ses fichiers de cas."),
    )
