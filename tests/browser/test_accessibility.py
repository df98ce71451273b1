"""Every page that a role can reach, judged by axe, in both languages, on a desk and at 360 pixels without overflow."""

import re
from collections import Counter

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser

AXE = Axe()
#: What is in order need not be described: that took longer than the judging.
OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
#: Where each role starts; the links of these pages are followed.
STARTS = {
    "": ["/login", "/password/forgotten", "/public", "/public/accessibility", "/public/privacy"],
    "vlaio": ["/", "/monitor", "/alliances", "/regions", "/organisations", "/stappenplan", "/programme"],
    "coordinator": ["/", "/alliances/neteland-stem-land", "/alliances/new", "/account"],
    "partner": ["/"],
    "reporter": ["/", "/figures", "/signals"],
    "observer": ["/", "/monitor"],
    "admin": ["/admin/people", "/admin/mail", "/admin/people/new"],
}
#: How often a page of one shape is visited by one role in Dutch on a desk; in the other ways once.
EACH_SHAPE = 2
LIMIT = 200
#: What answers with a file to be saved, or with data: no page.
NO_PAGE = re.compile(
    r"/(evidence/|account/data|static/|api/)|/(export|template|marked|file)$|\.(csv|json|pdf|png|xlsx)$"
)


def shape(path: str) -> str:
    """The path with numbers and names of things taken out, so that pages of one kind look alike."""
    parts = []
    for before, part in zip(["", *path.split("/")], path.split("/"), strict=False):
        known = before in {"alliances", "regions", "organisations", "people", "criteria", "milestones", "actions"}
        known = known or before in {"recommendation", "long-term-goal", "target-group", "operational-goal"}
        parts.append("*" if part.isdigit() or (known and part not in {"new", ""}) else part)
    return "/".join(parts)


def walk(page: Page, starts: list[str], each: int, judged: Counter[str]) -> list[str]:
    """The pages that can be reached from `starts` by links, `each` of each shape.

    All of them must answer and fit; axe judges a shape at most `each` times, of what `judged` says it did before.
    """
    waiting = list(starts)
    seen: list[str] = []
    shapes: Counter[str] = Counter()
    while waiting and len(seen) < LIMIT:
        path = waiting.pop(0)
        kind = shape(path)
        if path in seen or shapes[kind] >= each:
            continue
        shapes[kind] += 1
        answer = page.goto(path)
        assert answer is not None
        assert answer.ok, f"{path} answered {answer.status}"
        seen.append(path)
        fits(page, path)
        if path in starts or judged[kind] < each:
            judged[kind] += 1
            has_no_barrier(page, path)
        for link in page.locator("a[href^='/']").evaluate_all("all => all.map(a => a.getAttribute('href'))"):
            target = link.split("#")[0].split("?")[0]
            if not NO_PAGE.search(target):
                waiting.append(target)
    return seen


def has_no_barrier(page: Page, path: str) -> None:
    page.evaluate(AXE.axe_script)
    found = page.evaluate("options => axe.run(options).then(all => all.violations)", OPTIONS)
    assert not found, f"{path}: " + "; ".join(
        f"{fault['id']}: {fault['help']} at {[node['html'][:120] for node in fault['nodes'][:3]]}" for fault in found
    )


def fits(page: Page, path: str) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{path} is {wide} pixels too wide"


def choose_language(page: Page, language: str, *, phone: bool) -> None:
    """On a phone the choice stands in the menu."""
    if phone:
        page.locator("header .menu-button").click()
    page.locator(f"header button[value='{language}']").click()


@pytest.mark.parametrize("who", list(STARTS))
def test_no_page_has_a_barrier(open_page: OpenPage, who: str) -> None:
    """In Dutch on a desk, each role with pages of its own: the same page has other buttons for another."""
    assert walk(open_page(who), STARTS[who], EACH_SHAPE, Counter())


@pytest.mark.parametrize(("phone", "language"), [(True, "nl"), (False, "en"), (True, "en")])
def test_no_page_has_a_barrier_in_another_way(open_page: OpenPage, phone: bool, language: str) -> None:
    """The roles share what was judged: here it is the size and the words that differ."""
    judged: Counter[str] = Counter()
    for who, starts in STARTS.items():
        page = open_page(who, phone=phone, language=language)
        if who and language == "en":
            choose_language(page, "en", phone=phone)
        try:
            assert walk(page, starts, 1, judged)
        finally:
            if who and language == "en":
                page.goto("/")
                choose_language(page, "nl", phone=phone)
