"""What is agreed already for the year after."""

from alliance_tracker.i18n import Message
from alliance_tracker.impact_reports import blocks
from alliance_tracker.impact_reports.about_agreements import promised_in
from alliance_tracker.impact_reports.about_goals import value_of
from alliance_tracker.impact_reports.blocks import Block, Figures, Row
from alliance_tracker.impact_reports.material import Gap, Material, Written
from alliance_tracker.indicators.figures import NOT_MEASURED, Figure
from alliance_tracker.indicators.models import FigureState


def next_year(material: Material) -> Written:
    """The targets of the year after, and what the partners promised for it."""
    year = material.year + 1
    rows = [row for row in material.followed if row.stopped_on is None]
    targets = [
        Row(
            f"indicator-{row.id}",
            (
                blocks.words(material.name_of(row)),
                value_of(row, row.figures.get(material.year, NOT_MEASURED)),
                blocks.figure(Figure(FigureState.VALUE, aim.value), row.definition.unit, counts_people=False),
            ),
            material.address("indicators", row.id),  # who may not set a target reads it there
        )
        for row in rows
        if (aim := row.aims.get(year)) and aim.value is not None
    ]
    found: list[Block] = [
        blocks.table(
            "targets",
            Message("Targets for %(year)s", year=str(year)),
            {"indicator": Message("Indicator"), "measured": str(material.year), "target": Message("Target")},
            targets,
            source=Message("The targets that the alliance set, as on %(on)s.", on=material.day),
            empty=Message("No target is set for %(year)s.", year=str(year)),
        ),
        *promised_in(material, year),
    ]
    gaps: tuple[Gap, ...] = ()
    if rows and not targets:
        gaps = (Gap(Message("No target is set for %(year)s.", year=str(year)), material.address("goals")),)
    return Written(Figures(tuple(found)), gaps)
