"""A version, made ready to show: read from its frozen document alone, exactly or as it is told outside."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from alliance_tracker.alliances.models import Provenance
from alliance_tracker.drawing.rings import RingFigures
from alliance_tracker.i18n import InTwoLanguages, Message, in_words
from alliance_tracker.impact_reports import blocks, outside, written
from alliance_tracker.impact_reports.blocks import Figures
from alliance_tracker.impact_reports.models import SectionKey, VersionPurpose
from alliance_tracker.impact_reports.partners import AnswerKind, answered
from alliance_tracker.organisations.models import Pillar


@dataclass(frozen=True)
class Section:
    """One section of a version."""

    key: SectionKey
    heading: InTwoLanguages
    narrative: str
    figures: Figures
    #: The day on which the figures were read from the log.
    read_on: date


@dataclass(frozen=True)
class PartnerAnswer:
    """What a core partner said of its own part."""

    organisation_id: int
    name: str
    kind: AnswerKind
    on: date | None
    version: int | None
    sha256: str
    remark: str
    #: Somebody without an account answered, with a one-time link.
    by_link: bool = False

    @property
    def words(self) -> Message:
        return answered(self.kind, by_link=self.by_link)


@dataclass(frozen=True)
class Rings:
    """What the growth rings show."""

    steps: tuple[tuple[int, int], ...]
    pillars: frozenset[Pillar]
    years: tuple[int, ...]

    @property
    def figures(self) -> RingFigures:
        """For the drawing."""
        met = [done / (asked or 1) for done, asked in self.steps]
        return RingFigures((met[0], met[1], met[2], met[3]), frozenset(each.value for each in self.pillars), self.years)

    @property
    def words(self) -> Message:
        """The same in words."""
        done = ", ".join(
            str(Message("step %(step)s: %(met)s of %(required)s", step=n, met=met, required=required))
            for n, (met, required) in enumerate(self.steps, start=1)
        )
        missing = [pillar.label for pillar in Pillar if pillar not in self.pillars]
        if missing:
            return Message("%(steps)s; missing pillar: %(pillars)s", steps=done, pillars=in_words(missing))
        return Message("%(steps)s; all four pillars take part", steps=done)


@dataclass(frozen=True)
class Text:
    """A version as its readers see it."""

    year: int
    number: int
    purpose: VersionPurpose
    change_note: str
    submitted_on: date
    alliance: str
    slug: str
    region: str
    region_code: str
    provenance: Provenance
    is_pioneer: bool
    plan: str
    catalogue: str
    rings: Rings
    sections: tuple[Section, ...]
    partners: tuple[PartnerAnswer, ...]
    #: The address of this application on the day of submission; none in what was frozen before it was kept.
    base: str
    #: Counts of people are rounded, and what partners said in their remarks is left out.
    is_outside: bool

    @property
    def is_example(self) -> bool:
        """It tells of example data, and must say so wherever it is read."""
        return self.provenance is not Provenance.REAL

    @property
    def check_address(self) -> str:
        """Where anybody checks a copy of it."""
        return f"{self.base}/public/verify" if self.base else ""

    def section(self, key: SectionKey) -> Section | None:
        return next((section for section in self.sections if section.key is key), None)

    @property
    def key_figures(self) -> tuple[blocks.Fact, ...]:
        """The figures by which a reader knows the year."""
        summary = self.section(SectionKey.SUMMARY)
        return summary.figures.key_figures if summary else ()


def read(document: Mapping[str, Any], *, exact: bool) -> Text:
    """A version from its document; `exact` says that its reader may know counts of people as they are."""
    alliance = document["alliance"]
    return Text(
        year=document["year"],
        number=document["number"],
        purpose=VersionPurpose(document["purpose"]),
        change_note=told_note(document, exact=exact),
        submitted_on=date.fromisoformat(document["submitted_on"]),
        alliance=alliance["name"],
        slug=alliance["slug"],
        region=alliance["region"],
        region_code=alliance["region_code"],
        provenance=Provenance(alliance["provenance"]),
        is_pioneer=alliance["is_pioneer"],
        plan=document["plan"],
        catalogue=document["catalogue"],
        rings=_rings(document["rings"]),
        sections=tuple(_section(part, exact=exact) for part in document["sections"]),
        partners=tuple(_partner(part, exact=exact) for part in document["partners"]),
        base=document.get("base", ""),
        is_outside=not exact,
    )


def told_note(document: Mapping[str, Any], *, exact: bool) -> str:
    """What changed since the version before; outside that of an erratum alone, whose former version was public too."""
    is_told = exact or document["purpose"] == VersionPurpose.ERRATUM.value
    return str(document["change_note"]) if is_told else ""


def _rings(data: Mapping[str, Any]) -> Rings:
    steps = tuple((met, required) for met, required in data["steps"])
    return Rings(steps, frozenset(map(Pillar, data["pillars"])), tuple(data["years"]))


def _section(data: Mapping[str, Any], *, exact: bool) -> Section:
    figures = written.read(data["figures"])
    return Section(
        SectionKey(data["key"]),
        InTwoLanguages(data["heading"]["nl"], data["heading"]["en"]),
        data["narrative"],
        figures if exact else outside.outside_figures(figures),
        date.fromisoformat(data["read_on"]),
    )


def _partner(data: Mapping[str, Any], *, exact: bool) -> PartnerAnswer:
    return PartnerAnswer(
        data["organisation_id"],
        data["name"],
        AnswerKind(data["answer"]),
        date.fromisoformat(data["on"]) if data["on"] else None,
        data["version"],
        data["sha256"],
        data["remark"] if exact else "",
        data.get("by_link", False),
    )
