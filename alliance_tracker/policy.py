"""Who may do what: the whole policy on one screen.

Each permission has one predicate over an actor and a subject. Views, the state machine, templates, lists, the API, the
import and the command line ask here, in the same words, and nothing else compares a role.

A subject says where it belongs with the attributes `alliance_id`, `region_code` and `organisation_id`; it may lack any.
"""

import enum
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from alliance_tracker.actors import NOBODY, SYSTEM, Actor, Grant, Role
from alliance_tracker.errors import NotAllowed
from alliance_tracker.i18n import Message

__all__ = ["NOBODY", "READING", "RULES", "SYSTEM", "Actor", "Grant", "Permission", "Role", "allows", "require"]


Predicate = Callable[[Actor, Any], bool]


def any_of(*predicates: Predicate) -> Predicate:
    return lambda actor, subject: any(holds(actor, subject) for holds in predicates)


# Predicates: whole claims --------------------------------------------------------------------------------------------


def is_signed_in(actor: Actor, _subject: Any) -> bool:
    return actor.user_id is not None or actor.is_system


def is_administrator(actor: Actor, _subject: Any) -> bool:
    return actor.has(Role.ADMINISTRATOR)


def is_project_manager(actor: Actor, _subject: Any) -> bool:
    return actor.has(Role.PROJECT_MANAGER)


def is_observer(actor: Actor, _subject: Any) -> bool:
    return actor.has(Role.OBSERVER)


def coordinates_something(actor: Actor, _subject: Any) -> bool:
    return actor.has(Role.COORDINATOR)


def works_in_the_network(actor: Actor, _subject: Any) -> bool:
    return actor.has(Role.ADMINISTRATOR, Role.PROJECT_MANAGER, Role.COORDINATOR, Role.REPORTER, Role.PARTNER)


def coordinates_alliance(actor: Actor, subject: Any) -> bool:
    return _alliance_id(subject) in actor.coordinated_alliances


def is_partner_of_alliance(actor: Actor, subject: Any) -> bool:
    return _alliance_id(subject) in actor.partner_alliances


def is_party_in_alliance(actor: Actor, subject: Any) -> bool:
    return _alliance_id(subject) in actor.party_alliances


def reports_for_region(actor: Actor, subject: Any) -> bool:
    return getattr(subject, "region_code", None) in actor.reported_regions


def reports_this(actor: Actor, subject: Any) -> bool:
    """The subject is the report of a region, or a part of it, and the actor reports for that region."""
    return bool(getattr(subject, "is_regional", False)) and reports_for_region(actor, subject)


def represents_organisation(actor: Actor, subject: Any) -> bool:
    return getattr(subject, "organisation_id", None) in actor.represented_organisations


def proposed_it(actor: Actor, subject: Any) -> bool:
    return actor.user_id is not None and getattr(subject, "proposed_by_id", None) == actor.user_id


def is_own(actor: Actor, subject: Any) -> bool:
    """The row belongs to this very person: their account, their token, their log entry."""
    owner = getattr(subject, "owner_id", None)
    return owner is not None and owner == actor.user_id


def belongs_to_network(_actor: Actor, subject: Any) -> bool:
    """A fact about a region or about Flanders, as opposed to one alliance's."""
    return _alliance_id(subject) is None


def _alliance_id(subject: Any) -> int | None:
    found: int | None = getattr(subject, "alliance_id", None)
    return found


reads_everything = any_of(is_administrator, is_project_manager, is_observer)
takes_part = any_of(coordinates_alliance, is_partner_of_alliance, is_party_in_alliance)
sees_alliance = any_of(reads_everything, takes_part, reports_for_region, proposed_it)


