"""Reservations made together as a series"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

FREQUENCIES = ("DAY", "WORKING_DAY", "WEEK", "TWO_WEEKS", "MONTH_POSITION")


def upgrade() -> None:
    op.create_table(
        "series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "frequency",
            sa.Enum(
                *FREQUENCIES,
                name="frequency",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_series_member_id_member"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_series_organisation_id_organisation"
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["member.id"], name="fk_series_created_by_id_member"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_series"),
    )
    # as SQL, since SQLite takes a foreign key only together with its column
    op.execute(
        "ALTER TABLE reservation ADD COLUMN series_id INTEGER"
        " CONSTRAINT fk_reservation_series_id_series REFERENCES series (id)"
    )
    op.create_index("ix_reservation_series_id", "reservation", ["series_id"])


def downgrade() -> None:
    op.drop_index("ix_reservation_series_id", table_name="reservation")
    op.drop_column("reservation", "series_id")
    op.drop_table("series")
