"""Neteland STEM-land, a real alliance in the Kempen, as far as public facts go; the rest is marked as example data.

Facts: the advice of the STEM platform of May 2025, chapter 2 (the five municipalities, Thomas More Kempen, Hidrodoe,
Natuur & Wetenschap vzw, the 71 % of the fifth-years, the workshops, the yearly impact report to the companies).
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from alliance_tracker.accounts import service as accounts
from alliance_tracker.activities.models import LogKind
from alliance_tracker.alliances import service as alliances
from alliance_tracker.alliances.models import PartnerRoleKind, Provenance
from alliance_tracker.database import today
from alliance_tracker.demo.stage import Stage
from alliance_tracker.organisations.models import OrganisationKind, Pillar
from alliance_tracker.pilots import reach, running
from alliance_tracker.pilots import service as pilots
from alliance_tracker.pilots.models import PilotDecision
from alliance_tracker.policy import SYSTEM, Role
from alliance_tracker.rollout import phases
from alliance_tracker.rollout.models import PhaseLetter

EXAMPLE = "(Voorbeeldgegeven.)"
KEY = "neteland"
PLACES = ("Grobbendonk", "Herentals", "Herenthout", "Olen", "Vorselaar")
WHO = "coordinator"

PURPOSE = (
    "Neteland wil de katalysator zijn tussen het potentieel aan wetenschappelijke en technologische kennis in de bedrijven, "
    "de expertise van Thomas More Kempen en de wetenschapscommunicatie van Hidrodoe en Natuur & Wetenschap vzw. "
    "Samen ontwikkelen de partners interactieve STEM-trajecten, ook voor STEM-academies elders in Vlaanderen."
)
FACTS = "\n".join(
    (
        "Neteland STEM-land hield in mei 2024 een STEM-congres in Vorselaar; de alliantie bestaat dus al langer dan de "
        "voorbeeldgegevens hier. (Advies STEM-platform, mei 2025, bijlage.)",
        "Over meerdere jaren bereikte de aanpak 71 % van de jongeren uit de vijfde leerjaren. "
        "(Advies STEM-platform, mei 2025, hoofdstuk 2; een geciteerd feit, geen meting in deze toepassing.)",
        "De vijf gemeenten van regio Neteland werken samen op 44 domeinen. (Advies STEM-platform, mei 2025, hoofdstuk 2.)",
        "Elk jaar rapporteert een kerngroep aan de bedrijven met een impactrapport. (Advies STEM-platform, mei 2025, "
        "hoofdstuk 2.)",
        "De alliantie verbreedt van de lagere school naar een continuüm van 10 tot 18 jaar. (Advies STEM-platform, mei 2025, "
        "hoofdstuk 2.)",
    )
)
VALUE = (
    "Kinderen en jongeren ontdekken dicht bij huis wat wetenschap en techniek met hun talent kunnen doen; scholen krijgen "
    "inhoud en begeleiding, bedrijven tonen wie ze nodig hebben, gemeenten bereiken elk gezin, vrijetijdspartners krijgen "
    "nieuwe deelnemers."
)


def tell(stage: Stage) -> None:
    """Set the scenes."""
    stage.on(stage.early(470), lambda: _register(stage))
    stage.on(stage.early(465), lambda: _begin(stage))
    stage.on(stage.early(440), lambda: _partners(stage))
    stage.on(stage.early(430), lambda: _represent(stage))
    stage.on(stage.early(420), lambda: _words(stage))
    stage.on(stage.early(410), lambda: stage.meet(KEY, WHO, "existing-initiatives-used"))
    stage.on(stage.early(405), lambda: stage.complete(KEY, WHO, 1))
    stage.on(stage.early(400), lambda: _decided(stage))
    stage.on(stage.early(390), lambda: _mandate(stage))
    _log(stage)
    _reported_year(stage)
    stage.on(stage.early(310), lambda: _needs(stage))
    stage.on(stage.early(300), lambda: stage.complete(KEY, WHO, 2))
    stage.on(stage.early(150), lambda: stage.meet(KEY, WHO, "collaboration-platform", "mutual-visits"))
    stage.on(stage.early(30), lambda: stage.complete(KEY, WHO, 3))
    stage.on(stage.early(20), lambda: stage.meet(KEY, WHO, "shared-spaces"))


def _reported_year(stage: Stage) -> None:
    """Small beginnings in the last reported year, of which its report tells; example data like all of it."""
    year = stage.last
    core = ("Stad Herentals", "Thomas More Kempen", "Hidrodoe", "Voorbeeldbedrijf Neteland Techniek")
    made: list[int] = []

    def plan() -> None:
        draft = pilots.Draft(
            name="Eerste proefworkshops over water",
            starts_on=date(year, 10, 14),
            description=f"Drie klassen proberen uit wat later een reeks wordt. {EXAMPLE}",
            place="Herentals",
            budget=Decimal(900),
            partners=frozenset(stage.partners[KEY, name].id for name in core[1:]),
        )
        made.append(pilots.plan(stage.alliances[KEY], draft, actor=stage.actor(WHO)).id)

    def do(what: Callable[..., object], /, *facts: object, **more: object) -> None:
        what(pilots.pilot_by_id(made[0]), *facts, **more, actor=stage.actor(WHO))

    def finish() -> None:
        findings = f"De proefjes met water werken; een klas van dertig moet in twee groepen. {EXAMPLE}"
        do(running.finish, running.Evaluation(findings, PilotDecision.SCALE_UP, today()))
        do(running.move, name="scale")

    def count() -> None:
        cells = {("gender", "girls"): 33, ("gender", "boys"): 37, ("target_group", "primary"): 71}
        do(reach.record, reach.Entry(year, 71, cells, note=f"Geteld bij elke workshop. {EXAMPLE}"))

    def log(month: int, day: int, kind: LogKind, text: str) -> None:
        stage.on(date(year, month, day), lambda: stage.log(KEY, WHO, kind, f"{text} {EXAMPLE}", *core))

    stage.on(date(year, 10, 5), plan)
    stage.on(date(year, 10, 14), lambda: do(running.begin, on=today()))
    stage.on(date(year, 12, 9), finish)
    stage.on(date(year, 12, 16), count)
    log(10, 7, LogKind.MEETING, "Netwerkoverleg: wie geeft de proefworkshops, en waar.")
    log(11, 18, LogKind.MEETING, "Netwerkoverleg: wat de eerste proefworkshops leren.")
    log(11, 25, LogKind.EVENT, "Proefworkshop over water in Hidrodoe.")


def _register(stage: Stage) -> None:
    add, kind = stage.organisation, OrganisationKind
    add("Thomas More Kempen", kind.UNIVERSITY_COLLEGE, "Geel", is_fictitious=False)
    add("Hidrodoe", kind.MUSEUM, "Herentals", is_fictitious=False)
    add("Natuur & Wetenschap vzw", kind.ASSOCIATION, "Herentals", is_fictitious=False)
    for name, place in (
        ("Gemeente Grobbendonk", "Grobbendonk"),
        ("Stad Herentals", "Herentals"),
        ("Gemeente Herenthout", "Herenthout"),
        ("Gemeente Olen", "Olen"),
        ("Gemeente Vorselaar", "Vorselaar"),
    ):
        add(name, kind.LOCAL_AUTHORITY, place, is_fictitious=False)
    add("Voorbeeldbedrijf Neteland Techniek", kind.COMPANY, "Herentals", "Olen")
    add("Voorbeeldbedrijf Kempen Materialen", kind.COMPANY, "Olen")
    add("Voorbeeldschool De Nete", kind.PRIMARY_SCHOOL, "Grobbendonk", "Vorselaar")
    add("Voorbeeld-STEM-academie Neteland", kind.STEM_ACADEMY, *PLACES)


def _begin(stage: Stage) -> None:
    stage.found(KEY, "Neteland STEM-land", "REFREG03", PLACES, PURPOSE, Provenance.EXAMPLE, WHO)
    stage.accept(KEY)


def _partners(stage: Stage) -> None:
    role = PartnerRoleKind

    def join(name: str, *roles: PartnerRoleKind, core: bool = True, **words: str) -> None:
        stage.join(KEY, name, *roles, who=WHO, core=core, **words)  # type: ignore[arg-type]

    join(
        "Stad Herentals",
        role.LEAD,
        role.COORDINATOR,
        responsibility="Trekt en coördineert, en brengt de diensten van de vijf gemeenten samen.",
        gain="Een sterk vrijetijdsaanbod voor alle kinderen.",
    )
    join(
        "Thomas More Kempen",
        role.EXPERTISE,
        responsibility="Ontwikkelt de inhoud van workshops en meet wat ze doen.",
        gain="Studenten in de lerarenopleiding doen ervaring op.",
    )
    join(
        "Natuur & Wetenschap vzw",
        role.EXPERTISE,
        responsibility="Maakt en begeleidt de trajecten.",
        gain="Haar methodes bereiken heel Vlaanderen.",
    )
    join(
        "Voorbeeldbedrijf Neteland Techniek",
        role.FUNDING,
        responsibility="Opent elk jaar de deuren en steunt met mensen en middelen.",
        gain="Jongeren leren het bedrijf kennen.",
    )
    for name in ("Gemeente Grobbendonk", "Gemeente Herenthout", "Gemeente Olen", "Gemeente Vorselaar"):
        join(name, role.COMMUNICATION, core=False)
    stage.join(
        KEY,
        "Hidrodoe",
        role.HOST,
        who=WHO,
        core=True,
        responsibility="Ontvangt de klassen en de STEM-academie.",
        gain="Nieuwe doelgroepen voor de wetenschap van water.",
        more={Pillar.EDUCATION: "geeft workshops in de klas"},
    )


def _represent(stage: Stage) -> None:
    user = accounts.user_by_id(stage.people["partner"].id)
    accounts.give_role(user, Role.PARTNER, organisation_id=stage.organisations["Hidrodoe"].id, actor=SYSTEM)


def _words(stage: Stage) -> None:
    alliance = stage.alliances[KEY]
    alliances.edit(
        alliance,
        name=alliance.name,
        purpose=PURPOSE,
        value_proposition=VALUE,
        website="https://www.stemneteland.be",
        cited_facts=FACTS,
        version=alliance.version,
        actor=stage.actor(WHO),
    )


def _decided(stage: Stage) -> None:
    stage.milestone("partners-decide", stage.own_place(KEY), actor=stage.actor(WHO), note="Voorbeeldgegeven.")
    phases.decide(stage.alliances[KEY], PhaseLetter.B, on=stage.early(400), actor=stage.manager)


def _mandate(stage: Stage) -> None:
    alliances.give_mandate(
        stage.alliances[KEY],
        task="In de Kempen de lead nemen, de aanpak delen met andere gemeenten en jaarlijks verslag uitbrengen. "
        "(Voorbeeldgegeven.)",
        since=stage.early(390),
        until=None,
        actor=stage.manager,
    )


def _needs(stage: Stage) -> None:
    note = "Besproken in de kerngroep. (Voorbeeldgegeven.)"
    stage.meet(KEY, WHO, "needs-current-offer", "needs-challenges", note=note)


def _log(stage: Stage) -> None:
    def scene(days: int, kind: LogKind, text: str, *present: str, who: str = WHO, criterion: str | None = None) -> None:
        stage.on(stage.early(days), lambda: stage.log(KEY, who, kind, text, *present, criterion=criterion))

    core = ("Stad Herentals", "Thomas More Kempen", "Hidrodoe", "Voorbeeldbedrijf Neteland Techniek")
    scene(380, LogKind.MEETING, "Eerste overleg van de kerngroep: wie doet wat.", *core, criterion="roles-explicit")
    scene(320, LogKind.DECISION, "De kerngroep kiest drie doelen voor de komende jaren.", *core)
    scene(250, LogKind.VISIT, "De partners bezoeken elkaar: vandaag Hidrodoe.", "Hidrodoe", "Gemeente Olen")
    scene(
        190,
        LogKind.MEETING,
        "Netwerkoverleg: planning van de workshops in de vijfde leerjaren.",
        *core,
        criterion="network-meetings",
    )
    scene(120, LogKind.EVENT, "Workshopdag over circulaire economie bij het voorbeeldbedrijf.", *core[1:])
    scene(60, LogKind.MEETING, "Netwerkoverleg: wat loopt goed, wat moet anders.", *core, criterion="network-meetings")
    scene(18, LogKind.NOTE, "Tweede workshopreeks gestart; de inschrijvingen lopen via de gemeenten.")
    scene(
        6, LogKind.NOTE, "Klas uit Vorselaar op bezoek; leerlingen bouwden een waterfilter.", "Hidrodoe", who="partner"
    )
