"""Keeping the register: organisations are added, corrected, renamed, closed, reopened, and merge into one another."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from alliance_tracker import audit, policy
from alliance_tracker.database import check_version, db, folded, lock, today
from alliance_tracker.errors import FieldRefused, Refused
from alliance_tracker.i18n import Message
from alliance_tracker.organisations import identifiers as numbers
from alliance_tracker.organisations.lifecycle import LIFECYCLE
from alliance_tracker.organisations.models import (
    IdentifierScheme,
    Organisation,
    OrganisationIdentifier,
    OrganisationKind,
    OrganisationName,
    OrganisationStatus,
    ProgrammeOffice,
)
from alliance_tracker.organisations.similar import names_like
from alliance_tracker.policy import SYSTEM, Actor, Permission
from alliance_tracker.regions.models import Municipality

#: Called with an organisation whose kind changed, and who changed it: a layer above may have derived something from it.
KIND_FOLLOWERS: list[Callable[[Organisation, Actor], None]] = []

_WEBSITE = re.compile(r"https?://[^\s/$.?#\"'<>]+\.[^\s\"'<>]+", re.IGNORECASE)


class IdentifierTaken(FieldRefused):
    """Another organisation has this number; a page can lead to it."""

    def __init__(self, field: str, organisation_id: int, name: str) -> None:
        super().__init__(
            field, Message("This number is that of %(name)s, which is in the register already.", name=name)
        )
        self.organisation_id = organisation_id
        self.name = name


def normal_website(typed: str) -> str:
    """The address with its scheme, or nothing.

    :raise FieldRefused: it is not the address of a website.
    """
    if not typed:
        return ""
    address = typed if "://" in typed else f"https://{typed}"
    if not _WEBSITE.fullmatch(address):
        raise FieldRefused(
            "website", Message("This is not the address of a website. Write it as https://www.example.org.")
        )
    return address


#: The agency that directs the programme (advice of the STEM platform of May 2025).
OFFICE_NAME = "Agentschap Innoveren en Ondernemen (VLAIO)"


def load_office() -> Organisation:
    """The organisation that directs the programme, added where it is not there yet; may be run again.

    One with its name that somebody added before is taken for it.
    """
    kept = db().get(ProgrammeOffice, 1)
    if kept is not None:
        return db().get_one(Organisation, kept.organisation_id)
    found = db().scalar(
        sa.select(Organisation).where(
            Organisation.name_folded == folded(OFFICE_NAME), Organisation.status == OrganisationStatus.ACTIVE
        )
    )
    office = found or create(
        name=OFFICE_NAME,
        kind=OrganisationKind.FLEMISH_BODY,
        website="https://www.vlaio.be",
        is_another=True,
        actor=SYSTEM,
    )
    db().add(ProgrammeOffice(id=1, organisation_id=office.id))
    db().flush()
    return office


def check_active(organisation: Organisation) -> None:
    """:raise Refused: it closed or merged; it stays readable, nothing changes any more."""
    if organisation.status is not OrganisationStatus.ACTIVE:
        raise Refused(Message("This organisation no longer exists; it can be read but no longer changed."))


def _check_day(on: date) -> None:
    if on > today():
        raise FieldRefused("on", Message("This date lies in the future. Choose today or an earlier date."))


def _check_similar(name: str, besides: int | None, is_another: bool) -> None:  # noqa: FBT001  # the person's answer
    if not is_another and names_like(name, besides=besides):
        raise FieldRefused(
            "is_another",
            Message("There is an organisation with a similar name. If yours is another one, tick the box."),
        )


def _municipalities(ids: Iterable[int]) -> list[Municipality]:
    wanted = set(ids)
    if not wanted:
        return []
    found = (
        db()
        .scalars(
            sa.select(Municipality)
            .where(Municipality.id.in_(wanted), Municipality.valid_until.is_(None))
            .order_by(Municipality.name)
        )
        .all()
    )
    if len(found) != len(wanted):
        raise FieldRefused("municipalities", Message("Choose municipalities that exist today."))
    return list(found)


def _checked(typed: Mapping[IdentifierScheme, str], besides: int | None) -> dict[IdentifierScheme, str]:
    """The filled-in numbers in compact form.

    :raise IdentifierTaken: an organisation other than `besides` has it.
    :raise FieldRefused: it is not well formed.
    """
    wanted = {scheme: numbers.checked(scheme, text) for scheme, text in typed.items() if text}
    for scheme, value in wanted.items():
        taken = (
            db()
            .execute(
                sa.select(Organisation.id, Organisation.name)
                .join(OrganisationIdentifier, OrganisationIdentifier.organisation_id == Organisation.id)
                .where(OrganisationIdentifier.scheme == scheme, OrganisationIdentifier.value == value)
            )
            .one_or_none()
        )
        if taken and taken[0] != besides:
            raise IdentifierTaken(numbers.field_of(scheme), *taken)
    return wanted


def _flush_numbers() -> None:
    try:
        db().flush()
    except IntegrityError as error:  # somebody gave the same number to another one at this very moment
        raise Refused(Message("Somebody else entered one of these numbers a moment ago. Look it up.")) from error


def create(
    *,
    name: str,
    kind: OrganisationKind,
    actor: Actor,
    municipality_ids: Iterable[int] = (),
    identifiers: Mapping[IdentifierScheme, str] | None = None,
    website: str = "",
    note: str = "",
    name_since: date | None = None,
    is_fictitious: bool = False,
    is_another: bool = False,
) -> Organisation:
    """Add an organisation. It bears its name since `name_since`, or since today where that is not known.

    `is_another` says that a person has seen the organisations with a similar name, and that it is none of them.

    :raise FieldRefused: a number is wrong or taken, a similar name exists, a municipality is no more.
    """
    policy.require(actor, Permission.ORGANISATION_CREATE)
    since = name_since or today()
    if since > today():
        raise FieldRefused("name_since", Message("This date lies in the future. Choose today or an earlier date."))
    # A wrong or known number says more than a similar name: it comes first.
    wanted = _checked(identifiers or {}, None)
    _check_similar(name, None, is_another)
    organisation = Organisation(
        name=name,
        name_folded=folded(name),
        kind=kind,
        website=normal_website(website),
        note=note,
        is_fictitious=is_fictitious,
        names=[OrganisationName(name=name, name_folded=folded(name), since=since)],
        municipalities=_municipalities(municipality_ids),
        identifiers=[OrganisationIdentifier(scheme=scheme, value=value) for scheme, value in wanted.items()],
    )
    db().add(organisation)
    _flush_numbers()  # gives the organisation its id
    LIFECYCLE.start(organisation, actor=actor, on=since)
    return organisation


def edit(
    organisation: Organisation,
    *,
    kind: OrganisationKind,
    municipality_ids: Iterable[int],
    identifiers: Mapping[IdentifierScheme, str],
    website: str,
    note: str,
    version: int | None,
    actor: Actor,
) -> None:
    """Correct the facts of an organisation; its name changes by `rename`.

    Its numbers and municipalities must be loaded.

    :raise EditConflict: somebody else changed it meanwhile.
    :raise FieldRefused: a number is wrong or taken, or a municipality is no more.
    """
    policy.require(actor, Permission.ORGANISATION_EDIT, organisation)
    check_active(organisation)
    check_version(organisation, version)
    wanted_numbers = _checked(identifiers, organisation.id)
    changed_kind = organisation.kind is not kind
    organisation.kind, organisation.website, organisation.note = kind, normal_website(website), note
    facts: dict[str, Any] = {}
    wanted = _municipalities(municipality_ids)
    if {m.id for m in wanted} != {m.id for m in organisation.municipalities}:
        facts["municipalities"] = [[m.name for m in organisation.municipalities], [m.name for m in wanted]]
        organisation.municipalities = wanted
    # Numbers and municipalities stand in other rows: without this a second editor of those would not be noticed.
    organisation.version += 1
    audit.record("organisation.edited", organisation, actor=actor, **facts)
    _give_numbers(organisation, identifiers, wanted_numbers)
    if changed_kind:
        for follow in KIND_FOLLOWERS:
            follow(organisation, actor)


def _give_numbers(
    organisation: Organisation, asked: Iterable[IdentifierScheme], wanted: Mapping[IdentifierScheme, str]
) -> None:
    """Write the wanted numbers; a scheme that was asked and left empty loses the number it had."""
    present = {row.scheme: row for row in organisation.identifiers}
    for scheme in asked:
        row, value = present.get(scheme), wanted.get(scheme)
        if row is not None and value is None:
            organisation.identifiers.remove(row)
            db().delete(row)
        elif row is not None and value is not None:
            row.value = value
        elif value is not None:
            organisation.identifiers.append(
                OrganisationIdentifier(organisation_id=organisation.id, scheme=scheme, value=value)
            )
    _flush_numbers()


def rename(
    organisation: Organisation, *, name: str, on: date, reason: str, actor: Actor, is_another: bool = False
) -> None:
    """Give the organisation another name from the day `on`; the old one stays in its history. Its names must be loaded.

    :raise FieldRefused: the day lies before the present name began or in the future, the name is the same, or looks
        like that of another organisation.
    """
    policy.require(actor, Permission.ORGANISATION_SUCCEED, organisation)
    check_active(organisation)
    _check_day(on)
    if name == organisation.name:
        raise FieldRefused("name", Message("This is its name already."))
    present = next(row for row in organisation.names if row.until is None)
    if on < present.since:
        raise FieldRefused(
            "on",
            Message("The present name counts from %(since)s; choose that day or a later one.", since=present.since),
        )
    _check_similar(name, organisation.id, is_another)
    former = organisation.name
    # The old name holds through the day before; a name that is corrected on its first day keeps that one day.
    present.until = max(present.since, on - timedelta(days=1))
    db().flush()  # no two names may be current at once
    organisation.names.append(
        OrganisationName(organisation_id=organisation.id, name=name, name_folded=folded(name), since=on)
    )
    organisation.name, organisation.name_folded = name, folded(name)
    audit.record("organisation.renamed", organisation, actor=actor, reason=reason, former=former)


def close(organisation: Organisation, *, on: date, reason: str, actor: Actor) -> None:
    """Close the organisation; `on` is its last day. What it takes part in is not touched: see `alliances.succession`.

    :raise FieldRefused: the day lies in the future.
    :raise TransitionRefused: it closed or merged already, or there is no reason.
    """
    _check_day(on)
    lock(organisation)
    present = db().scalar(
        sa.select(OrganisationName.since).where(
            OrganisationName.organisation_id == organisation.id, OrganisationName.until.is_(None)
        )
    )
    if present is not None and on < present:
        raise FieldRefused("on", Message("Choose %(on)s or a later day.", on=present))
    LIFECYCLE.apply(organisation, "close", actor=actor, reason=reason, on=on)
    organisation.ended_on = on


def reopen(organisation: Organisation, *, reason: str, actor: Actor) -> None:
    """Open a closed organisation again, because it was closed by mistake or took up its work.

    :raise TransitionRefused: it is not closed, or there is no reason.
    """
    LIFECYCLE.apply(organisation, "reopen", actor=actor, reason=reason)
    organisation.ended_on = None


def merge(organisation: Organisation, successor: Organisation, *, on: date, reason: str, actor: Actor) -> None:
    """Merge the organisation into `successor` from the day `on`. Its numbers and names stay its own, as history.

    What it takes part in is not touched: see `alliances.succession`.

    :raise FieldRefused: the successor is the organisation itself or exists no more, or the day lies in the future.
    :raise TransitionRefused: it closed or merged already, or there is no reason.
    """
    _check_day(on)
    if successor.id == organisation.id:
        raise FieldRefused("successor", Message("An organisation cannot merge into itself."))
    # In the order of their ids, so that two that merge into each other at the same moment come one after the other.
    for row in sorted((organisation, successor), key=lambda row: row.id):
        lock(row)
    if successor.status is not OrganisationStatus.ACTIVE:
        raise FieldRefused("successor", Message("%(name)s no longer exists. Choose another.", name=successor.name))
    LIFECYCLE.apply(organisation, "merge", actor=actor, reason=reason, on=on, facts={"successor": successor.name})
    organisation.ended_on, organisation.successor_id = on, successor.id
