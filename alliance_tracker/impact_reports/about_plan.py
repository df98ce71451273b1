"""Where the alliance stands in the stappenplan and the rollout, how it spreads in its region, and the year in short."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from alliance_tracker.alliances.lifecycle import LIFECYCLE
from alliance_tracker.alliances.models import Alliance, AllianceStatus, PioneerMandate, WorkingArea
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
from alliance_tracker.rollout.models import PhaseDecision, PhaseLetter
from alliance_tracker.stappenplan.judgement import StepView
from alliance_tracker.stappenplan.lifecycle import STEP
from alliance_tracker.stappenplan.models import NO_YEAR, StepState, StepStatus
from alliance_tracker.workflow import StatusEvent

# The plan ------------------------------------------------------------------------------------------------------------


def plan(material: Material) -> Written:
    """Each step with when it was completed, and the phase of the rollout: as both stood at the end of the year.

    Which criteria are met is not kept by day; the table says of which day that is.
    """
    view, completed = material.plan, _completions(material)
    found: list[Block] = [
        blocks.fact(
            "phase",
            Message("Phase of the rollout"),
            blocks.words(_phase_at(material)),
            source=Message("The decisions of VLAIO on the phase, up to %(on)s.", on=material.state_day),
            address=material.address("phases"),
        ),
        blocks.fact(
            "version",
            Message("Version of the stappenplan"),
            blocks.text(view.plan.label),
            source=Message("The version with which the alliance works, as on %(on)s.", on=material.day),
            address=material.address("steps"),
        ),
        blocks.table(
            "steps",
            Message("The five steps"),
            {
                "step": Message("Step"),
                "completed": Message("Completed on"),
                "state": Message("How it stands"),
                "met": Message("Met or waived"),
                "required": Message("Required"),
            },
            [_step_row(material, step, completed.get(step.key)) for step in view.steps],
            source=Message(
                "Steps are completed by the coordinator, here as on %(on)s, the yearly step for the reporting year; "
                "the criteria as on %(read)s. Nothing here ranks alliances.",
                on=material.state_day,
                read=material.day,
            ),
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


def _step_row(material: Material, step: StepView, completed_on: date | None) -> Row:
    is_kept = not step.is_yearly or step.year == material.year
    state = blocks.words(Message("open"))
    if completed_on and step.is_broken and is_kept:
        state = blocks.words(Message("completed, but it no longer holds"), "warn")
    elif completed_on:
        state = blocks.words(Message("completed"), "good")
    return Row(
        step.key,
        (
            blocks.words(step.name),
            blocks.day(completed_on),
            state,
            blocks.count(step.met) if is_kept else blocks.none(),
            blocks.count(step.required),
        ),
        material.address("steps", step.number),
        completed_on,
    )


def _completions(material: Material) -> dict[str, date]:
    """When each step that stood as completed at the end of the year was; the yearly step closes after its year."""
    rows = db().execute(
        sa.select(StepState.step_key, StatusEvent.target, StatusEvent.on)
        .join(StatusEvent, sa.and_(StatusEvent.lifecycle == STEP.name, StatusEvent.subject_id == StepState.id))
        .where(
            StepState.alliance_id == material.alliance.id,
            sa.or_(
                StepState.year == material.year,
                sa.and_(StepState.year == NO_YEAR, StatusEvent.on <= material.state_day),
            ),
        )
        .order_by(StatusEvent.id)
    )
    found: dict[str, date] = {}
    for key, target, on in rows:
        if target == StepStatus.COMPLETED.value:
            found[key] = on
        else:
            found.pop(key, None)
    return found


def _phase_at(material: Material) -> PhaseLetter:
    """The phase at the end of the year: where the last decision until then led, A without one."""
    found = db().scalar(
        sa.select(PhaseDecision.target)
        .where(PhaseDecision.alliance_id == material.alliance.id, PhaseDecision.on <= material.state_day)
        .order_by(PhaseDecision.on.desc(), PhaseDecision.id.desc())
        .limit(1)
    )
    return found or PhaseLetter.A


# The region ----------------------------------------------------------------------------------------------------------


def _works_on(day: date) -> sa.ColumnElement[bool]:
    """A municipality was part of a working area on that day.

    An alliance that was entered later than it was founded has no earlier area: what was recorded first holds from the
    beginning.
    """
    own = aliased(WorkingArea)
    first = (
        sa.select(sa.func.min(own.since))
        .where(own.alliance_id == WorkingArea.alliance_id)
        .correlate(WorkingArea)
        .scalar_subquery()
    )
    on = sa.case((first > day, first), else_=sa.literal(day, sa.Date))
    return sa.and_(WorkingArea.since <= on, sa.or_(WorkingArea.until.is_(None), WorkingArea.until >= on))


def region(material: Material) -> Written:
    """For a pioneer: the alliances of its region at the end of the year, and where in the region one was at work."""
    code, day = material.alliance.region_code, material.state_day
    municipalities = list(
        db().scalars(
            sa.select(Municipality)
            .where(
                Municipality.region_code == code,
                Municipality.valid_from <= day,
                sa.or_(Municipality.valid_until.is_(None), Municipality.valid_until >= day),
            )
            .order_by(Municipality.name_folded)
        )
    )
    stood = _alliances_at(code, day)
    active = [row.id for row in stood if row.status is AllianceStatus.ACTIVE]
    covered = set(
        db().scalars(
            sa.select(WorkingArea.municipality_id).where(WorkingArea.alliance_id.in_(active), _works_on(day)).distinct()
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
            source=Message("The working areas of the active alliances of the region on %(on)s.", on=day),
            address=f"/regions/{code}",
        ),
        _alliances(material, stood),
    ]
    if cities:
        found.append(_cities(material, cities, covered))
    return Written(Figures(tuple(found)))


@dataclass(frozen=True)
class Stood:
    """An alliance of the region as it stood on a day."""

    id: int
    name: str
    status: AllianceStatus
    founded_on: date | None


def _alliances_at(code: str, day: date) -> list[Stood]:
    """The alliances of a region that existed on that day, with their state of then, by name."""
    rows = db().execute(
        sa.select(Alliance.id, Alliance.name, Alliance.founded_on, StatusEvent.target)
        .outerjoin(
            StatusEvent,
            sa.and_(
                StatusEvent.lifecycle == LIFECYCLE.name, StatusEvent.subject_id == Alliance.id, StatusEvent.on <= day
            ),
        )
        .where(Alliance.region_code == code)
        .order_by(Alliance.name_folded, Alliance.id, StatusEvent.id)
    )
    last: dict[int, Stood] = {}
    for number, name, founded_on, target in rows:
        if target is not None:
            last[number] = Stood(number, name, AllianceStatus(target), founded_on)
    return list(last.values())


def _alliances(material: Material, stood: list[Stood]) -> Block:
    return blocks.table(
        "alliances",
        Message("Alliances in the region"),
        {"alliance": Message("Alliance"), "state": Message("How it stands"), "since": Message("Founded on")},
        [
            Row(f"alliance-{row.id}", (blocks.text(row.name), blocks.words(row.status), blocks.day(row.founded_on)))
            for row in stood
            if row.status is not AllianceStatus.INITIATIVE or row.id == material.alliance.id
        ],
        source=Message("The alliances in the register, as on %(on)s.", on=material.state_day),
        empty=Message("There was no alliance in the region yet."),
    )


def _cities(material: Material, cities: list[Municipality], covered: set[int]) -> Block:
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
                f"/regions/{material.alliance.region_code}",
            )
            for city in cities
        ],
        source=Message("The working areas of the active alliances of the region on %(on)s.", on=material.state_day),
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
            address=material.address("area"),
        ),
    ]
    return Written(Figures(tuple(found)))


def _area_at(material: Material) -> list[str]:
    """The municipalities in which the alliance worked at the end of the year, by name."""
    return list(
        db().scalars(
            sa.select(Municipality.name)
            .join(WorkingArea, WorkingArea.municipality_id == Municipality.id)
            .where(WorkingArea.alliance_id == material.alliance.id, _works_on(material.state_day))
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
