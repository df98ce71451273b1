"""One criterion of an alliance: how it stands and why, deciding on it, flagging it, and its history."""

from flask import url_for
from flask.typing import ResponseReturnValue

from alliance_tracker.alliances.service import check_open
from alliance_tracker.evidence import views as evidence_views
from alliance_tracker.evidence.forms import EvidenceForm
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Permission
from alliance_tracker.stappenplan import flag_reading, queries, service
from alliance_tracker.stappenplan.flags import raise_flag
from alliance_tracker.stappenplan.forms import FlagForm, MeetForm
from alliance_tracker.stappenplan.models import FlagKind
from alliance_tracker.stappenplan.steps_frame import asked_year, bp, load_plan, steps_page, year_argument
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.forms import ReasonForm
from alliance_tracker.web.guards import actor


@bp.get("/criteria/<key>")
def criterion(
    slug: str,
    key: str,
    meet_form: MeetForm | None = None,
    waive_form: ReasonForm | None = None,
    reopen_form: ReasonForm | None = None,
    flag_form: FlagForm | None = None,
    evidence_form: EvidenceForm | None = None,
) -> ResponseReturnValue:
    """One criterion with its reason, its history and what can be done with it."""
    alliance, plan = load_plan(slug)
    step, shown = plan.criterion(key)
    address = url_for("steps.step", slug=slug, number=step.number, **year_argument(step.year))
    return steps_page(
        "stappenplan/criterion.html",
        alliance,
        plan,
        further=[(Message("Step %(number)s", number=step.number), address)],
        step=step,
        criterion=shown,
        offers=service.offers(step, shown),
        meet_form=meet_form or MeetForm(formdata=None),
        waive_form=waive_form or ReasonForm(formdata=None),
        reopen_form=reopen_form or ReasonForm(formdata=None),
        flag_form=flag_form or FlagForm(formdata=None),
        history=queries.history_of_criterion(alliance.id, key),
        flags=flag_reading.flags_of(alliance.id, step.key, key),
        logged=queries.logged_about(alliance.id, key),
        files=evidence_views.files_of(_proven(alliance.id, key, step.year)),
        evidence_form=evidence_form or EvidenceForm(formdata=None),
    )


def _proven(alliance_id: int, key: str, year: int) -> evidence_views.Subject:
    """A criterion of an alliance, in a year if it recurs, as what files prove; it need not be decided on yet."""
    return evidence_views.Subject("criterion", f"{alliance_id}/{key}/{year}", alliance_id)


@bp.post("/criteria/<key>/evidence")
def criterion_evidence_submit(slug: str, key: str) -> ResponseReturnValue:
    """Attach files that prove the criterion."""
    alliance, plan = load_plan(slug, Permission.EVIDENCE_ADD)
    check_open(alliance)
    step, _ = plan.criterion(key)
    return evidence_views.attach(
        _proven(alliance.id, key, step.year),
        alliance,
        to=_here(slug, key, step.year),
        page=lambda form: criterion(slug, key, evidence_form=form),
    )


def _here(slug: str, key: str, year: int) -> str:
    return url_for("steps.criterion", slug=slug, key=key, **year_argument(year))


@bp.post("/criteria/<key>/meet")
def meet_submit(slug: str, key: str) -> ResponseReturnValue:
    """Set a criterion to met, with a note and the day."""
    alliance, plan = load_plan(slug, Permission.STEP_DECIDE)
    form, step = MeetForm(), plan.criterion(key)[0]
    return carry_out(
        form,
        lambda: service.meet(alliance, key, note=form.note.data, on=form.on.data, year=asked_year(), actor=actor()),
        to=lambda _: url_for("steps.show", slug=slug, **year_argument(step.year), _anchor=f"step-{step.number}"),
        done=Message("Kept: the criterion is met."),
        page=lambda: criterion(slug, key, meet_form=form),
    )


@bp.post("/criteria/<key>/waive")
def waive_submit(slug: str, key: str) -> ResponseReturnValue:
    """Waive a criterion, with the reason."""
    alliance, plan = load_plan(slug, Permission.STEP_DECIDE)
    form, step = ReasonForm(), plan.criterion(key)[0]
    return carry_out(
        form,
        lambda: service.waive(alliance, key, reason=form.reason.data, year=asked_year(), actor=actor()),
        to=lambda _: url_for("steps.show", slug=slug, **year_argument(step.year), _anchor=f"step-{step.number}"),
        done=Message("Kept: the criterion is waived."),
        page=lambda: criterion(slug, key, waive_form=form),
    )


@bp.post("/criteria/<key>/reopen")
def reopen_criterion_submit(slug: str, key: str) -> ResponseReturnValue:
    """Take the decision on a criterion back, with the reason."""
    alliance, plan = load_plan(slug, Permission.STEP_DECIDE)
    form, step = ReasonForm(), plan.criterion(key)[0]
    return carry_out(
        form,
        lambda: service.reopen(alliance, key, reason=form.reason.data, year=asked_year(), actor=actor()),
        to=lambda _: _here(slug, key, step.year),
        done=Message("The criterion is open again."),
        page=lambda: criterion(slug, key, reopen_form=form),
    )


@bp.post("/criteria/<key>/flag")
def flag_criterion_submit(slug: str, key: str) -> ResponseReturnValue:
    """Flag a criterion: unclear, not feasible, or something is missing."""
    alliance, plan = load_plan(slug, Permission.CRITERION_FLAG)
    form, step = FlagForm(), plan.criterion(key)[0]
    return carry_out(
        form,
        lambda: raise_flag(
            alliance,
            step_key=step.key,
            criterion_key=key,
            kind=FlagKind(form.kind.data),
            remark=form.remark.data,
            actor=actor(),
        ),
        to=lambda _: _here(slug, key, step.year),
        done=Message("Thank you. The project manager sees your flag."),
        page=lambda: criterion(slug, key, flag_form=form),
    )
