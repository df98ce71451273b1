"""What people want a version of a convenant to say, checked, and written into the rows of a draft."""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial

import sqlalchemy as sa

from alliance_tracker.alliances.models import Partner
from alliance_tracker.commitments import wordings
from alliance_tracker.commitments.models import Side
from alliance_tracker.convenants.models import ConvenantGoal, ConvenantVersion, Party
from alliance_tracker.database import db, write_rows
from alliance_tracker.drawing_rights import rights
from alliance_tracker.errors import FieldRefused, Refused
from alliance_tracker.goals.models import Goal
from alliance_tracker.i18n import Message
from alliance_tracker.indicators.models import Definition
from alliance_tracker.organisations.models import Organisation, OrganisationStatus, ProgrammeOffice

#: The columns of a version that people write, besides its rows.
TEXTS = (
    "title",
    "change_note",
    "subject",
    "goals_text",
    "tasks",
    "starts_on",
    "ends_on",
    "minimum_cofinancing",
    "decision_days",
    "evaluation_on",
    "amendment",
    "suspension",
    "recovery",
    "termination",
)


@dataclass(frozen=True)
class PartyDraft:
    """How an organisation takes part in a version; see `Party`."""

    organisation_id: int
    side: Side = Side.PARTNER
    is_required: bool = True
    signatures_needed: int = 1
    signs_as: str = ""
    decided_by: str = ""


@dataclass(frozen=True)
class Draft:
    """What somebody wants a version to say; `ceilings` in euro by calendar year, `goals` are ids."""

    title: str
    starts_on: date
    ends_on: date
    subject: str = ""
    change_note: str = ""
    goals_text: str = ""
    tasks: str = ""
    minimum_cofinancing: Decimal | None = None
    decision_days: int = 30
    evaluation_on: date | None = None
    reporting_on: tuple[date, ...] = ()
    asked_indicators: tuple[str, ...] = ()
    amendment: str = ""
    suspension: str = ""
    recovery: str = ""
    termination: str = ""
    goals: frozenset[int] = frozenset()
    ceilings: Mapping[int, Decimal] = field(default_factory=dict)


def office() -> Organisation:
    """The organisation that signs for the government: VLAIO.

    :raise Refused: the reference data were not loaded.
    """
    kept = db().get(ProgrammeOffice, 1)
    if kept is None:
        raise Refused(Message("VLAIO is not in the register yet: load the reference data."))
    return db().get_one(Organisation, kept.organisation_id)


def writing_of(version: ConvenantVersion) -> wordings.Writing:
    """Where the commitments of this draft are written. A rider's are borne by the partner that joins."""
    return wordings.Writing(
        version.id,
        version.convenant_id,
        version.alliance_id,
        version.starts_on,
        version.ends_on,
        frozenset(party.organisation_id for party in version.parties),
    )


def draft_of(version: ConvenantVersion) -> Draft:
    """What a version says, to write it into another one or into a form."""
    return Draft(
        **{name: getattr(version, name) for name in TEXTS},
        reporting_on=tuple(date.fromisoformat(day) for day in version.reporting_on),
        asked_indicators=tuple(version.asked_indicators),
        goals=frozenset(row.goal_id for row in version.goals),
        ceilings={row.year: row.ceiling for row in version.rights},
    )


def party_draft_of(party: Party) -> PartyDraft:
    names = ("organisation_id", "side", "is_required", "signatures_needed", "signs_as", "decided_by")
    return PartyDraft(**{name: getattr(party, name) for name in names})


def columns(draft: Draft) -> dict[str, object]:
    return {
        **{name: getattr(draft, name) for name in TEXTS},
        "reporting_on": [day.isoformat() for day in sorted(draft.reporting_on)],
        "asked_indicators": list(draft.asked_indicators),
    }


def set_rows(version: ConvenantVersion, draft: Draft) -> None:
    belongs = {"alliance_id": version.alliance_id, "convenant_version_id": version.id}
    goals: dict[int, dict[str, object]] = {goal_id: {} for goal_id in sorted(draft.goals)}
    write_rows(version.goals, goals, key="goal_id", make=partial(ConvenantGoal, **belongs))
    rights.plan(version.id, version.alliance_id, version.rights, draft.ceilings)


