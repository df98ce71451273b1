"""convenants, commitments, drawing rights and accountability."""

import sqlalchemy as sa
from alembic import op

from migrations import ddl

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "due_tally",
        sa.Column("region_code", sa.String(length=10), nullable=False),
        sa.Column(
            "side",
            sa.Enum("government", "partner", name="side", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("instalments", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_due_tally_region_code")),
        sa.PrimaryKeyConstraint("region_code", "side", "due_on", name=op.f("pk_due_tally")),
    )
    op.create_table(
        "counted_due",
        sa.Column("alliance_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "government", "partner", name="counted_side", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("instalments", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_counted_due_alliance_id")),
        sa.PrimaryKeyConstraint("alliance_id", "side", "due_on", name=op.f("pk_counted_due")),
    )
    op.create_table(
        "counted_money",
        sa.Column("alliance_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ceiling", sa.BigInteger(), nullable=False),
        sa.Column("drawn", sa.BigInteger(), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_counted_money_alliance_id")),
        sa.PrimaryKeyConstraint("alliance_id", "year", name=op.f("pk_counted_money")),
    )
    op.create_table(
        "money_tally",
        sa.Column("region_code", sa.String(length=10), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ceiling", sa.BigInteger(), nullable=False),
        sa.Column("drawn", sa.BigInteger(), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_money_tally_region_code")),
        sa.PrimaryKeyConstraint("region_code", "year", name=op.f("pk_money_tally")),
    )
    op.create_table(
        "programme_office",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_programme_office_only_one")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_programme_office_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_office")),
    )
    op.create_table(
        "accountability_statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "answer",
            sa.Enum("signed", "refused", name="statementanswer", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("function", sa.String(length=120), nullable=False),
        sa.Column(
            "method",
            sa.Enum(
                "application", "paper", name="statementmethod", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "answer <> 'refused' OR remark <> ''", name=op.f("ck_accountability_statement_refused_with_a_reason")
        ),
        sa.CheckConstraint("name <> '' AND function <> ''", name=op.f("ck_accountability_statement_says_who")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_accountability_statement_is_numbered")),
        sa.CheckConstraint("year BETWEEN 2000 AND 2100", name=op.f("ck_accountability_statement_year_is_plausible")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_accountability_statement_alliance_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_accountability_statement_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name=op.f("fk_accountability_statement_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accountability_statement")),
        sa.UniqueConstraint(
            "alliance_id",
            "organisation_id",
            "year",
            "number",
            name=op.f("uq_accountability_statement_alliance_id_organisation_id_year_number"),
        ),
    )
    with op.batch_alter_table("accountability_statement", schema=None) as batch_op:
        batch_op.create_index("ix_accountability_statement_organisation", ["organisation_id", "year"], unique=False)

    op.create_table(
        "agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("parties", sa.Text(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdraw_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdraw_reason = '')", name=op.f("ck_agreement_withdrawn_with_a_reason")
        ),
        sa.CheckConstraint("title <> ''", name=op.f("ck_agreement_has_a_title")),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_agreement_ends_after_it_starts")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_agreement_alliance_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user_account.id"], name=op.f("fk_agreement_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
    )
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.create_index("ix_agreement_alliance", ["alliance_id", "starts_on"], unique=False)

    op.create_table(
        "convenant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("is_offered", sa.Boolean(), nullable=False),
        sa.Column("in_force_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("terminated_on", sa.Date(), nullable=True),
        sa.Column("terminate_reason", sa.Text(), nullable=False),
        sa.Column("given_up_on", sa.Date(), nullable=True),
        sa.Column("give_up_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(given_up_on IS NULL) = (give_up_reason = '')", name=op.f("ck_convenant_given_up_with_a_reason")
        ),
        sa.CheckConstraint(
            "(terminated_on IS NULL) = (terminate_reason = '')", name=op.f("ck_convenant_terminated_with_a_reason")
        ),
        sa.CheckConstraint("title <> ''", name=op.f("ck_convenant_has_a_title")),
        sa.CheckConstraint(
            "(in_force_on IS NULL) = (ends_on IS NULL)", name=op.f("ck_convenant_has_a_term_once_in_force")
        ),
        sa.CheckConstraint(
            "given_up_on IS NULL OR in_force_on IS NULL", name=op.f("ck_convenant_given_up_before_it_was_in_force")
        ),
        sa.CheckConstraint(
            "terminated_on IS NULL OR in_force_on IS NOT NULL", name=op.f("ck_convenant_terminated_once_in_force")
        ),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_convenant_alliance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_convenant")),
    )
    with op.batch_alter_table("convenant", schema=None) as batch_op:
        batch_op.create_index("ix_convenant_alliance", ["alliance_id", "in_force_on"], unique=False)

    op.create_table(
        "commitment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("convenant_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_commitment_is_numbered")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_commitment_alliance_id")),
        sa.ForeignKeyConstraint(["convenant_id"], ["convenant.id"], name=op.f("fk_commitment_convenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment")),
        sa.UniqueConstraint("convenant_id", "number", name=op.f("uq_commitment_convenant_id_number")),
    )
    with op.batch_alter_table("commitment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_commitment_alliance_id"), ["alliance_id"], unique=False)

    op.create_table(
        "convenant_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("convenant_id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "original",
                "addendum",
                "rider",
                name="versionkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "offered",
                "in-force",
                "superseded",
                "withdrawn",
                "terminated",
                name="versionstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("based_on_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("change_note", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("goals_text", sa.Text(), nullable=False),
        sa.Column("tasks", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("minimum_cofinancing", sa.BigInteger(), nullable=True),
        sa.Column("decision_days", sa.Integer(), nullable=False),
        sa.Column("reporting_on", sa.JSON(), nullable=False),
        sa.Column("evaluation_on", sa.Date(), nullable=True),
        sa.Column("asked_indicators", sa.JSON(), nullable=False),
        sa.Column("amendment", sa.Text(), nullable=False),
        sa.Column("suspension", sa.Text(), nullable=False),
        sa.Column("recovery", sa.Text(), nullable=False),
        sa.Column("termination", sa.Text(), nullable=False),
        sa.Column("ready_on", sa.Date(), nullable=True),
        sa.Column("ready_by_id", sa.Integer(), nullable=True),
        sa.Column("offered_on", sa.Date(), nullable=True),
        sa.Column("offered_by_id", sa.Integer(), nullable=True),
        sa.Column("document", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("in_force_on", sa.Date(), nullable=True),
        sa.Column("withdraw_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'original') = (based_on_id IS NULL)", name=op.f("ck_convenant_version_later_ones_build_on_another")
        ),
        sa.CheckConstraint(
            "(status = 'withdrawn') = (withdraw_reason <> '')",
            name=op.f("ck_convenant_version_withdrawn_with_a_reason"),
        ),
        sa.CheckConstraint(
            "(status IN ('in-force', 'superseded', 'terminated')) = (in_force_on IS NOT NULL)",
            name=op.f("ck_convenant_version_in_force_on_a_day"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'withdrawn') OR offered_on IS NOT NULL",
            name=op.f("ck_convenant_version_offered_on_once_offered"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'withdrawn') OR sha256 <> ''", name=op.f("ck_convenant_version_frozen_once_offered")
        ),
        sa.CheckConstraint("title <> ''", name=op.f("ck_convenant_version_has_a_title")),
        sa.CheckConstraint(
            "(ready_on IS NULL) = (ready_by_id IS NULL)", name=op.f("ck_convenant_version_somebody_said_it_is_ready")
        ),
        sa.CheckConstraint("decision_days BETWEEN 1 AND 365", name=op.f("ck_convenant_version_decides_within_a_year")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_convenant_version_ends_after_it_starts")),
        sa.CheckConstraint(
            "minimum_cofinancing IS NULL OR (minimum_cofinancing >= 0 AND minimum_cofinancing <= 1000000)",
            name=op.f("ck_convenant_version_cofinancing_is_a_percentage"),
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_convenant_version_is_numbered")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_convenant_version_alliance_id")),
        sa.ForeignKeyConstraint(
            ["based_on_id"], ["convenant_version.id"], name=op.f("fk_convenant_version_based_on_id")
        ),
        sa.ForeignKeyConstraint(["convenant_id"], ["convenant.id"], name=op.f("fk_convenant_version_convenant_id")),
        sa.ForeignKeyConstraint(
            ["offered_by_id"], ["user_account.id"], name=op.f("fk_convenant_version_offered_by_id")
        ),
        sa.ForeignKeyConstraint(["ready_by_id"], ["user_account.id"], name=op.f("fk_convenant_version_ready_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_convenant_version")),
        sa.UniqueConstraint("convenant_id", "number", name=op.f("uq_convenant_version_convenant_id_number")),
    )
    with op.batch_alter_table("convenant_version", schema=None) as batch_op:
        batch_op.create_index("ix_convenant_version_alliance", ["alliance_id", "status"], unique=False)
        batch_op.create_index(
            "uq_convenant_version_one_draft",
            ["convenant_id"],
            unique=True,
            sqlite_where=sa.text("status = 'draft'"),
            postgresql_where=sa.text("status = 'draft'"),
        )
        batch_op.create_index(
            "uq_convenant_version_one_in_force",
            ["convenant_id"],
            unique=True,
            sqlite_where=sa.text("status = 'in-force' AND kind <> 'rider'"),
            postgresql_where=sa.text("status = 'in-force' AND kind <> 'rider'"),
        )
        batch_op.create_index(
            "uq_convenant_version_one_offered",
            ["convenant_id"],
            unique=True,
            sqlite_where=sa.text("status = 'offered' AND kind <> 'rider'"),
            postgresql_where=sa.text("status = 'offered' AND kind <> 'rider'"),
        )

    op.create_table(
        "drawing_right",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.String(length=10), nullable=False),
        sa.Column("convenant_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("ceiling", sa.BigInteger(), nullable=False),
        sa.Column("drawn", sa.BigInteger(), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.Column("decision_days", sa.Integer(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ceiling >= 0", name=op.f("ck_drawing_right_ceiling_is_no_debt")),
        sa.CheckConstraint("drawn >= 0 AND drawn <= ceiling", name=op.f("ck_drawing_right_never_beyond_the_ceiling")),
        sa.CheckConstraint("paid >= 0 AND paid <= drawn", name=op.f("ck_drawing_right_pays_what_was_drawn")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_drawing_right_alliance_id")),
        sa.ForeignKeyConstraint(["convenant_id"], ["convenant.id"], name=op.f("fk_drawing_right_convenant_id")),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_drawing_right_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drawing_right")),
        sa.UniqueConstraint("convenant_id", "year", name=op.f("uq_drawing_right_convenant_id_year")),
    )
    with op.batch_alter_table("drawing_right", schema=None) as batch_op:
        batch_op.create_index("ix_drawing_right_alliance", ["alliance_id", "year"], unique=False)
        batch_op.create_index(batch_op.f("ix_drawing_right_region_code"), ["region_code"], unique=False)

    op.create_table(
        "commitment_wording",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("convenant_version_id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column(
            "nature",
            sa.Enum("effort", "result", name="nature", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "money",
                "hours",
                "infrastructure",
                "guest-teachers",
                "places",
                "communication",
                "expertise",
                "decision",
                name="commitmentkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "unit",
            sa.Enum(
                "eur",
                "hours",
                "days",
                "lessons",
                "places",
                "times",
                name="unit",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("unit_value", sa.BigInteger(), nullable=True),
        sa.Column("goal_id", sa.Integer(), nullable=True),
        sa.Column("task", sa.String(length=200), nullable=False),
        sa.Column("coordinator_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'money') = (unit = 'eur')", name=op.f("ck_commitment_wording_money_is_counted_in_euro")
        ),
        sa.CheckConstraint("description <> ''", name=op.f("ck_commitment_wording_says_something")),
        sa.CheckConstraint(
            "kind <> 'money' OR unit_value IS NULL", name=op.f("ck_commitment_wording_money_is_its_own_value")
        ),
        sa.CheckConstraint(
            "unit_value IS NULL OR unit_value >= 0", name=op.f("ck_commitment_wording_value_is_no_debt")
        ),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_commitment_wording_alliance_id")),
        sa.ForeignKeyConstraint(["commitment_id"], ["commitment.id"], name=op.f("fk_commitment_wording_commitment_id")),
        sa.ForeignKeyConstraint(
            ["convenant_version_id"], ["convenant_version.id"], name=op.f("fk_commitment_wording_convenant_version_id")
        ),
        sa.ForeignKeyConstraint(
            ["coordinator_id"], ["organisation.id"], name=op.f("fk_commitment_wording_coordinator_id")
        ),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_commitment_wording_goal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment_wording")),
        sa.UniqueConstraint(
            "convenant_version_id",
            "commitment_id",
            name=op.f("uq_commitment_wording_convenant_version_id_commitment_id"),
        ),
    )
    with op.batch_alter_table("commitment_wording", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_commitment_wording_alliance_id"), ["alliance_id"], unique=False)
        batch_op.create_index("ix_commitment_wording_commitment", ["commitment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_commitment_wording_coordinator_id"), ["coordinator_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_commitment_wording_goal_id"), ["goal_id"], unique=False)

    op.create_table(
        "convenant_goal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("convenant_version_id", sa.Integer(), nullable=False),
        sa.Column("goal_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_convenant_goal_alliance_id")),
        sa.ForeignKeyConstraint(
            ["convenant_version_id"], ["convenant_version.id"], name=op.f("fk_convenant_goal_convenant_version_id")
        ),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_convenant_goal_goal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_convenant_goal")),
        sa.UniqueConstraint(
            "convenant_version_id", "goal_id", name=op.f("uq_convenant_goal_convenant_version_id_goal_id")
        ),
    )
    with op.batch_alter_table("convenant_goal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_convenant_goal_alliance_id"), ["alliance_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_convenant_goal_goal_id"), ["goal_id"], unique=False)

    op.create_table(
        "convenant_party",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("convenant_version_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum("government", "partner", name="side", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("is_vlaio", sa.Boolean(), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("signatures_needed", sa.Integer(), nullable=False),
        sa.Column("signs_as", sa.String(length=160), nullable=False),
        sa.Column("decided_by", sa.String(length=160), nullable=False),
        sa.CheckConstraint(
            "NOT is_vlaio OR (is_required AND side = 'government')", name=op.f("ck_convenant_party_vlaio_signs")
        ),
        sa.CheckConstraint("signatures_needed BETWEEN 1 AND 9", name=op.f("ck_convenant_party_somebody_signs")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_convenant_party_alliance_id")),
        sa.ForeignKeyConstraint(
            ["convenant_version_id"], ["convenant_version.id"], name=op.f("fk_convenant_party_convenant_version_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_convenant_party_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_convenant_party")),
        sa.UniqueConstraint(
            "convenant_version_id",
            "organisation_id",
            name=op.f("uq_convenant_party_convenant_version_id_organisation_id"),
        ),
    )
    with op.batch_alter_table("convenant_party", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_convenant_party_alliance_id"), ["alliance_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_convenant_party_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "drawdown",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("drawing_right_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("payee_partner_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "requested",
                "returned",
                "approved",
                "refused",
                "withdrawn",
                name="drawdownstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("requested_by_id", sa.Integer(), nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=False),
        sa.Column("decide_by", sa.Date(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(status IN ('approved', 'refused')) = (decided_on IS NOT NULL)",
            name=op.f("ck_drawdown_decided_on_if_decided"),
        ),
        sa.CheckConstraint("paid = 0 OR status = 'approved'", name=op.f("ck_drawdown_paid_once_approved")),
        sa.CheckConstraint("purpose <> ''", name=op.f("ck_drawdown_has_a_purpose")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_drawdown_asks_something")),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> requested_by_id", name=op.f("ck_drawdown_four_eyes")
        ),
        sa.CheckConstraint("paid >= 0 AND paid <= amount", name=op.f("ck_drawdown_never_paid_beyond")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_drawdown_alliance_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_drawdown_decided_by_id")),
        sa.ForeignKeyConstraint(["drawing_right_id"], ["drawing_right.id"], name=op.f("fk_drawdown_drawing_right_id")),
        sa.ForeignKeyConstraint(["payee_partner_id"], ["partner.id"], name=op.f("fk_drawdown_payee_partner_id")),
        sa.ForeignKeyConstraint(["requested_by_id"], ["user_account.id"], name=op.f("fk_drawdown_requested_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drawdown")),
    )
    with op.batch_alter_table("drawdown", schema=None) as batch_op:
        batch_op.create_index("ix_drawdown_alliance", ["alliance_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_drawdown_drawing_right_id"), ["drawing_right_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_drawdown_payee_partner_id"), ["payee_partner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_drawdown_requested_by_id"), ["requested_by_id"], unique=False)
        batch_op.create_index("ix_drawdown_waiting", ["status", "decide_by", "id"], unique=False)

    op.create_table(
        "planned_right",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("convenant_version_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("ceiling", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("ceiling >= 0", name=op.f("ck_planned_right_ceiling_is_no_debt")),
        sa.CheckConstraint("year BETWEEN 2000 AND 2100", name=op.f("ck_planned_right_year_is_plausible")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_planned_right_alliance_id")),
        sa.ForeignKeyConstraint(
            ["convenant_version_id"], ["convenant_version.id"], name=op.f("fk_planned_right_convenant_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_right")),
        sa.UniqueConstraint("convenant_version_id", "year", name=op.f("uq_planned_right_convenant_version_id_year")),
    )
    with op.batch_alter_table("planned_right", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_planned_right_alliance_id"), ["alliance_id"], unique=False)

    op.create_table(
        "commitment_bearer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("convenant_version_id", sa.Integer(), nullable=False),
        sa.Column("commitment_wording_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("share", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("share > 0 AND share <= 1000000", name=op.f("ck_commitment_bearer_share_is_a_percentage")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_commitment_bearer_alliance_id")),
        sa.ForeignKeyConstraint(
            ["commitment_wording_id"],
            ["commitment_wording.id"],
            name=op.f("fk_commitment_bearer_commitment_wording_id"),
        ),
        sa.ForeignKeyConstraint(
            ["convenant_version_id"], ["convenant_version.id"], name=op.f("fk_commitment_bearer_convenant_version_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_commitment_bearer_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment_bearer")),
        sa.UniqueConstraint(
            "commitment_wording_id",
            "organisation_id",
            name=op.f("uq_commitment_bearer_commitment_wording_id_organisation_id"),
        ),
    )
    with op.batch_alter_table("commitment_bearer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_commitment_bearer_alliance_id"), ["alliance_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_commitment_bearer_convenant_version_id"), ["convenant_version_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_commitment_bearer_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "convenant_signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("convenant_version_id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("function", sa.String(length=120), nullable=False),
        sa.Column(
            "method",
            sa.Enum(
                "application", "paper", name="signaturemethod", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("decision_on", sa.Date(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("struck_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("strike_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(struck_at IS NULL) = (strike_reason = '')", name=op.f("ck_convenant_signature_struck_with_a_reason")
        ),
        sa.CheckConstraint("name <> '' AND function <> ''", name=op.f("ck_convenant_signature_says_who")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_convenant_signature_alliance_id")),
        sa.ForeignKeyConstraint(
            ["convenant_version_id"], ["convenant_version.id"], name=op.f("fk_convenant_signature_convenant_version_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_convenant_signature_organisation_id")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["convenant_party.id"], name=op.f("fk_convenant_signature_party_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name=op.f("fk_convenant_signature_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_convenant_signature")),
    )
    with op.batch_alter_table("convenant_signature", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_convenant_signature_alliance_id"), ["alliance_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_convenant_signature_convenant_version_id"), ["convenant_version_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_convenant_signature_party_id"), ["party_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_convenant_signature_recorded_by_id"), ["recorded_by_id"], unique=False)

    op.create_table(
        "instalment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.String(length=10), nullable=False),
        sa.Column("convenant_id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("wording_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("first_organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum("government", "partner", name="side", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("first_due_on", sa.Date(), nullable=False),
        sa.Column("reported", sa.BigInteger(), nullable=False),
        sa.Column("confirmed", sa.BigInteger(), nullable=False),
        sa.Column("disputes", sa.Integer(), nullable=False),
        sa.Column("disputed", sa.BigInteger(), nullable=False),
        sa.Column("delivered_on", sa.Date(), nullable=True),
        sa.Column("claimed_on", sa.Date(), nullable=True),
        sa.Column("was_late", sa.Boolean(), nullable=False),
        sa.Column("is_waived", sa.Boolean(), nullable=False),
        sa.Column("waived_on", sa.Date(), nullable=True),
        sa.Column("waive_reason", sa.Text(), nullable=False),
        sa.Column("explained_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("is_waived = (waive_reason <> '')", name=op.f("ck_instalment_waived_with_a_reason")),
        sa.CheckConstraint(
            "(reported >= quantity) = (delivered_on IS NOT NULL)", name=op.f("ck_instalment_delivered_on_if_delivered")
        ),
        sa.CheckConstraint(
            "disputes >= 0 AND disputed >= 0 AND (disputes > 0) = (disputed > 0)",
            name=op.f("ck_instalment_counts_disputes"),
        ),
        sa.CheckConstraint(
            "delivered_on IS NULL OR (claimed_on IS NOT NULL AND claimed_on <= delivered_on)",
            name=op.f("ck_instalment_claimed_before_kept"),
        ),
        sa.CheckConstraint("is_waived = (waived_on IS NOT NULL)", name=op.f("ck_instalment_waived_on_if_waived")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_instalment_promises_something")),
        sa.CheckConstraint(
            "reported >= 0 AND confirmed >= 0 AND confirmed <= reported", name=op.f("ck_instalment_counts_deliveries")
        ),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_instalment_alliance_id")),
        sa.ForeignKeyConstraint(["commitment_id"], ["commitment.id"], name=op.f("fk_instalment_commitment_id")),
        sa.ForeignKeyConstraint(["convenant_id"], ["convenant.id"], name=op.f("fk_instalment_convenant_id")),
        sa.ForeignKeyConstraint(
            ["first_organisation_id"], ["organisation.id"], name=op.f("fk_instalment_first_organisation_id")
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_instalment_organisation_id")),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_instalment_region_code")),
        sa.ForeignKeyConstraint(["wording_id"], ["commitment_wording.id"], name=op.f("fk_instalment_wording_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instalment")),
        sa.UniqueConstraint(
            "commitment_id",
            "year",
            "first_organisation_id",
            name=op.f("uq_instalment_commitment_id_year_first_organisation_id"),
        ),
    )
    with op.batch_alter_table("instalment", schema=None) as batch_op:
        batch_op.create_index("ix_instalment_alliance_due", ["alliance_id", "due_on"], unique=False)
        batch_op.create_index("ix_instalment_convenant", ["convenant_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_instalment_first_organisation_id"), ["first_organisation_id"], unique=False
        )
        batch_op.create_index("ix_instalment_organisation", ["organisation_id", "alliance_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_instalment_wording_id"), ["wording_id"], unique=False)

    op.create_table(
        "payment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("drawdown_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payment_pays_something")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_payment_alliance_id")),
        sa.ForeignKeyConstraint(["drawdown_id"], ["drawdown.id"], name=op.f("fk_payment_drawdown_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user_account.id"], name=op.f("fk_payment_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
    )
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_alliance_id"), ["alliance_id"], unique=False)
        batch_op.create_index("ix_payment_drawdown", ["drawdown_id", "id"], unique=False)

    op.create_table(
        "planned_instalment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("convenant_version_id", sa.Integer(), nullable=False),
        sa.Column("commitment_wording_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_planned_instalment_promises_something")),
        sa.CheckConstraint("year BETWEEN 2000 AND 2100", name=op.f("ck_planned_instalment_year_is_plausible")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_planned_instalment_alliance_id")),
        sa.ForeignKeyConstraint(
            ["commitment_wording_id"],
            ["commitment_wording.id"],
            name=op.f("fk_planned_instalment_commitment_wording_id"),
        ),
        sa.ForeignKeyConstraint(
            ["convenant_version_id"], ["convenant_version.id"], name=op.f("fk_planned_instalment_convenant_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_instalment")),
        sa.UniqueConstraint(
            "commitment_wording_id", "year", name=op.f("uq_planned_instalment_commitment_wording_id_year")
        ),
    )
    with op.batch_alter_table("planned_instalment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_planned_instalment_alliance_id"), ["alliance_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_planned_instalment_convenant_version_id"), ["convenant_version_id"], unique=False
        )

    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("instalment_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum("government", "partner", name="side", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("logged_by_id", sa.Integer(), nullable=False),
        sa.Column("logged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_from", sa.Date(), nullable=False),
        sa.Column("confirmations", sa.Integer(), nullable=False),
        sa.Column("disputes", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdraw_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdraw_reason = '')", name=op.f("ck_delivery_withdrawn_with_a_reason")
        ),
        sa.CheckConstraint("confirmations >= 0 AND disputes >= 0", name=op.f("ck_delivery_counts_answers")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_delivery_delivers_something")),
        sa.CheckConstraint("value IS NULL OR value >= 0", name=op.f("ck_delivery_value_is_no_debt")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_delivery_alliance_id")),
        sa.ForeignKeyConstraint(["instalment_id"], ["instalment.id"], name=op.f("fk_delivery_instalment_id")),
        sa.ForeignKeyConstraint(["logged_by_id"], ["user_account.id"], name=op.f("fk_delivery_logged_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_delivery_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index("ix_delivery_alliance_on", ["alliance_id", "on"], unique=False)
        batch_op.create_index("ix_delivery_instalment", ["instalment_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_delivery_logged_by_id"), ["logged_by_id"], unique=False)
        batch_op.create_index("ix_delivery_organisation", ["organisation_id", "alliance_id"], unique=False)

    op.create_table(
        "due_date_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("instalment_id", sa.Integer(), nullable=False),
        sa.Column("old_on", sa.Date(), nullable=False),
        sa.Column("new_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("was_overdue", sa.Boolean(), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_due_date_change_has_a_reason")),
        sa.CheckConstraint("new_on <> old_on", name=op.f("ck_due_date_change_moves_the_date")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_due_date_change_alliance_id")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["user_account.id"], name=op.f("fk_due_date_change_changed_by_id")),
        sa.ForeignKeyConstraint(["instalment_id"], ["instalment.id"], name=op.f("fk_due_date_change_instalment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due_date_change")),
    )
    with op.batch_alter_table("due_date_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_due_date_change_alliance_id"), ["alliance_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_due_date_change_instalment_id"), ["instalment_id"], unique=False)

    op.create_table(
        "explanation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("instalment_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "answered",
                "closed",
                name="explanationstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("opened_by_id", sa.Integer(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(status = 'closed') = (closed_on IS NOT NULL)", name=op.f("ck_explanation_closed_on_if_closed")
        ),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_explanation_alliance_id")),
        sa.ForeignKeyConstraint(["instalment_id"], ["instalment.id"], name=op.f("fk_explanation_instalment_id")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["user_account.id"], name=op.f("fk_explanation_opened_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_explanation_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_explanation")),
    )
    with op.batch_alter_table("explanation", schema=None) as batch_op:
        batch_op.create_index("ix_explanation_alliance", ["alliance_id", "status"], unique=False)
        batch_op.create_index(batch_op.f("ix_explanation_opened_by_id"), ["opened_by_id"], unique=False)
        batch_op.create_index("ix_explanation_organisation", ["organisation_id", "status"], unique=False)
        batch_op.create_index(
            "uq_explanation_one_running",
            ["instalment_id"],
            unique=True,
            sqlite_where=sa.text("status <> 'closed'"),
            postgresql_where=sa.text("status <> 'closed'"),
        )

    op.create_table(
        "inheritance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("instalment_id", sa.Integer(), nullable=False),
        sa.Column("from_organisation_id", sa.Integer(), nullable=False),
        sa.Column("to_organisation_id", sa.Integer(), nullable=True),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_inheritance_has_a_reason")),
        sa.CheckConstraint(
            "to_organisation_id IS NULL OR to_organisation_id <> from_organisation_id",
            name=op.f("ck_inheritance_passes_on"),
        ),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_inheritance_alliance_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_inheritance_decided_by_id")),
        sa.ForeignKeyConstraint(
            ["from_organisation_id"], ["organisation.id"], name=op.f("fk_inheritance_from_organisation_id")
        ),
        sa.ForeignKeyConstraint(["instalment_id"], ["instalment.id"], name=op.f("fk_inheritance_instalment_id")),
        sa.ForeignKeyConstraint(
            ["to_organisation_id"], ["organisation.id"], name=op.f("fk_inheritance_to_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inheritance")),
    )
    with op.batch_alter_table("inheritance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inheritance_alliance_id"), ["alliance_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_inheritance_from_organisation_id"), ["from_organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_inheritance_instalment_id"), ["instalment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_inheritance_to_organisation_id"), ["to_organisation_id"], unique=False)

    op.create_table(
        "confirmation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "answer",
            sa.Enum(
                "confirms",
                "disputes",
                "takes-back",
                name="answer",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("given_by_id", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("answer <> 'disputes' OR reason <> ''", name=op.f("ck_confirmation_disputes_with_a_reason")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_confirmation_alliance_id")),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_confirmation_delivery_id")),
        sa.ForeignKeyConstraint(["given_by_id"], ["user_account.id"], name=op.f("fk_confirmation_given_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_confirmation_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation")),
    )
    with op.batch_alter_table("confirmation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_confirmation_alliance_id"), ["alliance_id"], unique=False)
        batch_op.create_index("ix_confirmation_delivery", ["delivery_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_confirmation_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "explanation_post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("explanation_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "question", "answer", "closing", name="postkind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind = 'closing' OR text <> ''", name=op.f("ck_explanation_post_says_something")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_explanation_post_alliance_id")),
        sa.ForeignKeyConstraint(["author_id"], ["user_account.id"], name=op.f("fk_explanation_post_author_id")),
        sa.ForeignKeyConstraint(
            ["explanation_id"], ["explanation.id"], name=op.f("fk_explanation_post_explanation_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_explanation_post_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_explanation_post")),
    )
    with op.batch_alter_table("explanation_post", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_explanation_post_alliance_id"), ["alliance_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_explanation_post_explanation_id"), ["explanation_id"], unique=False)

    with op.batch_alter_table("alliance_standing", schema=None) as batch_op:
        batch_op.add_column(sa.Column("next_due_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("convenant_until", sa.Date(), nullable=True))
        batch_op.create_index("ix_alliance_standing_due", ["status", "next_due_on", "alliance_id"], unique=False)

    # Adding a column without a key rebuilds nothing, so the triggers of this table stay.
    op.add_column("log_entry", sa.Column("commitment_id", sa.Integer(), nullable=True))

    ddl.create_all(op.get_bind())


#: What people recorded in these is never dropped by a command.
RECORDED = ("convenant", "agreement", "instalment", "drawdown", "accountability_statement")


def downgrade() -> None:
    connection = op.get_bind()
    for table in RECORDED:
        if connection.scalar(sa.text(f"SELECT count(*) FROM {table}")):
            raise RuntimeError("what people recorded would be lost; nothing was changed")
    ddl.drop_all(connection)
    op.drop_column("log_entry", "commitment_id")
    with op.batch_alter_table("alliance_standing", schema=None) as batch_op:
        batch_op.drop_index("ix_alliance_standing_due")
        batch_op.drop_column("convenant_until")
        batch_op.drop_column("next_due_on")

    with op.batch_alter_table("explanation_post", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_explanation_post_explanation_id"))
        batch_op.drop_index(batch_op.f("ix_explanation_post_alliance_id"))

    op.drop_table("explanation_post")
    with op.batch_alter_table("confirmation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_confirmation_organisation_id"))
        batch_op.drop_index("ix_confirmation_delivery")
        batch_op.drop_index(batch_op.f("ix_confirmation_alliance_id"))

    op.drop_table("confirmation")
    with op.batch_alter_table("inheritance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_inheritance_to_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_inheritance_instalment_id"))
        batch_op.drop_index(batch_op.f("ix_inheritance_from_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_inheritance_alliance_id"))

    op.drop_table("inheritance")
    with op.batch_alter_table("explanation", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_explanation_one_running",
            sqlite_where=sa.text("status <> 'closed'"),
            postgresql_where=sa.text("status <> 'closed'"),
        )
        batch_op.drop_index("ix_explanation_organisation")
        batch_op.drop_index(batch_op.f("ix_explanation_opened_by_id"))
        batch_op.drop_index("ix_explanation_alliance")

    op.drop_table("explanation")
    with op.batch_alter_table("due_date_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_due_date_change_instalment_id"))
        batch_op.drop_index(batch_op.f("ix_due_date_change_alliance_id"))

    op.drop_table("due_date_change")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_delivery_organisation")
        batch_op.drop_index(batch_op.f("ix_delivery_logged_by_id"))
        batch_op.drop_index("ix_delivery_instalment")
        batch_op.drop_index("ix_delivery_alliance_on")

    op.drop_table("delivery")
    with op.batch_alter_table("planned_instalment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_planned_instalment_convenant_version_id"))
        batch_op.drop_index(batch_op.f("ix_planned_instalment_alliance_id"))

    op.drop_table("planned_instalment")
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.drop_index("ix_payment_drawdown")
        batch_op.drop_index(batch_op.f("ix_payment_alliance_id"))

    op.drop_table("payment")
    with op.batch_alter_table("instalment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_instalment_wording_id"))
        batch_op.drop_index("ix_instalment_organisation")
        batch_op.drop_index(batch_op.f("ix_instalment_first_organisation_id"))
        batch_op.drop_index("ix_instalment_convenant")
        batch_op.drop_index("ix_instalment_alliance_due")

    op.drop_table("instalment")
    with op.batch_alter_table("convenant_signature", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_convenant_signature_recorded_by_id"))
        batch_op.drop_index(batch_op.f("ix_convenant_signature_party_id"))
        batch_op.drop_index(batch_op.f("ix_convenant_signature_convenant_version_id"))
        batch_op.drop_index(batch_op.f("ix_convenant_signature_alliance_id"))

    op.drop_table("convenant_signature")
    with op.batch_alter_table("commitment_bearer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_commitment_bearer_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_commitment_bearer_convenant_version_id"))
        batch_op.drop_index(batch_op.f("ix_commitment_bearer_alliance_id"))

    op.drop_table("commitment_bearer")
    with op.batch_alter_table("planned_right", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_planned_right_alliance_id"))

    op.drop_table("planned_right")
    with op.batch_alter_table("drawdown", schema=None) as batch_op:
        batch_op.drop_index("ix_drawdown_waiting")
        batch_op.drop_index(batch_op.f("ix_drawdown_requested_by_id"))
        batch_op.drop_index(batch_op.f("ix_drawdown_payee_partner_id"))
        batch_op.drop_index(batch_op.f("ix_drawdown_drawing_right_id"))
        batch_op.drop_index("ix_drawdown_alliance")

    op.drop_table("drawdown")
    with op.batch_alter_table("convenant_party", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_convenant_party_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_convenant_party_alliance_id"))

    op.drop_table("convenant_party")
    with op.batch_alter_table("convenant_goal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_convenant_goal_goal_id"))
        batch_op.drop_index(batch_op.f("ix_convenant_goal_alliance_id"))

    op.drop_table("convenant_goal")
    with op.batch_alter_table("commitment_wording", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_commitment_wording_goal_id"))
        batch_op.drop_index(batch_op.f("ix_commitment_wording_coordinator_id"))
        batch_op.drop_index("ix_commitment_wording_commitment")
        batch_op.drop_index(batch_op.f("ix_commitment_wording_alliance_id"))

    op.drop_table("commitment_wording")
    with op.batch_alter_table("drawing_right", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_drawing_right_region_code"))
        batch_op.drop_index("ix_drawing_right_alliance")

    op.drop_table("drawing_right")
    with op.batch_alter_table("convenant_version", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_convenant_version_one_offered",
            sqlite_where=sa.text("status = 'offered' AND kind <> 'rider'"),
            postgresql_where=sa.text("status = 'offered' AND kind <> 'rider'"),
        )
        batch_op.drop_index(
            "uq_convenant_version_one_in_force",
            sqlite_where=sa.text("status = 'in-force' AND kind <> 'rider'"),
            postgresql_where=sa.text("status = 'in-force' AND kind <> 'rider'"),
        )
        batch_op.drop_index(
            "uq_convenant_version_one_draft",
            sqlite_where=sa.text("status = 'draft'"),
            postgresql_where=sa.text("status = 'draft'"),
        )
        batch_op.drop_index("ix_convenant_version_alliance")

    op.drop_table("convenant_version")
    with op.batch_alter_table("commitment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_commitment_alliance_id"))

    op.drop_table("commitment")
    with op.batch_alter_table("convenant", schema=None) as batch_op:
        batch_op.drop_index("ix_convenant_alliance")

    op.drop_table("convenant")
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.drop_index("ix_agreement_alliance")

    op.drop_table("agreement")
    with op.batch_alter_table("accountability_statement", schema=None) as batch_op:
        batch_op.drop_index("ix_accountability_statement_organisation")

    op.drop_table("accountability_statement")
    op.drop_table("programme_office")
    op.drop_table("counted_money")
    op.drop_table("counted_due")
    op.drop_table("money_tally")
    op.drop_table("due_tally")
    ddl.create_all(connection)
