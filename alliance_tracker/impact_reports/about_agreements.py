"""What the partners promised and did, each signed account, and the questions put to them."""

from collections.abc import Iterator
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from alliance_tracker.accountability.accounts import Line, Statement, counts_of, lines_in, statements
from alliance_tracker.accountability.models import (
    AccountabilityStatement,
    Explanation,
    StatementAnswer,
)
from alliance_tracker.accountability.roster import Member, members_of
from alliance_tracker.commitments.models import Commitment, CommitmentWording, Instalment, Unit
from alliance_tracker.commitments.states import InstalmentState
from alliance_tracker.database import BRUSSELS, db
from alliance_tracker.i18n import Counted, Message
from alliance_tracker.impact_reports import blocks
from alliance_tracker.impact_reports.blocks import Block, Figures, Row, Value
from alliance_tracker.impact_reports.material import Gap, Material, Written
from alliance_tracker.organisations.models import Organisation

TONES = {
    InstalmentState.OVERDUE: "bad",
    InstalmentState.DISPUTED: "warn",
    InstalmentState.DELIVERED: "good",
}


def amount(quantity: Decimal, unit: Unit) -> Value:
    """A quantity of a commitment: euro, hours, or a number of what its unit says."""
    if unit is Unit.EUR:
        return blocks.euro(quantity)
    return blocks.number(quantity)


def commitments(material: Material) -> Written:
    """For each organisation what it promised for the year and did, its account, and the questions put to it."""
    members = members_of(material.alliance.id)
    lines = lines_in(material.alliance.id, material.year)
    signed = _statements(material)
    core = {row.organisation_id for row in material.core_partners}
    accounting = [m for m in members if lines.get(m.organisation_id) or m.organisation_id in core]
    found: list[Block] = [
        _overview(material, accounting, lines, signed),
        *(
            _of_member(material, member, lines[member.organisation_id])
            for member in accounting
            if member.organisation_id in lines
        ),
        *_questions(material),
    ]
    return Written(Figures(tuple(found)), tuple(_gaps(material, accounting, core, signed)))


def _statements(material: Material) -> dict[int, Statement]:
    """The newest account of the year of each organisation."""
    return {
        row.organisation_id: row
        for row in statements(
            AccountabilityStatement.alliance_id == material.alliance.id, AccountabilityStatement.year == material.year
        )
    }


def _overview(
    material: Material, members: list[Member], lines: dict[int, list[Line]], signed: dict[int, Statement]
) -> Block:
    def row(member: Member) -> Row:
        own = [line for line in lines.get(member.organisation_id, ()) if line.organisation_id == member.organisation_id]
        counts = counts_of(own)
        said = signed.get(member.organisation_id)
        return Row(
            f"organisation-{member.organisation_id}",
            (
                blocks.text(member.name),
                blocks.words(member.side),
                blocks.count(counts.promised),
                blocks.count(counts.delivered),
                Value(blocks.ValueKind.COUNT, str(counts.late), tone="bad" if counts.late else ""),
                blocks.count(counts.disputed),
                blocks.count(counts.waived),
                _account(said),
            ),
            material.address("accounts", member.organisation_id),
            said.signed_on if said else None,
        )

    return blocks.table(
        "organisations",
        Message("Commitments and accounts of %(year)s", year=str(material.year)),
        {
            "organisation": Message("Organisation"),
            "side": Message("Side"),
            "promised": Message("Promised"),
            "delivered": Message("Delivered"),
            "late": Message("Late"),
            "disputed": Message("Disputed"),
            "waived": Message("Waived"),
            "account": Message("Its own account"),
        },
        map(row, members),
        source=Message(
            "Counted in instalments: one organisation's part of a commitment in one year; as on %(on)s.",
            on=material.day,
        ),
        empty=Message("Nothing was promised for this year."),
    )


def _account(said: Statement | None) -> Value:
    if said is None:
        return blocks.words(Message("unanswered"), "warn")
    if said.answer is StatementAnswer.REFUSED:
        return blocks.words(Message("refused on %(on)s", on=said.signed_on), "bad")
    return blocks.words(Message("signed on %(on)s, version %(n)s", on=said.signed_on, n=said.number), "good")


