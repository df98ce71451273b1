"""Agreements other than a convenant that anchor the cooperation, each recorded together with its document."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from alliance_tracker import audit, policy
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.alliances.service import check_open
from alliance_tracker.convenants.models import Agreement
from alliance_tracker.database import check_version, db, now, today
from alliance_tracker.errors import FieldRefused, Refused
from alliance_tracker.evidence import service as evidence
from alliance_tracker.evidence.models import Evidence
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Actor, Permission

#: What the document of an agreement is attached to.
PROVEN = "agreement"
#: A page shows so many.
PAGE = 50


@dataclass(frozen=True)
class Draft:
    """What somebody wants the record of an agreement to say; without `ends_on` it has no end."""

    title: str
    signed_on: date
    starts_on: date
    ends_on: date | None = None
    about: str = ""
    parties: str = ""


def record(
    alliance: Alliance, draft: Draft, files: Sequence[evidence.Upload], *, limits: evidence.Limits, actor: Actor
) -> Agreement:
    """Record an agreement with its document.

    :raise FieldRefused: no title, no parties, an impossible day, or no document.
    :raise Refused: the alliance has ended.
    """
    policy.require(actor, Permission.CONVENANT_PREPARE, alliance)
    check_open(alliance)
    _check(draft)
    if not files:
        raise FieldRefused("files", Message("Choose the document: without it the agreement proves nothing."))
    assert actor.user_id is not None  # noqa: S101  # an agreement has somebody who recorded it
    row = Agreement(alliance_id=alliance.id, recorded_by_id=actor.user_id, recorded_at=now(), **vars(draft))
    db().add(row)
    db().flush()  # gives the row its id
    audit.record("agreement.recorded", row, actor=actor, title=row.title)
    _attach(row, files, limits, actor)
    return row


def correct(
    row: Agreement,
    draft: Draft,
    files: Sequence[evidence.Upload] = (),
    *,
    limits: evidence.Limits,
    drawn_from: int | None = None,
    actor: Actor,
) -> None:
    """Correct the record, and add `files` to it; the history keeps what it said before.

    :raise EditConflict: somebody else corrected it since the form with version `drawn_from` was drawn.
    :raise FieldRefused: as `record`, but for the document.
    :raise Refused: it was withdrawn, or the alliance has ended.
    """
    _check_stands(row, actor)
    check_version(row, drawn_from)
    _check(draft)
    for name, value in vars(draft).items():
        setattr(row, name, value)
    audit.record("agreement.corrected", row, actor=actor, title=row.title)
    _attach(row, files, limits, actor)


def withdraw(row: Agreement, *, reason: str, actor: Actor) -> None:
    """Withdraw the record: it stays readable, struck through, and anchors nothing any more.

    :raise FieldRefused: there is no reason.
    :raise Refused: it was withdrawn before, or the alliance has ended.
    """
    _check_stands(row, actor)
    if not reason:
        raise FieldRefused("reason", Message("Give a reason: it stays visible."))
    row.withdrawn_at, row.withdraw_reason = now(), reason
    audit.record("agreement.withdrawn", row, actor=actor, reason=reason, title=row.title)


def _check_stands(row: Agreement, actor: Actor) -> None:
    policy.require(actor, Permission.CONVENANT_PREPARE, row)
    check_open(db().get_one(Alliance, row.alliance_id))
    if row.withdrawn_at is not None:
        raise Refused(Message("This agreement was withdrawn."))


def _check(draft: Draft) -> None:
    if not draft.title:
        raise FieldRefused("title", Message("Say what it is called."))
    if not draft.parties:
        raise FieldRefused("parties", Message("Say who concluded it."))
    if draft.signed_on > today():
        raise FieldRefused("signed_on", Message("This date lies in the future. Choose today or an earlier date."))
    if draft.ends_on is not None and draft.ends_on < draft.starts_on:
        raise FieldRefused("ends_on", Message("It cannot end before it starts."))


def _attach(row: Agreement, files: Sequence[evidence.Upload], limits: evidence.Limits, actor: Actor) -> None:
    for upload in files:
        evidence.attach(
            upload,
            subject_type=PROVEN,
            subject_key=str(row.id),
            alliance_id=row.alliance_id,
            limits=limits,
            actor=actor,
        )


# Reading --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Recorded:
    """An agreement with its documents, those that were withdrawn included."""

    row: Agreement
    files: tuple[Evidence, ...]
    day: date

    @property
    def has_document(self) -> bool:
        return any(file.withdrawn_at is None for file in self.files)

    @property
    def standing(self) -> Message:
        """Whether it anchors the cooperation today, and if not why."""
        if self.row.withdrawn_at is not None:
            return Message("withdrawn")
        if self.row.starts_on > self.day:
            return Message("starts later")
        if self.row.ends_on is not None and self.row.ends_on < self.day:
            return Message("ended")
        return Message("running") if self.has_document else Message("running, but without its document")

    @property
    def tone(self) -> str:
        """The colour of its tag."""
        if self.row.withdrawn_at is not None or (self.row.ends_on is not None and self.row.ends_on < self.day):
            return ""
        if self.row.starts_on > self.day:
            return "info open"
        return "good" if self.has_document else "warn"


def of_alliance(alliance_id: int, *, offset: int = 0) -> tuple[int, tuple[Recorded, ...]]:
    """How many there are, and a page of them, the newest first."""
    mine = Agreement.alliance_id == alliance_id
    total = db().scalar(sa.select(sa.func.count()).select_from(Agreement).where(mine)) or 0
    rows = db().scalars(
        sa.select(Agreement)
        .where(mine)
        .order_by(Agreement.starts_on.desc(), Agreement.id.desc())
        .offset(offset)
        .limit(PAGE)
    )
    found = rows.all()
    files = evidence.of(PROVEN, [str(row.id) for row in found])
    return total, tuple(Recorded(row, tuple(files[str(row.id)]), today()) for row in found)
