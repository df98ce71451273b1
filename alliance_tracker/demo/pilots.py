"""Pilots and communications of the demonstration: example data, marked so; the real alliance is in time with all."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from decimal import Decimal

from alliance_tracker.activities import service as log_service
from alliance_tracker.activities.models import LogKind
from alliance_tracker.communications import service as communications
from alliance_tracker.communications.models import Channel
from alliance_tracker.database import today
from alliance_tracker.demo.stage import Stage
from alliance_tracker.frameworks.terms import Scheme
from alliance_tracker.pilots import reach, running, service
from alliance_tracker.pilots.models import Pilot, PilotDecision

EXAMPLE = "(Voorbeeldgegeven.)"
WHO = {"neteland": "coordinator", "vonk": "coordinator2", "proeftuin": "coordinator2"}

Tags = Mapping[Scheme, frozenset[str]]
Made = dict[str, Pilot]


def tell(stage: Stage) -> None:
    """Set the scenes."""
    made: Made = {}
    _water(stage, made)
    _robots(stage, made)
    _talents(stage, made)
    _energy(stage, made)
    _communications(stage)
    stage.on(stage.ago(45), lambda: _family_day(stage))


def _tags(dimensions: Iterable[str], themes: Iterable[str], groups: Iterable[str]) -> Tags:
    return {
        Scheme.KADER_DIMENSION: frozenset(dimensions),
        Scheme.TRANSITION_THEME: frozenset(themes),
        Scheme.TARGET_GROUP: frozenset(groups),
    }


def _plan(stage: Stage, made: Made, key: str, name: str, *partners: str, lasts: int, **more: object) -> None:
    draft = service.Draft(
        name=name,
        starts_on=today() + timedelta(14),
        ends_on=today() + timedelta(14 + lasts),
        partners=frozenset(stage.partners[key, partner].id for partner in partners),
        **more,  # type: ignore[arg-type]
    )
    made[name] = service.plan(stage.alliances[key], draft, actor=stage.actor(WHO[key]))


def _step(
    stage: Stage, made: Made, key: str, name: str, days: int, what: Callable[..., object], /, **facts: object
) -> None:
    """Do `what` with the pilot `name`, so many days before the demonstration is loaded."""

    def scene() -> None:
        dated = {"on": today()} if what is running.begin else {}
        pilot = service.pilot_by_id(made[name].id)
        what(pilot, **dated, **facts, actor=stage.actor(WHO[key]))

    stage.on(stage.ago(days), scene)


def _reach(stage: Stage, made: Made, key: str, name: str, days: int, participants: int, **cells: int) -> None:
    """Record how many took part in the year of that day; `cells` by `breakdown__category`."""

    def scene() -> None:
        pilot = service.pilot_by_id(made[name].id)
        assert pilot is not None  # noqa: S101  # it was made in an earlier scene
        divided = {(what.partition("__")[0], what.partition("__")[2]): n for what, n in cells.items()}
        entry = reach.Entry(today().year, participants, divided, note=f"Geteld bij elke workshop. {EXAMPLE}")
        reach.record(pilot, entry, actor=stage.actor(WHO[key]))

    stage.on(stage.ago(days), scene)


def _finish(stage: Stage, made: Made, key: str, name: str, days: int, findings: str, decision: PilotDecision) -> None:
    def scene() -> None:
        pilot = service.pilot_by_id(made[name].id)
        assert pilot is not None  # noqa: S101  # it was made in an earlier scene
        evaluation = running.Evaluation(f"{findings} {EXAMPLE}", decision, today())
        running.finish(pilot, evaluation, actor=stage.actor(WHO[key]))

    stage.on(stage.ago(days), scene)


def _water(stage: Stage, made: Made) -> None:
    key, name = "neteland", "Workshopreeks over water in het vijfde leerjaar"
    stage.on(
        stage.ago(280),
        lambda: _plan(
            stage,
            made,
            key,
            name,
            "Hidrodoe",
            "Thomas More Kempen",
            "Stad Herentals",
            "Voorbeeldbedrijf Neteland Techniek",
            lasts=120,
            place="Herentals",
            description=f"Vier workshops over water: meten, filteren, bouwen, presenteren. {EXAMPLE}",
            budget=Decimal(6500),
            continuation=f"De gemeenten nemen het vervoer over, het bedrijf het materiaal. {EXAMPLE}",
            tags=_tags(
                ("integration", "problem-solving", "inquiry-design", "teamwork"),
                ("circular-economy", "energy-climate"),
                ("primary", "girls"),
            ),
        ),
    )
    _step(stage, made, key, name, 265, running.begin)
    _reach(
        stage,
        made,
        key,
        name,
        130,
        412,
        gender__girls=203,
        gender__boys=205,
        target_group__primary=412,
        target_group__disadvantaged=58,
    )
    findings = "De proefjes met echt water werken; de laatste workshop was te lang. Leerkrachten willen zelf verder."
    _finish(stage, made, key, name, 125, findings, PilotDecision.SCALE_UP)
    _step(stage, made, key, name, 110, running.move, name="scale")


def _robots(stage: Stage, made: Made) -> None:
    key, name = "neteland", "Robots en sensoren voor tieners"
    stage.on(
        stage.ago(75),
        lambda: _plan(
            stage,
            made,
            key,
            name,
            "Natuur & Wetenschap vzw",
            "Thomas More Kempen",
            lasts=150,
            place="Olen en Vorselaar",
            description=f"Na school bouwen tieners een sensor die hun straat meet. {EXAMPLE}",
            budget=Decimal(3200),
            tags=_tags(("technology", "modelling", "21st-century"), ("digitalisation",), ("secondary",)),
        ),
    )
    _step(stage, made, key, name, 60, running.begin)
    _reach(stage, made, key, name, 12, 34, gender__girls=13, gender__boys=21, target_group__secondary=34)


def _talents(stage: Stage, made: Made) -> None:
    """A pilot that is finished, and waits for what its evaluation decided."""
    key, name = "vonk", "Talentdag in het metaalbedrijf"
    stage.on(
        stage.ago(190),
        lambda: _plan(
            stage, made, key, name, "Voorbeeldbedrijf Waasland Metaal", "Voorbeeldhogeschool Waasland", lasts=30
        ),
    )
    _step(stage, made, key, name, 170, running.begin)
    findings = "De jongeren kwamen, de meisjes bleven weg: de uitnodiging toonde alleen machines."
    _finish(stage, made, key, name, 140, findings, PilotDecision.ADJUST)


def _energy(stage: Stage, made: Made) -> None:
    """A plan without partners, so that it cannot start; and one that was stopped."""
    key = "proeftuin"
    stage.on(stage.ago(50), lambda: _plan(stage, made, key, "Zonnepanelen op de mijnsite", lasts=60))
    name = "Energiewedstrijd tussen scholen"
    stage.on(stage.ago(160), lambda: _plan(stage, made, key, name, "Voorbeeldgemeente Limburg", lasts=40))
    _step(stage, made, key, name, 100, running.move, name="stop", reason="Te weinig scholen schreven zich in.")


def _family_day(stage: Stage) -> None:
    draft = log_service.Draft(
        kind=LogKind.EVENT,
        on=today(),
        text=f"Familiedag in Hidrodoe: proefjes voor jong en oud. {EXAMPLE}",
        present=frozenset({stage.partners["neteland", "Hidrodoe"].id}),
        participants=186,
    )
    log_service.log(stage.alliances["neteland"], draft, actor=stage.actor("coordinator"))


def _communications(stage: Stage) -> None:
    def scene(key: str, days: int, channel: Channel, title: str, answers: str, link: str = "") -> None:
        """`answers` says j or n to each of the four questions, in their order."""
        relevance, connectivity, interdisciplinarity, inclusion = (answer == "j" for answer in answers)
        stage.on(
            stage.ago(days),
            lambda: communications.log(
                stage.alliances[key],
                communications.Draft(
                    title=f"{title} {EXAMPLE}",
                    on=today(),
                    channel=channel,
                    link=link,
                    relevance=relevance,
                    connectivity=connectivity,
                    interdisciplinarity=interdisciplinarity,
                    inclusion=inclusion,
                ),
                actor=stage.actor(WHO[key]),
            ),
        )

    scene("neteland", 370, Channel.PRESS, "Streekkrant: vijf gemeenten bouwen samen aan STEM.", "jnnj")
    scene("neteland", 240, Channel.NEWSLETTER, "Nieuwsbrief aan de ouders van de vijfde leerjaren.", "jjnj")
    scene("neteland", 115, Channel.VIDEO, "Filmpje: water filteren met zand en stroom.", "jjjj")
    scene("neteland", 40, Channel.WEBSITE, "Terugblik op de familiedag.", "jjjj", "https://www.stemneteland.be")
    scene("vonk", 150, Channel.SOCIAL_MEDIA, "Oproep voor de talentdag.", "nnnn")
