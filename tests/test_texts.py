"""Texts: each language and country, written and read back."""

import datetime as dt
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruleset.texts import (
    N_,
    CatalogueError,
    Translator,
    UnreadableTextError,
    catalogue,
    choose_locale,
    format_date,
    format_money,
    format_number,
    gettext,
    join,
    parse_date,
    parse_money,
    parse_number,
    plural,
)

LOCALES = ("fr_FR", "fr_CA", "fr_SN", "en")
locales = st.sampled_from(LOCALES)
days = st.dates(min_value=dt.date(1000, 1, 1))
cents = st.integers(-(10**15), 10**15)


@pytest.mark.parametrize(
    ("lang", "environment", "jurisdiction", "expected"),
    [
        (None, {}, None, "fr_FR"),
        (None, {}, "FR", "fr_FR"),
        (None, {}, "QC", "fr_CA"),
        (None, {}, "CA-QC", "fr_CA"),
        (None, {}, "SN", "fr_SN"),
        (None, {"LANG": "fr_CA.UTF-8"}, None, "fr_CA"),
        (None, {"LANG": "fr_CA.UTF-8"}, "FR", "fr_FR"),
        (None, {"LANG": "en_US.UTF-8"}, "FR", "en"),
        (None, {"LANG": "de_DE.UTF-8"}, "FR", "fr_FR"),
        (None, {"LANG": "C.UTF-8"}, "FR", "fr_FR"),
        (None, {"LANG": "en_US.UTF-8", "LC_ALL": "C"}, "FR", "fr_FR"),
        (None, {"LANG": "fr_FR@euro", "RULESET_LANG": "en"}, "FR", "en"),
        (None, {"LANG": "en", "LC_MESSAGES": "", "LC_ALL": ""}, "FR", "en"),
        ("en", {"LANG": "fr_FR.UTF-8"}, "FR", "en"),
        ("fr", {"LANG": "en_US.UTF-8"}, None, "fr_FR"),
        ("fr-ca", {}, "FR", "fr_CA"),
        ("en_CA", {}, "QC", "en_CA"),
    ],
)
def test_the_option_then_the_environment_choose_the_language_and_the_jurisdiction_the_country(
    lang, environment, jurisdiction, expected
):
    assert choose_locale(lang, environment, jurisdiction) == expected


@pytest.mark.parametrize("lang", ["../../etc", "français", "x", "fr_"])
def test_what_is_not_a_language_is_refused(lang):
    with pytest.raises(ValueError, match="langue"):
        choose_locale(lang, {})


@pytest.mark.parametrize(
    ("locale", "short", "long", "full"),
    [
        ("fr_FR", "01/02/2026", "1er février 2026", "dimanche 1er février 2026"),
        ("fr_CA", "2026-02-01", "1er février 2026", "dimanche 1er février 2026"),
        ("fr_SN", "01/02/2026", "1er février 2026", "dimanche 1er février 2026"),
        ("en", "2026-02-01", "February 1, 2026", "Sunday, February 1, 2026"),
    ],
)
def test_dates_are_written_as_the_country_does(locale, short, long, full):
    day = dt.date(2026, 2, 1)
    assert (format_date(day, locale, "short"), format_date(day, locale), format_date(day, locale, "full")) == (
        short,
        long,
        full,
    )


def test_only_the_first_of_the_month_is_an_ordinal():
    assert [format_date(dt.date(2026, 3, day), "fr_FR", "medium") for day in (1, 11, 21, 31)] == [
        "1er mars 2026",
        "11 mars 2026",
        "21 mars 2026",
        "31 mars 2026",
    ]


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "expected"),
    [
        (77700, "EUR", "fr_FR", "77\u202f700\u00a0€"),
        (Fraction("1234.5"), "EUR", "fr_FR", "1\u202f234,50\u00a0€"),
        (Decimal("1234.5"), "CAD", "fr_CA", "1\u00a0234,50\u00a0$"),
        (Decimal("1234.5"), "CAD", "fr_FR", "1\u202f234,50\u00a0$CA"),
        (1234, "XOF", "fr_SN", "1\u202f234\u00a0F\u202fCFA"),
        (Fraction(1, 3), "EUR", "en", "€0.33"),
        (Fraction("0.005"), "EUR", "en", "€0.01"),
        (Fraction("-0.005"), "EUR", "en", "-€0.01"),
        (Fraction("-0.004"), "EUR", "fr_FR", "0\u00a0€"),
        (10**40, "EUR", "en", "€10" + ",000" * 13),
    ],
)
def test_money_is_rounded_half_up_to_its_coin(amount, currency, locale, expected):
    assert format_money(amount, currency, locale) == expected


