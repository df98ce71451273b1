"""What Flanders does: milestones, conversations with regions and cities, preconditions. Example data, and marked so.

The owners are real bodies: none of them has anything late here.
"""

from datetime import date

from alliance_tracker.database import db, today
from alliance_tracker.demo.stage import Stage
from alliance_tracker.regions import service as regions
from alliance_tracker.regions.models import Region
from alliance_tracker.rollout import places, programme
from alliance_tracker.rollout.models import ActionStatus
from alliance_tracker.rollout.places import FLANDERS
from alliance_tracker.rollout.programme_queries import action_by_key

EXAMPLE = "Voorbeeldgegeven."
PEOPLE = "Streekwerking, gemeenten, onderwijs en bedrijven uit de regio."


def tell(stage: Stage) -> None:
    """Set the scenes."""
    for key, day in (
        ("idea-launched", date(2025, 7, 1)),
        ("vvsg-day", date(2025, 6, 5)),
        ("centre-cities-meeting", date(2025, 10, 2)),
    ):
        if day < stage.today:
            # A public fact keeps its own day, whenever the demonstration is loaded; only its record is of the story.
            stage.on(
                max(day, stage.ago(480)),
                lambda key=key, day=day: stage.milestone(key, FLANDERS, note=EXAMPLE, done_on=day),  # type: ignore[misc]
            )
    for number, code in enumerate(("REFREG03", "REFREG14", "REFREG15", "REFREG13", "REFREG09", "REFREG05")):
        stage.on(stage.ago(300 - 20 * number), lambda code=code: _conversation(stage, code))  # type: ignore[misc]
    stage.on(stage.ago(180), lambda: _cities(stage))
    for code, text, days in (
        ("REFREG01", "Verkennend gesprek met de streekwerking plannen.", -90),
        ("REFREG08", "Contact leggen met de STEM-gangmaker van de regio.", -120),
        ("REFREG12", "Gemeenten samenbrengen rond een eerste initiatief.", -150),
    ):
        stage.on(stage.ago(35), lambda code=code, text=text, days=days: _next(stage, code, text, days))  # type: ignore[misc]
    stage.on(stage.ago(200), lambda: _actions(stage))


def _conversation(stage: Stage, code: str) -> None:
    region = db().get_one(Region, code)
    stage.milestone(
        "region-conversation",
        places.of_region(region),
        note=f"Het gesprek over het stappenplan en over wie kan trekken. {EXAMPLE}",
        participants=PEOPLE,
        next_step="Terugkoppelen na een half jaar.",
    )


def _cities(stage: Stage) -> None:
    for code in ("REFREG14", "REFREG15", "REFREG03"):
        for place in places.in_region(code)[1:2]:
            stage.milestone(
                "centre-city-conversation", place, note=EXAMPLE, participants="Schepenen en diensten van de stad."
            )


def _next(stage: Stage, code: str, text: str, days: int) -> None:
    poor = code == "REFREG12"
    regions.follow_up(
        db().get_one(Region, code),
        next_step=text,
        next_step_on=stage.ago(days),
        stem_poor=poor,
        stem_poor_reason=f"Nog geen actief netwerk en weinig STEM-aanbod buiten de school. {EXAMPLE}" if poor else "",
        version=None,
        actor=stage.manager,
    )


def _actions(stage: Stage) -> None:
    for key, status, owner, days in (
        ("project-manager", ActionStatus.DONE, "VLAIO", 0),
        ("permanent-connectors", ActionStatus.UNDER_WAY, "VLAIO en VVSG", -400),
        ("private-partners-take-part", ActionStatus.UNDER_WAY, "Agentschap Binnenlands Bestuur", -430),
        ("convenants-not-dossiers", ActionStatus.UNDER_WAY, "VLAIO", -500),
    ):
        action = action_by_key(key)
        programme.follow_up(
            action,
            status=status,
            owner=owner,
            due_on=stage.ago(days) if days else None,
            done_on=today() if status is ActionStatus.DONE else None,
            note=EXAMPLE,
            reason="",
            version=action.version,
            actor=stage.manager,
        )
