"""People: inviting them, giving and ending their roles, correcting and removing them."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email
from sqlalchemy.orm import selectinload

from alliance_tracker import audit, outbox, policy
from alliance_tracker.accounts import passwords
from alliance_tracker.accounts.models import ApiToken, LoginSession, RoleGrant, User
from alliance_tracker.database import check_version, db, now
from alliance_tracker.errors import FieldRefused, NotFound, Refused
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Actor, Grant, Permission, Role

#: Partnerships are two layers up; only these columns of them are needed here.
_partner = sa.table(
    "partner", sa.column("alliance_id"), sa.column("organisation_id"), sa.column("until"), sa.column("since")
)
_party = sa.table(
    "convenant_party", sa.column("alliance_id"), sa.column("organisation_id"), sa.column("convenant_version_id")
)
_version = sa.table("convenant_version", sa.column("id"), sa.column("status"))
_office = sa.table("programme_office", sa.column("organisation_id"))


def actor_of(user: User, *, read_only: bool = False) -> Actor:
    """The rights of a person: its current roles, and the alliances of the organisations it represents."""
    grants = frozenset(
        Grant(grant.role, grant.alliance_id, grant.region_code, grant.organisation_id) for grant in user.current_grants
    )
    represented = {grant.organisation_id for grant in grants if grant.role is Role.PARTNER}
    alliances: frozenset[int] = frozenset()
    parties: frozenset[int] = frozenset()
    if represented:
        rows = sa.select(_partner.c.alliance_id).where(
            _partner.c.organisation_id.in_(represented), _partner.c.until.is_(None)
        )
        alliances = frozenset(db().scalars(rows))
        parties = frozenset(db().scalars(_party_to(represented)))
    directs = any(grant.role is Role.PROJECT_MANAGER for grant in grants)
    return Actor(
        user_id=user.id,
        grants=grants,
        partner_alliances=alliances,
        party_alliances=parties,
        office_id=db().scalar(sa.select(_office.c.organisation_id)) if directs else None,
        read_only=read_only,
    )


def _party_to(organisations: set[int | None]) -> sa.Select[int]:
    """The alliances with a convenant that these organisations are asked to sign, or signed."""
    return (
        sa.select(_party.c.alliance_id)
        .join(_version, _version.c.id == _party.c.convenant_version_id)
        .where(_party.c.organisation_id.in_(organisations), _version.c.status.in_(("offered", "in-force")))
        .distinct()
    )


def user_by_email(email: str) -> User | None:
    """The account with this address, with its roles."""
    return (
        db()
        .scalars(sa.select(User).where(User.email == email.strip().lower()).options(selectinload(User.grants)))
        .one_or_none()
    )


def user_by_id(user_id: int) -> User:
    """:raise NotFound: there is no such person."""
    user = db().scalars(sa.select(User).where(User.id == user_id).options(selectinload(User.grants))).one_or_none()
    if user is None:
        raise NotFound(Message("There is nothing at this address."))
    return user


def people(search: str = "") -> Sequence[User]:
    """Everybody with an account, by name; removed people last."""
    statement = sa.select(User).options(selectinload(User.grants)).order_by(User.is_removed, User.name, User.id)
    if search.strip():
        wanted = search.strip().lower()
        statement = statement.where(
            sa.or_(
                sa.func.lower(User.name).contains(wanted, autoescape=True), User.email.contains(wanted, autoescape=True)
            )
        )
    return db().scalars(statement.limit(500)).all()


def normal_email(email: str) -> str:
    """:raise FieldRefused: this is not an e-mail address."""
    try:
        return validate_email(email.strip(), check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError as error:
        raise FieldRefused("email", Message("This is not an e-mail address.")) from error


def register(*, email: str, name: str, actor: Actor, function: str = "", language: str = "nl", phone: str = "") -> User:
    """Make an account without a password; `invite` or `set_password` opens it.

    :raise FieldRefused: the address is in use, or is none.
    """
    address = normal_email(email)
    if user_by_email(address):
        raise FieldRefused("email", Message("Somebody with this e-mail address already has an account."))
    user = User(
        email=address,
        name=name,
        function=function,
        phone=phone,
        language=language,
        created_at=now(),
        grants=[],
    )
    db().add(user)
    db().flush()  # gives the person its id
    audit.record("user.registered", user, actor=actor, person_id=user.id)
    return user


def set_password(user: User, password: str, *, memory_kib: int, actor: Actor) -> None:
    """:raise FieldRefused: the password is too weak."""
    if problem := passwords.weakness(password, user.email):
        raise FieldRefused("password", problem)
    user.password_hash = passwords.hashed(password, memory_kib)
    end_sessions(user.id)
    audit.record("user.password_chosen", user, actor=actor, person_id=user.id)


def change_own_password(user: User, old: str, new: str, *, memory_kib: int, actor: Actor) -> None:
    """:raise FieldRefused: the old password is wrong, or the new one too weak."""
    policy.require(actor, Permission.ACCOUNT_OWN, user)
    if not passwords.matches(user.password_hash, old, memory_kib):
        raise FieldRefused("old_password", Message("This is not your present password."))
    set_password(user, new, memory_kib=memory_kib, actor=actor)


def end_sessions(user_id: int) -> None:
    """Sign this person out everywhere, at once."""
    db().execute(
        sa.update(LoginSession)
        .where(LoginSession.user_id == user_id, LoginSession.ended_at.is_(None))
        .values(ended_at=now())
    )


def correct(
    user: User, *, name: str, function: str, phone: str, language: str, version: int | None, actor: Actor
) -> None:
    """Correct somebody's contact data and language, one's own or as administrator."""
    if actor.user_id != user.id:
        policy.require(actor, Permission.ACCOUNT_MANAGE)
    check_version(user, version)
    user.name, user.function, user.phone, user.language = name, function, phone, language
    audit.record("user.corrected", user, actor=actor, person_id=user.id)


def choose_language(user: User, language: str, *, actor: Actor) -> None:
    """Show this person everything in another language from now on."""
    user.language = language
    audit.record("user.language_chosen", user, actor=actor, person_id=user.id)


def give_role(
    user: User,
    role: Role,
    *,
    actor: Actor,
    alliance_id: int | None = None,
    region_code: str | None = None,
    organisation_id: int | None = None,
) -> RoleGrant:
    """Give a role within its scope; the person's sessions end, so the new rights hold at the next sign-in.

    :raise FieldRefused: the scope that this role needs is missing, or the person has the role already.
    """
    _may_appoint(actor, role, alliance_id)
    grant = Grant(
        role,
        alliance_id if role is Role.COORDINATOR else None,
        region_code if role is Role.REPORTER else None,
        organisation_id if role is Role.PARTNER else None,
    )
    if role is Role.COORDINATOR and not grant.alliance_id:
        raise FieldRefused("alliance_id", Message("Choose the alliance that this person coordinates."))
    if role is Role.REPORTER and not grant.region_code:
        raise FieldRefused("region_code", Message("Choose the region for which this person reports."))
    if role is Role.PARTNER and not grant.organisation_id:
        raise FieldRefused("organisation_id", Message("Choose the organisation that this person represents."))
    if user.is_removed:
        raise Refused(Message("This person was removed."))
    for held in user.current_grants:
        if Grant(held.role, held.alliance_id, held.region_code, held.organisation_id) == grant:
            raise FieldRefused("role", Message("This person already has this role."))
    row = RoleGrant(
        user_id=user.id,
        role=role,
        alliance_id=grant.alliance_id,
        region_code=grant.region_code,
        organisation_id=grant.organisation_id,
        scope=str(grant.alliance_id or grant.region_code or grant.organisation_id or "-"),
        given_at=now(),
    )
    user.grants.append(row)
    db().flush()  # gives the role its id
    audit.record("role_grant.given", row, actor=actor, person_id=user.id, role=role.value)
    # A coordinator names colleagues; whoever manages accounts changes what somebody is, and that asks to sign in anew.
    if actor.user_id != user.id and policy.allows(actor, Permission.ACCOUNT_MANAGE):
        end_sessions(user.id)
    return row


def end_role(grant: RoleGrant, *, actor: Actor) -> None:
    """End a role at once.

    :raise Refused: nobody else would hold it, and somebody must.
    """
    _may_appoint(actor, grant.role, grant.alliance_id)
    if grant.ended_at is not None:
        raise Refused(Message("This role ended already."))
    if grant.role in {Role.ADMINISTRATOR, Role.COORDINATOR} and not _somebody_else_holds(grant):
        raise Refused(Message("Nobody else has this role here. Give it to somebody else first."))
    grant.ended_at = now()
    end_sessions(grant.user_id)
    audit.record("role_grant.ended", grant, actor=actor, person_id=grant.user_id, role=grant.role.value)


def _may_appoint(actor: Actor, role: Role, alliance_id: int | None) -> None:
    if role is Role.COORDINATOR:
        policy.require(actor, Permission.COORDINATOR_APPOINT, _Scope(alliance_id))
    else:
        policy.require(actor, Permission.ACCOUNT_MANAGE)


class _Scope:
    def __init__(self, alliance_id: int | None) -> None:
        self.alliance_id = alliance_id


def _somebody_else_holds(grant: RoleGrant) -> bool:
    # All who hold it are locked, in one order: two last holders that end at the same moment see each other.
    held = sa.select(RoleGrant.id).where(
        RoleGrant.role == grant.role,
        RoleGrant.ended_at.is_(None),
        RoleGrant.alliance_id.is_not_distinct_from(grant.alliance_id),
    )
    db().execute(held.order_by(RoleGrant.id).with_for_update()).all()
    others = (
        sa.select(sa.func.count())
        .select_from(RoleGrant)
        .join(User, User.id == RoleGrant.user_id)
        .where(
            RoleGrant.role == grant.role,
            RoleGrant.ended_at.is_(None),
            RoleGrant.id != grant.id,
            User.disabled_at.is_(None),
            RoleGrant.alliance_id.is_not_distinct_from(grant.alliance_id),
        )
    )
    return bool(db().scalar(others))


def has_project_manager() -> bool:
    """Whether somebody whose account is open has the role of project manager."""
    held = (
        sa.select(RoleGrant.id)
        .join(User, User.id == RoleGrant.user_id)
        .where(RoleGrant.role == Role.PROJECT_MANAGER, RoleGrant.ended_at.is_(None), User.disabled_at.is_(None))
    )
    return db().scalar(held.limit(1)) is not None


def coordinators_of(alliance_id: int) -> list[tuple[RoleGrant, User]]:
    """Who coordinates an alliance now, with the role that says so."""
    rows = db().execute(
        sa.select(RoleGrant, User)
        .join(User, User.id == RoleGrant.user_id)
        .where(
            RoleGrant.alliance_id == alliance_id,
            RoleGrant.role == Role.COORDINATOR,
            RoleGrant.ended_at.is_(None),
        )
        .order_by(User.name)
    )
    return [(grant, user) for grant, user in rows]


def disable(user: User, *, actor: Actor) -> None:
    """Close an account; it can be opened again.

    :raise Refused: one's own, or the last administrator's.
    """
    policy.require(actor, Permission.ACCOUNT_MANAGE)
    if actor.user_id == user.id:
        raise Refused(Message("You cannot close your own account."))
    if user.disabled_at is None:
        user.disabled_at = now()
        end_sessions(user.id)
        audit.record("user.disabled", user, actor=actor, person_id=user.id)


def enable(user: User, *, actor: Actor) -> None:
    """Open a closed account again.

    :raise Refused: the person was removed for good.
    """
    policy.require(actor, Permission.ACCOUNT_MANAGE)
    if user.is_removed:
        raise Refused(Message("This person was removed."))
    user.disabled_at = None
    audit.record("user.enabled", user, actor=actor, person_id=user.id)


def remove_person(user: User, *, actor: Actor) -> None:
    """Erase a person's data for good; what the person did stays, by "removed person".

    :raise Refused: it is the actor.
    """
    disable(user, actor=actor)
    for grant in user.current_grants:
        grant.ended_at = now()
    user.is_removed = True
    user.email = f"removed-{user.id}@invalid.example"
    user.name = "-"
    user.function = user.phone = ""
    user.password_hash = None
    db().execute(
        sa.update(outbox.OutgoingMail).where(outbox.OutgoingMail.recipient_id == user.id).values(body="", address="")
    )
    db().execute(
        sa.update(ApiToken).where(ApiToken.user_id == user.id, ApiToken.revoked_at.is_(None)).values(revoked_at=now())
    )
    audit.record("user.removed", user, actor=actor, person_id=user.id)


def data_of(user: User) -> dict[str, Any]:
    """All personal data kept about this person, for itself to read and keep."""
    return {
        "email": user.email,
        "name": user.name,
        "function": user.function,
        "phone": user.phone,
        "language": user.language,
        "created_at": user.created_at.isoformat(),
        "last_sign_in_at": user.last_sign_in_at.isoformat() if user.last_sign_in_at else None,
        "roles": [
            {
                "role": g.role.value,
                "given_at": g.given_at.isoformat(),
                "ended_at": g.ended_at.isoformat() if g.ended_at else None,
            }
            for g in user.grants
        ],
    }
