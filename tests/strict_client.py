"""A browser for tests that is strict about every page: it parses, it has one heading, its forms are complete."""

import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any

import sqlalchemy as sa
from flask import Flask
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, stream_encode_multipart

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
#: Tables that a GET may write: when a session was last seen.
SEEN = "login_session"


class Page(HTMLParser):
    """One page, parsed; `faults` says in words what is wrong with it."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.faults: list[str] = []
        self.ids: Counter[str] = Counter()
        self.headings = 0
        self.title = ""
        self.controls: list[dict[str, str | None]] = []
        self.labelled: set[str] = set()
        self.forms: list[dict[str, Any]] = []
        self.links: list[str] = []
        self.text: list[str] = []
        self._in: list[str] = []
        self.feed(text)
        self.close()
        if self.open:
            self.faults.append(f"left open: {self.open}")
        if self.headings != 1:
            self.faults.append(f"{self.headings} h1 instead of one")
        if not self.title.strip():
            self.faults.append("no title")
        self.faults += [f"id {name!r} occurs {count} times" for name, count in self.ids.items() if count > 1]
        for control in self.controls:
            if control.get("id") not in self.labelled and not control.get("aria-label"):
                self.faults.append(f"control without a label: {control}")
        for form in self.forms:
            is_public = str(form["action"]).startswith("/public/")  # sets no cookie, so no token can be misused
            if form["method"] == "post" and not is_public and "csrf_token" not in form["names"]:
                self.faults.append(f"form without a token: {form['action']}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if found.get("id"):
            self.ids[str(found["id"])] += 1
        if "style" in found or any(name.startswith("on") for name in found):
            self.faults.append(f"inline style or handler on {tag}")
        if tag == "h1":
            self.headings += 1
        if tag == "label" and found.get("for"):
            self.labelled.add(str(found["for"]))
        if tag == "a" and found.get("href"):
            self.links.append(str(found["href"]))
        if tag == "form":
            self.forms.append(
                {"method": (found.get("method") or "get").lower(), "action": found.get("action"), "names": {}}
            )
        if (
            tag in {"input", "select", "textarea", "button"}
            and self.forms
            and "form" in self.open
            and found.get("name")
        ):
            self.forms[-1]["names"][str(found["name"])] = found.get("value") or ""
        if tag in {"select", "textarea"} or (
            tag == "input" and found.get("type") not in {"hidden", "submit", "button"}
        ):
            self.controls.append(found)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self.open[-1:] or 'nothing'}")
            if tag in self.open:
                while self.open and self.open.pop() != tag:
                    pass
            return
        self.open.pop()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "title" and "head" in self.open:
            self.title += data
        if not {"script", "style"} & set(self.open):
            self.text.append(data)

    @property
    def words(self) -> str:
        """All text of the page, with single spaces."""
        return re.sub(r"\s+", " ", " ".join(self.text))


class StrictClient:
    """Asks pages like a browser does; fills the token and the key into each form it sends."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.browser = app.test_client()
        self.page: Page | None = None
        self.response: TestResponse | None = None

    def get(self, path: str, *, status: int = 200) -> Page:
        """GET `path`; fails when the page is malformed, has another status, or when something was written."""
        written: list[str] = []

        def watch(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            verb = statement.lstrip().split(" ", 1)[0].upper()
            if verb in {"INSERT", "UPDATE", "DELETE"} and SEEN not in statement:
                written.append(statement)

        engine = self.app.extensions["engine"]
        sa.event.listen(engine, "before_cursor_execute", watch)
        try:
            response = self.browser.get(path)
        finally:
            sa.event.remove(engine, "before_cursor_execute", watch)
        assert not written, f"GET {path} wrote: {written}"
        return self._take(response, f"GET {path}", status)

    def post(
        self, path: str, data: dict[str, Any] | None = None, *, status: int = 303, form_at: str | None = None
    ) -> Page:
        """POST `data` to `path` with the hidden fields of its form, on the page `form_at` or the page shown now."""
        if form_at is not None:
            self.get(form_at)
        hidden: dict[str, Any] = {}
        if self.page is not None:
            for form in self.page.forms:
                if form["method"] == "post" and (form["action"] or "").split("?")[0] == path:
                    names = form["names"]
                    hidden = {k: names[k] for k in ("csrf_token", "submission_key", "version", "seen") if k in names}
        if "csrf_token" not in hidden and self.page is not None:
            for form in self.page.forms:
                if "csrf_token" in form["names"]:
                    hidden["csrf_token"] = form["names"]["csrf_token"]
        # In memory: the temporary file that a large form would get is closed by nobody.
        fields = {
            name: FileStorage(value[0], filename=value[1]) if isinstance(value, tuple) else value
            for name, value in {**hidden, **(data or {})}.items()
        }
        stream, _, boundary = stream_encode_multipart(MultiDict(fields), use_tempfile=False)
        kind = f'multipart/form-data; boundary="{boundary}"'
        response = self.browser.post(path, data=stream.read(), content_type=kind)
        return self._take(response, f"POST {path}", status)

    def follow(self) -> Page:
        """Go where the last answer leads."""
        assert self.response is not None
        assert self.response.location, "the last answer leads nowhere"
        return self.get(self.response.location)

    def _take(self, response: TestResponse, what: str, status: int) -> Page:
        self.response = response
        page = (
            Page(response.text) if response.mimetype == "text/html" and response.status_code not in {303, 308} else None
        )
        if page is not None:
            self.page = page
        detail = page.words[:1500] if page else response.text[:500]
        assert response.status_code == status, f"{what}: {response.status_code} instead of {status}: {detail}"
        if page is not None:
            assert not page.faults, f"{what}: {page.faults}"
            return page
        return Page("<html><head><title>-</title></head><body><h1>-</h1></body></html>")

    def sign_in(self, email: str, password: str = "stem-demo-2026") -> None:  # the demo's
        """Sign in through the form."""
        self.post("/login", {"email": email, "password": password}, form_at="/login")
