"""Impact reports of the demonstration: a fictitious pioneer that has filed for years, and Neteland's first one.

The years are counted from the last one whose reports came in and were read by now, so that the story tells the same
whenever it is loaded. Everything here is example data.
"""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import sqlalchemy as sa

from alliance_tracker.activities.models import LogKind
from alliance_tracker.alliances import service as alliances
from alliance_tracker.alliances.models import PartnerRoleKind, Provenance
from alliance_tracker.database import db, today
from alliance_tracker.demo.stage import Stage
from alliance_tracker.goals import service as goals
from alliance_tracker.impact_reports import drafts, queries, reviewing, submitting, writing, years
from alliance_tracker.impact_reports.models import ImpactReport, ReceiptUse, ReportVersion, SectionKey
from alliance_tracker.indicators import catalogue_queries, measuring, service
from alliance_tracker.indicators.models import Definition, FigureState
from alliance_tracker.organisations.models import OrganisationKind

KEY, WHO = "jaarringen", "coordinator2"
KIND, ROLE, PART = OrganisationKind, PartnerRoleKind, SectionKey
NAME = "Fictieve STEM-alliantie De Jaarringen"
#: How long ago the reports of the last year were read at the latest.
READ_AGO = timedelta(days=150)
GOAL = "Elke leerling van de eerste graad komt in een technische werkplaats"


def last_year(day: date) -> int:
    """The last year of which every report was due and read by this day."""
    return (day - READ_AGO).year - 1


def first_day(day: date) -> date:
    """The day on which this part of the story begins."""
    return date(last_year(day) - 2, 1, 10)


def tell(stage: Stage) -> None:
    """Set the scenes."""
    last = last_year(stage.today)
    _founded(stage, last - 2)
    for year in (last - 2, last - 1, last):
        _worked(stage, year)
        stage.on(date(year + 1, 1, 15), lambda year=year: _open(stage, year))  # type: ignore[misc]
        stage.on(date(year + 1, 2, 1), lambda year=year: _measured(stage, year))  # type: ignore[misc]
    _published(stage, last - 2)
    _corrected(stage, last - 1)
    _returned(stage, last)
    _neteland(stage, last)


def _founded(stage: Stage, year: int) -> None:
    places = ("Brugge", "Damme")
    names = (
        ("Voorbeeldbedrijf Brugge Houtbouw", KIND.COMPANY, (ROLE.LEAD,)),
        ("Voorbeeldschool Brugge Atelier", KIND.SECONDARY_SCHOOL, (ROLE.HOST,)),
        ("Voorbeeldgemeente Brugge", KIND.LOCAL_AUTHORITY, (ROLE.COORDINATOR,)),
        ("Voorbeeldmakersplek Brugge", KIND.FABLAB, (ROLE.EXPERTISE,)),
    )

    def begin() -> None:
        for name, kind, _ in names:
            stage.organisation(name, kind, *places)
        stage.found(
            KEY,
            NAME,
            "REFREG06",
            places,
            "Elk jaar een ring erbij: werkplaatsen die leerlingen binnenlaten.",
            Provenance.FICTITIOUS,
            WHO,
        )

    def accept() -> None:
        stage.accept(KEY)
        for name, _, roles in names:
            stage.join(
                KEY, name, *roles, who=WHO, core=True, responsibility="Opent haar werkplaats.", gain="Vindt volk."
            )
        alliances.give_mandate(
            stage.alliances[KEY], since=today(), until=None, task="De trekker van de regio.", actor=stage.manager
        )

    def aim() -> None:
        actor = stage.actor(WHO)
        goal = goals.add(
            stage.alliances[KEY],
            goals.Draft(
                title=GOAL,
                reason="Uit de gesprekken met de scholen.",
                owner_partner_id=stage.partners[KEY, "Voorbeeldschool Brugge Atelier"].id,
                tags={},
            ),
            actor=actor,
        )
        stage.goals[KEY, GOAL] = goal
        shared = sa.select(Definition).where(Definition.key == "reach-participants", Definition.alliance_id.is_(None))
        indicator = service.follow(goal, db().scalars(shared).one(), actor=actor)
        typed = service.Typed(FigureState.VALUE, Decimal(180))
        service.set_baseline(indicator, typed, on=today(), source="Telling van de scholen (voorbeeld).", actor=actor)
        for number, value in enumerate((240, 320, 400, 480)):
            service.set_target(indicator, year + number, Decimal(value), actor=actor)
        stage.indicators[KEY] = indicator

    stage.on(date(year, 1, 12), begin)
    stage.on(date(year, 1, 20), accept)
    stage.on(date(year, 2, 10), aim)


