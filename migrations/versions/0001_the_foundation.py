"""the foundation."""

import sqlalchemy as sa
from alembic import op

from migrations import ddl

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.Column("last_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "evidence_content",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_evidence_content")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("name_folded", sa.String(length=160), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "company",
                "sector-federation",
                "trade-union",
                "primary-school",
                "secondary-school",
                "school-group",
                "university-college",
                "university",
                "research-centre",
                "adult-education",
                "pupil-guidance",
                "technology-centre",
                "arts-education",
                "local-authority",
                "intermunicipal",
                "province",
                "flemish-body",
                "stem-academy",
                "library",
                "fablab",
                "youth-association",
                "museum",
                "association",
                name="organisationkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "active",
                "closed",
                "merged",
                name="organisationstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("website", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("is_fictitious", sa.Boolean(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(status = 'active') = (ended_on IS NULL)", name=op.f("ck_organisation_ended_on_if_not_active")
        ),
        sa.CheckConstraint(
            "(status = 'merged') = (successor_id IS NOT NULL)", name=op.f("ck_organisation_successor_if_merged")
        ),
        sa.CheckConstraint(
            "successor_id IS NULL OR successor_id <> id", name=op.f("ck_organisation_successor_is_another")
        ),
        sa.ForeignKeyConstraint(["successor_id"], ["organisation.id"], name=op.f("fk_organisation_successor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organisation_name_folded"), ["name_folded"], unique=False)
        batch_op.create_index(batch_op.f("ix_organisation_successor_id"), ["successor_id"], unique=False)

    op.create_table(
        "phase",
        sa.Column(
            "letter",
            sa.Enum("A", "B", "C", name="phaseletter", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name_nl", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("who_nl", sa.String(length=300), nullable=False),
        sa.Column("who_en", sa.String(length=300), nullable=False),
        sa.Column("aim_nl", sa.Text(), nullable=False),
        sa.Column("aim_en", sa.Text(), nullable=False),
        sa.Column("planned_from", sa.Date(), nullable=False),
        sa.Column("planned_to", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "planned_to IS NULL OR planned_to >= planned_from", name=op.f("ck_phase_ends_after_it_starts")
        ),
        sa.PrimaryKeyConstraint("letter", name=op.f("pk_phase")),
        sa.UniqueConstraint("key", name=op.f("uq_phase_key")),
    )
    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=20), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft", "published", "discarded", name="planstatus", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("based_on_id", sa.Integer(), nullable=True),
        sa.Column("change_note_nl", sa.Text(), nullable=False),
        sa.Column("change_note_en", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(status = 'published') = (published_at IS NOT NULL)", name=op.f("ck_plan_published_at_if_published")
        ),
        sa.CheckConstraint(
            "status <> 'published' OR based_on_id IS NULL OR (change_note_nl <> '' AND change_note_en <> '')",
            name=op.f("ck_plan_published_with_a_change_note"),
        ),
        sa.ForeignKeyConstraint(["based_on_id"], ["plan.id"], name=op.f("fk_plan_based_on_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("label", name=op.f("uq_plan_label")),
    )
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.create_index(
            "uq_plan_one_draft",
            ["status"],
            unique=True,
            sqlite_where=sa.text("status = 'draft'"),
            postgresql_where=sa.text("status = 'draft'"),
        )

    op.create_table(
        "precondition",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_nl", sa.String(length=300), nullable=False),
        sa.Column("name_en", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_precondition")),
    )
    op.create_table(
        "region",
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("province", sa.String(length=40), nullable=False),
        sa.Column("uri", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_region")),
        sa.UniqueConstraint("name", name=op.f("uq_region_name")),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_hash", sa.String(length=64), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_attempt_account", ["account_hash", "at"], unique=False)
        batch_op.create_index("ix_sign_in_attempt_address", ["address_hash", "at"], unique=False)

    op.create_table(
        "user_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("function", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_sign_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_removed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("language IN ('nl', 'en')", name=op.f("ck_user_account_language_is_known")),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_user_account_email_is_lowercase")),
        sa.CheckConstraint(
            "is_removed = false OR disabled_at IS NOT NULL", name=op.f("ck_user_account_removed_is_disabled")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("email", name=op.f("uq_user_account_email")),
    )
    op.create_table(
        "alliance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_folded", sa.String(length=120), nullable=False),
        sa.Column("region_code", sa.String(length=10), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "initiative",
                "active",
                "paused",
                "ended",
                name="alliancestatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "provenance",
            sa.Enum(
                "real", "example", "fictitious", name="provenance", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("value_proposition", sa.Text(), nullable=False),
        sa.Column("cited_facts", sa.Text(), nullable=False),
        sa.Column("website", sa.String(length=200), nullable=False),
        sa.Column("is_trial", sa.Boolean(), nullable=False),
        sa.Column("founded_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(status = 'ended') = (ended_on IS NOT NULL)", name=op.f("ck_alliance_ended_on_if_ended")),
        sa.CheckConstraint(
            "(status = 'initiative') = (founded_on IS NULL)", name=op.f("ck_alliance_founded_on_once_accepted")
        ),
        sa.CheckConstraint("slug <> '' AND slug = lower(slug)", name=op.f("ck_alliance_slug_is_lowercase")),
        sa.CheckConstraint(
            "ended_on IS NULL OR ended_on >= founded_on", name=op.f("ck_alliance_ends_after_it_is_founded")
        ),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["user_account.id"], name=op.f("fk_alliance_proposed_by_id")),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_alliance_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alliance")),
        sa.UniqueConstraint("region_code", "name_folded", name=op.f("uq_alliance_region_code_name_folded")),
        sa.UniqueConstraint("slug", name=op.f("uq_alliance_slug")),
    )
    with op.batch_alter_table("alliance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alliance_name_folded"), ["name_folded"], unique=False)
        batch_op.create_index(batch_op.f("ix_alliance_proposed_by_id"), ["proposed_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_alliance_region_code"), ["region_code"], unique=False)

    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("may_write", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_api_token_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_token_user_id"), ["user_id"], unique=False)

    op.create_table(
        "login_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_login_session_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_session_token_hash")),
    )
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_session_user_id"), ["user_id"], unique=False)

    op.create_table(
        "milestone",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column(
            "phase",
            sa.Enum("A", "B", "C", name="phaseletter", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "flanders",
                "region",
                "centre-city",
                "alliance",
                name="level",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("is_gate", sa.Boolean(), nullable=False),
        sa.Column("trial_only", sa.Boolean(), nullable=False),
        sa.Column("check", sa.String(length=60), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("name_nl", sa.String(length=300), nullable=False),
        sa.Column("name_en", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["phase"], ["phase.letter"], name=op.f("fk_milestone_phase")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_milestone")),
    )
    with op.batch_alter_table("milestone", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_milestone_phase"), ["phase"], unique=False)

    op.create_table(
        "municipality",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nis_code", sa.String(length=5), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_folded", sa.String(length=80), nullable=False),
        sa.Column("region_code", sa.String(length=10), nullable=False),
        sa.Column("is_centre_city", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("length(nis_code) = 5", name=op.f("ck_municipality_nis_code_has_five_digits")),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from", name=op.f("ck_municipality_ends_after_it_starts")
        ),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_municipality_region_code")),
        sa.ForeignKeyConstraint(["successor_id"], ["municipality.id"], name=op.f("fk_municipality_successor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_municipality")),
        sa.UniqueConstraint("nis_code", "valid_from", name=op.f("uq_municipality_nis_code_valid_from")),
    )
    with op.batch_alter_table("municipality", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_municipality_name_folded"), ["name_folded"], unique=False)
        batch_op.create_index(batch_op.f("ix_municipality_region_code"), ["region_code"], unique=False)
        batch_op.create_index(
            "uq_municipality_current_nis_code",
            ["nis_code"],
            unique=True,
            sqlite_where=sa.text("valid_until IS NULL"),
            postgresql_where=sa.text("valid_until IS NULL"),
        )

    op.create_table(
        "one_time_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "invitation", "password-reset", name="linkpurpose", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_one_time_link_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_link_token_hash")),
    )
    with op.batch_alter_table("one_time_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_one_time_link_user_id"), ["user_id"], unique=False)

    op.create_table(
        "organisation_identifier",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "scheme",
            sa.Enum(
                "kbo",
                "ovo",
                "school",
                "association",
                name="identifierscheme",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_organisation_identifier_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_identifier")),
        sa.UniqueConstraint(
            "organisation_id", "scheme", name=op.f("uq_organisation_identifier_organisation_id_scheme")
        ),
        sa.UniqueConstraint("scheme", "value", name=op.f("uq_organisation_identifier_scheme_value")),
    )
    with op.batch_alter_table("organisation_identifier", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_organisation_identifier_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "organisation_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("name_folded", sa.String(length=160), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_organisation_name_ends_after_it_starts")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_organisation_name_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_name")),
    )
    with op.batch_alter_table("organisation_name", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organisation_name_name_folded"), ["name_folded"], unique=False)
        batch_op.create_index(batch_op.f("ix_organisation_name_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(
            "uq_organisation_name_current",
            ["organisation_id"],
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )

    op.create_table(
        "outgoing_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_error", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["recipient_id"], ["user_account.id"], name=op.f("fk_outgoing_mail_recipient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_mail")),
    )
    with op.batch_alter_table("outgoing_mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outgoing_mail_recipient_id"), ["recipient_id"], unique=False)
        batch_op.create_index("ix_outgoing_mail_waiting", ["sent_at", "id"], unique=False)

    op.create_table(
        "precondition_action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("precondition_key", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_nl", sa.String(length=300), nullable=False),
        sa.Column("name_en", sa.String(length=300), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "not-started",
                "under-way",
                "done",
                "dropped",
                name="actionstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(status = 'done') = (done_on IS NOT NULL)", name=op.f("ck_precondition_action_done_on_if_done")
        ),
        sa.CheckConstraint(
            "status <> 'dropped' OR reason <> ''", name=op.f("ck_precondition_action_dropped_with_a_reason")
        ),
        sa.ForeignKeyConstraint(
            ["precondition_key"], ["precondition.key"], name=op.f("fk_precondition_action_precondition_key")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_precondition_action")),
        sa.UniqueConstraint("key", name=op.f("uq_precondition_action_key")),
    )
    with op.batch_alter_table("precondition_action", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_precondition_action_precondition_key"), ["precondition_key"], unique=False)

    op.create_table(
        "region_follow_up",
        sa.Column("region_code", sa.String(length=10), nullable=False),
        sa.Column("next_step", sa.String(length=500), nullable=False),
        sa.Column("next_step_on", sa.Date(), nullable=True),
        sa.Column("stem_poor", sa.Boolean(), nullable=False),
        sa.Column("stem_poor_reason", sa.String(length=500), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "stem_poor = false OR stem_poor_reason <> ''", name=op.f("ck_region_follow_up_stem_poor_has_reason")
        ),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_region_follow_up_region_code")),
        sa.PrimaryKeyConstraint("region_code", name=op.f("pk_region_follow_up")),
    )
    op.create_table(
        "region_tally",
        sa.Column("region_code", sa.String(length=10), nullable=False),
        sa.Column("dimension", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.Column("alliances", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_region_tally_region_code")),
        sa.PrimaryKeyConstraint("region_code", "dimension", "value", name=op.f("pk_region_tally")),
    )
    op.create_table(
        "sent_form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_sent_form_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sent_form")),
        sa.UniqueConstraint("user_id", "key", name=op.f("uq_sent_form_user_id_key")),
    )
    with op.batch_alter_table("sent_form", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sent_form_at"), ["at"], unique=False)

    op.create_table(
        "step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name_nl", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("aim_nl", sa.Text(), nullable=False),
        sa.Column("aim_en", sa.Text(), nullable=False),
        sa.Column("is_yearly", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("number BETWEEN 1 AND 9", name=op.f("ck_step_number_is_plausible")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_step_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step")),
        sa.UniqueConstraint("plan_id", "key", name=op.f("uq_step_plan_id_key")),
        sa.UniqueConstraint("plan_id", "number", name=op.f("uq_step_plan_id_number")),
    )
    op.create_table(
        "alliance_phase",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column(
            "phase",
            sa.Enum("A", "B", "C", name="phaseletter", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_alliance_phase_alliance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alliance_phase")),
        sa.UniqueConstraint("alliance_id", name=op.f("uq_alliance_phase_alliance_id")),
    )
    op.create_table(
        "alliance_standing",
        sa.Column("alliance_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("region_code", sa.String(length=10), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "initiative",
                "active",
                "paused",
                "ended",
                name="alliancestatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "phase",
            sa.Enum("A", "B", "C", name="phaseletter", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("is_pioneer", sa.Boolean(), nullable=False),
        sa.Column("lowest_open_step", sa.Integer(), nullable=False),
        sa.Column("met_1", sa.Integer(), nullable=False),
        sa.Column("met_2", sa.Integer(), nullable=False),
        sa.Column("met_3", sa.Integer(), nullable=False),
        sa.Column("met_4", sa.Integer(), nullable=False),
        sa.Column("met_5", sa.Integer(), nullable=False),
        sa.Column("required_1", sa.Integer(), nullable=False),
        sa.Column("required_2", sa.Integer(), nullable=False),
        sa.Column("required_3", sa.Integer(), nullable=False),
        sa.Column("required_4", sa.Integer(), nullable=False),
        sa.Column("required_5", sa.Integer(), nullable=False),
        sa.Column("economy", sa.Integer(), nullable=False),
        sa.Column("education", sa.Integer(), nullable=False),
        sa.Column("government", sa.Integer(), nullable=False),
        sa.Column("civil_society", sa.Integer(), nullable=False),
        sa.Column("partners", sa.Integer(), nullable=False),
        sa.Column("has_gap", sa.Boolean(), nullable=False),
        sa.Column("has_broken_step", sa.Boolean(), nullable=False),
        sa.Column("recompute_on", sa.Date(), nullable=True),
        sa.Column("last_logged_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_alliance_standing_alliance_id")),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_alliance_standing_region_code")),
        sa.PrimaryKeyConstraint("alliance_id", name=op.f("pk_alliance_standing")),
    )
    with op.batch_alter_table("alliance_standing", schema=None) as batch_op:
        batch_op.create_index("ix_alliance_standing_broken", ["status", "has_broken_step", "alliance_id"], unique=False)
        batch_op.create_index("ix_alliance_standing_gap", ["status", "has_gap", "alliance_id"], unique=False)
        batch_op.create_index("ix_alliance_standing_quiet", ["status", "last_logged_on", "alliance_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_alliance_standing_recompute_on"), ["recompute_on"], unique=False)
        batch_op.create_index("ix_alliance_standing_region", ["region_code", "status"], unique=False)

    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject_type", sa.String(length=60), nullable=False),
        sa.Column("subject_id", sa.String(length=60), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["user_account.id"], name=op.f("fk_audit_entry_actor_id")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_audit_entry_alliance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_entry_hash")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entry_alliance", ["alliance_id", "id"], unique=False)
        batch_op.create_index("ix_audit_entry_subject", ["subject_type", "subject_id", "id"], unique=False)

    op.create_table(
        "covered_municipality",
        sa.Column("alliance_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("municipality_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_covered_municipality_alliance_id")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_covered_municipality_municipality_id")
        ),
        sa.PrimaryKeyConstraint("alliance_id", "municipality_id", name=op.f("pk_covered_municipality")),
    )
    op.create_table(
        "criterion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("check", sa.String(length=60), nullable=True),
        sa.Column("test", sa.Text(), nullable=False),
        sa.Column("name_nl", sa.String(length=300), nullable=False),
        sa.Column("name_en", sa.String(length=300), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_criterion_plan_id")),
        sa.ForeignKeyConstraint(["step_id"], ["step.id"], name=op.f("fk_criterion_step_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criterion")),
        sa.UniqueConstraint("step_id", "key", name=op.f("uq_criterion_step_id_key")),
    )
    with op.batch_alter_table("criterion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_criterion_plan_id"), ["plan_id"], unique=False)

    op.create_table(
        "criterion_flag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("step_key", sa.String(length=60), nullable=False),
        sa.Column("criterion_key", sa.String(length=60), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "unclear",
                "not-feasible",
                "missing",
                name="flagkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("raised_by_id", sa.Integer(), nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("open", "handled", name="flagstatus", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(status = 'handled') = (answer <> '')", name=op.f("ck_criterion_flag_handled_with_an_answer")
        ),
        sa.CheckConstraint("remark <> ''", name=op.f("ck_criterion_flag_has_a_remark")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_criterion_flag_alliance_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_criterion_flag_plan_id")),
        sa.ForeignKeyConstraint(["raised_by_id"], ["user_account.id"], name=op.f("fk_criterion_flag_raised_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criterion_flag")),
    )
    with op.batch_alter_table("criterion_flag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_criterion_flag_alliance_id"), ["alliance_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_criterion_flag_criterion_key"), ["criterion_key"], unique=False)

    op.create_table(
        "criterion_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("step_key", sa.String(length=60), nullable=False),
        sa.Column("criterion_key", sa.String(length=60), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "open", "met", "waived", name="criterionstatus", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(status = 'open') = (decided_on IS NULL)", name=op.f("ck_criterion_state_decided_on_if_decided")
        ),
        sa.CheckConstraint("status <> 'waived' OR note <> ''", name=op.f("ck_criterion_state_waived_with_a_reason")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_criterion_state_alliance_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_criterion_state_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criterion_state")),
        sa.UniqueConstraint(
            "alliance_id", "criterion_key", "year", name=op.f("uq_criterion_state_alliance_id_criterion_key_year")
        ),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_key", sa.String(length=80), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=160), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "withdrawn_at IS NULL OR withdrawn_reason <> ''", name=op.f("ck_evidence_withdrawn_with_a_reason")
        ),
        sa.CheckConstraint("size > 0", name=op.f("ck_evidence_is_not_empty")),
        sa.ForeignKeyConstraint(["added_by_id"], ["user_account.id"], name=op.f("fk_evidence_added_by_id")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_evidence_alliance_id")),
        sa.ForeignKeyConstraint(["sha256"], ["evidence_content.sha256"], name=op.f("fk_evidence_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_alliance_id"), ["alliance_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_sha256"), ["sha256"], unique=False)
        batch_op.create_index("ix_evidence_subject", ["subject_type", "subject_key"], unique=False)

    op.create_table(
        "log_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "meeting",
                "visit",
                "decision",
                "event",
                "risk",
                "note",
                name="logkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("criterion_key", sa.String(length=60), nullable=True),
        sa.Column("milestone_key", sa.String(length=60), nullable=True),
        sa.Column("participants", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("logged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_log_entry_has_text")),
        sa.CheckConstraint("participants >= 0", name=op.f("ck_log_entry_counts_people")),
        sa.CheckConstraint(
            "withdrawn_at IS NULL OR withdrawn_reason <> ''", name=op.f("ck_log_entry_withdrawn_with_a_reason")
        ),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_log_entry_alliance_id")),
        sa.ForeignKeyConstraint(["author_id"], ["user_account.id"], name=op.f("fk_log_entry_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_entry")),
    )
    with op.batch_alter_table("log_entry", schema=None) as batch_op:
        batch_op.create_index("ix_log_entry_alliance_on", ["alliance_id", "on", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_log_entry_author_id"), ["author_id"], unique=False)

    op.create_table(
        "milestone_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("milestone_key", sa.String(length=60), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("region_code", sa.String(length=10), nullable=True),
        sa.Column("alliance_id", sa.Integer(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "not-done",
                "done",
                "not-applicable",
                name="milestonestatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("responsible", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("participants", sa.String(length=500), nullable=False),
        sa.Column("next_step", sa.String(length=500), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(region_code IS NULL AND alliance_id IS NULL) = (scope = '')",
            name=op.f("ck_milestone_record_scope_is_empty_for_flanders"),
        ),
        sa.CheckConstraint(
            "(status = 'done') = (done_on IS NOT NULL)", name=op.f("ck_milestone_record_done_on_if_done")
        ),
        sa.CheckConstraint(
            "status <> 'not-applicable' OR reason <> ''", name=op.f("ck_milestone_record_not_applicable_with_a_reason")
        ),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_milestone_record_alliance_id")),
        sa.ForeignKeyConstraint(["milestone_key"], ["milestone.key"], name=op.f("fk_milestone_record_milestone_key")),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_milestone_record_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone_record")),
        sa.UniqueConstraint("milestone_key", "scope", name=op.f("uq_milestone_record_milestone_key_scope")),
    )
    with op.batch_alter_table("milestone_record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_milestone_record_alliance_id"), ["alliance_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_milestone_record_region_code"), ["region_code"], unique=False)
        batch_op.create_index("ix_milestone_record_scope", ["scope"], unique=False)

    op.create_table(
        "municipality_tally",
        sa.Column("municipality_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("region_code", sa.String(length=10), nullable=False),
        sa.Column("alliances", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_municipality_tally_municipality_id")
        ),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_municipality_tally_region_code")),
        sa.PrimaryKeyConstraint("municipality_id", name=op.f("pk_municipality_tally")),
    )
    with op.batch_alter_table("municipality_tally", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_municipality_tally_region_code"), ["region_code"], unique=False)

    op.create_table(
        "organisation_municipality",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_organisation_municipality_municipality_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_organisation_municipality_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "municipality_id", name=op.f("pk_organisation_municipality")),
    )
    with op.batch_alter_table("organisation_municipality", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_organisation_municipality_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "own_criterion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("step_key", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_own_criterion_alliance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_criterion")),
        sa.UniqueConstraint("alliance_id", "key", name=op.f("uq_own_criterion_alliance_id_key")),
    )
    with op.batch_alter_table("own_criterion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_own_criterion_alliance_id"), ["alliance_id"], unique=False)

    op.create_table(
        "partner",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("is_core", sa.Boolean(), nullable=False),
        sa.Column("responsibility", sa.Text(), nullable=False),
        sa.Column("gain", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("leave_reason", sa.Text(), nullable=False),
        sa.Column("contact_name", sa.String(length=120), nullable=False),
        sa.Column("contact_function", sa.String(length=120), nullable=False),
        sa.Column("contact_email", sa.String(length=254), nullable=False),
        sa.Column("contact_phone", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("until IS NULL OR leave_reason <> ''", name=op.f("ck_partner_leaves_with_a_reason")),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_partner_leaves_after_it_joins")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_partner_alliance_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_partner_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner")),
    )
    with op.batch_alter_table("partner", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_partner_alliance_id"), ["alliance_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_partner_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(
            "uq_partner_current",
            ["alliance_id", "organisation_id"],
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )

    op.create_table(
        "pause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column(
            "due_dates",
            sa.Enum("keep", "shift", name="duedateswhilepaused", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_pause_ends_after_it_starts")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_pause_alliance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pause")),
    )
    with op.batch_alter_table("pause", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pause_alliance_id"), ["alliance_id"], unique=False)

    op.create_table(
        "phase_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column(
            "source",
            sa.Enum("A", "B", "C", name="source_letter", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "target",
            sa.Enum("A", "B", "C", name="target_letter", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("in_spite", sa.Boolean(), nullable=False),
        sa.Column("missing", sa.JSON(), nullable=False),
        sa.CheckConstraint("NOT in_spite OR reason <> ''", name=op.f("ck_phase_decision_in_spite_with_a_reason")),
        sa.CheckConstraint("target > source OR reason <> ''", name=op.f("ck_phase_decision_back_with_a_reason")),
        sa.CheckConstraint("source <> target", name=op.f("ck_phase_decision_moves_somewhere")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_phase_decision_alliance_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_phase_decision_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phase_decision")),
    )
    with op.batch_alter_table("phase_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_phase_decision_alliance_id"), ["alliance_id"], unique=False)

    op.create_table(
        "pioneer_mandate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.String(length=10), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("task <> ''", name=op.f("ck_pioneer_mandate_has_a_task")),
        sa.CheckConstraint("until IS NULL OR end_reason <> ''", name=op.f("ck_pioneer_mandate_ends_with_a_reason")),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_pioneer_mandate_ends_after_it_starts")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_pioneer_mandate_alliance_id")),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_pioneer_mandate_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pioneer_mandate")),
    )
    with op.batch_alter_table("pioneer_mandate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pioneer_mandate_alliance_id"), ["alliance_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pioneer_mandate_region_code"), ["region_code"], unique=False)
        batch_op.create_index(
            "uq_pioneer_mandate_current",
            ["region_code"],
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )

    op.create_table(
        "plan_adoption",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_plan_adoption_alliance_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_adoption_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_adoption")),
    )
    with op.batch_alter_table("plan_adoption", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_adoption_alliance_id"), ["alliance_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_adoption_plan_id"), ["plan_id"], unique=False)

    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "administrator",
                "project-manager",
                "coordinator",
                "reporter",
                "partner",
                "observer",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("alliance_id", sa.Integer(), nullable=True),
        sa.Column("region_code", sa.String(length=10), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(role = 'coordinator') = (alliance_id IS NOT NULL)", name=op.f("ck_role_grant_coordinator_has_alliance")
        ),
        sa.CheckConstraint(
            "(role = 'partner') = (organisation_id IS NOT NULL)", name=op.f("ck_role_grant_partner_has_organisation")
        ),
        sa.CheckConstraint(
            "(role = 'reporter') = (region_code IS NOT NULL)", name=op.f("ck_role_grant_reporter_has_region")
        ),
        sa.CheckConstraint(
            "ended_at IS NULL OR ended_at >= given_at", name=op.f("ck_role_grant_ends_after_it_is_given")
        ),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_role_grant_alliance_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_role_grant_organisation_id")),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_role_grant_region_code")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_role_grant_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_grant_alliance_id"), ["alliance_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_role_grant_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_role_grant_region_code"), ["region_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_role_grant_user_id"), ["user_id"], unique=False)
        batch_op.create_index(
            "uq_role_grant_current",
            ["user_id", "role", "scope"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "status_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lifecycle", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("target", sa.String(length=40), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["user_account.id"], name=op.f("fk_status_event_actor_id")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_status_event_alliance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_event")),
    )
    with op.batch_alter_table("status_event", schema=None) as batch_op:
        batch_op.create_index("ix_status_event_alliance", ["alliance_id", "id"], unique=False)
        batch_op.create_index("ix_status_event_subject", ["lifecycle", "subject_id", "id"], unique=False)

    op.create_table(
        "step_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("step_key", sa.String(length=60), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("open", "completed", name="stepstatus", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("completed_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(status = 'completed') = (completed_on IS NOT NULL)", name=op.f("ck_step_state_completed_on_if_completed")
        ),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_step_state_alliance_id")),
        sa.ForeignKeyConstraint(["completed_by_id"], ["user_account.id"], name=op.f("fk_step_state_completed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_state")),
        sa.UniqueConstraint("alliance_id", "step_key", "year", name=op.f("uq_step_state_alliance_id_step_key_year")),
    )
    op.create_table(
        "working_area",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_working_area_ends_after_it_starts")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_working_area_alliance_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_working_area_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_area")),
    )
    with op.batch_alter_table("working_area", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_working_area_alliance_id"), ["alliance_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_working_area_municipality_id"), ["municipality_id"], unique=False)
        batch_op.create_index(
            "uq_working_area_current",
            ["alliance_id", "municipality_id"],
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )

    op.create_table(
        "partner_pillar",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column(
            "pillar",
            sa.Enum(
                "economy",
                "education-research",
                "government",
                "civil-society",
                name="pillar",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("from_kind", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.CheckConstraint("from_kind OR reason <> ''", name=op.f("ck_partner_pillar_reason_if_not_from_kind")),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_partner_pillar_ends_after_it_starts")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_partner_pillar_alliance_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_partner_pillar_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_pillar")),
    )
    with op.batch_alter_table("partner_pillar", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_partner_pillar_alliance_id"), ["alliance_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_partner_pillar_partner_id"), ["partner_id"], unique=False)

    op.create_table(
        "partner_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "lead",
                "coordinator",
                "host",
                "expertise",
                "communication",
                "funding",
                "member",
                name="partnerrolekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_partner_role_ends_after_it_starts")),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_partner_role_alliance_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_partner_role_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_role")),
    )
    with op.batch_alter_table("partner_role", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_partner_role_alliance_id"), ["alliance_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_partner_role_partner_id"), ["partner_id"], unique=False)

    op.create_table(
        "presence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("log_entry_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["alliance_id"], ["alliance.id"], name=op.f("fk_presence_alliance_id")),
        sa.ForeignKeyConstraint(["log_entry_id"], ["log_entry.id"], name=op.f("fk_presence_log_entry_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_presence_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presence")),
        sa.UniqueConstraint("log_entry_id", "partner_id", name=op.f("uq_presence_log_entry_id_partner_id")),
    )
    with op.batch_alter_table("presence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_presence_alliance_id"), ["alliance_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_presence_partner_id"), ["partner_id"], unique=False)

    ddl.create_all(op.get_bind())


def downgrade() -> None:
    # What people recorded is never dropped by a command: empty databases only.
    if op.get_bind().scalar(
        sa.text("SELECT count(*) FROM audit_entry WHERE actor_id IS NOT NULL OR alliance_id IS NOT NULL")
    ):
        raise RuntimeError("what people recorded would be lost; nothing was changed")
    ddl.drop_all(op.get_bind())
    with op.batch_alter_table("presence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_presence_partner_id"))
        batch_op.drop_index(batch_op.f("ix_presence_alliance_id"))

    op.drop_table("presence")
    with op.batch_alter_table("partner_role", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_partner_role_partner_id"))
        batch_op.drop_index(batch_op.f("ix_partner_role_alliance_id"))

    op.drop_table("partner_role")
    with op.batch_alter_table("partner_pillar", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_partner_pillar_partner_id"))
        batch_op.drop_index(batch_op.f("ix_partner_pillar_alliance_id"))

    op.drop_table("partner_pillar")
    with op.batch_alter_table("working_area", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_working_area_current", sqlite_where=sa.text("until IS NULL"), postgresql_where=sa.text("until IS NULL")
        )
        batch_op.drop_index(batch_op.f("ix_working_area_municipality_id"))
        batch_op.drop_index(batch_op.f("ix_working_area_alliance_id"))

    op.drop_table("working_area")
    op.drop_table("step_state")
    with op.batch_alter_table("status_event", schema=None) as batch_op:
        batch_op.drop_index("ix_status_event_subject")
        batch_op.drop_index("ix_status_event_alliance")

    op.drop_table("status_event")
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_role_grant_current",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_role_grant_user_id"))
        batch_op.drop_index(batch_op.f("ix_role_grant_region_code"))
        batch_op.drop_index(batch_op.f("ix_role_grant_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_role_grant_alliance_id"))

    op.drop_table("role_grant")
    with op.batch_alter_table("plan_adoption", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_adoption_plan_id"))
        batch_op.drop_index(batch_op.f("ix_plan_adoption_alliance_id"))

    op.drop_table("plan_adoption")
    with op.batch_alter_table("pioneer_mandate", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_pioneer_mandate_current",
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_pioneer_mandate_region_code"))
        batch_op.drop_index(batch_op.f("ix_pioneer_mandate_alliance_id"))

    op.drop_table("pioneer_mandate")
    with op.batch_alter_table("phase_decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_phase_decision_alliance_id"))

    op.drop_table("phase_decision")
    with op.batch_alter_table("pause", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pause_alliance_id"))

    op.drop_table("pause")
    with op.batch_alter_table("partner", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_partner_current", sqlite_where=sa.text("until IS NULL"), postgresql_where=sa.text("until IS NULL")
        )
        batch_op.drop_index(batch_op.f("ix_partner_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_partner_alliance_id"))

    op.drop_table("partner")
    with op.batch_alter_table("own_criterion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_own_criterion_alliance_id"))

    op.drop_table("own_criterion")
    with op.batch_alter_table("organisation_municipality", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organisation_municipality_municipality_id"))

    op.drop_table("organisation_municipality")
    with op.batch_alter_table("municipality_tally", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_municipality_tally_region_code"))

    op.drop_table("municipality_tally")
    with op.batch_alter_table("milestone_record", schema=None) as batch_op:
        batch_op.drop_index("ix_milestone_record_scope")
        batch_op.drop_index(batch_op.f("ix_milestone_record_region_code"))
        batch_op.drop_index(batch_op.f("ix_milestone_record_alliance_id"))

    op.drop_table("milestone_record")
    with op.batch_alter_table("log_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_log_entry_author_id"))
        batch_op.drop_index("ix_log_entry_alliance_on")

    op.drop_table("log_entry")
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_index("ix_evidence_subject")
        batch_op.drop_index(batch_op.f("ix_evidence_sha256"))
        batch_op.drop_index(batch_op.f("ix_evidence_alliance_id"))

    op.drop_table("evidence")
    op.drop_table("criterion_state")
    with op.batch_alter_table("criterion_flag", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_criterion_flag_criterion_key"))
        batch_op.drop_index(batch_op.f("ix_criterion_flag_alliance_id"))

    op.drop_table("criterion_flag")
    with op.batch_alter_table("criterion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_criterion_plan_id"))

    op.drop_table("criterion")
    op.drop_table("covered_municipality")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entry_subject")
        batch_op.drop_index("ix_audit_entry_alliance")

    op.drop_table("audit_entry")
    with op.batch_alter_table("alliance_standing", schema=None) as batch_op:
        batch_op.drop_index("ix_alliance_standing_region")
        batch_op.drop_index(batch_op.f("ix_alliance_standing_recompute_on"))
        batch_op.drop_index("ix_alliance_standing_quiet")
        batch_op.drop_index("ix_alliance_standing_gap")
        batch_op.drop_index("ix_alliance_standing_broken")

    op.drop_table("alliance_standing")
    op.drop_table("alliance_phase")
    op.drop_table("step")
    with op.batch_alter_table("sent_form", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sent_form_at"))

    op.drop_table("sent_form")
    op.drop_table("region_tally")
    op.drop_table("region_follow_up")
    with op.batch_alter_table("precondition_action", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_precondition_action_precondition_key"))

    op.drop_table("precondition_action")
    with op.batch_alter_table("outgoing_mail", schema=None) as batch_op:
        batch_op.drop_index("ix_outgoing_mail_waiting")
        batch_op.drop_index(batch_op.f("ix_outgoing_mail_recipient_id"))

    op.drop_table("outgoing_mail")
    with op.batch_alter_table("organisation_name", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_organisation_name_current",
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_organisation_name_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_organisation_name_name_folded"))

    op.drop_table("organisation_name")
    with op.batch_alter_table("organisation_identifier", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organisation_identifier_organisation_id"))

    op.drop_table("organisation_identifier")
    with op.batch_alter_table("one_time_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_one_time_link_user_id"))

    op.drop_table("one_time_link")
    with op.batch_alter_table("municipality", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_municipality_current_nis_code",
            sqlite_where=sa.text("valid_until IS NULL"),
            postgresql_where=sa.text("valid_until IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_municipality_region_code"))
        batch_op.drop_index(batch_op.f("ix_municipality_name_folded"))

    op.drop_table("municipality")
    with op.batch_alter_table("milestone", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_milestone_phase"))

    op.drop_table("milestone")
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_session_user_id"))

    op.drop_table("login_session")
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_token_user_id"))

    op.drop_table("api_token")
    with op.batch_alter_table("alliance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alliance_region_code"))
        batch_op.drop_index(batch_op.f("ix_alliance_proposed_by_id"))
        batch_op.drop_index(batch_op.f("ix_alliance_name_folded"))

    op.drop_table("alliance")
    op.drop_table("user_account")
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_attempt_address")
        batch_op.drop_index("ix_sign_in_attempt_account")

    op.drop_table("sign_in_attempt")
    op.drop_table("region")
    op.drop_table("precondition")
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_plan_one_draft", sqlite_where=sa.text("status = 'draft'"), postgresql_where=sa.text("status = 'draft'")
        )

    op.drop_table("plan")
    op.drop_table("phase")
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organisation_successor_id"))
        batch_op.drop_index(batch_op.f("ix_organisation_name_folded"))

    op.drop_table("organisation")
    op.drop_table("evidence_content")
    op.drop_table("audit_head")
