"""Fictitious alliances, plainly marked: at different steps and speeds, one lacks a pillar, one is paused, one ended."""

from alliance_tracker.activities.models import LogKind
from alliance_tracker.alliances import partners, service
from alliance_tracker.alliances.models import DueDatesWhilePaused, PartnerRoleKind, Provenance
from alliance_tracker.database import today
from alliance_tracker.demo.stage import Stage
from alliance_tracker.organisations.models import OrganisationKind
from alliance_tracker.rollout import phases
from alliance_tracker.rollout.models import PhaseLetter
from alliance_tracker.stappenplan import flags
from alliance_tracker.stappenplan.models import FlagKind

WHO = "coordinator2"
KIND, ROLE = OrganisationKind, PartnerRoleKind

#: Key, name, region, municipalities, what it wants, days since it began.
ALLIANCES = (
    (
        "vonk",
        "Fictieve STEM-alliantie De Vonk",
        "REFREG14",
        ("Sint-Niklaas", "Temse"),
        "Techniek die vonkt, van de klas tot de werkvloer.",
        380,
    ),
    (
        "proeftuin",
        "Fictieve STEM-alliantie Proeftuin Kolenspoor",
        "REFREG15",
        ("Genk", "Hasselt"),
        "Een proeftuin rond energie, met de mijnsite als klas.",
        300,
    ),
    (
        "schakel",
        "Fictieve STEM-alliantie De Ontbrekende Schakel",
        "REFREG07",
        ("Ieper", "Poperinge"),
        "Landbouw en techniek als één verhaal.",
        220,
    ),
    (
        "rustpunt",
        "Fictieve STEM-alliantie Rustpunt",
        "REFREG05",
        ("Leuven", "Tienen"),
        "Wetenschap in elke bibliotheek.",
        260,
    ),
    (
        "kustwind",
        "Fictieve STEM-alliantie Kustwind",
        "REFREG09",
        ("Oostende", "Bredene"),
        "Blauwe energie als leerschool.",
        150,
    ),
    ("eindhalte", "Fictieve STEM-alliantie Eindhalte", "REFREG10", ("Roeselare",), "Textiel en techniek.", 420),
    (
        "stroom",
        "Fictief initiatief Denderstroom",
        "REFREG11",
        ("Aalst", "Ninove"),
        "Een alliantie langs de Dender, met scholen en maakplekken.",
        12,
    ),
)


def tell(stage: Stage) -> None:
    """Set the scenes."""
    stage.on(stage.ago(425), lambda: _register(stage))
    for key, name, region, places, purpose, days in ALLIANCES:
        stage.on(
            stage.ago(days),
            lambda key=key, name=name, region=region, places=places, purpose=purpose: stage.found(  # type: ignore[misc]
                key, name, region, places, purpose, Provenance.FICTITIOUS, WHO
            ),
        )
        if key != "stroom":
            stage.on(stage.ago(days - 5), lambda key=key: stage.accept(key, is_trial=key == "proeftuin"))  # type: ignore[misc]
    _vonk(stage)
    _proeftuin(stage)
    _schakel(stage)
    _kustwind(stage)
    _others(stage)


def _register(stage: Stage) -> None:
    for name, *places in (
        ("Waasland", "Sint-Niklaas", "Temse"),
        ("Limburg", "Genk", "Hasselt"),
        ("Westhoek", "Ieper", "Poperinge"),
        ("Oost-Brabant", "Leuven", "Tienen"),
        ("Kust", "Oostende", "Bredene"),
        ("Midwest", "Roeselare"),
    ):
        add = stage.organisation
        add(f"Voorbeeldbedrijf {name} Metaal", KIND.COMPANY, *places)
        add(f"Voorbeeldbedrijf {name} Software", KIND.COMPANY, *places)
        add(f"Voorbeeldfederatie {name}", KIND.SECTOR_FEDERATION, *places)
        add(f"Voorbeeldhogeschool {name}", KIND.UNIVERSITY_COLLEGE, *places)
        add(f"Voorbeeldschool {name}", KIND.SECONDARY_SCHOOL, *places)
        add(f"Voorbeeldbasisschool {name}", KIND.PRIMARY_SCHOOL, *places)
        add(f"Voorbeeldgemeente {name}", KIND.LOCAL_AUTHORITY, *places)
        add(f"Voorbeeld-intercommunale {name}", KIND.INTERMUNICIPAL, *places)
        add(f"Voorbeeldbib {name}", KIND.LIBRARY, *places)
        add(f"Voorbeeld-fablab {name}", KIND.FABLAB, *places)


