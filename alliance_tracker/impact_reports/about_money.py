"""The money: drawing rights, what was asked and paid, and what the partners brought against it."""

from collections.abc import Iterator

import sqlalchemy as sa

from alliance_tracker.alliances.models import Partner
from alliance_tracker.database import db
from alliance_tracker.drawing_rights import queries as money
from alliance_tracker.drawing_rights.cofinancing import Brought, Judged
from alliance_tracker.drawing_rights.models import Drawdown, DrawdownStatus
from alliance_tracker.i18n import Message
from alliance_tracker.impact_reports import blocks
from alliance_tracker.impact_reports.blocks import Block, Figures, Row, Value
from alliance_tracker.impact_reports.material import Gap, Material, Written
from alliance_tracker.organisations.models import Organisation


def finances(material: Material) -> Written:
    """The drawing right of the year, each drawdown, and what the partners brought against it."""
    every = money.money_of(material.alliance.id)
    found: list[Block] = [_rights(material, every), _drawdowns(material), *_brought(material, every)]
    gaps = (
        ()
        if material.has_convenant
        else (
            Gap(
                Message("No convenant was in force in %(year)s.", year=str(material.year)),
                material.address("convenant"),
            ),
        )
    )
    return Written(Figures(tuple(found)), gaps)


def _rights(material: Material, every: list[money.Money]) -> Block:
    rights = [right for each in every for right in each.rights if right.year <= material.year]
    return blocks.table(
        "rights",
        Message("Drawing rights"),
        {
            "year": Message("Year"),
            "ceiling": Message("At most"),
            "drawn": Message("Approved"),
            "paid": Message("Paid"),
            "remaining": Message("Remains"),
        },
        [
            Row(
                f"right-{right.id}",
                (
                    blocks.text(str(right.year)),
                    blocks.euro(right.ceiling),
                    blocks.euro(right.drawn),
                    blocks.euro(right.paid),
                    blocks.euro(right.remaining),
                ),
                material.address("drawing-rights"),
            )
            for right in sorted(rights, key=lambda right: (right.year, right.id))
        ],
        source=Message("The decisions of VLAIO on what the alliance asked."),
        empty=Message("There is no drawing right."),
    )


def _drawdowns(material: Material) -> Block:
    rows = db().execute(
        sa.select(Drawdown, Organisation.name)
        .join(Partner, Partner.id == Drawdown.payee_partner_id)
        .join(Organisation, Organisation.id == Partner.organisation_id)
        .where(
            Drawdown.alliance_id == material.alliance.id,
            Drawdown.requested_on.between(material.first, material.last),
            Drawdown.status != DrawdownStatus.WITHDRAWN,
        )
        .order_by(Drawdown.requested_on, Drawdown.id)
    )
    return blocks.table(
        "drawdowns",
        Message("Asked in %(year)s", year=str(material.year)),
        {
            "purpose": Message("For what"),
            "payee": Message("Paid to"),
            "on": Message("Asked on"),
            "amount": Message("Amount"),
            "paid": Message("Paid"),
            "state": Message("How it stands"),
        },
        [
            Row(
                f"drawdown-{row.id}",
                (
                    blocks.text(row.purpose),
                    blocks.text(name),
                    blocks.day(row.requested_on),
                    blocks.euro(row.amount),
                    blocks.euro(row.paid),
                    blocks.words(row.status),
                ),
                material.address("drawing-rights", row.id),
                row.decided_on or row.requested_on,
            )
            for row, name in rows
        ],
        source=Message("The requests on the drawing right that the alliance made in the year, and what VLAIO decided."),
        empty=Message("Nothing was asked in %(year)s.", year=str(material.year)),
    )


def _brought(material: Material, every: list[money.Money]) -> Iterator[Block]:
    of_year = Brought()
    for each in every:
        if material.year in each.years:
            of_year.add(each.years[material.year])
    parts = (("cash", Message("in money"), of_year.cash), ("in-kind", Message("in kind, valued"), of_year.in_kind))
    yield blocks.table(
        "cofinancing",
        Message("Brought by the partners in %(year)s", year=str(material.year)),
        {
            "kind": Message("What"),
            "confirmed": Message("Confirmed"),
            "accepted": Message("Accepted"),
            "reported": Message("Reported"),
            "disputed": Message("Disputed"),
        },
        [
            Row(
                key,
                (
                    blocks.words(label),
                    *(blocks.euro(getattr(sums, part)) for part in ("confirmed", "accepted", "reported", "disputed")),
                ),
                material.address("drawing-rights"),
            )
            for key, label, sums in parts
        ],
        source=Message(
            "The deliveries that were logged of the year, valued; only what is confirmed or accepted counts as "
            "co-financing."
        ),
    )
    for each in every:
        if each.agreed.minimum is None or not each.rights:
            continue
        share = each.judged.of_hundred
        yield blocks.table(
            f"share-{each.agreed.convenant_id}",
            Message("Co-financing over the whole convenant"),
            {
                "brought": Message("Brought"),
                "drawn": Message("Drawn down"),
                "share": Message("Share of the partners"),
                "minimum": Message("Agreed minimum"),
                "state": Message("How it stands"),
            },
            [
                Row(
                    "whole",
                    (
                        blocks.euro(each.judged.brought),
                        blocks.euro(each.judged.drawn),
                        blocks.none()
                        if share is None
                        else blocks.percent(each.judged.brought, each.judged.brought + each.judged.drawn, share),
                        blocks.Value(blocks.ValueKind.PERCENT, str(each.agreed.minimum.normalize() + 0)),
                        _enough(each.judged),
                    ),
                    material.address("drawing-rights"),
                )
            ],
            source=Message(
                "What the partners brought, as a share of that and what was drawn down together, over all years of the "
                "convenant; as on %(on)s.",
                on=material.day,
            ),
        )


def _enough(judged: Judged) -> Value:
    if judged.is_enough is None:
        return blocks.words(Message("nothing to judge yet"))
    return (
        blocks.words(Message("reached"), "good") if judged.is_enough else blocks.words(Message("not reached"), "warn")
    )
