"""Sessions that are planned, filled, and cancelled when too few come"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

SITE = {
    "session_minimum": 2,
    "session_decision_hours": 48,
    "session_cancel_hours": 48,
    "session_hold_hours": 24,
}


def upgrade() -> None:
    for name, default in SITE.items():
        op.add_column(
            "site", sa.Column(name, sa.Integer(), nullable=False, server_default=str(default))
        )
    op.create_table(
        "session_trainer",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name="fk_session_trainer_member_id_member"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["training_session.id"],
            name="fk_session_trainer_session_id_training_session",
        ),
        sa.PrimaryKeyConstraint("session_id", "member_id", name="pk_session_trainer"),
    )

    op.add_column(
        "training_session", sa.Column("minimum", sa.Integer(), nullable=False, server_default="2")
    )
    op.add_column(
        "training_session", sa.Column("version", sa.Integer(), nullable=False, server_default="1")
    )
    op.add_column(
        "training_session",
        sa.Column("cancel_reason", sa.String(), nullable=False, server_default=""),
    )
    for name in ("lapses_at", "cancelled_at"):
        op.add_column("training_session", sa.Column(name, sa.DateTime(timezone=True)))
    # as SQL, since SQLite takes a foreign key only together with its column
    op.execute(
        "ALTER TABLE training_session ADD COLUMN series_id INTEGER"
        " CONSTRAINT fk_training_session_series_id_training_session"
        " REFERENCES training_session (id)"
    )
    op.create_index("ix_training_session_series_id", "training_session", ["series_id"])

    for name, table in (
        ("organisation_id", "organisation"),
        ("created_by_id", "member"),
        ("cancelled_by_id", "member"),
    ):
        op.execute(
            f"ALTER TABLE enrolment ADD COLUMN {name} INTEGER"
            f" CONSTRAINT fk_enrolment_{name}_{table} REFERENCES {table} (id)"
        )
    for name in ("offered_until", "created_at", "cancelled_at"):
        op.add_column("enrolment", sa.Column(name, sa.DateTime(timezone=True)))
    for name in ("price_excl_cents", "price_vat_cents", "fee_excl_cents", "fee_vat_cents"):
        op.add_column("enrolment", sa.Column(name, sa.Integer()))
    op.add_column("enrolment", sa.Column("lacked", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column(
        "enrolment",
        sa.Column("fee_waived_because", sa.String(), nullable=False, server_default=""),
    )
    is_kept = sa.text("state <> 'CANCELLED'")
    op.create_index(
        "ix_enrolment_one_place",
        "enrolment",
        ["session_id", "member_id"],
        unique=True,
        sqlite_where=is_kept,
        postgresql_where=is_kept,
    )


def downgrade() -> None:
    op.drop_index("ix_enrolment_one_place", table_name="enrolment")
    for name in (
        "organisation_id",
        "created_by_id",
        "cancelled_by_id",
        "offered_until",
        "created_at",
        "cancelled_at",
        "price_excl_cents",
        "price_vat_cents",
        "fee_excl_cents",
        "fee_vat_cents",
        "lacked",
        "fee_waived_because",
    ):
        op.drop_column("enrolment", name)
    op.drop_index("ix_training_session_series_id", table_name="training_session")
    for name in ("minimum", "version", "cancel_reason", "lapses_at", "cancelled_at", "series_id"):
        op.drop_column("training_session", name)
    op.drop_table("session_trainer")
    for name in SITE:
        op.drop_column("site", name)
