"""Numbers of organisations: each is held to the rule of its register."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_tracker.errors import FieldRefused
from alliance_tracker.organisations.identifiers import LOWEST_KBO, checked, searchable, written
from alliance_tracker.organisations.models import IdentifierScheme

KBO, OVO, SCHOOL, ASSOCIATION = IdentifierScheme


def with_check_digits(first_eight: int) -> str:
    """A KBO number: its last two digits are 97 minus the remainder of the first eight by 97."""
    return f"{first_eight:08}{97 - first_eight % 97:02}"


starts = st.integers(min_value=LOWEST_KBO // 100, max_value=19_999_999)


@given(starts)
def test_every_number_with_right_check_digits_is_taken(first_eight: int):
    number = with_check_digits(first_eight)
    assert checked(KBO, number) == number
    assert checked(KBO, written(KBO, number)) == number


@given(starts, st.integers(min_value=0, max_value=9), st.integers(min_value=1, max_value=9))
def test_no_number_with_one_digit_changed_is_taken(first_eight: int, place: int, shift: int):
    number = with_check_digits(first_eight)
    wrong = f"{number[:place]}{(int(number[place]) + shift) % 10}{number[place + 1 :]}"
    with pytest.raises(FieldRefused):
        checked(KBO, wrong)


@given(st.text(max_size=30))
def test_whatever_is_typed_gives_a_number_or_a_sentence(text: str):
    for scheme in IdentifierScheme:
        try:
            value = checked(scheme, text)
        except FieldRefused:
            continue
        assert len(value) <= 20
        assert value.isascii()
        assert checked(scheme, written(scheme, value)) == value


@pytest.mark.parametrize(
    "typed", ["0403.019.261", "0403019261", "BE 0403.019.261", "be0403019261", "403 019 261", " 0403 019 261 "]
)
def test_a_kbo_number_may_be_written_in_many_ways(typed: str):
    assert checked(KBO, typed) == "0403019261"
    assert written(KBO, checked(KBO, typed)) == "0403.019.261"


@pytest.mark.parametrize("typed", ["0000000196", "2000000054", "0403019262", "040301926", "04030192610", "abc", "-1"])
def test_what_is_no_enterprise_number_is_refused(typed: str):
    with pytest.raises(FieldRefused) as refused:
        checked(KBO, typed)
    assert refused.value.field == "identifier_kbo"


def test_a_number_may_begin_with_one():
    assert checked(KBO, with_check_digits(10_000_001)).startswith("10000001")


@pytest.mark.parametrize(
    ("scheme", "typed", "value"),
    [
        (OVO, "ovo 000 023", "OVO000023"),
        (SCHOOL, "036152", "36152"),
        (SCHOOL, "7", "7"),
        (ASSOCIATION, "v0001060", "V0001060"),
    ],
)
def test_the_other_numbers_are_kept_in_one_form(scheme: IdentifierScheme, typed: str, value: str):
    assert checked(scheme, typed) == value


@pytest.mark.parametrize(
    ("scheme", "typed"),
    [
        (OVO, "OVO00023"),
        (OVO, "000023"),
        (OVO, "OVO00002\u0663"),
        (SCHOOL, "0"),
        (SCHOOL, "1234567"),
        (SCHOOL, "12a"),
        (ASSOCIATION, "V001060"),
        (ASSOCIATION, "0001060"),
    ],
)
def test_another_number_that_breaks_its_rule_is_refused(scheme: IdentifierScheme, typed: str):
    with pytest.raises(FieldRefused):
        checked(scheme, typed)


def test_a_number_is_searched_as_it_is_stored():
    assert searchable("BE 0403.019") == "0403019"
    assert searchable("ovo 000") == "OVO000"
