"""The checks that look at the work of an alliance: its goals, pilots and signals, and what anchors it."""

from datetime import date, timedelta

from alliance_tracker.frameworks.terms import Scheme, term, terms
from alliance_tracker.i18n import Counted, Message
from alliance_tracker.stappenplan.checks_data import CheckFacts
from alliance_tracker.stappenplan.verdicts import Verdict, no, yes

PILLARS_IN_A_PILOT = 2
DOMAINS_NEEDED = 3


# Step 2 ------------------------------------------------------------------------------------------------------------


def goal_with_baseline_and_target(facts: CheckFacts) -> Verdict:
    if not facts.goals:
        return no(Message("No goal is set yet."))
    measurable = [goal.title for goal in facts.goals if goal.is_measurable]
    if measurable:
        return yes(Message("With a known baseline and a target with a date after it: %(goals)s.", goals=measurable))
    if not any(goal.has_indicator for goal in facts.goals):
        return no(
            Counted(
                "There is %(n)s goal, but it has no indicator yet.",
                "There are %(n)s goals, but none has an indicator yet.",
                n=len(facts.goals),
            )
        )
    return no(Message("No indicator has a known baseline and a target with a date after it yet."))


def goal_for_underrepresented_group(facts: CheckFacts) -> Verdict:
    groups = {key for key, group in terms(Scheme.TARGET_GROUP).items() if group.is_under_represented}
    aimed = sorted({key for goal in facts.goals for key in goal.target_groups & groups})
    if aimed:
        names = [term(Scheme.TARGET_GROUP, key).name for key in aimed]
        return yes(Message("The goals are aimed at: %(groups)s.", groups=names))
    if not facts.goals:
        return no(Message("No goal is set yet."))
    return no(
        Counted(
            "The goal is not aimed at girls, newcomer pupils or disadvantaged groups.",
            "None of the %(n)s goals is aimed at girls, newcomer pupils or disadvantaged groups.",
            n=len(facts.goals),
        )
    )


# Step 4 ------------------------------------------------------------------------------------------------------------


def pilot_started(facts: CheckFacts) -> Verdict:
    started = [pilot for pilot in facts.pilots if pilot.started_on is not None]
    broad = [pilot.name for pilot in started if len(pilot.pillars) >= PILLARS_IN_A_PILOT]
    if broad:
        return yes(Message("Started with partners from at least two pillars: %(pilots)s.", pilots=broad))
    if started:
        return no(Message("No pilot that started has partners from at least two pillars."))
    if facts.pilots:
        return no(
            Counted(
                "%(n)s pilot is planned; it has not started.",
                "%(n)s pilots are planned; none has started.",
                n=len(facts.pilots),
            )
        )
    return no(Message("There is no pilot yet."))


def pilot_evaluated(facts: CheckFacts) -> Verdict:
    finished = [pilot for pilot in facts.pilots if pilot.finished_on is not None]
    decided = [pilot.name for pilot in finished if pilot.decision is not None]
    if decided:
        return yes(Message("Finished and evaluated: %(pilots)s.", pilots=decided))
    if finished:
        return no(Message("Finished, but not evaluated yet: %(pilots)s.", pilots=[pilot.name for pilot in finished]))
    return no(Message("No pilot is finished yet."))


def pilot_reach_recorded(facts: CheckFacts) -> Verdict:
    finished = [pilot for pilot in facts.pilots if pilot.finished_on is not None]
    if not finished:
        return no(Message("No pilot is finished yet."))
    unknown = [pilot.name for pilot in finished if not pilot.has_reach]
    if unknown:
        return no(Message("The reach is not recorded yet of: %(pilots)s.", pilots=unknown))
    undivided = [pilot.name for pilot in finished if not pilot.has_breakdown]
    if undivided:
        return no(Message("The reach is recorded without a breakdown of: %(pilots)s.", pilots=undivided))
    return yes(
        Counted(
            "The reach of the finished pilot is recorded, with a breakdown.",
            "The reach of all %(n)s finished pilots is recorded, with a breakdown.",
            n=len(finished),
        )
    )


# Step 5, of the year that is renewed -------------------------------------------------------------------------------


def goals_span_policy_domains(facts: CheckFacts) -> Verdict:
    touched = {key for goal in facts.goals for key in goal.policy_domains}
    names = [term(Scheme.POLICY_DOMAIN, key).name for key in terms(Scheme.POLICY_DOMAIN) if key in touched]
    if len(touched) >= DOMAINS_NEEDED:
        return yes(Message("The goals touch %(n)s policy domains: %(domains)s.", n=len(touched), domains=names))
    if not touched:
        return no(Message("The goals touch no policy domain yet; three are needed."))
    return no(Message("The goals touch %(n)s of 3 policy domains: %(domains)s.", n=len(touched), domains=names))


def signal_raised_this_year(facts: CheckFacts) -> Verdict:
    sent = [signal for signal in facts.signals if signal.sent_on.year == facts.year]
    if not sent:
        return no(Message("No signal was sent to VLAIO in %(year)s.", year=str(facts.year)))
    return yes(Message("Sent to VLAIO in %(year)s: %(titles)s.", year=str(facts.year), titles=[s.title for s in sent]))


def cooperation_anchored(facts: CheckFacts) -> Verdict:
    """On the last day of a year that is over; today in the running one."""
    day = min(facts.today, date(facts.year, 12, 31))
    holding = [anchor for anchor in facts.anchors if anchor.covers(day) and anchor.has_document]
    if not holding:
        return _not_anchored(facts, day)
    names = [anchor.title for anchor in holding]
    if day < facts.today:
        return yes(Message("On %(day)s this was in force: %(names)s.", day=day, names=names))
    if any(anchor.ends_on is None for anchor in holding):
        return yes(Message("In force today: %(names)s.", names=names))
    until = max(anchor.ends_on for anchor in holding if anchor.ends_on is not None)
    return yes(
        Message("In force today: %(names)s; without a new one this holds until %(until)s.", names=names, until=until),
        until,
    )


def _not_anchored(facts: CheckFacts, day: date) -> Verdict:
    """Why not, and what to do: the nearest thing to an agreement that there is."""
    bare = [anchor.title for anchor in facts.anchors if anchor.covers(day)]
    coming = [anchor for anchor in facts.anchors if anchor.starts_on > day and anchor.has_document]
    past = [anchor for anchor in facts.anchors if anchor.ends_on is not None and anchor.ends_on < day]
    turns = (
        min((anchor.starts_on - timedelta(days=1) for anchor in coming), default=None) if day == facts.today else None
    )
    if bare:
        return no(Message("Recorded, but without its document: %(names)s. Attach it.", names=bare), turns)
    if coming:
        first = min(coming, key=lambda anchor: anchor.starts_on)
        return no(Message("“%(name)s” counts only from %(day)s on.", name=first.title, day=first.starts_on), turns)
    if past:
        last = max(past, key=lambda anchor: anchor.ends_on or day)
        return no(
            Message(
                "“%(name)s” ended on %(day)s. Prepare a new convenant, or record another agreement with its document.",
                name=last.title,
                day=last.ends_on,
            )
        )
    return no(
        Message(
            "No convenant was in force on %(day)s and no other agreement is recorded. Prepare a convenant, or record "
            "the agreement with its document.",
            day=day,
        )
    )
