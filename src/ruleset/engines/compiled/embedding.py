"""A rule set made ready to be asked again and again by a program."""

from __future__ import annotations

import collections
import datetime as dt
import functools
import threading
from collections.abc import Hashable, Mapping
from typing import Final

from ruleset.engines.compiled.decision import Decision
from ruleset.engines.compiled.program import Prepared, make_prepared
from ruleset.engines.compiled.reading import RawRecords, read_day, read_raw_records
from ruleset.engines.compiled.session import Session
from ruleset.model import RuleSet
from ruleset.program import Program, compile_program

KEPT: Final = 32
"""Programs kept ready, the last used."""

_kept: Final[collections.OrderedDict[Hashable, Prepared]] = collections.OrderedDict()
_lock: Final = threading.Lock()


class Compiled:
    """A rule set as bit vectors and generated Python; immutable, shared between threads."""

    def __init__(self, prepared: Prepared) -> None:
        self._prepared = prepared

    def evaluate(
        self, answers: Mapping[str, object], on: dt.date | None = None, records: RawRecords | None = None
    ) -> Decision:
        """Return what the rule set decides of a case.

        Args:
            answers: by question, as `make_case` takes them: yes or no as bool, choices by id, numbers and money as int,
                Fraction, Decimal or text, dates as date or ISO text; None and absence are unknown, `"none"` is none.
            on: the date of law, today by default.
            records: by record type, as `make_case` takes them; a type that is absent is unknown.

        Raises:
            BadValueError: a question does not allow its answer, there is no such question or record type, or `on` is
                not a date.
        """
        day = read_day(on)
        prepared = self._prepared
        rows = read_raw_records(records, prepared.records) if records else {}
        law = prepared.law(day)
        return Decision(prepared, law, day, *law.raw(answers, rows, day))

    def session(
        self, answers: Mapping[str, object] | None = None, on: dt.date | None = None, records: RawRecords | None = None
    ) -> Session:
        """Return a case that changes answer by answer; arguments and errors are those of `evaluate`."""
        rows = read_raw_records(records or {}, self._prepared.records)
        return Session(self._prepared, answers or {}, read_day(on), rows)


def compiled(ruleset: RuleSet) -> Compiled:
    """Return a rule set made ready; the same content is made ready once."""
    return Compiled(prepared_for(compile_program(ruleset)))


@functools.lru_cache(maxsize=KEPT)
def prepared_for(program: Program) -> Prepared:
    """Return a program made ready, from those kept where one has the same content."""
    key = _key(program.ruleset)
    with _lock:
        found = _kept.pop(key, None)
    if found is None:
        found = make_prepared(program)
    with _lock:
        _kept[key] = found
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return found


def _key(ruleset: RuleSet) -> Hashable:
    if not ruleset.content:
        return ruleset
    functions = tuple(ruleset.functions.values())
    return (ruleset.id, ruleset.content, functions, tuple(_key(other) for other in ruleset.imports.values()))
