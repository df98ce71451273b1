"""The draft of a report: begun, written section by section, and refreshed with what was logged since."""

from collections.abc import Iterable
from dataclasses import dataclass

from alliance_tracker import audit, policy
from alliance_tracker.alliances.service import check_accounts
from alliance_tracker.database import check_version, db, lock, now
from alliance_tracker.errors import Refused
from alliance_tracker.i18n import Counted, Message
from alliance_tracker.impact_reports import writing, written
from alliance_tracker.impact_reports.lifecycle import REPORT
from alliance_tracker.impact_reports.material import Gap, Material
from alliance_tracker.impact_reports.models import ImpactReport, ReportSection, SectionKey
from alliance_tracker.impact_reports.partners import Answer, AnswerKind, answers_of
from alliance_tracker.impact_reports.queries import sections_of
from alliance_tracker.impact_reports.writing import DraftSection
from alliance_tracker.policy import Actor, Permission

#: A narrative of more signs than this is no narrative.
LONGEST = 20_000


def begin(report: ImpactReport, *, actor: Actor) -> None:
    """Begin a report: every section writes itself from what was logged. Words from before it was withdrawn stay.

    :raise TransitionRefused: it was begun already, or its region has no pioneer.
    """
    policy.require(actor, Permission.REPORT_WRITE, report)
    lock(report)
    REPORT.apply(report, "begin", actor=actor)
    material = writing.material_of(report)
    check_accounts(material.alliance, report.year)
    rows = sections_of(report.id)
    for key, found in writing.write(material).items():
        if (row := rows.get(key)) is not None:
            row.figures, row.refreshed_at = written.written(found.figures), now()
            continue
        db().add(
            ReportSection(
                alliance_id=material.alliance.id,
                report_id=report.id,
                section=key,
                figures=written.written(found.figures),
                refreshed_at=now(),
            )
        )
    db().flush()  # the sections get their ids


def write(section: ReportSection, report: ImpactReport, narrative: str, *, drawn_from: int, actor: Actor) -> None:
    """Save the words of one section; a draft is saved as it is typed, so saving what is there already does nothing.

    :raise EditConflict: somebody else wrote in this section meanwhile.
    :raise Refused: the report cannot be written now.
    """
    _hold(report, actor)
    lock(section)
    if section.narrative == narrative:
        return
    check_version(section, drawn_from)
    if len(narrative) > LONGEST:
        raise Refused(Message("This is too long: keep it below %(n)s signs.", n=LONGEST))
    section.narrative, section.edited_by_id, section.edited_at = narrative, actor.user_id, now()
    audit.record("report_section.written", section, actor=actor)


def refresh(report: ImpactReport, keys: Iterable[SectionKey], *, actor: Actor) -> int:
    """Take over what was logged since, in these sections; the number of sections that changed."""
    _hold(report, actor)
    material, wanted, rows = writing.material_of(report), set(keys), sections_of(report.id)
    changed = 0
    for key, found in writing.write(material).items():
        row = rows.get(key)
        if key not in wanted or row is None:
            continue
        lock(row)
        figures = written.written(found.figures)
        changed += row.figures != figures
        row.figures, row.refreshed_at = figures, now()
    audit.record("impact_report.refreshed", report, actor=actor, sections=sorted(wanted))
    return changed


def _hold(report: ImpactReport, actor: Actor) -> None:
    policy.require(actor, Permission.REPORT_WRITE, report)
    check_accounts(writing.material_of(report).alliance, report.year)
    lock(report)
    if not report.is_editable:
        raise Refused(Message("This report cannot be written now: it is “%(state)s”.", state=report.status.label))


# The checklist -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Point:
    """One line of the checklist, with the page where it is mended."""

    sentence: Message
    section: SectionKey | None
    address: str = ""


@dataclass(frozen=True)
class Checklist:
    """What stands in the way of submission, and what deserves a look; and each core partner's answer."""

    errors: tuple[Point, ...]
    warnings: tuple[Point, ...]
    answers: tuple[Answer, ...]

    @property
    def can_submit(self) -> bool:
        return not self.errors


def checklist(material: Material, sections: Iterable[DraftSection]) -> Checklist:
    """The checklist of a draft as it stands now."""
    found = list(sections)
    gaps = [(section.key, gap) for section in found for gap in section.gaps]
    answers = answers_of(material)
    errors = [_point(key, gap) for key, gap in gaps if gap.blocks]
    if any(section.must_have_words and section.lacks_words for section in found):
        errors.append(Point(Message("Tell the year in your own words, in a few sentences."), SectionKey.SUMMARY))
    if not material.is_over:
        errors.append(Point(Message("The year is not over yet."), None))
    warnings = [_point(key, gap) for key, gap in gaps if not gap.blocks]
    warnings += [
        Point(Message("“%(section)s” has no words of yours.", section=section.key.label), section.key)
        for section in found
        if section.lacks_words and not section.must_have_words
    ]
    stale = [section for section in found if section.changes]
    if stale:
        warnings.append(
            Point(
                Counted(
                    "%(n)s section does not hold what was logged since. Refresh it, or submit it as it is.",
                    "%(n)s sections do not hold what was logged since. Refresh them, or submit them as they are.",
                    n=len(stale),
                ),
                stale[0].key,
            )
        )
    warnings += [
        Point(Message("%(name)s refused to sign its account.", name=answer.name), SectionKey.COMMITMENTS)
        for answer in answers
        if answer.kind is AnswerKind.REFUSED
    ]
    return Checklist(tuple(errors), tuple(warnings), tuple(answers))


def _point(key: SectionKey, gap: Gap) -> Point:
    return Point(gap.sentence, key, gap.address)
