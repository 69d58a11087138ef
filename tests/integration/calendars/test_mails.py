"""What mails bring into a calendar, and reminders: each once, at the hour one has chosen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from booking import clock, worker
from booking.database import db, writing
from booking.members.queries import find_member
from booking.members.service.accounts import set_preferences
from booking.outbox import wording
from booking.outbox.delivery import compose
from booking.outbox.models import Message, MessageState
from booking.reservations.models import Reservation
from booking.reservations.rules import ReservationState
from tests.calendars import entries, instants, read
from tests.programs import program_of

At = Callable[[Flask, str], None]

MEMBER = "U15"
THURSDAY = {
    "machine": "M03",
    "starts_at": "2026-11-26T09:00:00+01:00",
    "ends_at": "2026-11-26T12:00:00+01:00",
}
FRIDAY = {
    "starts_at": "2026-11-27T14:00:00+01:00",
    "ends_at": "2026-11-27T16:00:00+01:00",
}


@pytest.fixture
def number(demo_app: Flask) -> int:
    """A reservation of U15, three days ahead."""
    answer = program_of(demo_app, MEMBER).post("/reservations", THURSDAY)
    assert answer.status_code == 201, answer.text
    return int(answer.json["id"])  # type: ignore[index]


def attached(app: Flask, kind: str) -> list[Any]:
    """The calendar files in the mails of a kind, as their recipients' programs find them."""
    with app.app_context():
        letters = db.session.scalars(
            select(Message).where(Message.kind == kind).order_by(Message.id)
        ).all()
        mails = [compose(wording.render(m), "lieu@example.org", clock.now()) for m in letters]
    return [part for mail in mails for part in mail.iter_attachments()]


def move(app: Flask, number: int, times: dict[str, str]) -> None:
    answer = program_of(app, MEMBER).post(f"/reservations/{number}/move", times)
    assert answer.status_code == 200, answer.text


def change(app: Flask, number: int, **values: Any) -> Reservation:
    with app.app_context(), writing():
        reservation = db.session.get_one(Reservation, number)
        for name, value in values.items():
            setattr(reservation, name, value)
    return reservation


class TestCalendarFile:
    def test_goes_with_the_confirmation(self, demo_app: Flask, number: int) -> None:
        (part,) = attached(demo_app, "reservation.confirmed")
        assert part.get_content_type() == "text/calendar"
        assert part.get_param("method") == "REQUEST"
        assert part.get_filename() == "reservation.ics"
        found = entries(part.get_content())[f"reservation-{number}"]
        assert instants(found) == (
            datetime(2026, 11, 26, 8, tzinfo=UTC),
            datetime(2026, 11, 26, 11, tzinfo=UTC),
        )
        assert (found.sequence, found.status) == (0, "CONFIRMED")
        assert str(found.summary).endswith("(M03)")
        assert found.url == f"http://localhost/reservations/{number}"

    def test_of_the_cancellation_strikes_the_same_entry_out(
        self, demo_app: Flask, number: int
    ) -> None:
        (confirmed,) = attached(demo_app, "reservation.confirmed")
        program_of(demo_app, MEMBER).post(f"/reservations/{number}/cancel", {})
        (cancelled,) = attached(demo_app, "reservation.cancelled_by_member")
        assert cancelled.get_param("method") == read(cancelled.get_content()).method == "CANCEL"
        (before,), (after,) = (read(p.get_content()).events for p in (confirmed, cancelled))
        assert before.uid == after.uid
        assert (before.sequence, after.sequence, after.status) == (0, 1, "CANCELLED")

    def test_of_a_move_changes_the_same_entry(self, demo_app: Flask, number: int) -> None:
        move(demo_app, number, FRIDAY)
        (before,), (after,) = (
            read(part.get_content()).events
            for kind in ("reservation.confirmed", "reservation.moved")
            for part in attached(demo_app, kind)
        )
        assert before.uid == after.uid
        assert (before.sequence, after.sequence, after.status) == (0, 1, "CONFIRMED")
        assert instants(after)[0] == datetime(2026, 11, 27, 13, tzinfo=UTC)

    def test_of_who_did_not_come_strikes_it_out_too(
        self, demo_app: Flask, at: At, number: int
    ) -> None:
        at(demo_app, "2026-11-26T10:00:00+01:00")
        worker.settle_due(demo_app)
        (part,) = attached(demo_app, "reservation.no_show")
        (found,) = read(part.get_content()).events
        assert (found.sequence, found.status) == (1, "CANCELLED")


