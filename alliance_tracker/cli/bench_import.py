"""Measuring the import: rows read, planned and carried out in a second, and the peak of memory."""

import io
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click
import sqlalchemy as sa
import xlsxwriter
from flask import Flask

#: Periods of the measurements: those that have begun.
YEARS = range(2000, 2027)
CARRIED_OUT = 2_000


@dataclass(frozen=True)
class ImportTiming:
    """Seconds and megabytes of one import."""

    what: str
    rows: int
    seconds: float
    #: The most memory that the process had until then.
    megabytes: float

    def __str__(self) -> str:
        speed = self.rows / self.seconds
        return (
            f"{self.what:28}{self.rows:>9} rows {self.seconds:>8.1f} s {speed:>10.0f} rows/s {self.megabytes:>8.0f} MB"
        )


def peak() -> float:
    """The most memory that this process ever had, in megabytes."""
    try:
        import resource  # noqa: PLC0415  # Windows has none
    except ImportError:
        return 0.0
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kilobytes / 1024 / (1024 if sys.platform == "darwin" else 1)


def workbook(keys: list[str], rows: int) -> bytes:
    """A workbook of measurements."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("indicator", "period", "value", "source", "note"))
        for number in range(rows):
            key, year = keys[number // len(YEARS)], YEARS[number % len(YEARS)]
            sheet.write_row(number + 1, 0, (key, str(year), number % 997, "Telling", "Uit de bevraging"))
    return target.getvalue()


def prepare(slug: str, rows: int) -> list[str]:
    """Let the alliance follow as many indicators of its own as `rows` measurements need; their keys."""
    from alliance_tracker.alliances.models import Alliance, Partner  # noqa: PLC0415  # the application imports the commands
    from alliance_tracker.database import db, today, transaction  # noqa: PLC0415
    from alliance_tracker.goals import service as goals  # noqa: PLC0415
    from alliance_tracker.indicators.models import Definition, Indicator  # noqa: PLC0415
    from alliance_tracker.policy import SYSTEM  # noqa: PLC0415

    alliance = db().scalars(sa.select(Alliance).where(Alliance.slug == slug)).one()
    owner = db().scalars(sa.select(Partner).where(Partner.alliance_id == alliance.id, Partner.until.is_(None))).first()
    if owner is None:
        raise click.ClickException("The alliance has no partner.")
    pattern = db().scalars(sa.select(Definition).where(Definition.key == "activity-hours")).one()
    columns = {
        c.key: getattr(pattern, c.key) for c in sa.inspect(Definition).column_attrs if c.key not in {"id", "version"}
    }
    keys = [f"own-{number:05}" for number in range(-(-rows // len(YEARS)))]
    with transaction():
        draft = goals.Draft(title="Meten", reason="Om te meten.", owner_partner_id=owner.id)
        goal = goals.add(alliance, draft, actor=SYSTEM)
        own = {"alliance_id": alliance.id, "over_alliances": "none", "version": 1}
        db().execute(
            sa.insert(Definition), [{**columns, **own, "key": key, "name_nl": key, "name_en": key} for key in keys]
        )
        of_alliance = sa.select(Definition.id).where(Definition.alliance_id == alliance.id)
        following = {"alliance_id": alliance.id, "goal_id": goal.id, "method": "", "stop_reason": "", "version": 1}
        following["followed_on"] = today()
        db().execute(
            sa.insert(Indicator), [{**following, "definition_id": number} for number in db().scalars(of_alliance).all()]
        )
    return keys


def _measured(what: str, rows: int, action: Callable[[], Any]) -> ImportTiming:
    began = time.perf_counter()
    action()
    seconds = time.perf_counter() - began
    return ImportTiming(what, rows, seconds, peak())


def measure(app: Flask, slug: str, rows: int) -> list[ImportTiming]:
    """Read, plan and carry out measurements in one alliance of `app`."""
    from alliance_tracker.accounts import service as accounts  # noqa: PLC0415
    from alliance_tracker.accounts.models import User  # noqa: PLC0415
    from alliance_tracker.alliances.models import Alliance  # noqa: PLC0415
    from alliance_tracker.database import db, transaction  # noqa: PLC0415
    from alliance_tracker.exchange import planning, service  # noqa: PLC0415
    from alliance_tracker.exchange.offered import table_of  # noqa: PLC0415
    from alliance_tracker.exchange.tables import Scope  # noqa: PLC0415

    table = table_of("measurements")
    with app.test_request_context("/"):
        keys = prepare(slug, rows)
        content = workbook(keys, rows)
        actor = accounts.actor_of(accounts.user_by_id(db().scalars(sa.select(User.id).order_by(User.id)).one()))
        alliance = db().scalars(sa.select(Alliance).where(Alliance.slug == slug)).one()
        found = [
            _measured("read", rows, lambda: sum(1 for _ in planning.opened(table, "x.xlsx", content).rows())),
            _measured("read and planned", rows, lambda: planning.plan_file(table, Scope(alliance), "x.xlsx", content)),
        ]
        few = workbook(keys, min(rows, CARRIED_OUT))

        def carry_out() -> None:
            with transaction():
                file = service.upload(alliance, table, name="x.xlsx", content=few, actor=actor)
                fingerprint = service.preview(file, alliance).fingerprint
                service.carry_out(file, alliance, fingerprint=fingerprint, actor=actor)

        found.append(_measured("carried out", min(rows, CARRIED_OUT), carry_out))
        tracemalloc.start()
        planning.plan_file(table, Scope(alliance), "x.xlsx", content)
        traced = tracemalloc.get_traced_memory()[1] / 1024 / 1024
        tracemalloc.stop()
    click.echo(f"peak of Python's own memory while planning {rows} rows: {traced:.0f} MB", err=True)
    return found
