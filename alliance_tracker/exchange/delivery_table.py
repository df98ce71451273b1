"""Deliveries as a spreadsheet: what each bearer did for which commitment and year."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker.alliances.models import Alliance
from alliance_tracker.commitments import delivering
from alliance_tracker.commitments.models import Commitment, Delivery, Instalment
from alliance_tracker.commitments.states import DELIVERY, DeliveryState, is_open
from alliance_tracker.database import db, today
from alliance_tracker.errors import FieldRefused, NotFound, Refused
from alliance_tracker.exchange.organisation_names import OrganisationNames
from alliance_tracker.exchange.tables import (
    CellError,
    Column,
    Judge,
    Kind,
    Outcome,
    PlannedRow,
    Row,
    Scope,
    Table,
    planned,
)
from alliance_tracker.i18n import Message
from alliance_tracker.organisations.models import Organisation
from alliance_tracker.policy import Actor, Permission

#: `V3`, `v 3` or `3`: the number of a commitment in its convenant.
_NUMBER = re.compile(r"[vV]?\s*(\d{1,6})\Z", re.ASCII)


class DeliveryTable(Table):
    """What was delivered. A delivery never changes by a file: a wrong one is withdrawn on its own page."""

    key = "deliveries"
    title = Message("Deliveries")
    about = Message("One row for each delivery on a commitment of the convenant.")
    permission = Permission.DELIVERY_LOG
    columns = (
        Column(
            "number",
            Message("number of the delivery"),
            Kind.ORDINAL,
            hint=Message("Leave it empty for a new delivery. Do not change it: it tells which one the row is about."),
        ),
        Column("commitment", Message("commitment"), required=True, limit=20, example="V1"),
        Column("what", Message("promised"), read_only=True),
        Column(
            "organisation",
            Message("delivered by"),
            limit=200,
            hint=Message("The bearer. It may stay empty where a commitment has one bearer only."),
            example="Stad Geel",
        ),
        Column(
            "promised_by",
            Message("promised by"),
            limit=200,
            hint=Message(
                "Only where the bearer took over what another one promised: the organisation that promised it. It may "
                "stay empty where one promise of that year is open."
            ),
        ),
        Column("year", Message("for the year"), Kind.ORDINAL, required=True, example="2026"),
        Column("on", Message("date"), Kind.DATE, required=True, example="2026-10-14"),
        Column("quantity", Message("how much"), Kind.NUMBER, required=True, example="8"),
        Column("unit", Message("counted in"), read_only=True),
        Column("value", Message("value in euro"), Kind.EURO, read_only=True),
        Column("note", Message("note")),
        Column("state", Message("how it stands"), read_only=True),
    )

    def read(self, scope: Scope) -> Iterator[dict[str, Any]]:
        """Every delivery, withdrawn ones as well, the oldest first."""
        known = _Known.of(scope.alliance)
        for delivery in known.deliveries.values():
            yield known.values(delivery)

    def judge_with(self, scope: Scope) -> Judge:
        known = _Known.of(scope.alliance)
        return lambda row: known.judge(self, row)

    def apply(self, scope: Scope, row: PlannedRow, *, actor: Actor) -> None:
        instalment_id, draft = row.work
        instalment = delivering.instalment_by_id(instalment_id)
        if instalment is None or instalment.alliance_id != scope.alliance.id:
            raise NotFound(Message("There is nothing at this address."))
        delivering.log(instalment, draft, actor=actor)


@dataclass
class _Known:
    """The instalments and deliveries of an alliance, looked up once."""

    instalments: dict[int, Instalment]
    deliveries: dict[int, Delivery]
    names: OrganisationNames
    #: The first day that can be logged, by instalment.
    first: dict[int, date]
    day: date

    @classmethod
    def of(cls, alliance: Alliance) -> "_Known":
        rows = db().scalars(
            sa.select(Instalment)
            .join(Commitment, Commitment.id == Instalment.commitment_id)
            .where(Instalment.alliance_id == alliance.id)
            .order_by(Instalment.convenant_id.desc(), Commitment.number, Instalment.year, Instalment.id)
            .options(selectinload(Instalment.commitment), selectinload(Instalment.wording))
        )
        instalments = {row.id: row for row in rows}
        deliveries = {
            row.id: row
            for row in db().scalars(
                sa.select(Delivery).where(Delivery.alliance_id == alliance.id).order_by(Delivery.on, Delivery.id)
            )
        }
        ids = {row.organisation_id for row in instalments.values()}
        ids |= {row.first_organisation_id for row in instalments.values()}
        ids |= {delivery.organisation_id for delivery in deliveries.values()}
        organisations = db().scalars(
            sa.select(Organisation).where(Organisation.id.in_(ids)).options(selectinload(Organisation.identifiers))
        )
        first = delivering.first_days(instalments.values())
        return cls(instalments, deliveries, OrganisationNames(organisations), first, today())

    def values(self, delivery: Delivery) -> dict[str, Any]:
        """What an export says of a delivery."""
        instalment = self.instalments[delivery.instalment_id]
        found: dict[str, Any] = {
            "number": Decimal(delivery.id),
            **self._of_instalment(instalment, delivery.organisation_id),
            "on": delivery.on,
            "quantity": delivery.quantity,
            "value": delivery.value,
            "note": delivery.note,
            "state": str(DELIVERY.of(delivery, self.day).label),
        }
        return {key: value for key, value in found.items() if value not in (None, "")}

    def _of_instalment(self, instalment: Instalment, organisation_id: int) -> dict[str, Any]:
        return {
            "commitment": f"V{instalment.commitment.number}",
            "what": instalment.wording.description,
            "organisation": self.names.written[organisation_id],
            **self._of_first_bearer(instalment),
            "year": Decimal(instalment.year),
            "unit": str(instalment.wording.unit.label),
        }

    def _of_first_bearer(self, instalment: Instalment) -> dict[str, Any]:
        """Who promised it, where somebody else bears it now or its bearer has another promise of the same year."""
        is_plain = instalment.organisation_id == instalment.first_organisation_id and not any(
            each.id != instalment.id
            and (each.commitment_id, each.year, each.organisation_id)
            == (instalment.commitment_id, instalment.year, instalment.organisation_id)
            for each in self.instalments.values()
        )
        return {} if is_plain else {"promised_by": self.names.written[instalment.first_organisation_id]}

    def judge(self, table: Table, row: Row) -> PlannedRow:
        """What the row does: nothing to a delivery that is known, else it is logged."""
        name = " ".join(str(row.values[key]) for key in ("commitment", "organisation", "on") if key in row.values)
        number = row.values.pop("number", None)
        if number is not None:
            return self._known_one(table, row, number, name)
        same = self._logged(row) if not row.errors else None
        if same is not None:
            return PlannedRow(row.number, name, Outcome.UNCHANGED, identity=same.id)
        instalment = self._instalment(row) if not row.errors else None
        if instalment is None:
            return PlannedRow(row.number, name, Outcome.WRONG, errors=tuple(row.errors))
        row.values |= self._of_instalment(instalment, instalment.organisation_id)
        draft = delivering.Draft(row.values["on"], row.values["quantity"], row.values.get("note", ""))
        try:
            delivering.checked(instalment, instalment.wording, draft, self.first[instalment.id])
        except FieldRefused as refusal:
            row.errors.append(CellError(refusal.field, refusal.sentence))
        except Refused as refusal:
            row.errors.append(CellError("", refusal.sentence))
        identity = (instalment.id, draft.on, draft.quantity, draft.note)
        return planned(table, row, None, identity=identity, name=name, work=(instalment.id, draft))

    def _known_one(self, table: Table, row: Row, number: Decimal, name: str) -> PlannedRow:
        delivery = self.deliveries.get(int(number)) if number == number.to_integral_value() else None
        if delivery is None:
            row.errors.append(CellError("number", Message("This alliance has no delivery with this number.")))
            return planned(table, row, None, identity=None, name=name)
        before = self.values(delivery)
        meant = _NUMBER.match(row.values.get("commitment", ""))
        if meant is not None:
            row.values["commitment"] = f"V{int(meant[1])}"
        first = self.instalments[delivery.instalment_id].first_organisation_id
        for key, organisation_id in (("organisation", delivery.organisation_id), ("promised_by", first)):
            if self.names.meant(row.values.get(key, "")) == {organisation_id}:
                row.values[key] = self.names.written[organisation_id]
                before = before | {key: row.values[key]}
        silent = {column.key for column in table.columns if column.read_only}
        changed = [key for key, value in row.values.items() if key not in silent and before.get(key) != value]
        if changed and not row.errors:
            sentence = Message("A delivery that was logged does not change: withdraw it on its page, and log it anew.")
            row.errors.append(CellError(changed[0], sentence))
        return planned(table, row, before, identity=delivery.id, name=name)

    def _promised(self, row: Row) -> list[Instalment]:
        """What this row can be about: the commitment and the year of the newest convenant that has them."""
        meant = _NUMBER.match(row.values["commitment"])
        found = [
            each
            for each in self.instalments.values()
            if meant is not None and each.commitment.number == int(meant[1]) and each.year == row.values["year"]
        ]
        return [each for each in found if each.convenant_id == found[0].convenant_id]

    def _logged(self, row: Row) -> Delivery | None:
        """A delivery that stands and says the same: a list that is brought in twice is logged once.

        Whoever delivered may have left since, and another one bears what it promised.
        """
        found = {each.id: each for each in self._promised(row)}
        by, promised_by = row.values.get("organisation"), row.values.get("promised_by")
        makers = self.names.meant(by) if by else {each.organisation_id for each in found.values()}
        if not by and len(makers) > 1:
            return None
        firsts = self.names.meant(promised_by) if promised_by else self.names.written.keys()
        says = (row.values["on"], row.values["quantity"], row.values.get("note", ""))
        return next(
            (
                each
                for each in self.deliveries.values()
                if each.instalment_id in found
                and (each.on, each.quantity, each.note) == says
                and each.organisation_id in makers
                and found[each.instalment_id].first_organisation_id in firsts
                and DELIVERY.of(each, self.day) is not DeliveryState.WITHDRAWN
            ),
            None,
        )

    def _instalment(self, row: Row) -> Instalment | None:
        """The promise on which is delivered; None when that is not clear, which the row then says."""
        found = self._promised(row)
        if not found:
            row.errors.append(CellError("commitment", Message("Nothing is promised under this number for that year.")))
            return None
        if typed := row.values.get("organisation"):
            found = [each for each in found if each.organisation_id in self.names.meant(typed)]
            if not found:
                sentence = Message("“%(name)s” does not bear this commitment.", name=typed[:60])
                row.errors.append(CellError("organisation", sentence))
                return None
        if typed := row.values.get("promised_by"):
            found = [each for each in found if each.first_organisation_id in self.names.meant(typed)]
            if not found:
                sentence = Message("“%(name)s” did not promise this, or somebody else bears it.", name=typed[:60])
                row.errors.append(CellError("promised_by", sentence))
                return None
        if len({each.organisation_id for each in found}) > 1:
            row.errors.append(CellError("organisation", Message("Several bear this commitment: say who delivered.")))
            return None
        return self._one_of(found, row)

    def _one_of(self, found: list[Instalment], row: Row) -> Instalment | None:
        """Of several promises of one bearer for a year: the one that is open, if there is only one."""
        if len(found) > 1:
            found = [each for each in found if is_open(each)] or found
        if len(found) == 1:
            return found[0]
        names = [self.names.written[each.first_organisation_id] for each in found]
        sentence = Message(
            "The bearer has several promises for this year, of %(names)s: say who promised this one.",
            names=names,
        )
        row.errors.append(CellError("promised_by", sentence))
        return None
