"""The triggers that keep history: what is written stays, on both databases.

A migration that rebuilds a table on SQLite loses its triggers; `create_all` puts them back, and may be run at any time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import sqlalchemy as sa

#: Nothing of these is ever changed or deleted.
APPEND_ONLY = (
    "audit_entry",
    "status_event",
    "phase_decision",
    "plan_adoption",
    "evidence_content",
    "baseline",
    "target",
    "measurement_cell",
    "pilot_evaluation",
    "pilot_reach_cell",
    "signal_support",
    "due_date_change",
    "confirmation",
    "inheritance",
    "payment",
    "explanation_post",
    "accountability_statement",
    "report_extension",
    "report_comment",
    "report_receipt",
    "report_print",
)

#: Nothing of these is ever deleted.
KEPT = (
    "user_account",
    "role_grant",
    "organisation",
    "organisation_name",
    "alliance",
    "working_area",
    "partner",
    "partner_role",
    "partner_pillar",
    "pioneer_mandate",
    "pause",
    "log_entry",
    "presence",
    "evidence",
    "own_criterion",
    "criterion_state",
    "step_state",
    "criterion_flag",
    "milestone_record",
    "alliance_phase",
    "precondition_action",
    "needs_analysis",
    "goal",
    "goal_tag",
    "indicator_definition",
    "indicator",
    "measurement",
    "pilot",
    "pilot_partner",
    "pilot_tag",
    "pilot_reach",
    "communication",
    "signal",
    "commitment",
    "instalment",
    "delivery",
    "drawing_right",
    "drawdown",
    "convenant",
    "convenant_signature",
    "agreement",
    "explanation",
    "reporting_year",
    "impact_report",
    "report_section",
    "statement_link",
)

#: Columns that are written once.
WRITTEN_ONCE = {
    "organisation_name": ("organisation_id", "name", "since"),
    "working_area": ("alliance_id", "municipality_id", "since"),
    "partner": ("alliance_id", "organisation_id", "since"),
    "partner_role": ("partner_id", "role", "since"),
    "partner_pillar": ("partner_id", "pillar", "since"),
    "pioneer_mandate": ("alliance_id", "region_code", "since", "task"),
    "role_grant": ("user_id", "role", "alliance_id", "region_code", "organisation_id", "given_at"),
    "log_entry": ("alliance_id", "author_id", "logged_at"),
    "evidence": ("subject_type", "subject_key", "sha256", "added_by_id", "added_at"),
    "criterion_flag": ("alliance_id", "remark", "raised_by_id", "raised_on"),
    "alliance": ("region_code",),
    "milestone_record": ("milestone_key", "scope", "region_code", "alliance_id"),
    "alliance_phase": ("alliance_id",),
    "needs_analysis": ("alliance_id",),
    "goal": ("alliance_id",),
    "goal_tag": ("goal_id", "alliance_id", "scheme", "key"),
    "indicator_definition": (
        "alliance_id",
        "key",
        "unit",
        "kind",
        "period_kind",
        "over_periods",
        "over_alliances",
        "direction",
        "counting",
        "counts_people",
        "is_derived",
    ),
    "indicator": ("alliance_id", "definition_id", "followed_on"),
    "measurement": (
        "indicator_id",
        "alliance_id",
        "period",
        "state",
        "value",
        "numerator",
        "denominator",
        "source",
        "note",
        "reason",
        "supersedes_id",
        "measured_by_id",
        "measured_at",
    ),
    "pilot": ("alliance_id",),
    "pilot_partner": ("pilot_id", "partner_id"),
    "pilot_tag": ("pilot_id", "scheme", "key"),
    "pilot_reach": ("pilot_id", "alliance_id", "year", "participants", "note", "recorded_by_id", "recorded_at"),
    "communication": ("alliance_id", "author_id", "logged_at"),
    "import_file": ("kind", "alliance_id", "file_name", "sha256", "content", "uploaded_by_id", "uploaded_at"),
    "signal": ("alliance_id", "kind", "text", "raised_by_id", "sent_on", "answer_due_on"),
    "commitment": ("alliance_id", "convenant_id", "number"),
    "instalment": (
        "alliance_id",
        "region_code",
        "convenant_id",
        "commitment_id",
        "year",
        "first_organisation_id",
        "first_due_on",
    ),
    "delivery": (
        "alliance_id",
        "instalment_id",
        "organisation_id",
        "side",
        "on",
        "quantity",
        "value",
        "note",
        "logged_by_id",
        "logged_at",
        "accepted_from",
    ),
    "drawing_right": ("alliance_id", "region_code", "convenant_id", "year"),
    "drawdown": ("alliance_id", "drawing_right_id"),
    "convenant": ("alliance_id",),
    "convenant_version": ("convenant_id", "alliance_id", "number", "kind", "based_on_id"),
    "convenant_signature": (
        "alliance_id",
        "convenant_version_id",
        "party_id",
        "organisation_id",
        "name",
        "function",
        "method",
        "signed_on",
        "decision_on",
        "sha256",
        "recorded_by_id",
        "recorded_at",
    ),
    "agreement": ("alliance_id", "recorded_by_id", "recorded_at"),
    "explanation": ("alliance_id", "instalment_id", "opened_by_id", "opened_on"),
    "reporting_year": ("year", "catalogue_id"),
    "impact_report": ("reporting_year_id", "year", "region_code", "is_regional", "first_due_on"),
    "report_section": ("alliance_id", "report_id", "section"),
    "statement_link": (
        "alliance_id",
        "organisation_id",
        "year",
        "name",
        "email",
        "token_hash",
        "made_by_id",
        "made_at",
    ),
}

#: Columns that, once they hold a date, never change again.
ENDED_ONCE = {
    "organisation_name": "until",
    "working_area": "until",
    "partner": "until",
    "partner_role": "until",
    "partner_pillar": "until",
    "role_grant": "ended_at",
    "measurement": "superseded_at",
    "pilot_reach": "superseded_at",
    "signal": "answered_on",
    "import_file": "applied_at",
    "delivery": "withdrawn_at",
    "convenant_signature": "struck_at",
    "convenant": "terminated_on",
    "agreement": "withdrawn_at",
    "drawdown": "decided_on",
    "report_version": "published_on",
    "statement_link": "used_at",
}


@dataclass(frozen=True)
class Frozen:
    """A table of versions that change no more from some status on, and the tables whose rows belong to one."""

    #: True of a version that changes no more, of a row called %s.
    condition: str
    #: How the refusal calls it.
    words: str
    tables: tuple[str, ...]
    #: The columns of a version that stay, where its status still moves; all of them where this is empty.
    staying: tuple[str, ...] = ()


FROZEN = {
    "plan": Frozen("%s.status = 'published'", "a published plan", ("step", "criterion")),
    "catalogue": Frozen("%s.status = 'published'", "a published catalogue", ("catalogue_entry",)),
    "convenant_version": Frozen(
        "%s.status <> 'draft'",
        "a convenant that was offered",
        (
            "convenant_party",
            "convenant_goal",
            "commitment_wording",
            "commitment_bearer",
            "planned_instalment",
            "planned_right",
        ),
        staying=(
            "title",
            "change_note",
            "subject",
            "goals_text",
            "tasks",
            "starts_on",
            "ends_on",
            "minimum_cofinancing",
            "decision_days",
            "reporting_on",
            "evaluation_on",
            "asked_indicators",
            "amendment",
            "suspension",
            "recovery",
            "termination",
            "ready_on",
            "ready_by_id",
            "offered_on",
            "offered_by_id",
            "document",
            "sha256",
        ),
    ),
    "report_version": Frozen(
        "%s.number >= 1",
        "a report that was submitted",
        (),
        staying=(
            "alliance_id",
            "report_id",
            "number",
            "purpose",
            "change_note",
            "document",
            "sha256",
            "plan_id",
            "catalogue_id",
            "submitted_by_id",
            "submitted_on",
            "submitted_at",
            "read_due_on",
        ),
    ),
}


def _in_a_frozen(version: str, frozen: Frozen) -> dict[str, str]:
    """When a row belongs to a frozen version, by verb: it may neither be changed nor be moved into one."""
    found = f"SELECT 1 FROM {version} v WHERE {frozen.condition % 'v'} AND v.id IN"
    return {
        "INSERT": f"EXISTS ({found} (NEW.{version}_id))",
        "UPDATE": f"EXISTS ({found} (OLD.{version}_id, NEW.{version}_id))",
        "DELETE": f"EXISTS ({found} (OLD.{version}_id))",
    }


def _changed(frozen: Frozen, differs: str, cast: str) -> str:
    """When a frozen version is changed, for an UPDATE trigger; `cast` makes JSON comparable on PostgreSQL."""
    is_frozen = frozen.condition % "OLD"
    if not frozen.staying:
        return is_frozen
    changes = " OR ".join(f'NEW."{column}"{cast} {differs} OLD."{column}"{cast}' for column in frozen.staying)
    return f"{is_frozen} AND ({changes} OR NEW.status = 'draft')"


def create_all(connection: sa.Connection) -> None:
    """Make every trigger anew, for the tables that exist."""
    drop_all(connection)
    tables = set(sa.inspect(connection).get_table_names())
    statements = _sqlite() if connection.dialect.name == "sqlite" else _postgresql()
    for table, statement in statements:
        if table in tables:
            connection.exec_driver_sql(statement)


def drop_all(connection: sa.Connection) -> None:
    """Drop every trigger whose name begins with `keep_`."""
    if connection.dialect.name == "sqlite":
        names = connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'keep\\_%' ESCAPE '\\'"
        ).scalars()
        for name in names.all():
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        return
    rows = connection.exec_driver_sql(
        "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE NOT t.tgisinternal AND starts_with(t.tgname::text, 'keep_')"
    ).all()
    for name, table in rows:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}" ON "{table}"')


def _sqlite() -> Iterator[tuple[str, str]]:
    def refuse(table: str, name: str, when: str, condition: str, sentence: str) -> tuple[str, str]:
        clause = f" WHEN {condition}" if condition else ""
        return table, (
            f'CREATE TRIGGER "keep_{table}_{name}" BEFORE {when} ON "{table}"{clause} '
            f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
        )

    for table in APPEND_ONLY:
        yield refuse(table, "unchanged", "UPDATE", "", f"{table} is append-only")
    for table in (*APPEND_ONLY, *KEPT):
        yield refuse(table, "undeleted", "DELETE", "", f"{table} keeps its history")
    for table, columns in WRITTEN_ONCE.items():
        changed = " OR ".join(f'NEW."{column}" IS NOT OLD."{column}"' for column in columns)
        yield refuse(table, "written_once", "UPDATE", changed, f"{table} is written once")
    for table, column in ENDED_ONCE.items():
        changed = f'OLD."{column}" IS NOT NULL AND NEW."{column}" IS NOT OLD."{column}"'
        yield refuse(table, "ended_once", "UPDATE", changed, f"{table} ended once")
    for version, frozen in FROZEN.items():
        yield refuse(version, "frozen", "UPDATE", _changed(frozen, "IS NOT", ""), f"{frozen.words} does not change")
        yield refuse(version, "frozen_stays", "DELETE", frozen.condition % "OLD", f"{frozen.words} stays")
        for table, (verb, condition) in product(frozen.tables, _in_a_frozen(version, frozen).items()):
            yield refuse(table, f"frozen_{verb.lower()}", verb, condition, f"{frozen.words} does not change")
    overlap = (
        "EXISTS (SELECT 1 FROM pioneer_mandate m WHERE m.region_code = NEW.region_code AND m.id IS NOT NEW.id "
        "AND m.since <= coalesce(NEW.until, '9999-12-31') AND coalesce(m.until, '9999-12-31') >= NEW.since)"
    )
    for verb in ("INSERT", "UPDATE"):
        yield refuse("pioneer_mandate", f"overlap_{verb.lower()}", verb, overlap, "pioneer mandates overlap")


FUNCTIONS = (
    """
