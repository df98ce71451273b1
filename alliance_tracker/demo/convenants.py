"""Convenants of the demonstration: Neteland's runs as it should; those of the others wait, or have ended.

Everything here is example data: no real convenant for a local STEM alliance exists yet. Days are counted back from the
day on which the demonstration is loaded, so that it tells the same whenever that is.
"""

from datetime import date
from decimal import Decimal

from alliance_tracker.commitments.models import Answer, CommitmentKind, Nature
from alliance_tracker.convenants import agreements, signing
from alliance_tracker.database import today
from alliance_tracker.demo import convenant_vonk
from alliance_tracker.demo.agreeing import EXAMPLE, SCAN, VLAIO, Agreeing, three_years
from alliance_tracker.demo.stage import Stage
from alliance_tracker.evidence.service import Limits, Upload

KIND = CommitmentKind
#: Goals of Neteland that its convenant takes up.
FIFTH = "Elk kind uit het vijfde leerjaar volgt minstens één STEM-workshop"
COMPANIES = "Leerlingen uit het secundair leren bedrijven uit de streek kennen"


def tell(stage: Stage) -> None:
    """Set the scenes."""
    _neteland(stage)
    convenant_vonk.tell(stage)
    _others(stage)


# Neteland: everything as it should be ---------------------------------------------------------------------------------


def _neteland(stage: Stage) -> None:
    it = Agreeing(stage, "neteland", "coordinator")
    begun = stage.ago(300)
    # The reported year lies in its term, so that the partners can account for it.
    first = date(stage.last, 1, 1)
    year, following = begun.year, begun.year + 1
    # Within the first year's promises there is always still something to do, and nothing is late.
    soon, later = stage.ago(-75), max(date(following, 12, 15), stage.ago(-200))

    def write() -> None:
        it.begin(
            three_years(
                "Convenant STEM-alliantie Neteland (voorbeeld)",
                first,
                ceilings={year: Decimal(20000), following: Decimal(20000)},
                goals=frozenset({stage.goals["neteland", FIFTH].id, stage.goals["neteland", COMPANIES].id}),
            ),
            [
                it.party(
                    "Stad Herentals",
                    signatures_needed=2,
                    signs_as="burgemeester en algemeen directeur",
                    decided_by="gemeenteraad",
                ),
                it.party("Thomas More Kempen"),
                it.party("Hidrodoe"),
                it.party("Natuur & Wetenschap vzw"),
                it.party("Voorbeeldbedrijf Neteland Techniek"),
            ],
        )
        it.promise(
            "lessen",
            "Gastlessen over techniek in het vijfde leerjaar",
            KIND.GUEST_TEACHERS,
            {"Voorbeeldbedrijf Neteland Techniek": 100},
            {year: (24, soon), following: (24, later)},
            value="75",
            task="Workshops in de klas",
            goal=FIFTH,
        )
        it.promise(
            "inhoud",
            "Uren voor de ontwikkeling van workshops en voor het meten van wat ze doen",
            KIND.EXPERTISE,
            {"Thomas More Kempen": 60, "Natuur & Wetenschap vzw": 40},
            {year: (200, soon), following: (200, later)},
            value="60",
            task="Inhoud van de trajecten",
        )
        it.promise(
            "plaatsen",
            "Plaatsen voor klassen en voor de STEM-academie",
            KIND.PLACES,
            {"Hidrodoe": 100},
            {year: (600, soon), following: (600, later)},
            nature=Nature.RESULT,
            value="8",
            goal=FIFTH,
        )
        it.promise(
            "steun",
            "Bijdrage in het werkingsbudget",
            KIND.MONEY,
            {"Voorbeeldbedrijf Neteland Techniek": 100},
            {year: (5000, soon), following: (5000, later)},
        )
        it.promise(
            "lokalen",
            "Lokalen voor het netwerkoverleg en de talentdagen",
            KIND.INFRASTRUCTURE,
            {"Stad Herentals": 100},
            {year: (12, soon), following: (12, later)},
            value="150",
        )
        it.promise(
            "contact",
            "Eén vast aanspreekpunt bij VLAIO en twee overlegmomenten per jaar",
            KIND.DECISION,
            {VLAIO: 100},
            {year: (2, soon), following: (2, later)},
        )

    it.at(300, write)
    it.at(292, it.offer)
    it.at(290, lambda: it.sign(VLAIO, "Veerle Projectmanager", "projectmanager lokale STEM-allianties", by="vlaio"))
    it.at(288, lambda: it.sign("Hidrodoe", "Pia Partner", "vertegenwoordiger", by="partner"))
    it.at(286, lambda: it.sign("Thomas More Kempen", "Voorbeeld Vandael", "opleidingshoofd"))
    it.at(285, lambda: it.sign("Natuur & Wetenschap vzw", "Voorbeeld Verlinden", "voorzitter"))
    it.at(284, lambda: it.sign("Voorbeeldbedrijf Neteland Techniek", "Voorbeeld Vos", "zaakvoerder"))
    it.at(282, lambda: it.sign("Stad Herentals", "Voorbeeld Mertens", "burgemeester", decided=295))
    it.at(281, lambda: it.sign("Stad Herentals", "Voorbeeld Claes", "algemeen directeur", decided=295))
    _neteland_year(it, year)


