"""Who signed a version and who still has to: the one part of its page that grows after it was offered."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from alliance_tracker.convenants.models import ConvenantVersion, Party, Signature, SignatureMethod, VersionStatus
from alliance_tracker.convenants.reading import Document
from alliance_tracker.database import db
from alliance_tracker.evidence import service as evidence
from alliance_tracker.evidence.models import Evidence
from alliance_tracker.i18n import Message

#: What the scan of a signature on paper is attached to.
PROVEN = "convenant_signature"


@dataclass(frozen=True)
class SignatureLine:
    """One person's signature. A struck one was recorded wrongly: it is shown, and does not count."""

    id: int
    name: str
    function: str
    method: SignatureMethod
    signed_on: date
    decision_on: date | None
    is_struck: bool
    strike_reason: str
    scans: tuple[Evidence, ...]


@dataclass(frozen=True)
class PartySheet:
    """The place of one party under the document."""

    name: str
    organisation_id: int
    is_vlaio: bool
    is_required: bool
    signs_as: str
    decided_by: str
    needed: int
    lines: tuple[SignatureLine, ...]

    @property
    def missing(self) -> int:
        """How many people still have to sign for it."""
        return max(0, self.needed - sum(not line.is_struck for line in self.lines))


def sheet_of(version: ConvenantVersion, text: Document) -> tuple[PartySheet, ...]:
    """The parties in the order of the document, named as in it, each with its signatures; one statement."""
    signed = [str(row.id) for party in version.parties for row in party.signatures]
    scans = evidence.of(PROVEN, signed)
    rows = {party.organisation_id: party for party in version.parties}
    return tuple(
        PartySheet(
            name=party.name,
            organisation_id=party.organisation_id,
            is_vlaio=party.is_vlaio,
            is_required=party.is_required,
            signs_as=party.signs_as,
            decided_by=party.decided_by,
            needed=party.signatures_needed,
            lines=_lines(rows[party.organisation_id], scans) if party.organisation_id in rows else (),
        )
        for party in text.parties
    )


def _lines(party: Party, scans: dict[str, list[Evidence]]) -> tuple[SignatureLine, ...]:
    return tuple(
        SignatureLine(
            id=row.id,
            name=row.name,
            function=row.function,
            method=row.method,
            signed_on=row.signed_on,
            decision_on=row.decision_on,
            is_struck=row.struck_at is not None,
            strike_reason=row.strike_reason,
            scans=tuple(scan for scan in scans[str(row.id)] if scan.withdrawn_at is None),
        )
        for row in party.signatures
    )


def hold(scan: Evidence) -> Message | None:
    """Why the scan of a signature cannot be withdrawn: the signature counts, and would then stand without its proof."""
    found = db().execute(
        sa.select(Signature.struck_at, ConvenantVersion.status)
        .join(ConvenantVersion, ConvenantVersion.id == Signature.convenant_version_id)
        .where(Signature.id == int(scan.subject_key))
    )
    struck_at, status = found.one()
    if struck_at is not None or status is VersionStatus.WITHDRAWN:
        return None
    if status is VersionStatus.OFFERED:
        return Message("This scan proves a signature that counts. Was it recorded wrongly? Strike out the signature.")
    return Message("This scan proves a signature under a version that came into force: it stays.")