CREATE OR REPLACE FUNCTION keep_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'integrity_constraint_violation';
END $$
""",
    """
CREATE OR REPLACE FUNCTION keep_apart() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM region WHERE code = NEW.region_code FOR UPDATE;
    IF EXISTS (SELECT 1 FROM pioneer_mandate m WHERE m.region_code = NEW.region_code AND m.id <> NEW.id
               AND daterange(m.since, m.until, '[]') && daterange(NEW.since, NEW.until, '[]')) THEN
        RAISE EXCEPTION 'pioneer mandates overlap' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
""",
)


def _frozen_function(version: str, frozen: Frozen) -> str:
    return f"""
CREATE OR REPLACE FUNCTION keep_frozen_{version}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE versions integer[];
BEGIN
    IF TG_OP <> 'INSERT' THEN versions := versions || OLD.{version}_id; END IF;
    IF TG_OP <> 'DELETE' THEN versions := versions || NEW.{version}_id; END IF;
    IF EXISTS (SELECT 1 FROM {version} v WHERE v.id = ANY (versions) AND {frozen.condition % "v"}) THEN
        RAISE EXCEPTION '{frozen.words} does not change' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$
"""


def _postgresql() -> Iterator[tuple[str, str]]:
    def refuse(table: str, name: str, when: str, condition: str, sentence: str) -> tuple[str, str]:
        clause = f" WHEN ({condition})" if condition else ""
        return table, (
            f'CREATE TRIGGER "keep_{table}_{name}" BEFORE {when} ON "{table}" FOR EACH ROW{clause} '
            f"EXECUTE FUNCTION keep_refuse('{sentence}')"
        )

    for function in FUNCTIONS:
        yield "audit_entry", function
    for table in APPEND_ONLY:
        yield refuse(table, "unchanged", "UPDATE", "", f"{table} is append-only")
    for table in (*APPEND_ONLY, *KEPT):
        yield refuse(table, "undeleted", "DELETE", "", f"{table} keeps its history")
    for table, columns in WRITTEN_ONCE.items():
        changed = " OR ".join(f'NEW."{column}" IS DISTINCT FROM OLD."{column}"' for column in columns)
        yield refuse(table, "written_once", "UPDATE", changed, f"{table} is written once")
    for table, column in ENDED_ONCE.items():
        changed = f'OLD."{column}" IS NOT NULL AND NEW."{column}" IS DISTINCT FROM OLD."{column}"'
        yield refuse(table, "ended_once", "UPDATE", changed, f"{table} ended once")
    for version, frozen in FROZEN.items():
        changed = _changed(frozen, "IS DISTINCT FROM", "::text" if frozen.staying else "")
        yield refuse(version, "frozen", "UPDATE", changed, f"{frozen.words} does not change")
        yield refuse(version, "frozen_stays", "DELETE", frozen.condition % "OLD", f"{frozen.words} stays")
        yield version, _frozen_function(version, frozen)
        for table in frozen.tables:
            yield (
                table,
                (
                    f'CREATE TRIGGER "keep_{table}_frozen" BEFORE INSERT OR UPDATE OR DELETE ON "{table}" '
                    f"FOR EACH ROW EXECUTE FUNCTION keep_frozen_{version}()"
                ),
            )
    yield (
        "pioneer_mandate",
        (
            'CREATE TRIGGER "keep_pioneer_mandate_overlap" BEFORE INSERT OR UPDATE ON "pioneer_mandate" '
            "FOR EACH ROW EXECUTE FUNCTION keep_apart()"
        ),
    )
