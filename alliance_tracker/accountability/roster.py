"""Who accounts for what in an alliance: the government and the partners on one page, measured alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from alliance_tracker import policy
from alliance_tracker.accountability import figures
from alliance_tracker.accountability.accounts import Statement, statements
from alliance_tracker.accountability.figures import Counts, Kind, Money
from alliance_tracker.accountability.models import AccountabilityStatement, Explanation
from alliance_tracker.accountability.passages import Passage, is_passed_on, passed_on_by
from alliance_tracker.alliances.models import Alliance, Partner
from alliance_tracker.commitments.models import Inheritance, Instalment, Side
from alliance_tracker.convenants.models import ConvenantVersion, Party, VersionStatus
from alliance_tracker.database import db, today
from alliance_tracker.organisations.models import Organisation, OrganisationStatus
from alliance_tracker.policy import Actor

#: Without a convenant nothing is accounted for over an earlier year: no report is asked over one.
FIRST_YEAR = 2020
#: Versions of a convenant that were in force at some time.
EVER_IN_FORCE = (VersionStatus.IN_FORCE, VersionStatus.SUPERSEDED, VersionStatus.TERMINATED)


@dataclass(frozen=True)
class Member:
    """An organisation that accounts in an alliance; `is_gone` when it left, merged or closed."""

    organisation_id: int
    name: str
    side: Side
    is_gone: bool


@dataclass(frozen=True)
class Row:
    """One member with its facts of a year."""

    member: Member
    counts: Counts
    #: What it bore and another organisation bears now.
    passed_on: tuple[Passage, ...]
    questions: int
    statement: Statement | None
    #: It can account for the year of the statement.
    accounts: bool = True


def members_of(alliance_id: int) -> tuple[Member, ...]:
    """Parties of the convenant, partners of today, core partners that left, and whoever bears or once bore something;
    the government first. Who left still accounts for the years in which it took part.
    """
    parties = (
        sa.select(Party.organisation_id, Party.side)
        .join(ConvenantVersion, ConvenantVersion.id == Party.convenant_version_id)
        .where(Party.alliance_id == alliance_id, ConvenantVersion.status.in_(EVER_IN_FORCE))
    )
    partners = sa.select(Partner.organisation_id, sa.literal(Side.PARTNER.value)).where(
        Partner.alliance_id == alliance_id, sa.or_(Partner.until.is_(None), Partner.is_core)
    )
    bearers = sa.select(Instalment.organisation_id, Instalment.side).where(Instalment.alliance_id == alliance_id)
    givers = (
        sa.select(Inheritance.from_organisation_id, Instalment.side)
        .join(Instalment, Instalment.id == Inheritance.instalment_id)
        .where(Inheritance.alliance_id == alliance_id)
    )
    found = sa.union(parties, partners, bearers, givers).subquery()
    current = sa.exists(
        sa.select(Partner.id).where(
            Partner.alliance_id == alliance_id,
            Partner.organisation_id == Organisation.id,
            Partner.until.is_(None),
        )
    )
    rows = db().execute(
        sa.select(
            Organisation.id,
            Organisation.name,
            # An heir of a Flemish body may be a partner as well: it stands with the government once it acts for it.
            sa.func.min(found.c.side),
            Organisation.status != OrganisationStatus.ACTIVE,
            current,
        )
        .join(found, found.c.organisation_id == Organisation.id)
        .group_by(Organisation.id, Organisation.name, Organisation.name_folded, Organisation.status)
        .order_by(sa.func.min(found.c.side), Organisation.name_folded, Organisation.id)
    )
    return tuple(
        Member(number, name, Side(side), bool(ended or (Side(side) is Side.PARTNER and not is_partner)))
        for number, name, side, ended, is_partner in rows
    )


def rows_of(alliance_id: int, year: int, statement_year: int) -> tuple[Row, ...]:
    """Each member with what it promised in `year`, and its newest statement of `statement_year`; nine statements.

    Who left before and has nothing in either year is left out.
    """
    here = Instalment.alliance_id == alliance_id
    counted = figures.counts([Instalment.organisation_id], here, Instalment.year == year)
    passed_on = passed_on_by(here, Instalment.year == year)
    asked = figures.open_questions(Explanation.organisation_id, Explanation.alliance_id == alliance_id)
    signed = {
        row.organisation_id: row
        for row in statements(
            AccountabilityStatement.alliance_id == alliance_id, AccountabilityStatement.year == statement_year
        )
    }
    agreed, spans = _first_agreed(alliance_id), _spans(alliance_id)
    found = (
        Row(
            member,
            counted.get((member.organisation_id,), Counts()),
            tuple(passed_on.get(member.organisation_id, ())),
            asked.get(member.organisation_id, 0),
            signed.get(member.organisation_id),
            _accounts(spans.get(member.organisation_id, ()), agreed, statement_year),
        )
        for member in members_of(alliance_id)
    )
    return tuple(
        row
        for row in found
        if not row.member.is_gone
        or row.counts.promised
        or row.passed_on
        or row.questions
        or row.statement
        or any(_took_part(spans.get(row.member.organisation_id, ()), each) for each in (year, statement_year))
    )


def years_of(alliance_id: int, organisation_id: int | None = None) -> tuple[int, ...]:
    """The years that can be accounted for, up to this one; those of one organisation if it is named.

    From the first year of a convenant or of a promise on everybody accounts. Before that, or without any, an
    organisation accounts for each year in which it was a partner, from the founding on: its account then says that
    nothing was promised.
    """
    founded = db().scalar(sa.select(Alliance.founded_on).where(Alliance.id == alliance_id))
    agreed = _first_agreed(alliance_id)
    starts = [each for each in (agreed, max(founded.year, FIRST_YEAR) if founded else None) if each is not None]
    years = tuple(range(min(starts), today().year + 1)) if starts else ()
    if organisation_id is None:
        return years
    spans = _spans(alliance_id).get(organisation_id, [])
    return tuple(year for year in years if _accounts(spans, agreed, year))


def _first_agreed(alliance_id: int) -> int | None:
    """The first year for which something was agreed; None without a convenant that was ever in force."""
    first = db().scalar(
        sa.select(sa.func.min(ConvenantVersion.starts_on)).where(
            ConvenantVersion.alliance_id == alliance_id, ConvenantVersion.status.in_(EVER_IN_FORCE)
        )
    )
    if first is None:
        return None
    earliest = db().scalar(sa.select(sa.func.min(Instalment.year)).where(Instalment.alliance_id == alliance_id))
    return min(first.year, earliest or first.year)


Spans = Sequence[tuple[date, date | None]]


def _spans(alliance_id: int) -> dict[int, list[tuple[date, date | None]]]:
    """From when until when each organisation was a partner."""
    found: dict[int, list[tuple[date, date | None]]] = {}
    rows = db().execute(
        sa.select(Partner.organisation_id, Partner.since, Partner.until).where(Partner.alliance_id == alliance_id)
    )
    for number, since, until in rows:
        found.setdefault(number, []).append((since, until))
    return found


def _took_part(spans: Spans, year: int) -> bool:
    return any(since.year <= year and (until is None or until.year >= year) for since, until in spans)


def _accounts(spans: Spans, agreed: int | None, year: int) -> bool:
    return (agreed is not None and year >= agreed) or _took_part(spans, year)


# Over all alliances --------------------------------------------------------------------------------------------------

#: Alliances on one page of an organisation's account.
PAGE = 100


@dataclass(frozen=True)
class Elsewhere:
    """An alliance in which an organisation accounts, with its facts of a year."""

    slug: str
    alliance: str
    region: str
    counts: Counts
    #: Instalments that it bore and another organisation bears now.
    passed_on: int
    money: Money
    questions: int
    statement: Statement | None


@dataclass(frozen=True)
class Overall:
    """The account of an organisation over all alliances that the reader may see."""

    #: By year, with how many instalments were passed on; the kinds and the money are those of the chosen year.
    years: tuple[tuple[int, Counts, int], ...]
    kinds: tuple[Kind, ...]
    money: Money
    rows: tuple[Elsewhere, ...]
    total: int
    questions: int

    @property
    def last_page(self) -> int:
        return max(1, -(-self.total // PAGE))


def overall(organisation_id: int, year: int, number: int, *, actor: Actor) -> Overall:
    """What an organisation bears in the alliances that this reader may see, `year` by alliance; page `number`."""
    visible = sa.select(Alliance.id).where(policy.visible_alliances(actor, Alliance))
    seen = Instalment.alliance_id.in_(visible)
    own = Instalment.organisation_id == organisation_id
    in_year = [seen, Instalment.year == year]
    by_year = {key[0]: found for key, found in figures.counts([Instalment.year], own, seen).items()}
    passed_on = _passed_on(organisation_id, seen)
    paid = [Partner.organisation_id == organisation_id, Partner.alliance_id.in_(visible)]
    page, total = _alliances(organisation_id, visible, number)
    ids = [row.id for row in page]
    here = [*in_year, Instalment.alliance_id.in_(ids)]
    counted = figures.counts([Instalment.alliance_id], own, *here)
    by_kind = figures.kinds(*here, of=organisation_id, by=Instalment.alliance_id)
    asked = figures.open_questions(
        Explanation.alliance_id, Explanation.organisation_id == organisation_id, Explanation.alliance_id.in_(visible)
    )
    signed = {
        row.alliance_id: row
        for row in statements(
            AccountabilityStatement.year == year,
            AccountabilityStatement.alliance_id.in_(ids),
            organisation_id=organisation_id,
        )
    }
    got = figures.received_sums(year, *paid)
    kinds = figures.kinds(*in_year, of=organisation_id).get(organisation_id, ())
    return Overall(
        years=tuple(
            (each, by_year.get(each, Counts()), sum(passed_on.get(each, {}).values()))
            for each in sorted({*by_year, *passed_on}, reverse=True)
        ),
        kinds=kinds,
        money=figures.with_received(figures.money_of(kinds), sum(got.values(), figures.ZERO)),
        rows=tuple(
            Elsewhere(
                row.slug,
                row.name,
                row.region_code,
                counted.get((row.id,), Counts()),
                passed_on.get(year, {}).get(row.id, 0),
                figures.with_received(figures.money_of(by_kind.get(row.id, ())), got.get(row.id, figures.ZERO)),
                asked.get(row.id, 0),
                signed.get(row.id),
            )
            for row in page
        ),
        total=total,
        questions=sum(asked.values()),
    )


def _passed_on(organisation_id: int, seen: sa.ColumnElement[bool]) -> dict[int, dict[int, int]]:
    """How many instalments another organisation took over, by year and alliance."""
    rows = db().execute(
        sa.select(Instalment.year, Instalment.alliance_id, sa.func.count(Instalment.id.distinct()))
        .join(Inheritance, Inheritance.instalment_id == Instalment.id)
        .where(seen, Inheritance.from_organisation_id == organisation_id, is_passed_on())
        .group_by(Instalment.year, Instalment.alliance_id)
    )
    found: dict[int, dict[int, int]] = {}
    for year, alliance_id, n in rows:
        found.setdefault(year, {})[alliance_id] = n
    return found


def _alliances(organisation_id: int, visible: Any, number: int) -> tuple[list[Any], int]:
    """A page of the alliances in which it bears, bore or is asked something, or takes part; and how many there are."""
    takes_part = sa.union(
        sa.select(Instalment.alliance_id).where(Instalment.organisation_id == organisation_id),
        sa.select(Inheritance.alliance_id).where(Inheritance.from_organisation_id == organisation_id),
        sa.select(Partner.alliance_id).where(Partner.organisation_id == organisation_id, Partner.until.is_(None)),
    )
    where = [Alliance.id.in_(takes_part), Alliance.id.in_(visible)]
    total = db().scalar(sa.select(sa.func.count()).select_from(Alliance).where(*where)) or 0
    rows = db().execute(
        sa.select(Alliance.id, Alliance.slug, Alliance.name, Alliance.region_code)
        .where(*where)
        .order_by(Alliance.name_folded, Alliance.id)
        .limit(PAGE)
        .offset((number - 1) * PAGE)
    )
    return list(rows), total
