"""An organisation's account of a year as one document: drawn from what was logged, frozen when it is signed.

The page of a signed account is drawn from this document alone. It names organisations as they were called on its day,
and no person. Canonical form and hash are those of the convenant (`convenants.document`).
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker.accountability.accounts import Done, Line, Year, account_of
from alliance_tracker.accountability.models import Explanation, ExplanationPost
from alliance_tracker.accountability.passages import Passage
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.commitments.models import Delivery, DueDateChange
from alliance_tracker.commitments.states import DeliveryState, state_of_delivery
from alliance_tracker.convenants.document import Document
from alliance_tracker.database import BRUSSELS, db, today
from alliance_tracker.i18n import Counted, Message
from alliance_tracker.organisations.models import Organisation

#: The shape of the document; a later shape gets a higher number, and this one stays readable.
SHAPE = 1


def prefill(alliance: Alliance, organisation: Organisation, year: int) -> Document:
    """The account of a year as it stands now; a constant number of statements."""
    found = next(each for each in account_of(alliance.id, organisation.id, [year]) if each.year == year)
    lines = [line for each in found.sums for line in each.lines]
    ids = [line.id for line in [*lines, *found.passed_on]]
    facts = _Facts(ids, organisation.id)
    return {
        "shape": SHAPE,
        "alliance": {"name": alliance.name, "slug": alliance.slug, "region": alliance.region.name},
        "organisation": {"id": organisation.id, "name": organisation.name, "identifiers": _identifiers(organisation)},
        "year": year,
        "drawn_on": today().isoformat(),
        "instalments": [facts.instalment(line) for line in lines],
        "passed_on": [facts.passed_on(line) for line in found.passed_on],
        "money": _money(found),
        "questions": _questions(organisation.id, ids),
    }


def _identifiers(organisation: Organisation) -> dict[str, str]:
    return {row.scheme.value: row.value for row in organisation.identifiers}


def _money(found: Year) -> dict[str, Any]:
    parts = ("pledged", "confirmed", "accepted", "reported", "received")
    return {
        **{part: str(getattr(found.money, part)) for part in parts},
        "drawdowns": [
            {"id": row.drawdown_id, "purpose": row.purpose, "amount": str(row.amount), "paid": str(row.paid)}
            for row in found.received
        ],
    }


class _Facts:
    """Deliveries and moved due dates of the instalments of one account."""

    def __init__(self, ids: Collection[int], organisation_id: int) -> None:
        self.organisation_id = organisation_id
        self.deliveries: dict[int, list[Delivery]] = defaultdict(list)
        for row in db().scalars(
            sa.select(Delivery)
            .where(Delivery.instalment_id.in_(ids), Delivery.withdrawn_at.is_(None))
            .options(selectinload(Delivery.organisation))
            .order_by(Delivery.on, Delivery.id)
        ):
            self.deliveries[row.instalment_id].append(row)
        self.moves: dict[int, list[DueDateChange]] = defaultdict(list)
        for move in db().scalars(
            sa.select(DueDateChange).where(DueDateChange.instalment_id.in_(ids)).order_by(DueDateChange.id)
        ):
            self.moves[move.instalment_id].append(move)

    def instalment(self, line: Line) -> dict[str, Any]:
        return {
            **_promise(line),
            "due_on": line.due_on.isoformat(),
            "first_due_on": line.first_due_on.isoformat(),
            "state": line.state.value,
            "was_late": line.was_late,
            "delivered_on": line.delivered_on.isoformat() if line.delivered_on else None,
            "explained_on": line.explained_on.isoformat() if line.explained_on else None,
            "waived_on": line.waived_on.isoformat() if line.waived_on else None,
            "waive_reason": line.waive_reason,
            **_done(line.own),
            "by_others": _done(line.others),
            "moves": [
                {"old_on": row.old_on.isoformat(), "new_on": row.new_on.isoformat(), "reason": row.reason}
                for row in self.moves[line.id]
            ],
            "inherited": [_passage(row) for row in line.passages],
            "deliveries": [self._delivery(row) for row in self.deliveries[line.id]],
        }

    def passed_on(self, line: Line) -> dict[str, Any]:
        return {
            **_promise(line),
            **_done(line.own),
            "passages": [_passage(row) for row in line.passages],
            "deliveries": [
                self._delivery(row) for row in self.deliveries[line.id] if row.organisation_id == self.organisation_id
            ],
        }

    def _delivery(self, row: Delivery) -> dict[str, Any]:
        return {
            "id": row.id,
            "on": row.on.isoformat(),
            "quantity": str(row.quantity),
            "value": str(row.value) if row.value is not None else None,
            "note": row.note,
            "state": state_of_delivery(row, today()).value,
            "by": row.organisation.name if row.organisation_id != self.organisation_id else None,
        }


def _done(done: Done) -> dict[str, str]:
    return {part: str(getattr(done, part)) for part in ("reported", "accepted", "confirmed", "disputed")}


def _promise(line: Line) -> dict[str, Any]:
    return {
        "id": line.id,
        "commitment": f"V{line.number}",
        "description": line.description,
        "nature": line.nature.value,
        "kind": line.kind.value,
        "unit": line.unit.value,
        "quantity": str(line.quantity),
    }


def _passage(row: Passage) -> dict[str, Any]:
    return {"from": row.former, "to": row.heir or None, "on": row.on.isoformat(), "reason": row.reason}


def _questions(organisation_id: int, ids: Collection[int]) -> list[dict[str, Any]]:
    """The threads on these instalments in which this organisation was asked."""
    threads = db().scalars(
        sa.select(Explanation)
        .where(Explanation.instalment_id.in_(ids), Explanation.organisation_id == organisation_id)
        .options(selectinload(Explanation.posts))
        .order_by(Explanation.id)
        .execution_options(populate_existing=True)
    )
    return [
        {
            "id": thread.id,
            "instalment": thread.instalment_id,
            "status": thread.status.value,
            "opened_on": thread.opened_on.isoformat(),
            "posts": [_post(post) for post in thread.posts],
        }
        for thread in threads
    ]


def _post(post: ExplanationPost) -> dict[str, Any]:
    day = post.at.astimezone(BRUSSELS).date()
    return {"id": post.id, "kind": post.kind.value, "on": day.isoformat(), "text": post.text}


# What changed since --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Read:
    """What is compared of a document."""

    instalments: Mapping[int, dict[str, Any]]
    deliveries: Mapping[int, str]
    posts: frozenset[int]
    received: Decimal

    @classmethod
    def of(cls, document: Document) -> "_Read":
        rows = [*document["instalments"], *document["passed_on"]]
        return cls(
            {row["id"]: row for row in document["instalments"]},
            {found["id"]: found["state"] for row in rows for found in row["deliveries"]},
            frozenset(post["id"] for thread in document["questions"] for post in thread["posts"]),
            Decimal(document["money"]["received"]),
        )


def changes_since(signed: Document, live: Document) -> list[Message]:
    """What was added or changed after an account was signed, in sentences; the signed account stays as it was."""
    old, new = _Read.of(signed), _Read.of(live)
    return [*_of_deliveries(old, new), *_of_instalments(old, new)]


def _of_deliveries(old: _Read, new: _Read) -> list[Message]:
    found: list[Message] = []
    if n := len(new.deliveries.keys() - old.deliveries.keys()):
        found.append(
            Counted(
                "%(n)s delivery was logged after this was signed.",
                "%(n)s deliveries were logged after this was signed.",
                n=n,
            )
        )
    if n := len(old.deliveries.keys() - new.deliveries.keys()):
        found.append(Counted("%(n)s delivery was withdrawn since.", "%(n)s deliveries were withdrawn since.", n=n))
    both = old.deliveries.keys() & new.deliveries.keys()
    for state, one, many in (
        (
            DeliveryState.CONFIRMED,
            "%(n)s delivery was confirmed since.",
            "%(n)s deliveries were confirmed since.",
        ),
        (DeliveryState.DISPUTED, "%(n)s delivery was disputed since.", "%(n)s deliveries were disputed since."),
        (
            DeliveryState.ACCEPTED,
            "%(n)s delivery was accepted since, because nobody disputed it.",
            "%(n)s deliveries were accepted since, because nobody disputed them.",
        ),
    ):
        if n := sum(new.deliveries[key] == state.value != old.deliveries[key] for key in both):
            found.append(Counted(one, many, n=n))
    return found


def _of_instalments(old: _Read, new: _Read) -> list[Message]:
    found: list[Message] = []
    if n := len(new.instalments.keys() - old.instalments.keys()):
        found.append(Counted("%(n)s commitment was added since.", "%(n)s commitments were added since.", n=n))
    if n := len(old.instalments.keys() - new.instalments.keys()):
        found.append(Counted("%(n)s commitment was passed on since.", "%(n)s commitments were passed on since.", n=n))
    both = old.instalments.keys() & new.instalments.keys()
    for part, one, many in (
        ("due_on", "%(n)s due date was moved since.", "%(n)s due dates were moved since."),
        ("quantity", "%(n)s quantity was changed since.", "%(n)s quantities were changed since."),
        ("waived_on", "%(n)s commitment was waived since.", "%(n)s commitments were waived since."),
    ):
        if n := sum(new.instalments[key][part] != old.instalments[key][part] for key in both):
            found.append(Counted(one, many, n=n))
    if n := len(new.posts - old.posts):
        found.append(
            Counted(
                "%(n)s question or answer was written since.", "%(n)s questions or answers were written since.", n=n
            )
        )
    if new.received != old.received:
        found.append(Message("What was paid to this organisation changed since."))
    return found
