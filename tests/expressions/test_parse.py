"""Every mistake in an expression is told with its place; what is read means what was written."""
# ruff: noqa: E501  one case a line reads best

import datetime as dt

import pytest

from ruleset.expressions import tree
from ruleset.expressions.functions import BUILTINS, Function
from ruleset.loading.problems import LoadError
from ruleset.testing import rule_set
from ruleset.types import Type

SCOPE = """questions:
  a: {ask: A, type: yes_no}
  b: {ask: B, type: yes_no}
  n: {ask: N, type: integer}
  x: {ask: X, type: number}
  hours: {ask: H, type: number, unit: h}
  pay: {ask: P, type: money}
  start: {ask: D, type: date}
  word: {ask: W, type: text}
  pick: {ask: K, type: choice, choices: [red, blue]}
  size: {ask: S, type: choice, choices: [small, large]}
  many: {ask: M, type: choices, choices: [red, blue]}
parameters:
  limit: {type: money, values: {2020-01-01: 10}, source: S}
  rate: {type: number, keys: [red, blue], values: {2020-01-01: {red: 1, blue: 2}}, source: S}
definitions:
  age: {for: piece, value: n + 1}
records:
  piece: {title: P, plural: pieces, questions: {ok: {ask: O, type: yes_no}, cost: {ask: C, type: money}}}
  box: {title: B, plural: boxes, questions: {ok: {ask: O, type: yes_no}}}
options: {micro: Micro}
rules:
  R: {when: a, then: {finding: risk, say: X, source: S}}
"""
TEST = "  T:\n    when: |-\n      "


def loaded(expression, functions=None):
    rules = SCOPE + TEST + expression + "\n    then: {finding: info, say: X, source: S}\n"
    return rule_set(rules, functions=functions).rules["T"].condition


def value(expression, functions=None):
    rules = SCOPE.replace("definitions:\n", f"definitions:\n  found: {{value: '{expression}'}}\n")
    return rule_set(rules, functions=functions).definitions["found"]


def problem(expression):
    """The problem of a condition on one line, its column counted in the expression from 1."""
    text = expression.replace("'", "''")
    with pytest.raises(LoadError) as error:
        rule_set(f"{SCOPE}  T: {{when: '{text}', then: {{finding: info, say: X, source: S}}}}\n")
    assert len(error.value.problems) == 1, str(error.value)
    found = error.value.problems[0]
    assert found.where.line == (SCOPE.count("\n") + 7)
    return found.message, found.where.column - len("  T: {when: '")


