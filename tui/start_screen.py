"""The first screen: interviews to go on with, questionnaires to begin; those that cannot be opened say why."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import attrs
from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from ruleset.texts import N_
from ruleset_tui.lists import MarkedList
from ruleset_tui.screens import PlainScreen
from ruleset_tui.widgets import KeyBar, Notice, TitleBar
from ruleset_tui.words import DISCLAIMER

if TYPE_CHECKING:
    from pathlib import Path

    from textual.app import ComposeResult

    from ruleset.model import Case, RuleSet
    from ruleset.plugins.registry import Registry
    from ruleset.saved import Saved

SUMMARY_WIDTH = 400


@attrs.frozen
class Offer:
    """A questionnaire: being read (no rule set, no problem), ready, or broken."""

    id: str
    ruleset: RuleSet | None = None
    problems: tuple[str, ...] = ()


class OfferList(MarkedList):
    """Interviews and questionnaires."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select", N_("Ouvrir"))]


class StartScreen(PlainScreen[None]):
    """The list of saved interviews and questionnaires."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("delete", "erase", N_("Effacer"), id="menu"),
        Binding("ctrl+o", "import", N_("Importer un fichier"), show=False, id="menu"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.offers: dict[str, Offer] | None = None
        self.saved: tuple[Saved, ...] = ()
        self.storage_problem = ""
        self.chosen = ""

    def compose(self) -> ComposeResult:
        """Yield the screen."""
        yield TitleBar()
        yield Static(id="intro")
        yield Notice(id="error", classes="error")
        yield OfferList(id="offers")
        yield Static(id="disclaimer")
        yield KeyBar()

    def on_mount(self) -> None:
        """Show what there is, then read the rule sets beside."""
        self._fill()
        self.query_one(OptionList).focus()
        self.call_after_refresh(self.read_offers)

    @property
    def at_hand(self) -> RuleSet | None:
        """The rule set of the line under the cursor."""
        option = self.query_one(OptionList).highlighted_option
        kind, _dash, name = (option.id if option and option.id else "").partition("-")
        if kind == "saved":
            name = next((one.ruleset for one in self.saved if one.id == int(name)), "")
        offer = (self.offers or {}).get(name.replace("--", "/"))
        return offer.ruleset if offer else None

    def on_option_list_option_highlighted(self) -> None:
        """Offer what can be done with this line."""
        self.refresh_bindings()

    def read_saved(self) -> None:
        """Read the saved interviews again."""
        from ruleset.storage import StorageError

        app = self.ruleset_app
        try:
            self.saved = app.storage.list(app.only.id if app.only else None)
            self.storage_problem = ""
        except StorageError as error:
            self.saved = ()
            self.storage_problem = str(error)

    def on_screen_resume(self) -> None:
        """Show what was saved meanwhile."""
        if self.offers is not None:
            self.query_one(OptionList).highlighted = None
            self.read_saved()
            self._fill()

    @work(thread=True, exclusive=True)
    def read_offers(self) -> None:
        """Find the rule sets and read each, in a thread: the library is imported while the person reads."""
        import ruleset.storage  # noqa: F401

        app = self.ruleset_app
        if app.only is not None:
            app.call_from_thread(self.found, {app.only.id: Offer(app.only.id, app.only)})
            return
        offers = {id: Offer(id) for id in app.registry.ids()}
        app.call_from_thread(self.found, offers)
        for id in offers:
            app.call_from_thread(self.take, _read(app.registry, id))
        import ruleset_tui.question_screen  # noqa: F401

    def found(self, offers: dict[str, Offer]) -> None:
        """Show which rule sets there are; begin the only one if nothing of it is saved."""
        self.offers = offers
        self.read_saved()
        self._fill()
        only = self.ruleset_app.only
        if only is not None and not self.saved:
            self.ruleset_app.begin(only)

    def take(self, offer: Offer) -> None:
        """Show a questionnaire that has been read; open it if it was chosen meanwhile."""
        assert self.offers is not None
        self.offers[offer.id] = offer
        self._fill()
        option = self.query_one(OptionList).highlighted_option
        if self.chosen and option is not None and option.id == self.chosen:
            self._open(self.chosen)  # waits on, where it is another questionnaire that has been read

    async def retranslate(self) -> None:
        """Show everything again in the language of the application."""
        self._fill()
        self.refresh_bindings()

    def _fill(self) -> None:
        _ = self.ruleset_app.words
        self.query_one(TitleBar).show(_("Questionnaires"))
        intro = self.query_one("#intro", Static)
        intro.update(Content(_("Répondez à votre rythme : tout reste sur cet ordinateur.")))
        problem = self.storage_problem
        text = _("Vos réponses ne seront pas enregistrées : {problem}").format(problem=problem) if problem else ""
        self.query_one(Notice).say(text)
        self.query_one("#disclaimer", Static).update(Content(_(DISCLAIMER)))
        offers = self.query_one(OptionList)
        before = offers.highlighted_option.id if offers.highlighted_option else None
        offers.clear_options().add_options(self._options())
        ids = [option.id for option in offers.options]
        usable = [number for number, id in enumerate(ids) if id is not None]
        offers.highlighted = ids.index(before) if before and before in ids else next(iter(usable), None)

    def _options(self) -> list[Option]:
        _ = self.ruleset_app.words
        found: list[Option] = []
        if self.offers is None:
            return [Option(_("Lecture des questionnaires…"), disabled=True)]
        if self.saved:
            found.append(Option(Content.styled(_("Reprendre"), "bold $primary"), disabled=True))
            found += [Option(self._saved_line(one), f"saved-{one.id}") for one in self.saved]
            found.append(Option("", disabled=True))
        found.append(Option(Content.styled(_("Commencer"), "bold $primary"), disabled=True))
        found += [
            Option(self._offer_line(offer), f"offer-{offer.id.replace('/', '--')}") for offer in self.offers.values()
        ]
        if not self.offers:
            found.append(Option(_("Aucun questionnaire n'est installé."), disabled=True))
        found.append(Option(Content.styled(f"↥ {_('Importer un fichier')}", "bold"), "file"))
        if self.ruleset_app.only is None:
            for report in self.ruleset_app.registry.reports:
                if report.error:
                    text = _("L'extension « {name} » est laissée de côté : {error}")
                    line = text.format(name=report.name, error=report.error)
                    found.append(Option(Content(f"✗ {line}"), disabled=True))
        return found

    def _saved_line(self, saved: Saved) -> Content:
        from ruleset import texts

        app = self.ruleset_app
        _ = app.words
        locale = texts.choose_locale(app.lang, {})
        moment = saved.updated.astimezone()
        answers = texts.translator(app.lang).ngettext("{n} réponse", "{n} réponses", saved.answered)
        detail = _("{answers}, le {day} à {time}").format(
            answers=answers.format(n=saved.answered),
            day=texts.format_date(moment.date(), locale),
            time=f"{moment:%H:%M}",
        )
        offer = (self.offers or {}).get(saved.ruleset)
        if offer is None:
            detail += " · " + _("ce questionnaire n'est plus installé")
        return Content.assemble((f"↻ {self._title(saved.ruleset)}", "bold"), (f"\n  {detail}", "$secondary"))

    def _title(self, id: str) -> str:
        from ruleset.wording import Voice

        offer = (self.offers or {}).get(id)
        if offer is None or offer.ruleset is None:
            return id
        return Voice.of(offer.ruleset, self.ruleset_app.lang).own(offer.ruleset.title)

    def _offer_line(self, offer: Offer) -> Content:
        from ruleset.wording import Voice

        _ = self.ruleset_app.words
        if offer.problems:
            first = offer.problems[0].partition("\n")[0]
            text = _("Ne peut pas être ouvert : {problem}").format(problem=first)
            return Content.assemble((f"✗ {offer.id}", "bold"), (f"\n  {text}", "$error"))
        if offer.ruleset is None:
            return Content.assemble((f"  {offer.id}", "bold"), (f"\n  {_('lecture…')}", "$secondary"))
        voice = Voice.of(offer.ruleset, self.ruleset_app.lang)
        summary = " ".join(voice.own(offer.ruleset.summary).split())
        if len(summary) > SUMMARY_WIDTH:
            summary = summary[:SUMMARY_WIDTH].rsplit(". ", 1)[0].rstrip(".") + "…"
        return Content.assemble((f"● {voice.own(offer.ruleset.title)}", "bold"), (f"\n{summary}", "$secondary"))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open what was chosen."""
        self._open(event.option.id or "")

    def _open(self, line: str) -> None:
        """Open a line of the list: now, or once its questionnaire is read if the cursor is still on it."""
        from ruleset_tui.dialogs import TextPanel

        self.chosen = ""
        kind, _dash, name = line.partition("-")
        if kind == "file":
            self.action_import()
            return
        saved = next((one for one in self.saved if kind == "saved" and one.id == int(name)), None)
        offer = (self.offers or {}).get(saved.ruleset if saved else name.replace("--", "/"))
        if offer is None:
            return
        if offer.problems:
            self.app.push_screen(TextPanel(offer.id, [Content(problem) for problem in offer.problems]))
        elif offer.ruleset is None:
            self.chosen = line
        elif saved is not None:
            self.ruleset_app.resume(saved, offer.ruleset)
        else:
            self.ruleset_app.begin(offer.ruleset)

    def action_import(self) -> None:
        """Ask for a file, and go on with the interview that it holds."""
        from ruleset.exchange.files import read_file
        from ruleset_tui.file_panels import FilePanel

        app = self.ruleset_app
        _ = app.words

        def read(path: Path) -> tuple[RuleSet, Case]:
            return read_file(path, app.named, app.lang)

        help = _("Un classeur .xlsx ou un cas .json ou .yaml. Un tableau .csv s'importe depuis son questionnaire.")
        app.push_screen(FilePanel(_("Quel fichier importer ?"), help, _("Importer"), read), self._imported)

    def _imported(self, found: tuple[RuleSet, Case] | None) -> None:
        if found is not None:
            self.ruleset_app.begin_with(*found)

    def action_erase(self) -> None:
        """Erase the saved interview under the cursor, after a question."""
        from ruleset_tui.dialogs import ConfirmPanel

        _ = self.ruleset_app.words
        option = self.query_one(OptionList).highlighted_option
        if option is None or not (option.id or "").startswith("saved-"):
            return
        id = int((option.id or "").partition("-")[2])

        def erase(sure: bool | None) -> None:
            if sure:
                self.ruleset_app.storage.delete(id)
                self.read_saved()
                self._fill()

        self.app.push_screen(
            ConfirmPanel(_("Effacer ces réponses ? Elles ne pourront pas revenir."), _("Effacer")), erase
        )


def _read(registry: Registry, id: str) -> Offer:
    from ruleset.loading.problems import LoadError

    try:
        ruleset = registry.get(id)
    except LoadError as error:
        return Offer(id, problems=tuple(str(problem) for problem in error.problems))
    except Exception as error:  # noqa: BLE001  one broken rule set must not hide the others
        return Offer(id, problems=(f"{type(error).__name__} : {error}",))
    return Offer(id, ruleset)
