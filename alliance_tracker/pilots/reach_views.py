"""Recording the reach of a pilot in one calendar year, and correcting it."""

from flask import url_for
from flask.typing import ResponseReturnValue

from alliance_tracker.alliances.frame import alliance_page
from alliance_tracker.database import today
from alliance_tracker.errors import NotFound
from alliance_tracker.i18n import Message
from alliance_tracker.pilots import reach as service
from alliance_tracker.pilots.forms import ReachForm
from alliance_tracker.pilots.models import Pilot, PilotReach
from alliance_tracker.pilots.views import bp, crumbs, load_pilot
from alliance_tracker.policy import Permission
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.guards import actor


def _years(pilot: Pilot) -> list[int]:
    """The calendar years from its start until now, the newest first; none before it started."""
    return list(range(today().year, pilot.started_on.year - 1, -1)) if pilot.started_on else []


def _filled(former: PilotReach | None) -> ReachForm:
    """The form with what is known; what by gender was not known is counted anew."""
    if former is None:
        return ReachForm()
    form = ReachForm(participants=former.participants, note=former.note)
    for cell in former.cells:
        name = f"{cell.breakdown}.{cell.category}"
        if name in form and (cell.breakdown, cell.category) != (service.GENDER, service.UNKNOWN):
            form[name].data = cell.participants
    return form


@bp.get("/<int:pilot_id>/reach/<int:year>")
def reach(slug: str, pilot_id: int, year: int, form: ReachForm | None = None) -> ResponseReturnValue:
    """Record how many people took part in this year."""
    alliance, pilot = load_pilot(slug, pilot_id, Permission.PILOT_EDIT)
    if year not in _years(pilot):
        raise NotFound(Message("There is nothing at this address."))
    former = service.current(pilot.id, year)
    form = form or _filled(former)
    form.reason.flags.is_needed = former is not None
    form.version.data = former.id if former else 0
    return alliance_page(
        "pilots/reach.html",
        alliance,
        "pilots",
        pilot=pilot,
        year=year,
        years=_years(pilot),
        former=former,
        form=form,
        crumbs=crumbs(slug, pilot),
    )


@bp.post("/<int:pilot_id>/reach/<int:year>")
def reach_submit(slug: str, pilot_id: int, year: int) -> ResponseReturnValue:
    """Keep the figure; what was known before stays beside it."""
    (_, pilot), form = load_pilot(slug, pilot_id, Permission.PILOT_EDIT), ReachForm()

    def command() -> PilotReach | None:
        entry = service.Entry(year, form.participants.count or 0, form.cells, form.note.data, form.reason.data)
        return service.record(pilot, entry, drawn_from=form.version.data, actor=actor())

    return carry_out(
        form,
        command,
        to=lambda _: url_for("pilots.show", slug=slug, pilot_id=pilot_id, _anchor="reach"),
        done=Message("The reach is kept."),
        page=lambda: reach(slug, pilot_id, year, form),
    )
