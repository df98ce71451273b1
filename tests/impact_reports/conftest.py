"""Reports are tested on one day: 21 November 2026, after the year over which they report."""

from collections.abc import Callable
from datetime import datetime

import pytest

from tests.conftest import NOON


@pytest.fixture(autouse=True)
def _noon(freeze: Callable[[datetime], None]) -> None:
    freeze(NOON)
