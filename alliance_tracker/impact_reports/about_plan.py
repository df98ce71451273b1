"""Where the alliance stands in the stappenplan and the rollout, at the end of the year."""

from datetime import date

import sqlalchemy as sa

from alliance_tracker.database import db
from alliance_tracker.i18n import Message
from alliance_tracker.impact_reports import blocks
from alliance_tracker.impact_reports.blocks import Block, Figures, Row
from alliance_tracker.impact_reports.material import Gap, Material, Written
from alliance_tracker.rollout.models import PhaseDecision, PhaseLetter
from alliance_tracker.stappenplan.judgement import StepView
from alliance_tracker.stappenplan.lifecycle import STEP
from alliance_tracker.stappenplan.models import NO_YEAR, StepState, StepStatus
from alliance_tracker.workflow import StatusEvent


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
