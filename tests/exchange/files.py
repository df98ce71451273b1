"""Files as people have them: workbooks, csv of every kind, and those that were made to do harm."""

import io
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter

from alliance_tracker.alliances.models import Alliance
from alliance_tracker.database import transaction
from alliance_tracker.exchange import planning, service, writing
from alliance_tracker.exchange.offered import table_of
from alliance_tracker.exchange.tables import Outcome, Plan, Scope
from alliance_tracker.policy import Actor


def xlsx(*rows: Sequence[Any], formula_at: str = "") -> bytes:
    """A workbook with these rows; dates and numbers keep their kind."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"default_date_format": "dd/mm/yyyy", "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if value is not None:
                    sheet.write(number, place, float(value) if isinstance(value, Decimal) else value)
        if formula_at:
            sheet.write_formula(formula_at, "=1+1", None, 2)
    return target.getvalue()


def text(*lines: str, separator: str = ";", encoding: str = "utf-8") -> bytes:
    """A csv; `|` stands for the separator."""
    return "\r\n".join(line.replace("|", separator) for line in lines).encode(encoding)


def changed_part(content: bytes, name: str, change: Any) -> bytes:
    """A workbook in which one part is another."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            data = old.read(info)
            new.writestr(info.filename, change(data) if info.filename == name else data)
    return target.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def plan(alliance: Alliance, key: str, content: bytes, name: str = "bestand.xlsx") -> Plan:
    """What a file would do."""
    return planning.plan_file(table_of(key), Scope(alliance), name, content)


def bring_in(alliance: Alliance, key: str, content: bytes, actor: Actor, name: str = "bestand.xlsx") -> Plan:
    """Look at a file and carry it out."""
    with transaction():
        file = service.upload(alliance, table_of(key), name=name, content=content, actor=actor)
    fingerprint = service.preview(file, alliance).fingerprint
    with transaction():
        return service.carry_out(file, alliance, fingerprint=fingerprint, actor=actor)


def exported(alliance: Alliance, key: str, ending: str = "xlsx", *, exact: bool = True) -> bytes:
    """An export as a file."""
    table, scope = table_of(key), Scope(alliance, exact)
    write, _ = writing.FORMATS[ending]
    with write(table, scope, table.read(scope)) as file:
        return file.read()


def counts(found: Plan) -> dict[str, int]:
    return {outcome.value: n for outcome, n in found.counts.items() if n}


def faults(found: Plan) -> list[tuple[int, str, str]]:
    """Row, column and sentence of everything that is wrong, in English."""
    return [(row.number, e.column, e.sentence.text) for row in found.rows for e in row.errors]


__all__ = ["SHEET", "Outcome", "bring_in", "changed_part", "counts", "exported", "faults", "plan", "text", "xlsx"]
