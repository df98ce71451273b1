"""The cover of a version as a picture, for where somebody shares its address: the rings, what it is, and of whom."""

import json
from functools import lru_cache
from pathlib import Path

from alliance_tracker.drawing.rings import rings
from alliance_tracker.i18n import Message, in_language
from alliance_tracker.impact_reports import showing
from alliance_tracker.impact_reports.blocks import ValueKind
from alliance_tracker.impact_reports.reading import Text
from alliance_tracker.printing import pdf

TEMPLATE = Path(__file__).parent / "card.typ"
#: In pixels, as those who show such pictures ask for them; the template's page is half as many points.
SIZE = (1200, 630)
#: So many key figures have room on it.
FIGURES = 3


def png(text: Text, language: str) -> bytes:
    """The picture of a version as it is told outside; the same version gives the same bytes."""
    with in_language(language):
        data = {
            "heading": str(Message("Impact report %(year)s", year=str(text.year))),
            "alliance": text.alliance,
            "region": str(Message("STEM alliance, %(region)s", region=text.region)),
            "example": str(Message("Example data")) if text.is_example else "",
            "rings": str(rings(text.rings.figures, size=400, title="", description="", decorative=True)),
            "figures": [
                {"value": showing.text(fact.value), "label": str(fact.label)}
                for fact in text.key_figures
                if fact.value.kind is not ValueKind.NONE
            ][:FIGURES],
        }
    return _drawn(json.dumps(data, ensure_ascii=False, sort_keys=True), language)


@lru_cache(maxsize=128)
def _drawn(data: str, language: str) -> bytes:
    """Drawn once in a process: anybody may ask, and a version never changes."""
    return pdf.picture(TEMPLATE, json.loads(data), language=language)
