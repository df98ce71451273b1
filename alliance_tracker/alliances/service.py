"""Proposing, accepting, changing, pausing and ending an alliance, and giving it a pioneer mandate."""

import re
from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa

from alliance_tracker import audit, policy
from alliance_tracker.alliances.lifecycle import LIFECYCLE, OPEN
from alliance_tracker.alliances.models import (
    Alliance,
    AllianceStatus,
    DueDatesWhilePaused,
    Pause,
    PioneerMandate,
    Provenance,
    WorkingArea,
)
from alliance_tracker.alliances.queries import doubts
from alliance_tracker.database import check_version, db, folded, lock, today
from alliance_tracker.errors import FieldRefused, Refused
from alliance_tracker.i18n import Message
from alliance_tracker.organisations.service import normal_website
from alliance_tracker.policy import Actor, Permission
from alliance_tracker.regions.models import Municipality, Region


def free_slug(name: str) -> str:
    """An address for this name that no alliance has yet."""
    plain = re.sub(r"[^a-z0-9]+", "-", folded(name)).strip("-")[:60].strip("-") or "alliance"
    taken = set(db().scalars(sa.select(Alliance.slug).where(Alliance.slug.like(f"{plain}%"))))
    if plain not in taken:
        return plain
    return next(slug for number in range(2, len(taken) + 3) if (slug := f"{plain}-{number}") not in taken)


def propose(
    *,
    name: str,
    region_code: str,
    municipality_ids: Iterable[int],
    purpose: str,
    actor: Actor,
    website: str = "",
    provenance: Provenance = Provenance.REAL,
    is_sure: bool = True,
) -> Alliance:
    """Propose an initiative; the project manager may accept it as an alliance.

    Whoever is not sure (`is_sure`) is asked to look at the `doubts` first.

    :raise FieldRefused: the name is taken in this region, no municipality was chosen, or there are doubts.
    """
    policy.require(actor, Permission.ALLIANCE_PROPOSE)
    municipality_ids = set(municipality_ids)
    lock(db().get_one(Region, region_code))  # the same name proposed at the same moment is seen
    same = sa.select(Alliance.id).where(Alliance.name_folded == folded(name), Alliance.region_code == region_code)
    if db().scalar(same):
        raise FieldRefused("name", Message("There is an alliance or initiative with this name in this region already."))
    if not is_sure and doubts(name, region_code, municipality_ids):
        raise FieldRefused("is_sure", Message("Look at this first. If it is meant so, tick the box."))
    alliance = Alliance(
        slug=free_slug(name),
        name=name,
        name_folded=folded(name),
        region_code=region_code,
        status=AllianceStatus.INITIATIVE,
        purpose=purpose,
        website=normal_website(website),
        provenance=provenance,
        proposed_by_id=actor.user_id,
    )
    db().add(alliance)
    db().flush()  # gives the alliance its id
    LIFECYCLE.start(alliance, actor=actor)
    work_in(alliance, municipality_ids, since=today(), actor=actor, _proposing=True)
    return alliance


def work_in(
    alliance: Alliance,
    municipality_ids: Iterable[int],
    *,
    since: date,
    actor: Actor,
    version: int | None = None,
    _proposing: bool = False,
) -> None:
    """Set the municipalities in which the alliance works from `since` on; those left out end on that day.

    :raise EditConflict: somebody changed the alliance or its area since the form with `version` was drawn.
    :raise FieldRefused: none was chosen, or one lies outside Flanders of today.
    :raise Refused: the alliance has ended.
    """
    if not _proposing:
        policy.require(actor, Permission.ALLIANCE_EDIT, alliance)
        check_open(alliance)
        lock(alliance)
        check_version(alliance, version)
        # The area stands in other rows: without this a second editor of it would not be noticed.
        alliance.version += 1
    wanted = set(municipality_ids)
    if not wanted:
        raise FieldRefused("municipalities", Message("Choose at least one municipality."))
    found = db().scalars(
        sa.select(Municipality.id).where(Municipality.id.in_(wanted), Municipality.valid_until.is_(None))
    )
    if set(found) != wanted:
        raise FieldRefused("municipalities", Message("Choose municipalities that exist today."))
    current = (
        db()
        .scalars(sa.select(WorkingArea).where(WorkingArea.alliance_id == alliance.id, WorkingArea.until.is_(None)))
        .all()
    )
    for area in current:
        if area.municipality_id not in wanted:
            area.until = max(area.since, since)
            audit.record("working_area.left", area, actor=actor)
    for municipality_id in sorted(wanted - {area.municipality_id for area in current}):
        area = WorkingArea(alliance_id=alliance.id, municipality_id=municipality_id, since=since)
        db().add(area)
        db().flush()  # gives the area its id
        audit.record("working_area.entered", area, actor=actor)