class Permission(enum.StrEnum):
    """Everything that can be asked of the policy, alphabetically by subject."""

    ACCOUNT_MANAGE = "account:manage"
    """Invite people, give and end roles, disable accounts, read the outbox."""
    ACCOUNT_OWN = "account:own"
    """Change one's own language, password, contact data and tokens."""
    ALLIANCE_ACCEPT = "alliance:accept"
    """Accept an initiative as an alliance, end an alliance, mark it as trial alliance."""
    ALLIANCE_EDIT = "alliance:edit"
    """Change the facts of an alliance: name, words, working area."""
    ALLIANCE_PAUSE = "alliance:pause"
    """Pause and resume."""
    ALLIANCE_PROPOSE = "alliance:propose"
    """Propose an initiative."""
    ALLIANCE_VIEW = "alliance:view"
    """Know that the alliance exists, and read everything of it."""
    CATALOGUE_DRAFT = "catalogue:draft"
    """Edit a draft of the indicator catalogue and publish it."""
    CATALOGUE_VIEW = "catalogue:view"
    """Read the published versions of the indicator catalogue."""
    COMMITMENT_AGREE = "commitment:agree"
    """Move a due date, waive an instalment, and decide who inherits one."""
    COMMUNICATION_CORRECT = "communication:correct"
    """Correct or withdraw a communication."""
    COMMUNICATION_WRITE = "communication:write"
    """Log what an alliance communicated, with the answers to the four principles."""
    CONVENANT_DECIDE = "convenant:decide"
    """Offer a convenant for signature, withdraw it, terminate it."""
    CONVENANT_PREPARE = "convenant:prepare"
    """Write a convenant, an addendum or a rider; record a signature on paper and an agreement of another kind."""
    CONVENANT_SIGN = "convenant:sign"
    """Sign a convenant for one's own organisation, and take that signature back while others are awaited."""
    COORDINATOR_APPOINT = "coordinator:appoint"
    """Give or end the coordinator role of an alliance."""
    CRITERION_FLAG = "criterion:flag"
    """Say that a criterion of the plan is unclear, not feasible or missing."""
    DELIVERY_JUDGE = "delivery:judge"
    """Confirm or dispute what another organisation delivered."""
    DELIVERY_LOG = "delivery:log"
    """Log what one's own organisation delivered, or a partner of the alliance that one coordinates."""
    DELIVERY_WITHDRAW = "delivery:withdraw"
    """Withdraw a delivery that was logged wrongly."""
    DRAWDOWN_DECIDE = "drawdown:decide"
    """Approve, refuse or return a drawdown, and record its payments."""
    DRAWDOWN_REQUEST = "drawdown:request"
    """Ask for a part of the drawing right, and withdraw or change that request."""
    EVIDENCE_ADD = "evidence:add"
    """Attach a file to something of an alliance, a region or the programme."""
    EVIDENCE_WITHDRAW = "evidence:withdraw"
    """Take a file back: one's own, or any of an alliance that one coordinates."""
    EXPLANATION_ANSWER = "explanation:answer"
    """Explain for one's own organisation why something is late; for one without an account its coordinator."""
    EXPLANATION_ASK = "explanation:ask"
    """Ask an organisation to explain what is late, ask on, and close the question."""
    FIGURE_EXACT_VIEW = "figure-exact:view"
    """Read counts of people as they are; everybody else reads them rounded to a multiple of 5."""
    FIGURE_VIEW = "figure:view"
    """Read the totals over alliances, regions and Flanders."""
    FRAMEWORK_VIEW = "framework:view"
    """Read which goals serve which framework, and the STEM-monitor."""
    GOAL_EDIT = "goal:edit"
    """Write the needs analysis, goals, indicators, baselines and targets of an alliance."""
    GOVERNMENT_BIND = "government:bind"
    """Let VLAIO or another Flemish body take over a promise, or decide on a promise of such a body that is no more."""
    HISTORY_VIEW = "history:view"
    """Read who did what."""
    LOG_CORRECT = "log:correct"
    """Correct or withdraw a log entry."""
    LOG_WRITE = "log:write"
    """Log progress of an alliance."""
    MEASUREMENT_WRITE = "measurement:write"
    """Enter and correct the measurements of an alliance."""
    MILESTONE_RECORD = "milestone:record"
    """Record a milestone: an alliance's by its coordinator, the others by the project manager."""
    MONITOR_FIGURE_EDIT = "monitor-figure:edit"
    """Add a year to the figures of the STEM-monitor."""
    MONITOR_VIEW = "monitor:view"
    """Read the monitor over all regions."""
    ORGANISATION_CREATE = "organisation:create"
    """Add an organisation to the register."""
    ORGANISATION_EDIT = "organisation:edit"
    """Correct an organisation's facts."""
    ORGANISATION_SUCCEED = "organisation:succeed"
    """Merge, rename or close an organisation."""
    ORGANISATION_VIEW = "organisation:view"
    """Read the register of organisations."""
    PARTNER_MANAGE = "partner:manage"
    """Admit partners, change their roles, let them leave."""
    PHASE_DECIDE = "phase:decide"
    """Move an alliance to another rollout phase."""
    PILOT_EDIT = "pilot:edit"
    """Plan, start, evaluate and stop the pilots of an alliance, and record their reach."""
    PIONEER_MANDATE = "pioneer:mandate"
    """Give and end a pioneer mandate."""
    PLAN_DRAFT = "plan:draft"
    """See all flags, edit a draft of the stappenplan and publish it."""
    PLAN_VIEW = "plan:view"
    """Read the published versions of the stappenplan."""
    PROGRAMME_EDIT = "programme:edit"
    """Follow up the actions of the preconditions, and plan the phases."""
    PROGRAMME_VIEW = "programme:view"
    """Read the Flemish milestones and preconditions."""
    REGION_FOLLOW = "region:follow"
    """Record a region's next step, and whether it is STEM-poor."""
    REGION_VIEW = "region:view"
    """Read a region's page."""
    REPORT_COMMENT = "report:comment"
    """Answer to what VLAIO remarks on a version of an impact report."""
    REPORT_REVIEW = "report:review"
    """Read a version for VLAIO: comment, return, approve, publish it, and say what was read and used."""
    REPORT_SUBMIT = "report:submit"
    """Submit an impact report, take it back, and correct an approved one."""
    REPORT_WRITE = "report:write"
    """Begin an impact report, write its narrative and refresh its figures."""
    REPORTING_MANAGE = "reporting:manage"
    """Open a reporting year, extend, excuse and reopen reports."""
    REPORTING_VIEW = "reporting:view"
    """Read which reports are expected and how far they are."""
    SIGNAL_ANSWER = "signal:answer"
    """Answer a signal for VLAIO, and merge signals that are the same."""
    SIGNAL_RAISE = "signal:raise"
    """Send a signal of an alliance to VLAIO, or say “with us too” for it."""
    SIGNAL_VIEW = "signal:view"
    """Read the signals of the whole network."""
    STATEMENT_RECORD = "statement:record"
    """Record the account of a year that an organisation signed on paper."""
    STATEMENT_SIGN = "statement:sign"
    """Sign the account of a year for one's own organisation, or refuse to."""
    STEP_DECIDE = "step:decide"
    """Meet, waive and reopen criteria, complete and reopen steps, move to a newer plan."""


