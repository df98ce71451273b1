"""The decisions of the foundation in a real browser, each a journey from its form to its outcome, in two ways."""

import re
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser

#: On a desk with JavaScript, on a phone without.
WAYS = pytest.mark.parametrize("javascript", [True, False])
NETELAND = "/alliances/neteland-stem-land"


def send(page: Page, path: str, action: str = "", **fields: Any) -> None:
    """Open `path`, fill the form whose action ends with `action` (else the last one) and send it."""
    page.goto(path)
    send_here(page, action, **fields)


def send_here(page: Page, action: str = "", **fields: Any) -> None:
    form = page.locator(f'main form[action*="{action}"]' if action else "main form:has(button.button)").last
    unfold(form)
    for name, value in fields.items():
        fill(form.locator(f'[name="{name}"]').first, value)
    form.locator("button").last.click()
    expect(page.locator(".flash.success")).to_be_visible()


def unfold(form: Locator) -> None:
    """Open what is folded away around the form, as a person would."""
    for folded in form.locator("xpath=ancestor::details[not(@open)]").all():
        folded.locator("summary").first.click()


def fill(field: Locator, value: Any) -> None:
    kind = field.evaluate("e => e.tagName + ' ' + e.type")
    if kind.startswith("SELECT"):
        field.select_option(value)
    elif kind.endswith(("checkbox", "radio")):
        field.check()
    else:
        field.fill(value)


def opened(open_page: OpenPage, who: str, *, javascript: bool) -> Page:
    return open_page(who, javascript=javascript, phone=not javascript)


#: A region without a pioneer, and a municipality of it, for each way.
PLACES = {True: ("REFREG08", "Kortrijk"), False: ("REFREG02", "Mechelen")}


def founded(page: Page, *, javascript: bool) -> str:
    """A new alliance, proposed and accepted by the project manager; its address."""
    region, place = PLACES[javascript]
    name = f"Alliantie {uuid4().hex[:8]}"
    page.goto(f"/alliances/new?region={region}")
    page.locator("#name").fill(name)
    page.locator("#municipalities-typed").fill(place)
    page.locator("#purpose").fill("Samen technisch talent zoeken.")
    page.locator("main form button.button").last.click()
    address = page.url.split("#")[0]
    send(page, f"{address}/accept")
    return address


@WAYS
def test_a_criterion_is_waived_reopened_met_and_flagged(open_page: OpenPage, javascript: bool) -> None:
    page = opened(open_page, "coordinator", javascript=javascript)
    criterion = f"{NETELAND}/steps/criteria/{'shared-resources' if javascript else 'funding-explored'}"
    send(page, criterion, "/waive", reason="Niet voor ons.")
    expect(page.locator("main")).to_contain_text("Niet voor ons.")
    send(page, criterion, "/reopen", reason="Toch wel.")
    send(page, criterion, "/meet", note="Afgesproken in de kerngroep.")
    expect(page.locator("main")).to_contain_text("Afgesproken in de kerngroep.")
    send(page, criterion, "/flag", kind="unclear", remark="Wat telt hier mee?")


@WAYS
def test_the_project_manager_gives_a_mandate_and_decides_in_spite_of_a_missing_gate(
    open_page: OpenPage, javascript: bool
) -> None:
    page = opened(open_page, "vlaio", javascript=javascript)
    address = founded(page, javascript=javascript)
    send(page, f"{address}/phases/decide/B", in_spite=True, reason="De stad wil nu beginnen.")
    expect(page.locator("main")).to_contain_text("De stad wil nu beginnen.")
    send(page, f"{address}/mandate", task="De aanpak delen met de buurgemeenten.")
    page.goto(f"{address}/mandate")
    page.locator("main a.button.second").last.click()
    send_here(page, reason="Een ander neemt over.")
    expect(page.locator("main")).to_contain_text("tot en met")


@WAYS
def test_an_alliance_is_paused_and_resumed(open_page: OpenPage, javascript: bool) -> None:
    page = opened(open_page, "vlaio", javascript=javascript)
    address = founded(page, javascript=javascript)
    page.goto(f"{address}/pause")
    form = page.locator("main form:has(button.button)").last
    form.locator("input[type=radio], select").first.evaluate(
        "e => { if (e.tagName === 'SELECT') e.selectedIndex = e.options.length - 1; else e.checked = true; }"
    )
    form.locator("[name=reason]").fill("De coördinator wisselt.")
    form.locator("button").last.click()
    expect(page.locator(".flash.success")).to_be_visible()
    expect(page.locator("main .tag", has_text="gepauzeerd").first).to_be_visible()
    send(page, f"{address}/resume")
    expect(page.locator("main .tag", has_text="actief").first).to_be_visible()


