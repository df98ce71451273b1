"""The checks of the stappenplan: each is one small function with one name that answers from an alliance's own facts.

A check holds, does not hold, or cannot tell because the data that it needs come with a later release; then a person
judges, and the screens say so. The sentence `test` is that of the plan, word for word.
"""

from collections.abc import Callable
from dataclasses import dataclass

from alliance_tracker.alliances.models import PartnerRoleKind
from alliance_tracker.i18n import Counted, Message
from alliance_tracker.organisations.models import Pillar
from alliance_tracker.stappenplan.checks_data import CheckFacts, PartnerFact
from alliance_tracker.stappenplan.checks_work import (
    cooperation_anchored,
    goal_for_underrepresented_group,
    goal_with_baseline_and_target,
    goals_span_policy_domains,
    pilot_evaluated,
    pilot_reach_recorded,
    pilot_started,
    signal_raised_this_year,
)
from alliance_tracker.stappenplan.verdicts import Verdict, no, not_yet, yes
from alliance_tracker.stappenplan.years import last_day_within_twelve_months, twelve_months_before

ORGANISATIONS_NEEDED = 10
MEETINGS_NEEDED = 2
PILLARS_AT_A_MEETING = 3


@dataclass(frozen=True)
class Check:
    """A check, the sentence that says what it tests, and what a person may state instead, if anything."""

    judge: Callable[[CheckFacts], Verdict]
    test: Message
    statement: Message | None = None


def _names(partners: tuple[PartnerFact, ...]) -> list[str]:
    return [partner.name for partner in partners]


def _words(pillars: set[Pillar] | list[Pillar]) -> list[Message]:
    return [pillar.label for pillar in Pillar if pillar in pillars]


# Step 1 ------------------------------------------------------------------------------------------------------------


def alliance_has_driver(facts: CheckFacts) -> Verdict:
    leading = tuple(partner for partner in facts.current if PartnerRoleKind.LEAD in partner.roles)
    if not leading:
        return no(Message("No partner has the role of lead partner."))
    return yes(Message("%(names)s has the role of lead partner.", names=_names(leading)))


def stakeholders_mapped(facts: CheckFacts) -> Verdict:
    total = sum(facts.organisations.values())
    missing = [pillar for pillar in Pillar if not facts.organisations.get(pillar)]
    if total >= ORGANISATIONS_NEEDED and not missing:
        return yes(Message("%(n)s organisations from all four pillars work in these municipalities.", n=total))
    if missing:
        return no(
            Message(
                "%(n)s of %(needed)s organisations in these municipalities are recorded; none from: %(missing)s.",
                n=total,
                needed=ORGANISATIONS_NEEDED,
                missing=_words(missing),
            ),
        )
    return no(
        Message(
            "%(n)s of %(needed)s organisations in these municipalities are recorded, from all four pillars.",
            n=total,
            needed=ORGANISATIONS_NEEDED,
        ),
    )


def helix_complete(facts: CheckFacts) -> Verdict:
    filled = {pillar for partner in facts.current for pillar in partner.pillars}
    missing = _words([pillar for pillar in Pillar if pillar not in filled])
    if not missing:
        return yes(Message("The partners fill all four pillars."))
    return no(
        Counted(
            "%(filled)s of 4 pillars: %(missing)s is missing.",
            "%(filled)s of 4 pillars: %(missing)s are missing.",
            n=len(missing),
            filled=len(filled),
            missing=missing,
        ),
    )


def alliance_has_coordinator(facts: CheckFacts) -> Verdict:
    coordinating = tuple(partner for partner in facts.current if PartnerRoleKind.COORDINATOR in partner.roles)
    if not coordinating:
        return no(Message("No partner has the role of coordinator."))
    if not facts.coordinators:
        return no(
            Message(
                "%(names)s coordinates, but nobody with an open account has the coordinator role for this alliance.",
                names=_names(coordinating),
            ),
        )
    return yes(
        Counted(
            "%(names)s coordinates, with one person who has the coordinator role.",
            "%(names)s coordinates, with %(n)s people who have the coordinator role.",
            n=facts.coordinators,
            names=_names(coordinating),
        ),
    )


# Step 2 ------------------------------------------------------------------------------------------------------------


def value_proposition_written(facts: CheckFacts) -> Verdict:
    if not facts.value_proposition.strip():
        return no(Message("The value proposition of the alliance is not written yet."))
    if not facts.core:
        return no(Message("There is a value proposition, but no partner is a core partner yet."))
    silent = tuple(partner for partner in facts.core if not partner.gain)
    if silent:
        return no(Message("What it gains is not written yet for: %(names)s.", names=_names(silent)))
    return yes(Message("The value proposition is written, and what each core partner gains."))


# Step 3 ------------------------------------------------------------------------------------------------------------


