"""The installed plug-ins: found by entry points, each isolated, so that one that fails does not stop the others."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import attrs
import pluggy

from ruleset.expressions.functions import BUILTINS, Function
from ruleset.expressions.parse import RESERVED
from ruleset.loading.cache import load_cached
from ruleset.loading.problems import LoadError, Problem
from ruleset.model import Case, Outcome, RuleSet, Where
from ruleset.plugins import hooks
from ruleset.reports.sections import Section
from ruleset.types import near
from ruleset.wording import Voice

_END = object()
_HEADER = re.compile(r"^ruleset:\s*[\"']?([\w/\-]+)", re.MULTILINE)


@attrs.frozen
class PluginReport:
    """What `ruleset plugins` says of one plug-in; `error` tells why it, or a part of it, is left out."""

    name: str
    distribution: str = ""
    version: str = ""
    rulesets: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    error: str = ""


@attrs.define
class Registry:
    """What the installed plug-ins bring. Rule sets are loaded when asked for, once."""

    plugins: pluggy.PluginManager
    reports: tuple[PluginReport, ...]
    folders: Mapping[str, Path]
    functions: Mapping[str, Function]
    _loaded: dict[str, RuleSet] = attrs.field(factory=dict)
    _loading: set[str] = attrs.field(factory=set)

    def ids(self) -> list[str]:
        """Return the ids of the rule sets, in order."""
        return sorted(self.folders)

    def get(self, id: str) -> RuleSet | None:
        """Return a rule set by its id; None where no plug-in brings it or it uses itself in a circle.

        Raises:
            LoadError: something is wrong with its files.
        """
        if id not in self.folders or id in self._loading:
            return None
        if id not in self._loaded:
            self._loading.add(id)
            try:
                self._loaded[id] = load_cached(self.folders[id], self.functions, self.get)
            finally:
                self._loading.discard(id)
        return self._loaded[id]

    def find(self, name: str, base: Path | None = None) -> RuleSet:
        """Return a rule set by its id or its folder, read anew.

        Args:
            name: the id, or a folder (`./mes-regles`, or any path that is a folder).
            base: the folder from which a relative path counts (by default the current one).

        Raises:
            LoadError: there is no such rule set, or something is wrong with its files.
        """
        from ruleset.loading.folder import load_folder

        if name.startswith(".") or Path(name).is_absolute():
            return load_folder((base or Path()) / name, self.functions, self.get)
        ruleset = self.get(name)
        if ruleset is not None:
            return ruleset
        if Path(name).is_dir():
            return load_folder(name, self.functions, self.get)
        raise LoadError([Problem(Where(name), f"jeu de règles inconnu{near(name, self.ids())}")])

    def check(self, case: Case) -> list[str]:
        """Return what plug-ins find inconsistent in a case; one that fails says so."""
        found: list[str] = []
        for name, plugin in self.plugins.list_name_plugin():
            hook = getattr(plugin, "ruleset_check", None)
            if hook is not None:
                result, error = _call(functools.partial(_listed, hook, case))
                found += [f"{name} : {error}"] if error else [str(one) for one in result or ()]
        return found

    def sections(self, outcome: Outcome, case: Case, voice: Voice) -> tuple[tuple[Section, ...], tuple[str, ...]]:
        """Return what plug-ins add to a report, in the order of their names, and what could not be had, in words."""
        given = {"outcome": outcome, "case": case, "voice": voice}
        found: list[Section] = []
        missing: list[str] = []
        for hook in sorted(self.plugins.hook.ruleset_report.get_hookimpls(), key=lambda hook: hook.plugin_name):
            arguments = {name: given[name] for name in hook.argnames}
            for one, error in _each(functools.partial(_called, hook.function, arguments)):
                if isinstance(one, Section):
                    found.append(one)
                else:
                    reason = error or f"une Section est attendue, pas {type(one).__name__}"
                    missing.append(f"{hook.plugin_name} : {reason}")
        return tuple(found), tuple(missing)


@functools.cache
def registry() -> Registry:
    """Return the registry of the installed plug-ins, found once in a process."""
    return build_registry(_entry_points())


def _entry_points() -> Iterable[tuple[str, str, str, Callable[[], Any]]]:
    for point in sorted(metadata.entry_points(group="ruleset"), key=lambda point: point.name):
        distribution = point.dist
        yield (
            point.name,
            distribution.name if distribution else "",
            distribution.version if distribution else "",
            point.load,
        )


def build_registry(points: Iterable[tuple[str, str, str, Callable[[], Any]]]) -> Registry:
    """Return the registry of some plug-ins: name, distribution, version and what imports the plug-in."""
    manager = pluggy.PluginManager("ruleset")
    manager.add_hookspecs(hooks)
    reports: list[PluginReport] = []
    folders: dict[str, Path] = {}
    functions: dict[str, Function] = {}
    for name, distribution, version, load in points:
        report = PluginReport(name, distribution, version)
        plugin, error = _call(load)
        if not error:
            _, error = _call(functools.partial(_register, manager, plugin, name))
        if error:
            reports.append(attrs.evolve(report, error=error))
            continue
        reports.append(_collect(report, plugin, folders, functions))
    return Registry(manager, tuple(reports), folders, functions)


def _register(manager: pluggy.PluginManager, plugin: Any, name: str) -> None:
    manager.register(plugin, name)  # refuses a name that is taken
    try:
        manager.check_pending()
    except pluggy.PluginValidationError:
        manager.unregister(plugin)
        raise


def _each(action: Callable[[], Iterable[Any]]) -> Iterator[tuple[Any, str]]:
    """Yield what an action gives, one by one, each with its error: what came before a failure is kept."""
    iterator, error = _call(lambda: iter(action()))
    while not error:
        one, error = _call(lambda: next(iterator, _END))
        if one is _END:
            return
        yield one, error
    if iterator is None:
        yield None, error


def _called(hook: Callable[..., Any], given: Mapping[str, Any]) -> Any:
    return hook(**given)


def _listed(hook: Callable[..., Iterable[Any]], case: Case) -> list[Any]:
    return list(hook(case=case))


def _collect(
    report: PluginReport, plugin: Any, folders: dict[str, Path], functions: dict[str, Function]
) -> PluginReport:
    errors: list[str] = []
    brought: dict[str, list[str]] = {"rulesets": [], "functions": []}
    for path in _ask(plugin, "ruleset_rulesets", errors):
        id, error = _call(functools.partial(_ruleset_id, path))
        if error or id is None:
            errors.append(f"aucun jeu de règles dans {path}")
        elif id in folders:
            errors.append(f"le jeu de règles « {id} » est déjà fourni par une autre extension")
        else:
            folders[id] = Path(path)
            brought["rulesets"].append(id)
    for function in _ask(plugin, "ruleset_functions", errors):
        if not isinstance(function, Function):
            errors.append(f"« {function} » n'est pas une fonction ruleset.Function")
        elif function.name in functions or function.name in BUILTINS or function.name in RESERVED:
            errors.append(f"la fonction « {function.name} » existe déjà")
        else:
            functions[function.name] = function
            brought["functions"].append(function.name)
    return attrs.evolve(
        report, rulesets=tuple(brought["rulesets"]), functions=tuple(brought["functions"]), error=" ; ".join(errors)
    )


def _ask(plugin: Any, hook: str, errors: list[str]) -> list[Any]:
    implementation = getattr(plugin, hook, None)
    if implementation is None:
        return []
    result, error = _call(lambda: list(implementation()))
    if error:
        errors.append(f"{hook} : {error}")
    return result or []


def _call(action: Callable[[], Any]) -> tuple[Any, str]:
    try:
        return action(), ""
    except (Exception, SystemExit) as error:  # noqa: BLE001  a plug-in may raise anything; the others go on
        return None, f"{type(error).__name__} : {error}"


def _ruleset_id(folder: Path | str) -> str | None:
    for path in sorted(Path(folder).glob("*.yaml")):
        found = _HEADER.search(path.read_text(encoding="utf-8", errors="replace"))
        if found:
            return found[1]
    return None
