"""What every template may use: filters that write dates and numbers in the reader's way, and the question `may`."""

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import sqlalchemy as sa
from flask import Flask, g, render_template, request, url_for
from flask_babel import format_currency, format_date, format_datetime, format_decimal
from flask_login import current_user
from markupsafe import Markup

from alliance_tracker import policy
from alliance_tracker.database import BRUSSELS, db, today
from alliance_tracker.drawing.bars import helix_balance, progress_bar, stacked_bar
from alliance_tracker.drawing.rings import rings
from alliance_tracker.i18n import LANGUAGES, Amount, Counted, Message, in_words, language, local, part_of
from alliance_tracker.policy import Permission
from alliance_tracker.web import oversize
from alliance_tracker.web.guards import actor


def may(permission: str, subject: Any = None) -> bool:
    """Whether whoever makes this request may do this: the same question that the command behind the button asks."""
    return policy.allows(actor(), Permission(permission), subject)


def page(template: str, **facts: Any) -> str:
    """The page `template`; `crumbs` are (words, address) pairs of the way to it."""
    facts.setdefault("crumbs", [])
    return render_template(template, **facts)


def init_app(app: Flask) -> None:
    """Bind filters and globals; a misspelt variable in a template is an error, never an empty place."""
    app.jinja_env.undefined = jinja2.StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.globals.update(
        may=may,
        today=today,
        rings=rings,
        helix_balance=_helix_balance,
        progress_bar=progress_bar,
        money_bar=_money_bar,
        share_bar=_share_bar,
        Message=Message,
        Counted=Counted,
        local=local,
        language=language,
        languages=LANGUAGES,
        in_words=in_words,
        current_user=current_user,
        unique=_unique,
        extra=_field_attributes,
        upload_limits=oversize.limits,
    )
    app.jinja_env.filters.update(
        day=lambda value: format_date(value, "long") if value else "",
        short_day=lambda value: (
            format_date(value, "dd/MM/yyyy" if language() == "nl" else "d MMM yyyy") if value else ""
        ),
        moment=lambda value: format_datetime(value.astimezone(BRUSSELS), "d MMM yyyy, HH:mm") if value else "",
        euro=lambda value: format_currency(value, "EUR") if value is not None else "",
        number=lambda value: format_decimal(value) if value is not None else "",
        amount=lambda value, unit: str(Amount(value, unit)),
        part_of=part_of,
        words=in_words,
        size=_size,
    )

    @app.url_defaults
    def fingerprint(endpoint: str, values: dict[str, Any]) -> None:
        # A changed file gets a changed address, so a browser may keep what it has for ever.
        if endpoint == "static" and "filename" in values and app.static_folder:
            values["v"] = _fingerprint(str(Path(app.static_folder) / values["filename"]))

    @app.context_processor
    def here() -> dict[str, Any]:
        return {
            "here": request.path,
            "is_public": request.blueprint == "public",
            "address_of": url_for,
            "is_demonstration": _is_demonstration(app),
        }


_alliance = sa.table("alliance", sa.column("provenance"))


def _is_demonstration(app: Flask) -> bool:
    """Whether this installation holds example data, which every page then says; asked once by each process."""
    if "is_demonstration" not in app.extensions:
        found = sa.select(sa.literal(1)).select_from(_alliance).where(_alliance.c.provenance != "real").limit(1)
        app.extensions["is_demonstration"] = db().scalar(found) is not None
    return bool(app.extensions["is_demonstration"])


def _size(amount: int) -> str:
    """The size of a file as people say it: 1 kB, 320 kB, 1.5 MB, 14 MB; rounded up, as the limit is understood."""
    kilobytes = max(1, -(-amount // 1024))
    if kilobytes < 1000:
        return f"{kilobytes} kB"
    tenths = -(-amount * 10 // (1024 * 1024))
    return f"{format_decimal(-(-tenths // 10) if tenths > 100 else tenths / 10)} MB"


def _helix_balance(balance: Mapping[Any, int]) -> Markup:
    """The balance of the four pillars as a drawing; its words stand beside it."""
    return helix_balance(
        {pillar.value: n for pillar, n in balance.items()}, {pillar.value: str(pillar.label) for pillar in balance}
    )


def _money_bar(paid: Decimal, drawn: Decimal, ceiling: Decimal, label: Any) -> Markup:
    """How much of a ceiling was paid, and how much more was drawn."""
    if not ceiling:
        return stacked_bar(Fraction(0), Fraction(0), label=str(label), width=140, height=10)
    parts = Fraction(paid) / Fraction(ceiling), Fraction(drawn - paid) / Fraction(ceiling)
    return stacked_bar(*parts, label=str(label), width=140, height=10)


def _share_bar(first: Decimal, second: Decimal, other: Decimal, mark: Decimal | None, label: Any) -> Markup:
    """Two amounts as shares of a whole with a third, and an agreed percentage marked on it."""
    whole = Fraction(first + second + other) or Fraction(1)
    place = None if mark is None else Fraction(mark) / 100
    return stacked_bar(Fraction(first) / whole, Fraction(second) / whole, mark=place, label=str(label), width=480)


def _unique(prefix: str) -> str:
    """An id that occurs once on this page."""
    g.unique = g.get("unique", 0) + 1
    return f"{prefix}-{g.unique}"


def _field_attributes(field: Any, described: str, rows: int | None) -> dict[str, Any]:
    """What a control says to assistive technology: its hint and error, and that it is wrong."""
    found: dict[str, Any] = {}
    if described.strip():
        found["aria-describedby"] = described.strip()
    if field.errors:
        found["aria-invalid"] = "true"
    if rows:
        found["rows"] = rows
    return found


@cache
def _fingerprint(path: str) -> str:
    file = Path(path)
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12] if file.is_file() else "none"
