"""De Jaarringen, a fictitious pioneer that has worked for three reported years: what its reports tell of.

All that a report can say happens here: pilots with whom they reached, figures with their parts, money drawn and brought,
commitments kept and late, signals with their answers, and partners that sign, refuse or do not answer. The years are
counted from the last one that is reported, so that the story tells the same whenever it is loaded.
"""

from datetime import date

from alliance_tracker.activities.models import LogKind
from alliance_tracker.alliances import partners
from alliance_tracker.alliances import service as alliances
from alliance_tracker.alliances.models import PartnerRoleKind, Provenance
from alliance_tracker.database import today
from alliance_tracker.demo import jaarringen_agreed, jaarringen_figures, jaarringen_work
from alliance_tracker.demo.agreeing import EXAMPLE
from alliance_tracker.demo.jaarringen_cast import (
    KEY,
    KIND,
    MAKERS,
    MUSEUM,
    NAME,
    OTHERS,
    PRIMARY,
    ROLE,
    SCHOOL,
    TEXTILE,
    TOWN,
    WHO,
    WOOD,
)
from alliance_tracker.demo.stage import Stage
from alliance_tracker.goals import service as goals
from alliance_tracker.rollout import phases
from alliance_tracker.rollout.models import PhaseLetter


def tell(stage: Stage, last: int) -> None:
    """Set the scenes; `last` is the last reported year."""
    first = last - 2
    _founded(stage, first)
    _grew(stage, first)
    jaarringen_figures.aim(stage, first)
    for year in (first, first + 1, last):
        _worked(stage, year)
        stage.on(date(year + 1, 2, 1), lambda year=year: jaarringen_figures.measure(stage, year, year - first))  # type: ignore[misc]
    _goes_on(stage)
    jaarringen_work.pilot(stage, first)
    jaarringen_work.signal(stage, first)
    jaarringen_agreed.agree(stage, first)
    jaarringen_agreed.account(stage, first)


# The network ---------------------------------------------------------------------------------------------------------


def _founded(stage: Stage, year: int) -> None:
    places = ("Brugge", "Damme")
    names = (
        (WOOD, KIND.COMPANY, (ROLE.LEAD,)),
        (SCHOOL, KIND.SECONDARY_SCHOOL, (ROLE.HOST,)),
        (TOWN, KIND.LOCAL_AUTHORITY, (ROLE.COORDINATOR,)),
        (MAKERS, KIND.FABLAB, (ROLE.EXPERTISE,)),
    )

    def begin() -> None:
        for name, kind, _ in names:
            stage.organisation(name, kind, *places)
        stage.organisation(MUSEUM, KIND.MUSEUM, "Brugge")
        stage.organisation(PRIMARY, KIND.PRIMARY_SCHOOL, "Damme")
        stage.organisation(TEXTILE, KIND.COMPANY, "Brugge")
        for name, kind in OTHERS:
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

    stage.on(date(year, 1, 12), begin)
    stage.on(date(year, 1, 20), accept)