def _worked(stage: Stage, year: int) -> None:
    """Two meetings and an event each year."""
    names = ("Voorbeeldbedrijf Brugge Houtbouw", "Voorbeeldgemeente Brugge", "Voorbeeldmakersplek Brugge")
    for month, kind, text in (
        (3, LogKind.MEETING, "Voorjaarsoverleg: de werkplaatsen verdeelden de klassen."),
        (5, LogKind.EVENT, "Opendeurdag van de werkplaatsen in Brugge en Damme."),
        (10, LogKind.MEETING, "Najaarsoverleg: wat werkte, en wat volgend jaar anders moet."),
    ):
        stage.on(
            date(year, month, 14),
            lambda kind=kind, text=text: stage.log(KEY, WHO, kind, text, *names),  # type: ignore[misc]
        )


def _measured(stage: Stage, year: int) -> None:
    figures = {0: 251, 1: 338, 2: 389}
    value = figures[year - last_year(stage.today) + 2]
    entry = measuring.Entry(
        year, service.Typed(FigureState.VALUE, Decimal(value)), source="Aanwezigheidslijsten (voorbeeld)."
    )
    measuring.measure(stage.indicators[KEY], entry, actor=stage.actor(WHO))


# The reports ---------------------------------------------------------------------------------------------------------


def _open(stage: Stage, year: int) -> None:
    catalogue = catalogue_queries.versions()[-1]
    years.open_year(years.Opening(year, years.default_due(year), catalogue.id), actor=stage.manager)


def _report(stage: Stage, key: str, year: int) -> ImpactReport:
    alliance = stage.alliances[key]
    found = queries.report_of(alliance.id, year)
    if found is None:
        years.expect(alliance, year, is_required=False, actor=stage.actor(_writer(key)))
        found = queries.report_of(alliance.id, year)
    assert found is not None  # noqa: S101  # it was just made
    return found


def _writer(key: str) -> str:
    return {"neteland": "coordinator"}.get(key, WHO)


def _version(stage: Stage, key: str, year: int) -> ReportVersion:
    found = queries.versions_of(_report(stage, key, year).id)[0]
    loaded = queries.version_by_id(found.id)
    assert loaded is not None  # noqa: S101  # it is there
    return loaded


def _write(stage: Stage, key: str, year: int, words: dict[SectionKey, str], who: str = "") -> None:
    """Begin the report if it was not begun, and write in its sections."""
    report, actor = _report(stage, key, year), stage.actor(who or _writer(key))
    rows = queries.sections_of(report.id)
    if not rows:
        drafts.begin(report, actor=actor)
        rows = queries.sections_of(report.id)
    elif report.is_editable:
        drafts.refresh(report, writing.sections_of(writing.material_of(report)), actor=actor)
    for part, text in words.items():
        drafts.write(rows[part], _report(stage, key, year), text, drawn_from=rows[part].version, actor=actor)


def _submit(stage: Stage, key: str, year: int, note: str = "", who: str = "") -> None:
    submitting.submit(_report(stage, key, year), change_note=note, actor=stage.actor(who or _writer(key)))


def _approve(stage: Stage, key: str, year: int, *, publish: bool = True) -> None:
    version = _version(stage, key, year)
    parts = [SectionKey(part["key"]) for part in version.document["sections"]]
    reviewing.acknowledge(version, parts, ReceiptUse.READ, actor=stage.manager)
    reviewing.acknowledge(version, [PART.GOALS, PART.REACH], ReceiptUse.MONITOR, actor=stage.manager)
    reviewing.approve(version, actor=stage.manager)
    if publish:
        reviewing.publish(_version(stage, key, year), actor=stage.manager)


def _on(stage: Stage, day: date, scene: Callable[[], object]) -> None:
    stage.on(min(day, stage.today), scene)


def _published(stage: Stage, year: int) -> None:
    """The first report: approved and published."""

    def file() -> None:
        _write(
            stage,
            KEY,
            year,
            {
                PART.SUMMARY: "Het eerste jaar: vier partners zetten hun werkplaats open voor de eerste graad.",
                PART.GOALS: "We haalden ons doel nipt. De busrit blijft de duurste post.",
                PART.LESSONS: "Vervoer naar een werkplaats zou een schoolkost mogen zijn.",
                PART.NEXT_YEAR: "Meer namiddagen, minder losse dagen.",
            },
        )
        _submit(stage, KEY, year)

    _on(stage, date(year + 1, 3, 12), file)
    _on(stage, date(year + 1, 4, 20), lambda: _approve(stage, KEY, year))


