"""goals, indicators, pilots, communications and signals."""

import sqlalchemy as sa
from alembic import op

from migrations import ddl

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "catalogue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=20), nullable=False),
        sa.Column(
            "status",
            sa.Enum("draft", "published", name="cataloguestatus", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("based_on_id", sa.Integer(), nullable=True),
        sa.Column("change_note", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(status = 'published') = (published_at IS NOT NULL)", name=op.f("ck_catalogue_published_at_if_published")
        ),
        sa.CheckConstraint(
            "status = 'draft' OR based_on_id IS NULL OR change_note <> ''",
            name=op.f("ck_catalogue_published_with_a_change_note"),
        ),
        sa.ForeignKeyConstraint(["based_on_id"], ["catalogue.id"], name=op.f("fk_catalogue_based_on_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue")),
        sa.UniqueConstraint("label", name=op.f("uq_catalogue_label")),
    )
    with op.batch_alter_table("catalogue", schema=None) as batch_op:
        batch_op.create_index(
            "uq_catalogue_one_draft",
            ["status"],
            unique=True,
            sqlite_where=sa.text("status = 'draft'"),
            postgresql_where=sa.text("status = 'draft'"),
        )

    op.create_table(
        "monitor_figure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indicator_key", sa.String(length=60), nullable=False),
        sa.Column("name_nl", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "baseline",
                "measured",
                "target",
                name="monitorfigurekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("source <> ''", name=op.f("ck_monitor_figure_has_a_source")),
        sa.CheckConstraint("year BETWEEN 1990 AND 2100", name=op.f("ck_monitor_figure_year_is_plausible")),
        sa.ForeignKeyConstraint(["added_by_id"], ["user_account.id"], name=op.f("fk_monitor_figure_added_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monitor_figure")),
        sa.UniqueConstraint("indicator_key", "year", "kind", name=op.f("uq_monitor_figure_indicator_key_year_kind")),
    )
    op.create_table(
        "communication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "press",
                "website",
                "social-media",
                "newsletter",
                "print",
                "video",
                "event",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("link", sa.String(length=300), nullable=False),
        sa.Column("relevance", sa.Boolean(), nullable=False),
        sa.Column("connectivity", sa.Boolean(), nullable=False),
        sa.Column("interdisciplinarity", sa.Boolean(), nullable=False),
        sa.Column("inclusion", sa.Boolean(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("logged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("title <> ''", name=op.f("ck_communication_has_a_title")),
        sa.CheckConstraint(
            "withdrawn_at IS NULL OR withdrawn_reason <> ''", name=op.f("ck_communication_withdrawn_with_a_reason")
        ),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_communication_alliance_id")),
        sa.ForeignKeyConstraint(["author_id"], ["user_account.id"], name=op.f("fk_communication_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_communication")),
    )
    with op.batch_alter_table("communication", schema=None) as batch_op:
        batch_op.create_index("ix_communication_alliance_on", ["alliance_id", "on", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_communication_author_id"), ["author_id"], unique=False)

    op.create_table(
        "import_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=160), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_import_file_has_content")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_import_file_alliance_id")),
        sa.ForeignKeyConstraint(["uploaded_by_id"], ["user_account.id"], name=op.f("fk_import_file_uploaded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_file")),
    )
    with op.batch_alter_table("import_file", schema=None) as batch_op:
        batch_op.create_index("ix_import_file_alliance", ["alliance_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_import_file_uploaded_by_id"), ["uploaded_by_id"], unique=False)

    op.create_table(
        "indicator_definition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column(
            "unit",
            sa.Enum(
                "count",
                "percent",
                "hours",
                "eur",
                "score",
                name="unit",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum("stock", "flow", "cumulative", name="kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "period_kind",
            sa.Enum("calendar", "school", name="periodkind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "over_periods",
            sa.Enum(
                "sum",
                "ratio",
                "latest",
                "highest",
                "none",
                name="periodrule",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "over_alliances",
            sa.Enum("sum", "ratio", "none", name="alliancerule", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "direction",
            sa.Enum("up", "down", "keep", name="direction", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "counting",
            sa.Enum("unique", "participations", name="counting", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("counts_people", sa.Boolean(), nullable=False),
        sa.Column("is_derived", sa.Boolean(), nullable=False),
        sa.Column("is_prefilled", sa.Boolean(), nullable=False),
        sa.Column("name_nl", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("numerator_nl", sa.String(length=200), nullable=False),
        sa.Column("numerator_en", sa.String(length=200), nullable=False),
        sa.Column("denominator_nl", sa.String(length=200), nullable=False),
        sa.Column("denominator_en", sa.String(length=200), nullable=False),
        sa.Column("breakdowns", sa.JSON(), nullable=False),
        sa.Column("min_cell", sa.Integer(), nullable=False),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(unit = 'percent') = (over_periods IN ('ratio', 'latest', 'highest', 'none') AND numerator_nl <> '' AND numerator_en <> '' AND denominator_nl <> '' AND denominator_en <> '')",
            name=op.f("ck_indicator_definition_percent_of_something"),
        ),
        sa.CheckConstraint(
            "alliance_id IS NULL OR over_alliances = 'none'", name=op.f("ck_indicator_definition_local_is_not_added_up")
        ),
        sa.CheckConstraint(
            "unit <> 'percent' OR over_alliances <> 'sum'", name=op.f("ck_indicator_definition_percent_is_not_added")
        ),
        sa.CheckConstraint(
            "unit <> 'score' OR (over_alliances = 'none' AND over_periods <> 'sum')",
            name=op.f("ck_indicator_definition_score_is_not_added"),
        ),
        sa.CheckConstraint("min_cell >= 1", name=op.f("ck_indicator_definition_min_cell_is_a_count")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_indicator_definition_alliance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_definition")),
        sa.UniqueConstraint("alliance_id", "key", name=op.f("uq_indicator_definition_alliance_id_key")),
    )
    with op.batch_alter_table("indicator_definition", schema=None) as batch_op:
        batch_op.create_index(
            "uq_indicator_definition_shared",
            ["key"],
            unique=True,
            sqlite_where=sa.text("alliance_id IS NULL"),
            postgresql_where=sa.text("alliance_id IS NULL"),
        )

    op.create_table(
        "needs_analysis",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("offer", sa.Text(), nullable=False),
        sa.Column("challenges", sa.Text(), nullable=False),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_needs_analysis_alliance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_needs_analysis")),
        sa.UniqueConstraint("alliance_id", name=op.f("uq_needs_analysis_alliance_id")),
    )
    op.create_table(
        "signal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "barrier",
                "proposal",
                "practice",
                name="signalkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "received",
                "under-study",
                "adopted",
                "refused",
                "done",
                "merged",
                name="signalstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "source",
            sa.Enum(
                "alliance",
                "log-entry",
                "criterion",
                "pilot",
                name="signalsource",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("source_key", sa.String(length=60), nullable=False),
        sa.Column("precondition_key", sa.String(length=60), nullable=True),
        sa.Column("rule", sa.String(length=200), nullable=False),
        sa.Column("raised_by_id", sa.Integer(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("answer_due_on", sa.Date(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("voices", sa.Integer(), nullable=False),
        sa.Column("words_folded", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(status = 'merged') = (merged_into_id IS NOT NULL)", name=op.f("ck_signal_merged_into_if_merged")
        ),
        sa.CheckConstraint(
            "status <> 'received' OR answered_on IS NULL", name=op.f("ck_signal_received_until_answered")
        ),
        sa.CheckConstraint(
            "status IN ('received', 'merged') OR answered_on IS NOT NULL",
            name=op.f("ck_signal_answered_on_if_answered"),
        ),
        sa.CheckConstraint("text <> ''", name=op.f("ck_signal_has_text")),
        sa.CheckConstraint("title <> ''", name=op.f("ck_signal_has_a_title")),
        sa.CheckConstraint("voices >= 1", name=op.f("ck_signal_has_a_voice")),
        sa.CheckConstraint("merged_into_id <> id", name=op.f("ck_signal_not_merged_into_itself")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_signal_alliance_id")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["signal.id"], name=op.f("fk_signal_merged_into_id")),
        sa.ForeignKeyConstraint(["raised_by_id"], ["user_account.id"], name=op.f("fk_signal_raised_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal")),
    )
    with op.batch_alter_table("signal", schema=None) as batch_op:
        batch_op.create_index("ix_signal_alliance_sent", ["alliance_id", "sent_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_signal_merged_into_id"), ["merged_into_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_signal_precondition_key"), ["precondition_key"], unique=False)
        batch_op.create_index("ix_signal_status_due", ["status", "answer_due_on", "id"], unique=False)
        batch_op.create_index("ix_signal_voices", ["voices", "id"], unique=False)

    op.create_table(
        "catalogue_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("catalogue_id", sa.Integer(), nullable=False),
        sa.Column("definition_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_nl", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("numerator_nl", sa.String(length=200), nullable=False),
        sa.Column("numerator_en", sa.String(length=200), nullable=False),
        sa.Column("denominator_nl", sa.String(length=200), nullable=False),
        sa.Column("denominator_en", sa.String(length=200), nullable=False),
        sa.Column("breakdowns", sa.JSON(), nullable=False),
        sa.Column("min_cell", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("min_cell >= 1", name=op.f("ck_catalogue_entry_min_cell_is_a_count")),
        sa.ForeignKeyConstraint(["catalogue_id"], ["catalogue.id"], name=op.f("fk_catalogue_entry_catalogue_id")),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["indicator_definition.id"], name=op.f("fk_catalogue_entry_definition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_entry")),
        sa.UniqueConstraint(
            "catalogue_id", "definition_id", name=op.f("uq_catalogue_entry_catalogue_id_definition_id")
        ),
    )
    with op.batch_alter_table("catalogue_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_catalogue_entry_definition_id"), ["definition_id"], unique=False)

    op.create_table(
        "figure_tally",
        sa.Column("definition_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("period", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("region_code", sa.String(length=10), nullable=False),
        sa.Column("breakdown", sa.String(length=40), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("numerator", sa.BigInteger(), nullable=False),
        sa.Column("denominator", sa.BigInteger(), nullable=False),
        sa.Column("reported", sa.Integer(), nullable=False),
        sa.Column("not_measured", sa.Integer(), nullable=False),
        sa.Column("not_applicable", sa.Integer(), nullable=False),
        sa.Column("former", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["indicator_definition.id"], name=op.f("fk_figure_tally_definition_id")
        ),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_figure_tally_region_code")),
        sa.PrimaryKeyConstraint(
            "definition_id", "period", "region_code", "breakdown", "category", name=op.f("pk_figure_tally")
        ),
    )
    with op.batch_alter_table("figure_tally", schema=None) as batch_op:
        batch_op.create_index("ix_figure_tally_period", ["period", "definition_id"], unique=False)

    op.create_table(
        "goal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("owner_partner_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "active", "reached", "stopped", name="goalstatus", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(status = 'active') = (closed_on IS NULL)", name=op.f("ck_goal_closed_on_if_closed")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_goal_has_a_reason")),
        sa.CheckConstraint("title <> ''", name=op.f("ck_goal_has_a_title")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_goal_alliance_id")),
        sa.ForeignKeyConstraint(["owner_partner_id"], ["partner.id"], name=op.f("fk_goal_owner_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal")),
    )
    with op.batch_alter_table("goal", schema=None) as batch_op:
        batch_op.create_index("ix_goal_alliance_position", ["alliance_id", "position", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_goal_owner_partner_id"), ["owner_partner_id"], unique=False)

    op.create_table(
        "counted_term",
        sa.Column("alliance_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("scheme", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_counted_term_alliance_id")),
        sa.PrimaryKeyConstraint("alliance_id", "scheme", "key", name=op.f("pk_counted_term")),
    )
    with op.batch_alter_table("counted_term", schema=None) as batch_op:
        batch_op.create_index("ix_counted_term_term", ["scheme", "key", "alliance_id"], unique=False)

    op.create_table(
        "indicator_tally",
        sa.Column("definition_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("region_code", sa.String(length=10), nullable=False),
        sa.Column("alliances", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["indicator_definition.id"], name=op.f("fk_indicator_tally_definition_id")
        ),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_indicator_tally_region_code")),
        sa.PrimaryKeyConstraint("definition_id", "region_code", name=op.f("pk_indicator_tally")),
    )
    op.create_table(
        "signal_support",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("signal_id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("supported_by_id", sa.Integer(), nullable=False),
        sa.Column("supported_on", sa.Date(), nullable=False),
        sa.CheckConstraint("words <> ''", name=op.f("ck_signal_support_in_own_words")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_signal_support_alliance_id")),
        sa.ForeignKeyConstraint(["signal_id"], ["signal.id"], name=op.f("fk_signal_support_signal_id")),
        sa.ForeignKeyConstraint(
            ["supported_by_id"], ["user_account.id"], name=op.f("fk_signal_support_supported_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal_support")),
        sa.UniqueConstraint("signal_id", "alliance_id", name=op.f("uq_signal_support_signal_id_alliance_id")),
    )
    with op.batch_alter_table("signal_support", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signal_support_alliance_id"), ["alliance_id"], unique=False)

    op.create_table(
        "goal_tag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("goal_id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column(
            "scheme",
            sa.Enum(
                "target-group",
                "policy-domain",
                "recommendation",
                "long-term-goal",
                "strategic-goal",
                "operational-goal",
                "kader-dimension",
                "transition-theme",
                name="scheme",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_goal_tag_alliance_id")),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_goal_tag_goal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_tag")),
        sa.UniqueConstraint("goal_id", "scheme", "key", name=op.f("uq_goal_tag_goal_id_scheme_key")),
    )
    with op.batch_alter_table("goal_tag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goal_tag_alliance_id"), ["alliance_id"], unique=False)
        batch_op.create_index("ix_goal_tag_term", ["scheme", "key", "alliance_id"], unique=False)

    op.create_table(
        "indicator",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("goal_id", sa.Integer(), nullable=False),
        sa.Column("definition_id", sa.Integer(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("followed_on", sa.Date(), nullable=False),
        sa.Column("stopped_on", sa.Date(), nullable=True),
        sa.Column("stop_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("stopped_on IS NULL OR stop_reason <> ''", name=op.f("ck_indicator_stopped_with_a_reason")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_indicator_alliance_id")),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["indicator_definition.id"], name=op.f("fk_indicator_definition_id")
        ),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_indicator_goal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator")),
        sa.UniqueConstraint("alliance_id", "definition_id", name=op.f("uq_indicator_alliance_id_definition_id")),
    )
    with op.batch_alter_table("indicator", schema=None) as batch_op:
        batch_op.create_index("ix_indicator_definition", ["definition_id", "alliance_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_indicator_goal_id"), ["goal_id"], unique=False)

    op.create_table(
        "pilot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("goal_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=160), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("finished_on", sa.Date(), nullable=True),
        sa.Column("budget", sa.BigInteger(), nullable=True),
        sa.Column("continuation", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "planned",
                "running",
                "finished",
                "scaled",
                "stopped",
                name="pilotstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_pilot_has_a_name")),
        sa.CheckConstraint(
            "status = 'planned' OR started_on IS NOT NULL OR status = 'stopped'", name=op.f("ck_pilot_started_if_run")
        ),
        sa.CheckConstraint(
            "status NOT IN ('finished', 'scaled') OR finished_on IS NOT NULL", name=op.f("ck_pilot_finished_if_done")
        ),
        sa.CheckConstraint("budget IS NULL OR budget >= 0", name=op.f("ck_pilot_budget_is_no_debt")),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_pilot_ends_after_it_starts")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_pilot_alliance_id")),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_pilot_goal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot")),
    )
    with op.batch_alter_table("pilot", schema=None) as batch_op:
        batch_op.create_index("ix_pilot_alliance_status", ["alliance_id", "status"], unique=False)
        batch_op.create_index(batch_op.f("ix_pilot_goal_id"), ["goal_id"], unique=False)

    op.create_table(
        "baseline",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "value",
                "not-measured",
                "not-applicable",
                name="figurestate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("numerator", sa.BigInteger(), nullable=True),
        sa.Column("denominator", sa.BigInteger(), nullable=True),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("is_revision", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(state = 'value') = (value IS NOT NULL)", name=op.f("ck_baseline_value_if_measured")),
        sa.CheckConstraint("NOT is_revision OR reason <> ''", name=op.f("ck_baseline_revised_why")),
        sa.CheckConstraint(
            "state = 'value' OR (numerator IS NULL AND denominator IS NULL)", name=op.f("ck_baseline_parts_if_measured")
        ),
        sa.CheckConstraint("denominator IS NULL OR denominator > 0", name=op.f("ck_baseline_denominator_is_positive")),
        sa.CheckConstraint(
            "numerator IS NULL OR (numerator >= 0 AND numerator <= denominator)", name=op.f("ck_baseline_part_of_whole")
        ),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_baseline_alliance_id")),
        sa.ForeignKeyConstraint(["indicator_id"], ["indicator.id"], name=op.f("fk_baseline_indicator_id")),
        sa.ForeignKeyConstraint(["set_by_id"], ["user_account.id"], name=op.f("fk_baseline_set_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_baseline")),
    )
    with op.batch_alter_table("baseline", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_baseline_alliance_id"), ["alliance_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_baseline_indicator_id"), ["indicator_id"], unique=False)

    op.create_table(
        "measurement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "value",
                "not-measured",
                "not-applicable",
                name="figurestate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("numerator", sa.BigInteger(), nullable=True),
        sa.Column("denominator", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("measured_by_id", sa.Integer(), nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(state = 'value') = (value IS NOT NULL)", name=op.f("ck_measurement_value_if_measured")),
        sa.CheckConstraint(
            "state = 'value' OR (numerator IS NULL AND denominator IS NULL)",
            name=op.f("ck_measurement_parts_if_measured"),
        ),
        sa.CheckConstraint("state = 'value' OR note <> ''", name=op.f("ck_measurement_no_value_with_a_note")),
        sa.CheckConstraint("supersedes_id IS NULL OR reason <> ''", name=op.f("ck_measurement_corrected_why")),
        sa.CheckConstraint(
            "denominator IS NULL OR denominator > 0", name=op.f("ck_measurement_denominator_is_positive")
        ),
        sa.CheckConstraint(
            "numerator IS NULL OR (numerator >= 0 AND numerator <= denominator)",
            name=op.f("ck_measurement_part_of_whole"),
        ),
        sa.CheckConstraint("period BETWEEN 2000 AND 2100", name=op.f("ck_measurement_period_is_plausible")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_measurement_alliance_id")),
        sa.ForeignKeyConstraint(["indicator_id"], ["indicator.id"], name=op.f("fk_measurement_indicator_id")),
        sa.ForeignKeyConstraint(["measured_by_id"], ["user_account.id"], name=op.f("fk_measurement_measured_by_id")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["measurement.id"], name=op.f("fk_measurement_supersedes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measurement")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_measurement_supersedes_id")),
    )
    with op.batch_alter_table("measurement", schema=None) as batch_op:
        batch_op.create_index("ix_measurement_alliance_period", ["alliance_id", "period"], unique=False)
        batch_op.create_index(batch_op.f("ix_measurement_measured_by_id"), ["measured_by_id"], unique=False)
        batch_op.create_index(
            "uq_measurement_current",
            ["indicator_id", "period"],
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )

    op.create_table(
        "pilot_evaluation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pilot_id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column(
            "decision",
            sa.Enum(
                "scale-up", "adjust", "stop", name="pilotdecision", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("evaluated_by_id", sa.Integer(), nullable=False),
        sa.Column("evaluated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("findings <> ''", name=op.f("ck_pilot_evaluation_has_findings")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_pilot_evaluation_alliance_id")),
        sa.ForeignKeyConstraint(
            ["evaluated_by_id"], ["user_account.id"], name=op.f("fk_pilot_evaluation_evaluated_by_id")
        ),
        sa.ForeignKeyConstraint(["pilot_id"], ["pilot.id"], name=op.f("fk_pilot_evaluation_pilot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_evaluation")),
    )
    with op.batch_alter_table("pilot_evaluation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pilot_evaluation_alliance_id"), ["alliance_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pilot_evaluation_pilot_id"), ["pilot_id"], unique=False)

    op.create_table(
        "pilot_partner",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pilot_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_pilot_partner_alliance_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_pilot_partner_partner_id")),
        sa.ForeignKeyConstraint(["pilot_id"], ["pilot.id"], name=op.f("fk_pilot_partner_pilot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_partner")),
        sa.UniqueConstraint("pilot_id", "partner_id", name=op.f("uq_pilot_partner_pilot_id_partner_id")),
    )
    with op.batch_alter_table("pilot_partner", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pilot_partner_alliance_id"), ["alliance_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pilot_partner_partner_id"), ["partner_id"], unique=False)

    op.create_table(
        "pilot_reach",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pilot_id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("participants", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("participants >= 0", name=op.f("ck_pilot_reach_counts_people")),
        sa.CheckConstraint("year BETWEEN 2000 AND 2100", name=op.f("ck_pilot_reach_year_is_plausible")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_pilot_reach_alliance_id")),
        sa.ForeignKeyConstraint(["pilot_id"], ["pilot.id"], name=op.f("fk_pilot_reach_pilot_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user_account.id"], name=op.f("fk_pilot_reach_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_reach")),
    )
    with op.batch_alter_table("pilot_reach", schema=None) as batch_op:
        batch_op.create_index("ix_pilot_reach_alliance_year", ["alliance_id", "year"], unique=False)
        batch_op.create_index(
            "uq_pilot_reach_current",
            ["pilot_id", "year"],
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )

    op.create_table(
        "pilot_tag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pilot_id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column(
            "scheme",
            sa.Enum(
                "target-group",
                "policy-domain",
                "recommendation",
                "long-term-goal",
                "strategic-goal",
                "operational-goal",
                "kader-dimension",
                "transition-theme",
                name="scheme",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_pilot_tag_alliance_id")),
        sa.ForeignKeyConstraint(["pilot_id"], ["pilot.id"], name=op.f("fk_pilot_tag_pilot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_tag")),
        sa.UniqueConstraint("pilot_id", "scheme", "key", name=op.f("uq_pilot_tag_pilot_id_scheme_key")),
    )
    with op.batch_alter_table("pilot_tag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pilot_tag_alliance_id"), ["alliance_id"], unique=False)
        batch_op.create_index("ix_pilot_tag_term", ["scheme", "key", "alliance_id"], unique=False)

    op.create_table(
        "target",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("is_revision", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("NOT is_revision OR reason <> ''", name=op.f("ck_target_revised_why")),
        sa.CheckConstraint("is_revision OR value IS NOT NULL", name=op.f("ck_target_starts_with_a_value")),
        sa.CheckConstraint("period BETWEEN 2000 AND 2100", name=op.f("ck_target_period_is_plausible")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_target_alliance_id")),
        sa.ForeignKeyConstraint(["indicator_id"], ["indicator.id"], name=op.f("fk_target_indicator_id")),
        sa.ForeignKeyConstraint(["set_by_id"], ["user_account.id"], name=op.f("fk_target_set_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target")),
    )
    with op.batch_alter_table("target", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_target_alliance_id"), ["alliance_id"], unique=False)
        batch_op.create_index("ix_target_indicator_period", ["indicator_id", "period", "id"], unique=False)

    op.create_table(
        "measurement_cell",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("measurement_id", sa.Integer(), nullable=False),
        sa.Column("breakdown", sa.String(length=40), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("numerator", sa.BigInteger(), nullable=True),
        sa.Column("denominator", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "denominator IS NULL OR denominator > 0", name=op.f("ck_measurement_cell_denominator_is_positive")
        ),
        sa.CheckConstraint(
            "numerator IS NULL OR (numerator >= 0 AND numerator <= denominator)",
            name=op.f("ck_measurement_cell_part_of_whole"),
        ),
        sa.CheckConstraint("value >= 0", name=op.f("ck_measurement_cell_value_is_no_debt")),
        sa.ForeignKeyConstraint(
            ["measurement_id"], ["measurement.id"], name=op.f("fk_measurement_cell_measurement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measurement_cell")),
        sa.UniqueConstraint(
            "measurement_id",
            "breakdown",
            "category",
            name=op.f("uq_measurement_cell_measurement_id_breakdown_category"),
        ),
    )
    op.create_table(
        "pilot_reach_cell",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pilot_reach_id", sa.Integer(), nullable=False),
        sa.Column("breakdown", sa.String(length=40), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("participants", sa.Integer(), nullable=False),
        sa.CheckConstraint("participants >= 0", name=op.f("ck_pilot_reach_cell_counts_people")),
        sa.ForeignKeyConstraint(
            ["pilot_reach_id"], ["pilot_reach.id"], name=op.f("fk_pilot_reach_cell_pilot_reach_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_reach_cell")),
        sa.UniqueConstraint(
            "pilot_reach_id",
            "breakdown",
            "category",
            name=op.f("uq_pilot_reach_cell_pilot_reach_id_breakdown_category"),
        ),
    )
    ddl.create_all(op.get_bind())


#: What people recorded in these is never dropped by a command.
RECORDED = ("needs_analysis", "goal", "indicator", "pilot", "communication", "signal", "import_file")


def downgrade() -> None:
    connection = op.get_bind()
    for table in RECORDED:
        if connection.scalar(sa.text(f"SELECT count(*) FROM {table}")):
            raise RuntimeError("what people recorded would be lost; nothing was changed")
    ddl.drop_all(connection)
    op.drop_table("pilot_reach_cell")
    op.drop_table("measurement_cell")
    with op.batch_alter_table("target", schema=None) as batch_op:
        batch_op.drop_index("ix_target_indicator_period")
        batch_op.drop_index(batch_op.f("ix_target_alliance_id"))

    op.drop_table("target")
    with op.batch_alter_table("pilot_tag", schema=None) as batch_op:
        batch_op.drop_index("ix_pilot_tag_term")
        batch_op.drop_index(batch_op.f("ix_pilot_tag_alliance_id"))

    op.drop_table("pilot_tag")
    with op.batch_alter_table("pilot_reach", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_pilot_reach_current",
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )
        batch_op.drop_index("ix_pilot_reach_alliance_year")

    op.drop_table("pilot_reach")
    with op.batch_alter_table("pilot_partner", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pilot_partner_partner_id"))
        batch_op.drop_index(batch_op.f("ix_pilot_partner_alliance_id"))

    op.drop_table("pilot_partner")
    with op.batch_alter_table("pilot_evaluation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pilot_evaluation_pilot_id"))
        batch_op.drop_index(batch_op.f("ix_pilot_evaluation_alliance_id"))

    op.drop_table("pilot_evaluation")
    with op.batch_alter_table("measurement", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_measurement_current",
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_measurement_measured_by_id"))
        batch_op.drop_index("ix_measurement_alliance_period")

    op.drop_table("measurement")
    with op.batch_alter_table("baseline", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_baseline_indicator_id"))
        batch_op.drop_index(batch_op.f("ix_baseline_alliance_id"))

    op.drop_table("baseline")
    with op.batch_alter_table("pilot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pilot_goal_id"))
        batch_op.drop_index("ix_pilot_alliance_status")

    op.drop_table("pilot")
    with op.batch_alter_table("indicator", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_indicator_goal_id"))
        batch_op.drop_index("ix_indicator_definition")

    op.drop_table("indicator")
    with op.batch_alter_table("goal_tag", schema=None) as batch_op:
        batch_op.drop_index("ix_goal_tag_term")
        batch_op.drop_index(batch_op.f("ix_goal_tag_alliance_id"))

    op.drop_table("goal_tag")
    with op.batch_alter_table("signal_support", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signal_support_alliance_id"))

    op.drop_table("signal_support")
    op.drop_table("indicator_tally")
    with op.batch_alter_table("counted_term", schema=None) as batch_op:
        batch_op.drop_index("ix_counted_term_term")

    op.drop_table("counted_term")
    with op.batch_alter_table("goal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_goal_owner_partner_id"))
        batch_op.drop_index("ix_goal_alliance_position")

    op.drop_table("goal")
    with op.batch_alter_table("figure_tally", schema=None) as batch_op:
        batch_op.drop_index("ix_figure_tally_period")

    op.drop_table("figure_tally")
    with op.batch_alter_table("catalogue_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_catalogue_entry_definition_id"))

    op.drop_table("catalogue_entry")
    with op.batch_alter_table("signal", schema=None) as batch_op:
        batch_op.drop_index("ix_signal_voices")
        batch_op.drop_index("ix_signal_status_due")
        batch_op.drop_index(batch_op.f("ix_signal_precondition_key"))
        batch_op.drop_index(batch_op.f("ix_signal_merged_into_id"))
        batch_op.drop_index("ix_signal_alliance_sent")

    op.drop_table("signal")
    op.drop_table("needs_analysis")
    with op.batch_alter_table("indicator_definition", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_indicator_definition_shared",
            sqlite_where=sa.text("alliance_id IS NULL"),
            postgresql_where=sa.text("alliance_id IS NULL"),
        )

    op.drop_table("indicator_definition")
    with op.batch_alter_table("import_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_file_uploaded_by_id"))
        batch_op.drop_index("ix_import_file_alliance")

    op.drop_table("import_file")
    with op.batch_alter_table("communication", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_communication_author_id"))
        batch_op.drop_index("ix_communication_alliance_on")

    op.drop_table("communication")
    op.drop_table("monitor_figure")
    with op.batch_alter_table("catalogue", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_catalogue_one_draft",
            sqlite_where=sa.text("status = 'draft'"),
            postgresql_where=sa.text("status = 'draft'"),
        )

    op.drop_table("catalogue")
    ddl.create_all(connection)
