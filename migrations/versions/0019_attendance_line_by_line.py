"""Attendance signed line by line, and a code to sign with"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

KINDS = ("TRAINEE", "TRAINER", "ABSENCE", "VOID")
METHODS = ("ACCOUNT", "PIN", "DRAWN", "TAKEN_OVER")
TAKEN_OVER = "Présence notée avant que les signatures soient tenues ici"


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.add_column("member", sa.Column("pin_hash", sa.String(200), nullable=True))
    op.add_column(
        "training",
        sa.Column("attendance_required", sa.Boolean(), server_default=sa.true(), nullable=False),
    )
    op.create_table(
        "attendance_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("half_day_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("kind", _one_of("entrykind", *KINDS), nullable=False),
        sa.Column("method", _one_of("signingmethod", *METHODS), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("drawing", sa.String(), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("voids_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(method IS NOT NULL) = (kind IN ('TRAINEE', 'TRAINER'))",
            name=op.f("ck_attendance_entry_signed_somehow"),
        ),
        sa.CheckConstraint(
            "(kind = 'VOID') = (voids_id IS NOT NULL)",
            name=op.f("ck_attendance_entry_voids_something"),
        ),
        sa.CheckConstraint(
            "reason <> '' OR NOT (late OR kind = 'VOID')", name=op.f("ck_attendance_entry_reason")
        ),
        sa.CheckConstraint(
            "drawing IS NULL OR (method IS NOT NULL AND method = 'DRAWN')",
            name=op.f("ck_attendance_entry_drawn"),
        ),
        sa.ForeignKeyConstraint(
            ["half_day_id"],
            ["session_half_day.id"],
            name=op.f("fk_attendance_entry_half_day_id_session_half_day"),
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk_attendance_entry_enrolment_id_enrolment"),
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["member.id"], name=op.f("fk_attendance_entry_actor_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["voids_id"],
            ["attendance_entry.id"],
            name=op.f("fk_attendance_entry_voids_id_attendance_entry"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_entry")),
        sa.UniqueConstraint("voids_id", name=op.f("uq_attendance_entry_voids_id")),
    )
    op.create_index(
        "ix_attendance_entry_enrolment_id_half_day_id",
        "attendance_entry",
        ["enrolment_id", "half_day_id"],
    )
    _take_over()
    op.drop_column("enrolment", "signed_half_days")


def _take_over() -> None:
    """Keep what was noted as it is known: without the instant of a signature, and not signed."""
    connection = op.get_bind()
    half_days = {
        (session_id, number): id_
        for id_, session_id, number in connection.execute(
            sa.text("SELECT id, session_id, number FROM session_half_day")
        )
    }
    noted = connection.execute(
        sa.text("SELECT id, session_id, signed_half_days FROM enrolment ORDER BY id")
    ).all()
    for enrolment_id, session_id, signed in noted:
        numbers = json.loads(signed) if isinstance(signed, str) else signed or []
        for number in numbers:
            for kind in ("TRAINEE", "TRAINER"):
                connection.execute(
                    sa.text(
                        "INSERT INTO attendance_entry"
                        " (half_day_id, enrolment_id, kind, method, at, late, reason)"
                        " VALUES (:half_day, :enrolment, :kind, 'TAKEN_OVER', CURRENT_TIMESTAMP,"
                        " :late, :reason)"
                    ),
                    {
                        "half_day": half_days[session_id, number],
                        "enrolment": enrolment_id,
                        "kind": kind,
                        "late": False,
                        "reason": TAKEN_OVER,
                    },
                )


def downgrade() -> None:
    op.add_column(
        "enrolment", sa.Column("signed_half_days", sa.JSON(), server_default="[]", nullable=False)
    )
    connection = op.get_bind()
    signed: dict[int, list[int]] = {}
    for enrolment_id, number in connection.execute(
        sa.text(
            "SELECT e.enrolment_id, h.number FROM attendance_entry AS e"
            " JOIN session_half_day AS h ON h.id = e.half_day_id"
            " WHERE e.kind = 'TRAINER' AND NOT EXISTS (SELECT 1 FROM attendance_entry AS v"
            " WHERE v.voids_id = e.id) ORDER BY e.enrolment_id, h.number"
        )
    ):
        signed.setdefault(enrolment_id, []).append(number)
    for enrolment_id, numbers in signed.items():
        connection.execute(
            sa.text("UPDATE enrolment SET signed_half_days = :numbers WHERE id = :id").bindparams(
                sa.bindparam("numbers", numbers, type_=sa.JSON())
            ),
            {"id": enrolment_id},
        )
    op.drop_table("attendance_entry")
    op.drop_column("training", "attendance_required")
    op.drop_column("member", "pin_hash")
