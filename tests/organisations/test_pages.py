"""The pages of the register, as people meet them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from html5lib import HTMLParser

from alliance_tracker.database import db, today
from alliance_tracker.organisations import queries
from alliance_tracker.organisations.models import IdentifierScheme, OrganisationKind, OrganisationStatus
from alliance_tracker.policy import Role
from tests.builders import make_alliance, make_organisation, make_partner, make_user, municipality
from tests.strict_client import StrictClient

FACTS = {"kind": "company", "municipalities": "", "website": "", "note": ""}


@pytest.fixture
def sign_in(app: Flask, client: StrictClient):
    """Sign in as somebody with this role, in English unless told."""

    def enter(role: Role | None = Role.PROJECT_MANAGER, language: str = "en", **scope) -> StrictClient:
        with app.test_request_context("/"):
            email = make_user(role, language=language, **scope).email
        client.sign_in(email)
        return client

    return enter


def make(app: Flask, *args, **kw) -> int:
    with app.test_request_context("/"):
        return make_organisation(*args, **kw).id


def valid_html(client: StrictClient) -> None:
    assert client.response is not None
    HTMLParser(strict=True).parse(client.response.text)


def test_somebody_adds_an_organisation_by_typing_the_names_of_its_municipalities(app, sign_in):
    client = sign_in()
    client.get("/organisations")
    assert "Hidrodoe" not in client.page.words
    client.post(
        "/organisations/new",
        {**FACTS, "name": " Hidrodoe ", "identifier_kbo": "0403.019.261", "municipalities": "herentals, Olen"},
        form_at="/organisations/new",
    )
    page = client.follow()
    for words in ("Hidrodoe", "0403.019.261", "Herentals, Olen", "since"):
        assert words in page.words
    valid_html(client)


def test_a_municipality_of_before_a_merger_is_taken_for_what_it_became(sign_in):
    client = sign_in()
    facts = {**FACTS, "name": "Iets", "municipalities": "Meulebeke; hoeselt"}
    client.post("/organisations/new", facts, form_at="/organisations/new")
    assert "Bilzen-Hoeselt, Tielt" in client.follow().words


def test_boxes_that_are_ticked_and_names_that_are_typed_count_together(app, sign_in):
    client = sign_in()
    with app.test_request_context("/"):
        geel = municipality("Geel").id
    client.post(
        "/organisations/new",
        {**FACTS, "name": "Iets", "municipalities": [str(geel), "Olen"]},
        form_at="/organisations/new",
    )
    assert "Geel, Olen" in client.follow().words


def test_a_name_that_is_no_municipality_comes_back_with_what_was_typed(sign_in):
    client = sign_in()
    page = client.post(
        "/organisations/new",
        {**FACTS, "name": "Iets", "municipalities": "Geel, Atlantis", "note": "blijft staan"},
        form_at="/organisations/new",
        status=422,
    )
    assert "There is no municipality of today called Atlantis" in page.words
    assert 'value="Atlantis"' in client.response.text
    assert "1 of 27 chosen" in page.words
    assert "blijft staan" in client.response.text


def test_every_wrong_number_has_its_sentence_beside_its_field(sign_in):
    client = sign_in()
    page = client.post(
        "/organisations/new",
        {**FACTS, "name": "X", "kind": "", "identifier_kbo": "123", "identifier_ovo": "1", "website": "foei"},
        form_at="/organisations/new",
        status=422,
    )
    for words in ("has ten digits", "OVO with six digits", "Choose a kind."):
        assert words in page.words
    for field in ("identifier_kbo", "identifier_ovo", "kind"):
        assert f'href="#{field}"' in client.response.text
    valid_html(client)


def test_a_known_number_leads_to_the_organisation_that_has_it(app, sign_in):
    known = make(app, "Hidro <b>doe</b>", identifiers={IdentifierScheme.KBO: "0403019261"})
    client = sign_in()
    client.post(
        "/organisations/new",
        {**FACTS, "name": "Anders", "identifier_kbo": "0403019261"},
        form_at="/organisations/new",
        status=422,
    )
    text = client.response.text
    assert f'<a href="/organisations/{known}">Hidro &lt;b&gt;doe&lt;/b&gt;</a>' in text
    # In the summary the sentence is a link itself, so it holds none.
    assert '<a href="#identifier_kbo">This number is that of Hidro &lt;b&gt;doe&lt;/b&gt;' in text
    valid_html(client)


def test_a_similar_name_comes_back_with_links_and_a_box_to_tick(app, sign_in):
    known = make(app, "Hidrodoe")
    client = sign_in()
    page = client.post("/organisations/new", {**FACTS, "name": "Hydrodoe"}, form_at="/organisations/new", status=422)
    assert f"/organisations/{known}" in page.links
    assert "Is it one of these?" in page.words
    client.post("/organisations/new", {**FACTS, "name": "Hydrodoe", "is_another": "y"})
    assert "Hydrodoe" in client.follow().words


def test_facts_are_corrected_and_the_same_form_sent_again_does_nothing_twice(app, sign_in):
    number = make(app, "Bib", OrganisationKind.LIBRARY, where=["Geel"], identifiers={IdentifierScheme.OVO: "OVO000023"})
    client = sign_in()
    path = f"/organisations/{number}/edit"
    assert 'value="OVO000023"' in client.browser.get(path).text
    facts = {**FACTS, "kind": "library", "municipalities": "Mol", "identifier_ovo": "", "website": "bib.be"}
    client.post(path, facts, form_at=path)
    page = client.follow()
    assert "https://bib.be" in client.response.text
    assert "OVO000023" not in page.words
    assert "Mol" in page.words


def test_who_edits_at_the_same_time_sees_both_and_loses_nothing(app, sign_in):
    number = make(app, "Bib", where=["Geel"], identifiers={IdentifierScheme.SCHOOL: "7"})
    client = sign_in()
    path = f"/organisations/{number}/edit"
    with app.test_request_context("/"):
        ids = {name: str(municipality(name).id) for name in ("Geel", "Mol", "Olen")}
    client.get(path)
    drawn = client.page
    first = {**FACTS, "municipalities": ids["Mol"], "identifier_school": "8", "note": "van de eerste"}
    client.post(path, first)
    client.page = drawn
    second = {**FACTS, "municipalities": ids["Olen"], "identifier_school": "9", "website": "b.be"}
    page = client.post(path, {**second, "submission_key": "another"}, status=409)
    assert "Somebody else saved this while you were editing" in page.words
    text = client.response.text
    assert "Saved now" in page.words
    assert f'value="{ids["Olen"]}" id="municipalities-{ids["Olen"]}" checked' in text
    assert f'value="{ids["Mol"]}" id="municipalities-{ids["Mol"]}" checked' not in text
    assert 'value="9"' in text
    assert "van de eerste" in text
    valid_html(client)
    client.post(path, {**second, "note": "van de eerste"})
    page = client.follow()
    assert "Olen" in page.words
    assert "van de eerste" in page.words


def test_renaming_is_dated_and_both_names_are_shown(app, sign_in):
    number = make(app, "Oude naam")
    client = sign_in()
    path = f"/organisations/{number}/rename"
    page = client.post(path, {"name": "", "on": "", "reason": ""}, form_at=path, status=422)
    assert page.words.count("Give a reason") >= 1
    client.post(path, {"name": "Nieuwe naam", "on": "1/9/2020", "reason": "andere koers"})
    page = client.follow()
    assert "Nieuwe naam" in page.words
    assert "Oude naam" in page.words
    assert "31 August 2020" in page.words


def test_closing_says_what_ends_and_reopening_takes_a_reason(app, sign_in):
    with app.test_request_context("/"):
        organisation, alliance = make_organisation("Bakkerij"), make_alliance("STEM Kempen")
        make_partner(alliance, organisation)
        number, slug = organisation.id, alliance.slug
    client = sign_in()
    path = f"/organisations/{number}/close"
    client.get(path)
    assert "1 partnership ends with it" in client.page.words
    assert f"/alliances/{slug}/partners" in client.page.links
    valid_html(client)
    client.post(path, {"on": (today() + timedelta(days=2)).isoformat(), "reason": "x"}, status=422)
    assert "lies in the future" in client.page.words
    client.post(path, {"on": today().isoformat(), "reason": "failliet"})
    page = client.follow()
    assert "Closed on" in page.words
    assert "failliet" in page.words
    path = f"/organisations/{number}/reopen"
    page = client.post(path, {"reason": ""}, status=422)
    assert "Give a reason" in page.words
    client.post(path, {"reason": "doorstart"})
    assert "Closed on" not in client.follow().words


def test_merging_by_an_exact_name_without_javascript(app, sign_in):
    with app.test_request_context("/"):
        old, new = make_organisation("Oud"), make_organisation("Nieuw en groot")
        first = make_partner(make_alliance("Alliantie A"), old)
        second = make_partner(make_alliance("Alliantie B"), old)
        numbers, partner_ids = (old.id, new.id), (first.id, second.id)
    client = sign_in()
    path = f"/organisations/{numbers[0]}/merge"
    client.get(path)
    assert "Partnership in Alliantie A" in client.page.words
    valid_html(client)
    decisions = {f"partnership_{partner_ids[0]}": "inherit", f"partnership_{partner_ids[1]}": "end"}
    page = client.post(
        path, {"successor": "bestaat niet", "on": today().isoformat(), "reason": "f", **decisions}, status=422
    )
    assert "No organisation of today answers to “bestaat niet”" in page.words
    client.post(path, {"successor": "nieuw en groot", "on": today().isoformat(), "reason": "fusie", **decisions})
    page = client.follow()
    assert f"/organisations/{numbers[1]}" in page.links
    assert "It goes on as:" in page.words
    page = client.get(f"/organisations/{numbers[1]}")
    assert "Merged into this organisation" in page.words
    assert "Alliantie A" in page.words
    assert "Alliantie B" not in page.words
    with app.test_request_context("/"):
        assert queries.organisation(numbers[0]).status is OrganisationStatus.MERGED


def test_a_merger_tells_that_those_who_speak_for_it_need_a_new_role(app, sign_in):
    number = make(app, "Oud")
    client = sign_in()
    assert "represent" not in client.get(f"/organisations/{number}/merge").words
    with app.test_request_context("/"):
        make_user(Role.PARTNER, organisation_id=number)
    assert "1 person represents this organisation" in client.get(f"/organisations/{number}/merge").words


def test_a_text_that_means_several_comes_back_as_a_choice(app, sign_in):
    number, first, second = make(app, "Oud"), make(app, "Chiro", where=["Geel"]), make(app, "Chiro", where=["Mol"])
    client = sign_in()
    path = f"/organisations/{number}/merge"
    page = client.post(
        path, {"successor": "chiro", "on": today().isoformat(), "reason": "fusie"}, form_at=path, status=422
    )
    assert "Several organisations answer to this" in page.words
    assert f'value="id:{first}"' in client.response.text
    valid_html(client)
    client.post(path, {"successor": ["chiro", f"id:{second}"], "on": today().isoformat(), "reason": "fusie"})
    assert f"/organisations/{second}" in client.follow().links


def test_a_decision_that_is_none_is_refused(app, sign_in):
    with app.test_request_context("/"):
        old, new = make_organisation("Oud"), make_organisation("Nieuw")
        partner = make_partner(make_alliance(), old)
        number, name = old.id, f"partnership_{partner.id}"
        assert new.id
    client = sign_in()
    path = f"/organisations/{number}/merge"
    page = client.post(
        path, {"successor": "Nieuw", "on": today().isoformat(), "reason": "f", name: "delete"}, form_at=path, status=422
    )
    assert "Decide what becomes of this partnership." in page.words


def test_the_search_while_typing_answers_with_what_tells_organisations_apart(app, sign_in):
    number = make(app, "Hidrodoe", OrganisationKind.MUSEUM, where=["Herentals"])
    client = sign_in()
    items = client.browser.get("/organisations/search?q=hidro").json["items"]
    assert items == [
        {
            "id": number,
            "name": "Hidrodoe",
            "kind": "Museum or science centre",
            "municipalities": ["Herentals"],
            "words": "Museum or science centre · Herentals",
        }
    ]
    assert client.browser.get("/organisations/search").json == {"items": []}


@pytest.mark.parametrize(
    "query", ["page=0", "page=x", "page=99999999999999999999", "kind=x&pillar=y&status=z&region=%27", "q=%25"]
)
def test_an_address_that_somebody_mistyped_still_gives_a_list(app, sign_in, query: str):
    make(app, "Hidrodoe")
    sign_in().get(f"/organisations?{query}")


def test_an_address_that_no_database_can_keep_is_not_found(sign_in):
    client = sign_in()
    for path in ("?q=%00", "?q=a&q=%00", "/search?q=%00"):
        client.get(f"/organisations{path}", status=404)


def test_a_text_that_no_database_can_keep_is_refused_beside_its_field(app, sign_in):
    path = f"/organisations/{make(app, 'Oud')}/merge"
    page = sign_in().post(path, {"successor": "a\0b", "reason": "x"}, form_at=path, status=422)
    assert "holds a character that cannot be kept" in page.words


def test_filters_stand_in_the_address_and_stay_while_turning_pages(app, sign_in):
    with app.test_request_context("/"):
        for number in range(52):
            make_organisation(f"Winkel {number}", where=["Geel"])
    client = sign_in()
    client.get("/organisations?q=winkel&region=REFREG03&status=active")
    assert "52 organisations" in client.page.words
    (following,) = [link for link in client.page.links if "page=2" in link]
    assert "region=REFREG03" in following
    client.get(following)
    assert "Page 2 of 2" in client.page.words
    valid_html(client)


def test_pages_send_the_same_number_of_statements_for_five_and_fifty(app, sign_in, statements):
    client = sign_in()

    def count(path: str) -> int:
        statements.clear()
        client.get(path)
        return len([s for s in statements if s.startswith("SELECT")])

    with app.test_request_context("/"):
        organisation = make_organisation("Spil", where=["Geel"])
        number = organisation.id
        for _ in range(5):
            make_organisation("Winkel", where=["Geel"])
        make_partner(make_alliance(), organisation)
    paths = ["/organisations?q=winkel", f"/organisations/{number}", f"/organisations/{number}/merge"]
    few = [count(path) for path in paths]
    with app.test_request_context("/"):
        organisation = queries.organisation(number)
        for _ in range(45):
            make_organisation("Winkel", where=["Geel"])
        for _ in range(5):
            make_partner(make_alliance(), organisation)
    assert [count(path) for path in paths] == few
    assert max(few) <= 15  # the last one asks what it still owes


FORMS = ["new", "{id}/edit", "{id}/rename", "{id}/close", "{id}/merge"]


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.ADMINISTRATOR, set(FORMS)),
        (Role.PROJECT_MANAGER, set(FORMS)),
        (Role.COORDINATOR, {"new", "{id}/edit"}),
        (Role.PARTNER, {"{id}/edit"}),
        (Role.REPORTER, set()),
        (Role.OBSERVER, set()),
        (None, set()),
    ],
)
def test_each_role_opens_what_is_its_own_and_nothing_else(app, sign_in, role: Role | None, allowed: set[str]):
    number, other = make(app, "Van mij"), make(app, "Van een ander")
    scope: dict[str, Any] = {}
    if role is Role.COORDINATOR:
        with app.test_request_context("/"):
            scope = {"alliance_id": make_alliance().id}
    if role is Role.PARTNER:
        scope = {"organisation_id": number}
    if role is Role.REPORTER:
        scope = {"region_code": "REFREG03"}
    client = sign_in(role, **scope)
    client.get("/organisations")
    show = client.get(f"/organisations/{number}")
    for form in FORMS:
        path = f"/organisations/{form.format(id=number)}"
        client.get(path, status=200 if form in allowed else 403)
        if form not in allowed:
            assert path not in show.links
            client.post(path, {}, status=403)
    client.post(f"/organisations/{number}/reopen", {"reason": "x"}, status=422 if "{id}/close" in allowed else 403)
    if role is Role.PARTNER:
        client.get(f"/organisations/{other}/edit", status=403)


@pytest.mark.parametrize("path", ["", "/search", "/new", "/1", "/1/edit", "/1/rename", "/1/close", "/1/merge"])
def test_nobody_reads_the_register_without_signing_in(client: StrictClient, path: str):
    client.get(f"/organisations{path}", status=303)


def test_an_organisation_that_does_not_exist_is_not_found(sign_in):
    client = sign_in()
    for path in ("4711", "4711/edit", "4711/merge", "99999999999999999999"):
        client.get(f"/organisations/{path}", status=404)


def test_a_merged_organisation_offers_no_form_any_more(app, sign_in):
    with app.test_request_context("/"):
        from alliance_tracker.database import transaction
        from alliance_tracker.organisations import service
        from alliance_tracker.policy import SYSTEM

        old, new = make_organisation("Oud"), make_organisation("Nieuw")
        with transaction():
            service.merge(old, new, on=today(), reason="-", actor=SYSTEM)
        number = old.id
        db().commit()
    page = sign_in().get(f"/organisations/{number}")
    forms = [link for link in page.links if re.search(rf"/organisations/{number}/", link)]
    assert forms == [f"/organisations/{number}/account"]  # which stays readable


def test_every_part_that_follows_the_search_can_be_found_in_the_next_answer(app: Flask, client: StrictClient) -> None:
    with app.test_request_context("/"):
        make_organisation("Hidrodoe")
        make_user(Role.OBSERVER, email="otto@example.org")
    client.sign_in("otto@example.org")
    for address in ("/organisations", "/organisations?q=hidro", "/organisations?q=niemand"):
        page = client.get(address)
        assert client.response is not None
        assert re.findall(r'id="(\w+)" data-live', client.response.text) == ["pillars", "clear", "results"]
        assert client.response.text.count("data-said") == 1
        assert "js/search.js" in client.response.text
        assert page.forms[-1]["method"] == "get"
