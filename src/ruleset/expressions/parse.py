"""From the text of an expression to its typed tree: Python's syntax by the standard `ast`, our names and types.

Nothing is ever evaluated as Python. Every mistake is an `ExpressionError` with its place and, where a name is near,
a suggestion.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Final, NoReturn, Protocol

import attrs

from ruleset import units
from ruleset.expressions import tree
from ruleset.expressions.functions import BUILTINS, Function
from ruleset.expressions.tree import FALSE, TRUE, Node
from ruleset.types import DATE, NONE, PERIOD, SEVERITIES, TEXT, YES_NO, Type, near, whole

MAX_LENGTH: Final = 5000
MAX_DEPTH: Final = 60
_CURRENCY = re.compile(r"[A-Z]{3}")
_BLANKS: Final = str.maketrans("\n\r\t\f\v", "     ")
_STRING = re.compile(r"\"[^\"\\]*\"|'[^'\\]*'")
_MISLEADING = re.compile(r"#|\\|(?<![\w.])\d[\d_.]*[^\W\d_]\w*")
_SYNTAX: Final = {
    "Maybe you meant '=='": "écrivez == pour comparer",
    "was never closed": "une parenthèse ou un crochet n'est pas fermé",
    "unmatched": "une parenthèse ou un crochet est fermé sans être ouvert",
    "does not match": "les parenthèses et les crochets se croisent",
    "too many nested parentheses": "trop de parenthèses imbriquées",
    "unterminated string": "un guillemet n'est pas fermé",
    "leading zeros": "un nombre ne commence pas par 0",
    "forgot a comma": "il manque une virgule ou un mot entre deux valeurs",
    "expected 'else'": "« if » demande « else » : valeur if condition else autre",
    "unexpected EOF": "il manque la fin",
    "invalid character": "ce signe n'existe pas dans le langage",
    "invalid non-printable": "ce signe n'existe pas dans le langage",
}
_COMPARISONS: Final[dict[type[ast.cmpop], tree.Comparison]] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip
_OPERATORS: Final[dict[type[ast.operator], tree.Operator]] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/",
}  # fmt: skip
_CONSTANTS: Final[dict[str, Node]] = {
    "true": TRUE,
    "false": FALSE,
    "none": tree.Literal(NONE, None),
    "on": tree.On(DATE),
}
AGGREGATES: Final = frozenset({"any", "all", "count", "sum", "min", "max"})
SPECIAL: Final = ("known", "holds", "open_findings", "least", "most", "score", "excluded", "best_option")
RESERVED: Final = frozenset({*_CONSTANTS, *AGGREGATES, *BUILTINS, *SPECIAL})


class ExpressionError(ValueError):
    """An expression that means nothing here; `offset` counts characters from its start."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class UnknownNameError(ExpressionError):
    """A name that nothing here has; the loader keeps silent where the part of that name is itself in error."""

    def __init__(self, message: str, offset: int, name: str) -> None:
        super().__init__(message, offset)
        self.name = name


class Scope(Protocol):
    """What the names of an expression mean, in one rule set."""

    def name(self, name: str) -> Node | None:
        """Return the node of a question, definition, table or parameter (at the date of law)."""

    def names(self) -> Iterable[str]:
        """Return every name, for suggestions."""

    def record(self, plural: str) -> str | None:
        """Return the record type whose list has that name."""

    def record_types(self) -> Iterable[str]:
        """Return the ids of the record types."""

    def field(self, variable: str, record: str, name: str) -> Node | None:
        """Return the node of a field, or of a value computed for each record."""

    def fields(self, record: str) -> Iterable[str]:
        """Return the names of its fields."""

    def keys(self, parameter: str) -> tuple[str, ...]:
        """Return the keys of a parameter."""

    def rules(self) -> Iterable[str]:
        """Return the ids of the rules that make findings."""

    def options(self) -> tuple[str, ...]:
        """Return the ids of the options."""

    def function(self, name: str) -> Function | None:
        """Return a built-in or plug-in function."""

    def imported(self, alias: str, name: str) -> Node | None:
        """Return the node of a value of another rule set."""


