"""A plug-in that fails is reported and left out; the others go on."""
# ruff: noqa: E501  one case a line reads best

import datetime as dt
import types

import pytest

import ruleset
from ruleset.model import Case
from ruleset.plugins.registry import build_registry
from ruleset.testing import HEADER, write_files


def plugin(**hooks):
    module = types.ModuleType("plugin")
    for name, action in hooks.items():
        action.__name__ = name
        setattr(module, name, ruleset.hookimpl(action))
    return module


def point(name, made):
    """An entry point: its name, distribution, version and what imports it."""

    def load():
        if isinstance(made, BaseException):
            raise made
        return made

    return name, f"dist-{name}", "1.0", load


def loaded(registry, id):
    found = registry.get(id)
    assert found is not None
    return found


def twice(n):
    return 2 * n


TWICE = ruleset.Function("twice", ("integer",), ruleset.Type("integer"), twice)


@pytest.fixture
def good(tmp_path):
    text = "definitions:\n  d: {value: twice(3), label: D}\n"
    folder = write_files(tmp_path / "good", {"a.yaml": HEADER.replace("essai", "good", 1) + text})
    return plugin(
        ruleset_rulesets=lambda: [folder], ruleset_functions=lambda: [TWICE], ruleset_check=lambda case: ["vérifié"]
    )


def test_a_plugin_brings_rule_sets_functions_and_checks(good):
    registry = build_registry([point("good", good)])
    assert registry.ids() == ["good"]
    assert ruleset.evaluate(loaded(registry, "good"), Case("good", dt.date(2026, 1, 1))).values == {"d": 6}
    assert registry.check(Case("good")) == ["vérifié"]
    (report,) = registry.reports
    assert (report.name, report.distribution, report.version, report.error) == ("good", "dist-good", "1.0", "")
    assert (report.rulesets, report.functions) == (("good",), ("twice",))


def raising(*_, **__):
    raise RuntimeError("panne")


def nothing():
    return []


def wrong_arguments(surprise):
    return []


BROKEN = {
    "failing import": (ImportError("no module"), "ImportError : no module"),
    "import that stops the program": (SystemExit(3), "SystemExit"),
    "wrong arguments": (plugin(ruleset_rulesets=wrong_arguments), "PluginValidationError"),
    "unknown hook": (plugin(ruleset_rulesetz=nothing), "unknown hook"),
    "hook raising": (plugin(ruleset_rulesets=raising), "ruleset_rulesets : RuntimeError : panne"),
    "functions raising": (plugin(ruleset_functions=raising), "ruleset_functions : RuntimeError : panne"),
    "not a list": (plugin(ruleset_rulesets=lambda: 3), "TypeError"),
    "not a path": (plugin(ruleset_rulesets=lambda: [3]), "aucun jeu de règles dans 3"),
    "no such folder": (plugin(ruleset_rulesets=lambda: ["/nowhere/at/all"]), "aucun jeu de règles dans /nowhere"),
    "not a function": (plugin(ruleset_functions=lambda: [twice]), "n'est pas une fonction ruleset.Function"),
    "builtin's name": (plugin(ruleset_functions=lambda: [ruleset.Function("round", (), ruleset.Type("integer"), twice)]),
                       "la fonction « round » existe déjà"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("first", [True, False])
def test_a_broken_plugin_is_reported_and_the_others_go_on(name, first, good):
    broken, error = BROKEN[name]
    points = [point("broken", broken), point("good", good)]
    registry = build_registry(points if first else points[::-1])
    reports = {report.name: report for report in registry.reports}
    assert error in reports["broken"].error
    assert reports["good"].error == ""
    assert registry.get("good") is not None
    assert registry.check(Case("good")) == ["vérifié"]


def test_two_plugins_of_one_name_leave_the_first(good):
    registry = build_registry([point("good", good), point("good", plugin(ruleset_check=lambda case: ["autre"]))])
    assert [bool(report.error) for report in registry.reports] == [False, True]
    assert registry.check(Case("good")) == ["vérifié"]


def test_the_same_rule_set_or_function_twice_stays_with_the_first(good, tmp_path):
    folder = write_files(tmp_path / "again", {"a.yaml": HEADER.replace("essai", "good", 1)})
    again = plugin(ruleset_rulesets=lambda: [folder], ruleset_functions=lambda: [TWICE])
    registry = build_registry([point("good", good), point("again", again)])
    assert "« good » est déjà fourni" in registry.reports[1].error
    assert "« twice » existe déjà" in registry.reports[1].error
    assert loaded(registry, "good").definitions.keys() == {"d"}


def test_a_check_that_raises_says_so():
    registry = build_registry(
        [point("p", plugin(ruleset_check=raising)), point("q", plugin(ruleset_check=lambda case: ["q"]))]
    )
    assert registry.check(Case("x")) == ["p : RuntimeError : panne", "q"]


def test_a_rule_set_with_a_mistake_does_not_hide_the_others(good, tmp_path):
    folder = write_files(tmp_path / "bad", {"a.yaml": HEADER.replace("essai", "bad", 1) + "rulez: {}\n"})
    registry = build_registry([point("bad", plugin(ruleset_rulesets=lambda: [folder])), point("good", good)])
    with pytest.raises(ruleset.LoadError, match="clé inconnue « rulez »"):
        registry.get("bad")
    assert registry.get("good") is not None


def test_rule_sets_that_use_one_another_are_refused(tmp_path):
    folders = [
        write_files(tmp_path / one, {"a.yaml": f"uses: [{other}]\n" + HEADER.replace("essai", one, 1)})
        for one, other in (("a", "b"), ("b", "a"))
    ]
    registry = build_registry([point("p", plugin(ruleset_rulesets=lambda: folders))])
    with pytest.raises(ruleset.LoadError, match="jeu de règles introuvable : « a »"):
        registry.get("a")
    assert registry.get("nothing") is None