@pytest.mark.parametrize(
    ("x", "decimals", "expected"),
    [
        (35, None, "35"),
        (Fraction("12.50"), None, "12,5"),
        (Fraction("12.50"), 2, "12,50"),
        (Fraction(2, 3), None, "0,666666666667"),
        (Fraction("0.5"), 0, "1"),
        (Fraction("1000.25"), 1, "1\u202f000,3"),
        (120, 1, "120,0"),
    ],
)
def test_numbers_show_the_decimals_they_have_or_exactly_those_asked(x, decimals, expected):
    assert format_number(x, "fr_FR", decimals) == expected


@given(days, locales, st.sampled_from(["short", "medium", "long", "full"]))
def test_a_date_that_was_written_is_read_back(day, locale, form):
    assert parse_date(format_date(day, locale, form), locale) == day


@given(cents, locales, st.integers(0, 6))
def test_a_number_that_was_written_is_read_back(units, locale, decimals):
    number = Fraction(units, 10**decimals)
    assert parse_number(format_number(number, locale), locale) == number
    assert parse_number(format_number(number, locale, decimals), locale) == number


@given(cents, locales, st.sampled_from(["EUR", "CAD", "XOF", "USD"]))
def test_an_amount_that_was_written_is_read_back(units, locale, currency):
    amount = Fraction(units) if currency == "XOF" else Fraction(units, 100)
    assert parse_money(format_money(amount, currency, locale), currency, locale) == amount


@given(st.text(max_size=12) | st.text("0123456789 .,-/janvfévruimo", max_size=14), locales)
def test_anything_typed_is_read_or_refused(text, locale):
    for parse in (parse_number, parse_date, lambda text, locale: parse_money(text, "EUR", locale)):
        try:
            parse(text, locale)
        except UnreadableTextError as error:
            assert error.text == text  # noqa: PT017  # being read is right as well


@pytest.mark.parametrize(
    ("text", "locale", "expected"),
    [
        ("1 234,50", "fr_FR", "1234.5"),
        ("1\u202f234,50", "fr_CA", "1234.5"),
        ("1\u00a0234,50", "fr_SN", "1234.5"),
        ("1234.5", "fr_FR", "1234.5"),
        ("1.234,50", "fr_FR", "1234.5"),
        ("1,234.50", "fr_FR", "1234.5"),
        ("1.234.567", "fr_FR", "1234567"),
        ("1,234", "fr_FR", "1.234"),
        ("0.125", "fr_FR", "0.125"),
        ("1,234", "en", "1234"),
        ("1.234", "en", "1.234"),
        ("12,5", "en", "12.5"),
        ("1 234,5", "en", "1234.5"),
        ("- 3", "fr_FR", "-3"),
        ("\u22123", "fr_FR", "-3"),
        ("+3", "fr_FR", "3"),
        (",5", "fr_FR", "0.5"),
        ("1'234", "fr_FR", "1234"),
        ("007", "fr_FR", "7"),
    ],
)
def test_numbers_as_people_type_them(text, locale, expected):
    assert parse_number(text, locale) == Fraction(expected)


@pytest.mark.parametrize(
    "text", ["", " ", "-", "12 34", "1,2,3", "1..2", "12,", "1 234.567,8", "dix", "1e5", "½", "--1", "٣", "9" * 5000]
)
def test_what_is_not_a_number_is_refused_with_an_example(text):
    with pytest.raises(UnreadableTextError, match="Écrivez par exemple 1\u202f234,5"):
        parse_number(text, "fr_FR")


def test_a_number_that_can_be_two_is_asked_again():
    with pytest.raises(UnreadableTextError, match="peut se lire 1,234 ou 1234 "):
        parse_number("1.234", "fr_FR")


