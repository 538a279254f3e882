"""Translations, read from .po files as they are: French source texts are the message ids."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import attrs

from ruleset.texts.locales import SOURCE_LANGUAGE, split_lang
from ruleset.texts.writing import plural

_LIBRARY: Final = Path(__file__).parents[1]


class CatalogueError(ValueError):
    """A catalogue is not a valid .po file. `path` is the file, `line` the line in it, from 1."""

    def __init__(self, path: Path, line: int, message: str) -> None:
        super().__init__(f"{path}:{line}: {message}")
        self.path = path
        self.line = line


@attrs.frozen
class Translator:
    """The texts of one catalogue; one that is not translated comes back as it went in, in French."""

    lang: str
    messages: Mapping[str, str | tuple[str, ...]] = attrs.field(factory=dict, hash=False, repr=False)

    def gettext(self, message: str) -> str:
        """Return the translation of a text."""
        found = self.messages.get(message) or message
        return found if isinstance(found, str) else found[0]

    def ngettext(self, singular: str, plural_form: str, n: int) -> str:
        """Return the translation for n things.

        >>> Translator("fr").ngettext("{n} question", "{n} questions", 0)
        '{n} question'
        """
        found = self.messages.get(singular)
        if isinstance(found, tuple):
            return plural(n, found, self.lang)
        return plural(n, (singular, plural_form), SOURCE_LANGUAGE)


def translator(lang: str) -> Translator:
    """Return the texts of the library and the terminal application in a language (`en`, or a locale such as `fr_CA`).

    Raises:
        ValueError: not a language.
        CatalogueError: the catalogue is damaged.
    """
    return catalogue(_LIBRARY, lang, "ruleset")


def gettext(lang: str) -> Callable[[str], str]:
    """Return the function usually named `_`: a text of the library in, its translation out."""
    return translator(lang).gettext


def N_(message: str) -> str:  # noqa: N802  # the name that gettext tools look for
    """Mark a text for translation where it is written; `_` translates it where it is shown."""
    return message


def catalogue(folder: Path, lang: str, domain: str = "rules") -> Translator:
    """Return the texts of a rule set folder: `<folder>/locale/<lang>/LC_MESSAGES/rules.po`, empty where there is none.

    A catalogue of the country (`fr_CA`) goes before one of the language. Files are read again when they change.

    Raises:
        ValueError: not a language.
        CatalogueError: the catalogue is damaged.
    """
    language, country = split_lang(lang)
    names = [f"{language}_{country}"] if country else []
    for name in [*names, language]:
        path = folder / "locale" / name / "LC_MESSAGES" / f"{domain}.po"
        if path.is_file():
            return Translator(name, _messages(path, path.stat().st_mtime_ns))
    return Translator(SOURCE_LANGUAGE)


@functools.lru_cache(maxsize=64)
def _messages(path: Path, _changed: int) -> Mapping[str, str | tuple[str, ...]]:
    from babel.messages.pofile import PoFileError, read_po

    with path.open("rb") as file:
        try:
            entries = read_po(file, abort_invalid=True)
        except PoFileError as error:
            raise CatalogueError(path, error.lineno + 1, str(error).rpartition(" on ")[0] or str(error)) from error
    found: dict[str, str | tuple[str, ...]] = {}
    for entry in entries:
        if entry.id and entry.string and all(entry.string) and not entry.fuzzy:
            singular = entry.id if isinstance(entry.id, str) else entry.id[0]
            found[singular] = entry.string if isinstance(entry.string, str) else tuple(entry.string)
    return found
