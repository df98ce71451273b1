"""The draft writes itself: each section from what was logged, what is missing, and what a refresh would change."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from alliance_tracker.alliances.models import Alliance
from alliance_tracker.database import BRUSSELS, db
from alliance_tracker.impact_reports import (
    about_agreements,
    about_goals,
    about_money,
    about_next_year,
    about_plan,
    about_region,
    about_summary,
    about_work,
    differing,
    written,
)
from alliance_tracker.impact_reports.blocks import Figures
from alliance_tracker.impact_reports.differing import Change
from alliance_tracker.impact_reports.material import Gap, Material, Written
from alliance_tracker.impact_reports.models import ImpactReport, ReportSection, SectionKey

WRITERS: Mapping[SectionKey, Callable[[Material], Written]] = {
    SectionKey.SUMMARY: about_summary.summary,
    SectionKey.GOALS: about_goals.goals,
    SectionKey.REACH: about_goals.reach,
    SectionKey.PILOTS: about_work.pilots,
    SectionKey.NETWORK: about_work.network,
    SectionKey.COMMITMENTS: about_agreements.commitments,
    SectionKey.FINANCES: about_money.finances,
    SectionKey.LESSONS: about_work.lessons,
    SectionKey.PLAN: about_plan.plan,
    SectionKey.REGION: about_region.region,
    SectionKey.NEXT_YEAR: about_next_year.next_year,
}

#: Sections that ask for words of the reporter; in the others words are welcome.
ASKED = frozenset({SectionKey.SUMMARY, SectionKey.GOALS, SectionKey.LESSONS, SectionKey.NEXT_YEAR})


def material_of(report: ImpactReport) -> Material:
    """What a report is written from; `report` came from `queries.report_by_id` and has an alliance."""
    assert report.alliance_id is not None  # noqa: S101  # a report without an alliance is not written
    return Material(report, db().get_one(Alliance, report.alliance_id))


def sections_of(material: Material) -> tuple[SectionKey, ...]:
    """The sections of a report, in their order: the spreading in the region is a pioneer's."""
    is_pioneer = material.report.is_regional or about_region.is_pioneer(material)
    return tuple(key for key in SectionKey if key is not SectionKey.REGION or is_pioneer)


def write(material: Material) -> dict[SectionKey, Written]:
    """Every section as it writes itself now."""
    return {key: WRITERS[key](material) for key in sections_of(material)}


#: Letters that show nothing, though Unicode counts them among letters and signs.
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def says_something(text: str) -> bool:
    """Whether a reader sees anything of it: not only spaces, joiners and other signs without a shape."""
    return any(
        not each.isspace() and each not in _BLANKS and unicodedata.category(each)[0] not in "CZM" for each in text
    )


@dataclass(frozen=True)
class DraftSection:
    """A section of the draft: what it holds, what it lacks, and what a refresh would change."""

    row: ReportSection
    figures: Figures
    gaps: tuple[Gap, ...]
    changes: tuple[Change, ...]

    @property
    def key(self) -> SectionKey:
        return self.row.section

    @property
    def read_on(self) -> date:
        """The day on which its figures were read from the log."""
        return self.row.refreshed_at.astimezone(BRUSSELS).date()

    @property
    def is_asked(self) -> bool:
        return self.key in ASKED

    @property
    def lacks_words(self) -> bool:
        return self.is_asked and not self.has_words

    @property
    def has_words(self) -> bool:
        return says_something(self.row.narrative)

    @property
    def must_have_words(self) -> bool:
        """Without words of this section the report cannot be submitted."""
        return self.key is SectionKey.SUMMARY


def draft_of(material: Material, rows: Mapping[SectionKey, ReportSection]) -> tuple[DraftSection, ...]:
    """The sections of a draft beside what was logged since."""
    live = write(material)
    return tuple(
        DraftSection(
            rows[key],
            held := written.read(rows[key].figures),
            now.gaps,
            tuple(differing.changes(held, now.figures)),
        )
        for key, now in live.items()
        if key in rows
    )
