"""The command about many cases at once: batch."""

from __future__ import annotations

import datetime as dt
import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import attrs
import click

from ruleset.cli.inputs import on_option, write_json
from ruleset.cli.rulesets import named, rules_option
from ruleset.cli.speech import Command, Speech
from ruleset.loading.problems import LoadError, Problem
from ruleset.model import RuleSet, Where
from ruleset.texts import format_number

if TYPE_CHECKING:
    from ruleset.batch import Job, Result, Summary

_BAR = 24
ENGINES = ("columns", "duckdb", "postgres", "spark")


def batch_command(speech: Speech) -> click.Command:
    """Return the command `batch`."""
    _ = speech.ui

    def run(
        ruleset: str,
        table: Path,
        output: Path,
        records: Sequence[str],
        folders: Sequence[Path],
        on: dt.date | None,
        jobs: int | None,
        engine: str,
        database: str | None,
        *,
        mixed: bool,
        resume: bool,
        restart: bool,
        extra: bool,
        summary: bool,
        as_json: bool,
    ) -> int:
        rules = named(ruleset, folders)
        batch = _room(speech)
        sources = {kind: batch.open_source(path) for kind, path in _records(records, rules, speech).items()}
        day = on or dt.date.today()  # noqa: DTZ011  the law's day is the local one
        workers = jobs or os.cpu_count() or 1
        job = batch.Job(rules, batch.open_source(table), sources, day, extra)
        job = _with_engine(job, engine, database, workers, mixed=mixed, speech=speech)
        shown = _Progress(speech)
        try:
            result = batch.run(job, output, workers=workers, resume=resume, restart=restart, progress=shown.tell)
        finally:
            if job.database is not None:
                job.database.close()
        shown.end()
        if as_json:
            write_json(_as_json(result))
            return 0
        _report(result, speech)
        if summary:
            click.echo("\n" + "\n".join(_picture(result.summary, speech)))
        return 0

    return Command(
        "batch",
        speech,
        run,
        click.Argument(["ruleset"], metavar=_("JEU")),
        click.Argument(["table"], metavar=_("CAS"), type=click.Path(path_type=Path)),
        click.Option(
            ["-o", "output"],
            required=True,
            type=click.Path(path_type=Path),
            metavar=_("FICHIER"),
            help=_("Où : .parquet, .arrow ou .csv."),
        ),
        click.Option(
            ["--table", "records"],
            multiple=True,
            metavar=_("[TYPE=]FICHIER"),
            help=_("Fiches des cas, avec leur « case_id » (peut être répété)."),
        ),
        on_option(speech),
        click.Option(["--jobs"], type=click.IntRange(1, 64), metavar="N", help=_("Processeurs employés (tous).")),
        click.Option(
            ["--engine"],
            type=click.Choice(ENGINES),
            default="columns",
            help=_("Qui calcule : « columns » (ce programme), ou le même jeu en SQL dans une base de données."),
        ),
        click.Option(
            ["--database"],
            metavar=_("ADRESSE"),
            help=_("Où : « host=… dbname=… » (postgres), « spark://machine:7077 » (spark)."),
        ),
        click.Option(
            ["--mixed"], is_flag=True, help=_("Ce qui n'a pas de forme SQL exacte est calculé par « columns ».")
        ),
        click.Option(["--resume"], is_flag=True, help=_("Continue un calcul interrompu.")),
        click.Option(["--restart"], is_flag=True, help=_("Jette un calcul interrompu et recommence.")),
        click.Option(["--extra"], is_flag=True, help=_("Laisse de côté les colonnes qui ne répondent à rien.")),
        click.Option(["--summary"], is_flag=True, help=_("Compte les conclusions, avec une image.")),
        click.Option(["--json", "as_json"], is_flag=True, help=_("Écrit ce compte en JSON, pour un programme.")),
        rules_option(speech),
        help=_(
            "Évalue une table de cas (.parquet, .arrow, .csv) : une ligne par cas, une colonne par question."
            "\n\nLes cas dont une cellule est fausse sont mis à part, avec la raison, dans un fichier .rejects.csv."
        ),
    )


def _with_engine(job: Job, engine: str, database: str | None, threads: int, *, mixed: bool, speech: Speech) -> Job:
    """Return a job that a database computes, where that is asked for."""
    if engine != "columns":
        found = _room(speech).open_database(engine, database, threads)
        return attrs.evolve(job, database=found, chunk=found.chunk, mixed=mixed)
    if database is not None or mixed:
        option = "--database" if database is not None else "--mixed"
        told = speech.ui("{option} va avec --engine duckdb, postgres ou spark ; « columns » n'en a pas besoin")
        raise click.UsageError(told.format(option=option))
    return job


