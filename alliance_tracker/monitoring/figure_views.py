"""The totals of the figures over Flanders or a region, and from each total the way to the measurements under it."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from alliance_tracker import policy
from alliance_tracker.database import db, today
from alliance_tracker.errors import NotFound
from alliance_tracker.i18n import Message
from alliance_tracker.indicators import computed
from alliance_tracker.indicators.models import AllianceRule, Kind, PeriodRule
from alliance_tracker.indicators.periods import FIRST_YEAR, LAST_YEAR, PeriodKind, period_label, period_of
from alliance_tracker.indicators.templating import grouped
from alliance_tracker.policy import Permission
from alliance_tracker.regions.models import Region
from alliance_tracker.standings import figure_sources, totals
from alliance_tracker.standings.models import FigureTally
from alliance_tracker.web.guards import actor, page_number, require
from alliance_tracker.web.templating import page

bp = Blueprint("figures", __name__, url_prefix="/figures")

#: At most so many periods are combined.
LONGEST = 10
#: Each rule in a sentence for the reader.
OVER_ALLIANCES = {
    AllianceRule.SUM: Message("the values of the alliances are added up"),
    AllianceRule.RATIO: Message(
        "the parts and the wholes of the alliances are added up, and the share is taken of those"
    ),
    AllianceRule.NONE: Message("the values of the alliances are not combined: they stand side by side"),
}
OVER_PERIODS = {
    PeriodRule.SUM: Message("the years are added up"),
    PeriodRule.RATIO: Message("the parts and the wholes of the years are added up"),
    PeriodRule.LATEST: Message("of each alliance the latest year counts"),
    PeriodRule.HIGHEST: Message("of each alliance the highest year counts"),
    PeriodRule.NONE: Message("the years are not added up: the same people may be in several"),
}


@dataclass(frozen=True)
class Asked:
    """The scope and the periods that the address asks for."""

    first: int
    last: int
    region: str | None

    @property
    def query(self) -> dict[str, Any]:
        return {"from": self.first, "to": self.last if self.last > self.first else None, "region": self.region}


def _asked(regions: dict[str, str]) -> Asked:
    first = request.args.get("from", today().year, type=int)
    last = request.args.get("to", first, type=int)
    first = min(max(first, FIRST_YEAR), LAST_YEAR)
    last = min(max(last, first), LAST_YEAR, first + LONGEST - 1)
    region = request.args.get("region", "")
    return Asked(first, last, region if region in regions else None)


def _regions() -> dict[str, str]:
    return {code: name for code, name in db().execute(sa.select(Region.code, Region.name).order_by(Region.name))}  # noqa: C416


def _years() -> list[int]:
    """The years to choose from, the newest first."""
    newest = max(period_of(today(), kind) for kind in PeriodKind)
    oldest = db().scalar(sa.select(sa.func.min(FigureTally.period))) or newest
    return list(range(newest, min(oldest, newest - 3) - 1, -1))


def _exact() -> bool:
    """Whether this reader may read totals of people as they are."""
    return policy.allows(actor(), Permission.FIGURE_EXACT_VIEW)


@bp.get("")
def index() -> ResponseReturnValue:
    """Each shared indicator with its total."""
    require(Permission.FIGURE_VIEW)
    regions = _regions()
    asked, exact = _asked(regions), _exact()
    found = totals.totals([*totals.catalogue(), *totals.former()], asked.first, asked.last, asked.region)
    found = [total for total in found if total.definition.retired_on is None or total.total.reported]
    return page(
        "figures/index.html",
        asked=asked,
        regions=regions,
        years=_years(),
        totals=[total.told(exact=exact) for total in found],
        shared=totals.shared_municipalities(asked.region),
        **_words(exact=exact),
    )


def _words(*, exact: bool) -> dict[str, object]:
    return {
        "exact": exact,
        "over_alliances": OVER_ALLIANCES,
        "over_periods": OVER_PERIODS,
        "stock": Kind.STOCK,
        "label": period_label,
        "grouped": grouped,
        "computed": computed.SOURCES,
    }


@bp.get("/<key>")
def indicator(key: str) -> ResponseReturnValue:
    """One indicator: its total, the regions, and the alliances with their measurements."""
    require(Permission.FIGURE_VIEW)
    definition = next(iter([*totals.catalogue([key]), *totals.former([key])]), None)
    if definition is None:
        raise NotFound(Message("There is nothing at this address."))
    regions = _regions()
    asked, exact = _asked(regions), _exact()
    split = totals.by_region([definition], asked.first, asked.last, asked.region)
    found = totals.totals([definition], asked.first, asked.last, asked.region)[0].told(exact=exact)
    return page(
        "figures/indicator.html",
        crumbs=[(Message("Figures"), url_for("figures.index", **asked.query))],
        asked=asked,
        regions=regions,
        years=_years(),
        total=found,
        definition=definition,
        by_region={code: split[code][0].told(exact=exact) for code in regions if code in split},
        sources=figure_sources.sources(
            definition, asked.first, asked.last, asked.region, number=page_number(), actor=actor()
        ),
        shared=totals.shared_municipalities(asked.region),
        **_words(exact=exact),
    )
