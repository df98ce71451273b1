"""The signals of one alliance, and the short form to send one from anywhere."""

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from alliance_tracker.alliances.frame import alliance_page, load_alliance
from alliance_tracker.alliances.models import Alliance
from alliance_tracker.errors import FieldRefused, NotFound
from alliance_tracker.i18n import Message
from alliance_tracker.learning import forms, queries, reading, service, topics
from alliance_tracker.learning.models import Signal, SignalKind, SignalSource
from alliance_tracker.learning.similar import Candidate, signals_like
from alliance_tracker.learning.views import bp
from alliance_tracker.policy import Permission
from alliance_tracker.regions import queries as regions
from alliance_tracker.web.acting import carry_out
from alliance_tracker.web.guards import actor, settings

#: What the address may name as the place from which a signal is raised.
SOURCES = {
    "log": SignalSource.LOG_ENTRY,
    "criterion": SignalSource.CRITERION,
    "pilot": SignalSource.PILOT,
}


@bp.get("/alliances/<slug>/signals")
def of_alliance(slug: str) -> ResponseReturnValue:
    """What this alliance told VLAIO, what it met with others, and the answers."""
    alliance = load_alliance(slug)
    raised, supported = queries.of_alliance(actor(), alliance.id)
    return alliance_page(
        "learning/alliance.html",
        alliance,
        "signals",
        raised=raised,
        supported=supported,
        all_regions=len(regions.names()),
    )


def _asked_source() -> dict[str, Any]:
    """The place that the address names, as it stands there: at most one."""
    named = [(name, key) for name in SOURCES if (key := request.args.get(name, "")[:60])]
    return dict(named[:1])


def _source(alliance: Alliance) -> tuple[SignalSource, str, reading.Origin | None]:
    """The place from which the signal is raised.

    :raise NotFound: this alliance has no such log entry, criterion or pilot.
    """
    for name, key in _asked_source().items():
        origin = reading.origin_of(alliance, SOURCES[name], key)
        if origin is None:
            raise NotFound(Message("There is nothing at this address."))
        return SOURCES[name], key, origin
    return SignalSource.ALLIANCE, "", None


@bp.get("/alliances/<slug>/signals/new")
def create(slug: str, form: forms.SignalForm | None = None) -> ResponseReturnValue:
    """Send a signal in a few sentences; the address may already say what kind and from where."""
    alliance = load_alliance(slug, Permission.SIGNAL_RAISE)
    _, _, origin = _source(alliance)
    asked = request.args.get("kind", "")
    form = form or forms.SignalForm(formdata=None, kind=asked if asked in set(SignalKind) else "barrier")
    form.precondition.offer(topics.every().items())
    similar: list[Candidate] = signals_like(form.title.data or "") if form.is_submitted() else []
    return alliance_page(
        "learning/create.html",
        alliance,
        "signals",
        form=form,
        origin=origin,
        similar=similar,
        days=settings("SIGNAL_ANSWER_DAYS"),
        action=url_for("signals.create_submit", slug=slug, **_asked_source()),
        crumbs=[(Message("Signals"), url_for("signals.of_alliance", slug=slug))],
    )


@bp.post("/alliances/<slug>/signals/new")
def create_submit(slug: str) -> ResponseReturnValue:
    """Send it, unless others that sound alike were not looked at yet."""
    alliance, form = load_alliance(slug, Permission.SIGNAL_RAISE), forms.SignalForm()
    source, key, _ = _source(alliance)
    form.precondition.offer(topics.every().items())

    def command() -> Signal:
        if not form.is_another.data and signals_like(form.title.data):
            raise FieldRefused("is_another", Message("Look first whether it is one of these. If not, tick the box."))
        draft = service.Draft(
            kind=SignalKind(form.kind.data),
            title=form.title.data,
            text=form.text.data,
            precondition_key=form.precondition.data or None,
            rule=form.rule.data,
            source=source,
            source_key=key,
        )
        return service.raise_signal(alliance, draft, days=settings("SIGNAL_ANSWER_DAYS"), actor=actor())

    return carry_out(
        form,
        command,
        to=lambda signal: url_for("signals.show", signal_id=signal.id),
        done=Message("Sent. VLAIO answers within the term, and the whole network can say “with us too”."),
        page=lambda: create(slug, form),
    )
