"""Goals as a spreadsheet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker.alliances.models import Partner
from alliance_tracker.database import db, folded
from alliance_tracker.errors import NotFound
from alliance_tracker.exchange.organisation_names import OrganisationNames
from alliance_tracker.exchange.tables import (
    CellError,
    Column,
    Judge,
    Kind,
    PlannedRow,
    Row,
    Scope,
    Table,
    planned,
)
from alliance_tracker.frameworks.terms import Scheme, terms
from alliance_tracker.goals import service
from alliance_tracker.goals.models import Goal, GoalStatus
from alliance_tracker.i18n import Message
from alliance_tracker.organisations.models import Organisation
from alliance_tracker.policy import Actor, Permission

#: The columns that hold tags, by scheme; tags of the other schemes stay as they are.
TAGS = {"target_groups": Scheme.TARGET_GROUP, "policy_domains": Scheme.POLICY_DOMAIN}


def _words(scheme: Scheme) -> dict[str, Any]:
    return {key: term.name for key, term in terms(scheme).items()}


class GoalTable(Table):
    """The goals of an alliance: known by their number, or by their title."""

    key = "goals"
    title = Message("Goals")
    about = Message("One row for each goal of the alliance.")
    permission = Permission.GOAL_EDIT
    columns = (
        Column(
            "number",
            Message("number of the goal"),
            Kind.ORDINAL,
            hint=Message("Leave it empty for a new goal. Do not change it: it tells which goal the row is about."),
        ),
        Column(
            "title",
            Message("goal"),
            required=True,
            limit=200,
            hint=Message("What the alliance wants to reach, in one sentence."),
            example="Meer meisjes in technische richtingen",
        ),
        Column("description", Message("description")),
        Column(
            "reason",
            Message("reason"),
            required=True,
            hint=Message("Why this goal, from the needs analysis."),
            example="Uit de behoefteanalyse: weinig meisjes kiezen voor techniek.",
        ),
        Column(
            "owner",
            Message("partner that carries it"),
            required=True,
            hint=Message("A partner of this alliance: its name, or its KBO or other number."),
            example="Stad Geel",
        ),
        Column(
            "target_groups",
            Message("target groups"),
            Kind.LIST,
            choices=_words(Scheme.TARGET_GROUP),
            hint=Message("Several of the list, with a semicolon between them."),
        ),
        Column(
            "policy_domains",
            Message("policy domains"),
            Kind.LIST,
            choices=_words(Scheme.POLICY_DOMAIN),
            hint=Message("Several of the list, with a semicolon between them."),
        ),
        Column("due_on", Message("to be reached by"), Kind.DATE, example="2027-12-31"),
        Column(
            "status",
            Message("status"),
            Kind.CHOICE,
            choices={status.value: status.label for status in GoalStatus},
            read_only=True,
            hint=Message("For your information: a status changes on the goal's own page, with a reason."),
        ),
    )

    def read(self, scope: Scope) -> Iterator[dict[str, Any]]:
        """Every goal, in the order in which the alliance put them."""
        known = _Known.of(scope.alliance.id)
        for goal in known.goals.values():
            yield known.values(goal)

    def judge_with(self, scope: Scope) -> Judge:
        known = _Known.of(scope.alliance.id)
        return lambda row: known.judge(self, row)

    def apply(self, scope: Scope, row: PlannedRow, *, actor: Actor) -> None:
        goal_id, version, draft = row.work
        if goal_id is None:
            service.add(scope.alliance, draft, actor=actor)
            return
        goal = service.goal_by_id(goal_id)
        if goal is None:
            raise NotFound(Message("There is nothing at this address."))
        service.edit(goal, draft, version=version, actor=actor)


@dataclass
class _Known:
    """The goals and partners of an alliance, looked up once."""

    goals: Mapping[int, Goal]
    by_title: Mapping[str, list[Goal]]
    partners: Mapping[int, Partner]
    names: OrganisationNames

    @classmethod
    def of(cls, alliance_id: int) -> "_Known":
        goals = db().scalars(
            sa.select(Goal)
            .where(Goal.alliance_id == alliance_id)
            .order_by(Goal.position, Goal.id)
            .options(selectinload(Goal.tags))
        )
        partners = db().scalars(
            sa.select(Partner)
            .where(Partner.alliance_id == alliance_id)
            .order_by(Partner.id)
            .options(selectinload(Partner.organisation).selectinload(Organisation.identifiers))
        )
        by_id = {goal.id: goal for goal in goals}
        by_title: dict[str, list[Goal]] = {}
        for goal in by_id.values():
            by_title.setdefault(folded(goal.title), []).append(goal)
        by_number = {partner.id: partner for partner in partners}
        names = OrganisationNames(partner.organisation for partner in by_number.values())
        return cls(by_id, by_title, by_number, names)

    def owner_name(self, partner_id: int) -> str:
        """How an export writes the partner that carries a goal."""
        return self.names.written[self.partners[partner_id].organisation_id]

    def values(self, goal: Goal) -> dict[str, Any]:
        """What an export says of a goal."""
        found: dict[str, Any] = {
            "number": Decimal(goal.id),
            "title": goal.title,
            "description": goal.description,
            "reason": goal.reason,
            "owner": self.owner_name(goal.owner_partner_id),
            "due_on": goal.due_on,
            "status": goal.status.value,
        }
        for key, scheme in TAGS.items():
            held = {tag.key for tag in goal.tags if tag.scheme is scheme and not tag.is_withdrawn}
            found[key] = tuple(term for term in terms(scheme) if term in held)
        return {key: value for key, value in found.items() if value not in (None, "", ())}

    def judge(self, table: Table, row: Row) -> PlannedRow:
        """What the row does: to the goal with its number, else to the one with its title, else a new one."""
        goal = self._meant(row)
        owner = self._owner(row, goal)
        title = row.values.get("title", "")
        before = self.values(goal) if goal is not None else None
        if owner is not None:
            row.values["owner"] = self.owner_name(owner.id)
        row.values.pop("number", None)
        work = None if row.errors or owner is None else self._work(goal, owner, row.values)
        identity = ("goal", goal.id) if goal is not None else ("title", folded(title))
        return planned(table, row, before, identity=identity, name=title, work=work)

    def _meant(self, row: Row) -> Goal | None:
        number = row.values.get("number")
        if number is not None:
            goal = self.goals.get(int(number)) if number == number.to_integral_value() else None
            if goal is None:
                row.errors.append(CellError("number", Message("This alliance has no goal with this number.")))
            return goal
        same = self.by_title.get(folded(row.values.get("title", "")), [])
        if len(same) > 1:
            row.errors.append(
                CellError("number", Message("Several goals have this title: give the number of the one you mean."))
            )
        return same[0] if len(same) == 1 else None

    def _owner(self, row: Row, goal: Goal | None) -> Partner | None:
        name = row.values.get("owner")
        if name is None:
            return None
        meant = self.names.meant(name)
        every = [partner for partner in self.partners.values() if partner.organisation_id in meant]
        own = [p for p in every if goal is not None and p.id == goal.owner_partner_id]
        current = [p for p in every if p.until is None]
        found = own or current
        if len({p.organisation_id for p in found}) > 1:
            sentence = Message("Several partners are called so: give the KBO number of the one you mean.")
        elif not found:
            sentence = Message("“%(name)s” is no partner of this alliance today.", name=name[:60])
        else:
            return found[0]
        row.errors.append(CellError("owner", sentence))
        return None

    def _work(self, goal: Goal | None, owner: Partner, values: Mapping[str, Any]) -> Any:
        known = self.values(goal) if goal is not None else {}
        wanted = known | dict(values)
        tags: dict[Scheme, frozenset[str]] = {}
        for tag in goal.tags if goal is not None else []:
            if not tag.is_withdrawn:
                tags[tag.scheme] = tags.get(tag.scheme, frozenset()) | {tag.key}
        tags |= {scheme: frozenset(wanted.get(key, ())) for key, scheme in TAGS.items()}
        draft = service.Draft(
            title=wanted["title"],
            reason=wanted["reason"],
            owner_partner_id=owner.id,
            description=wanted.get("description", ""),
            due_on=wanted.get("due_on"),
            tags=tags,
        )
        return (None, None, draft) if goal is None else (goal.id, goal.version, draft)