@pytest.mark.parametrize(
    ("text", "currency", "locale", "expected"),
    [
        ("1500", "EUR", "fr_FR", 1500),
        ("1 500 €", "EUR", "fr_FR", 1500),
        ("1500 euros", "EUR", "fr_FR", 1500),
        ("€1,500.25", "EUR", "en", Fraction("1500.25")),
        ("-€3", "EUR", "en", -3),
        ("25 $", "CAD", "fr_CA", 25),
        ("$ 25", "CAD", "fr_FR", 25),
        ("20 000 fcfa", "XOF", "fr_SN", 20000),
        ("20 000 F", "XOF", "fr_SN", 20000),
        ("20 000 francs CFA (BCEAO)", "XOF", "fr_SN", 20000),
    ],
)
def test_amounts_as_people_type_them(text, currency, locale, expected):
    assert parse_money(text, currency, locale) == expected


@pytest.mark.parametrize("text", ["100 $", "100 eurosport", "€", "cent euros"])
def test_what_is_not_an_amount_in_the_currency_is_refused(text):
    with pytest.raises(UnreadableTextError) as raised:
        parse_money(text, "EUR", "fr_FR")
    assert raised.value.text == text


@pytest.mark.parametrize(
    ("text", "locale", "expected"),
    [
        ("23/11/2026", "fr_FR", "2026-11-23"),
        ("23.11.2026", "fr_FR", "2026-11-23"),
        ("23 11 2026", "fr_CA", "2026-11-23"),
        ("2026-11-23", "fr_CA", "2026-11-23"),
        ("2026/11/23", "en", "2026-11-23"),
        ("03/04/2026", "fr_FR", "2026-04-03"),
        ("23 nov 2026", "fr_FR", "2026-11-23"),
        ("23 nov. 2026", "fr_CA", "2026-11-23"),
        ("le 23 NOVEMBRE 2026", "fr_FR", "2026-11-23"),
        ("1er fevrier 2026", "fr_FR", "2026-02-01"),
        ("1 FÉVR 2026", "fr_FR", "2026-02-01"),
        ("3 mar 2026", "fr_FR", "2026-03-03"),
        ("lun. 23 novembre 2026", "fr_FR", "2026-11-23"),
        ("lundi 23/11/2026", "fr_FR", "2026-11-23"),
        ("mardi 3 mars 2026", "fr_FR", "2026-03-03"),
        ("23 November 2026", "en", "2026-11-23"),
        ("November 23rd, 2026", "en", "2026-11-23"),
        ("the 23rd of November 2026", "en", "2026-11-23"),
        ("23/11/2026", "en", "2026-11-23"),
        ("11/23/2026", "en", "2026-11-23"),
        ("11/11/2026", "en", "2026-11-11"),
        ("3 May 2026", "en", "2026-05-03"),
    ],
)
def test_dates_as_people_type_them(text, locale, expected):
    assert parse_date(text, locale) == dt.date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("text", "locale", "message"),
    [
        ("31/02/2026", "fr_FR", "ce jour n'existe pas"),
        ("23/13/2026", "fr_FR", "ce jour n'existe pas"),
        ("23/11/26", "fr_FR", "quatre chiffres"),
        ("23 novembre 26", "fr_FR", "quatre chiffres"),
        ("0023/11/23", "fr_FR", "quatre chiffres"),
        ("3 jui 2026", "fr_FR", "le mois en entier"),
        ("mardi 23 novembre 2026", "fr_FR", r"jour de la semaine \(lundi 23 novembre 2026\)"),
        ("demain", "fr_FR", "Écrivez par exemple 23/11/2026 ou 23 novembre 2026"),
        ("23 brumaire 2026", "fr_FR", "n'est pas une date"),
        ("novembre 2026", "fr_FR", "n'est pas une date"),
        ("2026", "fr_FR", "n'est pas une date"),
        ("10/11/20262026", "fr_FR", "n'est pas une date"),
        ("brumaire 23 novembre 2026", "fr_FR", "n'est pas une date"),
        ("1 janvier mars 2026", "fr_FR", "n'est pas une date"),
        ("", "fr_FR", "n'est pas une date"),
        ("03/04/2026", "en", "is the day or the month first"),
    ],
)
def test_a_date_that_is_not_one_says_why(text, locale, message):
    with pytest.raises(UnreadableTextError, match=message):
        parse_date(text, locale)