def parse(text: str, scope: Scope, expect: Type | None = None, variables: dict[str, str] | None = None) -> Node:
    """Return the typed tree of an expression.

    Args:
        text: the expression.
        scope: what its names mean.
        expect: the type it must have (its unit and choices included).
        variables: record variables it may use, with their record types.

    Raises:
        ExpressionError: it is not an expression of the language, or its types do not fit.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"expression de plus de {MAX_LENGTH} caractères : nommez des étapes par des définitions")
    flat = text.translate(_BLANKS)
    lead = len(flat) - len(flat.lstrip())
    flat = flat.strip()
    _refuse_signs(flat, lead)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)  # « 3or 4 » is refused or read, never half told on stderr
            parsed = ast.parse(flat, mode="eval").body
    except SyntaxError as error:
        place = lead + min(max((error.offset or 1) - 1, 0), max(len(flat) - 1, 0))
        raise ExpressionError(f"expression mal écrite : {_syntax(error)}", place) from None
    except (ValueError, RecursionError, MemoryError):
        raise ExpressionError("expression illisible ou trop imbriquée") from None
    try:
        node = _Reader(flat, scope, dict(variables or {})).read(parsed, 0)
        if expect is not None:
            unify(expect, node.type, node=parsed, what="le résultat")
    except ExpressionError as error:
        # ast counts bytes, places are characters
        error.offset = lead + len(flat.encode()[: error.offset].decode(errors="ignore"))
        raise
    return node


def _refuse_signs(text: str, lead: int) -> None:
    """Refuse what Python would read otherwise than it looks: comments, escapes, letters glued to a number."""
    match = _MISLEADING.search(_STRING.sub(lambda found: "_" * len(found[0]), text))
    if match is None:
        return
    sign = match[0]
    if sign == "#":
        message = (
            "« # » : pas de commentaire dans une expression (mettez-le dans « note », ou en YAML hors des guillemets)"
        )
    elif sign == "\\":
        message = "« \\ » n'a pas de sens dans une expression"
    else:
        message = f"« {sign[:40]} » n'est ni un nombre ni un nom (nombres : 12 ou 12.5)"
    raise ExpressionError(f"expression mal écrite : {message}", lead + match.start())


def _syntax(error: SyntaxError) -> str:
    if (error.text or "")[max((error.offset or 1) - 1, 0) :].startswith("="):
        return "écrivez == pour comparer"
    return next(
        (said for part, said in _SYNTAX.items() if part in error.msg), "la syntaxe n'est pas celle d'une expression"
    )


def fail(message: str, node: ast.AST) -> NoReturn:
    """Raise the error of a sub-expression."""
    raise ExpressionError(message, getattr(node, "col_offset", 0))


def fail_unknown(what: str, name: str, words: Iterable[str], node: ast.AST, *, of: str = "") -> NoReturn:
    """Raise the error of a name that nothing has (of a record type, where `of` is given)."""
    message = f"{what} : « {name} »{near(name, words)}"
    raise UnknownNameError(message, getattr(node, "col_offset", 0), f"{of}.{name}" if of else name)


def unify(left: Type, right: Type, node: ast.AST, what: str) -> Type:
    """Return the type that both are, for a comparison or two alternatives.

    Raises:
        ExpressionError: there is none.
    """
    if left.kind == "none" or right.kind == "none":
        return right if left.kind == "none" else left
    if left.numeric and right.numeric:
        if not units.compatible(left.unit, right.unit):
            fail(f"unités différentes pour {what} : {_unit_name(left)} et {_unit_name(right)}", node)
        return _number(
            left.unit if left.unit is not None else right.unit,
            integer=left.kind == "integer" and right.kind == "integer",
        )
    words = {"choice", "text"}
    if left.kind in words and right.kind in words:
        if left.kind == right.kind == "choice":
            return Type("choice", tuple(dict.fromkeys((left.choices or ()) + (right.choices or ()))))
        return TEXT
    if left.kind != right.kind:
        fail(f"types différents pour {what} : {kind_name(left)} et {kind_name(right)}", node)
    return left


_KINDS: Final[dict[str, str]] = {
    "yes_no": "oui/non", "choice": "choix", "choices": "plusieurs choix", "integer": "nombre entier",
    "number": "nombre", "money": "montant", "date": "date", "period": "durée", "text": "texte", "list": "liste",
    "none": "aucun", "any": "une valeur", "ordered": "nombre ou date",
}  # fmt: skip


def kind_name(type_: Type) -> str:
    """Return the French name of a type."""
    return _KINDS[type_.kind] + (f" ({units.format_unit(type_.unit)})" if type_.unit else "")


def a_kind(type_: Type) -> str:
    """Return the French name of a type with its article."""
    article = {"date": "une ", "period": "une ", "list": "une ", "choices": "", "yes_no": "", "none": ""}
    return article.get(type_.kind, "un ") + kind_name(type_)


def _unit_name(type_: Type) -> str:
    return units.format_unit(type_.unit) if type_.unit else "nombre sans unité"


def _number(unit: units.Unit | None, *, integer: bool) -> Type:
    if unit and len(unit) == 1 and unit[0][1] == 1 and _CURRENCY.fullmatch(unit[0][0]):
        return Type("money", unit=unit)
    return Type("integer" if integer else "number", unit=unit)


@attrs.define
class _Reader:
    text: str
    scope: Scope
    variables: dict[str, str]

    def read(self, node: ast.expr, depth: int) -> Node:
        if depth > MAX_DEPTH:
            fail("expression trop imbriquée : nommez des étapes par des définitions", node)
        reader = _READERS.get(type(node))
        if reader is None:
            fail("cette construction n'existe pas dans le langage", node)
        return reader(self, node, depth + 1)

    def condition(self, node: ast.expr, depth: int) -> Node:
        tree_ = self.read(node, depth)
        if tree_.type.kind not in ("yes_no", "none"):
            fail(f"une condition (oui/non) est attendue ici, pas {a_kind(tree_.type)}", node)
        return tree_

    def constant(self, node: ast.Constant, _: int) -> Node:
        if node.value is True or node.value is False:
            return TRUE if node.value else FALSE
        if node.value is None:
            return _CONSTANTS["none"]
        written = self.text.encode()[node.col_offset : node.end_col_offset].decode()
        if isinstance(node.value, str):
            if not _STRING.fullmatch(written):
                fail('un texte s\'écrit "entre guillemets", en un seul morceau (il manque peut-être une virgule)', node)
            return tree.Literal(Type("choice", (node.value,)), node.value)
        written = written.replace("_", "")
        if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", written) or len(written) > 16:
            fail(f"« {written[:40]} » n'est pas un nombre décimal simple", node)
        value = whole(Fraction(written))
        return tree.Literal(Type("integer" if isinstance(value, int) else "number"), value)

    def name(self, node: ast.Name, _: int) -> Node:
        if node.id in _CONSTANTS:
            return _CONSTANTS[node.id]
        found = self.scope.name(node.id)
        if found is None:
            if node.id in self.variables:
                fail(f"« {node.id} » est une fiche entière : écrivez {node.id}.champ", node)
            fail_unknown("nom inconnu", node.id, [*self.scope.names(), *self.variables], node)
        if isinstance(found, tree.Parameter) and self.scope.keys(found.id):
            fail(f"« {node.id} » a une valeur par clé : écrivez {node.id}[clé]", node)
        return found

    def attribute(self, node: ast.Attribute, _: int) -> Node:
        if not isinstance(node.value, ast.Name):
            fail("un champ se lit sur une fiche : fiche.champ", node)
        owner = node.value.id
        if owner in self.variables:
            record = self.variables[owner]
            found = self.scope.field(owner, record, node.attr)
            if found is None:
                said = f"champ inconnu pour « {record} »"
                fail_unknown(said, node.attr, self.scope.fields(record), node, of=record)
            return found
        found = self.scope.imported(owner, node.attr)
        if found is None:
            if self.scope.name(owner) is not None:
                fail(f"« {owner} » n'a pas de champs : ce n'est pas une fiche", node)
            fail_unknown(
                "ni une fiche, ni une valeur d'un autre jeu de règles", f"{owner}.{node.attr}", self.variables, node
            )
        return found

    def subscript(self, node: ast.Subscript, depth: int) -> Node:
        day: Node = _CONSTANTS["on"]
        target: ast.expr = node.value
        if isinstance(target, ast.Call) and _is_at(target):
            day = self.at_day(target, depth)
            target = target.func.value  # type: ignore[attr-defined]
        parameter = self.scope.name(target.id) if isinstance(target, ast.Name) else None
        if not isinstance(parameter, tree.Parameter):
            fail("seul un paramètre se lit par clé : parametre[clé]", node)
        keys = self.scope.keys(parameter.id)
        if not keys:
            fail(f"« {parameter.id} » n'a pas de clés", node)
        key = self.read(node.slice, depth)
        if key.type.kind not in ("choice", "text", "none"):
            fail(f"une clé est un choix ou un texte, pas {a_kind(key.type)}", node.slice)
        self.check_among(Type("choice", keys), key, node.slice)
        return tree.Parameter(parameter.type, parameter.id, day, key)

    def at_day(self, node: ast.Call, depth: int) -> Node:
        if len(node.args) != 1 or node.keywords:
            fail("écrivez parametre.at(jour)", node)
        day = self.read(node.args[0], depth)
        if day.type.kind != "date":
            fail(f"une date est attendue, pas {a_kind(day.type)}", node.args[0])
        return day

    def logic(self, node: ast.BoolOp, depth: int) -> Node:
        operands = [self.condition(value, depth) for value in node.values]
        return (tree.conjunction if isinstance(node.op, ast.And) else tree.disjunction)(*operands)

    def unary(self, node: ast.UnaryOp, depth: int) -> Node:
        if isinstance(node.op, ast.Not):
            return tree.negation(self.condition(node.operand, depth))
        operand = self.read(node.operand, depth)
        if not (operand.type.numeric or operand.type.kind == "period") or not isinstance(node.op, ast.USub):
            fail("le signe - demande un nombre", node)
        if isinstance(operand, tree.Literal) and isinstance(operand.value, (int, Fraction)):
            return tree.Literal(operand.type, -operand.value)
        return tree.Negative(operand.type, operand)

    def compare(self, node: ast.Compare, depth: int) -> Node:
        sides = [node.left, *node.comparators]
        parts = [
            self.comparison(op, left, right, depth) for op, left, right in zip(node.ops, sides, sides[1:], strict=False)
        ]
        return tree.conjunction(*parts)

    def comparison(self, op: ast.cmpop, left: ast.expr, right: ast.expr, depth: int) -> Node:
        if isinstance(op, (ast.Is, ast.IsNot)):
            if not (isinstance(right, ast.Constant) and right.value is None) and not (
                isinstance(right, ast.Name) and right.id == "none"
            ):
                fail("« is » ne s'emploie qu'avec none : x is none", right)
            test = tree.IsNone(YES_NO, self.read(left, depth))
            return tree.negation(test) if isinstance(op, ast.IsNot) else test
        if isinstance(op, (ast.In, ast.NotIn)):
            test2 = self.membership(left, right, depth)
            return tree.negation(test2) if isinstance(op, ast.NotIn) else test2
        symbol = _COMPARISONS[type(op)]
        one, two = self.read(left, depth), self.read(right, depth)
        if one.type.kind == "none" or two.type.kind == "none":
            fail("pour tester none, écrivez « x is none »", right)
        self.check_choices(one, two, right)
        self.check_choices(two, one, left)
        unify(one.type, two.type, right, "une comparaison")
        ordered = one.type.numeric or one.type.kind in ("date", "period")
        if symbol not in ("==", "!=") and not ordered:
            fail(f"{a_kind(one.type)} ne se compare que par == ou !=", left)
        if one.type.kind in ("choices", "list"):
            fail('plusieurs choix se testent par "choix" in question', left)
        return tree.Compare(YES_NO, symbol, one, two)

    def check_choices(self, side: Node, other: Node, node: ast.expr) -> None:
        """Refuse a written choice that the other side does not have."""
        if not isinstance(side, tree.Literal):
            self.check_among(side.type, other, node)

    def check_among(self, type_: Type, other: Node, node: ast.expr) -> None:
        """Refuse a written choice that a type does not have."""
        if type_.kind != "choice" or other.type.kind != "choice":
            return
        possible, given = type_.choices or (), other.type.choices or ()
        if isinstance(other, tree.Literal) and other.value not in possible:
            fail(
                f"« {other.value} » n'est pas un choix possible{near(str(other.value), possible)} ; "
                f"choix : {', '.join(possible)}",
                node,
            )
        if not set(possible) & set(given):
            fail("ces deux questions n'ont aucun choix commun", node)

    def membership(self, left: ast.expr, right: ast.expr, depth: int) -> Node:
        item = self.read(left, depth)
        if isinstance(right, (ast.List, ast.Tuple, ast.Set)):
            options = tuple(self.read(element, depth) for element in right.elts)
            for option, element in zip(options, right.elts, strict=True):
                if option.type.kind == "none":
                    fail("pour tester none, écrivez « x is none »", element)
                self.check_choices(item, option, element)
                unify(item.type, option.type, element, "une liste de valeurs")
            return tree.Member(YES_NO, item, options)
        collection = self.read(right, depth)
        if collection.type.kind not in ("choices", "list"):
            fail(f"après « in », une liste ou plusieurs choix sont attendus, pas {a_kind(collection.type)}", right)
        if collection.type.kind == "choices":
            self.check_among(Type("choice", collection.type.choices), item, left)
            if item.type.kind not in ("choice", "text"):
                fail("avant « in », un choix est attendu", left)
        elif collection.type.of is not None:
            unify(collection.type.of, item.type, left, "un élément de liste")
        return tree.Contains(YES_NO, collection, item)

    def conditional(self, node: ast.IfExp, depth: int) -> Node:
        condition = self.condition(node.test, depth)
        then, otherwise = self.read(node.body, depth), self.read(node.orelse, depth)
        return tree.Conditional(
            unify(then.type, otherwise.type, node.orelse, "les deux branches"), condition, then, otherwise
        )

    def arithmetic(self, node: ast.BinOp, depth: int) -> Node:
        symbol = _OPERATORS.get(type(node.op))
        if symbol is None:
            fail("opérations possibles : + - * /", node)
        left, right = self.read(node.left, depth), self.read(node.right, depth)
        one, two = left.type, right.type
        if one.kind == "date" and symbol in "+-":
            if two.kind == "period":
                periods = (tree.Negative(PERIOD, right) if symbol == "-" else right,)
                if isinstance(left, tree.Shift):
                    return tree.Shift(DATE, left.day, left.periods + periods)
                return tree.Shift(DATE, left, periods)
            if two.kind == "date" and symbol == "-":
                return tree.Arithmetic(Type("integer"), "-", left, right)
            fail("à une date s'ajoute une durée : days(n), months(n) ou years(n)", node.right)
        if one.kind == two.kind == "period" and symbol in "+-":
            return tree.Arithmetic(PERIOD, symbol, left, right)
        if not (one.numeric and two.numeric):
            wrong = node.left if not one.numeric else node.right
            fail(f"un nombre est attendu ici, pas {a_kind(one if not one.numeric else two)}", wrong)
        if symbol in "+-":
            return tree.Arithmetic(unify(one, two, node.right, "une addition"), symbol, left, right)
        unit = units.multiply(one.unit, units.inverse(two.unit) if symbol == "/" else two.unit)
        whole_ = symbol == "*" and one.kind == "integer" and two.kind == "integer"
        return tree.Arithmetic(_number(unit, integer=whole_), symbol, left, right)

    def call(self, node: ast.Call, depth: int) -> Node:
        if node.keywords or any(isinstance(argument, ast.Starred) for argument in node.args):
            fail("les arguments s'écrivent sans nom ni étoile", node)
        if _is_at(node):
            return self.parameter_at(node, depth)
        if not isinstance(node.func, ast.Name):
            fail("cette construction n'existe pas dans le langage", node)
        name = node.func.id
        if name in AGGREGATES and len(node.args) == 1 and isinstance(node.args[0], ast.GeneratorExp):
            return self.aggregate(name, node.args[0], depth)
        special: Callable[[ast.Call, int], Node] | None = {
            "known": self.known, "holds": self.holds, "open_findings": self.open_findings, "least": self.extreme,
            "most": self.extreme, "score": self.option, "excluded": self.option, "best_option": self.best_option,
        }.get(name)  # fmt: skip
        if special is not None:
            return special(node, depth)
        function = self.scope.function(name)
        if function is None and name in AGGREGATES:
            fail(f"écrivez : {name}(… for fiche in fiches)", node)
        if function is None:
            fail(f"fonction inconnue : « {name} »{near(name, [*BUILTINS, *AGGREGATES, *SPECIAL])}", node)
        return self.apply(function, node, depth)

    def apply(self, function: Function, node: ast.Call, depth: int) -> Node:
        least = len(function.parameters) - function.optional
        if function.variadic:
            if not node.args:
                fail(f"{function.name} demande au moins une valeur", node)
        elif not least <= len(node.args) <= len(function.parameters):
            many = f"{least} à {len(function.parameters)}" if function.optional else str(least)
            wanted = ", ".join(_KINDS.get(kind, kind) for kind in function.parameters) or "aucune"
            fail(f"{function.name} demande {many} valeur(s) : {wanted}", node)
        arguments = tuple(self.read(argument, depth) for argument in node.args)
        for position, (argument, written) in enumerate(zip(arguments, node.args, strict=True)):
            kind = function.parameters[0] if function.variadic else function.parameters[position]
            if not _fits(kind, argument.type):
                fail(
                    f"{function.name} attend ici : {_KINDS.get(kind, kind)} ; reçu : {kind_name(argument.type)}",
                    written,
                )
        if function.variadic:
            common = arguments[0].type
            for argument, written in zip(arguments[1:], node.args[1:], strict=True):
                common = unify(common, argument.type, written, f"{function.name}(…)")
        result = (
            function.result if isinstance(function.result, Type) else function.result(tuple(a.type for a in arguments))
        )
        call = tree.Call(result, function.name, arguments)
        if function.name == "date" and all(isinstance(argument, tree.Literal) for argument in arguments):
            try:
                return tree.Literal(DATE, function.compute(*(a.value for a in arguments)))  # type: ignore[attr-defined]
            except (ValueError, TypeError, OverflowError):
                fail("cette date n'existe pas dans le calendrier", node)
        return call

    def parameter_at(self, node: ast.Call, depth: int) -> Node:
        owner = node.func.value  # type: ignore[attr-defined]
        parameter = self.scope.name(owner.id) if isinstance(owner, ast.Name) else None
        if not isinstance(parameter, tree.Parameter):
            fail("« .at(jour) » ne s'emploie que sur un paramètre", node)
        if self.scope.keys(parameter.id):
            fail(f"« {parameter.id} » a une valeur par clé : écrivez {parameter.id}.at(jour)[clé]", node)
        return tree.Parameter(parameter.type, parameter.id, self.at_day(node, depth))

    def known(self, node: ast.Call, depth: int) -> Node:
        if len(node.args) != 1:
            fail("écrivez known(x)", node)
        return tree.Known(YES_NO, self.read(node.args[0], depth))

    def holds(self, node: ast.Call, _: int) -> Node:
        words = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
        if len(words) != len(node.args) or not 1 <= len(words) <= 2 or not all(isinstance(w, str) for w in words):
            fail('écrivez holds("REGLE") ou holds("REGLE", "blocking")', node)
        rule = str(words[0])
        if rule not in set(self.scope.rules()):
            fail_unknown("règle inconnue", rule, self.scope.rules(), node.args[0])
        severity = str(words[1]) if len(words) == 2 else None
        if severity is not None:
            self.check_severity(severity, node.args[1])
        return tree.Holds(YES_NO, rule, severity)

    def open_findings(self, node: ast.Call, _: int) -> Node:
        argument = node.args[0] if len(node.args) == 1 else None
        if not isinstance(argument, ast.Constant) or not isinstance(argument.value, str):
            fail('écrivez open_findings("caution")', node)
        self.check_severity(argument.value, argument)
        return tree.OpenFindings(YES_NO, argument.value)

    def extreme(self, node: ast.Call, depth: int) -> Node:
        which = node.func.id  # type: ignore[attr-defined]
        operand = self.read(node.args[0], depth) if len(node.args) == 1 else None
        if operand is None or not operand.type.numeric:
            fail(f"écrivez {which}(nombre)", node)
        return tree.Extreme(operand.type, which, operand)

    def option(self, node: ast.Call, _: int) -> Node:
        name = node.func.id  # type: ignore[attr-defined]
        argument = node.args[0] if len(node.args) == 1 else None
        if not isinstance(argument, ast.Constant) or not isinstance(argument.value, str):
            fail(f'écrivez {name}("option")', node)
        if argument.value not in self.scope.options():
            fail(f"option inconnue : « {argument.value} »{near(argument.value, self.scope.options())}", argument)
        if name == "score":
            return tree.Score(Type("number", unit=()), argument.value)
        return tree.Excluded(YES_NO, argument.value)

    def best_option(self, node: ast.Call, _: int) -> Node:
        if node.args or not self.scope.options():
            fail("écrivez best_option(), dans un jeu de règles qui a des options", node)
        return tree.BestOption(Type("choice", self.scope.options()))

    def check_severity(self, word: str, node: ast.expr) -> None:
        if word not in SEVERITIES:
            fail(f"gravité inconnue : « {word} »{near(word, SEVERITIES)} ; possibles : {', '.join(SEVERITIES)}", node)

    def aggregate(self, name: str, node: ast.GeneratorExp, depth: int) -> Node:
        if len(node.generators) != 1 or node.generators[0].is_async:
            fail("un seul « for » par liste", node)
        generator = node.generators[0]
        if not isinstance(generator.target, ast.Name) or not isinstance(generator.iter, ast.Name):
            fail("écrivez : for fiche in fiches", generator.target)
        variable, plural = generator.target.id, generator.iter.id
        record = self.scope.record(plural)
        if record is None:
            fail_unknown("liste de fiches inconnue", plural, self.scope.names(), generator.iter)
        other = variable != record and variable in self.scope.record_types()
        if variable in self.variables or self.scope.name(variable) is not None or variable in RESERVED or other:
            fail(f"« {variable} » a déjà un sens ici : choisissez un autre nom", generator.target)
        inner = _Reader(self.text, self.scope, {**self.variables, variable: record})
        tests = [inner.condition(test, depth) for test in generator.ifs]
        filter_ = tree.conjunction(*tests) if tests else None
        if name == "count":
            if not (isinstance(node.elt, ast.Name) and node.elt.id == variable):
                fail(f"écrivez : count({variable} for {variable} in {plural} if …)", node.elt)
            return tree.Aggregate(Type("integer"), "count", variable, record, filter_, None)
        if name in ("any", "all"):
            body = inner.condition(node.elt, depth)
            return tree.Aggregate(YES_NO, name, variable, record, filter_, body)  # type: ignore[arg-type]
        body = inner.read(node.elt, depth)
        if not (body.type.numeric or (name in ("min", "max") and body.type.kind == "date")):
            fail(f"{name} demande des nombres, pas {a_kind(body.type)}", node.elt)
        return tree.Aggregate(body.type, name, variable, record, filter_, body)  # type: ignore[arg-type]


def _is_at(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr == "at"


def _fits(kind: str, type_: Type) -> bool:
    if type_.kind == "none" or kind == "any":
        return True
    if kind == "number":
        return type_.numeric
    if kind == "integer":
        return type_.kind == "integer"
    if kind == "ordered":
        return type_.numeric or type_.kind == "date"
    if kind == "text":
        return type_.kind in ("text", "choice")
    if kind == "choices":
        return type_.kind in ("choices", "list")
    return type_.kind == kind


_READERS: Final[dict[type[ast.expr], Callable[..., Node]]] = {
    ast.Constant: _Reader.constant,
    ast.Name: _Reader.name,
    ast.Attribute: _Reader.attribute,
    ast.Subscript: _Reader.subscript,
    ast.BoolOp: _Reader.logic,
    ast.UnaryOp: _Reader.unary,
    ast.Compare: _Reader.compare,
    ast.IfExp: _Reader.conditional,
    ast.BinOp: _Reader.arithmetic,
    ast.Call: _Reader.call,
}
