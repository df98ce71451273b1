"""The draft of the next version of the plan: its words, its criteria, what it changes, and its publication."""

from collections.abc import Callable

from flask import url_for
from flask.typing import ResponseReturnValue

from alliance_tracker.i18n import Message
from alliance_tracker.policy import Permission
from alliance_tracker.stappenplan import difference, drafting, flag_reading, queries
from alliance_tracker.stappenplan.forms import CriterionForm, DraftForm, NewCriterionForm, StepWordsForm
from alliance_tracker.stappenplan.lifecycle import PLAN
from alliance_tracker.stappenplan.models import Criterion, Step
from alliance_tracker.stappenplan.plans_frame import bp, plans_page
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.forms import ActionForm, ReasonForm
from alliance_tracker.web.guards import actor, load, require

Crumbs = tuple[tuple[Message, str], ...]


def published_page(plan_id: int, *, below: bool = True, form: ActionForm | None = None) -> str:
    """The page of one published version, with the list of versions and, for whoever drafts, the way to the draft."""
    versions = queries.published_versions()
    return plans_page(
        "stappenplan/plan.html",
        below=below,
        version=next(each for each in versions if each.id == plan_id),
        versions=versions,
        steps=queries.plan_words(plan_id),
        draft_label=queries.label_of_draft(),
        open_flags=flag_reading.count_of_open_flags(),
        action=form or ActionForm(formdata=None),
    )


def _to_draft() -> Crumbs:
    return ((Message("Draft"), url_for("plans.draft")),)


@bp.post("/draft/new")
def begin_submit() -> ResponseReturnValue:
    """Begin a draft, as a copy of the version that was published last."""
    require(Permission.PLAN_DRAFT)
    form = ActionForm()
    return carry_out(
        form,
        lambda: drafting.begin(actor=actor()),
        to=lambda _: url_for("plans.draft"),
        done=Message("The draft is a copy of the newest version. Change what should change."),
        page=lambda: published_page(queries.newest_plan_id(), below=False, form=form),
    )


@bp.get("/draft")
def draft(form: ActionForm | None = None) -> ResponseReturnValue:
    """The draft: its steps and criteria, what it changes, and what is missing before it can be published."""
    require(Permission.PLAN_DRAFT)
    plan = drafting.draft_or_missing()
    return plans_page(
        "stappenplan/draft.html",
        draft=plan,
        difference=difference.between(plan.based_on_id or plan.id, plan.id),
        offers=[offer for offer in PLAN.offers(actor(), plan) if not offer.transition.needs_reason],
        flags=flag_reading.open_flags_by_place(),
        form=form or ActionForm(formdata=None),
        action=ActionForm(formdata=None),
    )


@bp.get("/draft/words")
def draft_words(form: DraftForm | None = None) -> ResponseReturnValue:
    """The label, the first day and the change note."""
    require(Permission.PLAN_DRAFT)
    plan = drafting.draft_or_missing()
    return plans_page(
        "stappenplan/draft_words.html", further=_to_draft(), draft=plan, form=form or DraftForm(formdata=None, obj=plan)
    )


@bp.post("/draft/words")
def draft_words_submit() -> ResponseReturnValue:
    """Keep the label, the first day and the change note."""
    require(Permission.PLAN_DRAFT)
    plan, form = drafting.draft_or_missing(), DraftForm()
    return carry_out(
        form,
        lambda: drafting.edit_draft(
            plan,
            label=form.label.data,
            valid_from=form.valid_from.data or plan.valid_from,
            change_note_nl=form.change_note_nl.data,
            change_note_en=form.change_note_en.data,
            version=form.version.data,
            actor=actor(),
        ),
        to=lambda _: url_for("plans.draft"),
        done=Message("Saved."),
        page=lambda: draft_words(form),
    )


@bp.get("/draft/steps/<int:step_id>")
def draft_step(step_id: int, form: StepWordsForm | None = None) -> ResponseReturnValue:
    """The words of a step in the draft."""
    row = load(Step, step_id, Permission.PLAN_DRAFT)
    return plans_page(
        "stappenplan/draft_step.html",
        further=_to_draft(),
        step=row,
        form=form or StepWordsForm(formdata=None, obj=row),
    )


@bp.post("/draft/steps/<int:step_id>")
def draft_step_submit(step_id: int) -> ResponseReturnValue:
    """Keep the words of a step in the draft."""
    row, form = load(Step, step_id, Permission.PLAN_DRAFT), StepWordsForm()
    return carry_out(
        form,
        lambda: drafting.edit_step(
            row,
            name_nl=form.name_nl.data,
            name_en=form.name_en.data,
            aim_nl=form.aim_nl.data,
            aim_en=form.aim_en.data,
            version=form.version.data,
            actor=actor(),
        ),
        to=lambda _: url_for("plans.draft"),
        done=Message("Saved."),
        page=lambda: draft_step(step_id, form),
    )