def accept(alliance: Alliance, *, on: date, actor: Actor, is_trial: bool = False) -> None:
    """Accept an initiative as an alliance, founded on the day `on`.

    :raise TransitionRefused: it is no initiative.
    """
    if on > today():
        raise FieldRefused("on", Message("This date lies in the future. Choose today or an earlier date."))
    LIFECYCLE.apply(alliance, "accept", actor=actor, on=on)
    alliance.founded_on = on
    alliance.is_trial = is_trial


def mark_trial(alliance: Alliance, *, is_trial: bool, actor: Actor) -> None:
    """Let the alliance take part in the trial of phase B, or not.

    :raise Refused: it has ended.
    """
    policy.require(actor, Permission.ALLIANCE_ACCEPT, alliance)
    check_open(alliance)
    if alliance.is_trial != is_trial:
        alliance.is_trial = is_trial
        audit.record("alliance.trial_marked", alliance, actor=actor)


def edit(
    alliance: Alliance,
    *,
    name: str,
    purpose: str,
    value_proposition: str,
    website: str,
    cited_facts: str,
    version: int | None,
    actor: Actor,
) -> None:
    """Change the words of an alliance.

    :raise EditConflict: somebody else changed it meanwhile.
    :raise FieldRefused: another alliance of the region has this name.
    """
    policy.require(actor, Permission.ALLIANCE_EDIT, alliance)
    check_open(alliance)
    lock(db().get_one(Region, alliance.region_code))
    check_version(alliance, version)
    same = sa.select(Alliance.id).where(
        Alliance.name_folded == folded(name),
        Alliance.region_code == alliance.region_code,
        Alliance.id != alliance.id,
    )
    if db().scalar(same):
        raise FieldRefused("name", Message("There is an alliance or initiative with this name in this region already."))
    alliance.name, alliance.name_folded = name, folded(name)
    alliance.purpose, alliance.value_proposition = purpose, value_proposition
    alliance.website, alliance.cited_facts = normal_website(website), cited_facts
    audit.record("alliance.edited", alliance, actor=actor)


def check_open(alliance: Alliance) -> None:
    """:raise Refused: the alliance has ended; it stays readable, nothing is added."""
    if alliance.status not in OPEN:
        raise Refused(Message("This alliance has ended; it can be read but no longer changed."))


def check_accounts(alliance: Alliance, year: int) -> None:
    """:raise Refused: the alliance had ended before that year; what happened until its end can be accounted for."""
    if not alliance.accounts_over(year):
        raise Refused(Message("This alliance had ended before %(year)s.", year=str(year)))


def pause(alliance: Alliance, *, since: date, due_dates: DueDatesWhilePaused, reason: str, actor: Actor) -> Pause:
    """Let the alliance rest from `since`; `due_dates` says what happens to what was due.

    :raise TransitionRefused: it is not active, or there is no reason.
    """
    last = db().scalar(sa.select(sa.func.max(Pause.until)).where(Pause.alliance_id == alliance.id))
    _check_not_before(since, max(filter(None, (alliance.founded_on, last)), default=None))
    LIFECYCLE.apply(alliance, "pause", actor=actor, reason=reason, on=since)
    row = Pause(alliance_id=alliance.id, since=since, due_dates=due_dates)
    db().add(row)
    return row


def resume(alliance: Alliance, *, on: date, actor: Actor) -> Pause:
    """End the pause; the last day of it is the day before `on`. Returns the pause.

    :raise FieldRefused: `on` lies before the pause began.
    """
    row = db().scalars(sa.select(Pause).where(Pause.alliance_id == alliance.id, Pause.until.is_(None))).one()
    if on < row.since:
        raise FieldRefused("on", Message("The pause began on %(on)s; choose a later date.", on=row.since))
    LIFECYCLE.apply(alliance, "resume", actor=actor, on=on)
    row.until = on
    return row