def _corrected(stage: Stage, year: int) -> None:
    """The second report: approved, then corrected by an erratum beside it."""

    def file() -> None:
        _write(
            stage,
            KEY,
            year,
            {
                PART.SUMMARY: "Het tweede jaar: meer leerlingen, en voor het eerst ook uit Damme, in totaal 12 klassen.",
                PART.GOALS: "Boven het streefcijfer, dankzij de vaste namiddagen.",
                PART.LESSONS: "Leraren willen eerst zelf een dag in de werkplaats staan.",
                PART.NEXT_YEAR: "Een dag voor leraren, vóór de eerste klas komt.",
            },
        )
        _submit(stage, KEY, year)

    def correct() -> None:
        submitting.correct(
            _report(stage, KEY, year), reason="Het aantal klassen was verkeerd opgeteld.", actor=stage.actor(WHO)
        )
        _write(
            stage,
            KEY,
            year,
            {PART.SUMMARY: "Het tweede jaar: meer leerlingen, en voor het eerst ook uit Damme, in totaal 14 klassen."},
        )
        _submit(stage, KEY, year, note="14 klassen in plaats van 12: twee klassen uit Damme waren vergeten.")

    _on(stage, date(year + 1, 3, 20), file)
    _on(stage, date(year + 1, 4, 28), lambda: _approve(stage, KEY, year))
    _on(stage, date(year + 1, 6, 3), correct)
    _on(stage, date(year + 1, 6, 18), lambda: _approve(stage, KEY, year))


def _returned(stage: Stage, year: int) -> None:
    """The last report: returned with remarks, mended and submitted again; VLAIO reads it now."""

    def file() -> None:
        _write(
            stage,
            KEY,
            year,
            {
                PART.SUMMARY: "Het derde jaar was een goed jaar.",
                PART.GOALS: "Net onder het streefcijfer.",
                PART.NEXT_YEAR: "We gaan door.",
            },
        )
        _submit(stage, KEY, year)

    def give_back() -> None:
        version = _version(stage, KEY, year)
        reviewing.comment(version, PART.GOALS, "Waarom bleef het bereik onder het streefcijfer?", actor=stage.manager)
        reviewing.comment(version, PART.NEXT_YEAR, "Wat doen jullie anders?", actor=stage.manager)
        reviewing.send_back(version, reason="Twee onderdelen vragen uitleg.", actor=stage.manager)

    def mend() -> None:
        _write(
            stage,
            KEY,
            year,
            {
                PART.GOALS: "Net onder het streefcijfer: een werkplaats sloot drie maanden voor verbouwing.",
                PART.NEXT_YEAR: "Een vierde werkplaats springt in als er een sluit; de afspraak staat op papier.",
                PART.LESSONS: "Wie op één werkplaats steunt, verliest bij pech een derde van zijn klassen.",
            },
        )
        _submit(stage, KEY, year, note="Het bereik is uitgelegd, en wat we volgend jaar anders doen.")

    _on(stage, date(year + 1, 3, 30), file)
    _on(stage, date(year + 1, 4, 30), give_back)
    stage.on(stage.ago(9), mend)


def _neteland(stage: Stage, year: int) -> None:
    """Neteland's first report, example data as everything of it: approved and published."""

    def file() -> None:
        _write(
            stage,
            "neteland",
            year,
            {
                PART.SUMMARY: "Voorbeeldtekst: de gemeenten, Hidrodoe en de scholen begonnen samen aan een vast aanbod "
                "van workshops voor het vijfde leerjaar.",
                PART.GOALS: "Voorbeeldtekst: het aanbod groeide; de inschrijvingen verliepen via één formulier.",
                PART.LESSONS: "Voorbeeldtekst: gemeenten vragen één aanspreekpunt bij de Vlaamse overheid.",
                PART.NEXT_YEAR: "Voorbeeldtekst: elk vijfde leerjaar minstens één workshop.",
            },
            "reporter" if _report(stage, "neteland", year).is_regional else "",
        )
        _submit(stage, "neteland", year, who="reporter" if _report(stage, "neteland", year).is_regional else "")

    _on(stage, date(year + 1, 3, 24), file)
    _on(stage, date(year + 1, 4, 24), lambda: _approve(stage, "neteland", year))
