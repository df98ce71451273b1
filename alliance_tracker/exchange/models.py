"""The files that people brought in, and what became of each."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from alliance_tracker.audit import Audited
from alliance_tracker.database import Base, PrimaryKey


class ImportFile(Audited, Base):
    """One uploaded table: previewed, and then carried out as a whole or left.

    What was carried out stays, with its SHA-256 and its result; what was only previewed may be forgotten.
    """

    __tablename__ = "import_file"
    __table_args__ = (
        sa.CheckConstraint("size > 0", name="has_content"),
        sa.Index("ix_import_file_alliance", "alliance_id", "id"),
    )
    __quiet__ = frozenset({"content"})
    id: Mapped[PrimaryKey]
    #: What the rows are: goals, indicators, measurements.
    kind: Mapped[str] = mapped_column(sa.String(40))
    alliance_id: Mapped[int] = mapped_column(sa.ForeignKey("alliance.id"))
    file_name: Mapped[str] = mapped_column(sa.String(160))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)
    uploaded_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    uploaded_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    #: Rows that were new, changed and unchanged.
    result: Mapped[dict[str, Any]]

    @property
    def owner_id(self) -> int:
        return self.uploaded_by_id
