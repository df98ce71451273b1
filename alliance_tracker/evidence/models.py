"""Files that prove something, kept in the database with their hash, so that one backup holds all."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from alliance_tracker.audit import Audited
from alliance_tracker.database import Base, PrimaryKey


class EvidenceContent(Base):
    """The bytes of a file, once however often it is attached."""

    __tablename__ = "evidence_content"
    sha256: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)


class Evidence(Audited, Base):
    """A file attached to what it proves: `subject_type` is a table, `subject_key` the row in it."""

    __tablename__ = "evidence"
    __table_args__ = (
        sa.CheckConstraint("size > 0", name="is_not_empty"),
        sa.CheckConstraint("withdrawn_at IS NULL OR withdrawn_reason <> ''", name="withdrawn_with_a_reason"),
        sa.Index("ix_evidence_subject", "subject_type", "subject_key"),
    )
    id: Mapped[PrimaryKey]
    subject_type: Mapped[str] = mapped_column(sa.String(40))
    subject_key: Mapped[str] = mapped_column(sa.String(80))
    alliance_id: Mapped[int | None] = mapped_column(sa.ForeignKey("alliance.id"), index=True)
    sha256: Mapped[str] = mapped_column(sa.ForeignKey("evidence_content.sha256"), index=True)
    file_name: Mapped[str] = mapped_column(sa.String(160))
    media_type: Mapped[str] = mapped_column(sa.String(100))
    #: Bytes.
    size: Mapped[int]
    added_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    added_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str] = mapped_column(sa.Text, default="")

    @property
    def owner_id(self) -> int:
        return self.added_by_id
