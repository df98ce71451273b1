"""Sessions, transactions, time and column types: all that the tables have in common.

SQLite by default, PostgreSQL by setting `DATABASE_URL`. A request has one session and, when it changes something, one
transaction; services never commit.
"""

import contextlib
import enum
import unicodedata
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import current_app, g
from sqlalchemy import event
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column

from alliance_tracker.errors import EditConflict

try:  # The bundled library is newer than most systems' and free of the WAL-reset fault of SQLite before 3.51.3.
    import pysqlite3 as sqlite_library
except ImportError:  # pragma: no cover - platforms without its wheel
    import sqlite3 as sqlite_library

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows waits with the busy timeout alone
    _has_file_locks = False
else:
    _has_file_locks = True

#: The SQLite library that runs here.
SQLITE = sqlite_library

BRUSSELS = ZoneInfo("Europe/Brussels")

_clock: ContextVar[datetime | None] = ContextVar("clock", default=None)
_writing: ContextVar[bool] = ContextVar("writing", default=False)


# Time --------------------------------------------------------------------------------------------------------------


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _clock.get() or datetime.now(UTC)


@contextlib.contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """Let it be `moment` (aware): for the demonstration, which tells a story that took years, and for tests."""
    token = _clock.set(moment)
    try:
        yield
    finally:
        _clock.reset(token)


def today() -> date:
    """The date in Brussels at this instant; due dates are such dates and include the whole day."""
    return now().astimezone(BRUSSELS).date()


# Types -------------------------------------------------------------------------------------------------------------


class UTCDateTime(sa.types.TypeDecorator[datetime]):
    """An aware instant, stored in UTC; a naive one is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Scaled(sa.types.TypeDecorator[Decimal]):
    """An exact decimal of at most `places` decimals, stored as a whole number of the smallest unit.

    Both databases compare and add whole numbers alike, so a sum made in SQL is exact as well.
    """

    impl = sa.BigInteger
    cache_ok = True

    def __init__(self, places: int) -> None:
        super().__init__()
        self.places = places

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        if value is None:
            return None
        scaled = Decimal(value).scaleb(self.places)
        if scaled != int(scaled):
            raise ValueError(f"{value} has more than {self.places} decimals")
        return int(scaled)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        return None if value is None else Decimal(int(value)).scaleb(-self.places)


class Base(DeclarativeBase):
    """The parent of every table: named constraints, enums by value with a CHECK, aware instants."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: UTCDateTime(),
        enum.StrEnum: sa.Enum(
            enum.StrEnum,
            native_enum=False,
            create_constraint=True,
            length=40,
            values_callable=lambda members: [member.value for member in members],
        ),
        dict[str, Any]: sa.JSON(),
        list[Any]: sa.JSON(),
    }


def stored_enum(kind: type[enum.StrEnum], name: str) -> sa.Enum:
    """A column type for the second column of one table that holds the same enum: its CHECK needs a name of its own."""
    return sa.Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


PrimaryKey = Annotated[int, mapped_column(primary_key=True)]
#: A measured value: a count, hours, a percentage, a score.
Quantity = Annotated[Decimal, mapped_column(Scaled(4))]
#: An amount in euro.
Money = Annotated[Decimal, mapped_column(Scaled(2))]


class Versioned:
    """A row that people edit: a second writer who read an older version is refused."""

    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805  # SQLAlchemy calls it on the class
        return {"version_id_col": cls.version}


def folded(text: str) -> str:
    """`text` without case or accents, so that both databases search and compare it alike."""
    plain = unicodedata.normalize("NFKD", text)
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).casefold().split())


def like(text: str) -> str:
    """A pattern for LIKE ... ESCAPE '\\\\' that finds `text` anywhere, folded."""
    escaped = folded(text).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def new_key() -> str:
    """A fresh random key, for a form that must not be carried out twice."""
    return uuid.uuid4().hex


# Engines -----------------------------------------------------------------------------------------------------------


