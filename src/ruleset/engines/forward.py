"""durable_rules 2.0.28, narrowed to what it does reliably: one fact in, the names of the productions that fire out.

The C extension is used as it is. Its Python host would start threads that take firings away, so it is never imported.
Each network keeps one session, emptied by retracting the fact: deleting a session that never fired would free memory
that was never set. All calls are made under `LOCK`.
"""

from __future__ import annotations

import collections
import threading
import weakref
from typing import Final

import durable_rules_engine

from ruleset.engines.plan import Network

LOCK: Final = threading.Lock()
"""Held around every call: the extension keeps its state, shared by all networks, in global variables."""

_ACCEPTED: Final = 0
_NOT_WANTED: Final = 1
_SESSION: Final = "s"
_WARM_UP: Final = '"w":{"all":[{"m":{"w0":1}}]}'
_WARMING_FACT: Final = '{"id":"c","sid":"s","w0":1}'
_RETRACTED: Final = '{"id":"c","sid":"s"}'

_abandoned: Final[collections.deque[int]] = collections.deque()
"""Handles of networks that nothing refers to any more; freed when the next one is registered."""


class ForwardError(RuntimeError):
    """durable_rules did not do what it always did inside the subset; the network must not be used again."""


class Forward:
    """A registered network."""

    def __init__(self, network: Network) -> None:
        """Register a network that was proved safe. The caller holds `LOCK`.

        Raises:
            ForwardError: durable_rules refuses it, or does not fire.
        """
        _free_abandoned()
        definition = f"{{{_WARM_UP},{network.definition[1:]}"
        try:
            self._handle: int = durable_rules_engine.create_ruleset("ruleset", definition)
        except durable_rules_engine.error as error:
            raise ForwardError(str(error)) from error
        # The first firing sets what freeing the session later reads, and shows that the network works.
        if self.fire(_WARMING_FACT) != ["w"]:
            raise ForwardError("la production d'essai ne s'est pas déclenchée")
        weakref.finalize(self, _abandoned.append, self._handle).atexit = False

    def fire(self, fact: str) -> list[str]:
        """Return the names of the productions that a fact (JSON, in ASCII) fires, once for each; the caller holds
        `LOCK`.

        Raises:
            ForwardError: something went wrong; nothing that fired is told.
        """
        try:
            return self._fire(fact)
        except durable_rules_engine.error as error:
            raise ForwardError(str(error)) from error

    def _fire(self, fact: str) -> list[str]:
        handle = self._handle
        status, state = durable_rules_engine.assert_fact(handle, fact)
        if status == _NOT_WANTED:
            return []
        started = durable_rules_engine.start_action_for_state(handle, state) if status == _ACCEPTED else None
        if started is None:
            raise ForwardError(f"fait refusé (état {status})")
        fired = []
        message: str | None = started[1]
        complete = durable_rules_engine.complete_and_start_action
        while message is not None:
            fired.append(message[2 : message.index('"', 2)])
            message = complete(handle, state)
        durable_rules_engine.retract_fact(handle, _RETRACTED)
        return fired


def _free_abandoned() -> None:
    while _abandoned:
        handle = _abandoned.popleft()
        durable_rules_engine.delete_state(handle, _SESSION)
        durable_rules_engine.delete_ruleset(handle)
