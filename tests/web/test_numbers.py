"""Numbers are read as people write them, and one that could mean two is refused."""

from decimal import Decimal

import pytest
from flask import Flask

from alliance_tracker.web.numbers import NotANumber, parse_number


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1234", "1234"),
        (" 1 234 ", "1234"),
        ("1\u00a0234,5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("1.234.567,25", "1234567.25"),
        ("12,5", "12.5"),
        ("12.50", "12.50"),
        ("0,125", "0.125"),
        ("0", "0"),
        ("-3", "-3"),
    ],
)
def test_a_number_is_read(typed: str, meant: str) -> None:
    assert parse_number(typed) == Decimal(meant)


@pytest.mark.parametrize("typed", ["", " ", "\u00a0"])
def test_nothing_is_nothing(typed: str) -> None:
    assert parse_number(typed) is None


@pytest.mark.parametrize(
    "typed", ["1.234", "12,345", "abc", "1e5", "NaN", "1,2,3", "12.34.5", "٣", "1234567890123456", "=1"]
)
def test_what_is_no_number_or_two_is_refused(typed: str) -> None:
    with pytest.raises(NotANumber):
        parse_number(typed)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "1 kB"),
        (1, "1 kB"),
        (200_000, "196 kB"),
        (1_022_000, "999 kB"),
        (1_600_000, "1,6 MB"),
        (10 * 1024 * 1024, "10 MB"),
        (14_000_000, "14 MB"),
        (15 * 1024 * 1024, "15 MB"),
    ],
)
def test_the_size_of_a_file_is_readable(context: Flask, amount: int, words: str) -> None:
    assert context.jinja_env.filters["size"](amount) == words