def make_engine(url: str) -> Engine:
    """An engine for `url` (SQLite or PostgreSQL) with the settings that integrity asks for."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite_engine(parsed)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    return sa.create_engine(parsed, pool_pre_ping=True, pool_size=8, max_overflow=8)


def _sqlite_engine(url: sa.URL) -> Engine:
    engine = sa.create_engine(
        url, module=sqlite_library, connect_args={"timeout": 30, "check_same_thread": False}, pool_size=8
    )
    has_file = url.database and url.database != ":memory:"
    lock_path = Path(f"{url.database}.writer") if has_file and _has_file_locks else None

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        # The driver must not open transactions of its own: BEGIN is ours, below.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "recursive_triggers=ON",
            "busy_timeout=30000",
            "mmap_size=0",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if not _writing.get():
            connection.exec_driver_sql("BEGIN")
            return
        if lock_path:
            # A file lock queues writers fairly; SQLite's own waiting lets the unlucky starve.
            held = lock_path.open("a")
            fcntl.flock(held, fcntl.LOCK_EX)
            connection.info["writer_lock"] = held
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(engine, "checkin")
    def release_at_checkin(_connection: Any, record: Any) -> None:
        # The session hands its connection back right after COMMIT or ROLLBACK: the next writer may go.
        held = record.info.pop("writer_lock", None)
        if held is not None:
            held.close()

    return engine


# Sessions and transactions -----------------------------------------------------------------------------------------


def db() -> Session:
    """The session of this application context; it is opened at its first use and closed with the context."""
    if "session" not in g:
        g.session = Session(current_app.extensions["engine"], expire_on_commit=False)
    session: Session = g.session
    return session


def close_session(_error: BaseException | None = None) -> None:
    """Roll back what was not committed and hand the connection back."""
    session = g.pop("session", None)
    if session is not None:
        session.close()
    _writing.set(False)


def intend_to_write(writing: bool = True) -> None:  # noqa: FBT001, FBT002  # a switch is what this is
    """Let the transactions of this request begin as writers, so that what they read cannot go stale under them."""
    _writing.set(writing)


@contextlib.contextmanager
def transaction() -> Iterator[Session]:
    """One unit of work: everything in it is committed together, or none of it."""
    session = db()
    before = _writing.get()
    if not session.in_transaction():
        _writing.set(True)
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        _writing.set(before)


def check_version(row: Any, drawn_from: int | None) -> None:
    """:raise EditConflict: `row` was changed since the form with version `drawn_from` was drawn."""
    if drawn_from is not None and row.version != drawn_from:
        raise EditConflict(row, drawn_from)


def touch(row: Any) -> None:
    """Count this as an edit of `row`, also when only rows that hang on it change: an older form is then refused."""
    row.version += 1


def write_rows(
    collection: list[Any], wanted: Mapping[Any, Mapping[str, Any]], *, key: str, make: Callable[..., Any]
) -> None:
    """Let the rows of a draft that hang on another one be exactly `wanted`: columns by the value of the column `key`.

    What is known is changed in place, what is new is made with `make`, what is left out is deleted. Only for drafts:
    rows with history are ended, never deleted.
    """
    known = {getattr(row, key): row for row in collection}
    for value, facts in wanted.items():
        row = known.get(value)
        if row is None:
            collection.append(make(**{key: value}, **facts))
            continue
        for name, fact in facts.items():
            setattr(row, name, fact)
    for value, row in known.items():
        if value not in wanted:
            collection.remove(row)
            db().delete(row)
    db().flush()  # a later query of this transaction sees them


def lock(row: Base) -> None:
    """Hold `row` until the transaction ends, so that two decisions about it come one after the other."""
    db().flush()  # reading the row anew must not lose what was just changed in it
    columns = [attribute.key for attribute in sa.inspect(type(row)).column_attrs]
    db().refresh(row, attribute_names=columns, with_for_update=True)