def _room(speech: Speech) -> ModuleType:
    """Return the library's room of batches, which needs packages that are not always there."""
    try:
        import ruleset.batch as room
    except ImportError as error:
        raise click.ClickException(
            speech.ui("les lots ont besoin de {name} : pip install 'ruleset[batch]'").format(name=error.name)
        ) from None
    return room


def _records(given: Sequence[str], rules: RuleSet, speech: Speech) -> Mapping[str, Path]:
    _ = speech.ui
    types = [id for id, record in rules.records.items() if record.rows is None]
    found: dict[str, Path] = {}
    for word in given:
        kind, _sign, file = word.rpartition("=")
        kind = kind or (types[0] if len(types) == 1 else Path(file).stem)
        if kind not in types:
            told = _("dites de quelles fiches : --table TYPE={file} ; types : {types}")
            message = told.format(file=file, types=", ".join(types) or _("aucun"))
            raise LoadError([Problem(Where(word), message)])
        if kind in found:
            message = _("deux tables de fiches « {kind} » ; réunissez-les").format(kind=kind)
            raise LoadError([Problem(Where(word), message)])
        found[kind] = Path(file)
    return found


class _Progress:
    """A bar on the error stream, where that is a terminal: share done, cases a second, time left."""

    def __init__(self, speech: Speech) -> None:
        self._speech = speech
        self._started = time.monotonic()
        self._before: int | None = None
        self._shown = sys.stderr.isatty()

    def tell(self, done: int, cases: int) -> None:
        """Show how many cases are done."""
        if self._before is None:
            self._before = done
        if not self._shown:
            return
        spent = time.monotonic() - self._started
        rate = (done - self._before) / spent if spent else 0.0
        left = (cases - done) / rate if rate else 0.0
        filled = round(_BAR * done / cases)
        line = self._speech.ui("{bar} {share} %  {rate} cas/s  reste {left} s").format(
            bar="█" * filled + "░" * (_BAR - filled),
            share=100 * done // cases,
            rate=format_number(round(rate), self._speech.locale),
            left=round(left),
        )
        click.echo(f"\r\x1b[K{line}", err=True, nl=False)

    def end(self) -> None:
        """Take the bar away."""
        if self._shown:
            click.echo("\r\x1b[K", err=True, nl=False)


def _report(result: Result, speech: Speech) -> None:
    _ = speech.ui

    def number(count: int) -> str:
        return format_number(count, speech.locale)

    total = result.summary
    click.echo(_("Cas évalués : {count}").format(count=number(total.evaluated)))
    if total.rejected or result.strays:
        told = _("Cas mis à part : {count} ; lignes sans cas : {strays} ; raisons dans {path}")
        path = result.files[-1]
        click.echo(told.format(count=number(total.rejected), strays=number(result.strays), path=path), err=True)
    if result.unasked:
        told = _("Questions sans colonne, donc sans réponse partout : {count} ({names})")
        names = ", ".join(result.unasked[:6]) + ("…" if len(result.unasked) > 6 else "")
        click.echo(told.format(count=number(len(result.unasked)), names=names), err=True)
    if total.troubled:
        told = _("Cas où un calcul n'a pas abouti (division par zéro, date impossible…) : {count}")
        click.echo(told.format(count=number(total.troubled)), err=True)
    for path in result.files:
        click.echo(_("Écrit : {path}").format(path=path))


def _picture(summary: Summary, speech: Speech) -> list[str]:
    """Return the counts of each finding, with a bar: held, open."""
    _ = speech.ui
    most = max((sum(counts.values()) for counts in summary.findings.values()), default=1) or 1
    wide = max((len(id) for id in summary.findings), default=0)
    lines = [_("Conclusions : établies █, en suspens ░")]
    ranked = sorted(summary.findings.items(), key=lambda pair: (-pair[1]["holds"], -pair[1]["open"], pair[0]))
    for id, counts in ranked:
        held, unsure = (round(_BAR * counts[status] / most) for status in ("holds", "open"))
        bar = ("█" * held + "░" * unsure).ljust(_BAR, "·")
        shown = (format_number(counts[status], speech.locale) for status in ("holds", "open"))
        lines.append(f"{id:<{wide}} {bar} {' / '.join(shown)}")
    return lines


def _as_json(result: Result) -> dict[str, object]:
    total = result.summary
    return {
        "evaluated": total.evaluated,
        "rejected": total.rejected,
        "strays": result.strays,
        "troubled": total.troubled,
        "unasked": list(result.unasked),
        "findings": total.findings,
        "files": [str(path) for path in result.files],
    }
