"""What a region's page shows of its alliances: the pioneer, and those that the reader may see."""

import sqlalchemy as sa
from flask import render_template
from markupsafe import Markup

from alliance_tracker import policy
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.database import db
from alliance_tracker.monitoring import lists
from alliance_tracker.regions.models import Region
from alliance_tracker.standings.models import AllianceStanding
from alliance_tracker.standings.queries import ring_figures, ring_words
from alliance_tracker.web.guards import actor

SHOWN = 12


def panel(region: Region) -> Markup:
    """The alliances of the region, the pioneer first."""
    seen = policy.visible_alliances(actor(), Alliance)
    rows = db().execute(
        lists.items(Alliance.region_code == region.code, seen)
        .order_by(None)
        .order_by(AllianceStanding.is_pioneer.desc(), Alliance.name_folded, Alliance.id)
        .limit(SHOWN)
    )
    total = db().scalar(
        sa.select(sa.func.count()).select_from(Alliance).where(Alliance.region_code == region.code, seen)
    )
    return Markup(  # noqa: S704  # Jinja escaped it
        render_template(
            "monitoring/_region_panel.html",
            region=region,
            items=[lists.Item(*row) for row in rows],
            total=total or 0,
            ring_figures=ring_figures,
            ring_words=ring_words,
        )
    )
