"""Every page that a role can reach, judged by axe, in both languages, on a desk and at 360 pixels without overflow."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser

AXE = Axe()
OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
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
#: Pages of one shape are looked at a few times only.
EACH_SHAPE = 2
LIMIT = 200
#: What answers with a file to be saved, or with data: no page.
NO_PAGE = re.compile(r"/(evidence/|account/data|static/|api/)|/(export|template|marked|file)$|\.pdf$")


def shape(path: str) -> str:
    """The path with numbers and names of things taken out, so that pages of one kind look alike."""
    parts = []
    for before, part in zip(["", *path.split("/")], path.split("/"), strict=False):
        known = before in {"alliances", "regions", "organisations", "people", "criteria", "milestones", "actions"}
        known = known or before in {"recommendation", "long-term-goal", "target-group", "operational-goal"}
        parts.append("*" if part.isdigit() or (known and part not in {"new", ""}) else part)
    return "/".join(parts)


def walk(page: Page, starts: list[str], each: int = EACH_SHAPE) -> list[str]:
    """The pages that can be reached from `starts` by links, `each` of each shape."""
    waiting = list(starts)
    seen: list[str] = []
    shapes: dict[str, int] = {}
    while waiting and len(seen) < LIMIT:
        path = waiting.pop(0)
        kind = shape(path)
        if path in seen or shapes.get(kind, 0) >= each:
            continue
        shapes[kind] = shapes.get(kind, 0) + 1
        answer = page.goto(path)
        assert answer is not None
        assert answer.ok, f"{path} answered {answer.status}"
        seen.append(path)
        check(page, path)
        for link in page.locator("a[href^='/']").evaluate_all("all => all.map(a => a.getAttribute('href'))"):
            target = link.split("#")[0].split("?")[0]
            if not NO_PAGE.search(target):
                waiting.append(target)
    return seen


def check(page: Page, path: str) -> None:
    found = AXE.run(page, options=OPTIONS).response["violations"]
    assert not found, f"{path}: " + "; ".join(
        f"{fault['id']}: {fault['help']} at {[node['html'][:120] for node in fault['nodes'][:3]]}" for fault in found
    )
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{path} is {wide} pixels too wide"


def choose_language(page: Page, language: str, *, phone: bool) -> None:
    """On a phone the choice stands in the menu."""
    if phone:
        page.locator("header .menu-button").click()
    page.locator(f"header button[value='{language}']").click()


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
@pytest.mark.parametrize("who", list(STARTS))
def test_no_page_has_a_barrier(open_page: OpenPage, who: str, phone: bool, language: str) -> None:
    page = open_page(who, phone=phone, language=language)
    if who and language == "en":
        choose_language(page, "en", phone=phone)
    try:
        # In Dutch on a desk a few pages of each shape, in the other three ways one.
        assert walk(page, STARTS[who], EACH_SHAPE if language == "nl" and not phone else 1)
    finally:
        if who and language == "en":
            page.goto("/")
            choose_language(page, "nl", phone=phone)
