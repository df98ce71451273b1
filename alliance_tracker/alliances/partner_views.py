"""The partners of an alliance: who takes part, admitting, changing, leaving."""

from flask import request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import selectinload

from alliance_tracker.alliances import estate, forms
from alliance_tracker.alliances import partners as service
from alliance_tracker.alliances.frame import alliance_page, load_alliance
from alliance_tracker.alliances.models import Partner
from alliance_tracker.alliances.views import bp
from alliance_tracker.errors import NotFound
from alliance_tracker.i18n import Message
from alliance_tracker.organisations import queries as organisations
from alliance_tracker.organisations.models import Pillar
from alliance_tracker.policy import Permission
from alliance_tracker.web import history as web_history
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.guards import actor, load, page_number


@bp.get("/<slug>/partners")
def partners(slug: str) -> ResponseReturnValue:
    """Who takes part, and which pillar is missing."""
    alliance = load_alliance(slug)
    current = service.current_partners(alliance.id)
    return alliance_page(
        "alliances/partners.html",
        alliance,
        "partners",
        partners=current,
        former=service.former_partners(alliance.id),
        balance=service.helix_balance(current),
        pillars=list(Pillar),
    )


def _crumbs(slug: str) -> list[tuple[Message, str]]:
    return [(Message("Partners"), url_for("alliances.partners", slug=slug))]


@bp.get("/<slug>/partners/new")
def admit(slug: str, form: forms.AdmitForm | None = None) -> ResponseReturnValue:
    """Admit a partner."""
    alliance = load_alliance(slug, Permission.PARTNER_MANAGE)
    if form is None:
        form = forms.AdmitForm()
        form.organisation.show(organisations.resolve(f"id:{request.args.get('organisation', '')}").found)
    return alliance_page("alliances/admit.html", alliance, "partners", form=form, crumbs=_crumbs(slug))


@bp.post("/<slug>/partners/new")
def admit_submit(slug: str) -> ResponseReturnValue:
    """Let the organisation join."""
    alliance, form = load_alliance(slug, Permission.PARTNER_MANAGE), forms.AdmitForm()

    def command() -> Partner:
        return service.admit(
            alliance,
            organisations.organisation(form.organisation.organisation_id or 0),
            since=form.since.day,
            is_core=form.is_core.data,
            roles=form.role_kinds,
            responsibility=form.responsibility.data,
            gain=form.gain.data,
            more_pillars=form.pillars_with_reason,
            contact=form.contact,
            actor=actor(),
        )

    return carry_out(
        form,
        command,
        to=lambda _: url_for("alliances.partners", slug=slug),
        done=Message("The partner is admitted."),
        page=lambda: admit(slug, form),
    )


def load_partner(slug: str, partner_id: int, permission: Permission) -> Partner:
    """A partner of the alliance at this address.

    :raise NotFound: it is a partner of another alliance, or of none that this person may see.
    """
    alliance = load_alliance(slug)
    options = [selectinload(Partner.organisation), selectinload(Partner.roles), selectinload(Partner.pillars)]
    partner = load(Partner, partner_id, permission, visible=None, options=options)
    if partner.alliance_id != alliance.id:
        raise NotFound(Message("There is nothing at this address."))
    return partner


@bp.get("/<slug>/partners/<int:partner_id>")
def partner(slug: str, partner_id: int) -> ResponseReturnValue:
    """One partner: what it does in the alliance, and everything that happened to its partnership."""
    alliance = load_alliance(slug)
    found = load_partner(slug, partner_id, Permission.ALLIANCE_VIEW)
    return alliance_page(
        "alliances/partner.html",
        alliance,
        "partners",
        partner=found,
        history=web_history.of_subject("partner", partner_id, page_number()),
        crumbs=_crumbs(slug),
    )


@bp.get("/<slug>/partners/<int:partner_id>/edit")
def edit_partner(slug: str, partner_id: int, form: forms.EditPartnerForm | None = None) -> ResponseReturnValue:
    """Change a partner's roles and words."""
    alliance = load_alliance(slug, Permission.PARTNER_MANAGE)
    partner = load_partner(slug, partner_id, Permission.PARTNER_MANAGE)
    if form is None:
        more = [pillar for pillar in partner.current_pillars if not pillar.from_kind]
        form = forms.EditPartnerForm(obj=partner)
        form.roles.data = [role.role.value for role in partner.current_roles]
        form.more_pillars.data = [pillar.pillar.value for pillar in more]
        form.pillar_reason.data = more[0].reason if more else ""
    return alliance_page(
        "alliances/edit_partner.html", alliance, "partners", partner=partner, form=form, crumbs=_crumbs(slug)
    )


@bp.post("/<slug>/partners/<int:partner_id>/edit")
def edit_partner_submit(slug: str, partner_id: int) -> ResponseReturnValue:
    """Keep the changes."""
    partner, form = load_partner(slug, partner_id, Permission.PARTNER_MANAGE), forms.EditPartnerForm()
    return carry_out(
        form,
        lambda: service.edit(
            partner,
            is_core=form.is_core.data,
            roles=form.role_kinds,
            responsibility=form.responsibility.data,
            gain=form.gain.data,
            more_pillars=form.pillars_with_reason,
            contact=form.contact,
            version=form.version.data,
            actor=actor(),
        ),
        to=lambda _: url_for("alliances.partners", slug=slug),
        done=Message("Saved."),
        page=lambda: edit_partner(slug, partner_id, form),
    )


@bp.get("/<slug>/partners/<int:partner_id>/leave")
def leave(slug: str, partner_id: int, form: forms.LeaveForm | None = None) -> ResponseReturnValue:
    """Let a partner leave."""
    alliance = load_alliance(slug, Permission.PARTNER_MANAGE)
    partner = load_partner(slug, partner_id, Permission.PARTNER_MANAGE)
    return alliance_page(
        "alliances/leave.html",
        alliance,
        "partners",
        partner=partner,
        form=form or forms.LeaveForm(),
        owed=estate.owed_by(partner.organisation_id, alliance.id),
        crumbs=_crumbs(slug),
    )


@bp.post("/<slug>/partners/<int:partner_id>/leave")
def leave_submit(slug: str, partner_id: int) -> ResponseReturnValue:
    """Carry it out."""
    partner, form = load_partner(slug, partner_id, Permission.PARTNER_MANAGE), forms.LeaveForm()
    return carry_out(
        form,
        lambda: service.leave(partner, on=form.on.day, reason=form.reason.data, actor=actor()),
        to=lambda _: estate.next_address(
            partner.organisation_id, partner.alliance_id, url_for("alliances.partners", slug=slug)
        ),
        done=Message("The partner has left; what it did stays."),
        page=lambda: leave(slug, partner_id, form),
    )
