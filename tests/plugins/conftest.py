"""What the tests of rule sets share: whose lines are counted."""

from pathlib import Path

import hypothesis
import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the properties of rule sets out of the measure of coverage.

    They hold the rules, which are data, by running the same lines of the library thousands of times. Those lines are
    held, and counted, in their own rooms; counting them here made these tests three times as long.
    """
    for item in items:
        if item.path.is_relative_to(HERE) and hypothesis.is_hypothesis_test(getattr(item, "obj", None)):
            item.add_marker(pytest.mark.no_cover)
