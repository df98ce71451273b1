"""The convenant of De Vonk, a fictitious alliance: a late partner and a late VLAIO, a text that was replaced, a partner
that joined by a rider, one that left and whose promise was taken over, one that has not signed, and a signed account.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from alliance_tracker.accounts import service as accounts
from alliance_tracker.alliances.models import PartnerRoleKind
from alliance_tracker.commitments import wordings
from alliance_tracker.commitments.models import Answer, CommitmentKind, CommitmentWording, Nature
from alliance_tracker.convenants import beginning, drafting, service
from alliance_tracker.convenants.models import ConvenantVersion
from alliance_tracker.demo.agreeing import EXAMPLE, VLAIO, Agreeing, three_years
from alliance_tracker.demo.stage import Stage
from alliance_tracker.drawing_rights import service as drawdowns
from alliance_tracker.policy import SYSTEM, Actor, Role

KEY, WHO = "vonk", "coordinator2"
KIND, ROLE = CommitmentKind, PartnerRoleKind

METAL = "Voorbeeldbedrijf Waasland Metaal"
SOFTWARE = "Voorbeeldbedrijf Waasland Software"
COLLEGE = "Voorbeeldhogeschool Waasland"
TOWN = "Voorbeeldgemeente Waasland"
LAB = "Voorbeeld-fablab Waasland"
FEDERATION = "Voorbeeldfederatie Waasland"
SCHOOL = "Voorbeeldschool Waasland"
NEWCOMERS = "OKAN-leerlingen maken kennis met technische beroepen"


@dataclass(frozen=True)
class Vonk:
    """What its scenes share."""

    stage: Stage
    it: Agreeing
    #: The first year of the convenant and the one after it.
    year: int
    following: int
    #: When the promises of the second year are due.
    later: date

    @property
    def actor(self) -> Actor:
        """The coordinator's rights of that moment."""
        return self.stage.actor(WHO)

    def due(self, days: int) -> date:
        """The day so many days ago, in the first year of the convenant at the earliest."""
        return max(self.stage.ago(days), date(self.year, 1, 2))


def tell(stage: Stage) -> None:
    """Set the scenes."""
    begun = stage.ago(320)
    later = max(date(begun.year + 1, 12, 15), stage.ago(-200))
    of = Vonk(stage, Agreeing(stage, KEY, WHO), begun.year, begun.year + 1, later)
    of.it.at(335, lambda: stage.join(KEY, SOFTWARE, ROLE.FUNDING, who=WHO))
    of.it.at(334, lambda: stage.join(KEY, FEDERATION, ROLE.COMMUNICATION, who=WHO))
    of.it.at(325, lambda: _represent(stage))
    of.it.at(320, lambda: _write(of))
    of.it.at(315, of.it.offer)
    _sign(of)
    _addendum(of)
    _rider(of)
    _deliveries(of)
    _succession(of)
    _money(of)
    of.it.at(
        6,
        lambda: of.it.account(
            METAL,
            of.year,
            "Wim Werkplaats",
            "zaakvoerder",
            f"De lessen die nog openstaan, geven we in het volgende semester. {EXAMPLE}",
            by="partner2",
        ),
    )
    of.it.at(5, lambda: _open_draft(of))


def _represent(stage: Stage) -> None:
    user = accounts.user_by_id(stage.people["partner2"].id)
    accounts.give_role(user, Role.PARTNER, organisation_id=stage.organisations[METAL].id, actor=SYSTEM)


# The texts -----------------------------------------------------------------------------------------------------------


def _write(of: Vonk) -> None:
    it, year, following, later = of.it, of.year, of.following, of.later
    it.begin(
        three_years(
            "Convenant De Vonk (fictief)",
            date(year, 1, 1),
            ceilings={year: Decimal(15000), following: Decimal(10000)},
            goals=frozenset({of.stage.goals[KEY, NEWCOMERS].id}),
        ),
        [
            it.party(METAL),
            it.party(COLLEGE),
            it.party(TOWN, decided_by="college van burgemeester en schepenen"),
            it.party(LAB),
            it.party(SOFTWARE),
            it.party(FEDERATION, is_required=False),
        ],
    )
    it.promise(
        "lessen",
        "Gastlessen door vakmensen",
        KIND.GUEST_TEACHERS,
        {METAL: 100},
        {year: (20, of.due(55)), following: (20, later)},
        value="75",
        goal=NEWCOMERS,
    )
    it.promise(
        "uren",
        "Uren van docenten voor de talentdagen",
        KIND.HOURS,
        {COLLEGE: 100},
        {year: (60, of.due(90)), following: (60, later)},
        value="55",
    )
    it.promise(
        "zaal",
        "Zaal en onthaal voor het netwerk",
        KIND.INFRASTRUCTURE,
        {TOWN: 100},
        {year: (8, of.due(20)), following: (8, later)},
        value="120",
    )
    it.promise(
        "makers",
        "Makersnamiddagen voor jongeren van 10 tot 14 jaar",
        KIND.PLACES,
        {LAB: 70, TOWN: 30},
        {year: (100, of.stage.ago(-20)), following: (100, later)},
        nature=Nature.RESULT,
        value="10",
    )
    it.promise(
        "antwoord",
        "Antwoord op de vraag over de vergoeding van vrijwilligers",
        KIND.DECISION,
        {VLAIO: 100},
        {year: (1, of.due(35))},
    )
    it.promise(
        "stages",
        "Kijkstages bij wie software en sturingen maakt",
        KIND.PLACES,
        {SOFTWARE: 100},
        {year: (6, of.stage.ago(-25)), following: (6, later)},
    )


