"""The year in short: the few figures by which a reader knows it."""

from collections.abc import Iterator
from decimal import Decimal

import sqlalchemy as sa

from alliance_tracker.alliances.models import WorkingArea
from alliance_tracker.commitments.models import Instalment, Side
from alliance_tracker.commitments.states import INSTALMENT, InstalmentState
from alliance_tracker.database import BRUSSELS, db
from alliance_tracker.drawing_rights.models import DrawingRight
from alliance_tracker.i18n import Counted, Message
from alliance_tracker.impact_reports import blocks
from alliance_tracker.impact_reports.about_region import works_on
from alliance_tracker.impact_reports.about_work import meetings_of, partners_at_end, pillars_at_end, pilots_of
from alliance_tracker.impact_reports.blocks import Block, Figures
from alliance_tracker.impact_reports.material import Material, Written, newest
from alliance_tracker.pilots.models import PilotReach
from alliance_tracker.regions.models import Municipality


def summary(material: Material) -> Written:
    """The few figures by which a reader knows the year, each counted in another section as well."""
    partners, pillars = partners_at_end(material), pillars_at_end(material)
    meetings, pilots = meetings_of(material), pilots_of(material)
    found: list[Block] = [
        blocks.fact(
            "partners",
            Message("Partners"),
            blocks.count(len(partners)),
            source=Message("Organisations that took part on %(on)s.", on=material.state_day),
            address=material.address("partners"),
            as_of=newest(row.since for row in partners),
            is_key_figure=True,
        ),
        blocks.fact(
            "pillars",
            Message("Pillars of the quadruple helix"),
            blocks.words(Message("%(n)s of %(all)s", n=len(pillars), all=4), "" if len(pillars) == 4 else "warn"),
            source=Message("The pillars that the partners filled on %(on)s.", on=material.state_day),
            address=material.address("partners"),
        ),
        blocks.fact(
            "meetings",
            Message("Meetings"),
            blocks.count(len(meetings)),
            source=Message("The meetings in the log of %(year)s.", year=str(material.year)),
            address=material.address("log"),
            as_of=newest(entry.on for entry in meetings),
            is_key_figure=True,
        ),
        blocks.fact(
            "pilots",
            Message("Pilots"),
            blocks.count(len(pilots)),
            source=Message("Pilots that ran, were planned or ended in the year."),
            address=material.address("pilots"),
            is_key_figure=True,
        ),
        _participations(material, [reach for _, reach in pilots if reach is not None]),
        *_kept(material),
        *_money(material),
        blocks.fact(
            "area",
            Message("Municipalities in which it works"),
            blocks.text(", ".join(_area_at(material))),
            source=Message("The working area of the alliance on %(on)s.", on=material.state_day),
            address=material.address(),  # who may not change the area reads it there
        ),
    ]
    return Written(Figures(tuple(found)))


def _area_at(material: Material) -> list[str]:
    """The municipalities in which the alliance worked at the end of the year, by name."""
    return list(
        db().scalars(
            sa.select(Municipality.name)
            .join(WorkingArea, WorkingArea.municipality_id == Municipality.id)
            .where(WorkingArea.alliance_id == material.alliance.id, works_on(material.state_day))
            .order_by(Municipality.name, Municipality.id)
        )
    )


def _participations(material: Material, reached: list[PilotReach]) -> Block:
    value = blocks.people(sum(row.participants for row in reached)) if reached else blocks.none(Message("not recorded"))
    return blocks.fact(
        "participations",
        Message("Participations in pilots"),
        value,
        source=Message("What was logged of each pilot in the year; somebody who came twice counts twice."),
        address=material.address("pilots"),
        as_of=newest(row.recorded_at.astimezone(BRUSSELS).date() for row in reached),
        is_key_figure=bool(reached),
    )


def _kept(material: Material) -> Iterator[Block]:
    state = INSTALMENT.sql(Instalment, material.day)
    rows = db().execute(
        sa.select(Instalment.side, state, sa.func.count())
        .where(Instalment.alliance_id == material.alliance.id, Instalment.year == material.year)
        .group_by(Instalment.side, state)
    )
    counted: dict[Side, dict[str, int]] = {side: {} for side in Side}
    for side, stands, n in rows:
        counted[side][stands] = n
    for side, label in (
        (Side.PARTNER, Message("Commitments of the partners that were kept")),
        (Side.GOVERNMENT, Message("Commitments of the Flemish government that were kept")),
    ):
        asked = sum(n for stands, n in counted[side].items() if stands != InstalmentState.WAIVED.value)
        if not asked:
            continue
        kept = counted[side].get(InstalmentState.DELIVERED.value, 0)
        late = counted[side].get(InstalmentState.OVERDUE.value, 0)
        said = Message("%(n)s of %(all)s", n=kept, all=asked)
        if late:
            said = Counted("%(said)s; %(n)s is late", "%(said)s; %(n)s are late", n=late, said=said)
        yield blocks.fact(
            f"kept-{side.value}",
            label,
            blocks.words(said, "warn" if late else ""),
            source=Message(
                "Counted in instalments: one organisation's part of a commitment in one year; as on %(on)s.",
                on=material.day,
            ),
            address=material.address("commitments"),
        )


def _money(material: Material) -> Iterator[Block]:
    row = (
        db()
        .execute(
            sa.select(
                sa.func.sum(DrawingRight.ceiling, type_=DrawingRight.ceiling.type),
                sa.func.sum(DrawingRight.drawn, type_=DrawingRight.drawn.type),
            ).where(DrawingRight.alliance_id == material.alliance.id, DrawingRight.year == material.year)
        )
        .one()
    )
    ceiling: Decimal | None = row[0]
    drawn: Decimal | None = row[1]
    if ceiling is None:
        return
    yield blocks.fact(
        "drawn",
        Message("Drawn down"),
        blocks.euro(drawn or Decimal(0)),
        source=Message("Approved by VLAIO of the drawing right of the year."),
        address=material.address("drawing-rights"),
        is_key_figure=True,
    )
    yield blocks.fact(
        "ceiling",
        Message("Drawing right"),
        blocks.euro(ceiling),
        source=Message("What may be drawn down at most, agreed in the convenant for the year."),
        address=material.address("drawing-rights"),
    )
