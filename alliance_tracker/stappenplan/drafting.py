"""Writing the next version of the plan: one draft at a time, from the newest version, published with a change note."""

import re
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker import audit, policy
from alliance_tracker.database import check_version, db, folded, lock, now, today
from alliance_tracker.errors import FieldRefused, NotFound, Refused
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Actor, Permission
from alliance_tracker.stappenplan.checks import CHECKS
from alliance_tracker.stappenplan.lifecycle import PLAN
from alliance_tracker.stappenplan.models import Criterion, Plan, PlanStatus, Step


def open_draft() -> Plan | None:
    """The one draft, with its steps and criteria."""
    return (
        db()
        .scalars(
            sa.select(Plan)
            .where(Plan.status == PlanStatus.DRAFT)
            .options(selectinload(Plan.steps).selectinload(Step.criteria))
        )
        .one_or_none()
    )


def begin(*, actor: Actor) -> Plan:
    """Make a draft as a copy of the version that was published last.

    :raise Refused: there is a draft already.
    """
    policy.require(actor, Permission.PLAN_DRAFT)
    base = (
        db()
        .scalars(
            sa.select(Plan)
            .where(Plan.status == PlanStatus.PUBLISHED)
            .order_by(Plan.valid_from.desc(), Plan.id.desc())
            .limit(1)
        )
        .one()
    )
    lock(base)  # two drafts begun at the same moment come one after the other
    if db().scalar(sa.select(Plan.id).where(Plan.status == PlanStatus.DRAFT)):
        raise Refused(Message("There is a draft already. Publish it before you begin another one."))
    draft = Plan(label=_free_label(), status=PlanStatus.DRAFT, valid_from=today(), based_on_id=base.id)
    db().add(draft)
    db().flush()  # gives the draft its id
    PLAN.start(draft, actor=actor)
    steps = db().scalars(
        sa.select(Step).where(Step.plan_id == base.id).options(selectinload(Step.criteria)).order_by(Step.number)
    )
    for step in steps:
        _copy(step, draft)
    return draft


def _copy(step: Step, draft: Plan) -> None:
    words = ("key", "number", "name_nl", "name_en", "aim_nl", "aim_en", "is_yearly")
    copy = Step(plan_id=draft.id, **{name: getattr(step, name) for name in words})
    db().add(copy)
    db().flush()  # gives the step its id
    kept = ("key", "position", "is_required", "check", "test", "name_nl", "name_en")
    for criterion in step.criteria:
        db().add(Criterion(plan_id=draft.id, step_id=copy.id, **{name: getattr(criterion, name) for name in kept}))


def _free_label() -> str:
    month = f"{today():%Y-%m}"
    taken = set(db().scalars(sa.select(Plan.label).where(Plan.label.like(f"{month}%"))))
    return month if month not in taken else next(f"{month}-{n}" for n in range(2, 99) if f"{month}-{n}" not in taken)


def edit_draft(
    draft: Plan,
    *,
    label: str,
    valid_from: date,
    change_note_nl: str,
    change_note_en: str,
    version: int | None,
    actor: Actor,
) -> None:
    """Change the label, the first day and the change note of the draft.

    :raise EditConflict: somebody else changed it meanwhile.
    :raise FieldRefused: another version has this label.
    """
    _changeable(draft, actor)
    check_version(draft, version)
    if db().scalar(sa.select(Plan.id).where(Plan.label == label, Plan.id != draft.id)):
        raise FieldRefused("label", Message("Another version has this label."))
    draft.label, draft.valid_from = label, valid_from
    draft.change_note_nl, draft.change_note_en = change_note_nl, change_note_en
    audit.record("plan.edited", draft, actor=actor)


def edit_step(
    step: Step, *, name_nl: str, name_en: str, aim_nl: str, aim_en: str, version: int | None, actor: Actor
) -> None:
    """Change the words of a step in the draft.

    :raise EditConflict: somebody else changed it meanwhile.
    """
    _changeable(db().get_one(Plan, step.plan_id), actor)
    check_version(step, version)
    step.name_nl, step.name_en, step.aim_nl, step.aim_en = name_nl, name_en, aim_nl, aim_en
    audit.record("step.edited", step, actor=actor)


