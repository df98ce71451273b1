"""One-time links: somebody without an account reads the account of an organisation, and signs or refuses it, once."""

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker import audit, outbox, policy
from alliance_tracker.accountability.models import AccountabilityStatement, StatementAnswer, StatementLink
from alliance_tracker.accountability.roster import members_of
from alliance_tracker.accountability.statements import Account, Signing, answer_by_link, check_year
from alliance_tracker.accounts import passwords
from alliance_tracker.accounts.service import normal_email
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.alliances.service import check_accounts
from alliance_tracker.database import db, lock, now
from alliance_tracker.errors import FieldRefused, Refused
from alliance_tracker.i18n import Message, in_language
from alliance_tracker.organisations.queries import organisation as organisation_by_id
from alliance_tracker.policy import Actor, Permission

#: A link works for so many days.
DAYS = 30
#: So many links for one account may wait at once.
MOST_WAITING = 5


def send(account: Account, *, name: str, email: str, address: str, actor: Actor) -> StatementLink:
    """Mail a link to somebody who signs for this organisation; `address` is the page, with %s for the secret.

    :raise NotAllowed: only who records accounts on paper may do this.
    :raise FieldRefused: no name, or no e-mail address.
    :raise Refused: the organisation takes no part, the alliance has ended, or too many links wait.
    """
    policy.require(actor, Permission.STATEMENT_RECORD, account.alliance)
    check_accounts(account.alliance, account.year)
    if account.organisation_id not in {member.organisation_id for member in members_of(account.alliance_id)}:
        raise Refused(Message("This organisation takes no part in this alliance."))
    check_year(account)
    if not name:
        raise FieldRefused("name", Message("Give the name of the one who signs."))
    receiver = normal_email(email)
    lock(account.organisation)
    if len([row for row in links_of(account) if waits(row)]) >= MOST_WAITING:
        raise Refused(Message("Several links wait already. Withdraw one first."))
    assert actor.user_id is not None  # noqa: S101  # people send links
    token = passwords.new_token()
    row = StatementLink(
        alliance_id=account.alliance_id,
        organisation_id=account.organisation_id,
        year=account.year,
        name=name,
        email=receiver,
        token_hash=passwords.token_hash(token),
        made_by_id=actor.user_id,
        made_at=now(),
        expires_at=now() + timedelta(days=DAYS),
    )
    db().add(row)
    db().flush()  # gives the link its id
    audit.record("statement_link.sent", row, actor=actor, organisation=account.organisation.name)
    _mail(account, row, address % token)
    return row


def _mail(account: Account, row: StatementLink, link: str) -> None:
    with in_language("nl"):  # nobody knows the language of who has no account; Flanders writes Dutch
        body = Message(
            "Hello %(name)s,\n\nThe alliance %(alliance)s accounts for %(year)s. The part of %(organisation)s is "
            "filled in already: read it, and sign it or say why not. The link works once, for %(days)s days:\n\n"
            "%(link)s\n",
            name=row.name,
            alliance=account.alliance.name,
            year=str(account.year),
            organisation=account.organisation.name,
            days=DAYS,
            link=link,
        )
        outbox.post(None, row.email, str(Message("Sign the account of %(year)s", year=str(account.year))), str(body))


def withdraw(row: StatementLink, *, actor: Actor) -> None:
    """Let a link that waits work no more.

    :raise Refused: it was used, withdrawn or is too old.
    """
    policy.require(actor, Permission.STATEMENT_RECORD, db().get_one(Alliance, row.alliance_id))
    lock(row)
    if not waits(row):
        raise Refused(Message("This link works no more already."))
    row.withdrawn_at = now()
    audit.record("statement_link.withdrawn", row, actor=actor)


def waits(row: StatementLink) -> bool:
    """Whether it can still be used."""
    return row.used_at is None and row.withdrawn_at is None and row.expires_at > now()


def links_of(account: Account) -> Sequence[StatementLink]:
    """The links that were sent for an account, the newest first."""
    return (
        db()
        .scalars(
            sa.select(StatementLink)
            .where(
                StatementLink.alliance_id == account.alliance_id,
                StatementLink.organisation_id == account.organisation_id,
                StatementLink.year == account.year,
            )
            .order_by(StatementLink.id.desc())
        )
        .all()
    )


def holder_of(token: str) -> tuple[StatementLink, Account] | None:
    """The link with this secret and what it signs, while it works."""
    row = (
        db()
        .scalars(sa.select(StatementLink).where(StatementLink.token_hash == passwords.token_hash(token)))
        .one_or_none()
    )
    if row is None or not waits(row):
        return None
    alliance = (
        db()
        .scalars(sa.select(Alliance).where(Alliance.id == row.alliance_id).options(selectinload(Alliance.region)))
        .one()
    )
    if not alliance.accounts_over(row.year):
        return None
    return row, Account(alliance, organisation_by_id(row.organisation_id), row.year)


def use(token: str, signing: Signing, answer: StatementAnswer, *, seen: str) -> AccountabilityStatement:
    """Sign or refuse with a link, once.

    :raise FieldRefused: as `statements.sign`.
    :raise Refused: the link was used, withdrawn or is too old, or the account changed since it was shown.
    """
    found = holder_of(token)
    if found is None:
        raise Refused(Message("This link was used already or is too old. Ask for a new one."))
    row, account = found
    lock(row)
    if not waits(row):
        raise Refused(Message("This link was used already or is too old. Ask for a new one."))
    statement = answer_by_link(account, signing, answer, seen=seen, sender_id=row.made_by_id)
    row.used_at, row.statement_id = now(), statement.id
    audit.tell_with(row, statement)
    return statement
