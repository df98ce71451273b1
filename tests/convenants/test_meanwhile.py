"""Signing, offering and writing at the same moment: the last signatures meet, and nobody signs what was not offered."""

from threading import Barrier

import sqlalchemy as sa
from flask import Flask

from alliance_tracker import audit
from alliance_tracker.commitments.models import CommitmentWording
from alliance_tracker.convenants import service as convenants
from alliance_tracker.convenants import signing
from alliance_tracker.convenants.models import ConvenantVersion, Signature, VersionStatus
from alliance_tracker.database import db, today, transaction
from alliance_tracker.errors import EditConflict, Refused
from alliance_tracker.policy import SYSTEM, Actor, Role
from tests.builders import make_actor, make_alliance, make_draft_convenant, make_partner, promise, reload_version
from tests.test_concurrency import at_once

#: At least one signature for each of VLAIO and the seven partners, all at the same moment.
PARTNERS = 7


def _meet(everybody: Barrier) -> None:
    """Wait until each has read what it will act on; SQLite lets only one at a time come so far."""
    if db().get_bind().dialect.name == "postgresql":
        everybody.wait(timeout=20)


def _loaded(version_id: int) -> ConvenantVersion:
    found = convenants.version_by_id(version_id)
    assert found is not None
    return found


def test_signatures_at_the_same_moment_bring_it_into_force_and_each_counts_once(app: Flask) -> None:
    with app.test_request_context("/"):
        alliance = make_alliance()
        version = make_draft_convenant(alliance, parties=[make_partner(alliance) for _ in range(PARTNERS)])
        manager = make_actor(Role.PROJECT_MANAGER)
        with transaction():
            signing.offer(reload_version(version), actor=manager)
        version_id = version.id
    everybody = Barrier(PARTNERS + 1)

    def sign(number: int) -> str:
        with transaction():
            version = _loaded(version_id)
            _meet(everybody)
            mine = signing.Signing("An", "directeur", today())
            signing.record_paper(version, version.parties[number], mine, actor=manager)
        return "signed"

    assert at_once(app, sign) == ["signed"] * (PARTNERS + 1)
    with app.test_request_context("/"):
        assert _loaded(version_id).status is VersionStatus.IN_FORCE
        assert audit.verify(db()).broken_id is None


def test_one_place_takes_one_signature_whoever_comes_at_the_same_moment(app: Flask) -> None:
    with app.test_request_context("/"):
        alliance = make_alliance()
        partner = make_partner(alliance)
        version = make_draft_convenant(alliance, parties=[partner])
        manager = make_actor(Role.PROJECT_MANAGER)
        with transaction():
            signing.offer(reload_version(version), actor=manager)
        version_id, signer = version.id, make_actor(Role.PARTNER, organisation_id=partner.organisation_id)
    everybody = Barrier(PARTNERS + 1)

    def sign(_number: int) -> str:
        with transaction():
            version = _loaded(version_id)
            party = next(party for party in version.parties if not party.is_vlaio)
            _meet(everybody)
            signing.sign(version, party, signing.Signing("An", "directeur", today()), actor=signer)
        return "signed"

    results = at_once(app, sign)
    assert results.count("signed") == 1, results
    assert sum(isinstance(result, Refused) for result in results) == PARTNERS, results
    with app.test_request_context("/"):
        assert db().scalar(sa.select(sa.func.count()).select_from(Signature)) == 1


def test_what_is_added_while_it_is_offered_is_in_the_document_or_refused(app: Flask) -> None:
    with app.test_request_context("/"):
        alliance = make_alliance()
        partner = make_partner(alliance)
        version = make_draft_convenant(alliance, parties=[partner])
        version_id, written = version.id, promise(partner)
        manager: Actor = make_actor(Role.PROJECT_MANAGER)
    everybody = Barrier(PARTNERS + 1)

    def act(number: int) -> str:
        with transaction():
            version = _loaded(version_id)
            _meet(everybody)
            if number == 0:
                signing.offer(version, actor=manager)
            else:
                convenants.add_commitment(version, written, actor=SYSTEM)
        return "done"

    results = at_once(app, act)
    assert all(result == "done" or isinstance(result, (Refused, EditConflict)) for result in results), results
    assert results[0] == "done", results
    with app.test_request_context("/"):
        version = _loaded(version_id)
        kept = db().scalar(
            sa.select(sa.func.count())
            .select_from(CommitmentWording)
            .where(CommitmentWording.convenant_version_id == version_id)
        )
        assert version.document is not None
        assert kept == len(version.document["commitments"])
