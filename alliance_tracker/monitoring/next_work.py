"""What is next in the work of an alliance: missing figures, pilots past their end, goals without an owner."""

from collections.abc import Iterable

from flask import url_for

from alliance_tracker import policy
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.database import today
from alliance_tracker.i18n import Counted, Message
from alliance_tracker.monitoring.todo import LATER, SOON, Todo
from alliance_tracker.monitoring.work import Work
from alliance_tracker.policy import Actor, Permission


def of_work(actor: Actor, alliance: Alliance, work: Work) -> Iterable[Todo]:
    """What is next in the work, for who may do it."""
    if policy.allows(actor, Permission.MEASUREMENT_WRITE, alliance):
        yield from _figures(alliance, work)
    if policy.allows(actor, Permission.PILOT_EDIT, alliance):
        yield from _pilots(alliance, work)
    if policy.allows(actor, Permission.GOAL_EDIT, alliance):
        yield from _goals(alliance, work)


def _figures(alliance: Alliance, work: Work) -> Iterable[Todo]:
    if work.missing:
        yield Todo(
            SOON,
            Message("Enter the figures of %(period)s", period=str(work.period)),
            Counted(
                "%(n)s indicator has no figure yet, nor a reason why not.",
                "%(n)s indicators have no figure yet, nor a reason why not.",
                n=work.missing,
            ),
            url_for("measurements.period", slug=alliance.slug, period=work.period),
            Message("To the figures"),
        )


def _pilots(alliance: Alliance, work: Work) -> Iterable[Todo]:
    for pilot in work.running:
        if pilot.ends_on is not None and pilot.ends_on < today():
            yield Todo(
                SOON,
                Message("Evaluate the pilot “%(name)s”", name=pilot.name),
                Message("It was to end on %(on)s.", on=pilot.ends_on),
                url_for("pilots.show", slug=alliance.slug, pilot_id=pilot.id),
                Message("To the pilot"),
            )


def _goals(alliance: Alliance, work: Work) -> Iterable[Todo]:
    for goal in work.orphaned:
        yield Todo(
            LATER,
            Message("Choose another partner for the goal “%(title)s”", title=goal.title),
            Message("The partner that carried it has left."),
            url_for("goals.edit", slug=alliance.slug, goal_id=goal.id),
            Message("Change"),
        )
