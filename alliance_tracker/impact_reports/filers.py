"""Who can file a report: the reporter of the region, else the coordinator; and who can sign for the core partners."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from alliance_tracker.accounts.models import RoleGrant, User
from alliance_tracker.alliances.models import Partner
from alliance_tracker.database import db
from alliance_tracker.errors import NotAllowed
from alliance_tracker.i18n import Message
from alliance_tracker.impact_reports.material import core_of
from alliance_tracker.impact_reports.models import ImpactReport
from alliance_tracker.organisations.models import Organisation
from alliance_tracker.policy import Actor, Role


@dataclass(frozen=True)
class Filers:
    """The people with an account who can submit a report, and who can sign for its core partners."""

    reporters: tuple[str, ...]
    coordinators: tuple[str, ...]
    #: Core partners for which nobody with an account can sign.
    unsigned: tuple[str, ...]

    @property
    def can_submit(self) -> bool:
        return bool(self.reporters or self.coordinators)


def filers_of(reports: Iterable[ImpactReport]) -> dict[int, Filers]:
    """For each of these reports, by its id; two statements."""
    found = list(reports)
    active = (RoleGrant.ended_at.is_(None), User.disabled_at.is_(None))
    people = list(
        db().execute(
            sa.select(
                RoleGrant.role, RoleGrant.region_code, RoleGrant.alliance_id, RoleGrant.organisation_id, User.name
            )
            .join(User, User.id == RoleGrant.user_id)
            .where(*active, RoleGrant.role.in_((Role.REPORTER, Role.COORDINATOR, Role.PARTNER)))
            .order_by(User.name, User.id)
        )
    )
    represented = {row.organisation_id for row in people if row.role is Role.PARTNER}
    core = list(
        db().execute(
            sa.select(
                Partner.alliance_id,
                Organisation.id,
                Partner.since,
                Partner.until,
                Partner.is_core,
                Organisation.name,
            )
            .join(Organisation, Organisation.id == Partner.organisation_id)
            .where(Partner.alliance_id.in_([report.alliance_id for report in found]))
            .order_by(Organisation.name_folded, Organisation.id)
        )
    )
    members: dict[int, dict[int, str]] = {}
    rows: dict[int, list[tuple[int, date, date | None, bool]]] = {}
    for alliance_id, number, since, until, is_core, name in core:
        members.setdefault(alliance_id, {})[number] = name
        rows.setdefault(alliance_id, []).append((number, since, until, is_core))

    def unsigned(report: ImpactReport) -> Iterator[str]:
        if report.alliance_id is None:
            return
        answering = core_of(rows.get(report.alliance_id, ()), date(report.year, 12, 31))
        for number, name in members.get(report.alliance_id, {}).items():
            if number in answering and number not in represented:
                yield name

    return {
        report.id: Filers(
            tuple(
                row.name
                for row in people
                if report.is_regional and row.role is Role.REPORTER and row.region_code == report.region_code
            ),
            tuple(
                row.name
                for row in people
                if row.role is Role.COORDINATOR and report.alliance_id and row.alliance_id == report.alliance_id
            ),
            tuple(unsigned(report)),
        )
        for report in found
    }


def check_submits(report: ImpactReport, actor: Actor) -> None:
    """:raise NotAllowed: a coordinator submits only where no reporter of the region can."""
    if actor.is_system or not report.is_regional or report.region_code in actor.reported_regions:
        return
    reporter = db().scalar(
        sa.select(RoleGrant.id)
        .join(User, User.id == RoleGrant.user_id)
        .where(
            RoleGrant.role == Role.REPORTER,
            RoleGrant.region_code == report.region_code,
            RoleGrant.ended_at.is_(None),
            User.disabled_at.is_(None),
        )
        .limit(1)
    )
    if reporter is not None:
        raise NotAllowed(Message("The reporter of the region submits this report."))
