"""The stage of the demonstration: people, a clock, and short words for what the services do."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa

from alliance_tracker.accounts import service as accounts
from alliance_tracker.accounts.models import User
from alliance_tracker.activities import service as log_service
from alliance_tracker.activities.models import LogKind
from alliance_tracker.alliances import partners as partner_service
from alliance_tracker.alliances import service as alliances
from alliance_tracker.alliances.models import Alliance, Partner, PartnerRoleKind, Provenance
from alliance_tracker.database import clock_at, db, today, transaction
from alliance_tracker.goals.models import Goal
from alliance_tracker.indicators.models import Indicator
from alliance_tracker.organisations import service as organisations
from alliance_tracker.organisations.models import Organisation, OrganisationKind, Pillar
from alliance_tracker.policy import SYSTEM, Actor, Role
from alliance_tracker.regions.models import Municipality
from alliance_tracker.rollout import milestones, places
from alliance_tracker.rollout.models import MilestoneStatus
from alliance_tracker.rollout.places import Place
from alliance_tracker.stappenplan import service as steps

#: How long ago the reports of the last year were read at the latest.
READ_AGO = timedelta(days=150)
#: The scenes that found the real alliance are told so many days ago, or earlier.
FOUNDED_WITHIN = 280


def last_year(day: date) -> int:
    """The last year of which every report was due and read by this day."""
    return (day - READ_AGO).year - 1


@dataclass
class Stage:
    """What the parts of the story share. Scenes are told in the order of their days, whoever tells them."""

    people: dict[str, User]
    today: date = field(default_factory=today)
    scenes: list[tuple[date, int, Callable[[], object]]] = field(default_factory=list)
    alliances: dict[str, Alliance] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    partners: dict[tuple[str, str], Partner] = field(default_factory=dict)
    goals: dict[tuple[str, str], Goal] = field(default_factory=dict)
    indicators: dict[str, Indicator] = field(default_factory=dict)

    def ago(self, days: int) -> date:
        """The day so many days before the demonstration is loaded."""
        return self.today - timedelta(days=days)

    @property
    def last(self) -> int:
        """The last year of which every report was due and read by now."""
        return last_year(self.today)

    def early(self, days: int) -> date:
        """As `ago`, but what founded the real alliance lies in the last reported year at the latest."""
        if days <= FOUNDED_WITHIN:
            return self.ago(days)
        late = self.ago(FOUNDED_WITHIN + 1) - date(self.last, 10, 1)
        return self.ago(days) - max(late, timedelta(0))

    def on(self, day: date, scene: Callable[[], object]) -> None:
        """Tell `scene` on `day`, at ten in the morning, in one transaction."""
        self.scenes.append((day, len(self.scenes), scene))

    def play(self) -> None:
        """Tell every scene, the oldest day first."""
        for day, number, scene in sorted(self.scenes, key=lambda told: told[:2]):
            hours, minutes = divmod(number, 60)
            with clock_at(datetime.combine(day, time(8 + hours, minutes), UTC)), transaction():
                scene()

    def actor(self, who: str) -> Actor:
        """The rights of one of the people."""
        return accounts.actor_of(accounts.user_by_id(self.people[who].id))

    @property
    def manager(self) -> Actor:
        return self.actor("vlaio")

    def places(self, *names: str) -> list[int]:
        """The ids of municipalities of today."""
        rows = (
            db()
            .scalars(sa.select(Municipality).where(Municipality.name.in_(names), Municipality.valid_until.is_(None)))
            .all()
        )
        if len(rows) != len(names):
            raise LookupError(names)
        return [row.id for row in rows]

    # Short words -----------------------------------------------------------------------------------------------------

    def organisation(
        self,
        name: str,
        kind: OrganisationKind,
        *where: str,
        is_fictitious: bool = True,
        website: str = "",
        note: str = "",
    ) -> None:
        """Add an organisation to the register."""
        self.organisations[name] = organisations.create(
            name=name,
            kind=kind,
            municipality_ids=self.places(*where),
            website=website,
            note=note,
            is_fictitious=is_fictitious,
            is_another=True,
            actor=SYSTEM,
        )

    def found(
        self, key: str, name: str, region: str, where: Iterable[str], purpose: str, provenance: Provenance, who: str
    ) -> None:
        """Propose an initiative; `who` becomes its coordinator."""
        alliance = alliances.propose(
            name=name,
            region_code=region,
            municipality_ids=self.places(*where),
            purpose=purpose,
            provenance=provenance,
            actor=self.actor(who),
        )
        self.alliances[key] = alliance
        accounts.give_role(
            accounts.user_by_id(self.people[who].id), Role.COORDINATOR, alliance_id=alliance.id, actor=SYSTEM
        )

    def accept(self, key: str, *, is_trial: bool = False) -> None:
        """The project manager accepts the initiative, today."""
        alliances.accept(self.alliances[key], on=today(), is_trial=is_trial, actor=self.manager)

    def join(
        self,
        key: str,
        organisation: str,
        *roles: PartnerRoleKind,
        who: str,
        core: bool = False,
        responsibility: str = "",
        gain: str = "",
        more: Mapping[Pillar, str] | None = None,
    ) -> None:
        """An organisation joins, today."""
        self.partners[key, organisation] = partner_service.admit(
            self.alliances[key],
            self.organisations[organisation],
            since=today(),
            roles=roles,
            is_core=core,
            responsibility=responsibility,
            gain=gain,
            more_pillars=more,
            actor=self.actor(who),
        )

    def log(self, key: str, who: str, kind: LogKind, text: str, *present: str, criterion: str | None = None) -> None:
        """Somebody logs progress, today."""
        draft = log_service.Draft(
            kind=kind,
            on=today(),
            text=text,
            present=frozenset(self.partners[key, name].id for name in present),
            criterion_key=criterion,
        )
        log_service.log(self.alliances[key], draft, actor=self.actor(who))

    def meet(self, key: str, who: str, *criteria: str, note: str = "") -> None:
        """The coordinator sets criteria to met, today."""
        for criterion in criteria:
            steps.meet(self.alliances[key], criterion, note=note, actor=self.actor(who))

    def complete(self, key: str, who: str, number: int) -> None:
        """The coordinator completes a step, today."""
        steps.complete_step(self.alliances[key], number, on=today(), actor=self.actor(who))

    def milestone(
        self,
        milestone_key: str,
        place: Place,
        *,
        actor: Actor | None = None,
        note: str = "",
        participants: str = "",
        next_step: str = "",
        done_on: date | None = None,
    ) -> None:
        """A milestone is reached, today or on an earlier day that is known."""
        milestones.record(
            milestones.by_key(milestone_key),
            place,
            status=MilestoneStatus.DONE,
            done_on=done_on or today(),
            note=note,
            participants=participants,
            next_step=next_step,
            actor=actor or self.manager,
        )

    def own_place(self, key: str) -> Place:
        """The alliance itself, as a place of milestones."""
        return places.of_alliance(self.alliances[key])
