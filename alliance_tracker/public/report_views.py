"""Published reports for everybody, and the page on which anybody checks one; they set no cookie and name no person."""

import json
from collections.abc import Sequence
from typing import Any

from flask import Response, abort, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.exceptions import RequestEntityTooLarge

from alliance_tracker.drawing import region_shapes
from alliance_tracker.drawing.flanders import RegionShape, flanders_map, legend_swatch
from alliance_tracker.errors import NotFound
from alliance_tracker.extensions import csrf
from alliance_tracker.i18n import LANGUAGES, Message, language
from alliance_tracker.impact_reports import card, published, reading, showing, taking_along, verifying
from alliance_tracker.impact_reports.models import ReportVersion
from alliance_tracker.impact_reports.reading import Text
from alliance_tracker.public.views import bp
from alliance_tracker.regions import queries as regions
from alliance_tracker.web.guards import settings
from alliance_tracker.web.templating import page

GONE = Message("There is nothing at this address.")
NOTHING_ASKED = Message("Choose a file, or type a fingerprint.")


def _load(slug: str, year: int, number: int | None = None) -> ReportVersion:
    """A version that is or was public; without a number the one that is public now.

    :raise NotFound: there is none.
    """
    version = published.version_of(slug, year, number)
    if version is None:
        raise NotFound(GONE)
    return version


@bp.get("/reports")
def reports() -> ResponseReturnValue:
    """The published reports, on the map and in a list."""
    rows = published.everything()
    return page(
        "public/reports.html",
        rows=rows,
        map=_map(rows),
        legend=LEGEND,
        metadata=_script(_metadata_of_list(rows)),
        **_shared("public.reports"),
        **region_shapes.CREDIT,
    )


def _shared(endpoint: str) -> dict[str, str]:
    """The address of a page, and of the picture that is shown where somebody shares it."""
    base = settings("BASE_URL")
    return {"address": base + url_for(endpoint), "picture": base + url_for("static", filename="img/share.png")}


def _script(found: dict[str, Any]) -> Markup:
    """What machines read (schema.org); every `<` is written so that no text can end the script."""
    return Markup(json.dumps(found, ensure_ascii=False).replace("<", "\\u003c"))  # noqa: S704  # escaped here


def _metadata_of_list(rows: Sequence[published.Row]) -> dict[str, Any]:
    base = settings("BASE_URL")
    return {
        "@context": "https://schema.org",
        "@type": "CollectionPage",
        "@id": base + url_for("public.reports"),
        "name": str(Message("Impact reports of the local STEM alliances")),
        "inLanguage": ["nl-BE", "en"],
        "isAccessibleForFree": True,
        "mainEntity": {
            "@type": "ItemList",
            "numberOfItems": len(rows),
            "itemListElement": [
                {
                    "@type": "ListItem",
                    "position": n,
                    "url": base + _here(row),
                    "name": f"{Message('Impact report %(year)s', year=str(row.year))}: {row.name}",
                }
                for n, row in enumerate(rows, start=1)
            ],
        },
    }


#: How the map tells the regions apart, and in words.
LEGEND = (
    (legend_swatch("level-3", "plain", uid="published"), Message("a published report")),
    (legend_swatch("level-1", "plain", uid="not-published"), Message("no published report")),
)


def _map(rows: Sequence[published.Row]) -> Markup:
    newest: dict[str, published.Row] = {}
    for row in rows:
        newest.setdefault(row.region_code, row)
    shapes = [
        RegionShape(
            code,
            name,
            "level-3" if code in newest else "level-1",
            "plain",
            region_shapes.SHORT_NAMES[code],
            _here(newest[code]) if code in newest else None,
            str(Message("%(region)s: report of %(year)s", region=name, year=str(newest[code].year)))
            if code in newest
            else str(Message("%(region)s: no published report", region=name)),
        )
        for code, name in regions.names().items()
    ]
    return flanders_map(
        shapes,
        title=str(Message("Published reports in Flanders")),
        description=str(Message("The reference regions with a published impact report.")),
        uid="public-reports",
    )


def _here(row: published.Row) -> str:
    return url_for("public.report", slug=row.slug, year=row.year)


@bp.get("/reports/<slug>/<int:year>")
def report(slug: str, year: int) -> ResponseReturnValue:
    """The report of an alliance over a year, as it is public now."""
    return _page(_load(slug, year))


@bp.get("/reports/<slug>/<int:year>/v<int:number>")
def report_version(slug: str, year: int, number: int) -> ResponseReturnValue:
    """A version that is or was public, at an address that never changes."""
    return _page(_load(slug, year, number))


