"""Which language and which country's customs: `fr_FR`, `fr_CA`, `fr_SN`, `en`."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from babel import Locale

LANGUAGES: Final = ("fr", "en")
"""The languages of the program itself; a rule set may have catalogues in others."""

SOURCE_LANGUAGE: Final = "fr"
"""The language of the law and of every source text: it needs no catalogue."""

_LANG = re.compile(r"([A-Za-z]{2,3})(?:[_-]([A-Za-z]{2}))?")


def choose_locale(
    lang: str | None = None, environment: Mapping[str, str] | None = None, jurisdiction: str | None = None
) -> str:
    """Return the locale to show: `fr_FR`, `fr_CA`, `fr_SN`, `en`, or what `lang` says.

    Args:
        lang: what the user asked for (`fr`, `en`, `fr_CA`, `fr-CA`); wins over the environment.
        environment: RULESET_LANG, else LC_ALL, LC_MESSAGES, LANG are read there; by default the process's own.
            The first that is set decides; a language the program does not speak gives French.
        jurisdiction: of the rule set (`FR`, `QC`, `CA-QC`, `SN`); it decides how French writes money and dates
            unless `lang` names a country.

    Raises:
        ValueError: `lang` does not look like a language.

    >>> choose_locale("fr", {}, "QC"), choose_locale(None, {"LANG": "en_GB.UTF-8"}, "FR")
    ('fr_CA', 'en')
    >>> choose_locale(None, {"LC_ALL": "C", "LANG": "en_US.UTF-8"}), choose_locale("fr", {"LANG": "fr_SN.UTF-8"})
    ('fr_FR', 'fr_SN')
    """
    found = next(_wishes(os.environ if environment is None else environment), "")
    match = _LANG.fullmatch(found)
    here, country_here = (match[1].lower(), match[2]) if match else ("", None)
    language, country = split_lang(lang) if lang else (here if here in LANGUAGES else SOURCE_LANGUAGE, None)
    if language != "fr":
        return f"{language}_{country}" if country else language
    country = country or _country(jurisdiction) or (country_here if here == "fr" else None) or "FR"
    return f"fr_{country.upper()}"


def _wishes(environment: Mapping[str, str]) -> Iterator[str]:
    for name in ("RULESET_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            yield re.split(r"[.@]", value)[0]


def _country(jurisdiction: str | None) -> str | None:
    if jurisdiction == "QC":
        return "CA"
    match = re.fullmatch(r"([A-Z]{2})(?:-\w+)?", jurisdiction or "")
    return match and match[1]


def split_lang(lang: str) -> tuple[str, str | None]:
    """Return the language and the country of `fr`, `fr_CA` or `fr-CA`.

    Raises:
        ValueError: something else.
    """
    match = _LANG.fullmatch(lang)
    if not match:
        raise ValueError(f"{lang!r}: une langue s'écrit fr, en ou fr_CA")
    return match[1].lower(), match[2] and match[2].upper()


@functools.lru_cache(maxsize=32)
def locale_data(name: str) -> Locale:
    """Return what Babel knows of a locale; of its language where it does not know the country, else of French."""
    from babel import Locale, UnknownLocaleError

    language, country = split_lang(name)
    for known in (f"{language}_{country}" if country else language, language):
        try:
            return Locale.parse(known)
        except UnknownLocaleError:
            continue
    return Locale.parse(SOURCE_LANGUAGE)
