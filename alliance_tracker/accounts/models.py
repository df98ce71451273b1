"""People who sign in, their roles with their scope, their sessions, one-time links and tokens."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance_tracker.audit import Audited
from alliance_tracker.database import Base, PrimaryKey, Versioned
from alliance_tracker.policy import Role


class User(Audited, Versioned, Base):
    """A person with an account. Never deleted: a person who asks for it is replaced by "removed person"."""

    __tablename__ = "user_account"
    __table_args__ = (
        sa.CheckConstraint("email = lower(email)", name="email_is_lowercase"),
        sa.CheckConstraint("language IN ('nl', 'en')", name="language_is_known"),
        sa.CheckConstraint("is_removed = false OR disabled_at IS NOT NULL", name="removed_is_disabled"),
    )
    __personal__ = frozenset({"email", "name", "function", "phone", "password_hash"})
    __quiet__ = frozenset({"version", "last_sign_in_at", "password_hash"})

    id: Mapped[PrimaryKey]
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    function: Mapped[str] = mapped_column(sa.String(120), default="")
    phone: Mapped[str] = mapped_column(sa.String(40), default="")
    language: Mapped[str] = mapped_column(sa.String(2), default="nl")
    #: Empty until the invitation is accepted.
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    created_at: Mapped[datetime]
    last_sign_in_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    is_removed: Mapped[bool] = mapped_column(default=False)
    grants: Mapped[list["RoleGrant"]] = relationship(
        lazy="raise_on_sql", order_by="RoleGrant.id", back_populates="user"
    )

    @property
    def owner_id(self) -> int:
        return self.id

    @property
    def is_active(self) -> bool:
        return self.disabled_at is None and self.password_hash is not None

    @property
    def current_grants(self) -> list["RoleGrant"]:
        return [grant for grant in self.grants if grant.ended_at is None]


class RoleGrant(Audited, Base):
    """A role that a person holds within a scope, from its giving until it ends."""

    __tablename__ = "role_grant"
    __quiet__ = frozenset({"scope"})
    __table_args__ = (
        sa.CheckConstraint("(role = 'coordinator') = (alliance_id IS NOT NULL)", name="coordinator_has_alliance"),
        sa.CheckConstraint("(role = 'reporter') = (region_code IS NOT NULL)", name="reporter_has_region"),
        sa.CheckConstraint("(role = 'partner') = (organisation_id IS NOT NULL)", name="partner_has_organisation"),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= given_at", name="ends_after_it_is_given"),
        sa.Index(
            "uq_role_grant_current",
            "user_id",
            "role",
            "scope",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )
    id: Mapped[PrimaryKey]
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    role: Mapped[Role]
    alliance_id: Mapped[int | None] = mapped_column(sa.ForeignKey("alliance.id"), index=True)
    region_code: Mapped[str | None] = mapped_column(sa.ForeignKey("region.code"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    #: The one of the three that is filled, or "-": what makes a current role unique.
    scope: Mapped[str] = mapped_column(sa.String(20))
    given_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    user: Mapped[User] = relationship(lazy="raise_on_sql", back_populates="grants")


class LoginSession(Base):
    """One signed-in browser. The cookie holds the token, this row only its hash."""

    __tablename__ = "login_session"
    id: Mapped[PrimaryKey]
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class LinkPurpose(enum.StrEnum):
    INVITATION = "invitation"
    PASSWORD_RESET = "password-reset"  # noqa: S105  # a purpose, not a password


class OneTimeLink(Base):
    """A link that works once, for one person, until it expires."""

    __tablename__ = "one_time_link"
    id: Mapped[PrimaryKey]
    purpose: Mapped[LinkPurpose]
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ApiToken(Audited, Base):
    """A personal token for the API: it carries its owner's rights, or only the right to read."""

    __tablename__ = "api_token"
    __quiet__ = frozenset({"token_hash", "last_used_on"})
    id: Mapped[PrimaryKey]
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    may_write: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    @property
    def owner_id(self) -> int:
        return self.user_id


class SignInAttempt(Base):
    """A failed sign-in, counted against its account and its address; kept for a day."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        sa.Index("ix_sign_in_attempt_account", "account_hash", "at"),
        sa.Index("ix_sign_in_attempt_address", "address_hash", "at"),
    )
    id: Mapped[PrimaryKey]
    account_hash: Mapped[str] = mapped_column(sa.String(64))
    address_hash: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime]
