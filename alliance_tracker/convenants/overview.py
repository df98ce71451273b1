"""How the convenant of an alliance stands, on one page: what is in force, what is being prepared, what came before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from alliance_tracker.convenants import queries
from alliance_tracker.convenants.models import Convenant, ConvenantVersion, Party, VersionKind, VersionStatus
from alliance_tracker.convenants.states import ConvenantState, state_of
from alliance_tracker.database import today

#: States in which a convenant is prepared or runs; an alliance has at most one such convenant.
LIVE = frozenset({ConvenantState.DRAFT, ConvenantState.OFFERED, ConvenantState.ACTIVE})
#: Versions that still say something: what they hold is read in full.
STANDING = frozenset({VersionStatus.DRAFT, VersionStatus.OFFERED, VersionStatus.IN_FORCE})


@dataclass(frozen=True)
class Told:
    """A convenant with its state and the bare rows of its versions, the newest first."""

    convenant: Convenant
    state: ConvenantState
    versions: tuple[ConvenantVersion, ...]


@dataclass(frozen=True)
class Glance:
    """The contents at a glance: of what is in force, else of what is being prepared."""

    commitments: int
    #: The ceiling of each calendar year, in euro.
    rights: tuple[tuple[int, Decimal], ...]
    minimum_cofinancing: Decimal | None
    starts_on: date
    ends_on: date
    is_in_force: bool

    @property
    def total(self) -> Decimal:
        return sum((ceiling for _, ceiling in self.rights), Decimal(0))


@dataclass(frozen=True)
class Overview:
    """What the page of the convenant tells; `convenant` is None while there is none."""

    convenant: Convenant | None
    state: ConvenantState | None
    #: The text in force, and the riders beside it.
    text: ConvenantVersion | None
    riders: tuple[ConvenantVersion, ...]
    draft: ConvenantVersion | None
    #: What waits for signatures: a text, or riders.
    offers: tuple[ConvenantVersion, ...]
    former: tuple[Told, ...]
    #: All versions of it, the newest first.
    versions: tuple[ConvenantVersion, ...] = ()

    @property
    def shown(self) -> ConvenantVersion | None:
        """The version of which the contents are told at a glance."""
        offered = next((version for version in self.offers if version.kind is not VersionKind.RIDER), None)
        return self.text or offered or self.draft

    @property
    def glance(self) -> Glance | None:
        shown = self.shown
        if shown is None:
            return None
        beside = self.riders if self.text is not None else ()
        return Glance(
            commitments=len({row.commitment_id for version in (shown, *beside) for row in version.wordings}),
            rights=tuple((row.year, row.ceiling) for row in shown.rights),
            minimum_cofinancing=shown.minimum_cofinancing,
            starts_on=shown.starts_on,
            ends_on=shown.ends_on,
            is_in_force=self.text is not None,
        )

    @property
    def is_ending(self) -> bool:
        """It was terminated, and today is its last day."""
        return self.convenant is not None and self.convenant.terminated_on is not None

    @property
    def waits_for_anew(self) -> bool:
        """It was never in force, and nothing is written or offered now."""
        return self.state is ConvenantState.DRAFT and self.draft is None

    @property
    def may_be_changed(self) -> bool:
        """A rider can be begun: it runs, and no draft is open."""
        return self.state is ConvenantState.ACTIVE and self.draft is None and not self.is_ending

    @property
    def may_be_replaced(self) -> bool:
        """An addendum can be begun: no other text waits for signatures either."""
        return self.may_be_changed and all(version.kind is VersionKind.RIDER for version in self.offers)

    @property
    def signature_ids(self) -> list[int]:
        return [row.id for version in self._all for party in version.parties for row in party.signatures]

    @property
    def _all(self) -> Sequence[ConvenantVersion]:
        return [version for version in (self.text, *self.riders, *self.offers) if version is not None]


def of_alliance(alliance_id: int) -> Overview:
    """How the convenant of this alliance stands today, in a constant number of statements."""
    found = [
        Told(row, state_of(row, today()), tuple(reversed(row.versions))) for row in queries.of_alliance(alliance_id)
    ]
    live = next((each for each in found if each.state in LIVE), None)
    former = tuple(each for each in found if each.state not in LIVE)
    if live is None:
        return Overview(None, None, None, (), None, (), former)
    versions = queries.versions([version.id for version in live.versions if version.status in STANDING])
    running = [version for version in versions if version.status is VersionStatus.IN_FORCE]
    return Overview(
        convenant=live.convenant,
        state=live.state,
        text=next((version for version in running if version.kind is not VersionKind.RIDER), None),
        riders=tuple(version for version in running if version.kind is VersionKind.RIDER),
        draft=next((version for version in versions if version.status is VersionStatus.DRAFT), None),
        offers=tuple(version for version in versions if version.status is VersionStatus.OFFERED),
        former=former,
        versions=live.versions,
    )


def parties_of(version: ConvenantVersion) -> list[Party]:
    """The parties of a version, the government first; those that must sign before the others."""
    return sorted(version.parties, key=lambda party: (party.side.value, not party.is_vlaio, not party.is_required))