# The sign ¦ stands just before the place that the problem points to.
MISTAKES = [
    ("a and ¦c", "nom inconnu : « c »"),
    ("a and ¦hour > 1", "nom inconnu : « hour » (vouliez-vous dire « hours » ?)"),
    ('word == "é" and ¦c', "nom inconnu : « c »"),
    ('"é" == ¦c', "nom inconnu : « c »"),
    ("¦piece.ok", "ni une fiche, ni une valeur d'un autre jeu de règles : « piece.ok »"),
    ("¦a.b", "« a » n'a pas de champs"),
    ("¦(a).b.c", "un champ se lit sur une fiche"),
    ("any(¦p for p in pieces)", "« p » est une fiche entière : écrivez p.champ"),
    ("any(¦p.kost > 1 for p in pieces)", "champ inconnu pour « piece » : « kost » (vouliez-vous dire « cost » ?)"),
    ("any(p.ok for p in ¦piece)", "liste de fiches inconnue : « piece » (vouliez-vous dire « pieces » ?)"),
    ("any(p.ok for ¦a in pieces)", "« a » a déjà un sens ici"),
    ("any(p.ok for ¦min in pieces)", "« min » a déjà un sens ici"),
    ("any(box.ok for ¦box in pieces)", "« box » a déjà un sens ici"),
    ("any(p.ok for ¦p, q in pieces)", "écrivez : for fiche in fiches"),
    ("any¦(p.ok for p in pieces for q in pieces)", "un seul « for » par liste"),
    ("count(¦p.ok for p in pieces) > 1", "écrivez : count(p for p in pieces if …)"),
    ("sum(¦p.ok for p in pieces) > 1", "sum demande des nombres, pas oui/non"),
    ("any(¦p.cost for p in pieces)", "une condition (oui/non) est attendue ici, pas un montant (EUR)"),
    ("¦any(a, b)", "écrivez : any(… for fiche in fiches)"),
    ("¦n", "types différents pour le résultat : oui/non et nombre entier"),
    ("a and ¦n", "une condition (oui/non) est attendue ici, pas un nombre entier"),
    ("not ¦start", "une condition (oui/non) est attendue ici, pas une date"),
    ("n > ¦a", "types différents pour une comparaison : nombre entier et oui/non"),
    ("pay > ¦hours", "unités différentes pour une comparaison : EUR et h"),
    ("hours > ¦x", "unités différentes pour une comparaison : h et nombre sans unité"),
    ("pay + ¦hours > 1", "unités différentes pour une addition : EUR et h"),
    ('pick == ¦"green"', "« green » n'est pas un choix possible ; choix : red, blue"),
    ('¦"read" == pick', "« read » n'est pas un choix possible (vouliez-vous dire « red » ?)"),
    ('pick in ["red", ¦"pink"]', "« pink » n'est pas un choix possible"),
    ("pick == ¦size", "ces deux questions n'ont aucun choix commun"),
    ('¦pick > "red"', "un choix ne se compare que par == ou !="),
    ("¦many == many", "plusieurs choix se testent par"),
    ('¦"green" in many', "« green » n'est pas un choix possible"),
    ("¦n in many", "avant « in », un choix est attendu"),
    ("n in ¦x", "après « in », une liste ou plusieurs choix sont attendus, pas un nombre"),
    ("n in [1, ¦none]", "pour tester none, écrivez « x is none »"),
    ("n == ¦none", "pour tester none, écrivez « x is none »"),
    ("n is ¦1", "« is » ne s'emploie qu'avec none"),
    ("¦word + 1 > 1", "un nombre est attendu ici, pas un texte"),
    ("start + ¦1 > start", "à une date s'ajoute une durée"),
    ("¦n ** 2 > 1", "opérations possibles : + - * /"),
    ("¦-word == word", "le signe - demande un nombre"),
    ("¦+n > 1", "le signe - demande un nombre"),
    ("n > (1 if a else ¦start)", "types différents pour les deux branches : nombre entier et date"),
    ("limit.at(¦n) > 1", "une date est attendue, pas un nombre entier"),
    ("¦limit.at(start, start) > 1", "écrivez parametre.at(jour)"),
    ("¦n.at(start) > 1", "« .at(jour) » ne s'emploie que sur un paramètre"),
    ("¦rate.at(start) > 1", "« rate » a une valeur par clé : écrivez rate.at(jour)[clé]"),
    ("¦rate > 1", "« rate » a une valeur par clé : écrivez rate[clé]"),
    ('¦limit["red"] > 1', "« limit » n'a pas de clés"),
    ('¦n["red"] > 1', "seul un paramètre se lit par clé"),
    ('rate[¦"pink"] > 1', "« pink » n'est pas un choix possible"),
    ("rate[¦n] > 1", "une clé est un choix ou un texte, pas un nombre entier"),
    ("¦foo(n)", "fonction inconnue : « foo »"),
    ("¦full_month(start, on) > 1", "fonction inconnue : « full_month » (vouliez-vous dire « full_months » ?)"),
    ("¦full_months(start) > 1", "full_months demande 2 valeur(s) : date, date"),
    ("¦round() > 1", "round demande 1 à 3 valeur(s)"),
    ("¦min() > 1", "min demande au moins une valeur"),
    ("min(1, pay, ¦hours) > 1", "unités différentes pour min(…)"),
    ("year(¦n) > 1", "year attend ici : date ; reçu : nombre entier"),
    ("min(¦a, b)", "min attend ici : nombre ou date ; reçu : oui/non"),
    ("¦year(d=start) > 1", "les arguments s'écrivent sans nom ni étoile"),
    ("¦year(*start) > 1", "les arguments s'écrivent sans nom ni étoile"),
    ("start > ¦date(2026, 2, 30)", "cette date n'existe pas dans le calendrier"),
    ("start > ¦date(999999999999, 1, 1)", "cette date n'existe pas dans le calendrier"),
    ("¦known(a, b)", "écrivez known(x)"),
    ("¦holds(a)", 'écrivez holds("REGLE")'),
    ('holds(¦"RR")', "règle inconnue : « RR »"),
    ('holds("R", ¦"riks")', "gravité inconnue : « riks » (vouliez-vous dire « risk » ?)"),
    ('open_findings(¦"bad")', "gravité inconnue : « bad »"),
    ("¦open_findings(a)", 'écrivez open_findings("caution")'),
    ("¦least(a) > 1", "écrivez least(nombre)"),
    ("¦lambda: a", "cette construction n'existe pas dans le langage"),
    ("¦[a, b]", "cette construction n'existe pas dans le langage"),
    ("¦a.b(1)", "cette construction n'existe pas dans le langage"),
    ("a ¦= b", "écrivez == pour comparer"),
    ("a and ¦(b", "une parenthèse ou un crochet n'est pas fermé"),
    ("a¦) and b", "une parenthèse ou un crochet est fermé sans être ouvert"),
    ('word == ¦"abc', "un guillemet n'est pas fermé"),
    ("a b", None),
    ("n > ¦010", "un nombre ne commence pas par 0"),
    ("n > ¦1e5", "« 1e5 » n'est ni un nombre ni un nom"),
    ("n > ¦0x10", "« 0x10 » n'est ni un nombre ni un nom"),
    ("n > ¦2days", "« 2days » n'est ni un nombre ni un nom"),
    ("n > ¦1.", "« 1. » n'est pas un nombre décimal simple"),
    ("n > ¦12345678901234567", "n'est pas un nombre décimal simple"),
    ("a ¦# comment", "pas de commentaire dans une expression"),
    ('word == "a¦\\n"', "n'a pas de sens dans une expression"),
    ('pick in [¦"red" "blue"]', "en un seul morceau"),
    ('word == ¦b"red"', None),
    ("¦" + "not " * 70 + "a", None),
    ("¦" + "a and " * 900 + "a", "expression de plus de 5000 caractères"),
    ("", None),
]  # fmt: skip


