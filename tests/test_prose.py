"""Conditions and expressions as sentences."""

from pathlib import Path

import pytest

from ruleset import load, make_case
from ruleset.expressions.parse import parse
from ruleset.expressions.prose import Prose
from ruleset.loading.problems import Problems
from ruleset.loading.scope import Names
from ruleset.program import compile_program, rule_nodes
from ruleset.situation import Situation
from ruleset.types import parse_day
from ruleset.wording import Voice

STALL = load(Path(__file__).parent / "data" / "stall")
COLD, RESIDENT = "Avez-vous une vitrine réfrigérée ?", "Habitez-vous la commune ?"
VOICE = Voice.of(STALL, "fr")
SCOPE = Names(
    Problems(), dict(STALL.questions), dict(STALL.parameters), dict(STALL.definitions), dict(STALL.records),
    tuple(STALL.rules), option_ids=tuple(STALL.options),
)  # fmt: skip


def said(text, **settings):
    return Prose(VOICE).condition(parse(text, SCOPE), **settings)


@pytest.mark.parametrize(
    ("written", "sentence", "negation"),
    [
        ("food", "Vendez-vous de la nourriture ? : oui", "Vendez-vous de la nourriture ? : non"),
        ('kind == "truck"', "Quel stand voulez-vous ? : Un camion", "Quel stand voulez-vous ? : autre que Un camion"),
        (
            'kind in ["truck", "table"]',
            "Quel stand voulez-vous ? : Un camion ou Une table",
            "Quel stand voulez-vous ? : autre que Un camion ou Une table",
        ),
        (
            '"oven" in tools',
            "Quel matériel apportez-vous ? : dont « Un four »",
            "Quel matériel apportez-vous ? : sans « Un four »",
        ),
        (
            "on <= date(2026, 11, 24)",
            "la date de droit est au plus tard le 24 novembre 2026",
            "la date de droit n'est pas au plus tard le 24 novembre 2026",
        ),
        (
            "opening < first_check",
            "« Quand ouvrez-vous ? » précède Premier contrôle",
            "« Quand ouvrez-vous ? » ne précède pas Premier contrôle",
        ),
        (
            "turnover >= 10 * 2",
            "« Quel chiffre d'affaires prévoyez-vous ? » est supérieur ou égal à 10 × 2",
            "« Quel chiffre d'affaires prévoyez-vous ? » n'est pas supérieur ou égal à 10 × 2",
        ),
        ("name is none", "Quel est le nom du stand ? : aucun", "Quel est le nom du stand ? : autre que « aucun »"),
        ("known(name)", "Quel est le nom du stand ? : connu", "Quel est le nom du stand ? : pas encore connu"),
        (
            'holds("FOLLOW", "advice")',
            "la conclusion FOLLOW (conseil) est établie",
            "la conclusion FOLLOW (conseil) n'est pas établie",
        ),
        (
            'excluded("large")',
            "l'option « Grand emplacement » est exclue",
            "l'option « Grand emplacement » n'est pas exclue",
        ),
        (
            "cold and (cold or resident)",
            f"{COLD} : oui et ({COLD} : oui ou {RESIDENT} : oui)",
            f"{COLD} : non ou ({COLD} : non et {RESIDENT} : non)",
        ),
        (
            "any(h.family for h in helpers)",
            "au moins une fiche « Aide » vérifie : Aide, Est-il de la famille ? : oui",
            "aucune fiche « Aide » ne vérifie : Aide, Est-il de la famille ? : oui",
        ),
    ],
)  # fmt: skip
def test_a_condition_and_its_negation_are_sentences(written, sentence, negation):
    assert (said(written), said(written, negated=True)) == (sentence, negation)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("opening + months(1) - days(3)", "« Quand ouvrez-vous ? » + 1 mois − 3 jours"),
        ("price_m.at(opening)", "Prix du mètre, au jour : « Quand ouvrez-vous ? »"),
        ('limit["table"]', "Plafond de recettes, pour table"),
        (
            "turnover if food else 0",
            "« Quel chiffre d'affaires prévoyez-vous ? » si Vendez-vous de la nourriture ? : oui, sinon 0",
        ),
        (
            "count(h for h in helpers if h.family)",
            "le nombre de fiches « Aide » (celles où Aide, Est-il de la famille ? : oui)",
        ),
        ("full_months(opening, on)", "le nombre de mois entiers entre « Quand ouvrez-vous ? » et la date de droit"),
        ("min(length_m, 3, 4)", "le plus petit de : « Quelle longueur ? », 3 et 4"),
        ("-days_open", "−« Combien de jours par semaine ? »"),
        ('score("small")', "les points de l'option « Petit emplacement »"),
    ],
)  # fmt: skip
def test_an_expression_is_a_phrase(written, sentence):
    assert Prose(VOICE).term(parse(written, SCOPE)) == sentence


def test_with_a_case_values_stand_beside_the_names():
    case = make_case(STALL, {"turnover": 10000, "kind": "table"}, on=parse_day("2026-11-23"))
    prose = Prose(VOICE, Situation(compile_program(STALL), case))
    assert prose.condition(parse("on <= date(2026, 11, 24)", SCOPE)) == (
        "la date de droit (23 novembre 2026) est au plus tard le 24 novembre 2026"
    )
    assert prose.condition(parse("turnover > limit[kind]", SCOPE)).replace("\u202f", " ").replace("\xa0", " ") == (
        "« Quel chiffre d'affaires prévoyez-vous ? » (10 000 €) est supérieur à "
        "Plafond de recettes, pour « Une table » (20 000 €)"
    )


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_tree_of_a_rule_set_can_be_said(lang):
    prose = Prose(Voice.of(STALL, lang))
    roots = [node for rule in STALL.rules.values() for node in rule_nodes(rule)]
    roots += [definition.value for definition in STALL.definitions.values()]
    for root in roots:
        for node in root.walk():
            assert prose.term(node)
            assert "{" not in prose.condition(node, negated=True)
