"""Browsers that the workshop leaves to everybody"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kiosk",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_agent", sa.String(length=200), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_kiosk"),
        sa.UniqueConstraint("token_hash", name="uq_kiosk_token_hash"),
    )
    # as SQL, since SQLite takes a foreign key only together with its column
    op.execute(
        "ALTER TABLE login_session ADD COLUMN kiosk_id INTEGER"
        " CONSTRAINT fk_login_session_kiosk_id_kiosk REFERENCES kiosk (id)"
    )
    op.create_index("ix_login_session_kiosk_id", "login_session", ["kiosk_id"])


def downgrade() -> None:
    op.drop_index("ix_login_session_kiosk_id", table_name="login_session")
    op.drop_column("login_session", "kiosk_id")
    op.drop_table("kiosk")