def test_a_language_with_more_forms_takes_them_in_unicode_order():
    assert [plural(n, ("kot", "koty", "kotów", "kota"), "pl") for n in (1, 3, 5, Fraction("1.5"))] == [
        "kot",
        "koty",
        "kotów",
        "kota",
    ]
    assert plural(1_000_000, ("jour", "de jours", "jours"), "fr_FR") == "de jours"
    assert plural(5, ("mouton",), "fr_FR") == "mouton"


@pytest.mark.parametrize(
    ("items", "expected"), [([], ""), (["a"], "a"), (["a", "b"], "a et b"), (["{a}", "b", "c"], "{a}, b et c")]
)
def test_enumerations(items, expected):
    assert join(items, "fr_SN") == expected


@pytest.mark.parametrize(
    ("locale", "expected"),
    [("fr_EU", "23 novembre 2026"), ("en_EU", "November 23, 2026"), ("zz_FR", "23 novembre 2026")],
)
def test_an_unknown_country_writes_as_its_language_and_an_unknown_language_as_french(locale, expected):
    assert format_date(dt.date(2026, 11, 23), locale) == expected


def test_a_text_marked_for_later_stays_as_it_is():
    assert N_("Bonjour") == "Bonjour"


PO = """\
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Bonjour"
msgstr "Hello"

msgid "Bonsoir"
msgstr ""

#, fuzzy
msgid "Bonne nuit"
msgstr "Good evening"

msgid "{n} question"
msgid_plural "{n} questions"
msgstr[0] "{n} question asked"
msgstr[1] "{n} questions asked"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "locale" / "en" / "LC_MESSAGES" / "rules.po"
    path.parent.mkdir(parents=True)
    path.write_text(PO, encoding="utf-8")
    return tmp_path


def test_a_text_is_translated_or_stays_french(folder):
    _ = catalogue(folder, "en").gettext
    assert [_("Bonjour"), _("Bonsoir"), _("Bonne nuit"), _("Salut")] == ["Hello", "Bonsoir", "Bonne nuit", "Salut"]


def test_a_plural_is_translated_by_number(folder):
    english, french = catalogue(folder, "en"), catalogue(folder, "fr_CA")
    assert [english.ngettext("{n} question", "{n} questions", n) for n in (0, 1)] == [
        "{n} questions asked",
        "{n} question asked",
    ]
    assert french.ngettext("{n} question", "{n} questions", 0) == "{n} question"
    assert english.gettext("{n} question") == "{n} question asked"


def test_a_country_falls_back_to_its_language_and_french_needs_no_catalogue(folder):
    assert catalogue(folder, "en_CA").gettext("Bonjour") == "Hello"
    assert catalogue(folder, "fr_CA") == Translator("fr")
    assert catalogue(folder, "wo").gettext("Bonjour") == "Bonjour"
    assert gettext("fr")("Bonjour") == "Bonjour"


def test_a_changed_catalogue_is_read_again(folder):
    path = folder / "locale/en/LC_MESSAGES/rules.po"
    assert catalogue(folder, "en").gettext("Bonjour") == "Hello"
    path.write_text(PO.replace("Hello", "Good morning"), encoding="utf-8")
    assert catalogue(folder, "en").gettext("Bonjour") == "Good morning"


def test_a_damaged_catalogue_says_where(folder):
    path = folder / "locale/en/LC_MESSAGES/rules.po"
    path.write_text('msgid "a"\nmsgstr "b"\nmsgstrange "c"\n', encoding="utf-8")
    with pytest.raises(CatalogueError) as raised:
        catalogue(folder, "en")
    assert (raised.value.path, raised.value.line) == (path, 3)
    assert str(raised.value).startswith(f"{path}:3: ")


def test_french_without_dates_does_not_import_babel():
    program = (
        "import sys; from ruleset.texts import choose_locale, gettext; gettext(choose_locale('fr'))('Bonjour');"
        "print([name for name in sys.modules if name.partition('.')[0] in ('babel', 'yaml')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
