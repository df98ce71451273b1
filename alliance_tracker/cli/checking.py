"""Checks of a whole database: summary rows against the facts, statuses against their events."""

from typing import Any

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from alliance_tracker.accountability.models import Explanation
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.cli.preparation import needs_tables
from alliance_tracker.commitments import counting
from alliance_tracker.convenants.models import ConvenantVersion
from alliance_tracker.database import db, transaction
from alliance_tracker.drawing_rights import rights
from alliance_tracker.drawing_rights.models import Drawdown
from alliance_tracker.goals.models import Goal
from alliance_tracker.impact_reports import verifying
from alliance_tracker.impact_reports.models import ImpactReport, ReportVersion
from alliance_tracker.indicators.models import Catalogue
from alliance_tracker.learning import queries as signals
from alliance_tracker.learning.models import Signal
from alliance_tracker.organisations.models import Organisation
from alliance_tracker.pilots.models import Pilot
from alliance_tracker.rollout.models import AlliancePhase, MilestoneRecord, PreconditionAction
from alliance_tracker.standings import service as standings
from alliance_tracker.stappenplan.models import CriterionFlag, CriterionState, Plan, StepState
from alliance_tracker.workflow import REGISTER, StatusEvent

#: The tables whose status column must equal the newest event of their lifecycle; a lifecycle is called like its table.
GOVERNED: tuple[Any, ...] = (
    Alliance,
    AlliancePhase,
    CriterionFlag,
    CriterionState,
    Catalogue,
    ConvenantVersion,
    Drawdown,
    Explanation,
    Goal,
    ImpactReport,
    MilestoneRecord,
    Organisation,
    Pilot,
    Plan,
    PreconditionAction,
    ReportVersion,
    Signal,
    StepState,
)


def status_faults() -> list[str]:
    """Rows whose status differs from their newest event."""
    faults = []
    for table in GOVERNED:
        name = table.__tablename__
        column = getattr(table, REGISTER[name].attribute)
        newest = (
            sa.select(StatusEvent.subject_id, sa.func.max(StatusEvent.id).label("id"))
            .where(StatusEvent.lifecycle == name)
            .group_by(StatusEvent.subject_id)
            .subquery()
        )
        rows = db().execute(
            sa.select(table.id, column, StatusEvent.target)
            .outerjoin(newest, newest.c.subject_id == table.id)
            .outerjoin(StatusEvent, StatusEvent.id == newest.c.id)
            .where(sa.or_(StatusEvent.target.is_(None), sa.cast(column, sa.String) != StatusEvent.target))
        )
        faults += [f"{name} {number} is {status}, its newest event says {target}" for number, status, target in rows]
    return faults


@click.command("check-data")
@with_appcontext
@needs_tables
def check_data() -> None:
    """Recompute every summary row and compare every status with its events; exit 1 when something differs."""
    faults = [
        *standings.drift(),
        *signals.drift(),
        *counting.drift(),
        *rights.drift(),
        *verifying.faults(),
        *status_faults(),
    ]
    for fault in faults:
        click.echo(fault)
    if faults:
        raise SystemExit(1)
    click.echo("Summary rows and statuses agree with the facts.")


@click.command("refresh-standings")
@with_appcontext
@needs_tables
def refresh_standings() -> None:
    """Recompute what changes today by time alone; meant for cron, shortly after midnight."""
    with transaction():
        count = standings.refresh_due()
    click.echo(f"{count} alliances recomputed.")


GROUPS = (check_data, refresh_standings)
