"""What a text in force says when organisations that it names take part no more: who bears what in their place.

An addendum begins with it, and its draft says what it leaves out.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import sqlalchemy as sa

from alliance_tracker.alliances.models import Partner
from alliance_tracker.commitments import instalments, shares, wordings
from alliance_tracker.commitments.models import CommitmentWording, Instalment, Side, Unit
from alliance_tracker.commitments.states import is_open
from alliance_tracker.convenants.drafting import PartyDraft, party_draft_of
from alliance_tracker.convenants.models import ConvenantVersion, VersionKind, VersionStatus
from alliance_tracker.convenants.service import in_force
from alliance_tracker.database import db
from alliance_tracker.i18n import Message
from alliance_tracker.organisations.models import Organisation, OrganisationStatus

#: Shares are in percent, with two decimals.
STEP = Decimal("0.01")


@dataclass(frozen=True)
class Passing:
    """Who takes part in a convenant today, and who bears what in the place of whom."""

    #: By id, with the side on which each stands.
    present: Mapping[int, Side]
    #: By commitment and the organisation that the text names.
    heirs: Mapping[tuple[int, int], int]

    def bearer(self, commitment_id: int, named_id: int) -> int | None:
        """Who bears the part of an organisation that the text names; None when nobody does."""
        heir = self.heirs.get((commitment_id, named_id))
        return next((each for each in (heir, named_id) if each in self.present), None)

    def parties(self, texts: Iterable[ConvenantVersion]) -> list[PartyDraft]:
        """The parties of these texts that take part today, and after them the heirs that are none of them yet."""
        texts = list(texts)
        found = {
            party.organisation_id: party_draft_of(party)
            for text in texts
            for party in text.parties
            if party.organisation_id in self.present
        }
        for text in texts:
            for wording in text.wordings:
                for row in wording.bearers:
                    bearer = self.bearer(wording.commitment_id, row.organisation_id)
                    if bearer is not None and bearer not in found:
                        found[bearer] = PartyDraft(bearer, self.present[bearer])
        return list(found.values())

    def written(self, wording: CommitmentWording) -> wordings.Draft | None:
        """What a commitment says with those who bear it today; None when nobody does.

        A part that nobody took over is promised no more: the others promise what they promised before.
        """
        draft = wordings.draft_of(wording)
        borne: dict[int, Decimal] = {}
        for named, share in draft.bearers.items():
            bearer = self.bearer(wording.commitment_id, named)
            if bearer is not None:
                borne[bearer] = borne.get(bearer, Decimal(0)) + share
        if not borne:
            return None
        coordinator = self.bearer(wording.commitment_id, draft.coordinator_id) if draft.coordinator_id else None
        draft = replace(draft, coordinator_id=coordinator)
        if sum(borne.values()) == shares.WHOLE:
            return replace(draft, bearers=borne)
        lost = {named for named in draft.bearers if self.bearer(wording.commitment_id, named) is None}
        years = {
            year: replace(each, quantity=_without(lost, each.quantity, draft.bearers, draft.unit))
            for year, each in draft.years.items()
        }
        return replace(draft, bearers=_whole(borne), years=years)


def _without(lost: Collection[int], quantity: Decimal, parts_of: Mapping[int, Decimal], unit: Unit) -> Decimal:
    parts = shares.divide(quantity, parts_of, unit)
    return sum((part for bearer, part in parts.items() if bearer not in lost), Decimal(0))


def _whole(borne: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """The same proportions, as shares that add up to 100 %; what rounding leaves over is with the largest."""
    total = sum(borne.values())
    found = {bearer: max((share * shares.WHOLE / total).quantize(STEP), STEP) for bearer, share in borne.items()}
    largest = max(found, key=lambda bearer: found[bearer])
    found[largest] += shares.WHOLE - sum(found.values())
    return found


def passing_of(convenant_id: int, texts: Sequence[ConvenantVersion]) -> Passing:
    """Who takes part today of those whom these texts name, or who took something over from them."""
    heirs = instalments.bearers_now(convenant_id, [row for text in texts for row in text.wordings])
    alliances = {text.alliance_id for text in texts}
    partners = db().scalars(
        sa.select(Partner.organisation_id)
        .join(Organisation, Organisation.id == Partner.organisation_id)
        .where(
            Partner.alliance_id.in_(alliances),
            Partner.organisation_id.in_(set(heirs.values())),
            Partner.until.is_(None),
            Organisation.status == OrganisationStatus.ACTIVE,
        )
    )
    present = dict.fromkeys(partners, Side.PARTNER)
    present |= {party.organisation_id: party.side for text in texts for party in text.parties if party.takes_part}
    return Passing(present, heirs)


def is_taken_up(version: ConvenantVersion, rider: ConvenantVersion) -> bool:
    """Whether a new text says what a rider says, so that it comes in its place.

    The party of the rider is a party of the text; or it takes part no more, and nothing is open of what it promised
    that the text does not take up.
    """
    joined = {party.organisation_id for party in rider.parties if party.takes_part}
    if joined:
        return joined <= {party.organisation_id for party in version.parties}
    besides = {row.commitment_id for row in rider.wordings} - {row.commitment_id for row in version.wordings}
    left_open = sa.select(Instalment.id).where(Instalment.commitment_id.in_(besides), is_open(Instalment))
    return db().scalar(left_open.limit(1)) is None


def in_words(version: ConvenantVersion) -> list[Message]:
    """What the draft of an addendum says otherwise than what is in force, because somebody takes part no more; and what
    it says no more.

    It is asked anew each time: somebody may have left, or may have taken something over, since the draft began.
    """
    if version.kind is not VersionKind.ADDENDUM or version.status is not VersionStatus.DRAFT:
        return []
    texts = [
        text
        for text in in_force(version.convenant_id)
        if text.kind is not VersionKind.RIDER or is_taken_up(version, text)
    ]
    passing = passing_of(version.convenant_id, texts)
    return [*_parties_in_words(version, texts), *_commitments_in_words(version, texts, passing)]


def _parties_in_words(version: ConvenantVersion, texts: Iterable[ConvenantVersion]) -> Iterator[Message]:
    named = {party.organisation_id for party in version.parties}
    gone = {
        party.organisation_id: party.organisation.name
        for text in texts
        for party in text.parties
        if not party.takes_part and party.organisation_id not in named
    }
    for name in gone.values():
        yield Message("%(name)s takes part no more: it is no party of this draft.", name=name)


def _commitments_in_words(
    version: ConvenantVersion, texts: Iterable[ConvenantVersion], passing: Passing
) -> Iterator[Message]:
    written = {row.commitment_id: row for row in version.wordings}
    heirs = {
        row.id: row.name
        for row in db().scalars(sa.select(Organisation).where(Organisation.id.in_(set(passing.heirs.values()))))
    }
    for wording in {row.commitment_id: row for text in texts for row in text.wordings}.values():
        number, here = f"V{wording.commitment.number}", written.get(wording.commitment_id)
        if here is None:
            yield Message(
                "%(commitment)s is in force and not in this draft: what is still open of it ends once the addendum is "
                "in force.",
                commitment=number,
            )
        borne = {row.organisation_id for row in here.bearers} if here is not None else set()
        for row in wording.bearers:
            bearer = passing.bearer(wording.commitment_id, row.organisation_id)
            words = {"commitment": number, "name": row.organisation.name}
            if bearer is None and row.organisation_id not in borne:
                yield Message("%(commitment)s: nobody took over what %(name)s promised.", **words)
            elif bearer is not None and bearer != row.organisation_id:
                yield (
                    Message("%(commitment)s: %(heir)s took over what %(name)s promised.", heir=heirs[bearer], **words)
                    if bearer in borne
                    else Message(
                        "%(commitment)s: %(heir)s took over what %(name)s promised; it does not bear it here.",
                        heir=heirs[bearer],
                        **words,
                    )
                )
