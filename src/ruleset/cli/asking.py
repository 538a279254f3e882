"""The command `ask`: the interview line by line, for pipes and screen readers."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import attrs
import click

from ruleset import texts
from ruleset.carried import Carried, carried
from ruleset.cli.inputs import on_option, read_case
from ruleset.cli.reading import read_answer, read_count
from ruleset.cli.results import ignored_lines, result_lines
from ruleset.cli.rulesets import named, rules_option, shelf
from ruleset.cli.speech import Command, Speech
from ruleset.interview import Interview
from ruleset.loading.problems import LoadError, Problem
from ruleset.model import Case, Question, RuleSet, Where
from ruleset.relevance import Wanted, home
from ruleset.saved import case_form
from ruleset.types import BadValueError
from ruleset.wording import Voice


class _Ended(Exception):  # noqa: N818  the end of the input is no error
    """The input has ended, or the person asks to stop."""


def ask_command(speech: Speech) -> click.Command:
    """Return the command `ask`."""
    _ = speech.ui

    def run(
        ruleset: str,
        folders: tuple[Path, ...],
        case: str | None,
        on: dt.date | None,
        out: Path | None,
        *,
        save: bool,
        reuse: bool,
    ) -> int:
        interview = _begin(named(ruleset, folders), case, folders, on, speech, reuse=reuse)
        interview = _Conversation(Voice.of(interview.ruleset, interview.case.lang)).lead(interview)
        voice = Voice.of(interview.ruleset, interview.case.lang)
        found = interview.outcome()
        click.echo()
        for line in [*ignored_lines(found, voice), *result_lines(found, interview.situation, voice)]:
            click.echo(line)
        _keep(interview, out, save=save)
        return 0

    return Command(
        "ask",
        speech,
        run,
        click.Argument(["ruleset"], metavar=_("JEU")),
        click.Option(
            ["--case"], metavar=_("CAS"), help=_("Part des réponses d'un fichier de cas, de ce jeu ou d'un autre.")
        ),
        click.Option(["--reuse"], is_flag=True, help=_("Reprend des entretiens enregistrés les réponses communes.")),
        on_option(speech),
        click.Option(
            ["-o", "--out"],
            metavar=_("FICHIER"),
            type=click.Path(path_type=Path),
            help=_("Écrit le cas dans ce fichier."),
        ),
        click.Option(["--save"], is_flag=True, help=_("Garde l'entretien parmi les entretiens enregistrés.")),
        rules_option(speech),
        help=_("Pose les questions une à une, en lignes de texte, puis montre le résultat."),
    )


def _begin(
    ruleset: RuleSet,
    case: str | None,
    folders: tuple[Path, ...],
    on: dt.date | None,
    speech: Speech,
    *,
    reuse: bool,
) -> Interview:
    given = Case(ruleset.id, on or dt.date.today(), lang=speech.language)  # noqa: DTZ011  the local day
    earlier: list[tuple[RuleSet, Mapping[str, object]]] = []
    if case is not None:
        other, read = read_case(case, folders, speech, on)
        if other.id == ruleset.id:
            given = read
        else:
            given = attrs.evolve(given, on=read.on, lang=read.lang)
            earlier.append((other, case_form(read, other)["answers"]))
            if not carried(ruleset, earlier).answers:
                message = f"ce cas est pour « {other.id} », sans réponse commune avec « {ruleset.id} »"
                raise LoadError([Problem(Where(case), message)])
    if reuse:
        earlier += _saved(ruleset, folders)
    taken = carried(ruleset, earlier)
    taken = attrs.evolve(taken, answers={id: value for id, value in taken.answers.items() if id not in given.answers})
    voice = Voice.of(ruleset, given.lang)
    interview = Interview.start(ruleset, attrs.evolve(given, answers={**taken.answers, **given.answers}))
    for line in _taken_lines(interview, taken, voice):
        click.echo(line)
    return interview


def _saved(ruleset: RuleSet, folders: tuple[Path, ...]) -> Iterator[tuple[RuleSet, Mapping[str, object]]]:
    """Yield the last saved interview of each other rule set that can still be read."""
    from ruleset.storage import Storage

    shelved = shelf(folders)
    with Storage() as storage:
        latest = {saved.ruleset: saved for saved in reversed(storage.list()) if saved.ruleset != ruleset.id}
    for saved in sorted(latest.values(), key=lambda saved: saved.updated, reverse=True):
        try:
            other = shelved.get(saved.ruleset)
        except LoadError:
            continue
        if other is not None:
            yield other, saved.case.get("answers", {})


def _taken_lines(interview: Interview, taken: Carried, voice: Voice) -> Iterator[str]:
    """Yield what was taken from elsewhere, so that a wrong answer is seen."""
    if not taken.answers:
        return
    lang = interview.case.lang
    titles = texts.join([f"« {Voice.of(other, lang).own(other.title)} »" for other, _ in taken.origins], voice.locale)
    count = texts.translator(lang).ngettext(
        "{n} réponse reprise de {titles} :", "{n} réponses reprises de {titles} :", len(taken.answers)
    )
    yield count.format(n=len(taken.answers), titles=titles)
    for step in interview.steps:
        if step.wanted.id in taken.answers:
            question = interview.question(step.wanted)
            yield f"  {voice.ask(step.wanted)} {voice.answer(question, step.value)}"


def _keep(interview: Interview, out: Path | None, *, save: bool) -> None:
    """Write the case to a file, and the interview among those saved, where it is asked."""
    from ruleset.storage import Storage

    if out is not None:
        text = json.dumps(case_form(interview.case, interview.ruleset), ensure_ascii=False, indent=2) + "\n"
        try:
            out.write_text(text, encoding="utf-8")
        except OSError as error:
            raise LoadError([Problem(Where(str(out)), f"impossible d'écrire : {error.strerror}")]) from None
    if save:
        with Storage() as storage:
            number = storage.save(interview)
        click.echo(
            Voice.of(interview.ruleset, interview.case.lang).ui("Entretien enregistré : n° {n}").format(n=number)
        )


class _Conversation:
    """Leads an interview over standard input and output."""

    def __init__(self, voice: Voice) -> None:
        self.voice = voice
        self.ui = voice.ui

    def lead(self, interview: Interview) -> Interview:
        """Return the interview when nothing is left to ask, or when the input ends."""
        for line in self.opening(interview):
            click.echo(line)
        before: list[Interview] = []
        try:
            while (wanted := interview.next) is not None:
                after = self.turn(interview, wanted)
                if after is not None:
                    before.append(interview)
                interview = after or (before.pop() if before else interview)
        except _Ended:
            click.echo()
            click.echo(self.ui("Fin des réponses : voici ce que l'on peut déjà dire."))
        return interview

    def opening(self, interview: Interview) -> Iterator[str]:
        """Yield what is said first."""
        yield self.voice.own(interview.ruleset.title)
        if interview.ruleset.summary:
            yield self.voice.own(interview.ruleset.summary)
        words = self.words()
        yield self.ui(
            "Répondez, ou écrivez : « {unknown} » si vous l'ignorez, « ? » pour savoir pourquoi, « {back} » pour "
            "revenir, « {stop} » pour finir."
        ).format(**words)

    def words(self) -> dict[str, str]:
        """Return the words that are no answer."""
        return {"unknown": self.ui("je ne sais pas"), "back": self.ui("retour"), "stop": self.ui("fin")}

    def turn(self, interview: Interview, wanted: Wanted) -> Interview | None:
        """Return the interview after one question, None to go back."""
        question = None if not wanted.id else interview.question(wanted)
        progress = interview.progress
        click.echo()
        number = self.ui("Question {n} (encore {left} au plus)").format(n=progress.done + 1, left=progress.remaining)
        click.echo(f"{number}. {self.voice.ask(wanted)}")
        for line in self.choices(question):
            click.echo(line)
        while True:
            written = self.line()
            word = written.casefold()
            words = {name: text.casefold() for name, text in self.words().items()}
            if word == "?":
                for line in self.why(interview, wanted, question):
                    click.echo(line)
            elif word == words["stop"]:
                raise _Ended
            elif word == words["back"]:
                return None
            elif word in (words["unknown"], "unknown", "nsp", "dk"):
                return interview.dont_know(wanted)
            elif word:
                try:
                    return self.answered(interview, wanted, question, written)
                except (BadValueError, ValueError) as error:
                    click.echo(str(error))

    def answered(self, interview: Interview, wanted: Wanted, question: Question | None, written: str) -> Interview:
        """Return the interview with an answer.

        Raises:
            BadValueError: it is not a possible answer; the message says what is.
        """
        if question is None:
            count = read_count(written, self.voice)
            return interview.set_records(wanted.record, ({},) * count)
        return interview.answer(wanted, read_answer(written, question, self.voice))

    @staticmethod
    def line() -> str:
        """Return the next line of the input.

        Raises:
            _Ended: there is none.
        """
        click.echo("> ", nl=False)
        sys.stdout.flush()
        text = sys.stdin.readline()
        if not text:
            raise _Ended
        return text.strip()

    def choices(self, question: Question | None) -> Iterator[str]:
        """Yield what may be answered."""
        if question is None:
            yield self.ui("Combien y en a-t-il ?")
            return
        kind = question.type.kind
        if kind in ("choice", "choices"):
            for number, id in enumerate(question.type.choices or (), 1):
                yield f"  {number}. {self.voice.own(question.labels.get(id, id))}"
        hints = {
            "yes_no": self.ui("oui ou non"),
            "choices": self.ui("un ou plusieurs numéros, séparés par des virgules ; « 0 » pour aucun"),
            "date": self.ui("une date, par exemple 23/11/2026"),
            "money": self.ui("un montant en {unit}").format(unit=question.currency),
            "integer": self.ui("un nombre entier"),
            "number": self.ui("un nombre"),
        }
        hint = hints.get(kind, "")
        if question.unit and hint:
            hint = f"{hint} ({self.voice.own(question.unit)})"
        if question.domain.optional:
            hint = f"{hint}, {self.ui('ou « aucun »')}" if hint else self.ui("« aucun » s'il n'y en a pas")
        if hint:
            yield f"  ({hint})"

    def why(self, interview: Interview, wanted: Wanted, question: Question | None) -> Iterator[str]:
        """Yield why a question is asked and how to find the answer."""
        said = False
        asked = question or home(interview.ruleset, wanted).records[wanted.record]
        for text in (asked.why, asked.help):
            if text:
                said = True
                yield f"  {self.voice.own(text)}"
        concerned = interview.concerned(wanted)[:3]
        for rule in concerned:
            severity = self.voice.severity(rule.worst or "info")
            yield "  " + self.ui("Elle compte pour la conclusion {rule} ({severity}).").format(
                rule=rule.id, severity=severity
            )
        if not said and not concerned:
            yield "  " + self.ui("Sa réponse peut encore changer le résultat.")
