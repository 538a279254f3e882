"""The language in which the command line speaks, and click's own words in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import attrs
import click

from ruleset import texts


@attrs.frozen(slots=False)
class Speech:
    """The language of one run: `asked` by `--lang`, else what the environment says."""

    asked: str | None = None

    @cached_property
    def locale(self) -> str:
        """The locale of the program's own words."""
        return texts.choose_locale(self.asked)

    @cached_property
    def ui(self) -> Callable[[str], str]:
        """What translates the program's own words (`_`)."""
        language = self.locale.partition("_")[0]
        return texts.gettext(language if language in texts.LANGUAGES else texts.SOURCE_LANGUAGE)

    @property
    def language(self) -> str:
        """What a rule set is asked to speak; its jurisdiction decides the rest of the customs unless `--lang` does."""
        return self.asked or self.locale.partition("_")[0]


def speech_of(arguments: Sequence[str]) -> Speech:
    """Return the language that a command line asks for: it is needed before the commands are built.

    >>> speech_of(["list", "--lang", "en"]).asked, speech_of(["--lang=fr_CA"]).asked
    ('en', 'fr_CA')
    """
    asked = None
    for position, word in enumerate(arguments):
        if word == "--":
            break
        if word == "--lang" and position + 1 < len(arguments):
            asked = arguments[position + 1]
        elif word.startswith("--lang="):
            asked = word.partition("=")[2]
    try:
        texts.choose_locale(asked)
    except ValueError:
        return Speech()  # reported where the option is read
    return Speech(asked)


def lang_option(speech: Speech) -> click.Option:
    """Return the option `--lang`, already read by `speech_of`."""
    _ = speech.ui

    def check(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
        try:
            texts.choose_locale(value)
        except ValueError:
            raise click.BadParameter(
                _("« {value} » n'est pas une langue (fr, en, fr_CA…)").format(value=value)
            ) from None
        return value

    return click.Option(["--lang"], metavar="fr|en|…", expose_value=False, callback=check, help=_("Langue des textes."))


class _Spoken(click.Command):
    """A command whose help is in the language of the run."""

    def __init__(self, *arguments: Any, speech: Speech, **settings: Any) -> None:
        self.speech = speech
        super().__init__(*arguments, **settings)
        self.params.append(lang_option(speech))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments; what is left over is refused in the language of the run."""
        rest = super().parse_args(ctx, args)
        if rest and not isinstance(self, click.Group):
            _ = self.speech.ui
            raise click.UsageError(_("argument en trop : {words}").format(words=" ".join(rest)), ctx)
        return rest

    def get_help_option(self, context: click.Context) -> click.Option | None:
        """Return `--help`, described in the language of the run."""
        option = super().get_help_option(context)
        if option is not None:
            option.help = self.speech.ui("Affiche cette aide.")
        return option

    def format_usage(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the line of usage."""
        _ = self.speech.ui
        formatter.write_usage(context.command_path, " ".join(self.collect_usage_pieces(context)), prefix=_("Usage : "))

    def format_options(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options."""
        records = [record for one in self.get_params(context) if (record := one.get_help_record(context)) is not None]
        with formatter.section(self.speech.ui("Options")):
            formatter.write_dl(records)


class Command(_Spoken):
    """One command of `ruleset`; `run` gets its parameters and returns the exit status (None is 0)."""

    def __init__(
        self, name: str, speech: Speech, run: Callable[..., int | None], *params: click.Parameter, help: str
    ) -> None:
        super().__init__(name, speech=speech, callback=run, params=list(params), help=help)
        self.context_settings = {"allow_extra_args": True}


class Group(_Spoken, click.Group):
    """The commands of `ruleset`, each built by its module when it is wanted; `summaries` are their first lines."""

    def __init__(
        self,
        *arguments: Any,
        speech: Speech,
        summaries: dict[str, str],
        build: Callable[[str], click.Command],
        **settings: Any,
    ) -> None:
        super().__init__(*arguments, speech=speech, **settings)
        self.summaries = summaries
        self.build = build

    def list_commands(self, context: click.Context) -> list[str]:
        """Return the names, in the order of the help."""
        del context
        return list(self.summaries)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Return a command, importing its module."""
        del context
        return self.build(name) if name in self.summaries else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command named first."""
        command = self.get_command(ctx, args[0])
        if command is None:
            from ruleset.types import near

            _ = self.speech.ui
            name = args[0]
            raise click.UsageError(
                _("commande inconnue : {name}{near}").format(name=name, near=near(name, self.summaries)), ctx
            )
        return args[0], command, args[1:]

    def format_options(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, then the commands (their modules are not imported)."""
        super().format_options(context, formatter)
        with formatter.section(self.speech.ui("Commandes")):
            formatter.write_dl([(name, self.speech.ui(summary)) for name, summary in self.summaries.items()])


def usage_message(error: click.UsageError, _: Callable[[str], str]) -> str:
    """Return what is wrong with a command line, in the language of the run."""
    if isinstance(error, click.NoSuchOption):
        from ruleset.types import near

        guess = near(error.option_name, error.possibilities or ())
        return _("option inconnue : {name}{near}").format(name=error.option_name, near=guess)
    if isinstance(error, click.MissingParameter):
        name = error.param.make_metavar(click.Context(click.Command(""))) if error.param else error.param_hint
        return _("il manque {name}").format(name=name)
    if isinstance(error, click.BadParameter):
        name = error.param.opts[0] if isinstance(error.param, click.Option) else ""
        return f"{name} : {error.message}" if name else error.message
    if isinstance(error, click.BadOptionUsage):
        return _("l'option {name} demande une valeur").format(name=error.option_name)
    return error.message
