"""Convenants of the demonstration: Neteland's runs as it should, De Vonk has a late partner and a late VLAIO.

Everything here is example data: no real convenant for a local STEM alliance exists yet. Days are counted back from the
day on which the demonstration is loaded, so that it tells the same whenever that is.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from alliance_tracker.accounts import service as accounts
from alliance_tracker.commitments.models import Answer, CommitmentKind, Nature
from alliance_tracker.convenants import agreements, beginning, drafting, service, signing
from alliance_tracker.database import today
from alliance_tracker.demo.agreeing import SCAN, VLAIO, Agreeing
from alliance_tracker.demo.stage import Stage
from alliance_tracker.drawing_rights import service as drawdowns
from alliance_tracker.evidence.service import Limits, Upload
from alliance_tracker.policy import SYSTEM, Role

KIND = CommitmentKind
EXAMPLE = "(Voorbeeldgegeven.)"


def tell(stage: Stage) -> None:
    """Set the scenes."""
    _neteland(stage)
    _vonk(stage)
    _others(stage)


def _text(title: str, first: date, **more: object) -> drafting.Draft:
    """A convenant of three calendar years."""
    facts: dict[str, object] = {
        "subject": "De partijen bouwen samen een lokaal netwerk uit waarin jongeren STEM ontdekken, en leggen vast wat ieder "
        f"daarvoor doet. {EXAMPLE}",
        "goals_text": "Meer kinderen en jongeren nemen deel aan STEM-activiteiten, met bijzondere aandacht voor meisjes en voor "
        "wie minder kansen krijgt.",
        "tasks": "De alliantie houdt haar netwerk open, deelt wat werkt met andere gemeenten in de regio en rapporteert elk jaar.",
        "minimum_cofinancing": Decimal(30),
        "decision_days": 30,
        "reporting_on": tuple(date(first.year + n, 3, 31) for n in (1, 2)),
        "evaluation_on": date(first.year + 2, 10, 1),
        "asked_indicators": ("reach-participants", "girls-share"),
        "amendment": "De partijen wijzigen dit convenant met een addendum, dat zij allen ondertekenen.",
        "suspension": "Rust de alliantie langer dan drie maanden, dan schorten de partijen hun verbintenissen op.",
        "recovery": "Wat werd uitbetaald voor iets dat niet werd uitgevoerd, wordt verrekend met een volgende schijf.",
        "termination": "Een partij die niet verder kan, zegt dat drie maanden vooraf en zoekt mee naar een opvolger.",
    }
    return drafting.Draft(title=title, starts_on=first, ends_on=date(first.year + 2, 12, 31), **(facts | more))  # type: ignore[arg-type]


# Neteland: everything as it should be ---------------------------------------------------------------------------------


def _neteland(stage: Stage) -> None:
    it = Agreeing(stage, "neteland", "coordinator")
    begun = stage.ago(300)
    first = date(begun.year, 1, 1)
    year, following = begun.year, begun.year + 1
    # Within the first year's promises there is always still something to do, and nothing is late.
    soon, later = stage.ago(-75), max(date(following, 12, 15), stage.ago(-200))

    def write() -> None:
        it.begin(
            _text(
                "Convenant STEM-alliantie Neteland (voorbeeld)",
                first,
                ceilings={year: Decimal(20000), following: Decimal(20000)},
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


# De Vonk: a late partner and a late VLAIO -------------------------------------------------------------------------------


def _vonk(stage: Stage) -> None:
    it = Agreeing(stage, "vonk", "coordinator2")
    begun = stage.ago(320)
    year, following = begun.year, begun.year + 1
    metal, college, town, lab = (
        "Voorbeeldbedrijf Waasland Metaal",
        "Voorbeeldhogeschool Waasland",
        "Voorbeeldgemeente Waasland",
        "Voorbeeld-fablab Waasland",
    )
    later = max(date(following, 12, 15), stage.ago(-200))

    def represent() -> None:
        user = accounts.user_by_id(stage.people["partner2"].id)
        accounts.give_role(user, Role.PARTNER, organisation_id=stage.organisations[metal].id, actor=SYSTEM)

    it.at(325, represent)

    def write() -> None:
        it.begin(
            _text(
                "Convenant De Vonk (fictief)",
                date(year, 1, 1),
                ceilings={year: Decimal(15000), following: Decimal(10000)},
            ),
            [
                it.party(metal),
                it.party(college),
                it.party(town, decided_by="college van burgemeester en schepenen"),
                it.party(lab, is_required=False),
            ],
        )
        it.promise(
            "lessen",
            "Gastlessen door vakmensen",
            KIND.GUEST_TEACHERS,
            {metal: 100},
            {year: (20, max(stage.ago(55), date(year, 1, 2))), following: (20, later)},
            value="75",
        )
        it.promise(
            "uren",
            "Uren van docenten voor de talentdagen",
            KIND.HOURS,
            {college: 100},
            {year: (60, max(stage.ago(90), date(year, 1, 2))), following: (60, later)},
            value="55",
        )
        it.promise(
            "zaal",
            "Zaal en onthaal voor het netwerk",
            KIND.INFRASTRUCTURE,
            {town: 100},
            {year: (8, max(stage.ago(20), date(year, 1, 2))), following: (8, later)},
            value="120",
        )
        it.promise(
            "makers",
            "Makersnamiddagen voor jongeren van 10 tot 14 jaar",
            KIND.PLACES,
            {lab: 70, town: 30},
            {year: (100, stage.ago(-20)), following: (100, later)},
            nature=Nature.RESULT,
            value="10",
        )
        it.promise(
            "antwoord",
            "Antwoord op de vraag over de vergoeding van vrijwilligers",
            KIND.DECISION,
            {VLAIO: 100},
            {year: (1, max(stage.ago(35), date(year, 1, 2)))},
        )

    it.at(320, write)
    it.at(315, it.offer)
    it.at(312, lambda: it.sign(VLAIO, "Veerle Projectmanager", "projectmanager lokale STEM-allianties", by="vlaio"))
    it.at(310, lambda: it.sign(metal, "Wim Werkplaats", "zaakvoerder"))
    it.at(309, lambda: it.sign(college, "Voorbeeld Hermans", "departementshoofd"))
    it.at(305, lambda: it.sign(town, "Voorbeeld Janssens", "burgemeester", decided=312))
    it.at(250, lambda: it.sign(lab, "Voorbeeld Peeters", "coördinator"))
    it.at(200, lambda: it.deliver("lessen", metal, year, 8, f"Acht lessen in het voorjaar. {EXAMPLE}"))
    it.at(195, lambda: it.answer("lessen", metal, year, Answer.CONFIRMS))
    it.at(
        45,
        lambda: it.ask("lessen", metal, year, "Twaalf lessen staan nog open. Wat is er gebeurd, en wanneer komen ze?"),
    )
    it.at(
        41,
        lambda: it.explain(
            "lessen",
            metal,
            year,
            "Twee van onze vakmensen zijn ziek. We plannen de lessen in het volgende semester.",
            by="partner2",
        ),
    )
    it.at(100, lambda: it.deliver("uren", college, year, 20, f"Voorbereiding van de talentdag. {EXAMPLE}"))
    it.at(70, lambda: it.deliver("uren", college, year, 40, f"De talentdag zelf en de nabespreking. {EXAMPLE}"))
    it.at(66, lambda: it.answer("uren", college, year, Answer.CONFIRMS))
    it.at(
        30,
        lambda: it.extend(
            "zaal", town, year, it.stage.ago(-40), "De zaal wordt gerenoveerd; de partners spraken een latere datum af."
        ),
    )
    it.at(25, lambda: it.deliver("makers", lab, year, 40, f"Vier namiddagen. {EXAMPLE}"))
    it.at(
        21,
        lambda: it.answer(
            "makers", lab, year, Answer.DISPUTES, reason="Op de lijsten staan 28 jongeren. Welke 40 zijn geteld?"
        ),
    )
    it.at(28, lambda: it.ask("antwoord", VLAIO, year, "De termijn is voorbij. Wanneer komt het antwoord?"))
    it.at(120, lambda: it.request(year, "4000", f"Machines voor de makersnamiddagen. {EXAMPLE}", lab))
    it.at(100, lambda: it.approve(0))
    it.at(95, lambda: it.pay(0, "2500", "SCHIJF-1"))
    it.at(44, lambda: it.request(year, "2750.50", f"Begeleiding van de talentdag. {EXAMPLE}", college))
    it.at(16, lambda: it.request(year, "10500", f"Een nieuwe lasersnijder. {EXAMPLE}", lab))
    it.at(
        9,
        lambda: drawdowns.return_(
            it.drawdown(2),
            reason="Samen met de vraag van de hogeschool is dit meer dan wat overblijft. Kan het goedkoper of gespreid?",
            actor=stage.manager,
        ),
    )
    it.at(5, lambda: _addendum(it))


def _addendum(it: Agreeing) -> None:
    """A draft that is still open."""
    version = beginning.start_addendum(it.convenant, actor=it.stage.actor(it.who))
    note = "De gastlessen worden over twee jaar gespreid, en de basisschool sluit aan."
    service.edit(version, replace(drafting.draft_of(version), change_note=note), actor=it.stage.actor(it.who))


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
            _text("Convenant Proeftuin Kolenspoor (fictief)", date(year, 1, 1), minimum_cofinancing=None),
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
        it.begin(_text("Convenant Eindhalte (fictief)", date(begun.year, 1, 1)), [it.party(firm)])
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
