"""What the forms of a convenant make of what was typed."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from alliance_tracker.convenants.commitment_forms import equal_shares, last_day_of


@given(st.sets(st.integers(1, 10_000), min_size=1, max_size=60))
def test_equal_shares_are_a_hundred_percent_and_differ_by_a_rounding_at_most(bearers: set[int]) -> None:
    shares = equal_shares(bearers)
    assert sum(shares.values()) == 100
    assert set(shares) == bearers
    assert all(share > 0 for share in shares.values())
    assert max(shares.values()) - min(shares.values()) <= Decimal("0.01") * len(bearers)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(0, 4000), st.data())
def test_the_usual_due_date_lies_in_the_term_and_in_its_year(starts_on: date, days: int, data: st.DataObject) -> None:
    ends_on = date.fromordinal(starts_on.toordinal() + days)
    year = data.draw(st.integers(starts_on.year, ends_on.year))
    found = last_day_of(year, starts_on, ends_on)
    assert starts_on <= found <= ends_on
    assert found.year == year