def _of_member(material: Material, member: Member, lines: list[Line]) -> Block:
    return blocks.table(
        f"commitments-{member.organisation_id}",
        member.name,
        {
            "commitment": Message("Commitment"),
            "promised": Message("Promised"),
            "confirmed": Message("Confirmed"),
            "accepted": Message("Accepted"),
            "reported": Message("Reported"),
            "disputed": Message("Disputed"),
            "unit": Message("Unit"),
            "due": Message("Due on"),
            "state": Message("How it stands"),
        },
        [
            Row(
                f"instalment-{line.id}",
                (
                    blocks.text(f"V{line.number}  {line.description}"),
                    amount(line.quantity, line.unit),
                    *(
                        amount(getattr(line.own, part), line.unit)
                        for part in ("confirmed", "accepted", "reported", "disputed")
                    ),
                    blocks.words(line.unit),
                    blocks.day(line.due_on),
                    _state(member, line),
                ),
                material.address("commitments", line.id),
                line.delivered_on or line.claimed_on,
            )
            for line in lines
        ],
        source=Message(
            "The deliveries that were logged: what others confirmed, what nobody disputed for 30 days, and what was "
            "only reported, apart; as on %(on)s.",
            on=material.day,
        ),
    )


def _state(member: Member, line: Line) -> Value:
    if line.organisation_id != member.organisation_id:
        return blocks.words(Message("passed on to %(heir)s", heir=line.passages[-1].heir if line.passages else ""))
    said = line.state.label
    if line.was_late and line.state is not InstalmentState.OVERDUE:
        said = Message("%(state)s, after it was late", state=line.state.label)
    return blocks.words(said, TONES.get(line.state, ""))


def _questions(material: Material) -> Iterator[Block]:
    rows = db().execute(
        sa.select(Explanation, Organisation.name, Commitment.number)
        .join(Instalment, Instalment.id == Explanation.instalment_id)
        .join(Commitment, Commitment.id == Instalment.commitment_id)
        .join(Organisation, Organisation.id == Explanation.organisation_id)
        .where(Explanation.alliance_id == material.alliance.id, Instalment.year == material.year)
        .order_by(Explanation.id)
        .options(selectinload(Explanation.posts))
        .execution_options(populate_existing=True)
    )
    for thread, name, number in rows:
        lines = [
            blocks.words(Message("%(what)s of %(on)s", what=post.kind.label, on=post.at.astimezone(BRUSSELS).date()))
            for post in thread.posts
        ]
        said = [blocks.text(post.text) for post in thread.posts]
        yield blocks.Quote(
            f"question-{thread.id}",
            blocks.both(
                Message("V%(number)s of %(name)s: %(state)s", number=number, name=name, state=thread.status.label)
            ),
            tuple(line for pair in zip(lines, said, strict=True) for line in pair),
            material.address("accounts", "questions", thread.id),
            blocks.both(Message("The questions on late commitments and their answers, as on %(on)s.", on=material.day)),
        )


def _gaps(material: Material, members: list[Member], core: set[int], signed: dict[int, Statement]) -> Iterator[Gap]:
    if not material.has_convenant:
        yield Gap(
            Message("No convenant was in force in %(year)s.", year=str(material.year)), material.address("convenant")
        )
    silent = [m.name for m in members if m.organisation_id in core and m.organisation_id not in signed]
    if silent:
        yield Gap(
            Counted(
                "%(names)s has not signed or refused its account yet.",
                "%(names)s have not signed or refused their account yet.",
                n=len(silent),
                names=silent,
            ),
            material.address("accounts"),
        )


def promised_in(material: Material, year: int) -> Iterator[Block]:
    """What is promised for a year, added up by organisation and unit."""
    rows = db().execute(
        sa.select(
            Organisation.id,
            Organisation.name,
            CommitmentWording.kind,
            CommitmentWording.unit,
            sa.func.sum(Instalment.quantity, type_=Instalment.quantity.type),
        )
        .join(Instalment, Instalment.organisation_id == Organisation.id)
        .join(CommitmentWording, CommitmentWording.id == Instalment.wording_id)
        .where(Instalment.alliance_id == material.alliance.id, Instalment.year == year, Instalment.waived_on.is_(None))
        .group_by(
            Organisation.id, Organisation.name, Organisation.name_folded, CommitmentWording.kind, CommitmentWording.unit
        )
        .order_by(Organisation.name_folded, Organisation.id, CommitmentWording.kind, CommitmentWording.unit)
    )
    yield blocks.table(
        "promised",
        Message("Promised for %(year)s", year=str(year)),
        {
            "organisation": Message("Organisation"),
            "kind": Message("What"),
            "quantity": Message("Promised"),
            "unit": Message("Unit"),
        },
        [
            Row(
                f"organisation-{number}-{kind.value}-{unit.value}",
                (blocks.text(name), blocks.words(kind), amount(quantity, unit), blocks.words(unit)),
                material.address("accounts", number),
            )
            for number, name, kind, unit, quantity in rows
        ],
        source=Message(
            "The instalments of the convenant, without those that were waived; as on %(on)s.", on=material.day
        ),
        empty=Message("Nothing is promised for %(year)s yet.", year=str(year)),
    )
