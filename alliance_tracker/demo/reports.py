"""Impact reports of the demonstration: a fictitious pioneer that has filed for years, and Neteland's first one.

The years are counted from the last one whose reports came in and were read by now, so that the story tells the same
whenever it is loaded. Everything here is example data.
"""

from collections.abc import Callable
from datetime import date

from alliance_tracker.accountability import statements
from alliance_tracker.alliances.partners import current_partners
from alliance_tracker.database import today
from alliance_tracker.demo import jaarringen
from alliance_tracker.demo.agreeing import EXAMPLE, VLAIO, account_of, sign_on_paper
from alliance_tracker.demo.jaarringen_cast import KEY, WHO
from alliance_tracker.demo.stage import Stage, last_year
from alliance_tracker.impact_reports import drafts, queries, reviewing, submitting, writing, years
from alliance_tracker.impact_reports.models import ImpactReport, ReceiptUse, ReportVersion, SectionKey
from alliance_tracker.indicators import catalogue_queries

PART = SectionKey


def first_day(day: date) -> date:
    """The day on which this part of the story begins."""
    return date(last_year(day) - 2, 1, 10)


def tell(stage: Stage) -> None:
    """Set the scenes."""
    last = stage.last
    jaarringen.tell(stage, last)
    for year in (last - 2, last - 1, last):
        stage.on(date(year + 1, 1, 15), lambda year=year: _open(stage, year))  # type: ignore[misc]
    _published(stage, last - 2)
    _corrected(stage, last - 1)
    _returned(stage, last)
    _neteland(stage, last)


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
                PART.SUMMARY: "Het eerste jaar: vier partners zetten hun werkplaats open voor de eerste graad. "
                "Het houtatelier liep van april tot november en trok elke week dezelfde gezichten.",
                PART.GOALS: "We haalden ons doel voor het bereik nipt. De busrit blijft de duurste post.",
                PART.REACH: "Van elke drie leerlingen was er één meisje; dat wordt volgend jaar een eigen doel.",
                PART.PILOTS: "Het houtatelier wordt een vast aanbod van de school en de houtbouwer.",
                PART.FINANCES: "Het trekkingsrecht ging naar gereedschap dat in de werkplaats blijft.",
                PART.LESSONS: "Vervoer naar een werkplaats zou een schoolkost mogen zijn.",
                PART.NEXT_YEAR: "Meer namiddagen, minder losse dagen, en een bus die naar Damme rijdt.",
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
                PART.GOALS: "Boven het streefcijfer, dankzij de vaste namiddagen. Het aandeel meisjes stijgt.",
                PART.PILOTS: "De techniekbus stond halftijds stil: we zoeken een alliantie om hem te delen.",
                PART.NETWORK: "Het museum kwam erbij als kernpartner, en een basisschool uit Damme.",
                PART.COMMITMENTS: "VLAIO antwoordde op de vraag over de verzekering, al was het later dan afgesproken.",
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
        reason = "Twee onderdelen vragen uitleg."
        reviewing.send_back(version, reason=reason, mend_by=stage.today, actor=stage.manager)

    def mend() -> None:
        _write(
            stage,
            KEY,
            year,
            {
                PART.GOALS: "Net onder het streefcijfer: een werkplaats sloot drie maanden voor verbouwing.",
                PART.NEXT_YEAR: "Een vierde werkplaats springt in als er een sluit; de afspraak staat op papier.",
                PART.COMMITMENTS: "De school gaf veertig plaatsen minder dan beloofd; waarom staat bij haar uitleg. "
                "De gemeente weigerde haar verantwoording: zij telt de dagen van de zaal anders.",
                PART.LESSONS: "Wie op één werkplaats steunt, verliest bij pech een derde van zijn klassen.",
            },
        )
        _submit(stage, KEY, year, note="Het bereik is uitgelegd, en wat we volgend jaar anders doen.")

    _on(stage, date(year + 1, 3, 30), file)
    _on(stage, date(year + 1, 4, 30), give_back)
    stage.on(stage.ago(9), mend)


def _neteland(stage: Stage, year: int) -> None:
    """Neteland's first report, example data as everything of it: approved and published.

    It cites public facts with their source, and says what in it is an example. Every core partner signs in it: of no real
    organisation is it told that it refused or did not answer, and the report says that the signatures are examples.
    """
    who = "reporter"

    def file() -> None:
        _write(
            stage,
            "neteland",
            year,
            {
                PART.SUMMARY: "Voorbeeldtekst. Vijf gemeenten, die op 44 domeinen samenwerken, Thomas More Kempen, Hidrodoe en "
                "Natuur & Wetenschap vzw bouwen aan één aanbod voor kinderen en jongeren van 10 tot 18 jaar. Over meerdere "
                "jaren bereikte de aanpak 71 % van de jongeren uit de vijfde leerjaren: een feit uit het advies van het "
                "STEM-platform van mei 2025, geen meting in dit rapport. De cijfers hieronder zijn voorbeelden.",
                PART.GOALS: "Voorbeeldtekst: in het eerste jaar telden we voor het eerst samen, met dezelfde lijsten bij "
                "elke workshop.",
                PART.PILOTS: "Voorbeeldtekst: drie klassen probeerden uit wat later een reeks wordt.",
                PART.COMMITMENTS: "Voorbeeldtekst: de antwoorden van de partners in dit rapport zijn voorbeelden. Geen "
                "enkele echte organisatie heeft iets ondertekend.",
                PART.LESSONS: "Voorbeeldtekst: gemeenten vragen één aanspreekpunt bij de Vlaamse overheid.",
                PART.NEXT_YEAR: "Voorbeeldtekst: van enkele proefworkshops naar een reeks van vier in het vijfde leerjaar; "
                "de kerngroep legt de bedrijven opnieuw een impactrapport voor.",
            },
            who,
        )
        _submit(stage, "neteland", year, who=who)

    _on(stage, date(year + 1, 3, 5), lambda: _all_sign(stage, year))
    _on(stage, date(year + 1, 3, 24), file)
    _on(stage, date(year + 1, 4, 24), lambda: _approve(stage, "neteland", year))


def _all_sign(stage: Stage, year: int) -> None:
    """Whoever has a part in Neteland's report signs: one in the application, the others on paper, all as an example."""
    key = "neteland"
    for partner in current_partners(stage.alliances[key].id):
        name = partner.organisation.name
        if name == "Hidrodoe":
            signing = statements.Signing("Pia Partner", "vertegenwoordiger", today(), EXAMPLE)
            statements.sign(account_of(stage, key, name, year), signing, actor=stage.actor("partner"))
        elif partner.is_core:
            signing = statements.Signing("Voorbeeld Ondertekenaar", "vertegenwoordiger", today(), EXAMPLE)
            sign_on_paper(stage, key, name, year, signing, "coordinator")
    vlaio = statements.Signing("Veerle Projectmanager", "projectmanager lokale STEM-allianties", today(), EXAMPLE)
    sign_on_paper(stage, key, VLAIO, year, vlaio, "coordinator")
