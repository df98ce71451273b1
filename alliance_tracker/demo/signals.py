"""Signals of the demonstration: answered in time, answered late, waiting, refused, merged; all of it example data."""

from collections.abc import Callable

from flask import current_app

from alliance_tracker.demo.stage import Stage
from alliance_tracker.learning import service
from alliance_tracker.learning.models import Signal, SignalKind

NETELAND, FICTITIOUS = "coordinator", "coordinator2"
BARRIER, PROPOSAL, PRACTICE = SignalKind
EXAMPLE = "(Voorbeeldgegeven.)"


def tell(stage: Stage) -> None:
    """Set the scenes."""
    found: dict[str, Signal] = {}

    def raised(days: int, name: str, alliance: str, kind: SignalKind, title: str, text: str, **more: object) -> None:
        def scene() -> None:
            draft = service.Draft(kind=kind, title=title, text=f"{text} {EXAMPLE}", **more)  # type: ignore[arg-type]
            who = NETELAND if alliance == "neteland" else FICTITIOUS
            found[name] = service.raise_signal(
                stage.alliances[alliance],
                draft,
                days=current_app.config["SIGNAL_ANSWER_DAYS"],
                actor=stage.actor(who),
            )

        stage.on(stage.ago(days), scene)

    def too(days: int, name: str, alliance: str, words: str) -> None:
        who = NETELAND if alliance == "neteland" else FICTITIOUS
        stage.on(
            stage.ago(days),
            lambda: service.support(
                found[name], stage.alliances[alliance], words=f"{words} {EXAMPLE}", actor=stage.actor(who)
            ),
        )

    def answered(days: int, name: str, move: str, reason: str) -> None:
        _answer(stage, days, lambda: found[name], move, f"{reason} {EXAMPLE}")

    raised(
        200,
        "form",
        "vonk",
        BARRIER,
        "Geen lichte rechtsvorm om als alliantie samen te werken",
        "Zonder eigen vzw kan de alliantie geen rekening openen en niemand in dienst nemen; een vzw is voor vier "
        "partners te zwaar.",
        precondition_key="barriers",
        rule="Wetboek van vennootschappen en verenigingen",
    )
    too(185, "form", "schakel", "Bij ons betaalt de gemeente nu alles voor, en verrekent achteraf.")
    too(170, "form", "neteland", "Ook wij zoeken een vorm waarin bedrijven en gemeenten samen kunnen tekenen.")
    answered(125, "form", "study", "Wij vragen juridisch advies over een samenwerkingsovereenkomst zonder vzw.")
    answered(60, "form", "adopt", "Een modelovereenkomst volstaat: zij komt bij het convenant.")
    raised(
        160,
        "report",
        "neteland",
        PRACTICE,
        "Een jaarlijks impactrapport aan de bedrijven houdt hen betrokken",
        "De kerngroep legt elk jaar op één blad voor wat de inzet van de bedrijven opleverde.",
    )
    too(150, "report", "proeftuin", "Wij namen het blad over; twee bedrijven tekenden bij.")
    answered(130, "report", "adopt", "Wij nemen het op als goede praktijk in de handleiding.")
    answered(90, "report", "finish", "Het staat in de handleiding die elke nieuwe alliantie krijgt.")
    raised(
        140,
        "card",
        "proeftuin",
        PROPOSAL,
        "Eén leerlingenkaart voor alle STEM-academies",
        "Met één kaart kan een leerling in elke academie terecht.",
    )
    answered(110, "card", "refuse", "Een kaart met gegevens van leerlingen is niet verenigbaar met de privacyregels.")
    raised(
        95,
        "bus",
        "neteland",
        BARRIER,
        "Busvervoer naar een techniekdag valt buiten elke subsidie",
        "De kleine scholen blijven thuis: een bus kost meer dan de dag zelf.",
        precondition_key="barriers",
    )
    too(85, "bus", "vonk", "Twee van onze acht scholen haakten hierom af.")
    too(80, "bus", "kustwind", "Aan de kust is er in de winter ook geen belbus.")
    answered(70, "bus", "study", "Wij bekijken met De Lijn en met Onderwijs wat kan.")
    raised(
        75,
        "insurance",
        "proeftuin",
        BARRIER,
        "De verzekering verbiedt dat bedrijven machines aan scholen uitlenen",
        "Drie bedrijven willen uitlenen; hun verzekeraar sluit gebruik door minderjarigen uit.",
        precondition_key="barriers",
    )
    too(50, "insurance", "kustwind", "Hetzelfde met een lastoestel.")
    raised(
        30,
        "same",
        "schakel",
        BARRIER,
        "Onze alliantie vindt geen passende rechtsvorm",
        "De partners willen samen tekenen, maar weten niet in welke vorm.",
        precondition_key="barriers",
    )
    stage.on(
        stage.ago(24),
        lambda: service.merge(
            found["same"],
            found["form"],
            reason=f"Dit is dezelfde vraag. {EXAMPLE}",
            address="/signals/%s",
            actor=stage.manager,
        ),
    )
    raised(
        10,
        "hours",
        "kustwind",
        PROPOSAL,
        "Uren van gastleraren uit bedrijven laten meetellen als opleiding",
        "Dan kan een bedrijf vaker iemand laten gaan.",
        precondition_key="governance",
    )


def _answer(stage: Stage, days: int, signal: Callable[[], Signal], move: str, reason: str) -> None:
    stage.on(
        stage.ago(days),
        lambda: service.answer(signal(), move, reason=reason, address="/signals/%s", actor=stage.manager),
    )
