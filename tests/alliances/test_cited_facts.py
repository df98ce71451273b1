"""Cited facts: one a line, the source apart and linked where it is an address."""

import pytest
from flask import Flask

from alliance_tracker.alliances.cited import CitedFact, cited_facts
from alliance_tracker.database import transaction
from alliance_tracker.policy import Role
from tests.builders import make_alliance, make_user
from tests.strict_client import StrictClient


@pytest.mark.parametrize(
    ("line", "fact"),
    [
        ("Vijf gemeenten.", CitedFact("Vijf gemeenten.")),
        ("71 % bereikt. (Advies, hoofdstuk 2.)", CitedFact("71 % bereikt.", "Advies, hoofdstuk 2.")),
        (
            "44 domeinen (waarvan 3 STEM). (Advies (mei 2025))",
            CitedFact("44 domeinen (waarvan 3 STEM).", "Advies (mei 2025)"),
        ),
        (
            "Bereik. (https://a.example/x?y=1)",
            CitedFact("Bereik.", "https://a.example/x?y=1", "https://a.example/x?y=1"),
        ),
        ("Bereik. (Jaarverslag, https://a.example/x.)", CitedFact("Bereik.", "Jaarverslag", "https://a.example/x")),
        ("Bereik: https://a.example/x.", CitedFact("Bereik", "https://a.example/x", "https://a.example/x")),
        ("https://a.example/x", CitedFact("https://a.example/x", "https://a.example/x", "https://a.example/x")),
        ("(tussen haken)", CitedFact("(tussen haken)")),
        ("Bereik. (javascript:alert)", CitedFact("Bereik.", "javascript:alert")),
    ],
)
def test_the_source_of_a_line_stands_apart(line: str, fact: CitedFact) -> None:
    assert cited_facts(line) == (fact,)


def test_each_line_that_says_something_is_a_fact() -> None:
    assert [fact.text for fact in cited_facts("Een.\r\n\n  Twee.  \n")] == ["Een.", "Twee."]
    assert cited_facts("") == ()


def test_the_page_lists_the_facts_and_links_their_sources(app: Flask, client: StrictClient) -> None:
    with app.test_request_context("/"):
        alliance = make_alliance("Kempen")
        with transaction():
            alliance.cited_facts = "Een <b>feit</b>. (https://a.example/x)\nNog een."
        make_user(Role.OBSERVER, email="otto@example.org")
    client.sign_in("otto@example.org")
    page = client.get("/alliances/kempen")
    assert "https://a.example/x" in page.links
    assert client.response is not None
    assert "<li>Een &lt;b&gt;feit&lt;/b&gt;.<br>" in client.response.text
    assert "<li>Nog een.</li>" in client.response.text