def _helix(stage: Stage, key: str, name: str, *, without: str = "") -> None:
    """A core partner from each pillar, the company leading."""
    for organisation, roles in (
        (f"Voorbeeldbedrijf {name} Metaal", (ROLE.LEAD,)),
        (f"Voorbeeldhogeschool {name}", (ROLE.EXPERTISE,)),
        (f"Voorbeeldgemeente {name}", (ROLE.COORDINATOR, ROLE.COMMUNICATION)),
        (f"Voorbeeld-fablab {name}", (ROLE.HOST,)),
    ):
        if not without or without not in organisation:
            stage.join(
                key,
                organisation,
                *roles,
                who=WHO,
                core=True,
                responsibility="Staat in voor een deel van het programma.",
                gain="Bereikt jongeren die het anders niet bereikt.",
            )


def _value(stage: Stage, key: str) -> None:
    alliance = stage.alliances[key]
    service.edit(
        alliance,
        name=alliance.name,
        purpose=alliance.purpose,
        value_proposition="Wat de partners samen winnen, is meer dan de som: één aanbod, één agenda, één gezicht.",
        website="",
        cited_facts="",
        version=alliance.version,
        actor=stage.actor(WHO),
    )


def _vonk(stage: Stage) -> None:
    key = "vonk"
    present = ("Voorbeeldbedrijf Waasland Metaal", "Voorbeeldhogeschool Waasland", "Voorbeeldgemeente Waasland")
    stage.on(stage.ago(370), lambda: _helix(stage, key, "Waasland"))
    stage.on(stage.ago(360), lambda: stage.complete(key, WHO, 1))
    stage.on(stage.ago(350), lambda: stage.milestone("partners-decide", stage.own_place(key), actor=stage.actor(WHO)))
    stage.on(stage.ago(345), lambda: _to(stage, key, PhaseLetter.B))
    stage.on(
        stage.ago(340),
        lambda: _mandate(stage, key, "In het Waasland trekken en de aanpak delen met de buurgemeenten."),
    )
    stage.on(stage.ago(330), lambda: _value(stage, key))
    stage.on(
        stage.ago(320),
        lambda: stage.meet(key, WHO, "needs-current-offer", "needs-challenges"),
    )
    stage.on(stage.ago(300), lambda: stage.complete(key, WHO, 2))
    for days, text in (
        (200, "Netwerkoverleg in het fablab."),
        (70, "Netwerkoverleg bij het bedrijf: de jaarplanning."),
    ):
        stage.on(stage.ago(days), lambda text=text: stage.log(key, WHO, LogKind.MEETING, text, *present))  # type: ignore[misc]
    stage.on(
        stage.ago(90),
        lambda: _flag(
            stage,
            key,
            "build-network",
            "collaboration-platform",
            FlagKind.UNCLEAR,
            "Telt een gedeelde map als plek om samen te werken?",
        ),
    )
    stage.on(stage.ago(15), lambda: stage.log(key, WHO, LogKind.NOTE, "Eerste talentdag gepland, 40 plaatsen."))


def _to(stage: Stage, key: str, letter: PhaseLetter) -> None:
    phases.decide(
        stage.alliances[key],
        letter,
        on=today(),
        reason="De voorbereiding is rond. (Voorbeeldgegeven.)",
        in_spite=True,
        actor=stage.manager,
    )