@pytest.mark.parametrize(("marked", "fragment"), [pytest.param(*one, id=one[0][:40]) for one in MISTAKES])
def test_a_mistake_has_its_place_and_its_message(marked, fragment):
    message, column = problem(marked.replace("¦", ""))
    if fragment is not None:
        assert fragment in message
        assert column == marked.index("¦") + 1
    else:
        assert message


def test_a_mistake_on_several_lines_is_told_where_the_expression_begins():
    with pytest.raises(LoadError) as error:
        loaded("a\n      and c")
    assert "nom inconnu : « c »" in error.value.problems[0].message


@pytest.mark.parametrize("sign", ["#", "\\"])
def test_a_sign_inside_a_text_is_only_a_sign(sign):
    if sign == "#":
        assert isinstance(loaded('word == "n# 3"'), tree.Compare)


def test_a_line_break_inside_a_number_does_not_change_its_value():
    """A place on a second line, read as if it were on the first, took other digits than those written."""
    found = rule_set(SCOPE.replace("definitions:\n", 'definitions:\n  found: {value: "12+(\\r34)"}\n')).definitions[
        "found"
    ]
    assert [node.value for node in found.value.walk() if isinstance(node, tree.Literal)] == [12, 34]


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ("n + 1", "integer"), ("n * n", "integer"), ("n / 2", "number"), ("n + x", "number"), ("pay * 2", "money"),
        ("pay / pay", "number"), ("hours * 2", "number"), ("start - start", "integer"), ("start + days(1)", "date"),
        ("days(1) + months(2)", "period"), ("round(x)", "integer"), ("round(x, 1)", "number"), ("floor(x)", "integer"),
        ("round(pay)", "money"), ("min(n, x)", "number"), ("max(start, on)", "date"), ("min(none, n)", "integer"),
        ("n if a else none", "integer"), ("len(many)", "integer"), ("1 if a else 1.5", "number"), ("-x", "number"),
        ("sum(p.cost for p in pieces)", "money"), ("min(p.cost for p in pieces)", "money"), ("none", "none"),
        ("limit.at(start)", "money"), ("rate[pick]", "number"), ("rate.at(start)[pick]", "number"), ("1_000", "integer"),
    ],
)  # fmt: skip
def test_types_are_inferred(expression, kind):
    assert value(expression).type.kind == kind


def test_units_are_multiplied_and_divided():
    assert value("hours * hours").type.unit == (("h", 2),)
    assert value("pay / hours").type.unit == (("EUR", 1), ("h", -1))
    assert value("pay / hours * hours").type == Type("money", unit=(("EUR", 1),))


def test_constants_are_folded_dates_and_signs_too():
    assert value("date(2026, 1, 31)").value == tree.Literal(Type("date"), dt.date(2026, 1, 31))
    assert value("-3").value == tree.Literal(Type("integer"), -3)
    assert loaded("true and a") == tree.Answer(Type("yes_no"), "a")
    assert loaded("not not a") == tree.Answer(Type("yes_no"), "a")


def test_added_periods_are_one_period():
    node = value("start + months(1) + days(2) - months(3)").value
    assert isinstance(node, tree.Shift)
    assert len(node.periods) == 3


def test_a_plugin_function_is_called_with_its_types():
    twice = Function("twice", ("integer",), Type("integer"), lambda n: 2 * n)
    assert value("twice(n)", {"twice": twice}).type.kind == "integer"
    with pytest.raises(LoadError, match="twice attend ici : nombre entier"):
        value("twice(x)", {"twice": twice})


def test_every_builtin_is_documented_in_the_language_page():
    from pathlib import Path

    page = (Path(__file__).parents[2] / "docs/design/language.md").read_text("utf-8")
    assert [name for name in BUILTINS if f"{name}(" not in page] == []
