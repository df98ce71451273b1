"""Writing a draft on the screen: the workbench with what is still missing, its text, its parties, its drawing right."""

import dataclasses
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask.typing import ResponseReturnValue

from alliance_tracker import audit
from alliance_tracker.alliances.frame import alliance_page
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.alliances.partners import current_partners
from alliance_tracker.convenants import forms, passing, service
from alliance_tracker.convenants.drafting import Draft, PartyDraft, draft_of, office, party_draft_of
from alliance_tracker.convenants.lifecycle import VERSION
from alliance_tracker.convenants.models import ConvenantVersion, VersionKind, VersionStatus
from alliance_tracker.convenants.suggestions import CLAUSES
from alliance_tracker.convenants.views import bp, crumbs, load_version
from alliance_tracker.database import db
from alliance_tracker.errors import Refused
from alliance_tracker.goals.models import Goal
from alliance_tracker.i18n import Message
from alliance_tracker.indicators.models import Definition
from alliance_tracker.organisations.models import Organisation
from alliance_tracker.policy import Permission
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.guards import actor


def load_draft(slug: str, version_id: int) -> tuple[Alliance, ConvenantVersion]:
    """A draft that is still being written.

    :raise Refused: it was offered or withdrawn.
    """
    alliance, version = load_version(slug, version_id, Permission.CONVENANT_PREPARE)
    if version.status is not VersionStatus.DRAFT:
        raise Refused(Message("A version that was offered is not changed any more; it can only be withdrawn."))
    return alliance, version


def workbench(slug: str, version_id: int) -> str:
    """The address of the draft."""
    return url_for("convenants.edit", slug=slug, version_id=version_id)


@bp.get("/versions/<int:version_id>/edit")
def edit(slug: str, version_id: int, form: forms.ConfirmForm | None = None) -> ResponseReturnValue:
    """The draft: its parts, and whether it is ready to be offered."""
    alliance, version = load_draft(slug, version_id)
    chosen = {row.goal_id for row in version.goals} | {row.goal_id for row in version.wordings}
    return alliance_page(
        "convenants/edit.html",
        alliance,
        "convenant",
        version=version,
        passed_on=passing.in_words(version),
        obstacles=list(VERSION.transitions["offer"].obstacles(version)),
        goals={goal.id: goal.title for goal in _goals(alliance.id) if goal.id in chosen},
        clauses=_clauses(version),
        ready_by=audit.names_of({version.ready_by_id}).get(version.ready_by_id, "") if version.ready_by_id else "",
        form=form or forms.ConfirmForm(version=version.version),
        crumbs=crumbs(slug),
    )


def _clauses(version: ConvenantVersion) -> list[tuple[object, str]]:
    """The clauses by their label, as they stand."""
    form = forms.TextForm(formdata=None)
    return [(form[name].label.text, getattr(version, name)) for name in CLAUSES]


def _goals(alliance_id: int) -> list[Goal]:
    found = sa.select(Goal).where(Goal.alliance_id == alliance_id).order_by(Goal.position, Goal.id)
    return list(db().scalars(found))


@bp.post("/versions/<int:version_id>/ready")
def ready_submit(slug: str, version_id: int) -> ResponseReturnValue:
    """Say that the draft is ready, so that VLAIO offers it."""
    (_, version), form = load_draft(slug, version_id), forms.ConfirmForm()
    return carry_out(
        form,
        lambda: service.say_ready(version, drawn_from=form.version.data, actor=actor()),
        to=lambda _: workbench(slug, version_id),
        done=Message("VLAIO is told that this draft is ready, and offers it for signature."),
        page=lambda: edit(slug, version_id, form),
    )


# Its text ----------------------------------------------------------------------------------------------------------

_FORMS = {
    VersionKind.ORIGINAL: forms.TextForm,
    VersionKind.ADDENDUM: forms.AddendumTextForm,
    VersionKind.RIDER: forms.RiderTextForm,
}


def _text_form(version: ConvenantVersion, *, filled: bool) -> Any:
    kind = _FORMS[version.kind]
    if not filled:
        form = kind()
    else:
        form = kind(obj=version)
        if "goals" in form:
            form.goals.data = [str(row.goal_id) for row in version.goals]
    if "goals" in form:
        form.goals.offer((goal.id, goal.title) for goal in _goals(version.alliance_id))
        shared = sa.select(Definition).where(Definition.alliance_id.is_(None)).order_by(Definition.id)
        form.asked_indicators.offer(
            (row.key, row.name)
            for row in db().scalars(shared)
            if row.retired_on is None or row.key in version.asked_indicators
        )
    return form


def _wanted(version: ConvenantVersion, form: Any) -> Draft:
    """What the form asks for; what it does not ask stays as it is."""
    texts = {name: form[name].data for name in ("title", "subject", "tasks")}
    if "change_note" in form:
        texts["change_note"] = form.change_note.data
    if version.kind is VersionKind.RIDER:
        return dataclasses.replace(draft_of(version), **texts)
    return dataclasses.replace(
        draft_of(version),
        **texts,
        **{name: form[name].data for name in ("goals_text", *CLAUSES)},
        starts_on=form.starts_on.day,
        ends_on=form.ends_on.day,
        minimum_cofinancing=form.minimum_cofinancing.data,
        decision_days=int(form.decision_days.data),
        reporting_on=form.reporting_on.days,
        evaluation_on=form.evaluation_on.data,
        asked_indicators=tuple(form.asked_indicators.data or []),
        goals=frozenset(int(value) for value in form.goals.data or []),
    )


