"""The agreements of a synthetic portfolio: a convenant in force for most alliances, alike within an archetype."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Protocol

import sqlalchemy as sa

from alliance_tracker.alliances.models import Alliance
from alliance_tracker.commitments.models import (
    Commitment,
    CommitmentBearer,
    CommitmentKind,
    CommitmentWording,
    Delivery,
    Instalment,
    Nature,
    PlannedInstalment,
    Side,
    Unit,
)
from alliance_tracker.convenants import document
from alliance_tracker.convenants.models import (
    Convenant,
    ConvenantVersion,
    Party,
    Signature,
    SignatureMethod,
    VersionKind,
    VersionStatus,
)
from alliance_tracker.database import Base, db, now, today
from alliance_tracker.demo.bulk import insert
from alliance_tracker.drawing_rights.models import Drawdown, DrawdownStatus, DrawingRight, PlannedRight
from alliance_tracker.organisations.models import ProgrammeOffice
from alliance_tracker.standings import agreements
from alliance_tracker.standings import models as kept
from alliance_tracker.workflow import StatusEvent

#: Of every five alliances the fourth has no convenant.
WITHOUT = 3
COMMITMENTS, YEARS = 3, 2
CEILING, DRAWN = Decimal(20_000), Decimal(6_000)
QUANTITY, DELIVERED, VALUE = Decimal(40), Decimal(16), Decimal(50)


class Plot(Protocol):
    """What must be known of an alliance to give it a convenant."""

    @property
    def number(self) -> int: ...
    @property
    def region(self) -> str: ...
    @property
    def started(self) -> date: ...
    @property
    def actor_id(self) -> int: ...
    @property
    def organisations(self) -> list[int]: ...
    def partner_id(self, index: int) -> int: ...


def has_convenant(plot: Plot) -> bool:
    return plot.number % 5 != WITHOUT


def _first_year() -> int:
    return today().year


def _bearers(plot: Plot) -> list[int]:
    """One organisation for each commitment."""
    return [plot.organisations[index % len(plot.organisations)] for index in range(COMMITMENTS)]


def _commitment_id(plot: Plot, index: int) -> int:
    return plot.number * 10 + index


def _convenants(plot: Plot) -> Iterator[dict[str, Any]]:
    yield {
        "id": plot.number,
        "alliance_id": plot.number,
        "title": f"Synthetisch convenant {plot.number}",
        "is_offered": False,
        "in_force_on": plot.started,
        "ends_on": date(_first_year() + 2, 12, 31),
        "terminate_reason": "",
        "give_up_reason": "",
        "version": 1,
    }


def _versions(plot: Plot) -> Iterator[dict[str, Any]]:
    texts = ("change_note", "goals_text", "tasks", "amendment", "suspension", "recovery", "termination")
    yield {
        "id": plot.number,
        **_of_convenant(plot),
        "number": 1,
        "kind": VersionKind.ORIGINAL,
        "status": VersionStatus.DRAFT,
        "title": f"Synthetisch convenant {plot.number}",
        "subject": "Gemaakt om te meten.",
        **dict.fromkeys(texts, ""),
        "starts_on": date(plot.started.year, 1, 1),
        "ends_on": date(_first_year() + 2, 12, 31),
        "minimum_cofinancing": Decimal(30),
        "decision_days": 30,
        "reporting_on": [],
        "asked_indicators": [],
        "sha256": "",
        "withdraw_reason": "",
        "version": 1,
    }


def _version_events(plot: Plot) -> Iterator[dict[str, Any]]:
    steps = (("start", "", "draft"), ("offer", "draft", "offered"), ("activate", "offered", "in-force"))
    for name, source, target in steps:
        yield {
            "lifecycle": "convenant_version",
            "subject_id": plot.number,
            "alliance_id": plot.number,
            "name": name,
            "source": source,
            "target": target,
            "on": plot.started,
            "at": now(),
            "reason": "",
        }


def _parties(plot: Plot) -> Iterator[dict[str, Any]]:
    for index, organisation_id in enumerate([_office(), *plot.organisations]):
        yield {
            "id": plot.number * 10 + index,
            "alliance_id": plot.number,
            "convenant_version_id": plot.number,
            "organisation_id": organisation_id,
            "side": Side.PARTNER if index else Side.GOVERNMENT,
            "is_vlaio": not index,
            "is_required": True,
            "signatures_needed": 1,
            "signs_as": "",
            "decided_by": "",
        }


def _office() -> int:
    return db().get_one(ProgrammeOffice, 1).organisation_id


def _signatures(plot: Plot) -> Iterator[dict[str, Any]]:
    for index in range(len(plot.organisations) + 1):
        yield {
            "alliance_id": plot.number,
            "convenant_version_id": plot.number,
            "party_id": plot.number * 10 + index,
            "organisation_id": [_office(), *plot.organisations][index],
            "name": "Synthetische ondertekenaar",
            "function": "directeur",
            "method": SignatureMethod.PAPER,
            "signed_on": plot.started,
            "sha256": "0" * 64,
            "recorded_by_id": plot.actor_id,
            "recorded_at": now(),
            "strike_reason": "",
        }


def _commitments(plot: Plot) -> Iterator[dict[str, Any]]:
    for index in range(COMMITMENTS):
        yield {"id": _commitment_id(plot, index), "number": index + 1, **_of_convenant(plot)}


def _of_convenant(plot: Plot) -> dict[str, int]:
    return {"alliance_id": plot.number, "convenant_id": plot.number}


def _wordings(plot: Plot) -> Iterator[dict[str, Any]]:
    for index in range(COMMITMENTS):
        yield {
            "id": _commitment_id(plot, index),
            "alliance_id": plot.number,
            "convenant_version_id": plot.number,
            "commitment_id": _commitment_id(plot, index),
            "position": index + 1,
            "description": f"Synthetische verbintenis {index + 1}",
            "nature": Nature.EFFORT,
            "kind": CommitmentKind.HOURS,
            "unit": Unit.HOURS,
            "unit_value": VALUE,
            "task": "",
            "version": 1,
        }


def _bearing(plot: Plot) -> Iterator[dict[str, Any]]:
    for index, organisation_id in enumerate(_bearers(plot)):
        yield {**_of_wording(plot, index), "organisation_id": organisation_id, "share": Decimal(100)}


def _of_wording(plot: Plot, index: int) -> dict[str, Any]:
    return {
        "alliance_id": plot.number,
        "convenant_version_id": plot.number,
        "commitment_wording_id": _commitment_id(plot, index),
    }


def _due_on(year: int, index: int) -> date:
    """The first commitment of this year is overdue, the second is due soon, the others have time."""
    if year > _first_year() or index == COMMITMENTS - 1:
        return date(_first_year() + 1, 12, 31)
    return today() + timedelta(days=20 if index else -20)


def _years(plot: Plot) -> Iterator[dict[str, Any]]:
    for index in range(COMMITMENTS):
        for year in range(_first_year(), _first_year() + YEARS):
            yield {**_of_wording(plot, index), "year": year, "quantity": QUANTITY, "due_on": _due_on(year, index)}


def _instalment_id(plot: Plot, index: int, nth: int) -> int:
    return plot.number * 10 + index * YEARS + nth


def _instalments(plot: Plot) -> Iterator[dict[str, Any]]:
    for index, organisation_id in enumerate(_bearers(plot)):
        for nth in range(YEARS):
            year = _first_year() + nth
            yield {
                "id": _instalment_id(plot, index, nth),
                **_of_convenant(plot),
                "region_code": plot.region,
                "commitment_id": _commitment_id(plot, index),
                "wording_id": _commitment_id(plot, index),
                "organisation_id": organisation_id,
                "first_organisation_id": organisation_id,
                "side": Side.PARTNER,
                "year": year,
                "quantity": QUANTITY,
                "due_on": _due_on(year, index),
                "first_due_on": _due_on(year, index),
                "reported": Decimal(0) if nth else DELIVERED,
                **dict.fromkeys(("confirmed", "disputed"), Decimal(0)),
                "disputes": 0,
                "was_late": False,
                "is_waived": False,
                "waive_reason": "",
                "version": 1,
            }


def _deliveries(plot: Plot) -> Iterator[dict[str, Any]]:
    for index, organisation_id in enumerate(_bearers(plot)):
        yield {
            "alliance_id": plot.number,
            "instalment_id": _instalment_id(plot, index, 0),
            "organisation_id": organisation_id,
            "side": Side.PARTNER,
            "on": max(plot.started, date(_first_year(), 1, 1)),
            "quantity": DELIVERED,
            "value": DELIVERED * VALUE,
            "note": "",
            "logged_by_id": plot.actor_id,
            "logged_at": now(),
            "accepted_from": today() + timedelta(days=10),
            **dict.fromkeys(("confirmations", "disputes"), 0),
            "withdraw_reason": "",
        }


def _planned(plot: Plot) -> Iterator[dict[str, Any]]:
    yield {
        "alliance_id": plot.number,
        "convenant_version_id": plot.number,
        "year": _first_year(),
        "ceiling": CEILING,
    }


def _rights(plot: Plot) -> Iterator[dict[str, Any]]:
    yield {
        "id": plot.number,
        **_of_convenant(plot),
        "region_code": plot.region,
        "year": _first_year(),
        "ceiling": CEILING,
        "drawn": DRAWN,
        "paid": Decimal(0),
        "decision_days": 30,
        "version": 1,
    }


def _drawdowns(plot: Plot) -> Iterator[dict[str, Any]]:
    yield {
        "id": plot.number,
        "alliance_id": plot.number,
        "drawing_right_id": plot.number,
        "amount": DRAWN,
        "purpose": "Gemaakt om te meten.",
        "payee_partner_id": plot.partner_id(0),
        "status": DrawdownStatus.APPROVED,
        "requested_by_id": plot.actor_id,
        "requested_on": plot.started,
        "decide_by": plot.started + timedelta(days=30),
        "decided_on": plot.started,
        "decision_reason": "",
        "paid": Decimal(0),
        "version": 1,
    }


def _drawdown_events(plot: Plot) -> Iterator[dict[str, Any]]:
    for name, source, target in (("start", "", "requested"), ("approve", "requested", "approved")):
        yield {
            "lifecycle": "drawdown",
            "subject_id": plot.number,
            "alliance_id": plot.number,
            "name": name,
            "source": source,
            "target": target,
            "on": plot.started,
            "at": now(),
            "reason": "",
        }


#: What is written while the version is a draft, in this order; once offered nothing is added to it.
_TEXT: tuple[tuple[type[Base], Callable[[Plot], Iterator[dict[str, Any]]]], ...] = (
    (Convenant, _convenants),
    (ConvenantVersion, _versions),
    (StatusEvent, _version_events),
    (Party, _parties),
    (Commitment, _commitments),
    (CommitmentWording, _wordings),
    (CommitmentBearer, _bearing),
    (PlannedInstalment, _years),
    (PlannedRight, _planned),
)
_RUNNING: tuple[tuple[type[Base], Callable[[Plot], Iterator[dict[str, Any]]]], ...] = (
    (Signature, _signatures),
    (Instalment, _instalments),
    (Delivery, _deliveries),
    (DrawingRight, _rights),
    (Drawdown, _drawdowns),
    (StatusEvent, _drawdown_events),
)


def make(plots: Sequence[Plot]) -> None:
    """Write the agreements of these alliances, whose partners are there."""
    having = [plot for plot in plots if has_convenant(plot)]
    for table, rows in _TEXT:
        insert(table, (row for plot in having for row in rows(plot)))
    if having:
        frozen = {"shape": document.SHAPE, "title": "Synthetisch convenant"}
        db().execute(
            sa.update(ConvenantVersion)
            .where(ConvenantVersion.id.in_([plot.number for plot in having]))
            .values(
                status=VersionStatus.IN_FORCE,
                document=frozen,
                sha256=document.digest(frozen),
                offered_on=having[0].started,
                in_force_on=having[0].started,
            )
        )
    for table, rows in _RUNNING:
        insert(table, (row for plot in having for row in rows(plot)))


def count(plots: Sequence[Plot], archetypes: int) -> None:
    """Count what one alliance of each archetype adds to the tallies of its region, and repeat it for the others."""
    computed: dict[int, agreements.Added] = {}
    due: Counter[tuple[str, Any, Any]] = Counter()
    money: dict[tuple[str, int], list[Any]] = {}
    counted_due, counted_money = list[dict[str, Any]](), list[dict[str, Any]]()
    names = ("ceiling", "drawn", "paid")
    for plot in plots:
        kind = plot.number % archetypes
        if kind not in computed:
            computed[kind] = agreements.added_by(db().get_one(Alliance, plot.number))
        for (side, due_on), n in computed[kind].due.items():
            due[plot.region, side, due_on] += n
            counted_due.append({"alliance_id": plot.number, "side": side, "due_on": due_on, "instalments": n})
        for year, amounts in computed[kind].money.items():
            counted_money.append({"alliance_id": plot.number, "year": year, **dict(zip(names, amounts, strict=True))})
            sums = money.setdefault((plot.region, year), [0, 0, 0])
            money[plot.region, year] = [before + now_ for before, now_ in zip(sums, amounts, strict=True)]
    insert(kept.CountedDue, counted_due)
    insert(kept.CountedMoney, counted_money)
    for (region_code, side, due_on), n in due.items():
        agreements.add(kept.DueTally, {"region_code": region_code, "side": side, "due_on": due_on}, {"instalments": n})
    for (code, year), totals in money.items():
        agreements.add(kept.MoneyTally, {"region_code": code, "year": year}, dict(zip(names, totals, strict=True)))
