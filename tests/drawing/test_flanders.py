"""The map shows all 15 regions, says each in words, and never relies on colour alone."""

import csv
import re
from itertools import pairwise

import pytest

from alliance_tracker import reference
from alliance_tracker.drawing.flanders import TONES, RegionShape, flanders_map, legend_swatch
from alliance_tracker.drawing.region_shapes import HEIGHT, PLACES, SHORT_NAMES, WIDTH, outlines
from alliance_tracker.drawing.rings import RingFigures

SVG = "{http://www.w3.org/2000/svg}"


def region(region_code: str = "REFREG01", /, **facts: object) -> RegionShape:
    given = {
        "code": region_code,
        "name": SHORT_NAMES[region_code],
        "tone": "level-1",
        "pattern": "plain",
        "label": SHORT_NAMES[region_code],
        "href": f"/regions/{region_code}",
        "description": "fase A",
    }
    return RegionShape(**(given | facts))  # type: ignore[arg-type]  # the tests vary any of them


def all_regions(**facts: object) -> list[RegionShape]:
    return [region(code, **facts) for code in PLACES]


def draw(regions: list[RegionShape], **more: object) -> str:
    return str(
        flanders_map(regions, title="Kaart", description="De 15 regio's", uid="map", **more)  # type: ignore[arg-type]
    )


def points(data: str) -> list[list[tuple[float, float]]]:
    """The corners of each ring of a path, back in absolute units."""
    rings = []
    for ring in re.findall(r"M([^z]+)z", data):
        numbers = [float(n) for n in re.findall(r"-?(?:\d+\.\d+|\.\d+|\d+)", ring)]
        corners = [(numbers[0], numbers[1])]
        for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
            corners.append((corners[-1][0] + dx, corners[-1][1] + dy))
        rings.append(corners)
    return rings


def is_inside(x: float, y: float, code: str) -> bool:
    crossings = 0
    for ring in points(outlines()[code]):
        for (ax, ay), (bx, by) in pairwise([*ring, ring[0]]):
            if (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay):
                crossings += 1
    return crossings % 2 == 1


def test_every_region_of_the_reference_list_is_there():
    with reference.path("regions.csv").open(encoding="utf-8") as rows:
        codes = [row["code"] for row in csv.DictReader(rows)]
    assert len(codes) == 15
    assert codes == list(PLACES) == list(SHORT_NAMES) == list(outlines())


def test_the_outlines_are_the_delivered_ones_to_a_tenth():
    drawn = reference.path("regions.svg").read_text(encoding="utf-8")
    for code, data in outlines().items():
        (original,) = re.findall(rf'<path d="([^"]+)"[^>]* data-code="{code}"', drawn)
        numbers = [float(n) for n in original.replace("M", "").replace("Z", "").split()]
        wanted = list(zip(numbers[::2], numbers[1::2], strict=True))
        got = [corner for ring in points(data) for corner in ring]
        for x, y in wanted:
            assert min(max(abs(x - a), abs(y - b)) for a, b in got) < 0.0501
        assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in got)
    assert sum(map(len, outlines().values())) < 15_000


@pytest.mark.parametrize("code", PLACES)
def test_words_and_marks_lie_in_their_own_region(code):
    place = PLACES[code]
    assert is_inside(*place.mark, code)
    if place.leader:
        assert is_inside(*place.leader[2:], code)
        assert not any(is_inside(*place.label, other) for other in PLACES)
    else:
        assert is_inside(*place.label, code)
        assert is_inside(*place.label_with_mark, code)


def test_each_region_is_a_link_with_its_words_in_the_given_order(read):
    regions = list(reversed(all_regions()))
    tree = read(draw(regions))
    links = tree.findall(f".//{SVG}a")
    assert [link.get("href") for link in links] == [r.href for r in regions]
    assert [link.get("aria-label") for link in links] == [f"{r.name}: fase A" for r in regions]
    assert [link.findtext(f"{SVG}g/{SVG}title") for link in links] == [f"{r.name}: fase A" for r in regions]
    # With links inside, role img would hide them.
    assert tree.get("role") == "group"
    assert tree.get("aria-label") == "Kaart"
    (described,) = tree.findall(f"{SVG}desc")
    assert described.get("id") == tree.get("aria-describedby")