def _sign(of: Vonk) -> None:
    """Everybody who must; the federation may still."""
    it = of.it
    it.at(312, lambda: it.sign(VLAIO, "Veerle Projectmanager", "projectmanager lokale STEM-allianties", by="vlaio"))
    it.at(310, lambda: it.sign(METAL, "Wim Werkplaats", "zaakvoerder"))
    it.at(309, lambda: it.sign(COLLEGE, "Voorbeeld Hermans", "departementshoofd"))
    it.at(308, lambda: it.sign(LAB, "Voorbeeld Peeters", "coördinator"))
    it.at(307, lambda: it.sign(SOFTWARE, "Voorbeeld Wuyts", "zaakvoerder"))
    it.at(305, lambda: it.sign(TOWN, "Voorbeeld Janssens", "burgemeester", decided=312))


def _wording(version: ConvenantVersion, number: int) -> CommitmentWording:
    return next(row for row in version.wordings if row.commitment.number == number)


def _addendum(of: Vonk) -> None:
    """A second text in the place of the first: more places in the second year."""
    it = of.it

    def write() -> None:
        version = beginning.start_addendum(it.convenant, actor=of.actor)
        note = "In het tweede jaar komen er twintig plaatsen bij in de makersnamiddagen: de eerste reeks was volzet."
        service.edit(version, replace(drafting.draft_of(version), change_note=note), actor=of.actor)
        wording = _wording(it.newest(), it.numbers["makers"])
        draft = wordings.draft_of(wording)
        more = {**draft.years, of.following: wordings.InYear(Decimal(120), of.later)}
        service.edit_commitment(it.newest(), wording, replace(draft, years=more), actor=of.actor)

    it.at(190, write)
    it.at(186, it.offer)
    it.at(184, lambda: it.sign(VLAIO, "Veerle Projectmanager", "projectmanager lokale STEM-allianties", by="vlaio"))
    it.at(183, lambda: it.sign(METAL, "Wim Werkplaats", "zaakvoerder", by="partner2"))
    it.at(182, lambda: it.sign(COLLEGE, "Voorbeeld Hermans", "departementshoofd"))
    it.at(181, lambda: it.sign(LAB, "Voorbeeld Peeters", "coördinator"))
    it.at(180, lambda: it.sign(SOFTWARE, "Voorbeeld Wuyts", "zaakvoerder"))
    it.at(178, lambda: it.sign(TOWN, "Voorbeeld Janssens", "burgemeester", decided=185))


def _rider(of: Vonk) -> None:
    """A school joins later, without reopening the others' signatures."""
    it = of.it

    def write() -> None:
        version = beginning.start_rider(it.convenant, it.party(SCHOOL), actor=of.actor)
        draft = replace(
            drafting.draft_of(version),
            change_note="De school sluit later aan en wil meteen meedoen.",
            tasks=f"{version.tasks}\n\nDe school stelt leerlingen en hun leraar vrij om de namiddagen te begeleiden.",
        )
        service.edit(version, draft, actor=of.actor)
        it.promise(
            "begeleiden",
            "Leerlingen van de derde graad begeleiden makersnamiddagen",
            KIND.HOURS,
            {SCHOOL: 100},
            {of.following: (40, of.later)},
            value="15",
            goal=NEWCOMERS,
        )

    it.at(155, lambda: of.stage.join(KEY, SCHOOL, ROLE.HOST, who=WHO))
    it.at(150, write)
    it.at(146, it.offer)
    it.at(142, lambda: it.sign(SCHOOL, "Voorbeeld Willems", "directeur"))


