"""What is next: the few things to do, most urgent first, each with its reason and a link straight to the form."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from flask import url_for

from alliance_tracker import policy
from alliance_tracker.alliances.models import Alliance, AllianceStatus, Partner
from alliance_tracker.alliances.partners import helix_balance
from alliance_tracker.database import today
from alliance_tracker.i18n import Counted, Message, in_words
from alliance_tracker.learning import queries as signals
from alliance_tracker.monitoring import next_agreements, next_reports, next_work
from alliance_tracker.monitoring.lists import Item
from alliance_tracker.monitoring.next_reports import OpenReport
from alliance_tracker.monitoring.open_agreements import Agreements
from alliance_tracker.monitoring.todo import LATER, SOON, URGENT, Todo, ordered
from alliance_tracker.monitoring.work import Work
from alliance_tracker.policy import Actor, Permission
from alliance_tracker.rollout.queries import PhasesView
from alliance_tracker.standings.queries import missing_pillars
from alliance_tracker.stappenplan.judgement import CriterionView, StepView
from alliance_tracker.stappenplan.queries import PlanView

#: A milestone or a year's step is "soon" when it is due within this time.
SOON_MEANS = timedelta(days=30)
#: After this time without an entry the alliance is asked how it goes.
QUIET_AFTER = timedelta(days=60)
#: So long an answer of VLAIO is news to the alliance that sent the signal.
NEWS_FOR = timedelta(days=21)


def of_alliance(
    actor: Actor,
    alliance: Alliance,
    plan: PlanView,
    phases: PhasesView,
    partners: Sequence[Partner],
    work: Work,
    agreed: Agreements,
    reports: Sequence[OpenReport] = (),
    last_logged_on: date | None = None,
) -> list[Todo]:
    """What is next for this person in this alliance; nothing while it is paused or after it ended."""
    if alliance.status is AllianceStatus.INITIATIVE and policy.allows(actor, Permission.ALLIANCE_ACCEPT, alliance):
        decision = Todo(
            URGENT,
            Message("Decide on the initiative"),
            Message("It was proposed and waits for your decision."),
            url_for("alliances.accept", slug=alliance.slug),
            Message("Decide"),
        )
        return [decision]
    if alliance.status not in {AllianceStatus.ACTIVE, AllianceStatus.INITIATIVE}:
        return []
    found = [
        *_milestones(actor, alliance, phases),
        *_partners(actor, alliance, partners),
        *next_agreements.of_agreements(actor, alliance, agreed),
        *next_reports.of_reports(actor, alliance, reports),
        *_steps(actor, alliance, plan),
        *next_work.of_work(actor, alliance, work),
        *_log(actor, alliance, last_logged_on),
        *_signals(actor, alliance),
    ]
    return ordered(found)


def of_standing(actor: Actor, item: Item) -> Iterable[Todo]:
    """The most pressing things of an alliance that is not looked into, from its summary row alone."""
    row = item.standing
    if row.status is not AllianceStatus.ACTIVE:
        return
    if row.has_broken_step and policy.allows(actor, Permission.STEP_DECIDE, row):
        yield Todo(
            URGENT,
            Message("A completed step no longer holds"),
            Message("A criterion of it failed afterwards."),
            url_for("steps.show", slug=item.slug),
            Message("Look"),
            item.name,
        )
    if row.next_due_on is not None and row.next_due_on < today():
        yield Todo(
            URGENT,
            Message("Commitments are overdue"),
            Message("The oldest was due on %(on)s.", on=row.next_due_on),
            url_for("commitments.index", slug=item.slug, state="overdue"),
            Message("To the commitments"),
            item.name,
        )
    if row.has_gap and policy.allows(actor, Permission.PARTNER_MANAGE, row):
        missing = in_words(pillar.label for pillar in missing_pillars(row))
        yield Todo(
            SOON,
            Message("Find a partner for: %(pillars)s", pillars=missing),
            Message("A pillar is missing"),
            url_for("alliances.admit", slug=item.slug),
            Message("Admit a partner"),
            item.name,
        )
    if policy.allows(actor, Permission.STEP_DECIDE, row):
        yield Todo(
            LATER,
            Message("Go on with step %(number)s", number=row.lowest_open_step),
            Message("It is the lowest open step."),
            url_for("steps.show", slug=item.slug),
            Message("To the stappenplan"),
            item.name,
        )


def of_coordinator(
    actor: Actor,
    alliance: Alliance,
    plan: PlanView,
    phases: PhasesView,
    partners: Sequence[Partner],
    work: Work,
    agreed: Agreements,
    reports: Sequence[OpenReport] = (),
) -> list[Todo]:
    """What waits for the coordinator of this alliance, for a reader who cannot do it: without the ways to the forms."""
    if policy.allows(actor, Permission.STEP_DECIDE, alliance):
        return []
    coordinator = Actor.coordinating(alliance.id)
    found = of_alliance(coordinator, alliance, plan, phases, partners, work, agreed, reports, last_logged_on=today())
    return [todo if todo.is_open_to_readers else replace(todo, address="") for todo in found]


def _milestones(actor: Actor, alliance: Alliance, phases: PhasesView) -> Iterable[Todo]:
    if not policy.allows(actor, Permission.MILESTONE_RECORD, alliance):
        return
    for phase in phases.phases:
        for state in phase.milestones:
            mine = state.place.alliance_id == alliance.id
            if not (mine and state.is_open and state.expected_on and not state.is_computed):
                continue
            if state.is_overdue or state.expected_on <= today() + SOON_MEANS:
                why = (
                    Message("It was expected on %(on)s.", on=state.expected_on)
                    if state.is_overdue
                    else Message("It is expected on %(on)s.", on=state.expected_on)
                )
                yield Todo(
                    URGENT if state.is_overdue else SOON,
                    state.name,
                    why,
                    url_for("phases.milestone", slug=alliance.slug, key=state.key),
                    Message("Record"),
                )


def _partners(actor: Actor, alliance: Alliance, partners: Sequence[Partner]) -> Iterable[Todo]:
    if not policy.allows(actor, Permission.PARTNER_MANAGE, alliance):
        return
    missing = [pillar for pillar, n in helix_balance(partners).items() if not n]
    if missing:
        yield Todo(
            SOON,
            Message("Find a partner for: %(pillars)s", pillars=in_words(p.label for p in missing)),
            Counted("%(n)s of 4 pillars is missing.", "%(n)s of 4 pillars are missing.", n=len(missing)),
            url_for("alliances.admit", slug=alliance.slug),
            Message("Admit a partner"),
        )


def _steps(actor: Actor, alliance: Alliance, plan: PlanView) -> Iterable[Todo]:
    if not policy.allows(actor, Permission.STEP_DECIDE, alliance):
        return
    for step in plan.broken_steps:
        yield Todo(
            URGENT,
            Message("Step %(number)s no longer holds", number=step.number),
            Message("It was completed, but a criterion no longer holds. Restore it, or reopen the step."),
            url_for("steps.step", slug=alliance.slug, number=step.number),
            Message("Look"),
            is_open_to_readers=True,
        )
    for step in plan.steps:
        if step.number != plan.lowest_open_step or step.is_completed:
            continue
        if not step.obstacles:
            yield _completion(alliance, step)
            continue
        for criterion in [c for c in step.criteria if c.is_required and not c.is_settled][:3]:
            yield Todo(
                LATER,
                criterion.name,
                _why_open(criterion) or Message("It is open in step %(number)s.", number=step.number),
                url_for("steps.criterion", slug=alliance.slug, key=criterion.key),
                Message("To the criterion"),
                is_open_to_readers=True,
            )
    if plan.newer is not None:
        yield Todo(
            LATER,
            Message("Move to version %(label)s of the stappenplan", label=plan.newer.label),
            Message("A newer version was published. Look first at what it changes for you."),
            url_for("steps.version", slug=alliance.slug),
            Message("See what changes"),
        )


def _completion(alliance: Alliance, step: StepView) -> Todo:
    """A step in whose way nothing stands any more; the yearly one is renewed, never completed."""
    if step.is_yearly:
        what = Message(
            "Renew step %(number)s for %(year)s: %(name)s", number=step.number, year=str(step.year), name=step.name
        )
    else:
        what = Message("Complete step %(number)s: %(name)s", number=step.number, name=step.name)
    return Todo(
        SOON,
        what,
        Message("All required criteria are met or waived."),
        url_for("steps.step", slug=alliance.slug, number=step.number, _anchor="decide"),
        Message("Renew") if step.is_yearly else Message("Complete"),
    )


def _why_open(criterion: CriterionView) -> Message | None:
    """What the check found, where one answers; that a person judges is no reason."""
    return None if criterion.is_for_people and criterion.statement is None else criterion.reason


def _log(actor: Actor, alliance: Alliance, last_logged_on: date | None) -> Iterable[Todo]:
    if not policy.allows(actor, Permission.LOG_WRITE, alliance):
        return
    if last_logged_on is None or last_logged_on < today() - QUIET_AFTER:
        why = (
            Message("The last entry is of %(on)s.", on=last_logged_on)
            if last_logged_on
            else Message("Nothing was logged yet.")
        )
        yield Todo(
            LATER,
            Message("Log how it goes"),
            why,
            url_for("activities.create", slug=alliance.slug),
            Message("Log progress"),
        )


def _signals(actor: Actor, alliance: Alliance) -> Iterable[Todo]:
    if not policy.allows(actor, Permission.SIGNAL_RAISE, alliance):
        return
    for answered in signals.answered_since(alliance.id, today() - NEWS_FOR, limit=3):
        yield Todo(
            LATER,
            Message("VLAIO answered: %(title)s", title=answered.title),
            Message("Since %(on)s it is: %(state)s.", on=answered.on, state=answered.status.label),
            url_for("signals.show", signal_id=answered.id, _anchor="answers"),
            Message("Read the answer"),
        )