def end(alliance: Alliance, *, on: date, reason: str, actor: Actor) -> None:
    """End the alliance for good; its mandate, if any, ends with it. Everything stays readable.

    :raise TransitionRefused: there is no reason.
    """
    _check_not_before(on, alliance.founded_on)
    LIFECYCLE.apply(alliance, "end", actor=actor, reason=reason, on=on)
    alliance.ended_on = on
    alliance.founded_on = alliance.founded_on or on
    pause_ = db().scalars(sa.select(Pause).where(Pause.alliance_id == alliance.id, Pause.until.is_(None))).one_or_none()
    if pause_ is not None:
        pause_.until = max(on, pause_.since)
    for mandate in db().scalars(sa.select(PioneerMandate).where(PioneerMandate.alliance_id == alliance.id)):
        if mandate.until is None or mandate.until > on:
            mandate.until, mandate.end_reason = max(on, mandate.since), reason
            audit.record("pioneer_mandate.ended", mandate, actor=actor, reason=reason)


def _check_not_before(day: date, first: date | None) -> None:
    if first is not None and day < first:
        raise FieldRefused("on", Message("Choose %(on)s or a later day.", on=first))


def give_mandate(alliance: Alliance, *, task: str, since: date, until: date | None, actor: Actor) -> PioneerMandate:
    """Give the alliance the pioneer mandate of its region for a time.

    :raise Refused: the alliance is not active.
    :raise FieldRefused: the period is upside down, or meets another mandate in this region.
    """
    policy.require(actor, Permission.PIONEER_MANDATE, alliance)
    if alliance.status is not AllianceStatus.ACTIVE:
        raise Refused(Message("Only an active alliance can be a pioneer."))
    if until is not None and until < since:
        raise FieldRefused("until", Message("The end lies before the start."))
    if since > today():
        raise FieldRefused("since", Message("A mandate is recorded once it begins. Choose today or an earlier date."))
    if alliance.founded_on is not None and since < alliance.founded_on:
        raise FieldRefused("since", Message("Choose %(on)s or a later day.", on=alliance.founded_on))
    region = db().get(Region, alliance.region_code)
    if region is not None:
        lock(region)  # two mandates given at the same moment come one after the other
    _refuse_overlap(alliance.region_code, since, until)
    mandate = PioneerMandate(
        alliance_id=alliance.id,
        region_code=alliance.region_code,
        task=task,
        since=since,
        until=until,
        end_reason="-" if until else "",
    )
    db().add(mandate)
    db().flush()  # gives the mandate its id
    audit.record("pioneer_mandate.given", mandate, actor=actor)
    return mandate


def _refuse_overlap(region_code: str, since: date, until: date | None) -> None:
    far = date.max
    for other, name in db().execute(
        sa.select(PioneerMandate, Alliance.name)
        .join(Alliance, Alliance.id == PioneerMandate.alliance_id)
        .where(PioneerMandate.region_code == region_code)
    ):
        if other.since <= (until or far) and (other.until or far) >= since:
            raise FieldRefused(
                "since",
                Message(
                    "%(name)s has the mandate of this region from %(since)s on. "
                    "End that one first, or choose another period.",
                    name=name,
                    since=other.since,
                ),
            )


def end_mandate(mandate: PioneerMandate, *, on: date, reason: str, actor: Actor) -> None:
    """End a pioneer mandate; `on` is its last day.

    :raise FieldRefused: `on` lies before it began.
    """
    policy.require(actor, Permission.PIONEER_MANDATE, mandate)
    if on < mandate.since:
        raise FieldRefused("on", Message("The mandate began on %(on)s; choose a later date.", on=mandate.since))
    if mandate.until is not None and on > mandate.until:
        raise FieldRefused(
            "on", Message("The mandate ends on %(on)s already; choose an earlier day.", on=mandate.until)
        )
    mandate.until, mandate.end_reason = on, reason
    audit.record("pioneer_mandate.ended", mandate, actor=actor, reason=reason)