def _open_draft(of: Vonk) -> None:
    """An addendum that is still being written: who took a promise over takes it up in the text as well."""
    it = of.it
    version = beginning.start_addendum(it.convenant, actor=of.actor)
    note = (
        "De gastlessen worden over twee jaar gespreid. De kijkstages staan op naam van de hogeschool, die ze overnam."
    )
    service.edit(version, replace(drafting.draft_of(version), change_note=note), actor=of.actor)
    lessons = _wording(it.newest(), it.numbers["lessen"])
    years = wordings.draft_of(lessons).years
    spread = {year: replace(years[year], quantity=Decimal(n)) for year, n in ((of.year, 12), (of.following, 28))}
    service.edit_commitment(it.newest(), lessons, replace(wordings.draft_of(lessons), years=spread), actor=of.actor)
    wording = _wording(it.newest(), it.numbers["stages"])
    bearers = {it.organisation_id(COLLEGE): Decimal(100)}
    service.edit_commitment(it.newest(), wording, replace(wordings.draft_of(wording), bearers=bearers), actor=of.actor)
    gone = it.organisation_id(SOFTWARE)
    parties = [drafting.party_draft_of(party) for party in it.newest().parties if party.organisation_id != gone]
    service.set_parties(it.newest(), parties, actor=of.actor)


# What came of it -----------------------------------------------------------------------------------------------------


def _deliveries(of: Vonk) -> None:
    it, year = of.it, of.year
    it.at(200, lambda: it.deliver("lessen", METAL, year, 8, f"Acht lessen in het voorjaar. {EXAMPLE}"))
    it.at(195, lambda: it.answer("lessen", METAL, year, Answer.CONFIRMS))
    it.at(
        45,
        lambda: it.ask("lessen", METAL, year, "Twaalf lessen staan nog open. Wat is er gebeurd, en wanneer komen ze?"),
    )
    it.at(
        41,
        lambda: it.explain(
            "lessen",
            METAL,
            year,
            "Twee van onze vakmensen zijn ziek. We plannen de lessen in het volgende semester.",
            by="partner2",
        ),
    )
    it.at(100, lambda: it.deliver("uren", COLLEGE, year, 20, f"Voorbereiding van de talentdag. {EXAMPLE}"))
    it.at(70, lambda: it.deliver("uren", COLLEGE, year, 40, f"De talentdag zelf en de nabespreking. {EXAMPLE}"))
    it.at(66, lambda: it.answer("uren", COLLEGE, year, Answer.CONFIRMS))
    it.at(
        30,
        lambda: it.extend(
            "zaal", TOWN, year, it.stage.ago(-40), "De zaal wordt gerenoveerd; de partners spraken een latere datum af."
        ),
    )
    it.at(25, lambda: it.deliver("makers", LAB, year, 40, f"Vier namiddagen. {EXAMPLE}"))
    it.at(
        21,
        lambda: it.answer(
            "makers", LAB, year, Answer.DISPUTES, reason="Op de lijsten staan 28 jongeren. Welke 40 zijn geteld?"
        ),
    )
    it.at(28, lambda: it.ask("antwoord", VLAIO, year, "De termijn is voorbij. Wanneer komt het antwoord?"))


def _succession(of: Vonk) -> None:
    """A partner leaves, and another one takes over what it had promised."""
    it, year = of.it, of.year
    it.at(130, lambda: it.deliver("stages", SOFTWARE, year, 2, f"Twee leerlingen liepen een dag mee. {EXAMPLE}"))
    it.at(126, lambda: it.answer("stages", SOFTWARE, year, Answer.CONFIRMS))
    it.at(85, lambda: it.let_go(SOFTWARE, "Het bedrijf verhuist naar een andere streek."))
    it.at(
        78,
        lambda: it.pass_on(
            "stages",
            SOFTWARE,
            COLLEGE,
            year,
            "De hogeschool laat de kijkstages doorgaan in haar eigen labo's; dat spraken de partners samen af.",
        ),
    )
    it.at(48, lambda: it.deliver("stages", COLLEGE, year, 2, f"Twee leerlingen in het labo robotica. {EXAMPLE}"))


def _money(of: Vonk) -> None:
    it, year = of.it, of.year
    it.at(120, lambda: it.request(year, "4000", f"Machines voor de makersnamiddagen. {EXAMPLE}", LAB))
    it.at(100, lambda: it.approve(0))
    it.at(95, lambda: it.pay(0, "2500", "SCHIJF-1"))
    it.at(44, lambda: it.request(year, "2750.50", f"Begeleiding van de talentdag. {EXAMPLE}", COLLEGE))
    it.at(16, lambda: it.request(year, "10500", f"Een nieuwe lasersnijder. {EXAMPLE}", LAB))
    it.at(
        9,
        lambda: drawdowns.return_(
            it.drawdown(2),
            reason="Samen met de vraag van de hogeschool is dit meer dan wat overblijft. Kan het goedkoper of gespreid?",
            actor=of.stage.manager,
        ),
    )
