"""Two versions of a report side by side: figures value by value, and narratives word by word."""

from collections.abc import Iterator
from dataclasses import dataclass

from alliance_tracker.convenants.comparing import Part, Piece, pieces_of
from alliance_tracker.i18n import InTwoLanguages
from alliance_tracker.impact_reports import differing
from alliance_tracker.impact_reports.blocks import Figures
from alliance_tracker.impact_reports.differing import Change
from alliance_tracker.impact_reports.models import SectionKey
from alliance_tracker.impact_reports.reading import PartnerAnswer, Section, Text


@dataclass(frozen=True)
class SectionChanges:
    """What changed in one section."""

    key: SectionKey
    heading: InTwoLanguages
    part: Part
    figures: tuple[Change, ...]
    narrative: tuple[Piece, ...]

    @property
    def is_changed(self) -> bool:
        return (
            self.part is not Part.SAME
            or bool(self.figures)
            or any(piece.part is not Part.SAME for piece in self.narrative)
        )

    @property
    def words_changed(self) -> bool:
        return any(piece.part is not Part.SAME for piece in self.narrative)


@dataclass(frozen=True)
class Comparison:
    """What changed between two versions."""

    sections: tuple[SectionChanges, ...]
    #: Core partners whose answer changed: before and after.
    partners: tuple[tuple[PartnerAnswer | None, PartnerAnswer | None], ...]

    @property
    def is_changed(self) -> bool:
        return bool(self.partners) or any(section.is_changed for section in self.sections)

    @property
    def figures(self) -> int:
        """How many values changed."""
        return sum(len(section.figures) for section in self.sections)

    @property
    def narratives(self) -> int:
        """How many sections have other words."""
        return sum(section.words_changed for section in self.sections)


def compare(left: Text, right: Text) -> Comparison:
    """What changed from one version to the other."""
    answers = {each.organisation_id: each for each in left.partners}
    others = {each.organisation_id: each for each in right.partners}
    partners = tuple(
        (answers.get(number), others.get(number))
        for number in dict.fromkeys([*answers, *others])
        if answers.get(number) != others.get(number)
    )
    return Comparison(tuple(_sections(left, right)), partners)


def _sections(left: Text, right: Text) -> Iterator[SectionChanges]:
    for key in SectionKey:
        old, new = left.section(key), right.section(key)
        if old is None and new is None:
            continue
        part = Part.NEW if old is None else Part.GONE if new is None else Part.SAME
        yield SectionChanges(
            key,
            _heading(old, new),
            part,
            tuple(differing.changes(old.figures if old else Figures(), new.figures if new else Figures())),
            pieces_of(old.narrative if old else "", new.narrative if new else ""),
        )


def _heading(old: Section | None, new: Section | None) -> InTwoLanguages:
    found = new or old
    return found.heading if found else InTwoLanguages("", "")