RULES: dict[Permission, Predicate] = {
    Permission.ACCOUNT_MANAGE: is_administrator,
    Permission.ACCOUNT_OWN: is_own,
    Permission.ALLIANCE_ACCEPT: is_project_manager,
    Permission.ALLIANCE_EDIT: any_of(is_project_manager, coordinates_alliance),
    Permission.ALLIANCE_PAUSE: any_of(is_project_manager, coordinates_alliance),
    Permission.ALLIANCE_PROPOSE: is_signed_in,
    Permission.ALLIANCE_VIEW: sees_alliance,
    Permission.CATALOGUE_DRAFT: is_project_manager,
    Permission.CATALOGUE_VIEW: is_signed_in,
    Permission.COMMITMENT_AGREE: any_of(is_project_manager, coordinates_alliance),
    Permission.COMMUNICATION_CORRECT: any_of(coordinates_alliance, is_own),
    Permission.COMMUNICATION_WRITE: any_of(is_project_manager, coordinates_alliance, is_partner_of_alliance),
    Permission.CONVENANT_DECIDE: is_project_manager,
    Permission.CONVENANT_PREPARE: any_of(is_project_manager, coordinates_alliance),
    Permission.CONVENANT_SIGN: represents_organisation,
    Permission.COORDINATOR_APPOINT: any_of(is_administrator, is_project_manager, coordinates_alliance),
    Permission.CRITERION_FLAG: any_of(
        is_project_manager, coordinates_alliance, is_partner_of_alliance, reports_for_region
    ),
    Permission.DELIVERY_JUDGE: any_of(is_project_manager, takes_part),
    Permission.DELIVERY_LOG: any_of(coordinates_alliance, represents_organisation),
    Permission.DELIVERY_WITHDRAW: any_of(coordinates_alliance, is_own),
    Permission.DRAWDOWN_DECIDE: is_project_manager,
    Permission.DRAWDOWN_REQUEST: coordinates_alliance,
    Permission.EVIDENCE_ADD: any_of(is_project_manager, takes_part),
    Permission.EVIDENCE_WITHDRAW: any_of(is_project_manager, coordinates_alliance, is_own),
    Permission.EXPLANATION_ANSWER: any_of(represents_organisation, coordinates_alliance),
    Permission.EXPLANATION_ASK: any_of(is_project_manager, takes_part, reports_for_region),
    Permission.FIGURE_EXACT_VIEW: any_of(
        is_project_manager, coordinates_alliance, is_partner_of_alliance, reports_for_region
    ),
    Permission.FIGURE_VIEW: is_signed_in,
    Permission.FRAMEWORK_VIEW: is_signed_in,
    Permission.GOAL_EDIT: any_of(is_project_manager, coordinates_alliance),
    Permission.GOVERNMENT_BIND: is_project_manager,
    Permission.HISTORY_VIEW: any_of(sees_alliance, belongs_to_network),
    Permission.LOG_CORRECT: any_of(coordinates_alliance, is_own),
    Permission.LOG_WRITE: any_of(is_project_manager, coordinates_alliance, is_partner_of_alliance),
    Permission.MEASUREMENT_WRITE: any_of(is_project_manager, coordinates_alliance),
    Permission.MILESTONE_RECORD: any_of(is_project_manager, coordinates_alliance),
    Permission.MONITOR_FIGURE_EDIT: is_project_manager,
    Permission.MONITOR_VIEW: reads_everything,
    Permission.ORGANISATION_CREATE: any_of(is_administrator, is_project_manager, coordinates_something),
    Permission.ORGANISATION_EDIT: any_of(
        is_administrator, is_project_manager, coordinates_something, represents_organisation
    ),
    Permission.ORGANISATION_SUCCEED: any_of(is_administrator, is_project_manager),
    Permission.ORGANISATION_VIEW: is_signed_in,
    Permission.PARTNER_MANAGE: any_of(is_project_manager, coordinates_alliance),
    Permission.PHASE_DECIDE: is_project_manager,
    Permission.PILOT_EDIT: any_of(is_project_manager, coordinates_alliance),
    Permission.PIONEER_MANDATE: is_project_manager,
    Permission.PLAN_DRAFT: is_project_manager,
    Permission.PLAN_VIEW: is_signed_in,
    Permission.PROGRAMME_EDIT: is_project_manager,
    Permission.PROGRAMME_VIEW: is_signed_in,
    Permission.REGION_FOLLOW: is_project_manager,
    Permission.REGION_VIEW: is_signed_in,
    Permission.REPORT_COMMENT: any_of(is_project_manager, coordinates_alliance, reports_this),
    Permission.REPORT_REVIEW: is_project_manager,
    Permission.REPORT_SUBMIT: any_of(coordinates_alliance, reports_this),
    Permission.REPORT_WRITE: any_of(coordinates_alliance, reports_this),
    Permission.REPORTING_MANAGE: is_project_manager,
    Permission.REPORTING_VIEW: reads_everything,
    Permission.SIGNAL_ANSWER: is_project_manager,
    Permission.SIGNAL_RAISE: any_of(coordinates_alliance, is_partner_of_alliance, reports_for_region),
    Permission.SIGNAL_VIEW: is_signed_in,
    Permission.STATEMENT_RECORD: any_of(is_project_manager, coordinates_alliance),
    Permission.STATEMENT_SIGN: represents_organisation,
    Permission.STEP_DECIDE: coordinates_alliance,
}

