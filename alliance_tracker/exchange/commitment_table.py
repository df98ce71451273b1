"""Commitments as a spreadsheet: those of the open draft of the convenant, else those that are in force."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker.alliances.models import Alliance
from alliance_tracker.commitments import shares, wordings
from alliance_tracker.commitments.models import CommitmentKind, CommitmentWording, Nature, Unit
from alliance_tracker.convenants import drafting, service
from alliance_tracker.convenants.models import Convenant, ConvenantVersion, VersionStatus
from alliance_tracker.database import db, folded
from alliance_tracker.errors import FieldRefused, NotFound
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
from alliance_tracker.goals.models import Goal
from alliance_tracker.i18n import Labelled, Message
from alliance_tracker.organisations.models import Organisation
from alliance_tracker.policy import Actor, Permission
from alliance_tracker.web.numbers import NotANumber, parse_number

FIRST_YEAR, LAST_YEAR = 2020, 2045
#: `Stad Geel = 60; Hidrodoe = 40`: bearers, with their share in percent.
_ITEMS = re.compile(r"[;\n]")
#: The column beside which a refusal of the domain belongs.
_COLUMN_OF = {"goal_id": "goal", "coordinator_id": "coordinator", "years": ""}


def _words(kind: type[Labelled]) -> dict[str, Any]:
    return {member.value: member.label for member in kind}


@cache
def year_columns() -> dict[int, tuple[Column, Column]]:
    """The quantity and the due date of each year."""
    return {
        year: (
            Column(
                f"quantity {year}",
                Message("quantity %(year)s", year=str(year)),
                Kind.NUMBER,
                hint=Message("How much is promised for that year, over all bearers."),
            ),
            Column(
                f"due {year}",
                Message("due date %(year)s", year=str(year)),
                Kind.DATE,
                hint=Message("The last day on which it is in time."),
            ),
        )
        for year in range(FIRST_YEAR, LAST_YEAR + 1)
    }


class CommitmentTable(Table):
    """The commitments of a convenant, known by their number."""

    key = "commitments"
    title = Message("Commitments")
    about = Message("One row for each commitment of the convenant that is being drafted, else of the one in force.")
    permission = Permission.CONVENANT_PREPARE
    columns = (
        Column(
            "number",
            Message("number of the commitment"),
            Kind.ORDINAL,
            hint=Message("Leave it empty for a new commitment. Do not change it: it tells which one the row is about."),
        ),
        Column(
            "description",
            Message("what is promised"),
            required=True,
            example="Gastlessen over techniek in het vijfde leerjaar",
        ),
        Column(
            "nature",
            Message("effort or result"),
            Kind.CHOICE,
            required=True,
            choices=_words(Nature),
            example="inspanning",
        ),
        Column("kind", Message("kind"), Kind.CHOICE, required=True, choices=_words(CommitmentKind), example="uren"),
        Column(
            "unit",
            Message("counted in"),
            Kind.CHOICE,
            choices=_words(Unit),
            hint=Message("Where it is empty: the usual unit of its kind. Money is counted in euro."),
        ),
        Column(
            "unit_value",
            Message("value of one unit in euro"),
            Kind.EURO,
            hint=Message("What one unit in kind is worth, as agreed. Empty where it is not valued."),
        ),
        Column(
            "bearers",
            Message("who bears it"),
            required=True,
            limit=2000,
            hint=Message("Parties of the convenant, each with its share in percent, with a semicolon between them."),
            example="Stad Geel = 60; Hidrodoe = 40",
        ),
        Column("coordinator", Message("who coordinates it"), limit=200),
        Column("goal", Message("goal that it serves"), limit=200),
        Column("task", Message("task that it serves"), limit=200),
    )

    def more_columns(self) -> tuple[Column, ...]:
        return tuple(column for pair in year_columns().values() for column in pair)

    def used(self, scope: Scope) -> set[str]:
        """The years of the term."""
        years: set[int] = set()
        for version in _versions(scope.alliance.id):
            years |= set(range(version.starts_on.year, version.ends_on.year + 1))
            years |= {planned.year for wording in version.wordings for planned in wording.years}
        return {column.key for year in years for column in year_columns().get(year, ())}

    def read(self, scope: Scope) -> Iterator[dict[str, Any]]:
        """Every commitment, in the order of the convenant."""
        known = _Known.of(scope.alliance)
        for wording in known.commitments.values():
            yield known.values(wording)

    def judge_with(self, scope: Scope) -> Judge:
        known = _Known.of(scope.alliance)
        return lambda row: known.judge(self, row)

    def apply(self, scope: Scope, row: PlannedRow, *, actor: Actor) -> None:
        version_id, number, drawn_from, draft = row.work
        version = service.version_by_id(version_id)
        if version is None or version.alliance_id != scope.alliance.id:
            raise NotFound(Message("There is nothing at this address."))
        if number is None:
            service.add_commitment(version, draft, actor=actor)
            return
        wording = next(wording for wording in version.wordings if wording.commitment.number == number)
        service.edit_commitment(version, wording, draft, drawn_from=drawn_from, actor=actor)


def _versions(alliance_id: int) -> list[ConvenantVersion]:
    """The open draft of the newest convenant, else what is in force of it."""
    newest = db().scalar(sa.select(sa.func.max(Convenant.id)).where(Convenant.alliance_id == alliance_id))
    draft = db().scalar(
        sa.select(ConvenantVersion.id).where(
            ConvenantVersion.convenant_id == newest, ConvenantVersion.status == VersionStatus.DRAFT
        )
    )
    if draft is not None:
        version = service.version_by_id(draft)
        return [version] if version is not None else []
    return service.in_force(newest) if newest is not None else []


@dataclass
class _Known:
    """The commitments, parties and goals of a convenant, looked up once."""

    draft: ConvenantVersion | None
    where: wordings.Writing | None
    commitments: Mapping[int, CommitmentWording]
    names: OrganisationNames
    goals: Mapping[int, str]

    @classmethod
    def of(cls, alliance: Alliance) -> "_Known":
        versions = _versions(alliance.id)
        draft = versions[0] if versions and versions[0].status is VersionStatus.DRAFT else None
        parties = {party.organisation_id for version in versions for party in version.parties}
        found = {wording.commitment.number: wording for version in versions for wording in version.wordings}
        parties |= {row.organisation_id for wording in found.values() for row in wording.bearers}
        organisations = db().scalars(
            sa.select(Organisation).where(Organisation.id.in_(parties)).options(selectinload(Organisation.identifiers))
        )
        rows = db().execute(sa.select(Goal.id, Goal.title).where(Goal.alliance_id == alliance.id).order_by(Goal.id))
        goals = {goal_id: title for goal_id, title in rows}  # noqa: C416  # rows are not pairs to mypy
        where = drafting.writing_of(draft) if draft is not None else None
        return cls(draft, where, found, OrganisationNames(organisations), goals)

    def values(self, wording: CommitmentWording) -> dict[str, Any]:
        """What an export says of a commitment."""
        found: dict[str, Any] = {
            "number": Decimal(wording.commitment.number),
            "description": wording.description,
            "nature": wording.nature.value,
            "kind": wording.kind.value,
            "unit": wording.unit.value,
            "unit_value": wording.unit_value,
            "bearers": self._written({row.organisation_id: row.share for row in wording.bearers}),
            "coordinator": self.names.written.get(wording.coordinator_id or 0),
            "goal": self._goal_name(wording.goal_id),
            "task": wording.task,
        }
        for planned_one in wording.years:
            quantity, due = year_columns()[planned_one.year]
            found[quantity.key], found[due.key] = planned_one.quantity, planned_one.due_on
        return {key: value for key, value in found.items() if value not in (None, "")}

    def _written(self, bearers: Mapping[int, Decimal]) -> str:
        return "; ".join(f"{self._listed(number)} = {share.normalize():f}" for number, share in bearers.items())

    def _listed(self, number: int) -> str:
        """How an organisation stands in a list; one whose name holds a sign of the list by our own number."""
        name = self.names.written[number]
        return f"#{number}" if re.search(r"[;=\n]", name) else name

    def _goal_name(self, goal_id: int | None) -> str | None:
        if goal_id is None:
            return None
        title = self.goals[goal_id]
        return title if list(self.goals.values()).count(title) == 1 else str(goal_id)

    def judge(self, table: Table, row: Row) -> PlannedRow:
        """What the row does: to the commitment with its number, else a new one."""
        wording = self._meant(row)
        before = self.values(wording) if wording is not None else None
        row.values.pop("number", None)
        draft = self._draft(row, wording) if not row.errors else None
        is_same = before is not None and all(before.get(key) == value for key, value in row.values.items())
        if draft is not None and not is_same:
            self._check(row, draft)
        work = None
        if draft is not None and self.draft is not None and not row.errors:
            number = wording.commitment.number if wording is not None else None
            work = (self.draft.id, number, wording.version if wording is not None else None, draft)
        name = row.values.get("description") or (wording.description if wording is not None else "")
        identity = ("number", wording.commitment.number) if wording is not None else ("new", folded(name))
        return planned(table, row, before, identity=identity, name=name, work=work)

    def _meant(self, row: Row) -> CommitmentWording | None:
        number = row.values.get("number")
        if number is None:
            typed = folded(row.values.get("description", ""))
            same = [wording for wording in self.commitments.values() if folded(wording.description) == typed]
            return same[0] if len(same) == 1 else None
        wording = self.commitments.get(int(number)) if number == number.to_integral_value() else None
        if wording is None:
            row.errors.append(CellError("number", Message("This convenant has no commitment with this number.")))
        return wording

    def _check(self, row: Row, draft: wordings.Draft) -> None:
        if self.where is None:
            row.errors.append(
                CellError("", Message("Commitments change in a draft only: begin a convenant or an addendum first."))
            )
            return
        try:
            wordings.check(self.where, draft)
        except FieldRefused as refusal:
            row.errors.append(CellError(_COLUMN_OF.get(refusal.field, refusal.field), refusal.sentence))

    def _draft(self, row: Row, wording: CommitmentWording | None) -> wordings.Draft | None:
        """What the row and what is known say together; empty cells leave things as they are."""
        known = wordings.draft_of(wording) if wording is not None else None
        bearers = self._bearers(row, known.bearers if known is not None else {})
        goal_id = self._goal(row, known.goal_id if known is not None else None)
        coordinator_id = self._coordinator(row, known.coordinator_id if known is not None else None)
        kind = CommitmentKind(row.values.get("kind", known.kind if known is not None else CommitmentKind.HOURS))
        unit = row.values.get("unit") or (known.unit if known is not None else wordings.USUAL_UNIT[kind])
        years = self._years(row, known.years if known is not None else {})
        if row.errors:
            return None
        row.values["bearers"] = self._written(bearers)
        return wordings.Draft(
            description=row.values.get("description", known.description if known is not None else ""),
            nature=Nature(row.values.get("nature", known.nature if known is not None else Nature.EFFORT)),
            kind=kind,
            unit=Unit(unit),
            bearers=bearers,
            years=years,
            unit_value=row.values.get("unit_value", known.unit_value if known is not None else None),
            goal_id=goal_id,
            task=row.values.get("task", known.task if known is not None else ""),
            coordinator_id=coordinator_id,
        )

    def _organisation(self, row: Row, column: str, typed: str) -> int | None:
        found = self.names.meant(typed)
        if len(found) == 1:
            return next(iter(found))
        sentence = Message("“%(name)s” is no party of this convenant.", name=typed[:60])
        if found:
            sentence = Message("Several parties are called so: give the KBO number of the one you mean.")
        row.errors.append(CellError(column, sentence))
        return None

    def _bearers(self, row: Row, known: Mapping[int, Decimal]) -> dict[int, Decimal]:
        typed = row.values.get("bearers")
        if typed is None:
            return dict(known)
        items = [item.strip() for item in _ITEMS.split(typed) if item.strip()]
        if not any("=" in item for item in items):
            named = [number for item in items if (number := self._organisation(row, "bearers", item)) is not None]
            return shares.divide(shares.WHOLE, dict.fromkeys(named, Decimal(1)), Unit.HOURS) if named else {}
        found: dict[int, Decimal] = {}
        for item in items:
            name, _, share = item.rpartition("=")
            number = self._organisation(row, "bearers", name.strip() or item)
            try:
                percent = parse_number(share.replace("%", "")) or Decimal(0)
            except NotANumber as refusal:
                row.errors.append(CellError("bearers", refusal.sentence))
                continue
            if number is not None:
                found[number] = percent
        return found

    def _goal(self, row: Row, known: int | None) -> int | None:
        typed = row.values.get("goal")
        if typed is None:
            return known
        found = [goal_id for goal_id, title in self.goals.items() if folded(title) == folded(typed)]
        if typed.isdecimal() and int(typed) in self.goals:
            found = [int(typed)]
        if len(found) == 1:
            row.values["goal"] = self._goal_name(found[0])
            return found[0]
        sentence = Message("“%(name)s” is no goal of this alliance.", name=typed[:60])
        if found:
            sentence = Message("Several goals have this title: give the number of the one you mean.")
        row.errors.append(CellError("goal", sentence))
        return None

    def _coordinator(self, row: Row, known: int | None) -> int | None:
        typed = row.values.get("coordinator")
        if typed is None:
            return known
        number = self._organisation(row, "coordinator", typed)
        if number is not None:
            row.values["coordinator"] = self.names.written[number]
        return number

    @staticmethod
    def _years(row: Row, known: Mapping[int, wordings.InYear]) -> dict[int, wordings.InYear]:
        found = dict(known)
        for year, (quantity, due) in year_columns().items():
            if quantity.key not in row.values and due.key not in row.values:
                continue
            held = known.get(year)
            promised = row.values.get(quantity.key, held.quantity if held is not None else None)
            due_on = row.values.get(due.key, held.due_on if held is not None else None)
            if promised is None or due_on is None:
                missing = quantity.key if promised is None else due.key
                row.errors.append(CellError(missing, Message("Give the quantity and the due date of a year together.")))
            else:
                found[year] = wordings.InYear(promised, due_on)
        return found
