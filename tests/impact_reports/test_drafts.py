"""The draft writes itself from what was logged, tells what is missing, and is refreshed with what came since."""

from datetime import date

from flask import Flask

from alliance_tracker.alliances import service as alliances
from alliance_tracker.database import transaction
from alliance_tracker.impact_reports import drafts, queries, writing, years
from alliance_tracker.impact_reports.models import SectionKey
from alliance_tracker.policy import SYSTEM
from tests.builders import make_alliance, make_full_helix


def test_first(context: Flask) -> None:
    alliance = make_alliance(accepted_on=date(2025, 1, 15))
    make_full_helix(alliance)
    with transaction():
        alliances.give_mandate(alliance, since=date(2025, 2, 1), until=None, task="Trekken.", actor=SYSTEM)
    with transaction():
        year = years.open_year(years.Opening(2025, date(2026, 12, 31), 1), actor=SYSTEM)
    report = queries.report_of(alliance.id, 2025)
    assert report is not None
    assert len(queries.reports_in(2025)) == 15
    with transaction():
        drafts.begin(report, actor=SYSTEM)
    report = queries.report_of(alliance.id, 2025)
    material = writing.material_of(report)
    draft = writing.draft_of(material, queries.sections_of(report.id))
    assert [s.key for s in draft] == list(SectionKey)
    assert [s.changes for s in draft if s.changes] == []
    for s in draft:
        print(s.key, len(s.figures.blocks), [str(g.sentence) for g in s.gaps])
    print(drafts.checklist(material, draft))