SUPERVISED = THURSDAY | {"machine": "M12", "mode": "supervised", "supervisor": "U09"}


class TestSecondPerson:
    def test_has_it_as_tentative_until_nobody_waits_any_more(self, demo_app: Flask) -> None:
        asker = program_of(demo_app, "U10")
        answer = asker.post("/reservations", SUPERVISED)
        assert answer.status_code == 201, answer.text
        number = answer.json["id"]  # type: ignore[index]
        program_of(demo_app, "U09").post(f"/reservations/{number}/accept")
        asker.post(f"/reservations/{number}/cancel", {})
        (asked,), (released,) = (
            read(part.get_content()).events
            for kind in ("companion.asked", "companion.released")
            for part in attached(demo_app, kind)
        )
        (held,) = attached(demo_app, "reservation.held")
        (confirmed,) = attached(demo_app, "reservation.confirmed")
        assert asked.uid == released.uid
        assert [
            (event.sequence, event.status)
            for part in (held, confirmed)
            for event in read(part.get_content()).events
        ] == [(0, "TENTATIVE"), (1, "CONFIRMED")]
        assert (asked.sequence, asked.status) == (0, "TENTATIVE")
        assert (released.sequence, released.status) == (3, "CANCELLED")
        with demo_app.app_context():
            member = find_member("U10")
            assert member is not None
            assert str(asked.summary).endswith(f"(M12), {member.name}")


class TestSequence:
    def test_rises_with_every_change_that_a_calendar_shows(
        self, demo_app: Flask, at: At, number: int
    ) -> None:
        at(demo_app, "2026-11-23T10:00:00+01:00")
        moved = change(demo_app, number, ends_at=datetime(2026, 11, 26, 12, tzinfo=UTC))
        assert (moved.sequence, moved.changed_at) == (1, datetime(2026, 11, 23, 9, tzinfo=UTC))
        assert change(demo_app, number, state=ReservationState.HELD).sequence == 2

    def test_stays_when_none_is_shown(self, demo_app: Flask, number: int) -> None:
        change(demo_app, number, purpose="Portes", state=ReservationState.CHECKED_IN)
        assert change(demo_app, number, cancel_reason="-").sequence == 0

    def test_is_the_same_before_and_after_a_lapse_is_written_down(
        self, demo_app: Flask, at: At, number: int
    ) -> None:
        at(demo_app, "2026-11-26T10:00:00+01:00")
        with demo_app.app_context():
            read_before = db.session.get_one(Reservation, number).revision[0]
        worker.settle_due(demo_app)
        with demo_app.app_context():
            assert db.session.get_one(Reservation, number).revision[0] == read_before == 1


def reminders(app: Flask, kind: str = "reservation.reminder") -> list[Message]:
    """The reminders written so far, after the worker has looked twice."""
    worker.remind_of_coming(app)
    worker.remind_of_coming(app)
    with app.app_context():
        return list(db.session.scalars(select(Message).where(Message.kind == kind)))


def choose(app: Flask, hours: int) -> None:
    with app.app_context(), writing():
        member = find_member(MEMBER)
        assert member is not None
        set_preferences(member, "fr", prefers_list=False, reminder_hours=hours)