@bp.get("/versions/<int:version_id>/text")
def text(slug: str, version_id: int, form: Any = None) -> ResponseReturnValue:
    """The text of a draft."""
    alliance, version = load_draft(slug, version_id)
    return alliance_page(
        "convenants/text.html",
        alliance,
        "convenant",
        version=version,
        form=form or _text_form(version, filled=True),
        suggestions=CLAUSES,
        crumbs=crumbs(slug, version),
    )


@bp.post("/versions/<int:version_id>/text")
def text_submit(slug: str, version_id: int) -> ResponseReturnValue:
    """Keep it."""
    _, version = load_draft(slug, version_id)
    form = _text_form(version, filled=False)
    return carry_out(
        form,
        lambda: service.edit(version, _wanted(version, form), drawn_from=form.version.data, actor=actor()),
        to=lambda _: workbench(slug, version_id),
        done=Message("Saved."),
        page=lambda: text(slug, version_id, form),
    )


# Its parties -------------------------------------------------------------------------------------------------------


def _candidates(draft: ConvenantVersion, vlaio: Organisation) -> list[tuple[PartyDraft, str]]:
    """Who can be a party, with the name: those that are, and the partners of today. A rider is of its own party."""
    found = {row.organisation_id: (party_draft_of(row), row.organisation.name) for row in draft.parties}
    if draft.kind is not VersionKind.RIDER:
        for partner in current_partners(draft.alliance_id):
            new = PartyDraft(partner.organisation_id, is_required=partner.is_core)
            found.setdefault(partner.organisation_id, (new, partner.organisation.name))
        found.setdefault(vlaio.id, (PartyDraft(vlaio.id), vlaio.name))
    return list(found.values())


def _parties_form(draft: ConvenantVersion, **filled: Any) -> forms.PartiesForm:
    vlaio = office()
    is_rider = draft.kind is VersionKind.RIDER
    fixed = draft.parties[0].organisation_id if is_rider and draft.parties else vlaio.id
    form = forms.parties_form(_candidates(draft, vlaio), fixed)(**filled)
    if is_rider:
        del form.organisation
    return form


@bp.get("/versions/<int:version_id>/parties")
def parties(slug: str, version_id: int, form: forms.PartiesForm | None = None) -> ResponseReturnValue:
    """Who is asked to sign."""
    alliance, version = load_draft(slug, version_id)
    if form is None:
        form = _parties_form(version, version=version.version)
        form.show(party_draft_of(party) for party in version.parties)
    return alliance_page(
        "convenants/parties.html",
        alliance,
        "convenant",
        version=version,
        form=form,
        crumbs=crumbs(slug, version),
    )


@bp.post("/versions/<int:version_id>/parties")
def parties_submit(slug: str, version_id: int) -> ResponseReturnValue:
    """Keep them."""
    _, version = load_draft(slug, version_id)
    form = _parties_form(version)
    return carry_out(
        form,
        lambda: service.set_parties(version, form.wanted, drawn_from=form.version.data, actor=actor()),
        to=lambda _: workbench(slug, version_id),
        done=Message("Saved."),
        page=lambda: parties(slug, version_id, form),
    )


# Its drawing right -------------------------------------------------------------------------------------------------


def _rights_form(version: ConvenantVersion) -> type[forms.RightsForm]:
    written = {row.year for row in version.rights}
    return forms.rights_form(sorted({*range(version.starts_on.year, version.ends_on.year + 1), *written}))


@bp.get("/versions/<int:version_id>/drawing-right")
def rights(slug: str, version_id: int, form: forms.RightsForm | None = None) -> ResponseReturnValue:
    """The drawing right of each calendar year of the term."""
    alliance, version = load_draft(slug, version_id)
    if form is None:
        form = _rights_form(version)(version=version.version)
        for row in version.rights:
            form[f"ceiling_{row.year}"].data = row.ceiling
    return alliance_page(
        "convenants/rights.html", alliance, "convenant", version=version, form=form, crumbs=crumbs(slug, version)
    )


@bp.post("/versions/<int:version_id>/drawing-right")
def rights_submit(slug: str, version_id: int) -> ResponseReturnValue:
    """Keep it."""
    _, version = load_draft(slug, version_id)
    form = _rights_form(version)()

    def command() -> None:
        if version.kind is VersionKind.RIDER:
            raise Refused(Message("A rider grants no money: that takes an addendum."))
        draft = dataclasses.replace(draft_of(version), ceilings=form.ceilings)
        service.edit(version, draft, drawn_from=form.version.data, actor=actor())

    return carry_out(
        form,
        command,
        to=lambda _: workbench(slug, version_id),
        done=Message("Saved."),
        page=lambda: rights(slug, version_id, form),
    )
