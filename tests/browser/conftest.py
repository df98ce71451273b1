"""A real server with the demonstration, and a real browser."""

import os
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from waitress import create_server

from alliance_tracker import create_app
from alliance_tracker.cli import loading
from alliance_tracker.cli.operations import migrate
from tests.conftest import SETTINGS

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
PASSWORD = "stem-demo-2026"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail(f"there is no browser at {CHROMIUM}")
        pytest.skip(f"there is no browser at {CHROMIUM}; set CHROMIUM to where one is")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-sync"],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a server with the demonstration answers."""
    folder = tmp_path_factory.mktemp("server")
    settings = {**SETTINGS, "TESTING": False, "DATABASE_URL": f"sqlite:///{folder / 'demo.sqlite'}"}
    app = create_app(settings, folder)
    migrate(app.extensions["engine"])
    with app.app_context():
        loading.prepare(empty=False)
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()


def is_fault(message: Any) -> bool:
    """Whether the console complains of more than a form that was refused on purpose."""
    return message.type == "error" and not re.search(r"status of (409|422)", message.text)


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[OpenPage]:
    """`open_page("coordinator", phone=True, javascript=False, language="en")`: a signed-in page, watched for errors."""
    opened: list[Any] = []

    def open_one(who: str = "", *, phone: bool = False, javascript: bool = True, language: str = "nl") -> Page:
        context = browser.new_context(
            base_url=address,
            viewport={"width": 360, "height": 740} if phone else {"width": 1280, "height": 900},
            java_script_enabled=javascript,
            locale="en-GB" if language == "en" else "nl-BE",
        )
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if is_fault(message) else None)
        page.faults = faults  # type: ignore[attr-defined]
        if who:
            page.goto("/login")
            page.locator("#email").fill(f"{who}@example.org")
            page.locator("#password").fill(PASSWORD)
            page.locator("main form button").click()
            page.wait_for_url("**/")
        return page

    yield open_one
    for context in opened:
        for page in context.pages:
            assert not page.faults, page.faults
        context.close()