#: What a read-only token may still do.
READING = frozenset(permission for permission in Permission if permission.value.endswith(":view"))


def allows(actor: Actor, permission: Permission, subject: Any = None) -> bool:
    """Whether `actor` may do this with `subject`."""
    if actor.is_system:
        return True
    if actor.read_only and permission not in READING:
        return False
    return RULES[permission](actor, subject)


def require(actor: Actor, permission: Permission, subject: Any = None) -> None:
    """:raise NotAllowed: with a sentence, when the policy says no."""
    if not allows(actor, permission, subject):
        raise NotAllowed(Message("Your role does not allow this."))


def visible_alliances(actor: Actor, alliance: Any) -> sa.ColumnElement[bool]:
    """The same rule as `ALLIANCE_VIEW`, for lists: a condition on `Alliance` or on an alias of it."""
    if actor.is_system or reads_everything(actor, None):
        return sa.true()
    return sa.or_(
        alliance.id.in_(actor.coordinated_alliances | actor.partner_alliances | actor.party_alliances),
        alliance.region_code.in_(actor.reported_regions),
        sa.and_(alliance.proposed_by_id.is_not(None), alliance.proposed_by_id == actor.user_id),
    )


def alliances_spoken_for(actor: Actor, alliance: Any) -> sa.ColumnElement[bool]:
    """The same rule as `SIGNAL_RAISE`, for lists: a condition on `Alliance` or on an alias of it."""
    return sa.or_(
        alliance.id.in_(actor.coordinated_alliances | actor.partner_alliances),
        alliance.region_code.in_(actor.reported_regions),
    )
