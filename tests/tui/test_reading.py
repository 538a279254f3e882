"""What people type, understood or refused kindly."""

import datetime as dt
from fractions import Fraction

import pytest

from ruleset.model import RuleSet
from ruleset.wording import Voice
from ruleset_tui.reading import NotUnderstoodError, example, typed, understand


@pytest.fixture
def voice(demo: RuleSet) -> Voice:
    return Voice.of(demo, "fr")


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\xa0", " ")


@pytest.mark.parametrize(
    ("id", "text", "raw", "echo"),
    [
        ("rent", "1 234,50", "1234.5", "1 234,50 €"),
        ("rent", "850 €", "850", "850 €"),
        ("start", "23/11/2026", dt.date(2026, 11, 23), "lundi 23 novembre 2026"),
        ("start", "1er janvier 2027", dt.date(2027, 1, 1), "vendredi 1er janvier 2027"),
        ("people", " 3 ", "3", "3"),
        ("surface", "12,5", "12.5", "12,5 m²"),
        ("surface", "12,5 m²", "12.5", "12,5 m²"),
        ("street", "rue Haute", "rue Haute", ""),
    ],
)
def test_a_text_is_understood_and_said_in_words(
    demo: RuleSet, voice: Voice, id: str, text: str, raw: object, echo: str
) -> None:
    found = understand(demo.questions[id], text, voice)
    assert found.raw == raw
    assert plain(found.echo) == echo
    assert demo.questions[id].domain.read(found.raw) is not None


@pytest.mark.parametrize(
    ("id", "text", "message"),
    [
        ("rent", "", "Écrivez une réponse, ou choisissez « Je ne sais pas »."),
        ("rent", "cher", "« cher » n'est pas un nombre. Écrivez par exemple 1 234,5."),
        ("rent", "-1", "-1 €, c'est trop peu : au moins 0 €."),
        ("rent", "20 001", "20 001 €, c'est trop : au plus 20 000 €."),
        ("rent", "1,234", "Il y a trop de décimales : 2 au plus."),
        ("people", "2,5", "Écrivez un nombre entier, sans virgule."),
        ("people", "0", "0, c'est trop peu : au moins 1."),
        ("surface", "1,25", "Il y a trop de décimales : 1 au plus."),
        ("surface", "1234567890123456", "Ce nombre est trop long : 15 chiffres au plus."),
        ("start", "30/02/2026", "« 30/02/2026 » : ce jour n'existe pas."),
    ],
)
def test_a_text_that_is_no_answer_is_refused_kindly(
    demo: RuleSet, voice: Voice, id: str, text: str, message: str
) -> None:
    with pytest.raises(NotUnderstoodError) as error:
        understand(demo.questions[id], text, voice)
    assert plain(str(error.value)) == message


@pytest.mark.parametrize(
    ("id", "value"),
    [("rent", Fraction(2469, 2)), ("start", dt.date(2026, 1, 31)), ("people", 12), ("surface", Fraction(25, 2))],
)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_an_answer_can_be_typed_again_as_it_is_shown(demo: RuleSet, lang: str, id: str, value: object) -> None:
    question, voice = demo.questions[id], Voice.of(demo, lang)
    assert question.domain.read(understand(question, typed(value, voice), voice).raw) == value  # type: ignore[arg-type]


def test_the_hint_is_itself_an_answer(demo: RuleSet, voice: Voice) -> None:
    assert plain(example(demo.questions["rent"], voice)) == "un nombre, par exemple 1 234,5"
    assert example(demo.questions["start"], voice) == "par exemple 23/11/2026 ou 23 novembre 2026"
    assert example(demo.questions["street"], voice) == ""
