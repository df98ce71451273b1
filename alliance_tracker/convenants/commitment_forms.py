"""The form of a commitment in a draft: what is promised, by whom in which share, and how much in each year."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from alliance_tracker.commitments import wordings
from alliance_tracker.commitments.models import CommitmentKind, Nature, Unit
from alliance_tracker.commitments.shares import WHOLE
from alliance_tracker.errors import FieldRefused
from alliance_tracker.i18n import Message
from alliance_tracker.web.forms import Choice, Choices, Day, EditForm, Line, Number, Paragraphs


def last_day_of(year: int, starts_on: date, ends_on: date) -> date:
    """The usual due date in a calendar year: its last day within the term."""
    return max(min(date(year, 12, 31), ends_on), starts_on)


def equal_shares(bearers: Iterable[int]) -> dict[int, Decimal]:
    """One hundred percent in equal parts; what rounding leaves goes to the first."""
    found = list(bearers)
    each = (WHOLE / len(found)).quantize(Decimal("0.01")) if found else WHOLE
    shares = dict.fromkeys(found, each)
    for first in found[:1]:
        shares[first] += WHOLE - sum(shares.values(), Decimal(0))
    return shares


class CommitmentForm(EditForm):
    """Its fields for the parties and the years are made by `commitment_form`."""

    #: The parties that can bear it, by organisation, and the calendar years of the term.
    can_bear: Mapping[int, str] = {}
    calendar_years: tuple[int, ...] = ()
    starts_on: date
    ends_on: date

    description = Paragraphs(
        Message("What is promised?"),
        limit=4000,
        rows=3,
        needed=Message("Say what is promised."),
        description=Message("In one or two sentences that can be checked afterwards."),
    )
    nature = Choice(
        Message("Effort or result"),
        choices=Nature,
        default="effort",
        needed=Message("Choose whether an effort or a result is promised."),
        description=Message("An effort is an honest attempt; a result must be there."),
    )
    kind = Choice(
        Message("Kind"),
        choices=CommitmentKind,
        empty=Message("choose a kind"),
        needed=Message("Choose the kind."),
    )
    unit = Choice(Message("Counted in"), choices=Unit, empty=Message("what is usual for this kind"))
    bearers = Choices(Message("Who bears it?"))
    coordinator_id = Choice(
        Message("Who coordinates it?"),
        empty=Message("nobody in particular"),
        description=Message("Where several parties bear it together."),
    )
    goal_id = Choice(Message("The goal that it serves"), empty=Message("none in particular"))
    task = Line(Message("The task that it serves"), limit=200)
    unit_value = Number(
        Message("Value of one unit, in euro"),
        description=Message(
            "What one hour, day or place is worth, as agreed. It then counts as co-financing in kind. Money is its own "
            "value."
        ),
    )

    def show(self, draft: wordings.Draft) -> None:
        """Fill the form in with what a commitment says."""
        for name in ("description", "nature", "kind", "unit", "goal_id", "task", "coordinator_id", "unit_value"):
            value = getattr(draft, name)
            self[name].data = getattr(value, "value", value)
        self.bearers.data = [str(number) for number in draft.bearers]
        if dict(draft.bearers) != equal_shares(draft.bearers):
            for number, share in draft.bearers.items():
                self[f"share_{number}"].data = share
        for year, promised in draft.years.items():
            if year in self.calendar_years:
                self[f"quantity_{year}"].data = promised.quantity
                self[f"due_{year}"].data = promised.due_on

    @property
    def shares(self) -> dict[int, Decimal]:
        """The share of each bearer in percent; equal ones where none was typed.

        :raise FieldRefused: a share is missing while others are given, or was given to somebody who bears nothing.
        """
        chosen = [int(value) for value in self.bearers.data or []]
        typed = {number: self[f"share_{number}"].data for number in self.can_bear}
        given = {number: share for number, share in typed.items() if share is not None}
        if not given:
            return equal_shares(chosen)
        if set(given) != set(chosen):
            raise FieldRefused("bearers", Message("Give each bearer a share, or leave all shares empty."))
        return given

    @property
    def promised(self) -> dict[int, wordings.InYear]:
        """The quantity and due date of each year in which something is promised."""
        found = {}
        for year in self.calendar_years:
            quantity, due_on = self[f"quantity_{year}"].data, self[f"due_{year}"].data
            if quantity is not None:
                found[year] = wordings.InYear(quantity, due_on or last_day_of(year, self.starts_on, self.ends_on))
        return found

    @property
    def draft(self) -> wordings.Draft:
        """What the form asks for.

        :raise FieldRefused: the shares do not fit the bearers.
        """
        kind = CommitmentKind(self.kind.data)
        return wordings.Draft(
            description=self.description.data,
            nature=Nature(self.nature.data),
            kind=kind,
            unit=Unit(self.unit.data) if self.unit.data else wordings.USUAL_UNIT[kind],
            bearers=self.shares,
            years=self.promised,
            unit_value=self.unit_value.data,
            goal_id=int(self.goal_id.data) if self.goal_id.data else None,
            task=self.task.data,
            coordinator_id=int(self.coordinator_id.data) if self.coordinator_id.data else None,
        )


def commitment_form(parties: Mapping[int, str], starts_on: date, ends_on: date) -> type[CommitmentForm]:
    """The form with a share for each party and a quantity and due date for each calendar year of the term."""
    years = tuple(range(starts_on.year, ends_on.year + 1))
    fields: dict[str, Any] = {
        "can_bear": parties,
        "calendar_years": years,
        "starts_on": starts_on,
        "ends_on": ends_on,
    }
    for number, name in parties.items():
        fields[f"share_{number}"] = Number(Message("Share of %(name)s, in percent", name=name))
    for year in years:
        fields[f"quantity_{year}"] = Number(Message("How much in %(year)s?", year=str(year)))
        fields[f"due_{year}"] = Day(
            Message("Due at the latest on"), default=lambda year=year: last_day_of(year, starts_on, ends_on)
        )
    return type("CommitmentOfThisDraft", (CommitmentForm,), fields)