def _neteland_year(it: Agreeing, year: int) -> None:
    """What was done since, and who confirmed it."""
    confirms = Answer.CONFIRMS

    def done(days: int, what: str, name: str, n: int, note: str, *, by: str = "", confirmed: str = "vlaio") -> None:
        it.at(days, lambda: it.deliver(what, name, year, n, f"{note} {EXAMPLE}", by=by))
        if confirmed:
            it.at(days - 4, lambda: it.answer(what, name, year, confirms, by=confirmed))

    done(240, "lokalen", "Stad Herentals", 4, "Drie overlegmomenten en een talentdag.", confirmed="partner")
    done(
        220, "steun", "Voorbeeldbedrijf Neteland Techniek", 5000, "Gestort voor het werkingsjaar.", confirmed="partner"
    )
    done(190, "lessen", "Voorbeeldbedrijf Neteland Techniek", 10, "Tien lessen in vijf scholen.", confirmed="partner")
    done(170, "plaatsen", "Hidrodoe", 320, "Zestien klassen op bezoek.", by="partner")
    done(150, "inhoud", "Thomas More Kempen", 80, "Ontwikkeling van het traject over water.", confirmed="partner")
    done(120, "inhoud", "Natuur & Wetenschap vzw", 50, "Begeleiding van de workshops.", confirmed="partner")
    done(110, "contact", VLAIO, 1, "Overleg over de planning.", by="vlaio", confirmed="partner")
    done(40, "lessen", "Voorbeeldbedrijf Neteland Techniek", 8, "Acht lessen, ook in Vorselaar.", confirmed="")
    done(12, "plaatsen", "Hidrodoe", 180, "Negen klassen en een weekend van de academie.", by="partner", confirmed="")
    it.at(
        200,
        lambda: it.request(
            year, "9000", f"Materiaal voor de workshops en vervoer van de klassen. {EXAMPLE}", "Stad Herentals"
        ),
    )
    it.at(188, lambda: it.approve(0))
    it.at(175, lambda: it.pay(0, "6000", "SCHIJF-1"))
    it.at(60, lambda: it.pay(0, "3000", "SCHIJF-2"))


# The other alliances ------------------------------------------------------------------------------------------------------


def _others(stage: Stage) -> None:
    _proeftuin(stage)
    _eindhalte(stage)
    stage.on(stage.ago(90), lambda: _agreement(stage))


def _proeftuin(stage: Stage) -> None:
    """An offer that waits for two signatures."""
    it = Agreeing(stage, "proeftuin", "coordinator2")
    year = stage.today.year
    firm, college = "Voorbeeldbedrijf Limburg Metaal", "Voorbeeldhogeschool Limburg"

    def write() -> None:
        it.begin(
            three_years("Convenant Proeftuin Kolenspoor (fictief)", date(year, 1, 1), minimum_cofinancing=None),
            [it.party(firm), it.party(college)],
        )
        it.promise(
            "energie",
            "Bezoeken aan de werf met uitleg over energie",
            KIND.PLACES,
            {firm: 100},
            {year + 1: (80, date(year + 1, 6, 30))},
            value="12",
        )

    it.at(30, write)
    it.at(14, it.offer)
    it.at(11, lambda: it.sign(firm, "Voorbeeld Maes", "zaakvoerder"))


def _eindhalte(stage: Stage) -> None:
    """A convenant that was terminated before the alliance ended."""
    it = Agreeing(stage, "eindhalte", "coordinator2")
    begun = stage.ago(390)
    firm = "Voorbeeldbedrijf Midwest Metaal"

    def write() -> None:
        it.begin(three_years("Convenant Eindhalte (fictief)", date(begun.year, 1, 1)), [it.party(firm)])
        it.promise(
            "stage",
            "Kijkstages in de productie",
            KIND.PLACES,
            {firm: 100},
            {begun.year + 1: (20, date(begun.year + 1, 12, 15))},
        )

    it.at(390, write)
    it.at(386, it.offer)
    it.at(384, lambda: it.sign(VLAIO, "Veerle Projectmanager", "projectmanager lokale STEM-allianties", by="vlaio"))
    it.at(382, lambda: it.sign(firm, "Voorbeeld Wouters", "zaakvoerder"))
    it.at(
        84,
        lambda: signing.terminate(
            it.convenant,
            on=today(),
            reason="De partners gaan op in een grotere samenwerking; daar maken zij nieuwe afspraken.",
            actor=stage.manager,
        ),
    )


def _agreement(stage: Stage) -> None:
    """An agreement without money, between the partners themselves."""
    agreements.record(
        stage.alliances["kustwind"],
        agreements.Draft(
            title="Samenwerkingsovereenkomst Kustwind (fictief)",
            about="De partners delen hun agenda, hun lokalen en hun lesmateriaal.",
            parties="Voorbeeldgemeente Kust, Voorbeeldhogeschool Kust, Voorbeeldbedrijf Kust Metaal, Voorbeeld-fablab Kust",
            signed_on=today(),
            starts_on=today(),
        ),
        [Upload("samenwerkingsovereenkomst.pdf", SCAN)],
        limits=Limits(len(SCAN), 10**9),
        actor=stage.actor("coordinator2"),
    )
