"""Whole journeys in a real browser: as each role, with JavaScript and without, on a desk and on a phone."""

import re

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser

#: A connection on which everything takes a second.
SLOW_FETCH = """() => {
    const fast = window.fetch;
    window.fetch = (...asked) => new Promise((then) => setTimeout(then, 1000)).then(() => fast(...asked));
}"""
WAYS = [(False, True), (False, False), (True, True), (True, False)]


@pytest.mark.parametrize(("phone", "javascript"), WAYS)
def test_a_coordinator_logs_progress_from_the_page_of_the_alliance(
    open_page: OpenPage, phone: bool, javascript: bool
) -> None:
    page = open_page("coordinator", phone=phone, javascript=javascript)
    page.goto("/alliances/neteland-stem-land")
    text = f"Overleg op {'telefoon' if phone else 'computer'} {'met' if javascript else 'zonder'} script"
    page.locator("#text").fill(text)
    page.locator("#kind").select_option("meeting")
    page.locator("#log button.button").click()
    expect(page.locator(".flash.success")).to_be_visible()
    expect(page.get_by_text(text)).to_be_visible()


def test_a_partner_reads_but_does_not_decide(open_page: OpenPage) -> None:
    page = open_page("partner")
    page.goto("/alliances/neteland-stem-land/partners")
    expect(page.get_by_role("link", name="Hidrodoe", exact=True).first).to_be_visible()
    expect(page.get_by_role("link", name="Partner toelaten")).to_have_count(0)


@pytest.mark.parametrize("javascript", [True, False])
def test_the_project_manager_walks_from_the_monitor_to_a_decision(open_page: OpenPage, javascript: bool) -> None:
    page = open_page("vlaio", javascript=javascript)
    page.goto("/monitor")
    expect(page.locator(".flanders-map a")).to_have_count(15)
    page.goto("/alliances/new?region=REFREG08")
    page.locator("#name").fill(f"Initiatief {'met' if javascript else 'zonder'} script")
    page.locator("#municipalities-typed").fill("Kortrijk, Harelbeke")
    page.locator("#purpose").fill("Samen technisch talent zoeken.")
    page.locator("main form button.button").last.click()
    expect(page.get_by_text("Kortrijk")).to_be_visible()
    page.get_by_role("link", name="Aanvaarden als alliantie").click()
    page.locator("main form button.button").click()
    expect(page.locator(".flash.success")).to_be_visible()
    expect(page.locator("main .tag", has_text="actief").first).to_be_visible()


def test_a_refused_form_leads_to_the_field_and_keeps_what_was_typed(open_page: OpenPage) -> None:
    page = open_page("coordinator")
    page.goto("/alliances/neteland-stem-land/log/new")
    page.locator("#text").fill("Dit blijft staan")
    page.locator("#on").fill("2099-01-01")
    page.locator("main form button.button").click()
    expect(page.locator(".summary-of-errors")).to_be_focused()
    expect(page.locator("#text")).to_have_value("Dit blijft staan")
    page.locator(".summary-of-errors a").first.click()
    expect(page.locator("#on")).to_be_focused()


def test_two_coordinators_edit_the_same_alliance_and_lose_nothing(open_page: OpenPage) -> None:
    first, second = open_page("coordinator"), open_page("vlaio")
    for page in (first, second):
        page.goto("/alliances/neteland-stem-land/edit")
    first.locator("#purpose").fill("Tekst van de eerste")
    first.locator("main form button.button").click()
    expect(first.locator(".flash.success")).to_be_visible()
    second.locator("#purpose").fill("Tekst van de tweede")
    second.locator("#website").fill("https://www.stemneteland.be")
    second.locator("main form button.button").click()
    expect(second.locator(".theirs")).to_contain_text("Tekst van de eerste")
    expect(second.locator("#purpose")).to_have_value("Tekst van de tweede")
    expect(second.locator("#website")).to_have_value("https://www.stemneteland.be")
    second.locator("main form button.button").click()
    expect(second.locator(".flash.success")).to_be_visible()
    expect(second.get_by_text("Tekst van de tweede")).to_be_visible()


def test_the_keyboard_alone_is_enough_to_sign_in_and_log(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/login")
    reach(page, "#email")
    page.keyboard.type("coordinator@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type("stem-demo-2026")
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    page.goto("/alliances/neteland-stem-land/log/new")
    reach(page, "#text")
    page.keyboard.type("Met het toetsenbord gelogd")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('main form button.button')"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_text("Met het toetsenbord gelogd")).to_be_visible()


def reach(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached with Tab")


def test_the_language_switch_turns_every_word(open_page: OpenPage) -> None:
    page = open_page("observer")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("h1")).to_have_text(re.compile("Good day"))
    page.get_by_role("button", name="Nederlands").click()
    expect(page.locator("html")).to_have_attribute("lang", "nl-BE")


def test_files_that_are_too_large_are_named_before_anything_is_sent(open_page: OpenPage) -> None:
    page = open_page("coordinator")
    page.goto("/alliances/neteland-stem-land/log/new")
    page.locator("#text").fill("Dit blijft staan")
    large = FilePayload(name="groot.pdf", mimeType="application/pdf", buffer=b"x" * (16 * 1024 * 1024))
    page.locator("#files").set_input_files([large])
    expect(page.locator("#files-size")).to_contain_text("groot.pdf")
    page.locator("main form button.button").click()
    expect(page.locator("#text")).to_have_value("Dit blijft staan")
    expect(page.locator("#files-size")).to_be_visible()


def test_the_register_follows_what_is_typed_and_the_field_keeps_the_focus(open_page: OpenPage) -> None:
    page = open_page("coordinator")
    page.goto("/organisations")
    page.locator("#q").press_sequentially("hidro", delay=20)
    expect(page.locator("#results tbody tr")).to_have_count(1)
    expect(page.locator("#results")).to_contain_text("Hidrodoe")
    expect(page.locator("#q")).to_be_focused()
    expect(page).to_have_url(re.compile(r"\?.*q=hidro"))


def test_a_report_is_saved_as_it_is_typed_and_two_writers_never_overwrite_each_other(open_page: OpenPage) -> None:
    first, second = open_page("coordinator2"), open_page("coordinator2")
    first.goto("/alliances/fictieve-stem-alliantie-de-vonk/reports")
    first.locator("main a[href*='/reports/20']").first.click()
    first.locator("form[action$='/begin'] button").click()
    first.locator("a[href$='/sections/summary']").first.click()
    second.goto(first.url)
    first.locator("#narrative").fill("Het was een jaar van de eerste.")
    expect(first.locator("[data-typed-status]")).to_have_text("Bewaard.")
    second.locator("#narrative").fill("Het was een jaar van de tweede.")
    expect(second.locator("[data-typed-status]")).to_contain_text("Iemand anders")
    second.locator("button[name=next]").click()
    expect(second.locator("main")).to_contain_text("Het was een jaar van de eerste.")
    expect(second.locator("#narrative")).to_have_value("Het was een jaar van de tweede.")
    # What is typed and sent at once arrives whole: the button waits for what is under way.
    first.evaluate(SLOW_FETCH)
    first.locator("#narrative").press_sequentially(" Nog een zin.", delay=20)
    first.locator("#narrative").blur()  # who leaves the field does not wait until it is saved again
    expect(first.locator("[data-typed-status]")).to_have_text("Bewaren …")
    first.locator("button[name=next]").click()
    first.wait_for_url("**/sections/goals")
    first.go_back()
    first.reload()
    expect(first.locator("#narrative")).to_have_value("Het was een jaar van de eerste. Nog een zin.")
