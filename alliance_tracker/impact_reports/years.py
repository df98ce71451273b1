"""Opening a reporting year with everything that is expected in it; other days, excuses, and who can file at all."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker import audit, policy
from alliance_tracker.alliances.models import Alliance, AllianceStatus, PioneerMandate
from alliance_tracker.database import check_version, db, folded, lock, now, today
from alliance_tracker.errors import FieldRefused, Refused
from alliance_tracker.i18n import Message
from alliance_tracker.impact_reports.lifecycle import EXPECTED, REPORT, WITHDRAWN
from alliance_tracker.impact_reports.models import (
    ImpactReport,
    ReportExtension,
    ReportingYear,
)
from alliance_tracker.impact_reports.queries import STANDS, withdrawn_of, year_of
from alliance_tracker.impact_reports.states import PUNCTUALITY, Punctuality
from alliance_tracker.indicators.models import Catalogue, CatalogueStatus
from alliance_tracker.policy import Actor, Permission
from alliance_tracker.regions.models import Region

#: Unless the project manager chooses others: reports are due on 31 March, and read within 60 days.
DUE_MONTH, DUE_DAY = 3, 31
REVIEW_DAYS = 60
#: So many alliances are named when several answer to what was typed.
MOST_FOUND = 10


@dataclass(frozen=True)
class Opening:
    """A year to open: its due date, the days within which VLAIO reads, and its version of the catalogue."""

    year: int
    due_on: date
    catalogue_id: int
    review_days: int = REVIEW_DAYS


def years_to_open() -> list[int]:
    """The years that can be opened today, the newest last year first."""
    now_ = today().year
    opened = set(db().scalars(sa.select(ReportingYear.year)))
    return [year for year in (now_ - 1, now_, now_ - 2) if year not in opened]


def awaiting_pioneers(year: int) -> int:
    """How many regions have another pioneer by now than their untouched row says."""
    return len(_to_follow(year))


def _to_follow(year: int) -> list[tuple[ImpactReport, int]]:
    """The untouched rows of regions with another pioneer by now, and that pioneer; not one that reports already."""
    pioneers = pioneers_in(year)
    rows = db().scalars(sa.select(ImpactReport).where(ImpactReport.year == year).order_by(ImpactReport.id)).all()
    own = {row.alliance_id for row in rows if not row.is_regional and row.status is not WITHDRAWN}
    return [
        (row, wanted)
        for row in rows
        if row.is_regional
        and row.status is EXPECTED
        and (wanted := pioneers.get(row.region_code)) is not None
        and wanted not in {row.alliance_id, *own}
    ]


def default_due(year: int) -> date:
    """31 March of the year after."""
    return date(year + 1, DUE_MONTH, DUE_DAY)


def open_year(opening: Opening, *, actor: Actor) -> ReportingYear:
    """Open a reporting year: the row of each region, those without a pioneer included.

    :raise FieldRefused: it was opened, has not begun, or the due date or the catalogue does not fit.
    """
    policy.require(actor, Permission.REPORTING_MANAGE)
    _check(opening)
    row = ReportingYear(
        year=opening.year,
        catalogue_id=opening.catalogue_id,
        due_on=opening.due_on,
        review_days=opening.review_days,
        opened_on=today(),
        opened_by_id=actor.user_id,
    )
    db().add(row)
    db().flush()  # gives the year its id
    audit.record("reporting_year.opened", row, actor=actor)
    pioneers = pioneers_in(opening.year)
    for code in db().scalars(sa.select(Region.code).order_by(Region.code)):
        _expect(row, code, pioneers.get(code), is_regional=True, is_required=True, actor=actor)
    return row


def _check(opening: Opening) -> None:
    if year_of(opening.year) is not None:
        raise FieldRefused("year", Message("The reporting year %(year)s is open already.", year=str(opening.year)))
    if not today().year - 2 <= opening.year <= today().year:
        raise FieldRefused("year", Message("Choose this year or one of the two before it."))
    if opening.due_on <= date(opening.year, 12, 31):
        raise FieldRefused("due_on", Message("Reports are due after the year is over."))
    catalogue = db().get(Catalogue, opening.catalogue_id)
    if catalogue is None or catalogue.status is not CatalogueStatus.PUBLISHED:
        raise FieldRefused("catalogue_id", Message("Choose a published version of the catalogue."))


def pioneers_in(year: int) -> dict[str, int]:
    """The alliance that reports for each region over a year: its pioneer on the last day of the year, or the last one
    before that day; of a year that still runs, on this day.
    """
    last = min(date(year, 12, 31), today())
    rows = db().execute(
        sa.select(PioneerMandate.region_code, PioneerMandate.alliance_id)
        .where(
            PioneerMandate.since <= last,
            sa.or_(PioneerMandate.until.is_(None), PioneerMandate.until >= date(year, 1, 1)),
        )
        .order_by(PioneerMandate.since, PioneerMandate.id)
    )
    return {code: alliance_id for code, alliance_id in rows}  # noqa: C416  # rows are not pairs to mypy


def _expect(
    year: ReportingYear,
    region_code: str,
    alliance_id: int | None,
    *,
    is_regional: bool,
    is_required: bool,
    actor: Actor,
) -> ImpactReport:
    report = ImpactReport(
        reporting_year_id=year.id,
        year=year.year,
        region_code=region_code,
        alliance_id=alliance_id,
        is_regional=is_regional,
        is_required=is_required,
        status=EXPECTED,
        due_on=year.due_on,
        first_due_on=year.due_on,
    )
    db().add(report)
    db().flush()  # gives the report its id
    REPORT.start(report, actor=actor)
    return report


def expect(alliance: Alliance, year: int, *, is_required: bool, actor: Actor) -> ImpactReport:
    """Let an alliance that is no pioneer report: because it wants to, or because VLAIO asks for it.

    What it withdrew before is taken up again, with its words.

    :raise Refused: the year is not open, the alliance reports already, is not active, or did not exist then.
    """
    permission = Permission.REPORTING_MANAGE if is_required else Permission.REPORT_WRITE
    policy.require(actor, permission, alliance)
    opened = year_of(year)
    if opened is None:
        raise Refused(Message("The reporting year %(year)s is not open.", year=str(year)))
    lock(opened)  # two people who begin at the same moment come one after the other
    if db().scalar(
        sa.select(ImpactReport.id).where(ImpactReport.alliance_id == alliance.id, ImpactReport.year == year, STANDS)
    ):
        raise Refused(Message("There is a report of this alliance for this year already."))
    if alliance.status not in {AllianceStatus.ACTIVE, AllianceStatus.PAUSED}:
        raise Refused(Message("Only an alliance that works reports."))
    if alliance.founded_on is None or alliance.founded_on.year > year:
        raise Refused(Message("This alliance did not exist in %(year)s.", year=str(year)))
    waiting = next((row for row, pioneer_id in _to_follow(year) if pioneer_id == alliance.id), None)
    if waiting is not None:  # its region has a pioneer by now: the alliance reports for the region
        _assign(waiting, alliance.id, actor)
        return waiting
    former = withdrawn_of(alliance.id, year)
    if former is not None:
        REPORT.apply(former, "ask_again" if is_required else "rejoin", actor=actor)
        former.is_required, former.due_on = is_required, opened.due_on
        return former
    return _expect(opened, alliance.region_code, alliance.id, is_regional=False, is_required=is_required, actor=actor)


def ask_alliance(alliance: Alliance, year: int, *, reason: str, actor: Actor) -> ImpactReport:
    """Ask an alliance that is no pioneer for its report; the reason stays visible.

    :raise FieldRefused: there is no reason.
    :raise Refused: as `expect`.
    """
    policy.require(actor, Permission.REPORTING_MANAGE, alliance)
    if not reason:
        raise FieldRefused("reason", Message("Give a reason: it stays visible."))
    report = expect(alliance, year, is_required=True, actor=actor)
    audit.record("impact_report.required", report, actor=actor, reason=reason)
    return report


def candidates(year: int, words: str) -> list[Alliance]:
    """Alliances that could be asked for a report over a year, by a part of their name or by their slug.

    The first `MOST_FOUND` and one more, if there are more; the one that is called exactly so comes first.
    """
    wanted = folded(words)
    if not wanted:
        return []
    has_row = sa.exists().where(ImpactReport.alliance_id == Alliance.id, ImpactReport.year == year, STANDS)
    is_exact = sa.or_(Alliance.slug == words.strip().lower(), Alliance.name_folded == wanted)
    found = (
        sa.select(Alliance)
        .where(
            Alliance.status.in_((AllianceStatus.ACTIVE, AllianceStatus.PAUSED)),
            Alliance.founded_on <= date(year, 12, 31),
            sa.or_(is_exact, Alliance.name_folded.contains(wanted, autoescape=True)),
            ~has_row,
        )
        .options(selectinload(Alliance.region))
        .order_by(is_exact.desc(), Alliance.name_folded, Alliance.id)
        .limit(MOST_FOUND + 1)
    )
    return list(db().scalars(found))


def choose(year: int, words: str, chosen: int | None) -> Alliance:
    """The alliance that somebody means by these words, or chose among those that they fit.

    :raise FieldRefused: none is called so, or several are.
    """
    found = candidates(year, words)
    if chosen is not None:
        found = [each for each in found if each.id == chosen]
    exact = [each for each in found if words.strip().lower() == each.slug or folded(words) == each.name_folded]
    if len(exact) == 1 or len(found) == 1:
        return (exact or found)[0]
    if not found:
        sentence = Message("No alliance that works and has no report of %(year)s is called so.", year=str(year))
    elif len(found) > MOST_FOUND:
        sentence = Message("More than %(n)s alliances are called so: type more of the name.", n=MOST_FOUND)
    else:
        sentence = Message("Several alliances are called so: choose one.")
    raise FieldRefused("alliance", sentence)


def withdraw(report: ImpactReport, *, actor: Actor) -> None:
    """Take back the wish of an alliance to report of its own accord; what it wrote is kept for when it joins again.

    :raise TransitionRefused: VLAIO asks the report, or it was submitted.
    """
    policy.require(actor, Permission.REPORT_WRITE, report)
    lock(report)
    REPORT.apply(report, "withdraw", actor=actor)


def follow_mandates(year: int, *, actor: Actor) -> int:
    """Give regions that have a pioneer by now their alliance, where nothing was written yet; the number of them."""
    policy.require(actor, Permission.REPORTING_MANAGE)
    found = _to_follow(year)
    for row, pioneer_id in found:
        _assign(row, pioneer_id, actor)
    return len(found)


def _assign(report: ImpactReport, alliance_id: int, actor: Actor) -> None:
    report.alliance_id = alliance_id
    audit.record("impact_report.assigned", report, actor=actor, alliance_id=alliance_id)


# Other days and excuses ----------------------------------------------------------------------------------------------


def extend(report: ImpactReport, to: date, *, reason: str, drawn_from: int | None = None, actor: Actor) -> None:
    """Move the due date of one report, or the day by which a returned one is to be mended; late stays late.

    :raise FieldRefused: the new day is not later, or there is no reason.
    :raise Refused: it was submitted already, and was not returned.
    """
    policy.require(actor, Permission.REPORTING_MANAGE, report)
    lock(report)
    check_version(report, drawn_from)
    if report.submitted_on is not None and not report.is_to_mend:
        raise Refused(Message("This report was submitted already."))
    if to <= report.owed_by:
        raise FieldRefused("on", Message("Choose a day after %(on)s.", on=report.owed_by))
    if not reason:
        raise FieldRefused("reason", Message("Give a reason: it stays visible."))
    _move(report, to, reason, actor)


def _move(report: ImpactReport, to: date, reason: str, actor: Actor) -> None:
    was_overdue = PUNCTUALITY.of(report, today()) is Punctuality.OVERDUE
    db().add(
        ReportExtension(
            alliance_id=report.alliance_id,
            report_id=report.id,
            old_on=report.owed_by,
            new_on=to,
            reason=reason,
            was_overdue=was_overdue,
            extended_by_id=actor.user_id,
            extended_at=now(),
        )
    )
    if report.is_to_mend:
        report.mend_by = to
    else:
        report.due_on = to
    report.was_late = report.was_late or was_overdue
    audit.record("impact_report.extended", report, actor=actor, reason=reason)


def move_year(year: ReportingYear, to: date, *, reason: str, drawn_from: int | None = None, actor: Actor) -> int:
    """Move the due date of a whole year, with every report that was not submitted yet; the number of those.

    A report that has a later day of its own keeps it.

    :raise FieldRefused: the day is the same, lies in the year itself, is an earlier one that is over; or no reason.
    """
    policy.require(actor, Permission.REPORTING_MANAGE)
    lock(year)
    check_version(year, drawn_from)
    former = year.due_on
    if to == former:
        raise FieldRefused("on", Message("Reports are due on that day already."))
    if to <= date(year.year, 12, 31):
        raise FieldRefused("on", Message("Reports are due after the year is over."))
    if to < former and to < today():
        raise FieldRefused("on", Message("An earlier due date cannot lie in the past: nobody can be in time then."))
    if not reason:
        raise FieldRefused("reason", Message("Give a reason: it stays visible."))
    year.due_on = to
    waiting = sa.select(ImpactReport).where(
        ImpactReport.reporting_year_id == year.id,
        ImpactReport.submitted_on.is_(None),
        sa.or_(ImpactReport.due_on == former, ImpactReport.due_on < to),
        STANDS,
    )
    found = db().scalars(waiting.order_by(ImpactReport.id).with_for_update()).all()
    for report in found:
        _move(report, to, reason, actor)
    audit.record("reporting_year.moved", year, actor=actor, reason=reason)
    return len(found)


def excuse(report: ImpactReport, *, reason: str, drawn_from: int | None = None, actor: Actor) -> None:
    """Ask no report of a region for this year; it may still file one.

    :raise FieldRefused: there is no reason.
    :raise Refused: nothing is asked already, or it was submitted.
    """
    policy.require(actor, Permission.REPORTING_MANAGE, report)
    lock(report)
    check_version(report, drawn_from)
    if not report.is_required or report.submitted_on is not None:
        raise Refused(Message("No report is asked here, or it was submitted already."))
    if not reason:
        raise FieldRefused("reason", Message("Give a reason: it stays visible."))
    report.is_required, report.excuse_reason = False, reason
    audit.record("impact_report.excused", report, actor=actor, reason=reason)


def ask(report: ImpactReport, *, drawn_from: int | None = None, actor: Actor) -> None:
    """Ask the report after all, also of an alliance that wanted to file one by itself.

    :raise Refused: it is asked already.
    """
    policy.require(actor, Permission.REPORTING_MANAGE, report)
    lock(report)
    check_version(report, drawn_from)
    if report.is_required:
        raise Refused(Message("This report is asked already."))
    report.is_required, report.excuse_reason = True, ""
    audit.record("impact_report.asked", report, actor=actor)
