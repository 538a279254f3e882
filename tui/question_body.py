"""The widgets of one question, and of one list of records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets.option_list import Option

from ruleset_tui.answers import AnswerField, ChoiceList
from ruleset_tui.lists import MarkedList
from ruleset_tui.screens import plain
from ruleset_tui.view import ListView, QuestionView
from ruleset_tui.widgets import ActionButton, Notice
from ruleset_tui.words import DISCLAIMER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ruleset_tui.words import Translate

CHOICES = ("yes_no", "choice", "choices")


def question_widgets(view: QuestionView, _: Translate, *, editing: bool) -> Iterator[Widget]:
    """Yield the widgets of a question."""
    if view.heading:
        yield plain(view.heading, classes="heading")
    yield plain(view.ask, classes="ask")
    if view.help:
        yield plain(view.help, classes="help")
    if view.kind in CHOICES:
        yield ChoiceList(view.choices, view.chosen, multiple=view.kind == "choices")
    else:
        field = AnswerField(view.text, view.hint)
        yield Horizontal(field, plain(view.unit, classes="unit"), classes="field") if view.unit else field
        yield Notice(id="echo")
    yield Notice(id="error", classes="error")
    if view.status:
        yield plain(view.status, classes="status")
    yield Horizontal(
        ActionButton(_("Valider") if editing else _("Continuer"), "screen.submit", id="submit"),
        ActionButton(_("Je ne sais pas"), "screen.dont_know"),
        *([ActionButton(_("Aucun"), "screen.none")] if view.optional else []),
        classes="buttons",
    )


def list_widgets(view: ListView, _: Translate) -> Iterator[Widget]:
    """Yield the widgets of a list of records."""
    yield plain(_("Liste à remplir"), classes="heading")
    yield plain(view.title, classes="ask")
    if view.help and not view.rows:
        yield plain(view.help, classes="help")
    if view.rows:
        lines = [
            Option(Content.assemble((row.title, "bold"), (f"\n{row.detail}" if row.detail else "", "$secondary")))
            for row in view.rows
        ]
        yield plain(_("Entrée pour modifier, suppr pour retirer, inser pour ajouter."), classes="help")
        yield MarkedList(*lines, id="rows")
    else:
        yield plain(_("Rien dans la liste pour l'instant."), classes="help")
    yield Notice(id="error", classes="error")
    if view.status:
        yield plain(view.status, classes="status")
    yield Horizontal(
        ActionButton(_("Ajouter"), "screen.add_row", id="add"),
        ActionButton(_("Continuer") if view.rows else _("Aucun"), "screen.submit_rows", id="submit"),
        *([] if view.rows else [ActionButton(_("Je ne sais pas"), "screen.dont_know")]),
        ActionButton(_("Importer un tableau"), "screen.import"),
        classes="buttons",
    )


def end_widgets(_: Translate, *, open_count: int) -> Iterator[Widget]:
    """Yield the widgets of the end: nothing is left to ask."""
    yield plain(_("Il n'y a plus rien à demander."), classes="ask")
    if open_count:
        yield plain(
            _("Certains points restent ouverts, faute de réponse ; le récapitulatif permet d'y revenir."),
            classes="help",
        )
    yield Horizontal(
        ActionButton(_("Voir les résultats"), "screen.results", id="submit"),
        ActionButton(_("Récapitulatif"), "screen.summary"),
        classes="buttons",
    )
    yield plain(_(DISCLAIMER), classes="help")
