"""The form over a region's follow-up, and the field with which a form asks for municipalities."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from wtforms import BooleanField
from wtforms.validators import ValidationError

from alliance_tracker.database import folded
from alliance_tracker.i18n import Message
from alliance_tracker.regions.queries import MunicipalityChoice
from alliance_tracker.web.forms import Choices, Day, EditForm, Paragraphs, cleaned


@dataclass
class RegionGroup:
    """The municipalities of one region, as checkboxes."""

    code: str
    name: str
    choices: list[tuple[str, str, bool]] = field(default_factory=list)

    def chosen(self, values: Iterable[str]) -> int:
        """How many of these are chosen."""
        wanted = set(values)
        return sum(value in wanted for value, _, _ in self.choices)


class Municipalities(Choices):
    """Any of the municipalities of today: ticked per region, or typed as names with commas between them.

    `data` is the list of their ids as text; `ids` the same as numbers. Drawn by the macro `municipality_choices`.
    """

    def __init__(self, label: Any, *, needed: Message | None = None, **kw: Any) -> None:
        super().__init__(label, **kw)
        self.needed = needed
        self.groups: list[RegionGroup] = []
        #: What each municipality of before a merger became.
        self.became: dict[str, str] = {}
        #: What was typed and did not lead to a municipality.
        self.typed = ""

    def offer(self, choices: Iterable[Any]) -> None:
        """Set the municipalities to choose from, as `regions.queries.municipality_choices` gives them."""
        groups: dict[str, RegionGroup] = {}
        offered: list[MunicipalityChoice] = list(choices)
        for choice in offered:
            group = groups.setdefault(choice.region_code, RegionGroup(choice.region_code, choice.region))
            group.choices.append((str(choice.id), choice.name, choice.is_centre_city))
        self.groups = list(groups.values())
        self.became = {folded(name): str(choice.id) for choice in offered for name in choice.former}
        self.choices = [(str(choice.id), choice.name) for choice in offered]

    @property
    def ids(self) -> list[int]:
        return [int(value) for value in self.data or []]

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = [value for value in valuelist if value.isascii() and value.isdigit()]
        self.typed = cleaned(
            ", ".join(value for value in valuelist if value and not (value.isascii() and value.isdigit()))
        )

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        unknown = list(self._take_typed())
        self.typed = ", ".join(unknown)
        if unknown:
            raise ValidationError(
                Message("There is no municipality of today called %(names)s. Look for it in its region.", names=unknown)
            )
        if self.needed and not self.data:
            raise ValidationError(self.needed)

    def _take_typed(self) -> Iterator[str]:
        """Add each typed name to what is chosen; give back those that no single municipality answers to."""
        names = [(value, folded(str(words))) for value, words in self.choices or []]
        for part in filter(None, (part.strip() for part in self.typed.replace(";", ",").split(","))):
            exact = [value for value, name in names if name == folded(part)]
            became = [self.became[folded(part)]] if folded(part) in self.became else []
            found = exact or became or [value for value, name in names if folded(part) in name]
            if len(found) != 1:
                yield part
            elif found[0] not in self.data:
                self.data.append(found[0])


class FollowUpForm(EditForm):
    next_step = Paragraphs(
        Message("Next step"),
        limit=500,
        rows=3,
        description=Message("What is done next for this region, and by whom."),
    )
    next_step_on = Day(Message("Planned on"))
    stem_poor = BooleanField(Message("This region is STEM-poor"))
    stem_poor_reason = Paragraphs(
        Message("Why it is STEM-poor"),
        limit=500,
        rows=2,
        description=Message("Stays visible on the page of the region."),
    )