def _page(version: ReportVersion) -> ResponseReturnValue:
    text = reading.read(version.document, exact=False)
    editions = published.editions(version.report_id)
    where: dict[str, Any] = {"slug": text.slug, "year": text.year, "number": version.number}
    address = settings("BASE_URL") + url_for("public.report_version", **where)
    return page(
        "public/report.html",
        version=version,
        text=text,
        edition=next(each for each in editions if each.number == version.number),
        editions=editions,
        address=address,
        picture=settings("BASE_URL") + url_for("public.report_file", form="cover", ext="png", lang=language(), **where),
        picture_size=card.SIZE,
        metadata=_script(_metadata(version, text, address)),
        showing=showing,
    )


def _metadata(version: ReportVersion, text: Text, address: str) -> dict[str, Any]:
    """What machines read of a report."""
    return {
        "@context": "https://schema.org",
        "@type": "Report",
        "@id": address,
        "url": address,
        "name": f"{Message('Impact report %(year)s', year=str(text.year))}: {text.alliance}",
        "inLanguage": ["nl-BE", "en"],
        "datePublished": version.published_on.isoformat() if version.published_on else None,
        "temporalCoverage": str(text.year),
        "version": str(version.number),
        "identifier": {"@type": "PropertyValue", "propertyID": "sha256", "value": version.sha256},
        "author": {"@type": "Organization", "name": text.alliance},
        "spatialCoverage": {"@type": "Place", "name": text.region},
        "isAccessibleForFree": True,
        "encoding": [
            {
                "@type": "MediaObject",
                "encodingFormat": mimetype,
                "contentUrl": settings("BASE_URL")
                + url_for(
                    "public.report_file",
                    slug=text.slug,
                    year=text.year,
                    number=version.number,
                    form="report",
                    ext=ext,
                    lang=code,
                ),
                **({"inLanguage": code} if code else {}),
            }
            for ext, mimetype, code in (
                *(("pdf", "application/pdf", code) for code in LANGUAGES),
                *(("xlsx", taking_along.XLSX, code) for code in LANGUAGES),
                ("json", "application/json", None),  # it holds both languages
            )
        ],
    }


@bp.get("/reports/<slug>/<int:year>/v<int:number>/<form>.<ext>")
def report_file(slug: str, year: int, number: int, form: str, ext: str) -> Response:
    """A published version as a file, with counts of people rounded."""
    version = _load(slug, year, number)
    asked = request.args.get("lang", language())
    code = asked if asked in LANGUAGES else language()
    if (form, ext) == ("cover", "png"):
        return _cover(version, code)
    made = taking_along.make(version, form, ext, language=code, exact=False)
    if made is None:
        abort(404)
    response = Response(made.content, mimetype=made.mimetype)
    response.headers["Content-Disposition"] = f'inline; filename="{made.name}"'
    return response


def _cover(version: ReportVersion, code: str) -> Response:
    """The picture that is shown where somebody shares a report; it follows from the version, so it can be kept."""
    response = Response(card.png(reading.read(version.document, exact=False), code), mimetype="image/png")
    response.headers["Cache-Control"] = "public, max-age=604800"
    response.set_etag(f"{version.sha256}-{code}")
    return response


# Checking ------------------------------------------------------------------------------------------------------------


@bp.get("/verify")
def verify() -> ResponseReturnValue:
    """Check a fingerprint, or a PDF."""
    wanted = request.args.get("hash", "").strip()
    return page(
        "public/verify.html",
        wanted=wanted,
        answer=verifying.by_hash(wanted) if wanted else None,
        was_asked=bool(wanted),
        refused=NOTHING_ASKED if "hash" in request.args and not wanted else None,
        metadata=_metadata_of_checking(),
        **_shared("public.verify"),
    )


def _metadata_of_checking() -> Markup:
    address = settings("BASE_URL") + url_for("public.verify")
    return _script(
        {
            "@context": "https://schema.org",
            "@type": "WebPage",
            "@id": address,
            "url": address,
            "name": str(Message("Check a report")),
            "inLanguage": ["nl-BE", "en"],
            "isAccessibleForFree": True,
        }
    )


@bp.post("/verify")
def verify_submit() -> ResponseReturnValue:
    """Check a PDF: nothing of it is kept."""
    request.max_content_length = verifying.LARGEST_REQUEST  # less than a form of the application may bring
    try:
        file = request.files.get("file")
        content = file.read(verifying.LARGEST + 1) if file else b""
        is_too_large = len(content) > verifying.LARGEST
    except RequestEntityTooLarge:
        content, is_too_large = b"", True
    refused = None
    if not content and not is_too_large:
        refused = NOTHING_ASKED
    elif is_too_large:
        refused = Message("This file is larger than a report can be.")
    elif not content.startswith(b"%PDF-"):
        refused = Message("This is not a PDF.")
    return page(
        "public/verify.html",
        wanted="",
        answer=None if refused else verifying.by_file(content),
        was_asked=True,
        refused=refused,
        metadata=_metadata_of_checking(),
        **_shared("public.verify"),
    ), 413 if is_too_large else 422 if refused else 200


# Nothing is changed and nobody is signed in: there is no cookie that could be misused.
csrf.exempt(verify_submit)