@WAYS
def test_a_new_version_of_the_plan_is_drafted_published_and_moved_to(open_page: OpenPage, javascript: bool) -> None:
    page = opened(open_page, "vlaio", javascript=javascript)
    label = "2027-a" if javascript else "2027-b"
    send(page, "/stappenplan", "/draft/new")
    send(page, "/stappenplan/draft/words", label=label, change_note_nl="Duidelijker.", change_note_en="Clearer.")
    page.goto("/stappenplan/draft")
    page.locator("main a[href*='/draft/criteria/']").first.click()
    send_here(page, name_nl=f"Een partner neemt de trekkersrol op ({label})", name_en=f"A partner leads ({label})")
    send(page, "/stappenplan/draft", "/draft/publish")
    expect(page.locator("main")).to_contain_text(label)
    coordinator = opened(open_page, "coordinator", javascript=javascript)
    coordinator.goto(f"{NETELAND}/steps/version")
    expect(coordinator.locator("main")).to_contain_text("Duidelijker.")
    send_here(coordinator, "/steps/version/")
    expect(coordinator.locator("main")).to_contain_text(label)


@WAYS
def test_an_organisation_is_added_and_merged_into_another(open_page: OpenPage, javascript: bool) -> None:
    page = opened(open_page, "vlaio", javascript=javascript)
    names = [f"Verdwijnende school {uuid4().hex[:6]}", f"Opvolgende school {uuid4().hex[:6]}"]
    addresses = []
    for name in names:
        send(page, "/organisations/new", name=name, kind="secondary-school")
        addresses.append(page.url.split("#")[0].split("?")[0])
    page.goto(f"{addresses[0]}/merge")
    form = page.locator("main form:has(button.button)").last
    form.locator("[name=successor]").first.fill(names[1])
    if javascript:
        page.locator("[role=option]", has_text=names[1]).first.click()
    form.locator("[name=reason]").fill("Fusie van de scholen.")
    form.locator("button").last.click()
    expect(page.locator(".flash.success")).to_be_visible()
    expect(page.locator("main")).to_contain_text(names[1])


@WAYS
def test_somebody_is_invited_and_given_a_role(open_page: OpenPage, javascript: bool) -> None:
    page = opened(open_page, "admin", javascript=javascript)
    email = f"{uuid4().hex[:8]}@example.org"
    send(page, "/admin/people/new", email=email, name="Nina Nieuw")
    if not re.search(r"/admin/people/\d+", page.url):
        page.goto("/admin/people")
        page.get_by_role("link", name="Nina Nieuw").first.click()
    send_here(page, "/roles", role="observer")
    expect(page.locator("main")).to_contain_text("waarnemer")


#: A page with a form, for whom: the button that sends it is reached with Tab alone.
FORMS = [
    ("coordinator", f"{NETELAND}/partners/new"),
    ("coordinator", f"{NETELAND}/steps/criteria/shared-spaces"),
    ("coordinator", f"{NETELAND}/phases/milestones/partners-decide"),
    ("coordinator", f"{NETELAND}/goals/new"),
    ("coordinator", f"{NETELAND}/pilots/new"),
    ("coordinator", f"{NETELAND}/communications/new"),
    ("coordinator", f"{NETELAND}/signals/new"),
    ("vlaio", f"{NETELAND}/mandate"),
    ("vlaio", "/organisations/new"),
    ("vlaio", "/regions/REFREG08/follow-up"),
    ("admin", "/admin/people/new"),
]


@pytest.mark.parametrize(("who", "path"), FORMS)
def test_every_form_can_be_sent_with_the_keyboard_alone(open_page: OpenPage, who: str, path: str) -> None:
    page = open_page(who)
    page.goto(path)
    at_button = "document.activeElement.matches('main form button.button')"
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate(at_button):
            break
    assert page.evaluate(at_button), f"the button of {path} cannot be reached with Tab"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none", "the focus cannot be seen"