def _grew(stage: Stage, first: int) -> None:
    """Steps and phase, who joined, and who left."""

    def describe() -> None:
        alliance = stage.alliances[KEY]
        alliances.edit(
            alliance,
            name=alliance.name,
            purpose=alliance.purpose,
            value_proposition="Leerlingen werken met echt gereedschap, scholen hoeven het niet zelf te kopen, en "
            "bedrijven zien wie er handen voor heeft.",
            website="",
            cited_facts="",
            version=alliance.version,
            actor=stage.actor(WHO),
        )
        goals.save_needs(
            alliance,
            offer=f"Elke school zoekt zelf een werkplaats; wie er geen kent, gaat niet. {EXAMPLE}",
            challenges=f"Leerlingen uit Damme raken er niet, en meisjes kiezen zelden voor de werkplaats. {EXAMPLE}",
            choice=f"Vaste namiddagen in vier werkplaatsen, met vervoer, en groepen waar meisjes niet alleen staan. {EXAMPLE}",
            actor=stage.actor(WHO),
        )

    def decide() -> None:
        stage.milestone("partners-decide", stage.own_place(KEY), actor=stage.actor(WHO), note="Voorbeeldgegeven.")
        phases.decide(
            stage.alliances[KEY],
            PhaseLetter.B,
            on=today(),
            reason="De werkplaatsen zijn klaar. (Voorbeeldgegeven.)",
            in_spite=True,
            actor=stage.manager,
        )

    def join(name: str, *roles: PartnerRoleKind, core: bool = False, words: str = "") -> None:
        gain = "Bereikt jongeren die er anders niet komen."
        stage.join(KEY, name, *roles, who=WHO, core=core, responsibility=words, gain=gain)

    def leave() -> None:
        reason = f"Het bedrijf stopt met eigen productie in de regio. {EXAMPLE}"
        partners.leave(stage.partners[KEY, TEXTILE], on=today(), reason=reason, actor=stage.actor(WHO))

    stage.on(date(first, 2, 3), describe)
    stage.on(date(first, 3, 1), lambda: stage.complete(KEY, WHO, 1))
    stage.on(date(first, 3, 15), lambda: join(TEXTILE, ROLE.FUNDING, words="Levert stof en garen."))
    stage.on(date(first, 4, 2), decide)
    stage.on(date(first, 9, 10), lambda: stage.meet(KEY, WHO, "needs-current-offer", "needs-challenges"))
    stage.on(date(first, 9, 20), lambda: stage.complete(KEY, WHO, 2))
    stage.on(
        date(first + 1, 2, 3),
        lambda: join(MUSEUM, ROLE.HOST, core=True, words="Toont hoe men vroeger bouwde, en laat het nabouwen."),
    )
    stage.on(date(first + 1, 9, 2), lambda: join(PRIMARY, ROLE.HOST, words="Brengt de zesde leerjaren mee."))
    stage.on(date(first + 1, 11, 4), lambda: stage.meet(KEY, WHO, "collaboration-platform", "mutual-visits"))
    stage.on(date(first + 1, 12, 10), lambda: stage.complete(KEY, WHO, 3))
    stage.on(date(first + 2, 5, 16), lambda: stage.meet(KEY, WHO, "shared-spaces", "funding-explored"))
    stage.on(date(first + 2, 6, 30), leave)
    stage.on(date(first + 2, 12, 10), lambda: stage.complete(KEY, WHO, 4))


def _worked(stage: Stage, year: int) -> None:
    """Two meetings, a visit and an open day each year."""
    names = (WOOD, TOWN, MAKERS)
    for month, kind, text, criterion in (
        (3, LogKind.MEETING, "Voorjaarsoverleg: de werkplaatsen verdeelden de klassen.", "network-meetings"),
        (4, LogKind.VISIT, "De partners bezochten de werkplaats van de houtbouwer.", None),
        (5, LogKind.EVENT, "Opendeurdag van de werkplaatsen in Brugge en Damme.", None),
        (10, LogKind.MEETING, "Najaarsoverleg: wat werkte, en wat volgend jaar anders moet.", "roles-explicit"),
        (12, LogKind.DECISION, "De kerngroep legde de kalender van het volgende jaar vast.", None),
    ):
        stage.on(
            date(year, month, 14 if month < 12 else 3),
            lambda kind=kind, text=text, criterion=criterion: stage.log(  # type: ignore[misc]
                KEY, WHO, kind, text, *names, criterion=criterion
            ),
        )


def _goes_on(stage: Stage) -> None:
    """The network still meets."""
    for days, text in (
        (230, "Voorjaarsoverleg: de namiddagen zijn volgeboekt."),
        (40, "Najaarsoverleg: een vijfde werkplaats meldde zich."),
    ):
        stage.on(
            stage.ago(days),
            lambda text=text: stage.log(  # type: ignore[misc]
                KEY, WHO, LogKind.MEETING, text, WOOD, TOWN, MAKERS, criterion="network-meetings"
            ),
        )