def write_parties(version: ConvenantVersion, wanted: Iterable[PartyDraft]) -> None:
    vlaio = office().id
    rows = {}
    for draft in wanted:
        facts = dataclasses.asdict(draft)
        organisation_id = facts.pop("organisation_id")
        is_vlaio = organisation_id == vlaio
        side = Side.GOVERNMENT if is_vlaio else draft.side
        rows[organisation_id] = facts | {
            "is_vlaio": is_vlaio,
            "is_required": draft.is_required or is_vlaio,
            "side": side,
            "organisation": db().get_one(Organisation, organisation_id),
        }
    make = partial(Party, alliance_id=version.alliance_id, convenant_version_id=version.id, signatures=[])
    write_rows(version.parties, rows, key="organisation_id", make=make)


# Checking ------------------------------------------------------------------------------------------------------------


#: The first year that can be promised for, and how many years a term may touch: beyond lies a slip of the keyboard.
EARLIEST_YEAR = 2000
MOST_YEARS = 20


def check(alliance_id: int, draft: Draft) -> None:
    if not draft.title:
        raise FieldRefused("title", Message("Give the convenant a title."))
    _check_term(draft)
    minimum = draft.minimum_cofinancing
    if minimum is not None and not 0 <= minimum <= 100:
        raise FieldRefused("minimum_cofinancing", Message("Give a percentage from 0 to 100."))
    if minimum is not None and minimum != minimum.quantize(Decimal("0.01")):
        raise FieldRefused("minimum_cofinancing", Message("Give a percentage with at most two decimals."))
    if not 1 <= draft.decision_days <= 365:
        raise FieldRefused("decision_days", Message("Give a number of days from 1 to 365."))
    _check_chosen(alliance_id, draft)


def _check_term(draft: Draft) -> None:
    if draft.ends_on < draft.starts_on:
        raise FieldRefused("ends_on", Message("It cannot end before it starts."))
    if draft.starts_on.year < EARLIEST_YEAR:
        raise FieldRefused("starts_on", Message("Choose a day in %(year)s or later.", year=str(EARLIEST_YEAR)))
    if draft.ends_on.year - draft.starts_on.year >= MOST_YEARS:
        raise FieldRefused("ends_on", Message("A convenant touches at most %(n)s calendar years.", n=MOST_YEARS))


def _check_chosen(alliance_id: int, draft: Draft) -> None:
    for year, ceiling in draft.ceilings.items():
        if not draft.starts_on.year <= year <= draft.ends_on.year:
            raise FieldRefused("rights", Message("%(year)s lies outside the term.", year=str(year)))
        if ceiling < 0:
            raise FieldRefused("rights", Message("%(year)s: give zero or more.", year=str(year)))
    own = set(db().scalars(sa.select(Goal.id).where(Goal.alliance_id == alliance_id)))
    if not draft.goals <= own:
        raise FieldRefused("goals", Message("Choose goals of this alliance."))
    shared = set(db().scalars(sa.select(Definition.key).where(Definition.alliance_id.is_(None))))
    if not set(draft.asked_indicators) <= shared:
        raise FieldRefused("asked_indicators", Message("Choose indicators of the shared catalogue."))


def check_parties(alliance_id: int, wanted: list[PartyDraft]) -> None:
    ids = [party.organisation_id for party in wanted]
    if len(set(ids)) != len(ids):
        raise FieldRefused("parties", Message("An organisation is named twice."))
    known = {row.id: row for row in db().scalars(sa.select(Organisation).where(Organisation.id.in_(ids)))}
    partners = set(
        db().scalars(
            sa.select(Partner.organisation_id).where(Partner.alliance_id == alliance_id, Partner.until.is_(None))
        )
    )
    for party in wanted:
        organisation = known.get(party.organisation_id)
        if organisation is None or organisation.status is not OrganisationStatus.ACTIVE:
            raise FieldRefused("parties", Message("Choose an organisation that exists today."))
        if party.side is Side.PARTNER and party.organisation_id not in partners | {office().id}:
            raise FieldRefused(
                "parties", Message("%(name)s is no partner of this alliance today.", name=organisation.name)
            )
        if not 1 <= party.signatures_needed <= 9:
            raise FieldRefused("parties", Message("From one to nine people sign for a party."))
