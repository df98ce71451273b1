"""A frozen account as a page shows it: its text turned back into days, amounts and words."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from alliance_tracker.accountability.figures import Money
from alliance_tracker.accountability.models import ExplanationStatus, PostKind
from alliance_tracker.commitments.models import CommitmentKind, Nature, Unit
from alliance_tracker.commitments.states import DeliveryState, InstalmentState
from alliance_tracker.convenants.document import Document, day


@dataclass(frozen=True)
class ReadDelivery:
    on: date
    quantity: Decimal
    note: str
    state: DeliveryState
    #: Who delivered, where that was another organisation than the one that accounts.
    by: str | None


@dataclass(frozen=True)
class ReadPassage:
    former: str
    heir: str | None
    on: date
    reason: str


@dataclass(frozen=True)
class ReadLine:
    """An instalment as it stood; one that was passed on has no state of its own here."""

    id: int
    commitment: str
    description: str
    nature: Nature
    kind: CommitmentKind
    unit: Unit
    quantity: Decimal
    facts: dict[str, Any]
    state: InstalmentState | None
    deliveries: tuple[ReadDelivery, ...]
    passages: tuple[ReadPassage, ...]

    def day(self, name: str) -> date | None:
        """A day among its facts."""
        return day(self.facts.get(name))

    def amount(self, name: str) -> Decimal:
        """A quantity among its facts."""
        return Decimal(self.facts.get(name) or 0)

    @property
    def is_shared(self) -> bool:
        """Somebody else delivered a part of it, which is not in its own amounts."""
        return any(delivery.by for delivery in self.deliveries)


@dataclass(frozen=True)
class ReadPost:
    kind: PostKind
    on: date
    text: str


@dataclass(frozen=True)
class ReadThread:
    instalment: int
    status: ExplanationStatus
    posts: tuple[ReadPost, ...]


@dataclass(frozen=True)
class ReadAccount:
    """The account of a year, ready to be shown."""

    organisation: str
    year: int
    drawn_on: date
    lines: tuple[ReadLine, ...]
    passed_on: tuple[ReadLine, ...]
    money: Money
    drawdowns: tuple[tuple[str, Decimal], ...]
    threads: tuple[ReadThread, ...]


def read(document: Document) -> ReadAccount:
    """The account that a document holds."""
    money = document["money"]
    parts = ("pledged", "confirmed", "accepted", "reported", "received")
    return ReadAccount(
        organisation=document["organisation"]["name"],
        year=document["year"],
        drawn_on=date.fromisoformat(document["drawn_on"]),
        lines=tuple(_line(row, row["inherited"]) for row in document["instalments"]),
        passed_on=tuple(_line(row, row["passages"]) for row in document["passed_on"]),
        money=Money(**{part: Decimal(money[part]) for part in parts}),
        drawdowns=tuple((row["purpose"], Decimal(row["paid"])) for row in money["drawdowns"]),
        threads=tuple(
            ReadThread(
                row["instalment"],
                ExplanationStatus(row["status"]),
                tuple(
                    ReadPost(PostKind(post["kind"]), date.fromisoformat(post["on"]), post["text"])
                    for post in row["posts"]
                ),
            )
            for row in document["questions"]
        ),
    )


def _line(row: dict[str, Any], passages: list[dict[str, Any]]) -> ReadLine:
    return ReadLine(
        id=row["id"],
        commitment=row["commitment"],
        description=row["description"],
        nature=Nature(row["nature"]),
        kind=CommitmentKind(row["kind"]),
        unit=Unit(row["unit"]),
        quantity=Decimal(row["quantity"]),
        facts=row,
        state=InstalmentState(row["state"]) if "state" in row else None,
        deliveries=tuple(
            ReadDelivery(
                date.fromisoformat(found["on"]),
                Decimal(found["quantity"]),
                found["note"],
                DeliveryState(found["state"]),
                found["by"],
            )
            for found in row["deliveries"]
        ),
        passages=tuple(
            ReadPassage(found["from"], found["to"], date.fromisoformat(found["on"]), found["reason"])
            for found in passages
        ),
    )
