"""The forms of the needs analysis and of the goals."""

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import HiddenField

from alliance_tracker.alliances.models import Partner
from alliance_tracker.frameworks.terms import Scheme, Term, terms
from alliance_tracker.goals.service import Draft
from alliance_tracker.i18n import Message
from alliance_tracker.web.forms import BaseForm, Choice, Choices, Conflict, Day, EditForm, Line, Paragraphs

#: The field of each scheme.
FIELDS = {
    Scheme.TARGET_GROUP: "target_groups",
    Scheme.POLICY_DOMAIN: "policy_domains",
    Scheme.RECOMMENDATION: "recommendations",
    Scheme.LONG_TERM_GOAL: "long_term_goals",
    Scheme.STRATEGIC_GOAL: "strategic_goals",
    Scheme.OPERATIONAL_GOAL: "operational_goals",
}


def _words(found: Term) -> Any:
    if found.is_under_represented:
        return Message("%(group)s (under-represented)", group=found.name)
    if found.means is not None:
        return Message("%(name)s: %(means)s", name=found.name, means=found.means)
    return Message("%(number)s %(name)s", number=found.number, name=found.name) if found.number else found.name


def _offered(scheme: Scheme) -> list[tuple[str, Any]]:
    return [(key, _words(found)) for key, found in terms(scheme).items()]


class NeedsForm(EditForm):
    offer = Paragraphs(
        Message("1. The existing offer"),
        limit=8000,
        rows=6,
        description=Message("Which STEM initiatives exist already, in Flanders and nearby? Who reaches whom?"),
    )
    challenges = Paragraphs(
        Message("2. Challenges and opportunities"),
        limit=8000,
        rows=6,
        description=Message("What is missing or difficult for STEM in this region, and what could succeed here?"),
    )
    choice = Paragraphs(
        Message("3. The choice of the goals"),
        limit=8000,
        rows=6,
        description=Message("Which goals follow from the first two parts, and why these? Clear and feasible ones."),
    )


class GoalFields(BaseForm):
    title = Line(
        Message("What does the alliance want to reach?"),
        limit=200,
        needed=Message("Say what the alliance wants to reach."),
    )
    reason = Paragraphs(
        Message("Why this goal"),
        limit=4000,
        needed=Message("Say why, from the needs analysis."),
        description=Message("What in the needs analysis does it answer?"),
    )
    owner_partner_id = Choice(
        Message("Which partner carries it"),
        empty=Message("choose a partner"),
        needed=Message("Choose a partner of this alliance."),
    )
    due_on = Day(Message("To be reached by"))
    description = Paragraphs(Message("How the partners go about it"), limit=4000)
    target_groups = Choices(Message("For whom"))
    policy_domains = Choices(Message("Policy domains that it touches"))
    recommendations = Choices(Message("Recommendations of the memorandum"))
    long_term_goals = Choices(Message("Long-term goals of the memorandum"))
    strategic_goals = Choices(Message("Strategic goals"))
    operational_goals = Choices(Message("Operational goals"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for scheme, name in FIELDS.items():
            self[name].offer(_offered(scheme))

    def offer(self, partners: Iterable[Partner]) -> None:
        """The partners who can carry the goal."""
        self.owner_partner_id.offer((partner.id, partner.organisation.name) for partner in partners)

    @property
    def tags(self) -> dict[Scheme, frozenset[str]]:
        return {scheme: frozenset(self[name].data or ()) for scheme, name in FIELDS.items()}

    def operational_under(self, strategic: str) -> list[tuple[str, Any]]:
        """The choices of the operational goals of one strategic goal."""
        mine = terms(Scheme.OPERATIONAL_GOAL)
        return [choice for choice in self.operational_goals.choices if mine[choice[0]].parent == strategic]

    @property
    def has_frameworks(self) -> bool:
        """Something is ticked in the part that lies folded."""
        return any(self.tags[scheme] for scheme in list(FIELDS)[2:])

    @property
    def draft(self) -> Draft:
        """What the form asks for."""
        return Draft(
            title=self.title.data,
            reason=self.reason.data,
            owner_partner_id=int(self.owner_partner_id.data or 0),
            description=self.description.data,
            due_on=self.due_on.data,
            tags=self.tags,
        )


class GoalForm(GoalFields):
    pass


class EditGoalForm(GoalFields, EditForm):
    #: The tags as they were when the form was drawn, so that two people's ticks can be put together.
    drawn = HiddenField()

    def show_tags(self, tags: Mapping[Scheme, Iterable[str]]) -> None:
        """Tick what the goal is tagged with."""
        for scheme, name in FIELDS.items():
            self[name].data = sorted(tags.get(scheme, ()))
        self.drawn.data = _joined(self.tags)

    def take_in(self, subject: Any, changes: dict[str, Any]) -> None:
        """Merge what others saved: the partner by name, and the tags tick by tick."""
        if str(self.owner_partner_id.data or "").isdigit():
            self.owner_partner_id.data = int(self.owner_partner_id.data)
        super().take_in(subject, changes)
        met = self.conflicts.get("owner_partner_id")
        if met is not None:
            names = dict(self.owner_partner_id.choices or ())
            named = Conflict(names.get(str(met.theirs), met.theirs), met.who, met.at)
            self.conflicts["owner_partner_id"] = self.owner_partner_id.conflict = named
        before = {part for part in (self.drawn.data or "").split() if ":" in part}
        mine = set(_joined(self.tags).split())
        theirs = {f"{tag.scheme.value}:{tag.key}" for tag in subject.tags if not tag.is_withdrawn}
        together = (theirs | (mine - before)) - (before - mine)
        self.drawn.data = " ".join(sorted(theirs))
        self.drawn.raw_data = None
        for scheme, name in FIELDS.items():
            self[name].data = sorted(part.partition(":")[2] for part in together if part.startswith(f"{scheme.value}:"))


def _joined(tags: Mapping[Scheme, Iterable[str]]) -> str:
    return " ".join(sorted(f"{scheme.value}:{key}" for scheme, keys in tags.items() for key in keys))
