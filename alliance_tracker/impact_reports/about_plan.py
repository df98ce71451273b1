"""Where the alliance stands in the stappenplan and the rollout, how it spreads in its region, and the year in short."""

from collections.abc import Iterator
from decimal import Decimal

import sqlalchemy as sa

from alliance_tracker.alliances.models import Alliance, AllianceStatus, PioneerMandate, WorkingArea
from alliance_tracker.alliances.queries import area_of
from alliance_tracker.commitments.models import Instalment, Side
from alliance_tracker.commitments.states import INSTALMENT, InstalmentState
from alliance_tracker.database import BRUSSELS, db
from alliance_tracker.drawing_rights.models import DrawingRight
from alliance_tracker.i18n import Counted, Message
from alliance_tracker.impact_reports import blocks
from alliance_tracker.impact_reports.about_work import meetings_of, partners_at_end, pillars_at_end, pilots_of
from alliance_tracker.impact_reports.blocks import Block, Figures, Row
from alliance_tracker.impact_reports.material import Gap, Material, Written, newest
from alliance_tracker.pilots.models import PilotReach
from alliance_tracker.regions.models import Municipality
from alliance_tracker.regions.queries import municipalities_of
from alliance_tracker.rollout.queries import phase_of

# The plan ------------------------------------------------------------------------------------------------------------


def plan(material: Material) -> Written:
    """Each step with its required criteria, when it was completed, and the phase of the rollout."""
    view = material.plan
    found: list[Block] = [
        blocks.fact(
            "phase",
            Message("Phase of the rollout"),
            blocks.words(phase_of(material.alliance.id)),
            address=material.address("phases"),
        ),
        blocks.fact(
            "version",
            Message("Version of the stappenplan"),
            blocks.text(view.plan.label),
            address=material.address("steps"),
        ),
        blocks.table(
            "steps",
            Message("The five steps"),
            {
                "step": Message("Step"),
                "met": Message("Met or waived"),
                "required": Message("Required"),
                "completed": Message("Completed on"),
                "state": Message("How it stands"),
            },
            [
                Row(
                    step.key,
                    (
                        blocks.words(step.name),
                        blocks.count(step.met),
                        blocks.count(step.required),
                        blocks.day(step.completion.completed_on if step.completion and step.is_completed else None),
                        blocks.words(Message("no longer holds"), "warn")
                        if step.is_broken
                        else blocks.words(Message("completed"), "good")
                        if step.is_completed
                        else blocks.words(Message("open")),
                    ),
                    material.address("steps", step.number),
                    step.completion.completed_on if step.completion else None,
                )
                for step in view.steps
            ],
            source=Message("Steps are completed by the coordinator; nothing here ranks alliances."),
        ),
    ]
    gaps = [
        Gap(
            Message("Step %(n)s was completed and no longer holds.", n=step.number),
            material.address("steps", step.number),
        )
        for step in view.broken_steps
    ]
    return Written(Figures(tuple(found)), tuple(gaps))


# The region ----------------------------------------------------------------------------------------------------------


def region(material: Material) -> Written:
    """For a pioneer: the alliances of its region, and which municipalities and centre cities one works in."""
    code = material.alliance.region_code
    municipalities = municipalities_of(code)
    covered = set(
        db().scalars(
            sa.select(WorkingArea.municipality_id)
            .join(Alliance, Alliance.id == WorkingArea.alliance_id)
            .where(
                Alliance.region_code == code,
                Alliance.status == AllianceStatus.ACTIVE,
                WorkingArea.until.is_(None),
            )
        )
    )
    cities = [each for each in municipalities if each.is_centre_city]
    found: list[Block] = [
        blocks.fact(
            "municipalities",
            Message("Municipalities with an alliance"),
            blocks.words(
                Message(
                    "%(n)s of %(all)s", n=sum(each.id in covered for each in municipalities), all=len(municipalities)
                )
            ),
            address=f"/regions/{code}",
        ),
        _alliances(material, code),
    ]
    if cities:
        found.append(_cities(cities, covered, code))
    return Written(Figures(tuple(found)))


def _alliances(material: Material, code: str) -> Block:
    rows = db().execute(
        sa.select(Alliance.id, Alliance.name, Alliance.status, Alliance.founded_on)
        .where(Alliance.region_code == code)
        .order_by(Alliance.name_folded, Alliance.id)
    )
    return blocks.table(
        "alliances",
        Message("Alliances in the region"),
        {"alliance": Message("Alliance"), "state": Message("How it stands"), "since": Message("Founded on")},
        [
            Row(f"alliance-{number}", (blocks.text(name), blocks.words(status), blocks.day(founded_on)))
            for number, name, status, founded_on in rows
            if status is not AllianceStatus.INITIATIVE or number == material.alliance.id
        ],
    )


def _cities(cities: list[Municipality], covered: set[int], code: str) -> Block:
    return blocks.table(
        "cities",
        Message("Centre cities"),
        {"city": Message("Centre city"), "state": Message("Has an alliance")},
        [
            Row(
                city.nis_code,
                (
                    blocks.text(city.name),
                    blocks.words(Message("yes"), "good") if city.id in covered else blocks.words(Message("no"), "warn"),
                ),
                f"/regions/{code}",
            )
            for city in cities
        ],
    )


def is_pioneer(material: Material) -> bool:
    """Whether the alliance held the mandate of its region on some day of the year."""
    found = db().scalar(
        sa.select(PioneerMandate.id)
        .where(
            PioneerMandate.alliance_id == material.alliance.id,
            PioneerMandate.since <= material.last,
            sa.or_(PioneerMandate.until.is_(None), PioneerMandate.until >= material.first),
        )
        .limit(1)
    )
    return found is not None


# The year in short ---------------------------------------------------------------------------------------------------


def summary(material: Material) -> Written:
    """The few figures by which a reader knows the year, each counted in another section as well."""
    partners, pillars = partners_at_end(material), pillars_at_end(material)
    meetings, pilots = meetings_of(material), pilots_of(material)
    found: list[Block] = [
        blocks.fact(
            "partners",
            Message("Partners"),
            blocks.count(len(partners)),
            source=Message("Organisations that took part at the end of the year."),
            address=material.address("partners"),
            as_of=newest(row.since for row in partners),
            is_key_figure=True,
        ),
        blocks.fact(
            "pillars",
            Message("Pillars of the quadruple helix"),
            blocks.words(Message("%(n)s of %(all)s", n=len(pillars), all=4), "" if len(pillars) == 4 else "warn"),
            address=material.address("partners"),
        ),
        blocks.fact(
            "meetings",
            Message("Meetings"),
            blocks.count(len(meetings)),
            source=Message("Meetings in the log."),
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
            blocks.text(", ".join(place.name for place in area_of(material.alliance.id))),
            address=material.address("area"),
        ),
    ]
    return Written(Figures(tuple(found)))


def _participations(material: Material, reached: list[PilotReach]) -> Block:
    value = blocks.people(sum(row.participants for row in reached)) if reached else blocks.none(Message("not recorded"))
    return blocks.fact(
        "participations",
        Message("Participations in pilots"),
        value,
        source=Message("Somebody who came twice counts twice."),
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
            source=Message("Counted in instalments: one organisation's part of a commitment in one year."),
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
        Message("Drawn"),
        blocks.euro(drawn or Decimal(0)),
        source=Message("Approved by VLAIO of the drawing right of the year."),
        address=material.address("drawing-rights"),
        is_key_figure=True,
    )
    yield blocks.fact(
        "ceiling", Message("Drawing right"), blocks.euro(ceiling), address=material.address("drawing-rights")
    )
