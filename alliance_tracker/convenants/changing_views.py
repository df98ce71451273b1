"""Changing a convenant on the screen: anew after a withdrawal, by addendum, by rider, and ending it."""

from collections.abc import Callable
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from alliance_tracker.alliances.frame import alliance_page
from alliance_tracker.alliances.partners import current_partners
from alliance_tracker.convenants import beginning, forms, service, signing
from alliance_tracker.convenants.draft_views import workbench
from alliance_tracker.convenants.models import Convenant, ConvenantVersion
from alliance_tracker.convenants.views import bp, crumbs, home, load_convenant
from alliance_tracker.errors import FieldRefused
from alliance_tracker.i18n import Message
from alliance_tracker.policy import Permission
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.forms import ActionForm, ReasonForm
from alliance_tracker.web.guards import actor

#: What begins a new draft without asking anything: its title, what it means, and its button.
BEGUN = {
    "again": (
        Message("Write it anew"),
        Message("A new draft begins with everything that the withdrawn version says. Commitments keep their numbers."),
        Message("Begin the new draft"),
    ),
    "addendum": (
        Message("Change it with an addendum"),
        Message(
            "A new draft begins with everything that is in force, the riders included. The present text stays in "
            "force until the addendum is signed as well."
        ),
        Message("Begin the addendum"),
    ),
}


def _begin_page(slug: str, convenant_id: int, what: str, form: ActionForm | None) -> str:
    alliance, convenant = load_convenant(slug, convenant_id, Permission.CONVENANT_PREPARE)
    title, meaning, button = BEGUN[what]
    return alliance_page(
        "convenants/begin.html",
        alliance,
        "convenant",
        convenant=convenant,
        title=title,
        meaning=meaning,
        button_words=button,
        form=form or ActionForm(),
        crumbs=crumbs(slug),
    )


def _begin_submit(
    slug: str, convenant_id: int, what: str, command: Callable[[Convenant], ConvenantVersion]
) -> ResponseReturnValue:
    (_, convenant), form = load_convenant(slug, convenant_id, Permission.CONVENANT_PREPARE), ActionForm()
    return carry_out(
        form,
        lambda: command(convenant),
        to=lambda version: workbench(slug, version.id),
        done=Message("The draft is begun."),
        page=lambda: _begin_page(slug, convenant_id, what, form),
    )


@bp.get("/<int:convenant_id>/again")
def again(slug: str, convenant_id: int) -> ResponseReturnValue:
    """Write a convenant anew after its offer was withdrawn."""
    return _begin_page(slug, convenant_id, "again", None)


@bp.post("/<int:convenant_id>/again")
def again_submit(slug: str, convenant_id: int) -> ResponseReturnValue:
    """Begin the draft."""
    return _begin_submit(slug, convenant_id, "again", lambda row: beginning.start_again(row, actor=actor()))


@bp.get("/<int:convenant_id>/addendum")
def addendum(slug: str, convenant_id: int) -> ResponseReturnValue:
    """Change what is in force."""
    return _begin_page(slug, convenant_id, "addendum", None)


@bp.post("/<int:convenant_id>/addendum")
def addendum_submit(slug: str, convenant_id: int) -> ResponseReturnValue:
    """Begin the draft."""
    return _begin_submit(slug, convenant_id, "addendum", lambda row: beginning.start_addendum(row, actor=actor()))


# A rider -----------------------------------------------------------------------------------------------------------


def _offer_partners(form: forms.RiderForm, convenant: Convenant) -> None:
    known = {party.organisation_id for version in service.in_force(convenant.id) for party in version.parties}
    form.partner.offer(
        (partner.organisation_id, partner.organisation.name)
        for partner in current_partners(convenant.alliance_id)
        if partner.organisation_id not in known
    )


@bp.get("/<int:convenant_id>/rider")
def rider(slug: str, convenant_id: int, form: forms.RiderForm | None = None) -> ResponseReturnValue:
    """Let one more organisation join."""
    alliance, convenant = load_convenant(slug, convenant_id, Permission.CONVENANT_PREPARE)
    form = form or forms.RiderForm()
    _offer_partners(form, convenant)
    return alliance_page(
        "convenants/rider.html", alliance, "convenant", convenant=convenant, form=form, crumbs=crumbs(slug)
    )


@bp.post("/<int:convenant_id>/rider")
def rider_submit(slug: str, convenant_id: int) -> ResponseReturnValue:
    """Begin its draft."""
    (_, convenant), form = load_convenant(slug, convenant_id, Permission.CONVENANT_PREPARE), forms.RiderForm()
    _offer_partners(form, convenant)

    def command() -> ConvenantVersion:
        party = form.party
        if party is None:
            raise FieldRefused("partner", Message("Choose a partner, or name a Flemish body: one of the two."))
        return beginning.start_rider(convenant, party, actor=actor())

    return carry_out(
        form,
        command,
        to=lambda version: workbench(slug, version.id),
        done=Message("The rider is begun. Add what this party promises, and say why it joins."),
        page=lambda: rider(slug, convenant_id, form),
    )


# Ending ------------------------------------------------------------------------------------------------------------


def _end_page(template: str, slug: str, convenant_id: int, form: Any) -> str:
    alliance, convenant = load_convenant(slug, convenant_id, Permission.CONVENANT_DECIDE)
    return alliance_page(template, alliance, "convenant", convenant=convenant, form=form, crumbs=crumbs(slug))


@bp.get("/<int:convenant_id>/terminate")
def terminate(slug: str, convenant_id: int, form: forms.TerminateForm | None = None) -> ResponseReturnValue:
    """End a convenant before its term."""
    _, convenant = load_convenant(slug, convenant_id, Permission.CONVENANT_DECIDE)
    form = form or forms.TerminateForm(version=convenant.version)
    return _end_page("convenants/terminate.html", slug, convenant_id, form)


@bp.post("/<int:convenant_id>/terminate")
def terminate_submit(slug: str, convenant_id: int) -> ResponseReturnValue:
    """Carry it out."""
    (_, convenant), form = load_convenant(slug, convenant_id, Permission.CONVENANT_DECIDE), forms.TerminateForm()

    def command() -> None:
        on, reason, drawn_from = form.on.day, form.reason.data, form.version.data
        signing.terminate(convenant, on=on, reason=reason, drawn_from=drawn_from, actor=actor())

    return carry_out(
        form,
        command,
        to=lambda _: home(slug),
        done=Message("The convenant is terminated. Everything stays readable."),
        page=lambda: terminate(slug, convenant_id, form),
    )


@bp.get("/<int:convenant_id>/give-up")
def give_up(slug: str, convenant_id: int, form: ReasonForm | None = None) -> ResponseReturnValue:
    """Give up a convenant that never came into force."""
    return _end_page("convenants/give_up.html", slug, convenant_id, form or ReasonForm())


@bp.post("/<int:convenant_id>/give-up")
def give_up_submit(slug: str, convenant_id: int) -> ResponseReturnValue:
    """Carry it out."""
    (_, convenant), form = load_convenant(slug, convenant_id, Permission.CONVENANT_DECIDE), ReasonForm()
    return carry_out(
        form,
        lambda: signing.give_up(convenant, reason=form.reason.data, actor=actor()),
        to=lambda _: url_for("convenants.index", slug=slug),
        done=Message("The convenant is given up; what was written stays readable."),
        page=lambda: give_up(slug, convenant_id, form),
    )
