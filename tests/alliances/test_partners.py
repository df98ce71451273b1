"""Partners join and leave with dates and roles; the balance of the pillars follows."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from alliance_tracker.alliances import partners as service
from alliance_tracker.alliances.models import Partner, PartnerPillar, PartnerRoleKind
from alliance_tracker.database import db, today, transaction
from alliance_tracker.errors import EditConflict, FieldRefused, Refused
from alliance_tracker.organisations.models import OrganisationKind, Pillar
from alliance_tracker.policy import SYSTEM, Role
from tests.builders import make_alliance, make_full_helix, make_organisation, make_partner, make_user
from tests.strict_client import StrictClient

DAY = date(2026, 3, 2)
NO_CONTACT = {"name": "", "function": "", "email": "", "phone": ""}


def edit(partner: Partner, **changes: object) -> None:
    given = {
        "is_core": True,
        "roles": [],
        "responsibility": "",
        "gain": "",
        "more_pillars": {},
        "contact": NO_CONTACT,
        "version": partner.version,
        **changes,
    }
    service.edit(partner, **given, actor=SYSTEM)  # type: ignore[arg-type]


def test_the_kind_of_an_organisation_gives_its_pillar(context: Flask) -> None:
    balance = service.helix_balance(make_full_helix(make_alliance()))
    assert balance == dict.fromkeys(Pillar, 1)


def test_a_library_can_be_leisure_as_well_with_a_reason(context: Flask) -> None:
    partner = make_partner(
        make_alliance(), kind=OrganisationKind.LOCAL_AUTHORITY, more_pillars={Pillar.CIVIL_SOCIETY: "heeft een maakbib"}
    )
    balance = service.helix_balance([partner])
    assert (balance[Pillar.GOVERNMENT], balance[Pillar.CIVIL_SOCIETY]) == (1, 1)


def test_an_organisation_is_a_partner_once_at_a_time(context: Flask) -> None:
    alliance, organisation = make_alliance(), make_organisation()
    partner = make_partner(alliance, organisation)
    with pytest.raises(FieldRefused):
        make_partner(alliance, organisation)
    partner = service.current_partners(alliance.id)[0]
    with transaction():
        service.leave(partner, on=DAY, reason="verhuisd", actor=SYSTEM)
    with pytest.raises(FieldRefused):
        make_partner(alliance, organisation, since=DAY)
    make_partner(alliance, organisation, since=DAY + timedelta(days=1))


def test_the_database_refuses_a_second_open_partnership(context: Flask) -> None:
    partner = make_partner(make_alliance())
    with pytest.raises(IntegrityError), transaction():
        db().add(Partner(alliance_id=partner.alliance_id, organisation_id=partner.organisation_id, since=DAY))


def test_a_partner_does_not_join_in_the_future(context: Flask) -> None:
    with pytest.raises(FieldRefused) as refusal:
        make_partner(make_alliance(), since=today() + timedelta(days=1))
    assert refusal.value.field == "since"


def test_leaving_is_dated_reasoned_and_final(context: Flask) -> None:
    alliance = make_alliance()
    partner = make_full_helix(alliance)[0]
    with pytest.raises(FieldRefused):
        service.leave(partner, on=DAY, reason="", actor=SYSTEM)
    with pytest.raises(FieldRefused):
        service.leave(partner, on=date(2020, 1, 1), reason="x", actor=SYSTEM)
    with transaction():
        service.leave(partner, on=DAY, reason="verhuisd", actor=SYSTEM)
    assert partner.current_roles == []
    assert service.helix_balance(service.current_partners(alliance.id))[Pillar.ECONOMY] == 0
    with pytest.raises(Refused):
        service.leave(partner, on=DAY, reason="nog eens", actor=SYSTEM)
    with pytest.raises(IntegrityError), transaction():
        db().get_one(Partner, partner.id).until = None


def test_a_role_that_ends_stays_in_the_history(context: Flask) -> None:
    partner = make_partner(make_alliance(), roles=[PartnerRoleKind.LEAD, PartnerRoleKind.HOST])
    with transaction():
        edit(partner, roles=[PartnerRoleKind.HOST, PartnerRoleKind.FUNDING])
    assert {role.role for role in partner.current_roles} == {PartnerRoleKind.HOST, PartnerRoleKind.FUNDING}
    assert len(partner.roles) == 3


def test_two_who_change_one_partner_do_not_overwrite_each_other(context: Flask) -> None:
    partner = make_partner(make_alliance())
    drawn_from = partner.version
    with transaction():
        edit(partner, gain="Van een ander")
    with pytest.raises(EditConflict):
        edit(partner, gain="Van mij", version=drawn_from)


def test_the_database_asks_a_reason_for_another_pillar(context: Flask) -> None:
    partner = make_partner(make_alliance())
    with pytest.raises(IntegrityError, match="ck_partner_pillar_reason_if_not_from_kind"), transaction():
        db().add(
            PartnerPillar(
                partner_id=partner.id,
                alliance_id=partner.alliance_id,
                pillar=Pillar.GOVERNMENT,
                from_kind=False,
                since=DAY,
            )
        )


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("ck_partner_leaves_after_it_joins", {"until": date(2020, 1, 1), "leave_reason": "x"}),
        ("ck_partner_leaves_with_a_reason", {"until": DAY}),
    ],
)
def test_the_database_ties_leaving_to_a_day_and_a_reason(context: Flask, name: str, change: dict[str, object]) -> None:
    partner = make_partner(make_alliance())
    with pytest.raises(IntegrityError, match=name), transaction():
        for key, value in change.items():
            setattr(partner, key, value)


def test_whoever_adds_an_organisation_from_the_form_of_a_partner_comes_back_with_it_chosen(
    app: Flask, client: StrictClient
) -> None:
    with app.test_request_context("/"):
        alliance = make_alliance("Kempen")
        make_user(Role.COORDINATOR, email="cas@example.org", alliance_id=alliance.id)
    client.sign_in("cas@example.org")
    form = "/alliances/kempen/partners/new"
    (add,) = [link for link in client.get(form).links if link.startswith("/organisations/new")]
    page = client.get(add)
    assert form in page.links  # to give up leads back as well
    company = {"name": "Metaal Geel", "kind": "company", "next": page.forms[-1]["names"]["next"]}
    client.post("/organisations/new", company)
    page = client.follow()
    assert client.response is not None
    assert client.response.request.path == form
    names = page.forms[-1]["names"]
    assert names["organisation"].startswith("id:")
    assert "Metaal Geel" in client.response.text
    client.post(form, {"organisation": names["organisation"], "since": "2026-03-02"})


@pytest.mark.parametrize("elsewhere", ["https://elders.example/", "//elders.example", "/bestaat/niet", ""])
def test_an_organisation_that_is_added_never_leads_to_another_site(
    app: Flask, client: StrictClient, elsewhere: str
) -> None:
    with app.test_request_context("/"):
        make_user(Role.PROJECT_MANAGER, email="vlaio@example.org")
    client.sign_in("vlaio@example.org")
    company = {"name": "Metaal Geel", "kind": "company", "next": elsewhere}
    client.post("/organisations/new", company, form_at="/organisations/new")
    assert client.response is not None
    assert client.response.location.startswith("/organisations/")
