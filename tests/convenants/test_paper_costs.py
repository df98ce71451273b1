"""A document costs the same number of statements however much it says."""

from datetime import date

import pytest
from flask import Flask

from alliance_tracker.convenants import agreements
from alliance_tracker.convenants import service as convenants
from alliance_tracker.database import db, transaction
from alliance_tracker.evidence import service as evidence
from alliance_tracker.policy import SYSTEM, Role
from tests.builders import make_actor, make_alliance, make_user, promise, reload_version
from tests.convenants.making import Rich, rich_draft
from tests.strict_client import StrictClient

#: Page to the most statements it may send, with the session's own.
CEILINGS = {
    "versions/{version}": 34,
    "versions/{version}/convenant.pdf": 34,
    "compare?a={version}&b={version}": 54,
    "agreements": 12,
}


def grow(rich: Rich, how_many: int) -> None:
    manager = make_actor(Role.PROJECT_MANAGER)
    version = reload_version(rich.version)
    for number in range(how_many):
        with transaction():
            convenants.add_commitment(version, promise(rich.town, rich.school), actor=SYSTEM)
            agreements.record(
                rich.alliance,
                agreements.Draft(f"Overeenkomst {number}", date(2026, 1, 2), date(2026, 1, 2), parties="Stad"),
                [evidence.Upload("a.pdf", b"%PDF-1.7")],
                limits=evidence.Limits(10**6, 10**7),
                actor=manager,
            )
        version = reload_version(version)


@pytest.mark.parametrize("path", list(CEILINGS))
def test_a_page_costs_the_same_with_twenty_commitments(
    app: Flask, client: StrictClient, statements: list[str], path: str
) -> None:
    with app.test_request_context("/"):
        make_user(Role.PROJECT_MANAGER, email="vlaio@example.org")
        alliance = make_alliance()
        rich = rich_draft(alliance)
        grow(rich, 2)
        address = f"/alliances/{alliance.slug}/convenant/{path.format(version=rich.version.id)}"
    client.sign_in("vlaio@example.org")

    def cost() -> int:
        client.browser.get(address)
        statements.clear()
        assert client.browser.get(address).status_code == 200
        return len(statements)

    few = cost()
    with app.test_request_context("/"):
        rich = Rich(db().merge(rich.alliance), db().merge(rich.town), db().merge(rich.school), rich.version)
        grow(rich, 18)
    assert cost() == few
    assert few <= CEILINGS[path]
