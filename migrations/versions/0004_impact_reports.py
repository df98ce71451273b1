"""impact reports, and one-time links to sign an account."""

import sqlalchemy as sa
from alembic import op

from migrations import ddl

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


#: What needs attention over all alliances is found from these: name, table, columns, and the rows that it holds.
INDEXES = (
    ("ix_convenant_ends_on", "convenant", ("ends_on",), None),
    ("ix_convenant_version_offered", "convenant_version", ("status", "offered_on"), None),
    ("ix_organisation_ended", "organisation", ("ended_on",), "ended_on IS NOT NULL"),
    ("ix_partner_left", "partner", ("alliance_id", "organisation_id"), "until IS NOT NULL"),
)
#: Tables with what people recorded: with rows in them there is no way back.
RECORDED = ("reporting_year", "statement_link")


def upgrade() -> None:
    op.create_table(
        "reporting_year",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("catalogue_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("review_days", sa.Integer(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("review_days BETWEEN 1 AND 365", name=op.f("ck_reporting_year_reviewed_within_a_year")),
        sa.CheckConstraint("year BETWEEN 2020 AND 2100", name=op.f("ck_reporting_year_year_is_plausible")),
        sa.ForeignKeyConstraint(["catalogue_id"], ["catalogue.id"], name=op.f("fk_reporting_year_catalogue_id")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["user_account.id"], name=op.f("fk_reporting_year_opened_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reporting_year")),
        sa.UniqueConstraint("year", name=op.f("uq_reporting_year_year")),
    )
    op.create_table(
        "impact_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reporting_year_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.String(length=10), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=True),
        sa.Column("is_regional", sa.Boolean(), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("excuse_reason", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "expected",
                "draft",
                "submitted",
                "returned",
                "approved",
                "published",
                "correcting",
                "withdrawn",
                name="reportstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("first_due_on", sa.Date(), nullable=False),
        sa.Column("was_late", sa.Boolean(), nullable=False),
        sa.Column("mend_by", sa.Date(), nullable=True),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("approved_version_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "alliance_id IS NOT NULL OR status = 'expected'", name=op.f("ck_impact_report_written_by_an_alliance")
        ),
        sa.CheckConstraint(
            "is_required OR excuse_reason <> '' OR NOT is_regional", name=op.f("ck_impact_report_excused_with_a_reason")
        ),
        sa.CheckConstraint("alliance_id IS NOT NULL OR is_regional", name=op.f("ck_impact_report_region_or_alliance")),
        sa.CheckConstraint(
            "status <> 'withdrawn' OR NOT (is_regional OR is_required)",
            name=op.f("ck_impact_report_withdrawn_by_who_was_not_asked"),
        ),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_impact_report_alliance_id")),
        sa.ForeignKeyConstraint(
            ["approved_version_id"], ["report_version.id"], name="fk_impact_report_approved_version_id", use_alter=True
        ),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_impact_report_region_code")),
        sa.ForeignKeyConstraint(
            ["reporting_year_id"], ["reporting_year.id"], name=op.f("fk_impact_report_reporting_year_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_impact_report")),
    )
    with op.batch_alter_table("impact_report", schema=None) as batch_op:
        batch_op.create_index("ix_impact_report_alliance", ["alliance_id", "year"], unique=False)
        batch_op.create_index(
            "uq_impact_report_alliance",
            ["year", "alliance_id"],
            unique=True,
            sqlite_where=sa.text("status <> 'withdrawn'"),
            postgresql_where=sa.text("status <> 'withdrawn'"),
        )
        batch_op.create_index(batch_op.f("ix_impact_report_reporting_year_id"), ["reporting_year_id"], unique=False)
        batch_op.create_index("ix_impact_report_status", ["status", "due_on"], unique=False)
        batch_op.create_index(
            "uq_impact_report_region",
            ["year", "region_code"],
            unique=True,
            sqlite_where=sa.text("is_regional"),
            postgresql_where=sa.text("is_regional"),
        )

    op.create_table(
        "report_extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=True),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("old_on", sa.Date(), nullable=False),
        sa.Column("new_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("was_overdue", sa.Boolean(), nullable=False),
        sa.Column("extended_by_id", sa.Integer(), nullable=True),
        sa.Column("extended_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_report_extension_moved_with_a_reason")),
        sa.CheckConstraint("new_on <> old_on", name=op.f("ck_report_extension_moved")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_report_extension_alliance_id")),
        sa.ForeignKeyConstraint(
            ["extended_by_id"], ["user_account.id"], name=op.f("fk_report_extension_extended_by_id")
        ),
        sa.ForeignKeyConstraint(["report_id"], ["impact_report.id"], name=op.f("fk_report_extension_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_extension")),
    )
    with op.batch_alter_table("report_extension", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_extension_report_id"), ["report_id"], unique=False)

    op.create_table(
        "report_section",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column(
            "section",
            sa.Enum(
                "summary",
                "goals",
                "reach",
                "pilots",
                "network",
                "commitments",
                "finances",
                "lessons",
                "plan",
                "region",
                "next-year",
                name="sectionkey",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("narrative", sa.Text(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("refreshed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_by_id", sa.Integer(), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_report_section_alliance_id")),
        sa.ForeignKeyConstraint(["edited_by_id"], ["user_account.id"], name=op.f("fk_report_section_edited_by_id")),
        sa.ForeignKeyConstraint(["report_id"], ["impact_report.id"], name=op.f("fk_report_section_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_section")),
        sa.UniqueConstraint("report_id", "section", name=op.f("uq_report_section_report_id_section")),
    )
    with op.batch_alter_table("report_section", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_section_alliance_id"), ["alliance_id"], unique=False)

    op.create_table(
        "report_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum("report", "erratum", name="versionpurpose", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("change_note", sa.Text(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("catalogue_id", sa.Integer(), nullable=False),
        sa.Column("submitted_by_id", sa.Integer(), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_due_on", sa.Date(), nullable=False),
        sa.Column("section_count", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "submitted",
                "taken-back",
                "returned",
                "approved",
                "published",
                "superseded",
                name="reportversionstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "purpose <> 'erratum' OR change_note <> ''", name=op.f("ck_report_version_corrected_with_a_note")
        ),
        sa.CheckConstraint(
            "status IN ('submitted', 'taken-back') OR decided_on IS NOT NULL",
            name=op.f("ck_report_version_decided_on_a_day"),
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_report_version_is_numbered")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_report_version_alliance_id")),
        sa.ForeignKeyConstraint(["catalogue_id"], ["catalogue.id"], name=op.f("fk_report_version_catalogue_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_report_version_decided_by_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_report_version_plan_id")),
        sa.ForeignKeyConstraint(["report_id"], ["impact_report.id"], name=op.f("fk_report_version_report_id")),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["user_account.id"], name=op.f("fk_report_version_submitted_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_version")),
        sa.UniqueConstraint("report_id", "number", name=op.f("uq_report_version_report_id_number")),
    )
    with op.batch_alter_table("report_version", schema=None) as batch_op:
        batch_op.create_index("ix_report_version_alliance", ["alliance_id", "status"], unique=False)
        batch_op.create_index("ix_report_version_sha256", ["sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_version_submitted_by_id"), ["submitted_by_id"], unique=False)

    op.create_table(
        "statement_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("statement_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(used_at IS NULL) = (statement_id IS NULL)", name=op.f("ck_statement_link_used_for_a_statement")
        ),
        sa.CheckConstraint("used_at IS NULL OR withdrawn_at IS NULL", name=op.f("ck_statement_link_used_or_withdrawn")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_statement_link_alliance_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user_account.id"], name=op.f("fk_statement_link_made_by_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_statement_link_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["accountability_statement.id"], name=op.f("fk_statement_link_statement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_statement_link_token_hash")),
    )
    with op.batch_alter_table("statement_link", schema=None) as batch_op:
        batch_op.create_index("ix_statement_link_account", ["alliance_id", "organisation_id", "year"], unique=False)

    op.create_table(
        "report_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("report_version_id", sa.Integer(), nullable=False),
        sa.Column(
            "section",
            sa.Enum(
                "summary",
                "goals",
                "reach",
                "pilots",
                "network",
                "commitments",
                "finances",
                "lessons",
                "plan",
                "region",
                "next-year",
                name="sectionkey",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_review", sa.Boolean(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_report_comment_says_something")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_report_comment_alliance_id")),
        sa.ForeignKeyConstraint(["author_id"], ["user_account.id"], name=op.f("fk_report_comment_author_id")),
        sa.ForeignKeyConstraint(
            ["report_version_id"], ["report_version.id"], name=op.f("fk_report_comment_report_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_comment")),
    )
    with op.batch_alter_table("report_comment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_comment_alliance_id"), ["alliance_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_comment_report_version_id"), ["report_version_id"], unique=False)

    op.create_table(
        "report_print",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("report_version_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_report_print_alliance_id")),
        sa.ForeignKeyConstraint(
            ["report_version_id"], ["report_version.id"], name=op.f("fk_report_print_report_version_id")
        ),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_report_print")),
    )
    with op.batch_alter_table("report_print", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_print_alliance_id"), ["alliance_id"], unique=False)
        batch_op.create_index("ix_report_print_version", ["report_version_id"], unique=False)

    op.create_table(
        "report_receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("report_version_id", sa.Integer(), nullable=False),
        sa.Column(
            "section",
            sa.Enum(
                "summary",
                "goals",
                "reach",
                "pilots",
                "network",
                "commitments",
                "finances",
                "lessons",
                "plan",
                "region",
                "next-year",
                name="sectionkey",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "use",
            sa.Enum(
                "read",
                "monitor",
                "practice",
                "signal",
                name="receiptuse",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_report_receipt_alliance_id")),
        sa.ForeignKeyConstraint(["reader_id"], ["user_account.id"], name=op.f("fk_report_receipt_reader_id")),
        sa.ForeignKeyConstraint(
            ["report_version_id"], ["report_version.id"], name=op.f("fk_report_receipt_report_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_receipt")),
        sa.UniqueConstraint(
            "report_version_id",
            "section",
            "reader_id",
            "use",
            name=op.f("uq_report_receipt_report_version_id_section_reader_id_use"),
        ),
    )
    with op.batch_alter_table("report_receipt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_receipt_alliance_id"), ["alliance_id"], unique=False)
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":  # there, a table can only point to one that exists
        op.create_foreign_key(
            "fk_impact_report_approved_version_id", "impact_report", "report_version", ["approved_version_id"], ["id"]
        )
    _methods("application", "paper", "link")
    with op.batch_alter_table("outgoing_mail") as batch_op:  # also to who has no account
        batch_op.alter_column("recipient_id", existing_type=sa.Integer(), nullable=True)
    op.add_column("alliance_standing", sa.Column("report_years", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("alliance_standing") as batch_op:
        batch_op.alter_column("report_years", server_default=None)
    for name, table, columns, rows in INDEXES:
        only = {f"{dialect}_where": sa.text(rows) for dialect in ("sqlite", "postgresql")} if rows else {}
        op.create_index(name, table, list(columns), **only)
    ddl.create_all(connection)


def _methods(*allowed: str) -> None:
    """How an account may be signed."""
    values = ", ".join(f"'{each}'" for each in allowed)
    with op.batch_alter_table("accountability_statement") as batch_op:
        batch_op.drop_constraint(op.f("ck_accountability_statement_statementmethod"), type_="check")
        batch_op.create_check_constraint(op.f("ck_accountability_statement_statementmethod"), f"method IN ({values})")


def downgrade() -> None:
    connection = op.get_bind()
    for table in RECORDED:
        if connection.scalar(sa.text(f"SELECT count(*) FROM {table}")):
            raise RuntimeError("what people recorded would be lost; nothing was changed")
    ddl.drop_all(connection)
    for name, table, _, _ in INDEXES:
        op.drop_index(name, table)
    if connection.dialect.name == "postgresql":
        op.drop_constraint("fk_impact_report_approved_version_id", "impact_report", type_="foreignkey")
    with op.batch_alter_table("report_receipt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_receipt_alliance_id"))

    op.drop_table("report_receipt")
    with op.batch_alter_table("report_print", schema=None) as batch_op:
        batch_op.drop_index("ix_report_print_version")
        batch_op.drop_index(batch_op.f("ix_report_print_alliance_id"))

    op.drop_table("report_print")
    with op.batch_alter_table("report_comment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_comment_report_version_id"))
        batch_op.drop_index(batch_op.f("ix_report_comment_alliance_id"))

    op.drop_table("report_comment")
    with op.batch_alter_table("statement_link", schema=None) as batch_op:
        batch_op.drop_index("ix_statement_link_account")

    op.drop_table("statement_link")
    with op.batch_alter_table("report_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_version_submitted_by_id"))
        batch_op.drop_index("ix_report_version_sha256")
        batch_op.drop_index("ix_report_version_alliance")

    op.drop_table("report_version")
    with op.batch_alter_table("report_section", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_section_alliance_id"))

    op.drop_table("report_section")
    with op.batch_alter_table("report_extension", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_extension_report_id"))

    op.drop_table("report_extension")
    with op.batch_alter_table("impact_report", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_impact_report_region", sqlite_where=sa.text("is_regional"), postgresql_where=sa.text("is_regional")
        )
        batch_op.drop_index(
            "uq_impact_report_alliance",
            sqlite_where=sa.text("status <> 'withdrawn'"),
            postgresql_where=sa.text("status <> 'withdrawn'"),
        )
        batch_op.drop_index("ix_impact_report_status")
        batch_op.drop_index(batch_op.f("ix_impact_report_reporting_year_id"))
        batch_op.drop_index("ix_impact_report_alliance")

    op.drop_table("impact_report")
    op.drop_table("reporting_year")
    with op.batch_alter_table("alliance_standing") as batch_op:
        batch_op.drop_column("report_years")
    op.execute("DELETE FROM outgoing_mail WHERE recipient_id IS NULL")
    with op.batch_alter_table("outgoing_mail") as batch_op:
        batch_op.alter_column("recipient_id", existing_type=sa.Integer(), nullable=False)
    op.execute("UPDATE accountability_statement SET method = 'application' WHERE method = 'link'")
    _methods("application", "paper")
    ddl.create_all(connection)
