"""What the tests of the signals share: three alliances in three regions, with somebody who speaks for each."""

from dataclasses import dataclass

from alliance_tracker.alliances.models import Alliance
from alliance_tracker.database import transaction
from alliance_tracker.learning import service
from alliance_tracker.learning.models import Signal
from alliance_tracker.policy import Actor, Role
from tests.builders import make_actor, make_alliance

ADDRESS = "http://localhost/signals/%s"
PLACES = (("REFREG03", "Geel"), ("REFREG05", "Brugge"), ("REFREG03", "Mol"), ("REFREG15", "Genk"))


@dataclass(frozen=True)
class Field:
    """Alliances, who speaks for each, and who answers for VLAIO."""

    alliances: list[Alliance]
    speakers: list[Actor]
    manager: Actor

    def too(self, signal: Signal, number: int, words: str = "Bij ons ook.") -> None:
        with transaction():
            service.support(signal, self.alliances[number], words=words, actor=self.speakers[number])

    def answer(self, signal: Signal, move: str, reason: str = "Daarom.") -> None:
        with transaction():
            service.answer(signal, move, reason=reason, address=ADDRESS, actor=self.manager)

    def merge(self, signal: Signal, target: Signal, reason: str = "Dit is hetzelfde.") -> Signal:
        with transaction():
            return service.merge(signal, target, reason=reason, address=ADDRESS, actor=self.manager)


def make_field(how_many: int = 3) -> Field:
    """The first and the third alliance lie in the same region."""
    alliances = [make_alliance(region=region, municipalities=[place]) for region, place in PLACES[:how_many]]
    speakers = [make_actor(Role.COORDINATOR, alliance_id=alliance.id) for alliance in alliances]
    return Field(alliances, speakers, make_actor(Role.PROJECT_MANAGER))
