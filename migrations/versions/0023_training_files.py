"""Training files: what is professional, answers of trainees, who pays for what"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    kinds = sa.Enum(
        "ENTRY", "AT_ONCE", "LATER",
        name="questionnairekind", native_enum=False, create_constraint=True, length=32,
    )  # fmt: skip
    op.create_table(
        "session_file",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("professional", sa.Boolean(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["training_session.id"],
            name="fk_session_file_session_id_training_session",
        ),
        sa.PrimaryKeyConstraint("session_id", name="pk_session_file"),
    )
    op.create_table(
        "funding",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("income", sa.String(length=20), nullable=False),
        sa.Column("objective", sa.String(length=20), nullable=False),
        sa.Column("income_cents", sa.Integer(), nullable=False),
        sa.CheckConstraint("income_cents >= 0", name="ck_funding_income"),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name="fk_funding_enrolment_id_enrolment"
        ),
        sa.PrimaryKeyConstraint("enrolment_id", name="pk_funding"),
    )
    op.create_table(
        "questionnaire",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("kind", kinds, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name="fk_questionnaire_enrolment_id_enrolment"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_questionnaire"),
        sa.UniqueConstraint("enrolment_id", "kind", name="uq_questionnaire_enrolment_id_kind"),
    )
    op.create_table(
        "activity_year",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("year", name="pk_activity_year"),
    )


def downgrade() -> None:
    for table in ("activity_year", "questionnaire", "funding", "session_file"):
        op.drop_table(table)