@bp.get("/draft/steps/<int:step_id>/new")
def draft_criterion_new(step_id: int, form: NewCriterionForm | None = None) -> ResponseReturnValue:
    """A new criterion in a step of the draft."""
    row = load(Step, step_id, Permission.PLAN_DRAFT)
    return plans_page(
        "stappenplan/draft_criterion.html",
        further=_to_draft(),
        step=row,
        criterion=None,
        form=form or NewCriterionForm(formdata=None),
    )


@bp.post("/draft/steps/<int:step_id>/new")
def draft_criterion_new_submit(step_id: int) -> ResponseReturnValue:
    """Keep the new criterion."""
    row, form = load(Step, step_id, Permission.PLAN_DRAFT), NewCriterionForm()
    return carry_out(
        form,
        lambda: drafting.add_criterion(
            row,
            name_nl=form.name_nl.data,
            name_en=form.name_en.data,
            is_required=form.is_required.data,
            check=form.check.data or None,
            actor=actor(),
        ),
        to=lambda _: url_for("plans.draft", _anchor=f"step-{row.number}"),
        done=Message("The criterion is in the draft."),
        page=lambda: draft_criterion_new(step_id, form),
    )


@bp.get("/draft/criteria/<int:criterion_id>")
def draft_criterion(criterion_id: int, form: CriterionForm | None = None) -> ResponseReturnValue:
    """The words of a criterion in the draft."""
    row = load(Criterion, criterion_id, Permission.PLAN_DRAFT)
    return plans_page(
        "stappenplan/draft_criterion.html",
        further=_to_draft(),
        step=load(Step, row.step_id, Permission.PLAN_DRAFT),
        criterion=row,
        form=form or CriterionForm(formdata=None, obj=row),
    )


@bp.post("/draft/criteria/<int:criterion_id>")
def draft_criterion_submit(criterion_id: int) -> ResponseReturnValue:
    """Keep the words of a criterion in the draft."""
    row, form = load(Criterion, criterion_id, Permission.PLAN_DRAFT), CriterionForm()
    return carry_out(
        form,
        lambda: drafting.edit_criterion(
            row,
            name_nl=form.name_nl.data,
            name_en=form.name_en.data,
            is_required=form.is_required.data,
            version=form.version.data,
            actor=actor(),
        ),
        to=lambda _: url_for("plans.draft"),
        done=Message("Saved."),
        page=lambda: draft_criterion(criterion_id, form),
    )


@bp.post("/draft/criteria/<int:criterion_id>/up")
def criterion_up_submit(criterion_id: int) -> ResponseReturnValue:
    """Move a criterion one place up."""
    row = load(Criterion, criterion_id, Permission.PLAN_DRAFT)
    return _act(lambda: drafting.shift(row, up=True, actor=actor()), Message("Moved up."))


@bp.post("/draft/criteria/<int:criterion_id>/down")
def criterion_down_submit(criterion_id: int) -> ResponseReturnValue:
    """Move a criterion one place down."""
    row = load(Criterion, criterion_id, Permission.PLAN_DRAFT)
    return _act(lambda: drafting.shift(row, up=False, actor=actor()), Message("Moved down."))


@bp.post("/draft/criteria/<int:criterion_id>/drop")
def criterion_drop_submit(criterion_id: int) -> ResponseReturnValue:
    """Leave a criterion out of the next version."""
    row = load(Criterion, criterion_id, Permission.PLAN_DRAFT)
    return _act(lambda: drafting.drop_criterion(row, actor=actor()), Message("The criterion is left out."))


def _act(command: Callable[[], None], done: Message) -> ResponseReturnValue:
    form = ActionForm()
    return carry_out(form, command, to=lambda _: url_for("plans.draft"), done=done, page=lambda: draft(form))


@bp.post("/draft/publish")
def publish_submit() -> ResponseReturnValue:
    """Publish the draft; alliances move to it when they choose to."""
    require(Permission.PLAN_DRAFT)
    plan, form = drafting.draft_or_missing(), ActionForm()
    return carry_out(
        form,
        lambda: drafting.publish(plan, actor=actor()),
        to=lambda _: url_for("plans.index"),
        done=Message("The new version is published."),
        page=lambda: draft(form),
    )


@bp.get("/draft/discard")
def discard(form: ReasonForm | None = None) -> ResponseReturnValue:
    """Give the draft up."""
    require(Permission.PLAN_DRAFT)
    plan = drafting.draft_or_missing()
    return plans_page("stappenplan/discard.html", further=_to_draft(), draft=plan, form=form or ReasonForm())


@bp.post("/draft/discard")
def discard_submit() -> ResponseReturnValue:
    """Carry it out."""
    require(Permission.PLAN_DRAFT)
    plan, form = drafting.draft_or_missing(), ReasonForm()
    return carry_out(
        form,
        lambda: drafting.discard(plan, reason=form.reason.data, actor=actor()),
        to=lambda _: url_for("plans.index"),
        done=Message("The draft is discarded; what was published stays as it is."),
        page=lambda: discard(form),
    )
