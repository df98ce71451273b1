"""Signing an organisation's account of a year: in the application, on paper with the scan, or refusing with a reason.

What is signed is the account as it stood at that moment, frozen with its hash. Signing again makes a new version beside
the earlier ones. The form carries the hash of what its reader saw, so that nobody signs what they did not read.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker import audit, policy
from alliance_tracker.accountability.models import AccountabilityStatement, StatementAnswer, StatementMethod
from alliance_tracker.accountability.roster import members_of, years_of
from alliance_tracker.accountability.statement_document import prefill
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.alliances.service import check_accounts
from alliance_tracker.convenants.document import digest
from alliance_tracker.database import db, lock, now, today
from alliance_tracker.errors import FieldRefused, Refused
from alliance_tracker.evidence import service as evidence
from alliance_tracker.evidence.models import Evidence
from alliance_tracker.i18n import Message
from alliance_tracker.organisations.models import Organisation
from alliance_tracker.policy import NOBODY, Actor, Permission

#: What the scan of an account on paper is attached to.
PROVEN = "accountability_statement"


@dataclass(frozen=True)
class Account:
    """What is signed: the account of an organisation over a year in an alliance; the policy looks at its ids."""

    alliance: Alliance
    organisation: Organisation
    year: int

    @property
    def alliance_id(self) -> int:
        return self.alliance.id

    @property
    def organisation_id(self) -> int:
        return self.organisation.id


@dataclass(frozen=True)
class Signing:
    """Who signs, on which day, and what the organisation itself adds."""

    name: str
    function: str
    on: date
    remark: str = ""


def sign(account: Account, signing: Signing, *, seen: str | None = None, actor: Actor) -> AccountabilityStatement:
    """Sign one's own organisation's account in the application, today; `seen` is the hash of what was shown.

    :raise NotAllowed: the actor does not represent this organisation.
    :raise FieldRefused: no name or function.
    :raise Refused: the year cannot be accounted for, or the account changed since it was shown.
    """
    policy.require(actor, Permission.STATEMENT_SIGN, account)
    today_only = dataclasses.replace(signing, on=today())
    row = _keep(account, today_only, StatementAnswer.SIGNED, StatementMethod.APPLICATION, seen, actor)
    audit.record("accountability_statement.signed", row, actor=actor, organisation=account.organisation.name)
    return row


def refuse(account: Account, signing: Signing, *, seen: str | None = None, actor: Actor) -> AccountabilityStatement:
    """Refuse to sign one's own organisation's account; the remark says why, and stays visible.

    :raise NotAllowed: the actor does not represent this organisation.
    :raise FieldRefused: no name, function or reason.
    :raise Refused: as `sign`.
    """
    policy.require(actor, Permission.STATEMENT_SIGN, account)
    if not signing.remark:
        raise FieldRefused("remark", Message("Give a reason: it stays visible."))
    today_only = dataclasses.replace(signing, on=today())
    row = _keep(account, today_only, StatementAnswer.REFUSED, StatementMethod.APPLICATION, seen, actor)
    audit.record(
        "accountability_statement.refused",
        row,
        actor=actor,
        reason=signing.remark,
        organisation=account.organisation.name,
    )
    return row


def record_paper(
    account: Account,
    signing: Signing,
    scans: Sequence[evidence.Upload],
    limits: evidence.Limits,
    *,
    seen: str | None = None,
    actor: Actor,
) -> AccountabilityStatement:
    """Record an account that was signed on paper, together with its scan.

    :raise FieldRefused: no name, function or scan, a file that is not accepted, or a day outside the possible.
    :raise Refused: as `sign`.
    """
    policy.require(actor, Permission.STATEMENT_RECORD, account.alliance)
    if not scans:
        raise FieldRefused("files", Message("Add the scan of the signed account."))
    row = _keep(account, signing, StatementAnswer.SIGNED, StatementMethod.PAPER, seen, actor)
    audit.record("accountability_statement.recorded", row, actor=actor, organisation=account.organisation.name)
    for scan in scans:
        evidence.attach(
            scan,
            subject_type=PROVEN,
            subject_key=str(row.id),
            alliance_id=account.alliance_id,
            limits=limits,
            actor=actor,
        )
    return row


def answer_by_link(
    account: Account, signing: Signing, answer: StatementAnswer, *, seen: str, sender_id: int
) -> AccountabilityStatement:
    """Sign or refuse with a one-time link, whose holder `statement_links` knows; `sender_id` is who sent the link.

    :raise FieldRefused: no name or function, or a refusal without a reason.
    :raise Refused: as `sign`.
    """
    if answer is StatementAnswer.REFUSED and not signing.remark:
        raise FieldRefused("remark", Message("Give a reason: it stays visible."))
    today_only = dataclasses.replace(signing, on=today())
    row = _keep(account, today_only, answer, StatementMethod.LINK, seen, Actor(user_id=sender_id))
    audit.record("accountability_statement.by_link", row, actor=NOBODY, organisation=account.organisation.name)
    return row


def _keep(
    account: Account,
    signing: Signing,
    answer: StatementAnswer,
    method: StatementMethod,
    seen: str | None,
    actor: Actor,
) -> AccountabilityStatement:
    check_accounts(account.alliance, account.year)
    lock(account.organisation)  # two versions at the same moment come one after the other
    _check(account, signing)
    document = prefill(account.alliance, account.organisation, account.year)
    found = digest(document)
    if seen is not None and seen != found:
        raise Refused(Message("The account changed while you were reading it. Look at it again, then sign."))
    assert actor.user_id is not None  # noqa: S101  # signatures come from people
    row = AccountabilityStatement(
        alliance_id=account.alliance_id,
        organisation_id=account.organisation_id,
        year=account.year,
        number=_last_number(account) + 1,
        answer=answer,
        remark=signing.remark,
        document=document,
        sha256=found,
        name=signing.name,
        function=signing.function,
        method=method,
        signed_on=signing.on,
        recorded_by_id=actor.user_id,
        recorded_at=now(),
    )
    db().add(row)
    db().flush()  # gives the statement its id
    return row


def _check(account: Account, signing: Signing) -> None:
    if account.organisation_id not in {member.organisation_id for member in members_of(account.alliance_id)}:
        raise Refused(Message("This organisation takes no part in this alliance."))
    check_year(account)
    if not signing.name:
        raise FieldRefused("name", Message("Give the name of the one who signs."))
    if not signing.function:
        raise FieldRefused("function", Message("Give the function of the one who signs."))
    first = date(account.year, 1, 1)
    if not first <= signing.on <= today():
        raise FieldRefused("on", Message("Choose a day between %(since)s and today.", since=first))


def check_year(account: Account) -> None:
    """:raise Refused: nothing was agreed with this organisation by that year, and it was no partner in it."""
    if account.year not in years_of(account.alliance_id, account.organisation_id):
        raise Refused(Message("This organisation was no partner in that year, and nothing was agreed with it."))


def _last_number(account: Account) -> int:
    return (
        db().scalar(
            sa.select(sa.func.max(AccountabilityStatement.number)).where(
                AccountabilityStatement.alliance_id == account.alliance_id,
                AccountabilityStatement.organisation_id == account.organisation_id,
                AccountabilityStatement.year == account.year,
            )
        )
        or 0
    )


def statement_by_id(statement_id: int) -> AccountabilityStatement | None:
    """A statement with its document and its organisation."""
    return (
        db()
        .scalars(
            sa.select(AccountabilityStatement)
            .where(AccountabilityStatement.id == statement_id)
            .options(selectinload(AccountabilityStatement.organisation))
        )
        .one_or_none()
    )


def hold(_scan: Evidence) -> Message:
    """Why the scan of an account cannot be withdrawn: an account is never taken back, a later version corrects it."""
    return Message("This scan proves an account that was signed: it stays. A new version can be signed beside it.")
