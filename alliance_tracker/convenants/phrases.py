"""What a version says, in sentences: the same on the screen, in the PDF and in a comparison."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import flask_babel
import sqlalchemy as sa

from alliance_tracker.convenants.models import ConvenantVersion, VersionKind, VersionStatus
from alliance_tracker.convenants.reading import CommitmentText, Document, PartyText
from alliance_tracker.convenants.signatures import PartySheet, SignatureLine
from alliance_tracker.convenants.states import ConvenantState, state_of
from alliance_tracker.database import db, today
from alliance_tracker.i18n import Counted, Euro, Message
from alliance_tracker.organisations import identifiers


@dataclass(frozen=True)
class Percent:
    """A percentage in a sentence: 40%, 12.5%."""

    percent: Decimal

    def __str__(self) -> str:
        return f"{flask_babel.format_decimal(self.percent)}%"


# How it stands -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Banner:
    """How a version stands, above everything else. `tone` is that of a note on the screen."""

    tone: str
    heading: Message
    more: Message


def banner_of(version: ConvenantVersion) -> Banner:
    """How this version stands today, with its reason; at most one statement."""
    return _BANNERS[version.status](version)


def _draft(_version: ConvenantVersion) -> Banner:
    return Banner(
        "warn",
        Message("Draft: nothing is agreed yet."),
        Message("This text can still change. It is fixed once it is offered for signature."),
    )


def _offered(version: ConvenantVersion) -> Banner:
    return Banner(
        "warn",
        Message("Offered for signature since %(day)s: not in force yet.", day=version.offered_on),
        Message("The text is fixed. It comes into force once the party that joins has signed.")
        if version.kind is VersionKind.RIDER
        else Message("The text is fixed. It comes into force once VLAIO and every required party have signed."),
    )


def _in_force(version: ConvenantVersion) -> Banner:
    if state_of(version.convenant, today()) is ConvenantState.EXPIRED:
        return Banner(
            "",
            Message("Expired: its term ended on %(day)s.", day=version.convenant.ends_on),
            Message("It was in force since %(day)s.", day=version.in_force_on),
        )
    return Banner(
        "good",
        Message("In force since %(day)s.", day=version.in_force_on),
        Message("The party that joins has signed; it holds together with the text that it joins.")
        if version.kind is VersionKind.RIDER
        else Message("VLAIO and every required party have signed this text."),
    )


def _superseded(version: ConvenantVersion) -> Banner:
    former = version.based_on_id if version.kind is VersionKind.RIDER else version.id
    later = db().execute(
        sa.select(ConvenantVersion.number, ConvenantVersion.in_force_on)
        .where(
            ConvenantVersion.convenant_id == version.convenant_id,
            ConvenantVersion.id > former,
            ConvenantVersion.kind != VersionKind.RIDER,
            ConvenantVersion.in_force_on.is_not(None),
        )
        .order_by(ConvenantVersion.id)
        .limit(1)
    )
    number, since = later.one()
    return Banner(
        "",
        Message("Replaced by version %(number)s on %(day)s.", number=str(number), day=since),
        Message("It was in force since %(day)s.", day=version.in_force_on),
    )


def _withdrawn(version: ConvenantVersion) -> Banner:
    heading = (
        Message("Withdrawn: this version was never in force.")
        if version.offered_on
        else Message("Discarded: this draft was never offered.")
    )
    return Banner("bad", heading, Message("Reason: %(reason)s", reason=version.withdraw_reason))


def _terminated(version: ConvenantVersion) -> Banner:
    convenant = version.convenant
    return Banner(
        "bad",
        Message("Terminated: its last day was %(day)s.", day=convenant.terminated_on),
        Message("Reason: %(reason)s", reason=convenant.terminate_reason),
    )


_BANNERS = {
    VersionStatus.DRAFT: _draft,
    VersionStatus.OFFERED: _offered,
    VersionStatus.IN_FORCE: _in_force,
    VersionStatus.SUPERSEDED: _superseded,
    VersionStatus.WITHDRAWN: _withdrawn,
    VersionStatus.TERMINATED: _terminated,
}


# What it says ------------------------------------------------------------------------------------------------------


def term(starts_on: date, ends_on: date) -> Message:
    """The term; both days belong to it."""
    return Message("From %(since)s to %(until)s, both days included.", since=starts_on, until=ends_on)


def identifier(party: PartyText) -> str:
    """The numbers by which a party is known."""
    return "; ".join(f"{scheme.label} {identifiers.written(scheme, value)}" for scheme, value in party.identifiers)


def signing_of(party: PartyText) -> tuple[Message, ...]:
    """How this party signs."""
    found = [
        Message("Its signature is required.")
        if party.is_required
        else Message("It may sign afterwards: the convenant does not wait for it.")
    ]
    if party.signatures_needed > 1:
        found.append(Counted("%(n)s person signs for it.", "%(n)s people sign for it.", n=party.signatures_needed))
    if party.signs_as:
        found.append(Message("Signs: %(function)s.", function=party.signs_as))
    if party.decided_by:
        found.append(Message("Decides: %(body)s.", body=party.decided_by))
    return tuple(found)


def bearers_of(commitment: CommitmentText) -> str:
    """Who bears a commitment, each with its share if they are several."""
    if len(commitment.bearers) == 1:
        return commitment.bearers[0].name
    return "; ".join(f"{bearer.name} ({Percent(bearer.share)})" for bearer in commitment.bearers)


def worth_of(commitment: CommitmentText) -> Message | None:
    """What one unit in kind counts for."""
    if commitment.unit_value is None:
        return None
    return Message(
        "Counts for %(amount)s per unit (%(unit)s).", amount=Euro(commitment.unit_value), unit=commitment.unit.label
    )


def money_of(text: Document) -> tuple[Message, ...]:
    """The drawing right and the co-financing in words; the ceilings per year stand in a table."""
    if not text.has_money:
        return (Message("No money is granted under this convenant, and no co-financing is asked."),)
    found: list[Message] = []
    if text.rights:
        found.append(
            Counted(
                "VLAIO decides on a drawdown within %(n)s day.",
                "VLAIO decides on a drawdown within %(n)s days.",
                n=text.decision_days,
            )
        )
    minimum = text.minimum_cofinancing
    if minimum is None:
        found.append(Message("No minimum of co-financing is agreed."))
        return tuple(found)
    found.append(
        Message(
            "The partners together bear at least %(percent)s of the whole: what they bring in, in money and in kind, "
            "and what is drawn, counted together.",
            percent=Percent(minimum),
        )
    )
    if text.cofinancing_example:
        drawn, brought = text.cofinancing_example
        found.append(
            Message(
                "When %(drawn)s is drawn, they bring in at least %(brought)s.", drawn=Euro(drawn), brought=Euro(brought)
            )
        )
    return tuple(found)


# Signatures --------------------------------------------------------------------------------------------------------


def missing_of(sheet: PartySheet) -> Message | None:
    """Which signatures of a party are still awaited, in words; None when there are none."""
    if not sheet.missing:
        return None
    if sheet.missing < sheet.needed:
        return Counted("%(n)s more signature is awaited.", "%(n)s more signatures are awaited.", n=sheet.missing)
    if sheet.is_required:
        return Message("Not signed yet.")
    return Message("Not signed; the convenant does not wait for it.")


def still_signs(version: ConvenantVersion) -> Message:
    """What is said of a party that did not sign what is in force, and can."""
    return Message("Has not signed; can still sign until %(day)s.", day=version.ends_on)


def decided_of(line: SignatureLine, sheet: PartySheet) -> Message | None:
    """When the council, college or board behind a signature decided."""
    if line.decision_on is None:
        return None
    if sheet.decided_by:
        return Message("Decided by %(body)s on %(day)s", body=sheet.decided_by, day=line.decision_on)
    return Message("Decided on %(day)s", day=line.decision_on)


HASH_MEANS = Message(
    "This is the SHA-256 fingerprint of the text as it was offered. Whoever holds a copy can compare: one changed "
    "letter gives another fingerprint."
)
