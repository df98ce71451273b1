"""States that follow from other columns and the day: never typed, never stored, the same in Python and in SQL.

A derivation is an ordered list of rules; the first one that holds gives the state. Each rule is one function of a row
and a day. Given a row it answers yes or no, given the mapped class it answers with a condition, because the comparisons
below mean the same for both. So a list, a count and a page cannot disagree about who is late.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from alliance_tracker.i18n import Labelled

S = TypeVar("S", bound=Labelled)

#: A rule looks at a row (or at its mapped class) on a day (Brussels, the whole of it).
Rule = Callable[[Any, date], Any]


def _is_sql(value: Any) -> bool:
    return hasattr(value, "is_not")


def present(value: Any) -> Any:
    """The column holds something."""
    return value.is_not(None) if _is_sql(value) else value is not None


def absent(value: Any) -> Any:
    """The column holds nothing."""
    return value.is_(None) if _is_sql(value) else value is None


def holds(value: Any) -> Any:
    """The column says yes."""
    return value.is_(True) if _is_sql(value) else bool(value)


def before(value: Any, other: Any) -> Any:
    """`value` comes before `other`; what is not there does not."""
    if _is_sql(value) or _is_sql(other):
        known = [each.is_not(None) for each in (value, other) if _is_sql(each)]
        return sa.and_(*known, value < other)
    return value is not None and other is not None and value < other


def until(value: Any, other: Any) -> Any:
    """`value` is `other` or comes before it; what is not there does not."""
    if _is_sql(value):
        return sa.and_(value.is_not(None), value <= other)
    return value is not None and value <= other


def among(value: Any, values: Sequence[Any]) -> Any:
    """The column holds one of these."""
    return value.in_(values) if _is_sql(value) else value in values


def fails(condition: Any) -> Any:
    """This does not hold; `condition` has to answer yes or no, never unknown."""
    return ~condition if isinstance(condition, sa.ColumnElement) else not condition


def either(value: Any, *others: Any) -> Any:
    """One of these holds."""
    found = value
    for other in others:
        found = found | other
    return found


class Derivation(Generic[S]):
    """The rules by which one kind of row has its state."""

    def __init__(self, kind: type[S], rules: Sequence[tuple[S, Rule]], otherwise: S) -> None:
        self.kind = kind
        self.rules = tuple(rules)
        self.otherwise = otherwise

    def of(self, row: Any, day: date) -> S:
        """The state of `row` on `day`; any object with the columns that the rules look at will do."""
        return next((state for state, holds in self.rules if holds(row, day)), self.otherwise)

    def sql(self, table: Any, day: date) -> sa.ColumnElement[str]:
        """The same as an expression over the mapped class (or an alias of it): the value of the state."""
        whens = [(holds(table, day), sa.literal(str(state.value))) for state, holds in self.rules]
        return sa.case(*whens, else_=sa.literal(str(self.otherwise.value)))

    def is_in(self, states: Sequence[S], table: Any, day: date) -> sa.ColumnElement[bool]:
        """A condition for lists and counts: the state of a row is one of these."""
        return self.sql(table, day).in_([str(state.value) for state in states])