def every_core_partner_has_responsibility(facts: CheckFacts) -> Verdict:
    if not facts.core:
        return no(Message("No partner is a core partner yet."))
    silent = tuple(partner for partner in facts.core if not partner.responsibility)
    if silent:
        return no(Message("The responsibility is not written yet of: %(names)s.", names=_names(silent)))
    return yes(
        Counted(
            "The responsibility of the one core partner is written.",
            "The responsibility of all %(n)s core partners is written.",
            n=len(facts.core),
        ),
    )


def two_network_meetings_in_year(facts: CheckFacts) -> Verdict:
    since = twelve_months_before(facts.today)
    recent = [meeting for meeting in facts.meetings if since <= meeting.on <= facts.today]
    broad = sorted(meeting.on for meeting in recent if len(meeting.pillars) >= PILLARS_AT_A_MEETING)
    if len(broad) >= MEETINGS_NEEDED:
        until = last_day_within_twelve_months(broad[-MEETINGS_NEEDED])
        return yes(
            Message(
                "%(n)s meetings with at least three pillars since %(since)s; "
                "without a new one this holds until %(until)s.",
                n=len(broad),
                since=since,
                until=until,
            ),
            until,
        )
    narrow = len(recent) - len(broad)
    if narrow:
        return no(
            Counted(
                "%(broad)s of 2 meetings since %(since)s; one more had fewer than three pillars present.",
                "%(broad)s of 2 meetings since %(since)s; %(n)s more had fewer than three pillars present.",
                n=narrow,
                broad=len(broad),
                since=since,
            ),
        )
    return no(
        Message("%(broad)s of 2 meetings with at least three pillars since %(since)s.", broad=len(broad), since=since),
    )


# Step 5, of the year that is renewed ---------------------------------------------------------------------------------


def partners_grew_this_year(facts: CheckFacts) -> Verdict:
    joined = tuple(partner for partner in facts.partners if partner.joined_on.year == facts.year)
    if joined:
        return yes(Message("Joined in %(year)s: %(names)s.", year=str(facts.year), names=_names(joined)))
    return no(Message("No partner joined in %(year)s.", year=str(facts.year)))


def self_evaluation_this_year(_facts: CheckFacts) -> Verdict:
    return not_yet(Message("the health checks"))


#: Every check that a plan may name. The sentences are those of the plan.
CHECKS: dict[str, Check] = {
    check.judge.__name__: check
    for check in (
        Check(alliance_has_driver, Message("A current partner has the role lead partner.")),
        Check(
            stakeholders_mapped,
            Message(
                "At least ten organisations that work in the alliance's municipalities are recorded, "
                "from all four pillars, partner or not."
            ),
        ),
        Check(helix_complete, Message("The current partners together cover all four pillars.")),
        Check(
            alliance_has_coordinator,
            Message(
                "A current partner has the role coordinator, and a user with the coordinator role "
                "for this alliance is active."
            ),
        ),
        Check(
            value_proposition_written,
            Message("The alliance has a value proposition, and each core partner a sentence on what it gains."),
        ),
        Check(
            goal_with_baseline_and_target,
            Message("A goal has an indicator with a known baseline and a target with a date after it."),
        ),
        Check(goal_for_underrepresented_group, Message("A goal has a target group that is under-represented.")),
        Check(
            every_core_partner_has_responsibility,
            Message("Every current core partner has its responsibility written down."),
        ),
        Check(
            two_network_meetings_in_year,
            Message(
                "Two meetings of the network, each with at least three pillars present, "
                "lie in the twelve months before today."
            ),
        ),
        Check(pilot_started, Message("A pilot was started with partners from at least two pillars.")),
        Check(pilot_evaluated, Message("A pilot is finished and its evaluation decides to scale up, adjust or stop.")),
        Check(
            pilot_reach_recorded,
            Message("Every finished pilot has its reach recorded, with at least one breakdown."),
        ),
        Check(
            partners_grew_this_year,
            Message(
                "A partner joined in the year; or the coordinator states, with a reason, that the network is complete."
            ),
            statement=Message("State, with the reason, that the network is complete."),
        ),
        Check(
            self_evaluation_this_year,
            Message(
                "A health check was closed in the year, or another evaluation is attached, "
                "and an improvement was chosen."
            ),
        ),
        Check(
            cooperation_anchored,
            Message(
                "A convenant was active on the last day of the year, or another agreement is recorded "
                "with its document; money is no condition."
            ),
        ),
        Check(goals_span_policy_domains, Message("The alliance's goals touch at least three policy domains.")),
        Check(signal_raised_this_year, Message("A signal of this alliance was sent to VLAIO in the year.")),
    )
}


def verdicts(names: set[str], facts: CheckFacts) -> dict[str, Verdict]:
    """The answer of each of these checks; one that this release does not know has none, so a person judges."""
    return {name: CHECKS[name].judge(facts) for name in sorted(names) if name in CHECKS}
