"""The figures of the STEM-monitor, loaded from the reference data; years that people added stay."""

import csv
from decimal import Decimal

import sqlalchemy as sa

from alliance_tracker import reference
from alliance_tracker.database import db, now
from alliance_tracker.frameworks.models import MonitorFigure, MonitorFigureKind


def load_reference() -> int:
    """Add the figures of the reference file that are not there yet; how many were added."""
    columns = sa.select(MonitorFigure.indicator_key, MonitorFigure.year, MonitorFigure.kind)
    known = {(key, year, kind) for key, year, kind in db().execute(columns)}
    with reference.path("stem_monitor.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if _identity(row) not in known]
    db().add_all(_figure(row) for row in rows)
    db().flush()
    return len(rows)


def _identity(row: dict[str, str]) -> tuple[str, int, MonitorFigureKind]:
    return row["indicator_key"], int(row["year"]), MonitorFigureKind(row["kind"])


def _figure(row: dict[str, str]) -> MonitorFigure:
    key, year, kind = _identity(row)
    return MonitorFigure(
        indicator_key=key,
        year=year,
        kind=kind,
        name_nl=row["name_nl"],
        name_en=row["name_en"],
        unit=row["unit"],
        value=Decimal(row["value"]),
        note=row["note"],
        source="STEM-actieplan 2012-2020" if row["source"].startswith("001_") else row["source"],
        added_by_id=None,
        added_at=now(),
    )
