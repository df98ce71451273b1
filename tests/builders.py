"""Valid things, made through the services: each builder takes what a test is about and invents the rest."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

import sqlalchemy as sa

from alliance_tracker import audit
from alliance_tracker.accounts import service as accounts
from alliance_tracker.accounts.models import User
from alliance_tracker.alliances import partners as partner_service
from alliance_tracker.alliances import service as alliances
from alliance_tracker.alliances.models import Alliance, Partner, PartnerRoleKind
from alliance_tracker.commitments import counting, wordings
from alliance_tracker.commitments.models import CommitmentKind, Delivery, Instalment, Nature, Side, Unit
from alliance_tracker.commitments.states import ACCEPTED_AFTER
from alliance_tracker.communications import service as communications
from alliance_tracker.communications.models import Channel, Communication
from alliance_tracker.convenants import beginning, drafting, signing
from alliance_tracker.convenants import service as convenants
from alliance_tracker.convenants.models import Convenant, ConvenantVersion
from alliance_tracker.database import db, now, today, transaction
from alliance_tracker.drawing_rights import rights
from alliance_tracker.drawing_rights import service as drawdowns
from alliance_tracker.drawing_rights.models import Drawdown, DrawingRight
from alliance_tracker.goals import service as goals
from alliance_tracker.goals.models import Goal
from alliance_tracker.indicators import measuring
from alliance_tracker.indicators import service as indicators
from alliance_tracker.indicators.models import Definition, FigureState, Indicator, Measurement
from alliance_tracker.indicators.service import Typed
from alliance_tracker.learning import service as signals
from alliance_tracker.learning.models import Signal, SignalKind
from alliance_tracker.organisations import service as organisations
from alliance_tracker.organisations.models import Organisation, OrganisationKind
from alliance_tracker.pilots import running
from alliance_tracker.pilots import service as pilots
from alliance_tracker.pilots.models import Pilot
from alliance_tracker.policy import SYSTEM, Actor, Role
from alliance_tracker.regions.models import Municipality

PASSWORD = "stem-demo-2026"  # the demo's
_numbers = count(1)


def make_user(role: Role | None = None, *, email: str = "", name: str = "", language: str = "nl", **scope: Any) -> User:
    """A person who can sign in, with one role."""
    number = next(_numbers)
    with transaction():
        user = accounts.register(
            email=email or f"person{number}@example.org",
            name=name or f"Persoon {number}",
            language=language,
            actor=SYSTEM,
        )
        accounts.set_password(user, PASSWORD, memory_kib=8, actor=SYSTEM)
        if role is not None:
            accounts.give_role(user, role, actor=SYSTEM, **scope)
    return user


def actor_of(user: User) -> Actor:
    """The rights of this person now."""
    return accounts.actor_of(accounts.user_by_id(user.id))


def make_actor(role: Role | None = None, **scope: Any) -> Actor:
    """Somebody with one role, as services know people."""
    return actor_of(make_user(role, **scope))


def municipality(name: str) -> Municipality:
    """The municipality of today with this name."""
    return (
        db().scalars(sa.select(Municipality).where(Municipality.name == name, Municipality.valid_until.is_(None))).one()
    )


def make_alliance(
    name: str = "",
    *,
    region: str = "REFREG03",
    municipalities: Sequence[str] = ("Geel",),
    accepted_on: date | None = date(2026, 1, 15),
    is_trial: bool = False,
) -> Alliance:
    """An alliance, active unless `accepted_on` is None."""
    name = name or f"Alliantie {next(_numbers)}"
    with transaction():
        alliance = alliances.propose(
            name=name,
            region_code=region,
            municipality_ids=[municipality(m).id for m in municipalities],
            purpose="Samen voor STEM.",
            actor=SYSTEM,
        )
        if accepted_on is not None:
            alliances.accept(alliance, on=accepted_on, actor=SYSTEM, is_trial=is_trial)
    return alliance


def make_organisation(
    name: str = "", kind: OrganisationKind = OrganisationKind.COMPANY, *, where: Sequence[str] = (), **more: Any
) -> Organisation:
    """An organisation in the register."""
    name = name or f"Organisatie {next(_numbers)}"
    with transaction():
        return organisations.create(
            name=name,
            kind=kind,
            municipality_ids=[municipality(m).id for m in where],
            name_since=date(2000, 1, 1),
            is_another=True,
            actor=SYSTEM,
            **more,
        )


def make_partner(
    alliance: Alliance,
    organisation: Organisation | None = None,
    *,
    kind: OrganisationKind = OrganisationKind.COMPANY,
    since: date = date(2026, 1, 15),
    roles: Sequence[PartnerRoleKind] = (),
    **more: Any,
) -> Partner:
    """A partner of `alliance`."""
    organisation = organisation or make_organisation(kind=kind)
    with transaction():
        return partner_service.admit(alliance, organisation, since=since, roles=roles, actor=SYSTEM, **more)


def make_full_helix(alliance: Alliance) -> list[Partner]:
    """A core partner from each pillar; the first leads, the second coordinates."""
    kinds = (
        OrganisationKind.COMPANY,
        OrganisationKind.UNIVERSITY_COLLEGE,
        OrganisationKind.LOCAL_AUTHORITY,
        OrganisationKind.STEM_ACADEMY,
    )
    roles: list[list[PartnerRoleKind]] = [[PartnerRoleKind.LEAD], [PartnerRoleKind.COORDINATOR], [], []]
    return [
        make_partner(alliance, kind=kind, roles=role, is_core=True, responsibility="Doet mee.", gain="Wint erbij.")
        for kind, role in zip(kinds, roles, strict=True)
    ]


# Pilots -------------------------------------------------------------------------------------------------------------


def make_pilot(
    alliance: Alliance,
    name: str = "",
    *,
    partners: Sequence[Partner] | None = None,
    started_on: date | None = None,
    **more: Any,
) -> Pilot:
    """A pilot of `alliance`, with a new partner unless told; it runs when it has a day on which it started."""
    taking_part = [make_partner(alliance)] if partners is None else partners
    draft = pilots.Draft(
        name=name or f"Proefproject {next(_numbers)}",
        starts_on=date(2026, 3, 1),
        partners=frozenset(partner.id for partner in taking_part),
        **more,
    )
    with transaction():
        pilot = pilots.plan(alliance, draft, actor=SYSTEM)
    found = pilots.pilot_by_id(pilot.id)
    assert found is not None
    if started_on is not None:
        with transaction():
            running.begin(found, on=started_on, actor=SYSTEM)
    return found


# Signals -----------------------------------------------------------------------------------------------------------


def make_signal(alliance: Alliance, title: str = "", *, by: Actor | None = None, days: int = 60, **more: Any) -> Signal:
    """A signal of `alliance`, sent today; `more` are further fields of `learning.service.Draft`."""
    author = by or make_actor(Role.COORDINATOR, alliance_id=alliance.id)
    facts = {"kind": SignalKind.BARRIER, "text": "Het lukt niet."} | more
    with transaction():
        return signals.raise_signal(
            alliance, signals.Draft(title=title or f"Signaal {next(_numbers)}", **facts), days=days, actor=author
        )


def make_communication(alliance: Alliance, *, by: Actor | None = None, answer: bool = True) -> Communication:
    """A communication of `alliance` with the same answer to each of the four questions."""
    draft = communications.Draft(
        title=f"Bericht {next(_numbers)}",
        on=date(2026, 3, 1),
        channel=Channel.PRESS,
        relevance=answer,
        connectivity=answer,
        interdisciplinarity=answer,
        inclusion=answer,
    )
    with transaction():
        return communications.log(alliance, draft, actor=by or actor_of(make_user(Role.PROJECT_MANAGER)))


# Goals and figures -------------------------------------------------------------------------------------------------


def make_goal(
    alliance: Alliance, title: str = "", *, owner: Partner | None = None, tags: dict[Any, frozenset[str]] | None = None
) -> Goal:
    """A goal of `alliance`, carried by `owner` or by a new partner."""
    owner = owner or make_partner(alliance)
    draft = goals.Draft(
        title=title or f"Doel {next(_numbers)}",
        reason="Uit de behoefteanalyse.",
        owner_partner_id=owner.id,
        tags=tags or {},
    )
    with transaction():
        return goals.add(alliance, draft, actor=SYSTEM)


def definition(key: str) -> Definition:
    """The shared indicator with this key."""
    return db().scalars(sa.select(Definition).where(Definition.key == key, Definition.alliance_id.is_(None))).one()


def make_indicator(
    goal: Goal, key: str = "reach-participants", *, baseline: Typed | None = None, targets: dict[int, Any] | None = None
) -> Indicator:
    """The shared indicator `key`, followed under `goal`; `targets` by period."""
    with transaction():
        indicator = indicators.follow(goal, definition(key), actor=SYSTEM)
        if baseline is not None:
            indicators.set_baseline(indicator, baseline, on=date(2025, 12, 31), source="Telling", actor=SYSTEM)
        for period, value in (targets or {}).items():
            indicators.set_target(indicator, period, Decimal(value), actor=SYSTEM)
    return indicator


def typed(value: Any = None, numerator: Any = None, denominator: Any = None) -> Typed:
    """A figure as somebody would type it."""
    found = [None if part is None else Decimal(str(part)) for part in (value, numerator, denominator)]
    return Typed(FigureState.VALUE, *found)


def make_measurement(
    indicator: Indicator, period: int, figure: Typed, *, by: Actor | None = None, **more: Any
) -> Measurement:
    """A measurement of `indicator`; `more` are further fields of `measuring.Entry`."""
    author = by or actor_of(make_user(Role.PROJECT_MANAGER))
    with transaction():
        found = measuring.measure(indicator, measuring.Entry(period, figure, **more), actor=author)
    assert found is not None
    return found


# The convenant -----------------------------------------------------------------------------------------------------

#: The term of a convenant that is made here.
TERM = (date(2026, 1, 1), date(2028, 12, 31))


def promise(*bearers: Partner | Organisation, **more: Any) -> wordings.Draft:
    """A commitment in equal shares: ten hours in 2026 and in 2027 unless told; `more` are further fields."""
    ids = [bearer.organisation_id for bearer in bearers]
    share = (Decimal(100) / len(ids)).quantize(Decimal("0.01"))
    shares = dict.fromkeys(ids, share)
    shares[ids[0]] += 100 - sum(shares.values())
    facts: dict[str, Any] = {
        "description": f"Verbintenis {next(_numbers)}",
        "nature": Nature.EFFORT,
        "kind": CommitmentKind.HOURS,
        "unit": Unit.HOURS,
        "years": {year: wordings.InYear(Decimal(10), date(year, 12, 31)) for year in (2026, 2027)},
    }
    return wordings.Draft(bearers=shares, **(facts | more))


def make_draft_convenant(
    alliance: Alliance,
    *,
    parties: Sequence[Partner] = (),
    commitments: Sequence[wordings.Draft] = (),
    bodies: Sequence[Organisation] = (),
    optional: Sequence[Partner] = (),
    **more: Any,
) -> ConvenantVersion:
    """The first draft of a convenant: VLAIO, `bodies` of the government, and these partners; `optional` may sign.

    A body signs as well when it bears one of the `commitments`.
    """
    facts: dict[str, Any] = {"title": f"Convenant {next(_numbers)}", "subject": "Samen werken aan STEM."}
    with transaction():
        version = beginning.start(
            alliance, drafting.Draft(**({"starts_on": TERM[0], "ends_on": TERM[1]} | facts | more)), actor=SYSTEM
        )
        wanted = [drafting.PartyDraft(drafting.office().id, Side.GOVERNMENT)]
        bearing = {organisation_id for draft in commitments for organisation_id in draft.bearers}
        wanted += [drafting.PartyDraft(body.id, Side.GOVERNMENT, is_required=body.id in bearing) for body in bodies]
        wanted += [drafting.PartyDraft(partner.organisation_id) for partner in parties]
        wanted += [drafting.PartyDraft(partner.organisation_id, is_required=False) for partner in optional]
        convenants.set_parties(version, wanted, actor=SYSTEM)
        for draft in commitments:
            convenants.add_commitment(version, draft, actor=SYSTEM)
    return reload_version(version)


def reload_version(version: ConvenantVersion) -> ConvenantVersion:
    """The version as it stands now, with everything that hangs on it."""
    found = convenants.version_by_id(version.id)
    assert found is not None
    return found


def offer_and_sign(version: ConvenantVersion, *, by: Actor | None = None) -> ConvenantVersion:
    """Offer a draft, and let every required party sign on paper: it is in force."""
    clerk = by or make_actor(Role.PROJECT_MANAGER)
    with transaction():
        signing.offer(reload_version(version), actor=clerk)
    for party_id in [party.id for party in version.parties if party.is_required]:
        version = reload_version(version)
        party = next(party for party in version.parties if party.id == party_id)
        with transaction():
            day = version.offered_on or TERM[0]
            decided = day if party.decided_by else None
            signing.record_paper(version, party, signing.Signing("Jan Peeters", "directeur", day, decided), actor=clerk)
    return reload_version(version)


def make_convenant(alliance: Alliance, **more: Any) -> Convenant:
    """A convenant in force; see `make_draft_convenant`."""
    return offer_and_sign(make_draft_convenant(alliance, **more)).convenant


def instalments_of(convenant: Convenant) -> list[Instalment]:
    """The instalments of a convenant, by commitment, year and bearer."""
    return list(
        db().scalars(
            sa.select(Instalment)
            .where(Instalment.convenant_id == convenant.id)
            .order_by(Instalment.commitment_id, Instalment.year, Instalment.id)
        )
    )


# Money ---------------------------------------------------------------------------------------------------------------


def make_right(alliance: Alliance, ceiling: Any = 10_000, *, year: int = 2026, **more: Any) -> DrawingRight:
    """The drawing right of `year` under a new convenant in force; `more` as for `make_draft_convenant`."""
    facts: dict[str, Any] = {"ceilings": {year: Decimal(ceiling)}, "parties": [make_partner(alliance)]}
    convenant = make_convenant(alliance, **(facts | more))
    return next(right for right in rights.of_convenant(convenant.id) if right.year == year)


def make_drawdown(
    right: DrawingRight, amount: Any = 1_000, *, by: Actor | None = None, payee: Partner | None = None, **more: Any
) -> Drawdown:
    """A request on `right`, by a coordinator of its alliance unless told."""
    alliance = db().get_one(Alliance, right.alliance_id)
    payee = payee or make_partner(alliance)
    draft = drawdowns.Draft(Decimal(amount), more.get("purpose", f"Materiaal {next(_numbers)}"), payee.id)
    with transaction():
        found = drawdowns.request(right, draft, actor=by or make_actor(Role.COORDINATOR, alliance_id=alliance.id))
    return reload_drawdown(found.id)


def reload_drawdown(drawdown_id: int) -> Drawdown:
    """The drawdown as it stands now, with its right and its payments."""
    row = db().get_one(Drawdown, drawdown_id)
    db().expire(row)
    db().expire(db().get_one(DrawingRight, row.drawing_right_id))
    found = drawdowns.drawdown_by_id(drawdown_id)
    assert found is not None
    return found


def make_delivery(
    instalment: Instalment,
    value: Any = None,
    *,
    on: date = date(2026, 3, 1),
    accepted_from: date | None = None,
    **more: Any,
) -> Delivery:
    """A delivery for `instalment` worth `value` euro, written as a row; it counts as accepted after 30 days."""
    author = make_user()
    with transaction():
        delivery = Delivery(
            alliance_id=instalment.alliance_id,
            instalment_id=instalment.id,
            organisation_id=instalment.organisation_id,
            side=instalment.side,
            on=on,
            quantity=Decimal(1),
            value=None if value is None else Decimal(value),
            logged_by_id=author.id,
            logged_at=now(),
            accepted_from=accepted_from or today() + ACCEPTED_AFTER,
            **more,
        )
        db().add(delivery)
        db().flush()
        db().refresh(instalment)
        counting.recount(instalment)
        audit.record("added", delivery, actor=actor_of(author))
    return delivery
