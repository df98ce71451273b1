"""The document of a version: read on the screen, saved as a PDF, laid beside another version."""

from typing import Any
from urllib.parse import quote

from flask import Response, request
from flask.typing import ResponseReturnValue

from alliance_tracker.alliances.frame import alliance_page, load_alliance
from alliance_tracker.convenants import comparing, pdf, phrases, reading, signatures, signing, versions
from alliance_tracker.convenants.lifecycle import can_be_signed
from alliance_tracker.convenants.models import ConvenantVersion, VersionKind
from alliance_tracker.convenants.views import bp, crumbs, load_version
from alliance_tracker.errors import NotFound
from alliance_tracker.i18n import LANGUAGES, Message, language
from alliance_tracker.web.guards import actor


@bp.get("/versions/<int:version_id>")
def document(slug: str, version_id: int) -> ResponseReturnValue:
    """What a version says, how it stands, and who signed it."""
    alliance, version = load_version(slug, version_id)
    text = reading.of_version(version)
    others = versions.of_alliance(alliance.id)
    return alliance_page(
        "convenants/document.html",
        alliance,
        "convenant",
        version=version,
        text=text,
        banner=phrases.banner_of(version),
        sheets=signatures.sheet_of(version, text),
        signable=can_be_signed(version) and alliance.is_open,
        to_sign=[party for party in version.parties if party.id in signing.awaited_from(version, actor())],
        phrases=phrases,
        before=versions.before(version.id, others),
        crumbs=crumbs(slug),
    )


@bp.get("/versions/<int:version_id>/convenant.pdf", endpoint="pdf")
def as_pdf(slug: str, version_id: int) -> Response:
    """The same as a PDF, in the language that the address asks for, else the reader's."""
    alliance, version = load_version(slug, version_id)
    chosen = request.args.get("lang", "")
    chosen = chosen if chosen in LANGUAGES else language()
    answer = Response(pdf.of_version(version, chosen), mimetype="application/pdf")
    name = quote(f"convenant-{alliance.slug}-v{version.number}{_suffix(version)}-{chosen}.pdf")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def _suffix(version: ConvenantVersion) -> str:
    return "" if version.document is not None else "-draft"


@bp.get("/compare")
def compare(slug: str) -> ResponseReturnValue:
    """Two versions side by side; the newest beside the one before it, unless the address asks for others."""
    alliance = load_alliance(slug)
    lines = versions.of_alliance(alliance.id)
    pair = _pair(lines)
    facts: dict[str, Any] = {"lines": lines, "pair": pair, "comparison": None}
    if pair:
        facts["joined"] = tuple(_joined(line, lines) for line in pair)
        former, later = (_text(slug, line, joined) for line, joined in zip(pair, facts["joined"], strict=True))
        facts["comparison"] = comparing.compare(former, later)
    return alliance_page("convenants/compare.html", alliance, "convenant", crumbs=crumbs(slug), **facts)


def _joined(line: versions.VersionLine, lines: tuple[versions.VersionLine, ...]) -> versions.VersionLine | None:
    """The text that a rider joins; None for a text, which says everything itself."""
    return versions.before(line.id, lines) if line.kind is VersionKind.RIDER else None


def _text(slug: str, line: versions.VersionLine, joined: versions.VersionLine | None) -> reading.Document:
    """What is laid beside another version: a text, or a rider together with the text that it joins."""
    own = reading.of_version(load_version(slug, line.id)[1])
    if joined is None:
        return own
    return reading.with_rider(reading.of_version(load_version(slug, joined.id)[1]), own)


def _pair(lines: tuple[versions.VersionLine, ...]) -> tuple[versions.VersionLine, versions.VersionLine] | None:
    """The versions to compare, the one on the left first.

    :raise NotFound: the address names one that this alliance does not have.
    """
    found = []
    for name, otherwise in zip(("a", "b"), versions.newest_two(lines) or (None, None), strict=True):
        if name in request.args:
            asked = request.args.get(name, type=int)
            line = next((line for line in lines if line.id == asked), None)
            if line is None:
                raise NotFound(Message("There is nothing at this address."))
            found.append(line)
        elif otherwise is not None:
            found.append(otherwise)
    return (found[0], found[1]) if len(found) == 2 else None