class TestReminder:
    def test_is_written_once_a_day_ahead(self, demo_app: Flask, at: At, number: int) -> None:
        at(demo_app, "2026-11-25T08:59:00+01:00")
        assert reminders(demo_app) == []
        at(demo_app, "2026-11-25T09:00:00+01:00")
        (reminder,) = reminders(demo_app)
        assert reminder.facts["reservation"] == number
        with demo_app.app_context():
            assert "/me/preferences" in wording.render(reminder).text

    @pytest.mark.sqlite_only
    @pytest.mark.parametrize(("hours", "due"), [(2, "26T07:00"), (48, "24T09:00")])
    def test_comes_as_long_ahead_as_one_has_chosen_meanwhile(
        self, demo_app: Flask, at: At, number: int, hours: int, due: str
    ) -> None:
        choose(demo_app, hours)
        instant = datetime.fromisoformat(f"2026-11-{due}:00+01:00")
        at(demo_app, (instant - timedelta(minutes=1)).isoformat())
        assert reminders(demo_app) == []
        at(demo_app, instant.isoformat())
        assert len(reminders(demo_app)) == 1

    @pytest.mark.sqlite_only
    def test_never_comes_where_it_is_not_wanted(self, demo_app: Flask, at: At, number: int) -> None:
        choose(demo_app, 0)
        at(demo_app, "2026-11-26T08:00:00+01:00")
        assert reminders(demo_app) == []

    def test_of_what_was_cancelled_is_not_sent(self, demo_app: Flask, at: At, number: int) -> None:
        at(demo_app, "2026-11-25T09:00:00+01:00")
        (reminder,) = reminders(demo_app)
        program_of(demo_app, MEMBER).post(f"/reservations/{number}/cancel", {})
        with demo_app.app_context():
            withdrawn = db.session.get_one(Message, reminder.id)
            assert withdrawn.state is MessageState.WITHDRAWN

    @pytest.mark.sqlite_only
    def test_is_needless_when_the_confirmation_has_just_come(self, demo_app: Flask, at: At) -> None:
        at(demo_app, "2026-11-25T15:00:00+01:00")
        program_of(demo_app, MEMBER).post("/reservations", THURSDAY)
        assert reminders(demo_app) == []

    @pytest.mark.sqlite_only
    def test_comes_again_for_another_time(self, demo_app: Flask, at: At, number: int) -> None:
        at(demo_app, "2026-11-25T09:00:00+01:00")
        assert len(reminders(demo_app)) == 1
        move(demo_app, number, FRIDAY)
        assert len(reminders(demo_app)) == 1
        at(demo_app, "2026-11-26T14:00:00+01:00")
        assert len(reminders(demo_app)) == 2


@pytest.fixture
def accompanied(demo_app: Flask) -> int:
    """A reservation of U10 on Thursday, with U09 who has agreed to be there."""
    answer = program_of(demo_app, "U10").post("/reservations", SUPERVISED)
    assert answer.status_code == 201, answer.text
    number = int(answer.json["id"])  # type: ignore[index]
    agree(demo_app, number)
    return number


def agree(app: Flask, number: int) -> None:
    answer = program_of(app, "U09").post(f"/reservations/{number}/accept")
    assert answer.status_code == 200, answer.text


COMPANION = "companion.reminder"


class TestReminderOfASecondPerson:
    def test_is_written_once_and_names_for_whom(
        self, demo_app: Flask, at: At, accompanied: int
    ) -> None:
        at(demo_app, "2026-11-25T08:59:00+01:00")
        assert reminders(demo_app, COMPANION) == []
        at(demo_app, "2026-11-25T09:00:00+01:00")
        (reminder,) = reminders(demo_app, COMPANION)
        with demo_app.app_context():
            asker, companion = find_member("U10"), find_member("U09")
            assert asker is not None
            assert companion is not None
            assert reminder.recipient == companion.email
            assert asker.name in wording.render(reminder).text

    @pytest.mark.sqlite_only
    def test_does_not_go_to_who_has_not_agreed(self, demo_app: Flask, at: At) -> None:
        program_of(demo_app, "U10").post("/reservations", SUPERVISED)
        at(demo_app, "2026-11-25T09:00:00+01:00")
        assert reminders(demo_app, COMPANION) == []

    @pytest.mark.sqlite_only
    def test_is_needless_for_who_has_just_agreed(self, demo_app: Flask, at: At) -> None:
        answer = program_of(demo_app, "U10").post("/reservations", SUPERVISED)
        at(demo_app, "2026-11-25T12:00:00+01:00")
        agree(demo_app, int(answer.json["id"]))  # type: ignore[index]
        assert reminders(demo_app, COMPANION) == []

    @pytest.mark.sqlite_only
    def test_comes_again_when_another_time_is_agreed(
        self, demo_app: Flask, at: At, accompanied: int
    ) -> None:
        at(demo_app, "2026-11-25T09:00:00+01:00")
        assert len(reminders(demo_app, COMPANION)) == 1
        moved = program_of(demo_app, "U10").post(f"/reservations/{accompanied}/move", FRIDAY)
        assert moved.status_code == 200, moved.text
        agree(demo_app, accompanied)
        at(demo_app, "2026-11-26T14:00:00+01:00")
        assert len(reminders(demo_app, COMPANION)) == 2
