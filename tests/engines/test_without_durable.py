"""Where durable_rules cannot be imported, the evaluator answers and nothing else changes."""

import subprocess
import sys

import pytest

from ruleset import engines
from ruleset.engines import Evaluator, default_engine


@pytest.fixture
def without_durable(monkeypatch):
    for name in [name for name in sys.modules if name in {"ruleset.engines.session", "ruleset.engines.forward"}]:
        monkeypatch.delitem(sys.modules, name)
        monkeypatch.delattr(engines, name.rpartition(".")[2], raising=False)
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)
    default_engine.cache_clear()
    yield
    default_engine.cache_clear()


def test_the_default_engine_is_the_evaluator(without_durable):
    assert default_engine() == Evaluator()


def test_the_session_engine_cannot_be_imported(without_durable):
    with pytest.raises(ImportError):
        from ruleset.engines.session import SessionEngine  # noqa: F401


def test_an_interview_runs_all_the_same():
    script = """
import sys
sys.modules["durable_rules_engine"] = None
from ruleset import Interview
from ruleset.engines.verifying import verify
from ruleset.program import compile_program
from ruleset.testing import rule_set
rules = rule_set('''
questions:
  a: {ask: A, type: yes_no}
rules:
  R: {when: a, then: {finding: risk, say: S, source: S}}
''')
interview = Interview.start(rules).answer("a", True)
assert interview.engine.name == "evaluator", interview.engine
assert verify(compile_program(rules), interview.case) == ()
print(interview.outcome().verdict)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == ("risk\n", "")