def add_criterion(
    step: Step, *, name_nl: str, name_en: str, is_required: bool, check: str | None, actor: Actor
) -> Criterion:
    """Add a criterion at the end of a step of the draft; `check` is one of those that exist, or none.

    :raise FieldRefused: there is no such check, or another criterion of this version has it.
    """
    draft = db().get_one(Plan, step.plan_id)
    _changeable(draft, actor)
    lock(draft)  # two criteria that are added at the same moment get two places and two keys
    if check is not None and check not in CHECKS:
        raise FieldRefused("check", Message("Choose one of the list."))
    if check is not None and db().scalar(
        sa.select(Criterion.id).where(Criterion.plan_id == draft.id, Criterion.check == check)
    ):
        raise FieldRefused("check", Message("Another criterion of this version is computed by this check."))
    last = db().scalar(sa.select(sa.func.max(Criterion.position)).where(Criterion.step_id == step.id))
    criterion = Criterion(
        plan_id=draft.id,
        step_id=step.id,
        key=_free_key(name_en),
        position=(last or 0) + 1,
        is_required=is_required,
        check=check,
        test=CHECKS[check].test.text if check else "",
        name_nl=name_nl,
        name_en=name_en,
    )
    db().add(criterion)
    db().flush()  # gives the criterion its id
    audit.record("criterion.added", criterion, actor=actor)
    return criterion


def _free_key(name: str) -> str:
    """A key that no criterion of any version ever had, so that no old decision is taken for one on this criterion."""
    plain = re.sub(r"[^a-z0-9]+", "-", folded(name)).strip("-")[:50].strip("-") or "criterion"
    plain = f"criterion-{plain}" if plain.startswith("own-") else plain  # those are the alliances' own
    taken = set(db().scalars(sa.select(Criterion.key).where(Criterion.key.like(f"{plain}%"))))
    return plain if plain not in taken else next(k for n in range(2, 999) if (k := f"{plain}-{n}") not in taken)


def edit_criterion(
    criterion: Criterion, *, name_nl: str, name_en: str, is_required: bool, version: int | None, actor: Actor
) -> None:
    """Change the words of a criterion of the draft, and whether it is required; its check stays with its key.

    :raise EditConflict: somebody else changed it meanwhile.
    """
    _changeable(db().get_one(Plan, criterion.plan_id), actor)
    check_version(criterion, version)
    criterion.name_nl, criterion.name_en, criterion.is_required = name_nl, name_en, is_required
    audit.record("criterion.edited", criterion, actor=actor)


def shift(criterion: Criterion, *, up: bool, actor: Actor) -> None:
    """Move a criterion of the draft one place up or down within its step; at the end of the list it stays."""
    draft = db().get_one(Plan, criterion.plan_id)
    _changeable(draft, actor)
    lock(draft)
    order = list(
        db().scalars(
            sa.select(Criterion)
            .where(Criterion.step_id == criterion.step_id)
            .order_by(Criterion.position, Criterion.id)
        )
    )
    place = order.index(criterion)
    other = place - 1 if up else place + 1
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
        for position, row in enumerate(order, start=1):
            if row.position != position:
                row.position = position
        audit.record("criterion.shifted", criterion, actor=actor)


def drop_criterion(criterion: Criterion, *, actor: Actor) -> None:
    """Leave a criterion out of the next version; alliances that decided on it keep what they decided."""
    _changeable(db().get_one(Plan, criterion.plan_id), actor)
    audit.record("criterion.dropped", criterion, actor=actor)
    db().delete(criterion)


def publish(draft: Plan, *, actor: Actor) -> None:
    """Publish the draft; from now on nobody can change it.

    :raise TransitionRefused: the change note is missing in a language, the first day is past, or nothing was changed.
    """
    db().flush()  # what was changed in this transaction counts as a change
    PLAN.apply(draft, "publish", actor=actor)
    draft.published_at = now()


def discard(draft: Plan, *, reason: str, actor: Actor) -> None:
    """Give the draft up: a new one can be begun from the version that was published last.

    :raise TransitionRefused: it was published or discarded before, or the reason is missing.
    """
    PLAN.apply(draft, "discard", actor=actor, reason=reason)


def _changeable(plan: Plan, actor: Actor) -> None:
    policy.require(actor, Permission.PLAN_DRAFT)
    if plan.status is not PlanStatus.DRAFT:
        raise Refused(Message("This version does not change any more. Begin a new draft."))


def draft_or_missing() -> Plan:
    """:raise NotFound: there is no draft."""
    draft = open_draft()
    if draft is None:
        raise NotFound(Message("There is no draft of the plan now."))
    return draft
