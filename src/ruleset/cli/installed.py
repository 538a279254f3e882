"""The commands about what is installed: list, show, plugins, doctor."""

from __future__ import annotations

import platform
import sys
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import attrs
import click

from ruleset.cli.inputs import json_option, write_json
from ruleset.cli.rulesets import named, rules_option, shelf
from ruleset.cli.speech import Command, Speech
from ruleset.loading.problems import LoadError
from ruleset.model import RuleSet
from ruleset.plugins.registry import PluginReport, registry
from ruleset.wording import Voice

DEPENDENCIES: Final = (
    "attrs", "babel", "click", "durable-rules", "holidays", "platformdirs", "pluggy", "python-dateutil", "PyYAML",
    "textual",
)  # fmt: skip

# list


def list_command(speech: Speech) -> click.Command:
    """Return the command `list`."""
    _ = speech.ui

    def run(folders: tuple[Path, ...], *, as_json: bool) -> int:
        found = shelf(folders)
        loaded: list[RuleSet] = []
        status = 0
        for id in found.ids():
            try:
                loaded.append(named(id, folders))
            except LoadError as error:
                status = 2
                click.echo(
                    _("{id} : {n} erreur(s), voir « ruleset check {id} »").format(id=id, n=len(error.problems)),
                    err=True,
                )
        if as_json:
            write_json([_listed(one, speech) for one in loaded])
        else:
            wide = max((len(one.id) for one in loaded), default=0)
            for one in loaded:
                click.echo(f"{one.id:<{wide}}  {one.version:<8}  {Voice.of(one, speech.language).own(one.title)}")
            if not found.ids():
                click.echo(_("Aucun jeu de règles n'est installé."), err=True)
        return status

    return Command(
        "list", speech, run, json_option(speech), rules_option(speech), help=_("Montre les jeux de règles installés.")
    )


def _listed(ruleset: RuleSet, speech: Speech) -> dict[str, Any]:
    own = Voice.of(ruleset, speech.language).own
    return {
        "id": ruleset.id,
        "version": ruleset.version,
        "title": own(ruleset.title),
        "summary": own(ruleset.summary),
        "jurisdiction": ruleset.jurisdiction,
    }


# show


def show_command(speech: Speech) -> click.Command:
    """Return the command `show`."""
    _ = speech.ui

    def run(ruleset: str, folders: tuple[Path, ...], *, as_json: bool) -> int:
        from ruleset.documentation import as_markdown
        from ruleset.documentation_data import as_data

        found = named(ruleset, folders)
        if as_json:
            write_json(as_data(found, speech.language))
        else:
            click.echo(as_markdown(found, speech.language), nl=False)
        return 0

    return Command(
        "show",
        speech,
        run,
        click.Argument(["ruleset"], metavar=_("JEU")),
        json_option(speech),
        rules_option(speech),
        help=_("Documente un jeu de règles : questions, paramètres datés, règles, sources."),
    )


# plugins


def plugins_command(speech: Speech) -> click.Command:
    """Return the command `plugins`."""
    _ = speech.ui

    def run(*, as_json: bool) -> int:
        reports = registry().reports
        if as_json:
            write_json([attrs.asdict(one) for one in reports])
            return 0
        for one in reports:
            for line in _plugin_lines(one, speech):
                click.echo(line)
        if not reports:
            click.echo(_("Aucune extension n'est installée."), err=True)
        return 0

    return Command(
        "plugins", speech, run, json_option(speech), help=_("Montre les extensions et ce qu'elles apportent.")
    )


def _plugin_lines(report: PluginReport, speech: Speech) -> list[str]:
    _ = speech.ui
    lines = [f"{report.name} ({report.distribution} {report.version})"]
    for title, brought in ((_("jeux de règles"), report.rulesets), (_("fonctions"), report.functions)):
        if brought:
            lines.append(f"  {title} : {', '.join(brought)}")
    if report.error:
        lines.append(f"  {_('laissé de côté')} : {report.error}")
    return lines


# doctor


def doctor_command(speech: Speech) -> click.Command:
    """Return the command `doctor`."""
    _ = speech.ui

    def run(*, as_json: bool) -> int:
        found = _diagnosis(speech)
        if as_json:
            write_json(found)
            return 0
        titles = {
            "ruleset": "ruleset", "python": "Python", "platform": _("système"), "engine": _("moteur"),
            "data": _("données"), "locale": _("langue"), "encoding": _("codage"), "plugins": _("extensions"),
            "libraries": _("bibliothèques"),
        }  # fmt: skip
        for name, value in found.items():
            words = ", ".join(f"{k} {v}" for k, v in value.items()) if isinstance(value, dict) else value
            click.echo(f"{titles[name]} : {words}")
        return 0

    return Command(
        "doctor",
        speech,
        run,
        json_option(speech),
        help=_("Dit ce qui est installé, quel moteur calcule et où sont les données."),
    )


def _diagnosis(speech: Speech) -> dict[str, Any]:
    from ruleset.storage import FILE, default_folder

    _ = speech.ui
    reports = registry().reports
    failed = [one.name for one in reports if one.error]
    distributions = sorted({f"{one.distribution} {one.version}" for one in reports if one.distribution})
    plugins = f"{len(reports)} ({', '.join(distributions)})" if distributions else str(len(reports))
    return {
        "ruleset": f"{metadata.version('ruleset')} ({Path(__file__).parents[1]})",
        "python": f"{platform.python_version()} ({sys.executable})",
        "platform": platform.platform(),
        "engine": _engine(speech),
        "data": str(default_folder() / FILE),
        "locale": speech.locale,
        "encoding": sys.stdout.encoding or "?",
        "plugins": plugins + (_(" ; en échec : {names}").format(names=", ".join(failed)) if failed else ""),
        "libraries": {name: _version(name) for name in DEPENDENCIES},
    }


def _engine(speech: Speech) -> str:
    """Return which engine computes interviews and, where it is not durable_rules, why."""
    from ruleset.engines import Evaluator, default_engine

    engine = default_engine()
    if not isinstance(engine, Evaluator):
        return engine.name
    try:
        import ruleset.engines.session  # noqa: F401  only whether it can be imported
    except ImportError as error:
        return speech.ui("{engine} (durable_rules ne s'importe pas : {error})").format(engine=engine.name, error=error)
    return engine.name


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "-"
