"""Deciding who takes over what an organisation owed when it merged, closed or left."""

from itertools import groupby

from flask import url_for
from flask.typing import ResponseReturnValue

from alliance_tracker.accountability import forms, succession
from alliance_tracker.accountability.succession import Decision, Owed, heir_field, reason_field
from alliance_tracker.accountability.views import TAB, bp, crumbs, load_member, load_organisation
from alliance_tracker.alliances import estate
from alliance_tracker.alliances.frame import alliance_page
from alliance_tracker.i18n import Amount, Message
from alliance_tracker.policy import Permission
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.guards import actor, may_in


def _groups(rows: list[Owed]) -> list[tuple[int, list[Owed]]]:
    """The open instalments by commitment, in the order of their numbers."""
    return [(key, list(found)) for key, found in groupby(rows, key=lambda row: row.commitment_id)]


def _waiting(organisation_id: int, alliance_id: int) -> tuple[list[Owed], list[Owed]]:
    """What waits for a decision: of this person, and of somebody at VLAIO."""
    rows = [row for row in succession.owed_by(organisation_id, alliance_id) if row.is_undecided]
    own = [row for row in rows if succession.may_decide(row.side, actor())]
    return own, [row for row in rows if row not in own]


def _form(rows: list[Owed], alliance_id: int, organisation_id: int, default: int | None) -> forms.SuccessionForm:
    heirs = [(row.id, row.name) for row in succession.heirs_of(alliance_id, organisation_id, actor=actor())]
    known = {number for number, _ in heirs}
    ids = [key for key, _ in _groups(rows)]
    return forms.succession_form(ids, heirs, default if default in known else None)


@bp.get("/<int:organisation_id>/succession", endpoint="succession")
def show_succession(slug: str, organisation_id: int, form: forms.SuccessionForm | None = None) -> ResponseReturnValue:
    """What is still open of an organisation that takes part no more: a choice and a reason for each commitment."""
    alliance, member = load_member(slug, organisation_id, Permission.COMMITMENT_AGREE)
    organisation = load_organisation(member)
    rows, of_vlaio = _waiting(organisation_id, alliance.id)
    successor = succession.successor_of(organisation)
    heirs = {row.id for row in succession.heirs_of(alliance.id, organisation_id)}
    return alliance_page(
        "accountability/succession.html",
        alliance,
        TAB,
        member=member,
        organisation=organisation,
        groups=_groups(rows),
        of_vlaio=_groups(of_vlaio),
        successor=successor,
        successor_is_no_partner=successor is not None and successor.id not in heirs,
        heir_field=heir_field,
        reason_field=reason_field,
        form=form or _form(rows, alliance.id, organisation_id, successor.id if successor else None),
        crumbs=crumbs(slug, member),
    )


@bp.post("/<int:organisation_id>/succession")
def succession_submit(slug: str, organisation_id: int) -> ResponseReturnValue:
    """Carry the decisions out; what was left for later stays open."""
    alliance, member = load_member(slug, organisation_id, Permission.COMMITMENT_AGREE)
    organisation = load_organisation(member)
    rows, _ = _waiting(organisation_id, alliance.id)
    form = _form(rows, alliance.id, organisation_id, None)

    def decisions() -> dict[int, Decision]:
        found = {}
        for commitment_id, _ in _groups(rows):
            chosen = form[heir_field(commitment_id)].data
            if chosen:
                heir = None if chosen == forms.ENDS else int(chosen)
                found[commitment_id] = Decision(heir, form[reason_field(commitment_id)].data)
        return found

    return carry_out(
        form,
        lambda: succession.decide(alliance, organisation, decisions(), actor=actor()),
        to=lambda _: url_for("accountability.show", slug=slug, organisation_id=organisation_id),
        done=Message("Decided; the history keeps who promised it first."),
        page=lambda: show_succession(slug, organisation_id, form),
    )


# What the pages of alliances and organisations show -------------------------------------------------------------------


def _owed(organisation_id: int, alliance_id: int | None) -> list[estate.Owed]:
    return [
        estate.Owed(
            row.alliance_id,
            row.alliance,
            Message(
                "V%(number)s, %(year)s: %(description)s",
                number=str(row.number),
                year=str(row.year),
                description=row.description,
            ),
            Message(
                "%(amount)s still to be delivered, due on %(on)s",
                amount=Amount(row.remaining, row.unit),
                on=row.due_on,
            ),
            url_for(
                "accountability.show",
                slug=row.slug,
                organisation_id=organisation_id,
                _anchor=f"instalment-{row.instalment_id}",
            ),
        )
        for row in succession.owed_by(organisation_id, alliance_id)
    ]


def _decided_at(organisation_id: int, alliance_id: int | None) -> str:
    """The page of the one alliance in which something is open, or the list over all of them."""
    found = {row.alliance_id: row.slug for row in succession.owed_by(organisation_id, alliance_id)}
    # Who may merge organisations does not always decide in the alliances.
    if len(found) == 1 and all(may_in(number, Permission.COMMITMENT_AGREE) for number in found):
        return url_for("accountability.succession", slug=next(iter(found.values())), organisation_id=organisation_id)
    return url_for("organisation_accounts.undecided", organisation=organisation_id)


ESTATE = estate.Provider(_owed, _decided_at)
