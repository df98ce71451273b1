"""The blocks of a section as plain data and back; the shape of `document.SHAPE`, and of those before it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from alliance_tracker.i18n import InTwoLanguages
from alliance_tracker.impact_reports.blocks import (
    Block,
    Column,
    Course,
    Fact,
    Figures,
    Point,
    Quote,
    Row,
    Table,
    Value,
    ValueKind,
)

Data = dict[str, Any]


def _words(words: InTwoLanguages) -> Data:
    return {"nl": words.nl, "en": words.en}


def _read_words(data: Mapping[str, str]) -> InTwoLanguages:
    return InTwoLanguages(data["nl"], data["en"])


# Writing -----------------------------------------------------------------------------------------------------


def written(found: Figures) -> Data:
    """The figures of a section as JSON."""
    return {"blocks": [_block(block) for block in found.blocks]}


def _block(block: Block) -> Data:
    match block:
        case Fact():
            return {
                "block": "fact",
                "key": block.key,
                "label": _words(block.label),
                "value": _value(block.value),
                "source": _words(block.source) if block.source else None,
                "address": block.address,
                "as_of": block.as_of.isoformat() if block.as_of else None,
                "is_key_figure": block.is_key_figure,
            }
        case Table():
            return {
                "block": "table",
                "key": block.key,
                "caption": _words(block.caption),
                "columns": [_column(each) for each in block.columns],
                "rows": [
                    {
                        "key": row.key,
                        "cells": [_value(cell) for cell in row.cells],
                        "address": row.address,
                        "as_of": row.as_of.isoformat() if row.as_of else None,
                    }
                    for row in block.rows
                ],
                "source": _words(block.source) if block.source else None,
                "empty": _words(block.empty) if block.empty else None,
                **_typed_source(block),
            }
        case Course():
            return {
                "block": "course",
                "key": block.key,
                "caption": _words(block.caption),
                "points": [
                    {
                        "label": point.label,
                        "value": _value(point.value),
                        "target": _value(point.target) if point.target else None,
                    }
                    for point in block.points
                ],
                "source": _words(block.source) if block.source else None,
                **_typed_source(block),
            }
        case Quote():
            return {
                "block": "quote",
                "key": block.key,
                "heading": _words(block.heading),
                "lines": [_value(line) for line in block.lines],
                "address": block.address,
                **({"source": _words(block.source)} if block.source else {}),
            }


def _typed_source(block: Table | Course) -> Data:
    """Only where there is one: what was frozen before has none."""
    return {"typed_source": _words(block.typed_source)} if block.typed_source else {}


def _column(column: Column) -> Data:
    found: Data = {"key": column.key, "label": _words(column.label)}
    return {**found, "inside": True} if column.is_inside else found


_TEXTS = ("value", "numerator", "denominator", "whole", "tone")


def _value(value: Value) -> Data:
    """Only what says something, so that a later shape can add to it."""
    found: Data = {"is": value.kind.value}
    found |= {name: getattr(value, name) for name in _TEXTS if getattr(value, name)}
    if value.words is not None:
        found["words"] = _words(value.words)
    if value.is_people:
        found["people"] = True
    if value.min_cell:
        found["min_cell"] = value.min_cell
    return found


# Reading ----------------------------------------------------------------------------------------------------------


def read(data: Mapping[str, Any]) -> Figures:
    """The figures of a section from its JSON."""
    return Figures(tuple(_READ[block["block"]](block) for block in data.get("blocks", ())))


def _read_value(data: Mapping[str, Any]) -> Value:
    return Value(
        ValueKind(data["is"]),
        **{name: data.get(name, "") for name in _TEXTS},
        words=_optional(data.get("words")),
        is_people=data.get("people", False),
        min_cell=data.get("min_cell", 0),
    )


def _optional(data: Mapping[str, str] | None) -> InTwoLanguages | None:
    return _read_words(data) if data else None


def _read_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _read_fact(data: Mapping[str, Any]) -> Block:
    return Fact(
        data["key"],
        _read_words(data["label"]),
        _read_value(data["value"]),
        _optional(data["source"]),
        data["address"],
        _read_day(data["as_of"]),
        data["is_key_figure"],
    )


def _read_table(data: Mapping[str, Any]) -> Block:
    return Table(
        data["key"],
        _read_words(data["caption"]),
        tuple(Column(each["key"], _read_words(each["label"]), each.get("inside", False)) for each in data["columns"]),
        tuple(
            Row(row["key"], tuple(map(_read_value, row["cells"])), row["address"], _read_day(row["as_of"]))
            for row in data["rows"]
        ),
        _optional(data["source"]),
        _optional(data["empty"]),
        _optional(data.get("typed_source")),
    )


def _read_course(data: Mapping[str, Any]) -> Block:
    points = tuple(
        Point(each["label"], _read_value(each["value"]), _read_value(each["target"]) if each["target"] else None)
        for each in data["points"]
    )
    return Course(
        data["key"],
        _read_words(data["caption"]),
        points,
        _optional(data["source"]),
        _optional(data.get("typed_source")),
    )


def _read_quote(data: Mapping[str, Any]) -> Block:
    lines = tuple(map(_read_value, data["lines"]))
    return Quote(data["key"], _read_words(data["heading"]), lines, data["address"], _optional(data.get("source")))


_READ = {"fact": _read_fact, "table": _read_table, "course": _read_course, "quote": _read_quote}
