"""The one form with which a milestone is recorded, wherever it is opened."""

from collections.abc import Callable
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from alliance_tracker.database import today
from alliance_tracker.errors import NotFound
from alliance_tracker.evidence import views as evidence_views
from alliance_tracker.evidence.forms import EvidenceForm
from alliance_tracker.i18n import Message
from alliance_tracker.rollout import milestones, states
from alliance_tracker.rollout.forms import ConversationForm, FollowedForm, MilestoneForm
from alliance_tracker.rollout.models import MilestoneStatus
from alliance_tracker.rollout.places import Place
from alliance_tracker.rollout.states import MilestoneState
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.forms import EditForm
from alliance_tracker.web.guards import actor


def state_at(place: Place, key: str) -> MilestoneState:
    """How the milestone stands at this place.

    :raise NotFound: it is not asked there.
    """
    found = states.at([place], key=key)
    if not found:
        raise NotFound(Message("There is nothing at this address."))
    return found[0]


def proven(state: MilestoneState) -> evidence_views.Subject:
    """A milestone at a place, as what files prove; it need not be recorded yet."""
    return evidence_views.Subject("milestone", f"{state.key}/{state.place.scope}", state.place.alliance_id)


def evidence_facts(state: MilestoneState, form: EvidenceForm | None, action: str) -> dict[str, Any]:
    """What the evidence panel of a milestone's page needs; `action` is where files are sent."""
    return {
        "files": evidence_views.files_of(proven(state)),
        "evidence_form": form or EvidenceForm(formdata=None),
        "evidence_action": action,
    }


def form_of(state: MilestoneState) -> EditForm:
    """The form for this milestone, filled from the request if it was sent, else with how it stands.

    The address may ask for a state (`?status=done`), so that a conversation is recorded in one go.
    """
    kind = FollowedForm if state.is_computed else ConversationForm if state.is_conversation else MilestoneForm
    if request.method == "POST":
        return kind()
    status, done_on = state.status, state.done_on
    if request.args.get("status") == MilestoneStatus.DONE.value and status is MilestoneStatus.NOT_DONE:
        status, done_on = MilestoneStatus.DONE, today()
    facts = {
        "status": status.value,
        "done_on": done_on,
        "expected_on": state.expected_on,
        "responsible": state.responsible,
        "note": state.note,
        "reason": state.reason,
        "participants": state.participants,
        "next_step": state.next_step,
        "version": state.version,
    }
    return kind(data=facts)


def submit(state: MilestoneState, *, to: str, page: Callable[[EditForm], ResponseReturnValue]) -> ResponseReturnValue:
    """Record what was sent about this milestone, and lead to `to`."""
    form = form_of(state)

    def command() -> object:
        typed: dict[str, Any] = {name: value for name, value in form.data.items() if name in FACTS}
        if "status" in typed:
            typed["status"] = MilestoneStatus(typed["status"])
        return milestones.record(milestones.by_key(state.key), state.place, actor=actor(), **typed)

    return carry_out(form, command, to=lambda _: to, page=lambda: page(form), done=Message("Recorded."))


FACTS = frozenset(
    {
        "status",
        "done_on",
        "expected_on",
        "responsible",
        "note",
        "reason",
        "participants",
        "next_step",
        "version",
    }
)
