"""The commitments of a draft on the screen: adding one, changing it, taking it out."""

from flask import url_for
from flask.typing import ResponseReturnValue

from alliance_tracker.alliances.frame import alliance_page
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.commitments import wordings
from alliance_tracker.commitments.models import CommitmentWording
from alliance_tracker.convenants import service
from alliance_tracker.convenants.commitment_forms import CommitmentForm, commitment_form
from alliance_tracker.convenants.draft_views import load_draft, workbench
from alliance_tracker.convenants.models import ConvenantVersion
from alliance_tracker.convenants.views import bp, crumbs
from alliance_tracker.errors import NotFound
from alliance_tracker.goals.purposes import of_alliance as goals_of
from alliance_tracker.i18n import Message
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.forms import ActionForm
from alliance_tracker.web.guards import actor


def _load(slug: str, version_id: int, wording_id: int) -> tuple[Alliance, ConvenantVersion, CommitmentWording]:
    """A commitment of this draft.

    :raise NotFound: it is one of another version.
    """
    alliance, version = load_draft(slug, version_id)
    found = next((wording for wording in version.wordings if wording.id == wording_id), None)
    if found is None:
        raise NotFound(Message("There is nothing at this address."))
    return alliance, version, found


def _form(version: ConvenantVersion, wording: CommitmentWording | None, *, filled: bool) -> CommitmentForm:
    """The form with the parties, the goals and the years of this draft; `filled` draws what stands there now."""
    parties = {party.organisation_id: party.organisation.name for party in version.parties}
    kind = commitment_form(parties, version.starts_on, version.ends_on)
    form = kind(version=wording.version if wording else 0) if filled else kind()
    names = [(str(number), name) for number, name in parties.items()]
    form.bearers.offer(names)
    form.coordinator_id.offer(names)
    chosen = wording.goal_id if wording else None
    goals = goals_of(version.alliance_id)
    form.goal_id.offer((goal.goal_id, goal.title) for goal in goals if goal.is_open or goal.goal_id == chosen)
    if filled and wording is not None:
        form.show(wordings.draft_of(wording))
    return form


def _anchor(slug: str, version_id: int) -> str:
    return url_for("convenants.edit", slug=slug, version_id=version_id, _anchor="commitments")


@bp.get("/versions/<int:version_id>/commitments/new")
def add_commitment(slug: str, version_id: int, form: CommitmentForm | None = None) -> ResponseReturnValue:
    """Add a commitment."""
    alliance, version = load_draft(slug, version_id)
    return alliance_page(
        "convenants/commitment.html",
        alliance,
        "convenant",
        version=version,
        wording=None,
        form=form or _form(version, None, filled=True),
        crumbs=crumbs(slug, version),
    )


@bp.post("/versions/<int:version_id>/commitments/new")
def add_commitment_submit(slug: str, version_id: int) -> ResponseReturnValue:
    """Keep it."""
    _, version = load_draft(slug, version_id)
    form = _form(version, None, filled=False)
    return carry_out(
        form,
        lambda: service.add_commitment(version, form.draft, actor=actor()),
        to=lambda _: _anchor(slug, version_id),
        done=Message("The commitment is added."),
        page=lambda: add_commitment(slug, version_id, form),
    )


@bp.get("/versions/<int:version_id>/commitments/<int:wording_id>")
def commitment(slug: str, version_id: int, wording_id: int, form: CommitmentForm | None = None) -> ResponseReturnValue:
    """Change a commitment."""
    alliance, version, wording = _load(slug, version_id, wording_id)
    return alliance_page(
        "convenants/commitment.html",
        alliance,
        "convenant",
        version=version,
        wording=wording,
        form=form or _form(version, wording, filled=True),
        crumbs=crumbs(slug, version),
    )


@bp.post("/versions/<int:version_id>/commitments/<int:wording_id>")
def commitment_submit(slug: str, version_id: int, wording_id: int) -> ResponseReturnValue:
    """Keep it."""
    _, version, wording = _load(slug, version_id, wording_id)
    form = _form(version, wording, filled=False)
    return carry_out(
        form,
        lambda: service.edit_commitment(version, wording, form.draft, drawn_from=form.version.data, actor=actor()),
        to=lambda _: _anchor(slug, version_id),
        done=Message("Saved."),
        page=lambda: commitment(slug, version_id, wording_id, form),
    )


@bp.get("/versions/<int:version_id>/commitments/<int:wording_id>/take-out")
def remove_commitment(
    slug: str, version_id: int, wording_id: int, form: ActionForm | None = None
) -> ResponseReturnValue:
    """Take a commitment out of the draft."""
    alliance, version, wording = _load(slug, version_id, wording_id)
    return alliance_page(
        "convenants/take_out.html",
        alliance,
        "convenant",
        version=version,
        wording=wording,
        form=form or ActionForm(),
        crumbs=crumbs(slug, version),
    )


@bp.post("/versions/<int:version_id>/commitments/<int:wording_id>/take-out")
def remove_commitment_submit(slug: str, version_id: int, wording_id: int) -> ResponseReturnValue:
    """Carry it out."""
    _, version, wording = _load(slug, version_id, wording_id)
    form = ActionForm()
    return carry_out(
        form,
        lambda: service.remove_commitment(version, wording, actor=actor()),
        to=lambda _: workbench(slug, version_id),
        done=Message("The commitment is taken out of the draft."),
        page=lambda: remove_commitment(slug, version_id, wording_id, form),
    )
