"""The history tells people who did what to what, and why, in their language, and nothing that did not happen."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import sqlalchemy.orm
from flask import Flask

from alliance_tracker import audit
from alliance_tracker.activities import service as log_service
from alliance_tracker.activities.models import LogKind
from alliance_tracker.alliances import partners, succession
from alliance_tracker.alliances import service as alliances
from alliance_tracker.alliances.models import Alliance, Partner, PartnerRoleKind
from alliance_tracker.alliances.succession import Succession
from alliance_tracker.audit import GENESIS, Audited, AuditEntry, AuditHead
from alliance_tracker.database import Base, db, transaction
from alliance_tracker.demo import story
from alliance_tracker.i18n import in_language, shown
from alliance_tracker.organisations import service as organisations
from alliance_tracker.policy import SYSTEM, Actor, Role
from alliance_tracker.rollout import milestones, phases, places
from alliance_tracker.rollout.models import Milestone, MilestoneStatus, PhaseLetter
from alliance_tracker.stappenplan import flags, own_criteria, queries, service
from alliance_tracker.stappenplan.models import Criterion, CriterionState, FlagKind, OwnCriterion, Step
from alliance_tracker.web import history
from alliance_tracker.web.history_words import FIELDS, ROWS, SENTENCES, WITH
from tests.builders import actor_of, make_actor, make_alliance, make_organisation, make_partner, make_user, municipality
from tests.stappenplan.network import complete

FREE = "existing-initiatives-used"
FREE_WORDS = "Existing initiatives such as STEMhub (VLAIO), STEM-pact (VOKA) and the STEM-gangmakers were used"


@pytest.fixture(autouse=True)
def noon(freeze: Any) -> None:
    freeze(datetime(2026, 11, 21, 11, tzinfo=UTC))


def told(alliance: Alliance, language: str = "en") -> list[history.Happening]:
    """The history of an alliance, oldest first, all of it."""
    with in_language(language):
        return _all(alliance)


def _all(alliance: Alliance) -> list[history.Happening]:
    found: list[history.Happening] = []
    number = 1
    while True:
        page = history.of_alliance(alliance.id, number)
        found += page.happenings
        if number >= page.last_number:
            return found[::-1]
        number += 1


def said(alliance: Alliance) -> list[str]:
    with in_language("en"):
        return [str(h.sentence) for h in told(alliance)]


def values(happening: history.Happening) -> dict[str, tuple[str, str]]:
    return {shown(change.field): (change.before, change.after) for change in happening.changes}


def coordinator(alliance: Alliance) -> Actor:
    return actor_of(make_user(Role.COORDINATOR, name="Cas", alliance_id=alliance.id))


# Every sentence names its object -----------------------------------------------------------------------------------


def test_a_decision_on_a_criterion_is_one_entry_that_names_it_in_the_readers_language(context: Flask) -> None:
    alliance = make_alliance()
    actor = coordinator(alliance)
    with transaction():
        service.meet(alliance, FREE, note="Zie het verslag.", actor=actor)
    about = [sentence for sentence in said(alliance) if "criterion" in sentence]
    assert len(about) == 1
    assert about[0].startswith(f"Cas set the criterion “{FREE_WORDS}")
    assert about[0].endswith("” to met")
    with in_language("nl"):
        assert "Bestaande initiatieven" in str(told(alliance)[-1].sentence)
    last = told(alliance)[-1]
    assert last.reason == "Zie het verslag."
    assert "existing" not in str([change.before + change.after for change in last.changes])


@pytest.mark.parametrize(("verb", "words"), [("waive", "waived the criterion “Exist"), ("reopen", "reopened the crit")])
def test_waiving_and_reopening_name_the_criterion(context: Flask, verb: str, words: str) -> None:
    alliance = make_alliance()
    actor = coordinator(alliance)
    with transaction():
        service.waive(alliance, FREE, reason="Past niet.", actor=actor)
    if verb == "reopen":
        with transaction():
            service.reopen(alliance, FREE, reason="Toch wel.", actor=actor)
    assert words in said(alliance)[-1]
    with in_language("en"):
        before, after = values(told(alliance)[-1])["status"]
    assert (before, after) == (("open", "waived") if verb == "waive" else ("waived", "open"))


def test_an_own_criterion_is_named_by_the_words_of_its_own_alliance(context: Flask) -> None:
    both = [make_alliance("Een"), make_alliance("Twee")]
    for alliance, name in zip(both, ("Wij hebben een clubhuis", "Wij hebben een bus"), strict=True):
        actor = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
        with transaction():
            own_criteria.add(alliance, 1, name=name, is_required=False, actor=actor)
        with transaction():
            service.meet(alliance, "own-1", actor=actor)
        sentences = said(alliance)
        assert any(f"own criterion “{name}” to step 1, “Identify" in sentence for sentence in sentences)
        assert f"the criterion “{name}” to met" in sentences[-1]


def test_completing_a_step_is_one_entry_that_names_it(context: Flask) -> None:
    alliance = make_alliance()
    complete(alliance, make_actor(Role.COORDINATOR, alliance_id=alliance.id), 1)
    about = [sentence for sentence in said(alliance) if "step 1" in sentence]
    assert len(about) == 1
    assert "completed step 1, “Identify the parties involved”" in about[0]


def test_a_remark_names_the_criterion_or_the_step_that_lacks_one(context: Flask) -> None:
    alliance = make_alliance()
    actor = coordinator(alliance)
    for key in (FREE, None):
        with transaction():
            flags.raise_flag(
                alliance, step_key="build-network", criterion_key=key, kind=FlagKind.UNCLEAR, remark="Hoe?", actor=actor
            )
    assert f"a remark on the criterion “{FREE_WORDS}" in said(alliance)[-2]
    assert "a remark on step 3, “Build a network”" in said(alliance)[-1]


def test_a_milestone_is_one_entry_that_names_it_and_its_place(context: Flask) -> None:
    alliance = make_alliance("Kempen STEM")
    with transaction():
        milestones.record(
            milestones.by_key("partners-decide"),
            places.of_alliance(alliance),
            status=MilestoneStatus.DONE,
            done_on=date(2026, 3, 1),
            actor=SYSTEM,
        )
    about = [h for h in told(alliance) if "milestone" in english(h)]
    name = db().get_one(Milestone, "partners-decide").name_en
    assert len(about) == 1
    with in_language("en"):
        assert str(about[0].sentence) == f"The system recorded the milestone “{name}” as done for Kempen STEM"
        assert values(about[0])["status"] == ("not done", "done")
        assert "expected on" not in values(about[0])


def english(happening: history.Happening) -> str:
    return happening.sentence.text


def test_a_milestone_of_flanders_is_named_in_the_readers_language(context: Flask) -> None:
    with transaction():
        row = milestones.record(
            milestones.by_key("action-plan"),
            places.FLANDERS,
            status=MilestoneStatus.DONE,
            done_on=date(2026, 3, 1),
            actor=SYSTEM,
        )
    with in_language("en"):
        (only,) = history.of_subject("milestone_record", row.id).happenings
        assert str(only.sentence).endswith("as done for Flanders")


def test_the_working_area_names_who_entered_and_who_left(context: Flask) -> None:
    alliance = make_alliance()
    wanted = [municipality("Mol").id]
    with transaction():
        alliances.work_in(alliance, wanted, since=date(2026, 5, 1), actor=SYSTEM, version=alliance.version)
    assert "The system took Mol into the working area" in said(alliance)
    assert any(re.fullmatch(r"The system took \w+ out of the working area", sentence) for sentence in said(alliance))


def test_a_mandate_without_an_end_says_nothing_of_an_end(context: Flask) -> None:
    alliance = make_alliance()
    with transaction():
        alliances.give_mandate(alliance, task="Trekken", since=date(2026, 5, 1), until=None, actor=SYSTEM)
    with in_language("en"):
        last = told(alliance)[-1]
        assert str(last.sentence) == "The system gave the pioneer mandate of Kempen"
        assert values(last).keys() == {"task", "since"}


def test_a_log_entry_that_bears_on_nothing_says_nothing_of_it_and_names_who_was_there(context: Flask) -> None:
    alliance = make_alliance()
    partner = make_partner(alliance, make_organisation("Hidrodoe vzw"))
    actor = coordinator(alliance)
    with transaction():
        draft = log_service.Draft(LogKind.MEETING, date(2026, 11, 1), "Overleg.", frozenset({partner.id}))
        log_service.log(alliance, draft, actor=actor)
    with in_language("en"):
        last = told(alliance)[-1]
        assert str(last.sentence) == "Cas logged for 1 November 2026: meeting"
        assert values(last) == {"text": ("", "Overleg."), "present": ("", "Hidrodoe vzw")}


def test_a_role_that_ends_is_named(context: Flask) -> None:
    alliance = make_alliance()
    partner = make_partner(alliance, make_organisation("Hidrodoe"), roles=[PartnerRoleKind.HOST])
    with transaction():
        partners.edit(
            db().get_one(Partner, partner.id, options=PARTNER, populate_existing=True),
            is_core=False,
            roles=[],
            responsibility="",
            gain="",
            more_pillars={},
            contact={},
            version=partner.version,
            actor=SYSTEM,
        )
    with in_language("en"):
        last = told(alliance)[-1]
        assert "Hidrodoe" in str(last.sentence)
        assert values(last) == {"until (host of activities)": ("", "21 November 2026")}


PARTNER = [
    sa.orm.selectinload(Partner.roles),
    sa.orm.selectinload(Partner.pillars),
    sa.orm.selectinload(Partner.organisation),
]


# True at its time --------------------------------------------------------------------------------------------------


def test_the_first_move_of_phase_is_one_entry_from_the_phase_before(context: Flask) -> None:
    alliance = make_alliance()
    with transaction():
        phases.decide(alliance, PhaseLetter.B, on=date(2026, 6, 1), actor=SYSTEM, reason="Rijp.", in_spite=True)
    about = [h for h in told(alliance) if "phase" in english(h)]
    assert len(about) == 1
    with in_language("en"):
        assert str(about[0].sentence) == "The system moved the alliance from phase A to phase B"
        assert values(about[0])["phase"] == ("A · decision", "B · trial")
    assert about[0].reason == "Rijp."


@pytest.mark.parametrize(
    ("decision", "words"),
    [
        (Succession.INHERIT, "that Oud merged into Nieuw, which takes over its partnership"),
        (Succession.END, "that Oud merged into Nieuw, and that its partnership ended"),
    ],
)
def test_a_merger_names_the_successor_and_what_became_of_the_partnership(
    context: Flask, decision: Succession, words: str
) -> None:
    alliance, old, new = make_alliance(), make_organisation("Oud"), make_organisation("Nieuw")
    partner = make_partner(alliance, old)
    with transaction():
        succession.merge(old, new, {partner.id: decision}, on=date(2026, 6, 1), reason="Fusie.", actor=SYSTEM)
    with transaction():
        organisations.rename(new, name="Later", on=date(2026, 11, 21), reason="Anders.", actor=SYSTEM)
    assert f"The system recorded {words}" in said(alliance)
    successor = "The system admitted Nieuw as a partner, as the successor of Oud"
    assert (successor in said(alliance)) == (decision is Succession.INHERIT)
    with in_language("en"):
        newest = history.of_subject("organisation", old.id).happenings[0]
        assert str(newest.sentence) == "The system recorded that the organisation Oud merged into Nieuw"


def test_the_end_of_a_closed_organisation_says_why_the_partnership_ended(context: Flask) -> None:
    alliance, old = make_alliance(), make_organisation("Oud")
    make_partner(alliance, old)
    with transaction():
        succession.close(old, on=date(2026, 6, 1), reason="Stopt.", actor=SYSTEM)
    assert said(alliance)[-1] == "The system recorded that Oud closed, and that its partnership ended"


# Of a step ---------------------------------------------------------------------------------------------------------


def test_the_history_of_a_step_holds_the_decisions_on_its_criteria(context: Flask) -> None:
    alliance = make_alliance()
    actor = coordinator(alliance)
    with transaction():
        service.meet(alliance, FREE, note="Klaar.", actor=actor)
    (line,) = queries.history_of_step(alliance.id, "identify-partners")
    with in_language("en"):
        assert (str(line.what), line.who, line.reason) == ("met", "Cas", "Klaar.")
        assert str(line.criterion).startswith(FREE_WORDS)
    assert queries.history_of_step(alliance.id, "build-network") == ()
    (alone,) = queries.history_of_criterion(alliance.id, FREE)
    assert alone.criterion is None


# Entries of before -------------------------------------------------------------------------------------------------


def write(action: str, table: str, key: Any, alliance: Alliance, changes: Any, **facts: Any) -> None:
    """An entry as an earlier release wrote it, at the end of the chain."""
    head = db().get(AuditHead, 1)
    previous = head.last_hash if head else GENESIS
    assert head is not None
    row = AuditEntry(
        id=head.last_id + 1,
        at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=1),
        actor_id=None,
        action=action,
        subject_type=table,
        subject_id=str(key),
        alliance_id=alliance.id,
        reason="",
        changes=changes,
        facts=facts,
        previous_hash=previous,
    )
    row.hash = audit.digest(row)
    db().add(row)
    head.last_id, head.last_hash = row.id, row.hash


def test_an_entry_that_kept_no_names_is_told_by_its_row_and_the_chain_still_holds(context: Flask) -> None:
    alliance = make_alliance()
    with transaction():
        state = service.meet(alliance, FREE, actor=coordinator(alliance))
    with transaction():
        write("criterion_state.meet", "criterion_state", state.id, alliance, {"note": [None, None]})
    assert f"The system set the criterion “{FREE_WORDS}" in said(alliance)[-1]
    assert told(alliance)[-1].changes == ()
    assert audit.verify(db()).broken_id is None


def test_an_entry_of_before_marks_a_personal_value_only_where_it_may_have_changed(context: Flask) -> None:
    alliance = make_alliance()
    partner = make_partner(alliance, make_organisation("Oud"))
    empty = [None, None]
    with transaction():
        write(
            "partner.admitted",
            "partner",
            partner.id,
            alliance,
            {"contact_email": empty, "since": [None, "2026-01-01"]},
            organisation="Oud",
        )
        write("partner.edited", "partner", partner.id, alliance, {"contact_email": empty}, organisation="Oud")
    admitted, edited = told(alliance)[-2:]
    assert [change.is_secret for change in admitted.changes] == [False]
    assert [change.is_secret for change in edited.changes] == [True]


# Of everything -----------------------------------------------------------------------------------------------------


def test_no_name_that_a_table_gives_its_rows_is_personal_or_misspelt() -> None:
    for mapper in Base.registry.mappers:
        kind = mapper.class_
        if issubclass(kind, Audited):
            assert set(kind.__named_by__) <= {column.key for column in mapper.column_attrs}, kind
            assert not set(kind.__named_by__) & kind.__personal__, kind


def test_a_sentence_with_more_facts_belongs_to_a_sentence_and_asks_for_that_fact() -> None:
    for action, found in WITH.items():
        assert action in SENTENCES
        for fact, sentence in found:
            assert f"%({fact})s" in sentence.text or fact in {"taken_over_by", "closed", "unasked"}


def test_a_page_takes_as_many_statements_for_many_entries_as_for_few(context: Flask, statements: list[str]) -> None:
    few, many = make_alliance("Een"), make_alliance("Twee")
    for alliance, keys in ((few, [FREE]), (many, [FREE, "young-people-heard", "learning-in-context", "mutual-visits"])):
        actor = make_actor(Role.COORDINATOR, alliance_id=alliance.id)
        for key in keys:
            with transaction():
                service.meet(alliance, key, actor=actor)
    history.of_alliance(few.id)  # what is asked once in a process is asked now
    counts = []
    for alliance in (few, many):
        statements.clear()
        history.of_alliance(alliance.id)
        counts.append(len(statements))
    assert counts[1] <= counts[0]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_history_of_the_demonstration_names_everything_and_holds_no_bare_key(app: Flask, language: str) -> None:
    with app.app_context():
        story.tell()
    with app.test_request_context("/"), in_language(language):
        columns = (Criterion.key, OwnCriterion.key, Milestone.key, Step.key)
        keys = {key for column in columns for key in db().scalars(sa.select(column)) if "-" in key}
        bare = re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, sorted(keys)))})(?![\w-])")
        named = {
            "criterion_state": ("“",),
            "step_state": ("“",),
            "milestone_record": ("“",),
            "working_area": tuple(db().scalars(sa.text("SELECT name FROM municipality"))),
        }
        assert db().scalar(sa.select(sa.func.count()).select_from(CriterionState))
        for alliance in db().scalars(sa.select(Alliance)).all():
            kinds = dict(db().execute(sa.select(AuditEntry.id, AuditEntry.subject_type)).all())
            for happening in told(alliance, language):
                sentence = str(happening.sentence)
                words = [sentence, *(f"{c.field} {c.before} {c.after}" for c in happening.changes)]
                assert not any("…" in text or bare.search(text) for text in words), words
                # Who signs gives a name, and so does who is sent a link to sign: that is personal.
                if kinds[happening.id] not in {"convenant_signature", "accountability_statement", "statement_link"}:
                    assert not any(change.is_secret for change in happening.changes), words
                if kinds[happening.id] in named:
                    assert any(name in sentence for name in named[kinds[happening.id]]), sentence
            lazily = ("criterion_state.start", "step_state.start", "milestone_record.start", "alliance_phase.start")
            begun = sa.select(AuditEntry.id).where(AuditEntry.action.in_(lazily))
            assert db().scalars(begun).all() == []
        assert audit.verify(db()).broken_id is None
    assert {"criterion_key", "milestone_key"} <= FIELDS.keys()
    assert "row" in ROWS