def _mandate(stage: Stage, key: str, task: str, days: int | None = None) -> None:
    until = stage.ago(-days) if days is not None else None
    service.give_mandate(
        stage.alliances[key], task=f"{task} (Voorbeeldgegeven.)", since=today(), until=until, actor=stage.manager
    )


def _flag(stage: Stage, key: str, step: str, criterion: str | None, kind: FlagKind, remark: str) -> None:
    flags.raise_flag(
        stage.alliances[key], step_key=step, criterion_key=criterion, kind=kind, remark=remark, actor=stage.actor(WHO)
    )


def _proeftuin(stage: Stage) -> None:
    """A trial alliance whose first step no longer holds: its leisure partner left."""
    key = "proeftuin"
    stage.on(stage.ago(290), lambda: _helix(stage, key, "Limburg"))
    stage.on(stage.ago(280), lambda: stage.complete(key, WHO, 1))
    stage.on(stage.ago(275), lambda: stage.milestone("partners-decide", stage.own_place(key), actor=stage.actor(WHO)))
    stage.on(stage.ago(270), lambda: _to(stage, key, PhaseLetter.B))
    stage.on(
        stage.ago(200),
        lambda: _flag(
            stage,
            key,
            "identify-partners",
            "stakeholders-mapped",
            FlagKind.NOT_FEASIBLE,
            "Tien organisaties is veel voor een kleine gemeente.",
        ),
    )
    stage.on(
        stage.ago(180),
        lambda: _flag(
            stage, key, "small-projects", None, FlagKind.MISSING, "Veiligheid op bezoek in een bedrijf ontbreekt."
        ),
    )
    stage.on(
        stage.ago(40),
        lambda: partners.leave(
            stage.partners[key, "Voorbeeld-fablab Limburg"],
            on=today(),
            reason="Het fablab verhuist naar een andere regio.",
            actor=stage.actor(WHO),
        ),
    )
    stage.on(stage.ago(38), lambda: stage.log(key, WHO, LogKind.RISK, "We zoeken een nieuwe vrijetijdspartner."))


def _schakel(stage: Stage) -> None:
    key = "schakel"
    stage.on(stage.ago(200), lambda: _helix(stage, key, "Westhoek", without="fablab"))
    stage.on(stage.ago(150), lambda: stage.log(key, WHO, LogKind.VISIT, "Bezoek aan een melkveebedrijf met sensoren."))


def _kustwind(stage: Stage) -> None:
    key = "kustwind"
    stage.on(stage.ago(140), lambda: _helix(stage, key, "Kust"))
    stage.on(stage.ago(120), lambda: stage.complete(key, WHO, 1))
    stage.on(stage.ago(110), lambda: _mandate(stage, key, "Aan de kust trekken en andere gemeenten meenemen.", 45))
    stage.on(stage.ago(100), lambda: stage.meet(key, WHO, "needs-current-offer"))
    stage.on(stage.ago(10), lambda: stage.log(key, WHO, LogKind.EVENT, "Open dag op de werf van een windpark."))


def _others(stage: Stage) -> None:
    stage.on(stage.ago(240), lambda: _helix(stage, "rustpunt", "Oost-Brabant"))
    stage.on(
        stage.ago(60),
        lambda: service.pause(
            stage.alliances["rustpunt"],
            since=today(),
            due_dates=DueDatesWhilePaused.SHIFT,
            reason="De coördinator is langdurig afwezig; de partners zoeken vervanging.",
            actor=stage.actor(WHO),
        ),
    )
    stage.on(stage.ago(400), lambda: _helix(stage, "eindhalte", "Midwest"))
    stage.on(
        stage.ago(80),
        lambda: service.end(
            stage.alliances["eindhalte"],
            on=today(),
            reason="De partners gaan op in een grotere samenwerking.",
            actor=stage.manager,
        ),
    )
