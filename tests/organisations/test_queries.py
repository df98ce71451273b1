"""Reading the register: search, filters, pages, and what a typed text points at."""

from datetime import date

import pytest

from alliance_tracker.database import db, today, transaction
from alliance_tracker.errors import NotFound
from alliance_tracker.organisations import listing, partnerships, queries, service
from alliance_tracker.organisations.listing import Filter
from alliance_tracker.organisations.models import IdentifierScheme, OrganisationKind, OrganisationStatus, Pillar
from alliance_tracker.policy import SYSTEM, Role
from tests.builders import make_actor, make_alliance, make_organisation, make_partner, municipality

pytestmark = pytest.mark.usefixtures("context")


def names(asked: Filter, page: int = 1) -> list[str]:
    """The names in the list, but for VLAIO, which every register has."""
    return [row.name for row in listing.listing(asked, page, actor=SYSTEM).rows if row.name != service.OFFICE_NAME]


def close(organisation) -> None:
    with transaction():
        service.close(organisation, on=today(), reason="-", actor=SYSTEM)


def test_the_list_is_in_the_order_of_the_folded_name():
    for name in ("Zee", "école", "Eik", "aap"):
        make_organisation(name)
    assert names(Filter()) == ["aap", "école", "Eik", "Zee"]


def test_the_search_finds_words_in_any_order_accents_former_names_and_numbers():
    zee = queries.organisation(make_organisation("Café de Zee", identifiers={IdentifierScheme.KBO: "0403019261"}).id)
    make_organisation("Zeehond")
    with transaction():
        service.rename(zee, name="De Oceaan", on=today(), reason="-", actor=SYSTEM)
    for q in ("zee cafe", "CAFÉ", "oceaan", "0403.019", "BE0403"):
        assert names(Filter(q=q)) == ["De Oceaan"], q
    row = listing.listing(Filter(q="cafe"), 1, actor=SYSTEM).rows[0]
    assert row.former_name == "Café de Zee"
    assert listing.listing(Filter(q="oceaan"), 1, actor=SYSTEM).rows[0].former_name == ""


@pytest.mark.parametrize("q", ["%", "_", "\\", "'", "%%%%"])
def test_signs_of_the_database_are_only_signs(q: str):
    make_organisation("Gewoon")
    assert names(Filter(q=q)) == []


def test_each_filter_narrows_and_the_counts_say_what_the_others_would_give():
    make_organisation("Bedrijf", OrganisationKind.COMPANY, where=["Geel", "Gent"])
    make_organisation("School", OrganisationKind.SECONDARY_SCHOOL, where=["Olen"])
    close(make_organisation("Winkel", OrganisationKind.COMPANY, where=["Mol"]))
    assert names(Filter(kind=OrganisationKind.COMPANY)) == ["Bedrijf"]
    assert names(Filter(pillar=Pillar.EDUCATION)) == ["School"]
    assert names(Filter(region_code="REFREG03")) == ["Bedrijf", "School"]
    assert names(Filter(region_code="REFREG13")) == ["Bedrijf"]
    assert names(Filter(municipality="ole")) == ["School"]
    assert names(Filter(status=OrganisationStatus.CLOSED)) == ["Winkel"]
    assert names(Filter(status=None)) == ["Bedrijf", "School", "Winkel"]
    assert names(Filter(kind=OrganisationKind.COMPANY, pillar=Pillar.EDUCATION)) == []
    found = listing.listing(Filter(pillar=Pillar.EDUCATION, region_code="REFREG03"), 1, actor=SYSTEM)
    assert found.total == 1
    assert found.pillars == {
        Pillar.ECONOMY: 1,
        Pillar.EDUCATION: 1,
        Pillar.GOVERNMENT: 0,
        Pillar.CIVIL_SOCIETY: 0,
    }
    assert found.rows[0].municipalities == ("Olen",)


