"""What a region's page shows of the rollout."""

from flask import render_template
from markupsafe import Markup

from alliance_tracker.regions.models import Region
from alliance_tracker.rollout.queries import rollout_of


def panel(region: Region) -> Markup:
    """The region's phase with its reason, its milestones, and the conversations with its centre cities."""
    return Markup(render_template("rollout/_region_panel.html", view=rollout_of(region)))  # noqa: S704  # Jinja escaped it
