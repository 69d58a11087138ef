"""Machines whose reservations are approved one by one, and the requests for them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "machine",
        sa.Column("needs_approval", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_table(
        "approval_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("machine_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "WAITING",
                "APPROVED",
                "REFUSED",
                "WITHDRAWN",
                "OVERTAKEN",
                "LAPSED",
                name="approvalstate",
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
        sa.Column("lapses_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("supervisor_id", sa.Integer(), nullable=True),
        sa.Column("buddy_id", sa.Integer(), nullable=True),
        sa.Column("unit", sa.Integer(), nullable=True),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("firing_type", sa.String(length=20), nullable=True),
        sa.Column("credit_only", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=64), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("reservation_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_approval_request_order")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_approval_request_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["machine_id"], ["machine.id"], name=op.f("fk_approval_request_machine_id_machine")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_approval_request_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["supervisor_id"], ["member.id"], name=op.f("fk_approval_request_supervisor_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["buddy_id"], ["member.id"], name=op.f("fk_approval_request_buddy_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["member.id"], name=op.f("fk_approval_request_created_by_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["member.id"], name=op.f("fk_approval_request_decided_by_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["reservation_id"],
            ["reservation.id"],
            name=op.f("fk_approval_request_reservation_id_reservation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_request")),
        sa.UniqueConstraint(
            "created_by_id",
            "idempotency_key",
            name=op.f("uq_approval_request_created_by_id_idempotency_key"),
        ),
    )
    op.create_index(
        "ix_approval_request_machine_id_state", "approval_request", ["machine_id", "state"]
    )
    op.create_index(
        "ix_approval_request_member_id_starts_at", "approval_request", ["member_id", "starts_at"]
    )
    op.create_index(
        "ix_approval_request_state_lapses_at", "approval_request", ["state", "lapses_at"]
    )


def downgrade() -> None:
    op.drop_table("approval_request")
    op.drop_column("machine", "needs_approval")
