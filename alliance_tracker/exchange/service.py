"""Bringing a file in: kept and previewed first, then carried out as a whole or not at all."""

import hashlib
import re
from datetime import timedelta
from pathlib import PurePath

import sqlalchemy as sa

from alliance_tracker import audit, policy
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.alliances.service import check_open
from alliance_tracker.database import db, lock, now
from alliance_tracker.errors import Refused
from alliance_tracker.exchange import planning
from alliance_tracker.exchange.models import ImportFile
from alliance_tracker.exchange.offered import table_of
from alliance_tracker.exchange.tables import FileRefused, Outcome, Plan, PlannedRow, Scope, Table
from alliance_tracker.i18n import Message
from alliance_tracker.policy import SYSTEM, Actor

#: Previews that one alliance may have open at a time; each keeps its file.
MOST_PREVIEWS = 20
#: Rows that are carried out together: more would keep everybody else waiting for minutes.
MOST_AT_ONCE = 2_000
#: A preview that nobody carried out is forgotten after this.
KEPT_FOR = timedelta(days=30)


class PreviewOutdated(Refused):
    """What the file would do now is not what was shown."""


class RowRefused(Refused):
    """A row that was right when it was judged was refused while it was carried out; nothing was."""


def upload(alliance: Alliance, table: Table, *, name: str, content: bytes, actor: Actor) -> ImportFile:
    """Keep a file for its preview. The same file a second time leads to the preview that is there.

    :raise FileRefused: it cannot be read as this table.
    :raise Refused: the alliance has ended, or has too many previews open.
    """
    policy.require(actor, table.permission, alliance)
    check_open(alliance)
    plan = planning.plan_file(table, Scope(alliance), name, content)
    digest = hashlib.sha256(content).hexdigest()
    is_open = sa.and_(ImportFile.alliance_id == alliance.id, ImportFile.applied_at.is_(None))
    same = sa.and_(
        ImportFile.kind == table.key, ImportFile.sha256 == digest, ImportFile.uploaded_by_id == actor.user_id
    )
    known = db().scalars(sa.select(ImportFile).where(is_open, same).order_by(ImportFile.id).limit(1)).one_or_none()
    if known is not None:
        return known
    if (db().scalar(sa.select(sa.func.count()).select_from(ImportFile).where(is_open)) or 0) >= MOST_PREVIEWS:
        raise FileRefused(
            Message("This alliance has %(n)s previews that were not carried out. Forget some first.", n=MOST_PREVIEWS)
        )
    assert actor.user_id is not None  # noqa: S101  # files come from people
    file = ImportFile(
        kind=table.key,
        alliance_id=alliance.id,
        file_name=safe_name(name),
        sha256=digest,
        size=len(content),
        content=content,
        uploaded_by_id=actor.user_id,
        uploaded_at=now(),
        applied_at=None,
        result=_told(plan),
    )
    db().add(file)
    db().flush()  # gives the file its id
    audit.record("import_file.uploaded", file, actor=actor, file=file.file_name)
    return file


def safe_name(name: str) -> str:
    """The name of a file without anything that a disk or a heading could stumble over."""
    plain = re.sub(r"[^\w .()+-]", "_", PurePath(name.replace("\\", "/")).name).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[:140]}{dot}{ending[:10]}" or "file"


def _told(plan: Plan) -> dict[str, int]:
    return {outcome.value: plan.counts[outcome] for outcome in Outcome}


def preview(file: ImportFile, alliance: Alliance) -> Plan:
    """What a file would do today."""
    return planning.plan_file(table_of(file.kind), Scope(alliance), file.file_name, file.content)


def carry_out(file: ImportFile, alliance: Alliance, *, fingerprint: str, actor: Actor) -> Plan:
    """Do everything that the file asks for, in the transaction of the caller.

    :raise PreviewOutdated: it would do something else than the preview with this fingerprint showed.
    :raise RowRefused: a row is refused; the caller's transaction must be rolled back.
    :raise Refused: it was carried out already, has faults, or does nothing.
    """
    table = table_of(file.kind)
    policy.require(actor, table.permission, alliance)
    check_open(alliance)
    lock(file)
    if file.applied_at is not None:
        raise Refused(Message("This file was carried out already."))
    plan = preview(file, alliance)
    _check(plan, fingerprint)
    scope = Scope(alliance)
    for row in plan.rows:
        if row.outcome in {Outcome.NEW, Outcome.CHANGED}:
            _apply(table, scope, row, actor)
    file.applied_at, file.result = now(), _told(plan)
    audit.record(
        "import_file.applied",
        file,
        actor=actor,
        file=file.file_name,
        sha256=file.sha256,
        new=plan.counts[Outcome.NEW],
        changed=plan.counts[Outcome.CHANGED],
        unchanged=plan.counts[Outcome.UNCHANGED],
    )
    return plan


def _check(plan: Plan, fingerprint: str) -> None:
    if plan.fingerprint != fingerprint:
        raise PreviewOutdated(
            Message(
                "Something changed since this preview was shown. Look at it again: below is what the file does now."
            )
        )
    if not plan.is_right:
        raise Refused(Message("Rows that are not right keep the whole file from being carried out."))
    if not plan.to_do:
        raise Refused(Message("Everything is already as the file says."))
    if plan.to_do > MOST_AT_ONCE:
        raise Refused(
            Message(
                "At most %(n)s rows can be carried out at once. Divide the file; what is in already does no harm.",
                n=MOST_AT_ONCE,
            )
        )


def _apply(table: Table, scope: Scope, row: PlannedRow, actor: Actor) -> None:
    try:
        table.apply(scope, row, actor=actor)
    except Refused as refusal:
        raise RowRefused(
            Message("Row %(n)s: %(sentence)s Nothing was carried out.", n=row.number, sentence=refusal.sentence)
        ) from refusal


def forget(file: ImportFile, alliance: Alliance, *, actor: Actor) -> None:
    """Throw away a preview that was not carried out.

    :raise Refused: it was carried out; that stays.
    """
    policy.require(actor, table_of(file.kind).permission, alliance)
    if file.applied_at is not None:
        raise Refused(Message("What was carried out stays, with its file."))
    audit.record("import_file.forgotten", file, actor=actor, file=file.file_name)
    db().delete(file)


def purge() -> int:
    """Forget the previews that nobody carried out in time; how many there were."""
    old = sa.and_(ImportFile.applied_at.is_(None), ImportFile.uploaded_at < now() - KEPT_FOR)
    files = db().scalars(sa.select(ImportFile).where(old).order_by(ImportFile.id)).all()
    for file in files:
        audit.record("import_file.forgotten", file, actor=SYSTEM, file=file.file_name)
        db().delete(file)
    return len(files)
