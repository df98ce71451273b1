"""Whoever acts, and with which roles: what the policy knows of a person."""

from dataclasses import dataclass, field

from alliance_tracker.i18n import Labelled, Message


class Role(Labelled):
    """What somebody does in the network; most roles hold within a scope."""

    ADMINISTRATOR = "administrator", Message("administrator")
    PROJECT_MANAGER = "project-manager", Message("VLAIO project manager")
    COORDINATOR = "coordinator", Message("alliance coordinator")
    REPORTER = "reporter", Message("region reporter")
    PARTNER = "partner", Message("partner representative")
    OBSERVER = "observer", Message("observer")


@dataclass(frozen=True)
class Grant:
    """One role with its scope: a coordinator's alliance, a reporter's region, a representative's organisation."""

    role: Role
    alliance_id: int | None = None
    region_code: str | None = None
    organisation_id: int | None = None


@dataclass(frozen=True)
class Actor:
    """Whoever acts: a signed-in person with its roles, nobody, or the system itself."""

    user_id: int | None = None
    grants: frozenset[Grant] = frozenset()
    #: Alliances in which an organisation that this person represents is a partner today.
    partner_alliances: frozenset[int] = frozenset()
    #: Alliances with a convenant to which an organisation that this person represents is a party.
    party_alliances: frozenset[int] = frozenset()
    #: The organisation that directs the programme; whoever manages it speaks for that organisation.
    office_id: int | None = None
    is_system: bool = False
    #: An API token may carry fewer rights than its owner.
    read_only: bool = field(default=False)

    def has(self, *roles: Role) -> bool:
        return self.is_system or any(grant.role in roles for grant in self.grants)

    @property
    def coordinated_alliances(self) -> frozenset[int]:
        return frozenset(g.alliance_id for g in self.grants if g.role is Role.COORDINATOR and g.alliance_id)

    @property
    def reported_regions(self) -> frozenset[str]:
        return frozenset(g.region_code for g in self.grants if g.role is Role.REPORTER and g.region_code)

    @property
    def represented_organisations(self) -> frozenset[int]:
        found = {g.organisation_id for g in self.grants if g.role is Role.PARTNER and g.organisation_id}
        if self.office_id is not None and self.has(Role.PROJECT_MANAGER):
            found.add(self.office_id)
        return frozenset(found)

    @classmethod
    def coordinating(cls, alliance_id: int) -> "Actor":
        """Whoever coordinates this alliance: to see what waits for them, never to act."""
        return cls(grants=frozenset({Grant(Role.COORDINATOR, alliance_id=alliance_id)}), read_only=False)


NOBODY = Actor()
SYSTEM = Actor(is_system=True)
