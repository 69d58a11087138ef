"""The first schema"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "area",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("floor_area_m2", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
        sa.UniqueConstraint("code", name=op.f("uq_area_code")),
    )
    op.create_table(
        "house_rules",
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("in_force_from", sa.Date(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_house_rules")),
    )
    op.create_table(
        "job_run",
        sa.Column("job", sa.String(length=60), nullable=False),
        sa.Column("period", sa.String(length=40), nullable=False),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("job", "period", name=op.f("pk_job_run")),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.Column("recipient", sa.String(length=200), nullable=False),
        sa.Column("recipient_name", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "WAITING",
                "SENT",
                "FAILED",
                "WITHDRAWN",
                name="messagestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("send_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("message_id", name=op.f("uq_message_message_id")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index("ix_message_state_send_after", ["state", "send_after"], unique=False)
        batch_op.create_index("ix_message_topic", ["topic"], unique=False)

    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("billing", sa.String(length=20), nullable=False),
        sa.Column("price_cents", sa.Integer(), nullable=False),
        sa.Column("discount_percent", sa.Integer(), nullable=False),
        sa.Column("credit_hours_per_month", sa.Integer(), nullable=False),
        sa.Column("supervised_only", sa.Boolean(), nullable=False),
        sa.Column("extended_access", sa.Boolean(), nullable=False),
        sa.Column("conditions", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("code", name=op.f("uq_plan_code")),
    )
    op.create_table(
        "ppe",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_ppe")),
    )
    op.create_table(
        "sector",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_sector")),
    )
    op.create_table(
        "site",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("legal_form_label", sa.String(length=120), nullable=False),
        sa.Column("siren", sa.String(length=9), nullable=True),
        sa.Column("street", sa.String(length=200), nullable=False),
        sa.Column("postcode", sa.String(length=10), nullable=False),
        sa.Column("town", sa.String(length=80), nullable=False),
        sa.Column("department", sa.String(length=80), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(length=60), nullable=False),
        sa.Column("default_language", sa.String(length=2), nullable=False),
        sa.Column("local_law_holidays", sa.Boolean(), nullable=False),
        sa.Column("good_friday_holiday", sa.Boolean(), nullable=False),
        sa.Column("single_person_team", sa.Boolean(), nullable=False),
        sa.Column("slot_step_minutes", sa.Integer(), nullable=False),
        sa.Column("default_min_minutes", sa.Integer(), nullable=False),
        sa.Column("default_max_minutes", sa.Integer(), nullable=False),
        sa.Column("lead_minutes", sa.Integer(), nullable=False),
        sa.Column("horizon_days", sa.Integer(), nullable=False),
        sa.Column("buffer_minutes", sa.Integer(), nullable=False),
        sa.Column("rules_reacceptance_grace_days", sa.Integer(), nullable=False),
        sa.Column("minor_green_alone_min_age", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.String(length=32), nullable=False),
        sa.CheckConstraint("horizon_days BETWEEN 1 AND 730", name=op.f("ck_site_horizon")),
        sa.CheckConstraint("id = 1", name=op.f("ck_site_only_one")),
        sa.CheckConstraint("slot_step_minutes BETWEEN 5 AND 240", name=op.f("ck_site_step")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
    )
    op.create_table(
        "training",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("aims", sa.String(), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("half_days", sa.Integer(), nullable=False),
        sa.Column("price_cents", sa.Integer(), nullable=False),
        sa.Column("vat_treatment", sa.String(length=20), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("quiz_questions", sa.Integer(), nullable=False),
        sa.Column("quiz_pass_percent", sa.Integer(), nullable=False),
        sa.Column("quiz_critical_questions", sa.Integer(), nullable=False),
        sa.Column("checklist", sa.JSON(), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("validity_months", sa.Integer(), nullable=False),
        sa.Column("lapse_months", sa.Integer(), nullable=True),
        sa.Column("professional", sa.Boolean(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training")),
        sa.UniqueConstraint("code", name=op.f("uq_training_code")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("legal_form", sa.String(length=40), nullable=False),
        sa.Column("siren", sa.String(length=9), nullable=True),
        sa.Column("vat_id", sa.String(length=20), nullable=True),
        sa.Column("vat_regime", sa.String(length=20), nullable=False),
        sa.Column("sector_code", sa.String(length=20), nullable=True),
        sa.Column("town", sa.String(length=80), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("founded_on", sa.Date(), nullable=True),
        sa.Column("headcount", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sector_code"], ["sector.code"], name=op.f("fk_organisation_sector_code_sector")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("code", name=op.f("uq_organisation_code")),
    )
    op.create_table(
        "prerequisite",
        sa.Column("training_id", sa.Integer(), nullable=False),
        sa.Column("required_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.CheckConstraint("training_id <> required_id", name=op.f("ck_prerequisite_not_itself")),
        sa.ForeignKeyConstraint(
            ["required_id"], ["training.id"], name=op.f("fk_prerequisite_required_id_training")
        ),
        sa.ForeignKeyConstraint(
            ["training_id"], ["training.id"], name=op.f("fk_prerequisite_training_id_training")
        ),
        sa.PrimaryKeyConstraint("training_id", "required_id", name=op.f("pk_prerequisite")),
    )
    op.create_table(
        "member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("trade", sa.String(length=120), nullable=False),
        sa.Column("town", sa.String(length=80), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "REQUESTED",
                "INCOMPLETE",
                "APPROVED",
                "SUSPENDED",
                "LEFT",
                "ANONYMISED",
                name="accountstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("suspension_reason", sa.String(), nullable=True),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("prefers_list", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_member_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sa.UniqueConstraint("code", name=op.f("uq_member_code")),
        sa.UniqueConstraint("email", name=op.f("uq_member_email")),
    )
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_member_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_api_token_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_token_member_id"), ["member_id"], unique=False)

    op.create_table(
        "certification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("training_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "REQUESTED",
                "IN_TRAINING",
                "PROPOSED",
                "APPROVED",
                "SUSPENDED",
                "REVOKED",
                "REFUSED",
                "EXPIRED",
                "LAPSED",
                name="certificationstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("requested_on", sa.Date(), nullable=True),
        sa.Column("proposed_on", sa.Date(), nullable=True),
        sa.Column("assessed_on", sa.Date(), nullable=True),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("assessed_by_id", sa.Integer(), nullable=True),
        sa.Column("assessed_outside", sa.Boolean(), nullable=False),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("equivalence", sa.Boolean(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("checklist", sa.JSON(), nullable=False),
        sa.Column("suspension_reason", sa.String(), nullable=True),
        sa.Column("suspension_ends_when", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state NOT IN ('APPROVED', 'SUSPENDED')"
            " OR (approved_on IS NOT NULL AND valid_until IS NOT NULL)",
            name=op.f("ck_certification_dated"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('EXPIRED', 'LAPSED')", name=op.f("ck_certification_computed_when_read")
        ),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name=op.f("ck_certification_level")),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["member.id"], name=op.f("fk_certification_approved_by_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["assessed_by_id"], ["member.id"], name=op.f("fk_certification_assessed_by_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_certification_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["training_id"], ["training.id"], name=op.f("fk_certification_training_id_training")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certification")),
    )
    with op.batch_alter_table("certification", schema=None) as batch_op:
        batch_op.create_index(
            "ix_certification_member_id_training_id", ["member_id", "training_id"], unique=False
        )
        batch_op.create_index(
            "ix_certification_one_open",
            ["member_id", "training_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('REQUESTED', 'IN_TRAINING', 'PROPOSED')"),
            postgresql_where=sa.text("state IN ('REQUESTED', 'IN_TRAINING', 'PROPOSED')"),
        )
        batch_op.create_index("ix_certification_state", ["state"], unique=False)

    op.create_table(
        "form_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("result_url", sa.String(length=500), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_form_key_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_key")),
        sa.UniqueConstraint("member_id", "key", name=op.f("uq_form_key_member_id_key")),
    )
    with op.batch_alter_table("form_key", schema=None) as batch_op:
        batch_op.create_index("ix_form_key_used_at", ["used_at"], unique=False)

    op.create_table(
        "journal_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("act", sa.String(length=60), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_code", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["member.id"], name=op.f("fk_journal_entry_actor_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entry")),
    )
    with op.batch_alter_table("journal_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_journal_entry_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index("ix_journal_entry_at", ["at"], unique=False)
        batch_op.create_index(
            "ix_journal_entry_subject", ["subject_kind", "subject_code"], unique=False
        )

    op.create_table(
        "login_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("user_agent", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_login_session_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_session_token_hash")),
    )
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_session_member_id"), ["member_id"], unique=False)

    op.create_table(
        "machine",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("model_family", sa.String(length=120), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column(
            "risk_class",
            sa.Enum(
                "RED",
                "AMBER",
                "GREEN",
                name="riskclass",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "IN_SERVICE",
                "RESTRICTED",
                "RETIRED",
                name="machinestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("state_reason", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("referent_id", sa.Integer(), nullable=True),
        sa.Column("min_minutes", sa.Integer(), nullable=True),
        sa.Column("max_minutes", sa.Integer(), nullable=True),
        sa.Column("buffer_minutes", sa.Integer(), nullable=True),
        sa.Column("slot_step_minutes", sa.Integer(), nullable=True),
        sa.Column("lead_minutes", sa.Integer(), nullable=True),
        sa.Column("horizon_days", sa.Integer(), nullable=True),
        sa.Column("quota_minutes_per_day", sa.Integer(), nullable=True),
        sa.Column(
            "outside_staffed",
            sa.Enum(
                "NO",
                "EXTENDED",
                "EXTENDED_BUDDY",
                "UNATTENDED",
                name="outsidestaffed",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("alone_forbidden", sa.Boolean(), nullable=False),
        sa.Column(
            "price_unit",
            sa.Enum(
                "TIME",
                "FIRING",
                name="priceunit",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("price_hour_cents", sa.Integer(), nullable=False),
        sa.Column("price_half_day_cents", sa.Integer(), nullable=False),
        sa.Column("price_day_cents", sa.Integer(), nullable=False),
        sa.Column("price_bisque_cents", sa.Integer(), nullable=True),
        sa.Column("price_stoneware_cents", sa.Integer(), nullable=True),
        sa.Column("deposit_cents", sa.Integer(), nullable=False),
        sa.Column("power_watts", sa.Integer(), nullable=False),
        sa.Column("ppe_codes", sa.JSON(), nullable=False),
        sa.Column("forbidden_materials", sa.JSON(), nullable=False),
        sa.Column("conditional_materials", sa.JSON(), nullable=False),
        sa.Column("sector_codes", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "buffer_minutes IS NULL OR buffer_minutes >= 0", name=op.f("ck_machine_buffer_minutes")
        ),
        sa.CheckConstraint(
            "max_minutes IS NULL OR min_minutes IS NULL OR max_minutes >= min_minutes",
            name=op.f("ck_machine_max_minutes"),
        ),
        sa.CheckConstraint(
            "min_minutes IS NULL OR min_minutes > 0", name=op.f("ck_machine_min_minutes")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_machine_area_id_area")),
        sa.ForeignKeyConstraint(
            ["referent_id"], ["member.id"], name=op.f("fk_machine_referent_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_machine")),
        sa.UniqueConstraint("code", name=op.f("uq_machine_code")),
    )
    with op.batch_alter_table("machine", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_machine_area_id"), ["area_id"], unique=False)

    op.create_table(
        "member_role",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "MEMBER",
                "ORGANISATION_ADMIN",
                "REFERENT",
                "TRAINER",
                "MANAGER",
                "ACCOUNTANT",
                "STAKEHOLDER",
                "ADMIN",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_member_role_member_id_member")
        ),
        sa.PrimaryKeyConstraint("member_id", "role", name=op.f("pk_member_role")),
    )
    op.create_table(
        "paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "INSURANCE",
                "PARENTAL_PERMISSION",
                "MINOR_DEROGATION",
                name="paperkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_paper_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["member.id"], name=op.f("fk_paper_recorded_by_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper")),
    )
    with op.batch_alter_table("paper", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_member_id"), ["member_id"], unique=False)

    op.create_table(
        "password_reset",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_password_reset_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_reset")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_password_reset_token_hash")),
    )
    with op.batch_alter_table("password_reset", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_password_reset_member_id"), ["member_id"], unique=False
        )

    op.create_table(
        "rules_acceptance",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_rules_acceptance_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["version"],
            ["house_rules.version"],
            name=op.f("fk_rules_acceptance_version_house_rules"),
        ),
        sa.PrimaryKeyConstraint("member_id", "version", name=op.f("pk_rules_acceptance")),
    )
    op.create_table(
        "subscription",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(organisation_id IS NULL) <> (member_id IS NULL)",
            name=op.f("ck_subscription_one_holder"),
        ),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_subscription_order")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_subscription_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_subscription_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_subscription_plan_id_plan")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
    )
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_subscription_member_id"), ["member_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_subscription_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "training_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("training_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "COURSE",
                "REFRESHER",
                name="sessionkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("trainer_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "PLANNED",
                "OPEN",
                "CONFIRMED",
                "HELD",
                "CLOSED",
                "CANCELLED",
                name="sessionstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("auto_cancel_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["trainer_id"], ["member.id"], name=op.f("fk_training_session_trainer_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["training_id"], ["training.id"], name=op.f("fk_training_session_training_id_training")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_session")),
        sa.UniqueConstraint("code", name=op.f("uq_training_session_code")),
    )
    with op.batch_alter_table("training_session", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_training_session_training_id"), ["training_id"], unique=False
        )

    op.create_table(
        "certification_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("certification_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "REQUESTED",
                "IN_TRAINING",
                "PROPOSED",
                "APPROVED",
                "SUSPENDED",
                "REVOKED",
                "REFUSED",
                "EXPIRED",
                "LAPSED",
                name="certificationstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["member.id"], name=op.f("fk_certification_event_actor_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["certification_id"],
            ["certification.id"],
            name=op.f("fk_certification_event_certification_id_certification"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certification_event")),
    )
    with op.batch_alter_table("certification_event", schema=None) as batch_op:
        batch_op.create_index(
            "ix_certification_event_certification_id", ["certification_id", "id"], unique=False
        )

    op.create_table(
        "closure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("machine_id", sa.Integer(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "area_id IS NULL OR machine_id IS NULL", name=op.f("ck_closure_one_scope")
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_closure_order")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_closure_area_id_area")),
        sa.ForeignKeyConstraint(
            ["machine_id"], ["machine.id"], name=op.f("fk_closure_machine_id_machine")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure")),
    )
    with op.batch_alter_table("closure", schema=None) as batch_op:
        batch_op.create_index("ix_closure_ends_at", ["ends_at"], unique=False)

    op.create_table(
        "enrolment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "WAITING",
                "ENROLLED",
                "ATTENDED",
                "ABSENT",
                "CANCELLED",
                name="enrolmentstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("waiting_position", sa.Integer(), nullable=True),
        sa.Column("signed_half_days", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_enrolment_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["training_session.id"],
            name=op.f("fk_enrolment_session_id_training_session"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
    )
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enrolment_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_enrolment_session_id"), ["session_id"], unique=False)

    op.create_table(
        "machine_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("machine_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["machine_id"], ["machine.id"], name=op.f("fk_machine_document_machine_id_machine")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_machine_document")),
    )
    with op.batch_alter_table("machine_document", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_machine_document_machine_id"), ["machine_id"], unique=False
        )

    op.create_table(
        "opening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("machine_id", sa.Integer(), nullable=True),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("staffed", sa.Boolean(), nullable=False),
        sa.Column(
            "access",
            sa.Enum(
                "ALL",
                "EXTENDED",
                name="access",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.CheckConstraint(
            "area_id IS NULL OR machine_id IS NULL", name=op.f("ck_opening_one_scope")
        ),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_opening_weekday")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_opening_area_id_area")),
        sa.ForeignKeyConstraint(
            ["machine_id"], ["machine.id"], name=op.f("fk_opening_machine_id_machine")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening")),
    )
    with op.batch_alter_table("opening", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_opening_area_id"), ["area_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_opening_machine_id"), ["machine_id"], unique=False)

    op.create_table(
        "outage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("machine_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "DOWN",
                "LOCKED_OUT",
                name="outagekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expected_end_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("reported_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("release_note", sa.String(), nullable=False),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= starts_at", name=op.f("ck_outage_end")),
        sa.CheckConstraint(
            "expected_end_at IS NULL OR expected_end_at > starts_at",
            name=op.f("ck_outage_expected_end"),
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["member.id"], name=op.f("fk_outage_ended_by_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["machine_id"], ["machine.id"], name=op.f("fk_outage_machine_id_machine")
        ),
        sa.ForeignKeyConstraint(
            ["reported_by_id"], ["member.id"], name=op.f("fk_outage_reported_by_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outage")),
    )
    with op.batch_alter_table("outage", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outage_machine_id"), ["machine_id"], unique=False)

    op.create_table(
        "requirement",
        sa.Column("machine_id", sa.Integer(), nullable=False),
        sa.Column("training_code", sa.String(length=20), nullable=False),
        sa.Column("supervised_level", sa.Integer(), nullable=False),
        sa.Column("autonomous_level", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "autonomous_level BETWEEN supervised_level AND 3",
            name=op.f("ck_requirement_autonomous_level"),
        ),
        sa.CheckConstraint(
            "supervised_level BETWEEN 1 AND 3", name=op.f("ck_requirement_supervised_level")
        ),
        sa.ForeignKeyConstraint(
            ["machine_id"], ["machine.id"], name=op.f("fk_requirement_machine_id_machine")
        ),
        sa.ForeignKeyConstraint(
            ["training_code"], ["training.code"], name=op.f("fk_requirement_training_code_training")
        ),
        sa.PrimaryKeyConstraint("machine_id", "training_code", name=op.f("pk_requirement")),
    )
    op.create_table(
        "reservation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("machine_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "HELD",
                "CONFIRMED",
                "CHECKED_IN",
                "COMPLETED",
                "CANCELLED_BY_MEMBER",
                "CANCELLED_BY_SITE",
                "NO_SHOW",
                name="reservationstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "mode",
            sa.Enum(
                "AUTONOMOUS",
                "SUPERVISED",
                name="mode",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("firing_type", sa.String(length=20), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=64), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by_id", sa.Integer(), nullable=True),
        sa.Column("cancel_reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_reservation_order")),
        sa.ForeignKeyConstraint(
            ["cancelled_by_id"], ["member.id"], name=op.f("fk_reservation_cancelled_by_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["member.id"], name=op.f("fk_reservation_created_by_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["machine_id"], ["machine.id"], name=op.f("fk_reservation_machine_id_machine")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_reservation_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_reservation_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservation")),
        sa.UniqueConstraint(
            "created_by_id",
            "idempotency_key",
            name=op.f("uq_reservation_created_by_id_idempotency_key"),
        ),
    )
    with op.batch_alter_table("reservation", schema=None) as batch_op:
        batch_op.create_index(
            "ix_reservation_last_use", ["member_id", "machine_id", "state", "ends_at"], unique=False
        )
        batch_op.create_index(
            "ix_reservation_machine_id_starts_at", ["machine_id", "starts_at"], unique=False
        )
        batch_op.create_index(
            "ix_reservation_member_id_starts_at", ["member_id", "starts_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_reservation_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "session_half_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_session_half_day_order")),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["training_session.id"],
            name=op.f("fk_session_half_day_session_id_training_session"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_half_day")),
    )
    with op.batch_alter_table("session_half_day", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_session_half_day_session_id"), ["session_id"], unique=False
        )

    op.create_table(
        "subscription_cover",
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_subscription_cover_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscription.id"],
            name=op.f("fk_subscription_cover_subscription_id_subscription"),
        ),
        sa.PrimaryKeyConstraint("subscription_id", "member_id", name=op.f("pk_subscription_cover")),
    )
    with op.batch_alter_table("subscription_cover", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_subscription_cover_member_id"), ["member_id"], unique=False
        )

    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("machine_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("in_service", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["machine_id"], ["machine.id"], name=op.f("fk_unit_machine_id_machine")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("machine_id", "number", name=op.f("uq_unit_machine_id_number")),
    )
    op.create_table(
        "occupancy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "RESERVATION",
                "SESSION",
                name="occupancykind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reservation_id", sa.Integer(), nullable=True),
        sa.Column("half_day_id", sa.Integer(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("busy_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("busy_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'RESERVATION') = (reservation_id IS NOT NULL)"
            " AND (kind = 'SESSION') = (half_day_id IS NOT NULL)",
            name=op.f("ck_occupancy_one_owner"),
        ),
        sa.CheckConstraint("busy_from <= starts_at", name=op.f("ck_occupancy_busy_from")),
        sa.CheckConstraint("busy_until >= ends_at", name=op.f("ck_occupancy_busy_until")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_occupancy_order")),
        sa.ForeignKeyConstraint(
            ["half_day_id"],
            ["session_half_day.id"],
            name=op.f("fk_occupancy_half_day_id_session_half_day"),
        ),
        sa.ForeignKeyConstraint(
            ["reservation_id"],
            ["reservation.id"],
            name=op.f("fk_occupancy_reservation_id_reservation"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_occupancy_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occupancy")),
    )
    with op.batch_alter_table("occupancy", schema=None) as batch_op:
        batch_op.create_index("ix_occupancy_busy_from", ["busy_from"], unique=False)
        batch_op.create_index(batch_op.f("ix_occupancy_half_day_id"), ["half_day_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_occupancy_reservation_id"), ["reservation_id"], unique=False
        )
        batch_op.create_index(
            "ix_occupancy_unit_id_busy_from", ["unit_id", "busy_from"], unique=False
        )

    op.create_table(
        "waiver",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reservation_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("granted_by_id", sa.Integer(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["granted_by_id"], ["member.id"], name=op.f("fk_waiver_granted_by_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["reservation_id"],
            ["reservation.id"],
            name=op.f("fk_waiver_reservation_id_reservation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiver")),
    )
    with op.batch_alter_table("waiver", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_waiver_reservation_id"), ["reservation_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("waiver", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_waiver_reservation_id"))

    op.drop_table("waiver")
    with op.batch_alter_table("occupancy", schema=None) as batch_op:
        batch_op.drop_index("ix_occupancy_unit_id_busy_from")
        batch_op.drop_index(batch_op.f("ix_occupancy_reservation_id"))
        batch_op.drop_index(batch_op.f("ix_occupancy_half_day_id"))
        batch_op.drop_index("ix_occupancy_busy_from")

    op.drop_table("occupancy")
    op.drop_table("unit")
    with op.batch_alter_table("subscription_cover", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_subscription_cover_member_id"))

    op.drop_table("subscription_cover")
    with op.batch_alter_table("session_half_day", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_half_day_session_id"))

    op.drop_table("session_half_day")
    with op.batch_alter_table("reservation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reservation_organisation_id"))
        batch_op.drop_index("ix_reservation_member_id_starts_at")
        batch_op.drop_index("ix_reservation_machine_id_starts_at")
        batch_op.drop_index("ix_reservation_last_use")

    op.drop_table("reservation")
    op.drop_table("requirement")
    with op.batch_alter_table("outage", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outage_machine_id"))

    op.drop_table("outage")
    with op.batch_alter_table("opening", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_opening_machine_id"))
        batch_op.drop_index(batch_op.f("ix_opening_area_id"))

    op.drop_table("opening")
    with op.batch_alter_table("machine_document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_machine_document_machine_id"))

    op.drop_table("machine_document")
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enrolment_session_id"))
        batch_op.drop_index(batch_op.f("ix_enrolment_member_id"))

    op.drop_table("enrolment")
    with op.batch_alter_table("closure", schema=None) as batch_op:
        batch_op.drop_index("ix_closure_ends_at")

    op.drop_table("closure")
    with op.batch_alter_table("certification_event", schema=None) as batch_op:
        batch_op.drop_index("ix_certification_event_certification_id")

    op.drop_table("certification_event")
    with op.batch_alter_table("training_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_session_training_id"))

    op.drop_table("training_session")
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_subscription_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_subscription_member_id"))

    op.drop_table("subscription")
    op.drop_table("rules_acceptance")
    with op.batch_alter_table("password_reset", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_password_reset_member_id"))

    op.drop_table("password_reset")
    with op.batch_alter_table("paper", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paper_member_id"))

    op.drop_table("paper")
    op.drop_table("member_role")
    with op.batch_alter_table("machine", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_machine_area_id"))

    op.drop_table("machine")
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_session_member_id"))

    op.drop_table("login_session")
    with op.batch_alter_table("journal_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_journal_entry_subject")
        batch_op.drop_index("ix_journal_entry_at")
        batch_op.drop_index(batch_op.f("ix_journal_entry_actor_id"))

    op.drop_table("journal_entry")
    with op.batch_alter_table("form_key", schema=None) as batch_op:
        batch_op.drop_index("ix_form_key_used_at")

    op.drop_table("form_key")
    with op.batch_alter_table("certification", schema=None) as batch_op:
        batch_op.drop_index("ix_certification_state")
        batch_op.drop_index(
            "ix_certification_one_open",
            sqlite_where=sa.text("state IN ('REQUESTED', 'IN_TRAINING', 'PROPOSED')"),
            postgresql_where=sa.text("state IN ('REQUESTED', 'IN_TRAINING', 'PROPOSED')"),
        )
        batch_op.drop_index("ix_certification_member_id_training_id")

    op.drop_table("certification")
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_token_member_id"))

    op.drop_table("api_token")
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_member_organisation_id"))

    op.drop_table("member")
    op.drop_table("prerequisite")
    op.drop_table("organisation")
    op.drop_table("training")
    op.drop_table("site")
    op.drop_table("sector")
    op.drop_table("ppe")
    op.drop_table("plan")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index("ix_message_topic")
        batch_op.drop_index("ix_message_state_send_after")

    op.drop_table("message")
    op.drop_table("job_run")
    op.drop_table("house_rules")
    op.drop_table("area")
