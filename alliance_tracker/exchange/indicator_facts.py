"""What an alliance follows and could follow: goals, definitions, baselines and targets, looked up once."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from alliance_tracker.database import db, folded
from alliance_tracker.exchange import figure_cells
from alliance_tracker.exchange.figure_cells import Names
from alliance_tracker.goals.models import Goal
from alliance_tracker.i18n import local
from alliance_tracker.indicators.figures import Figure
from alliance_tracker.indicators.models import Baseline, Definition, Indicator, Target

#: What the columns of the baseline begin with.
BASELINE = "baseline_"


@dataclass
class Known:
    """What an alliance follows, and what it could follow, looked up once."""

    goals: Mapping[int, Goal]
    goals_by_title: Mapping[str, list[Goal]]
    definitions: Mapping[int, Definition]
    names: Names
    indicators: Mapping[int, Indicator]
    baselines: Mapping[int, Baseline]
    #: The newest of each period; a dropped one has no value.
    targets: Mapping[int, Mapping[int, Decimal | None]]

    @classmethod
    def of(cls, alliance_id: int) -> "Known":
        goals = {
            g.id: g
            for g in db().scalars(
                sa.select(Goal).where(Goal.alliance_id == alliance_id).order_by(Goal.position, Goal.id)
            )
        }
        by_title: dict[str, list[Goal]] = {}
        for goal in goals.values():
            by_title.setdefault(folded(goal.title), []).append(goal)
        indicators = db().scalars(
            sa.select(Indicator)
            .where(Indicator.alliance_id == alliance_id)
            .options(joinedload(Indicator.definition))
            .order_by(Indicator.goal_id, Indicator.id)
        )
        by_definition = {indicator.definition_id: indicator for indicator in indicators}
        owner = Definition.alliance_id
        offered = sa.and_(sa.or_(owner.is_(None), owner == alliance_id), Definition.retired_on.is_(None))
        definitions = {d.id: d for d in db().scalars(sa.select(Definition).where(offered))}
        definitions |= {i.definition_id: i.definition for i in by_definition.values()}
        baselines = {
            b.indicator_id: b
            for b in db().scalars(sa.select(Baseline).where(Baseline.alliance_id == alliance_id).order_by(Baseline.id))
        }
        targets: dict[int, dict[int, Decimal | None]] = {}
        for target in db().scalars(sa.select(Target).where(Target.alliance_id == alliance_id).order_by(Target.id)):
            targets.setdefault(target.indicator_id, {})[target.period] = target.value
        names = Names((d.id, d) for d in definitions.values())
        return cls(goals, by_title, definitions, names, by_definition, baselines, targets)

    def goal_name(self, goal: Goal) -> str:
        """How an export writes a goal: by its title, unless another has the same or it looks like a number."""
        same = self.goals_by_title[folded(goal.title)]
        return goal.title if len(same) == 1 and not goal.title.isdigit() else str(goal.id)

    def values(self, indicator: Indicator, *, exact: bool = True) -> dict[str, Any]:
        """What is known of an indicator, by column."""
        found: dict[str, Any] = {"goal": self.goal_name(self.goals[indicator.goal_id])}
        baseline = self.baselines.get(indicator.id)
        if baseline is not None:
            figure = Figure(baseline.state, baseline.value, baseline.numerator, baseline.denominator)
            figure = figure if exact else figure_cells.outside(figure, indicator.definition)
            found |= figure_cells.values_of(figure, BASELINE)
            found |= {f"{BASELINE}on": baseline.on, f"{BASELINE}source": baseline.source}
        targets = self.targets.get(indicator.id, {})
        found |= {f"target {period}": value for period, value in targets.items() if value is not None}
        return {key: value for key, value in found.items() if value not in (None, "")}

    def told(self, indicator: Indicator, *, exact: bool) -> dict[str, Any]:
        """A row of an export."""
        definition = indicator.definition
        return {
            "indicator": definition.key,
            "name": local(definition, "name"),
            "unit": str(definition.unit.label),
            "direction": str(definition.direction.label),
            **self.values(indicator, exact=exact),
        }
