"""Flags on the plan: the field says what is unclear, not feasible or missing, and the project manager answers."""

from alliance_tracker import policy
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.alliances.service import check_open
from alliance_tracker.database import db, today
from alliance_tracker.errors import FieldRefused, Refused
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Actor, Permission
from alliance_tracker.stappenplan.lifecycle import FLAG
from alliance_tracker.stappenplan.models import CriterionFlag, FlagKind, FlagStatus
from alliance_tracker.stappenplan.reading import plan_of


def raise_flag(
    alliance: Alliance, *, step_key: str, criterion_key: str | None, kind: FlagKind, remark: str, actor: Actor
) -> CriterionFlag:
    """Flag a criterion, or a step that lacks one (`criterion_key` None).

    :raise FieldRefused: there is no remark.
    :raise Refused: the criterion is one of the alliance's own.
    :raise NotFound: it is not in the plan of this alliance.
    """
    policy.require(actor, Permission.CRITERION_FLAG, alliance)
    check_open(alliance)
    plan = plan_of(alliance.id)
    step = plan.step_with_key(step_key)
    if criterion_key:
        step, criterion = plan.criterion(criterion_key)
        if criterion.is_own:
            raise Refused(Message("This criterion is the alliance's own; the alliance can change it itself."))
    if not remark.strip():
        raise FieldRefused("remark", Message("Say in a sentence or two what is the matter."))
    flag = CriterionFlag(
        alliance_id=alliance.id,
        plan_id=plan.plan.id,
        step_key=step.key,
        criterion_key=criterion_key,
        kind=kind,
        remark=remark,
        raised_by_id=actor.user_id,
        raised_on=today(),
        status=FlagStatus.OPEN,
        answer="",
    )
    db().add(flag)
    db().flush()  # gives the flag its id
    FLAG.start(flag, actor=actor)
    return flag


def answer(flag: CriterionFlag, *, words: str, actor: Actor) -> None:
    """Answer a flag; whoever raised it reads the answer beside it.

    :raise TransitionRefused: it was answered already, or there are no words.
    """
    FLAG.apply(flag, "handle", actor=actor, reason=words)
    flag.answer = words
