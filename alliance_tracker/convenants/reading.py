"""A version as people read it: its document in typed pieces, and the signatures under it.

The page, the PDF and the comparison are made of these pieces alone, in the same sections with the same numbers.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_UP, Decimal
from typing import Any

from alliance_tracker.commitments.models import CommitmentKind, Nature, Side, Unit
from alliance_tracker.convenants import document
from alliance_tracker.convenants.models import ConvenantVersion, VersionKind
from alliance_tracker.i18n import InTwoLanguages, Labelled, Message
from alliance_tracker.organisations.models import IdentifierScheme


class Section(Labelled):
    """The parts of a convenant, in their order."""

    CHANGE = "change_note", Message("What changes, and why")
    PARTIES = "parties", Message("The parties")
    SUBJECT = "subject", Message("Subject")
    TERM = "term", Message("Term")
    GOALS = "goals_text", Message("Goals")
    TASKS = "tasks", Message("Tasks")
    COMMITMENTS = "commitments", Message("Commitments")
    MONEY = "money", Message("Drawing right and co-financing")
    REPORTING = "reporting", Message("Reporting and evaluation")
    AMENDMENT = "amendment", Message("Amendment")
    SUSPENSION = "suspension", Message("Suspension")
    RECOVERY = "recovery", Message("Recovery")
    TERMINATION = "termination", Message("Termination")


@dataclass(frozen=True)
class PartyText:
    """A party as the document names it."""

    organisation_id: int
    name: str
    identifiers: tuple[tuple[IdentifierScheme, str], ...]
    side: Side
    is_vlaio: bool
    is_required: bool
    signatures_needed: int
    signs_as: str
    decided_by: str


@dataclass(frozen=True)
class BearerText:
    """Who bears a commitment, with its share in percent."""

    organisation_id: int
    name: str
    share: Decimal


@dataclass(frozen=True)
class YearText:
    """What a commitment promises for one calendar year, and by when."""

    year: int
    quantity: Decimal
    due_on: date


@dataclass(frozen=True)
class CommitmentText:
    """A commitment as the document words it."""

    number: int
    description: str
    nature: Nature
    kind: CommitmentKind
    unit: Unit
    unit_value: Decimal | None
    goal: str
    task: str
    coordinator: str
    bearers: tuple[BearerText, ...]
    years: tuple[YearText, ...]

    @property
    def code(self) -> str:
        """How people call it: V3."""
        return f"V{self.number}"


@dataclass(frozen=True)
class RightText:
    """The ceiling of the drawing right in one calendar year."""

    year: int
    ceiling: Decimal


@dataclass(frozen=True)
class Document:
    """All that a version says."""

    alliance: str
    region: str
    number: int
    kind: VersionKind
    title: str
    starts_on: date
    ends_on: date
    texts: Mapping[Section, str]
    minimum_cofinancing: Decimal | None
    decision_days: int
    evaluation_on: date | None
    reporting_on: tuple[date, ...]
    asked_indicators: tuple[tuple[str, InTwoLanguages], ...]
    goals: tuple[str, ...]
    parties: tuple[PartyText, ...]
    commitments: tuple[CommitmentText, ...]
    rights: tuple[RightText, ...]

    @property
    def has_money(self) -> bool:
        return bool(self.rights) or self.minimum_cofinancing is not None

    @property
    def granted(self) -> Decimal:
        """The drawing right of all years together."""
        return sum((right.ceiling for right in self.rights), Decimal(0))

    @property
    def sections(self) -> tuple[Section, ...]:
        """The sections that say something; their numbers on paper and on the screen follow from this."""
        filled = {section for section, words in self.texts.items() if words}
        filled |= {Section.PARTIES, Section.TERM, Section.COMMITMENTS}
        if self.goals:
            filled.add(Section.GOALS)
        if self.has_money or self.kind is not VersionKind.RIDER:
            filled.add(Section.MONEY)
        if self.reporting_on or self.evaluation_on or self.asked_indicators:
            filled.add(Section.REPORTING)
        return tuple(section for section in Section if section in filled)

    @property
    def cofinancing_example(self) -> tuple[Decimal, Decimal] | None:
        """What is drawn, and what the partners then bring in at least: all that is granted, else 10,000 euro."""
        minimum = self.minimum_cofinancing
        if not minimum or minimum >= 100:
            return None
        drawn = self.granted or Decimal(10_000)
        return drawn, (drawn * minimum / (100 - minimum)).quantize(Decimal("0.01"), ROUND_UP)


def of_version(version: ConvenantVersion) -> Document:
    """What a version says: as it was offered, or of a draft as it stands now."""
    return read(document.of_version(version))


def with_rider(text: Document, rider: Document) -> Document:
    """What holds once `rider` stands beside `text`: its party, promises and words are added, nothing goes."""
    parties = {party.organisation_id for party in text.parties}
    commitments = {commitment.number for commitment in text.commitments}
    return dataclasses.replace(
        text,
        texts={section: _added(words, rider.texts[section]) for section, words in text.texts.items()},
        parties=(*text.parties, *(each for each in rider.parties if each.organisation_id not in parties)),
        commitments=(*text.commitments, *(each for each in rider.commitments if each.number not in commitments)),
    )


def _added(words: str, more: str) -> str:
    """The words of a text with those of its rider, which often begins with them."""
    if not more or more in words:
        return words
    return more if more.startswith(words) else f"{words}\n\n{more}"


def read(raw: Mapping[str, Any]) -> Document:
    """The typed pieces of a document.

    :raise ValueError: it has a shape that this release does not know.
    """
    if raw["shape"] != document.SHAPE:
        raise ValueError(f"a document of shape {raw['shape']} cannot be read")
    return Document(
        alliance=raw["alliance"]["name"],
        region=raw["alliance"]["region"],
        number=raw["number"],
        kind=VersionKind(raw["kind"]),
        title=raw["title"],
        starts_on=date.fromisoformat(raw["starts_on"]),
        ends_on=date.fromisoformat(raw["ends_on"]),
        texts={Section(name): raw[name] for name in document.TEXTS},
        minimum_cofinancing=_number(raw["minimum_cofinancing"]),
        decision_days=raw["decision_days"],
        evaluation_on=document.day(raw["evaluation_on"]),
        reporting_on=tuple(date.fromisoformat(day) for day in raw["reporting_on"]),
        asked_indicators=tuple((row["key"], InTwoLanguages(row["nl"], row["en"])) for row in raw["asked_indicators"]),
        goals=tuple(row["title"] for row in raw["goals"]),
        parties=tuple(map(_party, raw["parties"])),
        commitments=tuple(map(_commitment, raw["commitments"])),
        rights=tuple(RightText(row["year"], Decimal(row["ceiling"])) for row in raw["rights"]),
    )


def _party(raw: Mapping[str, Any]) -> PartyText:
    return PartyText(
        organisation_id=raw["organisation_id"],
        name=raw["name"],
        identifiers=tuple((IdentifierScheme(scheme), value) for scheme, value in sorted(raw["identifiers"].items())),
        side=Side(raw["side"]),
        is_vlaio=raw["is_vlaio"],
        is_required=raw["is_required"],
        signatures_needed=raw["signatures_needed"],
        signs_as=raw["signs_as"],
        decided_by=raw["decided_by"],
    )


def _commitment(raw: Mapping[str, Any]) -> CommitmentText:
    return CommitmentText(
        number=raw["number"],
        description=raw["description"],
        nature=Nature(raw["nature"]),
        kind=CommitmentKind(raw["kind"]),
        unit=Unit(raw["unit"]),
        unit_value=_number(raw["unit_value"]),
        goal=raw["goal"]["title"] if raw["goal"] else "",
        task=raw["task"],
        coordinator=raw["coordinator"] or "",
        bearers=tuple(BearerText(row["organisation_id"], row["name"], Decimal(row["share"])) for row in raw["bearers"]),
        years=tuple(
            YearText(row["year"], Decimal(row["quantity"]), date.fromisoformat(row["due_on"])) for row in raw["years"]
        ),
    )


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
