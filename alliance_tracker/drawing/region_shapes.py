"""The outlines of the 15 reference regions on a plane of 900 by 347, and where a name fits in each."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from types import MappingProxyType

from alliance_tracker import reference

#: Whose outlines these are: Statbel, statistical sectors, under its open data licence, which asks to name the
#: source and the date. The page prints both.
SOURCE = "Statbel"

#: The last day of the division in 589 municipalities that the outlines were drawn from.
BOUNDARIES_ON = date(2018, 12, 31)

#: The day whose municipalities make up the regions: the mergers of 2019 and 2025 joined whole municipalities,
#: so the older outlines give these regions exactly.
GROUPED_ON = date(2025, 1, 1)

#: What a page with a map says below it, in one wording everywhere (`regions/source.html`).
CREDIT: Mapping[str, object] = {"source": SOURCE, "boundaries_on": BOUNDARIES_ON, "grouped_on": GROUPED_ON}

WIDTH, HEIGHT = 900, 347

#: Names short enough for the map; they are the same in Dutch and in English.
SHORT_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "REFREG01": "Antwerpen",
        "REFREG02": "Rivierenland",
        "REFREG03": "Kempen",
        "REFREG04": "Halle-Vilv.",
        "REFREG05": "Oost-Brabant",
        "REFREG06": "Brugge",
        "REFREG07": "Westhoek",
        "REFREG08": "Z-W-Vl.",
        "REFREG09": "Middenkust",
        "REFREG10": "Midwest",
        "REFREG11": "Dender",
        "REFREG12": "Vl. Ardennen",
        "REFREG13": "Gent",
        "REFREG14": "Waasland",
        "REFREG15": "Limburg",
    }
)


@dataclass(frozen=True)
class Place:
    """Where things go in one region, as centres in the plane's units."""

    label: tuple[float, float]
    mark: tuple[float, float]
    #: The label's place once a mark is drawn as well.
    label_with_mark: tuple[float, float]
    #: Ends of a line from a label outside the region into it.
    leader: tuple[float, float, float, float] | None = None


def _place(x: float, y: float) -> Place:
    """A region with room enough: the label in the middle, or a mark above it."""
    return Place(label=(x, y), mark=(x, y - 12), label_with_mark=(x, y + 17))


#: Set by eye, because what matters is the room for a word, which a centroid does not know.
PLACES: Mapping[str, Place] = MappingProxyType(
    {
        "REFREG01": _place(524, 108),
        "REFREG02": Place(label=(549, 184), mark=(556, 166), label_with_mark=(549, 196)),
        "REFREG03": _place(648, 118),
        "REFREG04": Place(label=(489, 234), mark=(437, 280), label_with_mark=(489, 234)),
        "REFREG05": _place(604, 262),
        "REFREG06": _place(182, 128),
        "REFREG07": _place(70, 235),
        "REFREG08": _place(186, 288),
        # The coast is too narrow for its name, which stands in the sea.
        "REFREG09": Place(label=(58, 96), mark=(105, 139), label_with_mark=(58, 96), leader=(80, 105, 100, 126)),
        "REFREG10": _place(184, 222),
        "REFREG11": Place(label=(402, 213), mark=(389, 259), label_with_mark=(402, 207)),
        "REFREG12": _place(302, 280),
        "REFREG13": _place(294, 165),
        "REFREG14": _place(412, 145),
        "REFREG15": _place(778, 205),
    }
)

_REGION = re.compile(r'<path d="([^"]+)"[^>]* data-code="(REFREG\d\d)"')


def _short(tenths: int) -> str:
    """A number of tenths, written as short as SVG allows: 5 is `.5`, -20 is `-2`."""
    whole, tenth = divmod(abs(tenths), 10)
    text = f"{whole or ''}.{tenth}" if tenth else str(whole)
    return f"-{text}" if tenths < 0 else text


def _relative(ring: str) -> str:
    """One closed ring of absolute points as steps of whole tenths.

    The points are rounded before the steps are taken, so no error adds up and neighbours keep sharing their
    border.
    """
    numbers = [round(float(number) * 10) for number in ring.split()]
    points = list(zip(numbers[::2], numbers[1::2], strict=True))
    if points[-1] == points[0]:
        points.pop()
    steps = [(bx - ax, by - ay) for (ax, ay), (bx, by) in pairwise(points)]
    flat = [number for step in steps if step != (0, 0) for number in step]
    written = " ".join(_short(number) for number in flat).replace(" -", "-")
    return f"M{_short(points[0][0])} {_short(points[0][1])}l{written}z"


@cache
def outlines() -> Mapping[str, str]:
    """The path data of each region by its code, sorted by code; to be filled by the even-odd rule."""
    drawn = reference.path("regions.svg").read_text(encoding="utf-8")
    found = {code: data for data, code in _REGION.findall(drawn)}
    return MappingProxyType(
        {
            code: "".join(_relative(ring) for ring in re.split(r"[MZ]", found[code]) if ring.strip())
            for code in sorted(found)
        }
    )