def test_pages_hold_fifty_and_a_page_past_the_end_is_the_last():
    for number in range(53):
        make_organisation(f"Zelfde naam {number:03}")
    first, last = listing.listing(Filter(), 1, actor=SYSTEM), listing.listing(Filter(), 99, actor=SYSTEM)
    assert (len(first.rows), first.total, first.pages) == (50, 54, 2)
    assert (len(last.rows), last.page) == (4, 2)
    assert not {r.id for r in first.rows} & {r.id for r in last.rows}


def test_the_list_counts_only_the_alliances_that_the_reader_may_see():
    organisation, mine, other = make_organisation("Overal"), make_alliance(), make_alliance()
    make_partner(mine, organisation)
    make_partner(other, organisation)
    coordinator = make_actor(Role.COORDINATOR, alliance_id=mine.id)
    assert listing.listing(Filter(q="Overal"), 1, actor=SYSTEM).rows[0].alliances == 2
    assert listing.listing(Filter(q="Overal"), 1, actor=coordinator).rows[0].alliances == 1
    assert [p.slug for p in partnerships.partnerships(organisation.id, actor=coordinator)] == [mine.slug]
    assert len(partnerships.partnerships(organisation.id, actor=SYSTEM)) == 2


def statements_of(statements: list[str], read) -> int:
    db().expire_all()
    statements.clear()
    read()
    return len([s for s in statements if s.startswith("SELECT")])


def test_the_list_asks_the_same_number_of_statements_for_five_and_for_fifty(statements: list[str]):
    def read() -> None:
        listing.listing(Filter(q="nummer", status=None), 1, actor=SYSTEM)
        queries.search("nummer")

    for number in range(5):
        make_organisation(f"Nummer {number}", where=["Geel", "Olen"])
    few = statements_of(statements, read)
    for number in range(5, 50):
        make_organisation(f"Nummer {number}", where=["Geel", "Olen"])
    assert statements_of(statements, read) == few <= 8


def test_search_while_typing_offers_ten_active_ones_that_begin_so_first():
    for number in range(12):
        make_organisation(f"De Stem {number:02}")
    make_organisation("Stemacademie", OrganisationKind.STEM_ACADEMY, where=["Herentals"])
    close(make_organisation("Stemloos"))
    found = queries.search("stem")
    assert len(found) == 10
    assert found[0].name == "Stemacademie"
    assert "Stemloos" not in {f.name for f in found}
    assert found[0].municipalities == ("Herentals",)
    assert "Herentals" in found[0].words
    assert queries.search("  ") == []


def meant(text: str) -> queries.Found:
    found = queries.resolve(text).found
    assert found is not None
    return found


def test_a_text_points_at_one_organisation_or_at_those_it_may_mean():
    one = make_organisation(
        "Sint-Jozef", OrganisationKind.SECONDARY_SCHOOL, identifiers={IdentifierScheme.SCHOOL: "36152"}
    )
    make_organisation("Sint-Jozef Geel")
    two = [make_organisation("Chiro"), make_organisation("Chiro")]
    assert meant("sint-jozef").id == one.id
    assert meant("36152").id == one.id
    assert meant(f"id:{two[1].id}").id == two[1].id
    assert meant("jozef geel").name == "Sint-Jozef Geel"
    assert {m.id for m in queries.resolve("chiro").matches} == {o.id for o in two}
    assert len(queries.resolve("jozef").matches) == 2
    for nothing in ("", "bestaat niet", "id:", "id:999999999999999", "id:x", "id:0"):
        assert queries.resolve(nothing) == queries.Resolution(None), nothing
    close(one)
    assert queries.resolve(f"id:{one.id}").found is None


def test_an_unknown_organisation_is_not_found():
    with pytest.raises(NotFound):
        queries.organisation(4711)


def test_partnerships_of_today_come_first():
    organisation = make_organisation()
    old, new = make_alliance("Oud"), make_alliance("Nieuw")
    partner = make_partner(old, organisation)
    make_partner(new, organisation, since=date(2026, 2, 1))
    from alliance_tracker.alliances import partners

    with transaction():
        partners.leave(partner, on=today(), reason="-", actor=SYSTEM)
    assert [p.alliance for p in partnerships.partnerships(organisation.id, actor=SYSTEM)] == ["Nieuw", "Oud"]
    assert municipality("Geel").id
