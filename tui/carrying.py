"""What is taken from earlier interviews when a questionnaire begins: the same questions are asked once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from ruleset import texts
from ruleset.carried import Carried, carried
from ruleset.loading.problems import LoadError
from ruleset.storage import StorageError
from ruleset.texts import N_
from ruleset.wording import Voice
from ruleset_tui.screens import Panel
from ruleset_tui.widgets import ActionButton

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from ruleset.model import RuleSet
    from ruleset_tui.app import RulesetApp


def at_hand(app: RulesetApp, ruleset: RuleSet) -> Carried:
    """Return what the last saved interview of each other questionnaire says here; nothing where they cannot be read."""
    try:
        saved = app.storage.list()
    except StorageError:
        return Carried()

    def earlier() -> Iterator[tuple[RuleSet, Mapping[str, object]]]:
        seen = {ruleset.id}
        for one in saved:
            if one.ruleset in seen:
                continue
            seen.add(one.ruleset)
            try:
                other = app.registry.get(one.ruleset)
            except LoadError:
                continue
            if other is not None:
                yield other, one.case.get("answers", {})

    return carried(ruleset, earlier())


class CarryPanel(Panel[bool]):
    """Asks whether the answers given elsewhere are taken: another person may have given them."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "answer(False)", N_("Repartir de zéro"), show=False)]

    def __init__(self, found: Carried) -> None:
        super().__init__()
        self.found = found

    def compose(self) -> ComposeResult:
        """Yield the panel."""
        lang = self.ruleset_app.lang
        _ = self.ruleset_app.words
        titles = [
            f"«\u00a0{Voice.of(ruleset, lang).own(ruleset.title)}\u00a0»" for ruleset, _count in self.found.origins
        ]
        question = texts.translator(lang).ngettext(
            "Vous avez déjà répondu à {n} question de ce questionnaire, dans {titles}. La reprendre ?",
            "Vous avez déjà répondu à {n} questions de ce questionnaire, dans {titles}. Les reprendre ?",
            len(self.found.answers),
        )
        told = question.format(n=len(self.found.answers), titles=texts.join(titles, texts.choose_locale(lang, {})))
        with Vertical(classes="panel"):
            yield Static(Content(told), classes="ask")
            yield Static(
                Content(_("Une réponse reprise se revoit et se change dans le récapitulatif.")), classes="help"
            )
            with Horizontal(classes="buttons"):
                yield ActionButton(_("Reprendre"), "screen.answer(True)")
                yield ActionButton(_("Repartir de zéro"), "screen.answer(False)")

    def action_answer(self, taken: bool) -> None:
        """Give the answer back."""
        self.dismiss(taken)
