"""Texts as people read and type them: the language and the place, catalogues, dates, money, numbers, plural, lists.

French source texts are the message ids, so French needs no catalogue; a text without a translation stays French.
Babel is imported by the first function that needs it: starting in French and writing nothing costs nothing.
"""

from ruleset.texts.catalogues import N_, CatalogueError, Translator, catalogue, gettext, translator
from ruleset.texts.locales import LANGUAGES, SOURCE_LANGUAGE, choose_locale
from ruleset.texts.reading import UnreadableTextError, parse_date, parse_money, parse_number
from ruleset.texts.writing import format_date, format_money, format_number, join, plural

__all__ = [
    "LANGUAGES",
    "N_",
    "SOURCE_LANGUAGE",
    "CatalogueError",
    "Translator",
    "UnreadableTextError",
    "catalogue",
    "choose_locale",
    "format_date",
    "format_money",
    "format_number",
    "gettext",
    "join",
    "parse_date",
    "parse_money",
    "parse_number",
    "plural",
    "translator",
]
