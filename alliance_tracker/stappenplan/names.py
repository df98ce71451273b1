"""What criteria, steps and versions of the plan are called, by the keys that the history keeps."""

from collections.abc import Set as AbstractSet
from typing import Any

import sqlalchemy as sa

from alliance_tracker.database import db
from alliance_tracker.i18n import InTwoLanguages, Message
from alliance_tracker.stappenplan.models import Criterion, OwnCriterion, Plan, Step
from alliance_tracker.web import history_names
from alliance_tracker.web.history_names import Ref


def criteria(refs: AbstractSet[Ref]) -> dict[Ref, Any]:
    """Criteria as the newest version that has them words them, or as the alliance itself does."""
    keys = {key for _, key in refs}
    words: dict[Any, Any] = {
        key: InTwoLanguages(nl, en)
        for key, nl, en in db().execute(
            sa.select(Criterion.key, Criterion.name_nl, Criterion.name_en)
            .where(Criterion.key.in_(keys))
            .order_by(Criterion.plan_id)
        )
    }
    own = {
        (alliance_id, key): InTwoLanguages(name, name)
        for alliance_id, key, name in db().execute(
            sa.select(OwnCriterion.alliance_id, OwnCriterion.key, OwnCriterion.name).where(
                OwnCriterion.key.in_(keys), OwnCriterion.alliance_id.in_({alliance_id for alliance_id, _ in refs})
            )
        )
    }
    return {ref: words[ref[1]] for ref in refs if ref[1] in words} | own


def steps(refs: AbstractSet[Ref]) -> dict[Ref, Any]:
    """Steps by their number and the name in the newest version that has them."""
    words = {
        key: Message("step %(number)s, “%(name)s”", number=number, name=InTwoLanguages(nl, en))
        for key, number, nl, en in db().execute(
            sa.select(Step.key, Step.number, Step.name_nl, Step.name_en)
            .where(Step.key.in_({key for _, key in refs}))
            .order_by(Step.plan_id)
        )
    }
    return {ref: words[ref[1]] for ref in refs if ref[1] in words}


def versions(refs: AbstractSet[Ref]) -> dict[Ref, Any]:
    """Versions of the plan by their labels."""
    rows = db().execute(sa.select(Plan.id, Plan.label).where(Plan.id.in_({key for _, key in refs})))
    labels = {plan_id: label for plan_id, label in rows}  # noqa: C416  # rows are not pairs to mypy
    return {ref: labels[ref[1]] for ref in refs if ref[1] in labels}


def register() -> None:
    """Let the history ask here."""
    history_names.register("criterion_key", "criterion", criteria)
    history_names.register("step_key", "step", steps)
    history_names.register("plan_id", "plan", versions)
