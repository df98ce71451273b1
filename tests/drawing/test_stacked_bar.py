"""Two parts of a whole as a bar: to scale, with a mark, and with its words."""

from fractions import Fraction
from xml.etree import ElementTree as ET

import pytest

from alliance_tracker.drawing.bars import stacked_bar

NS = "{http://www.w3.org/2000/svg}"


def shapes(first: Fraction, second: Fraction, mark: Fraction | None = None) -> dict[str, dict[str, str]]:
    root = ET.fromstring(stacked_bar(first, second, mark=mark, label="3 < 4", width=100))  # noqa: S314  # our own
    assert root.get("aria-label") == "3 < 4"
    return {rect.attrib["class"]: dict(rect.attrib) for rect in root.iter(f"{NS}rect")}


def test_the_parts_stand_side_by_side_to_scale() -> None:
    found = shapes(Fraction(1, 4), Fraction(1, 2))
    assert (found["bar-fill"]["width"], found["bar-second"]["width"], found["bar-track"]["width"]) == (
        "25",
        "75",
        "100",
    )
    assert "bar-mark" not in found


def test_nothing_is_drawn_of_nothing_and_the_mark_stays_inside() -> None:
    found = shapes(Fraction(0), Fraction(0), mark=Fraction(1))
    assert set(found) == {"bar-track", "bar-mark"}
    assert float(found["bar-mark"]["x"]) + float(found["bar-mark"]["width"]) <= 100


@pytest.mark.parametrize(("first", "second", "mark"), [(-1, 0, None), (1, 1, None), (0, 0, 2)])
def test_what_is_no_share_of_a_whole_is_refused(first: int, second: int, mark: int | None) -> None:
    with pytest.raises(ValueError, match="shares of one whole"):
        stacked_bar(Fraction(first), Fraction(second), mark=None if mark is None else Fraction(mark), label="x")
