"""What the layers above show on the page of a region: each registers its panel when the application is made.

The page of a region tells of its alliances, its phase and its conversation, yet this package may not know of them. So a
package above calls `register` once, where it is imported (its `views.py`), with a function from a region to its panel:

    from alliance_tracker.regions import panels

    def alliances_panel(region: Region) -> Markup | None:
        return Markup(render_template("alliances/of_region.html", alliances=queries.of_region(region.code)))

    panels.register(alliances_panel)

A panel is a `<section class="panel">` with an `h2`; None shows nothing. Panels stand in the order of registration,
above the municipalities. Each may send a constant number of statements.
"""

from collections.abc import Callable

from markupsafe import Markup

from alliance_tracker.regions.models import Region

Panel = Callable[[Region], Markup | None]

PANELS: list[Panel] = []


def register(panel: Panel) -> Panel:
    """Show `panel` on the page of every region; registering it again changes nothing."""
    if panel not in PANELS:
        PANELS.append(panel)
    return panel


def panels_of(region: Region) -> list[Markup]:
    """The panels of this region that have something to show."""
    return [drawn for panel in PANELS if (drawn := panel(region)) is not None]