def test_a_region_without_address_is_a_picture(read):
    tree = read(draw(all_regions(href=None)))
    assert not tree.findall(f".//{SVG}a")
    assert len(tree.findall(f"{SVG}g[@role='img']")) == 15


def test_what_users_wrote_is_escaped(read):
    words = "<script>alert(1)</script> & \"'"
    svg = draw(all_regions(name=words, label=words, description=words, href='/x?a=1&b="<'))
    assert "<script" not in svg
    tree = read(svg)
    link = tree.findall(f".//{SVG}a")[0]
    assert link.get("aria-label") == f"{words}: {words}"
    assert link.get("href") == '/x?a=1&b="<'
    assert tree.findall(f".//{SVG}tspan")[0].text == words


def test_a_hatching_carries_the_tone_and_is_defined_once(read):
    regions = [region(code, tone="late", pattern="lines") for code in PLACES]
    svg = draw(regions)
    read(svg)
    assert svg.count('<pattern id="map-lines-late"') == 1
    assert svg.count('fill="url(#map-lines-late)"') == 15
    assert f'class="region-tone-late" fill="{TONES["late"].fill}"' in svg
    assert svg.count('class="region-label region-halo-late"') == 14  # the label in the sea needs none


def test_two_maps_on_a_page_share_no_id():
    one, two = (flanders_map(all_regions(pattern="dots"), title="t", description="d", uid=uid) for uid in ("a", "b"))
    assert not set(re.findall(r' id="([^"]+)"', one)) & set(re.findall(r' id="([^"]+)"', two))


def test_marks_put_growth_rings_on_the_regions(read):
    figures = RingFigures((1, 0.5, 0, 0), frozenset({"economy"}))
    tree = read(draw(all_regions(), marks={"REFREG03": figures, "REFREG09": figures}))
    assert len(tree.findall(f".//{SVG}svg[@class='rings']")) == 2


def test_a_label_may_have_two_lines_or_none(read):
    regions = [region(c, label="Kempen\n71 %" if c == "REFREG03" else "") for c in PLACES]
    tree = read(draw(regions))
    assert [t.text for t in tree.findall(f".//{SVG}tspan")] == ["Kempen", "71 %"]


def test_it_is_deterministic_and_small():
    assert draw(all_regions()) == draw(all_regions())
    assert len(draw(all_regions(pattern="lines", tone="late"))) < 30_000


@pytest.mark.parametrize("change", [slice(0, 14), slice(0, 0)])
def test_a_map_without_all_regions_is_refused(change):
    with pytest.raises(ValueError, match="15 regions"):
        draw(all_regions()[change])
    with pytest.raises(ValueError, match="15 regions"):
        draw([*all_regions(), region("REFREG01")])


@pytest.mark.parametrize(
    "facts",
    [
        {"code": "REFREG16"},
        {"tone": 'a" onload="x'},
        {"tone": ""},
        {"pattern": "waves"},
        {"href": "javascript:alert(1)"},
    ],
)
def test_what_cannot_be_drawn_safely_is_refused(facts):
    with pytest.raises(ValueError, match=r"unknown|not"):
        region(**facts)


def test_an_unusable_uid_is_refused():
    with pytest.raises(ValueError, match="id"):
        flanders_map(all_regions(), title="t", description="d", uid='"><')
    with pytest.raises(ValueError, match="id"):
        legend_swatch("late", "lines", uid="a b")


def test_a_swatch_shows_what_the_map_shows(read):
    tree = read(legend_swatch("late", "cross", uid="legend-late"))
    assert tree.get("aria-hidden") == "true"
    assert tree.findall(f"{SVG}path")[0].get("fill") == "url(#legend-late-cross-late)"
    plain = read(legend_swatch("late", "plain", uid="legend-late"))
    assert plain.findall(f"{SVG}path")[0].get("fill") == TONES["late"].fill


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("tone", TONES)
def test_text_on_a_tone_meets_aa(tone):
    light, dark = sorted((luminance(TONES[tone].fill), luminance(TONES[tone].text)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5
