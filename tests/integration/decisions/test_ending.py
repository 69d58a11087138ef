"""Certifications that end: letters in time, each once, and what falls when nothing changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from booking import worker
from booking.database import db, writing
from booking.decisions.queries import list_ending
from booking.decisions.service import approve, remind_of_ends
from booking.journal.models import JournalEntry
from booking.occupancies.models import Occupancy
from booking.outbox.models import Message
from booking.reservations import revocation
from booking.reservations.models import Reservation
from booking.reservations.revocation import Ended
from booking.reservations.rules import ReservationState
from booking.reservations.service import follow_validity
from booking.trainings.models import Certification
from booking.trainings.rules import CertificationState
from booking.trainings.service import certifying
from booking.trainings.service.certifying import Correction
from tests.integration.trainings.records import a_certification, person
from tests.programs import Program, codes_of, program_of
from tests.statements import statements_of

At = Callable[[Flask, str], None]

FRIDAY = {
    "machine": "M01",
    "starts_at": "2026-11-27T09:00:00+01:00",
    "ends_at": "2026-11-27T11:00:00+01:00",
}
LAST_DAY = date(2026, 11, 25)
BEFORE, MIDNIGHT = "2026-11-25T23:59:59+01:00", "2026-11-26T00:00:00+01:00"


@pytest.fixture
def artisan(demo_app: Flask) -> Program:
    return program_of(demo_app, "U02")


@pytest.fixture
def number(artisan: Program) -> int:
    """A reservation of Friday, on a machine that asks for CNC-1."""
    answer = artisan.post("/reservations", FRIDAY)
    assert answer.status_code == 201, answer.text
    return int(answer.json["id"])  # type: ignore[index]


def record_of(member: str, code: str) -> Certification:
    query = select(Certification).where(
        Certification.member_id == person(member).id,
        Certification.training.has(code=code),
        Certification.state == CertificationState.APPROVED,
    )
    return db.session.scalars(query.order_by(Certification.id.desc())).first() or _none()


def _none() -> Certification:
    raise AssertionError("no such certification")


def correct(app: Flask, **change: Any) -> Ended:
    """The approval of U02 for CNC-1 set right."""
    with app.app_context(), writing():
        record = record_of("U02", "CNC-1")
        assert record.approved_on is not None
        said: dict[str, Any] = {"level": record.level, "approved_on": record.approved_on}
        said |= {"valid_until": LAST_DAY, "reason": "Erreur"}
        correction = Correction(**said | change)
        ended = revocation.correct(record.id, person("S1"), correction)
        assert isinstance(ended, Ended), ended
        return ended


def status(program: Program, number: int) -> str:
    return str(program.get(f"/reservations/{number}").json["status"])  # type: ignore[index]


def messages(app: Flask, kind: str) -> list[Message]:
    with app.app_context():
        return list(db.session.scalars(select(Message).where(Message.kind == kind)))


class TestWhatIsBeyondTheEnd:
    def test_falls_at_midnight_free_of_charge_though_no_job_has_run(
        self, demo_app: Flask, at: At, artisan: Program, number: int
    ) -> None:
        assert correct(demo_app).cancelled == ()
        at(demo_app, BEFORE)
        assert status(artisan, number) == "confirmed"
        at(demo_app, MIDNIGHT)
        answer = artisan.get(f"/reservations/{number}").json
        assert answer is not None
        assert (answer["status"], answer["fee"]) == ("cancelled_by_site", None)

    def test_is_written_down_and_told_once_by_the_worker(
        self, demo_app: Flask, at: At, artisan: Program, number: int
    ) -> None:
        correct(demo_app)
        at(demo_app, MIDNIGHT)
        for _ in range(2):
            worker.settle_due(demo_app)
        assert len(messages(demo_app, "reservation.released")) == 1
        assert messages(demo_app, "reservation.no_show") == []
        with demo_app.app_context():
            fallen = db.session.get_one(Reservation, number)
            assert fallen.state is ReservationState.CANCELLED_BY_SITE
            assert not fallen.fee_percent
            active = select(Occupancy.active).where(Occupancy.reservation_id == number)
            assert db.session.scalar(active) is False
            acts = db.session.scalars(
                select(JournalEntry.act)
                .where(JournalEntry.subject_code == str(number))
                .order_by(JournalEntry.id)
            ).all()
            assert acts[-1] == "reservation.released"

    def test_is_told_in_one_letter_where_several_fall_together(
        self, demo_app: Flask, at: At, artisan: Program, number: int
    ) -> None:
        monday = {key: FRIDAY[key].replace("11-27", "11-30") for key in ("starts_at", "ends_at")}
        second = artisan.post("/reservations", FRIDAY | monday)
        assert second.status_code == 201, second.text
        correct(demo_app)
        at(demo_app, MIDNIGHT)
        for _ in range(2):
            worker.settle_due(demo_app)
        (told,) = messages(demo_app, "reservations.released")
        fallen = [date["reservation"] for date in told.facts["dates"]]
        assert fallen == [number, second.json["id"]]  # type: ignore[index]
        assert messages(demo_app, "reservation.released") == []

    def test_leaves_its_time_to_others_at_that_moment(
        self, demo_app: Flask, at: At, number: int
    ) -> None:
        correct(demo_app)
        other = program_of(demo_app, "U03")
        at(demo_app, BEFORE)
        assert "SLOT_TAKEN" in codes_of(other.post("/reservations", FRIDAY))
        at(demo_app, MIDNIGHT)
        answer = other.post("/reservations", FRIDAY)
        assert answer.status_code == 201, answer.text

    def test_stays_when_it_is_renewed_in_time(
        self, demo_app: Flask, at: At, artisan: Program, number: int
    ) -> None:
        correct(demo_app)
        with demo_app.app_context(), writing():
            renewal = a_certification(
                "U02",
                "CNC-1",
                CertificationState.PROPOSED,
                assessed_by=person("S2"),
                assessed_on=date(2026, 11, 23),
            )
            approved = approve(renewal.id, person("S1"))
            assert isinstance(approved, Certification), approved
            assert approved.valid_until == date(2028, 11, 25)
        at(demo_app, MIDNIGHT)
        assert status(artisan, number) == "confirmed"
        at(demo_app, "2026-11-27T09:15:00+01:00")
        assert status(artisan, number) == "no_show"

    def test_falls_at_once_where_nothing_is_held_any_more(
        self, demo_app: Flask, artisan: Program, number: int
    ) -> None:
        ended = correct(demo_app, level=1, valid_until=date(2027, 1, 31))
        assert [one.id for one in ended.cancelled] == [number]
        assert status(artisan, number) == "cancelled_by_site"

    def test_of_an_hour_over_midnight_falls_at_its_start_at_the_latest(
        self, demo_app: Flask, number: int
    ) -> None:
        with demo_app.app_context(), writing():
            one = db.session.get_one(Reservation, number)
            one.starts_at = one.starts_at.replace(day=25, hour=21)
            one.ends_at = one.starts_at.replace(day=26, hour=1)
        correct(demo_app)
        with demo_app.app_context():
            one = db.session.get_one(Reservation, number)
            assert one.lapses_at == one.starts_at

    def test_moved_before_the_end_it_stays(
        self, demo_app: Flask, at: At, artisan: Program, number: int
    ) -> None:
        correct(demo_app)
        earlier = {
            "starts_at": "2026-11-25T09:00:00+01:00",
            "ends_at": "2026-11-25T11:00:00+01:00",
        }
        answer = artisan.post(f"/reservations/{number}/move", earlier)
        assert answer.status_code == 200, answer.text
        with demo_app.app_context():
            one = db.session.get_one(Reservation, number)
            assert not one.ends_before_start

    def test_is_shown_to_member_and_manager(
        self, demo_app: Flask, artisan: Program, number: int
    ) -> None:
        correct(demo_app)
        manager = program_of(demo_app, "S1")
        items = manager.get("/certifications/ending").json["items"]  # type: ignore[index]
        (told,) = [i for i in items if (i["member"], i["training"]) == ("U02", "CNC-1")]
        assert told["ends_on"] == "2026-11-25"
        assert told["reservations_beyond"] == [number]
        others = [i for i in items if i["member"] == "U02" and i["training"] != "CNC-1"]
        assert [i["reservations_beyond"] for i in others] == [[]] * len(others)
        assert artisan.get("/certifications/ending").status_code == 403


class TestWhatHasChangedMeanwhile:
    def test_a_use_in_between_keeps_what_would_have_fallen(
        self, demo_app: Flask, at: At, artisan: Program, number: int
    ) -> None:
        """Noted to fall, it is looked at again before that is written down."""
        with demo_app.app_context(), writing():
            one = db.session.get_one(Reservation, number)
            one.lapses_at = one.starts_at.replace(day=25)
            taken = db.session.scalars(
                select(Occupancy).where(Occupancy.reservation_id == number)
            ).one()
            taken.lapses_at = one.lapses_at
        at(demo_app, MIDNIGHT)
        worker.settle_due(demo_app)
        assert status(artisan, number) == "confirmed"
        assert messages(demo_app, "reservation.released") == []

    def test_stricter_terms_reach_what_is_reserved_within_the_hour(
        self, demo_app: Flask, at: At, artisan: Program, number: int
    ) -> None:
        with demo_app.app_context(), writing():
            record = record_of("U02", "CNC-1")
            record.valid_until = LAST_DAY
        assert status(artisan, number) == "confirmed"
        worker.follow_certifications(demo_app)
        at(demo_app, MIDNIGHT)
        assert status(artisan, number) == "cancelled_by_site"


def test_what_was_never_covered_is_left_to_the_check_in(
    demo_app: Flask, artisan: Program, number: int
) -> None:
    """A manager may have kept it when the machine began to ask for a training."""
    with demo_app.app_context(), writing():
        record_of("U02", "CNC-1").state = CertificationState.REFUSED
        db.session.flush()
        follow_validity()
        assert not db.session.get_one(Reservation, number).ends_before_start


class TestLetters:
    def days_before(self, app: Flask, at: At, end: date, *days: int) -> list[int]:
        """How many letters there are after each of these days, the job running twice on each."""
        counts = []
        for left in days:
            on = date.fromordinal(end.toordinal() - left)
            at(app, f"{on.isoformat()}T08:00:00+01:00")
            for _ in range(2):
                with app.app_context(), writing():
                    remind_of_ends()
            counts.append(len(self.letters(app)))
        return counts

    def letters(self, app: Flask) -> list[Message]:
        found = messages(app, "certification.ends_soon")
        return [m for m in found if (m.facts["training"], m.recipient_name) == self.whose]

    whose = ("CERAM-1", "")

    @pytest.fixture
    def ending(self, demo_app: Flask) -> date:
        """A record of U10 that ends on 31 January, before lack of use could end it."""
        end = date(2027, 1, 31)
        with demo_app.app_context(), writing():
            a_certification("U10", "CERAM-1", approved_on=date(2026, 11, 20), valid_until=end)
            self.whose = ("CERAM-1", person("U10").name)
        return end

    def test_leave_once_each_at_sixty_thirty_and_seven_days(
        self, demo_app: Flask, at: At, ending: date
    ) -> None:
        counts = self.days_before(demo_app, at, ending, 61, 60, 59, 31, 30, 8, 7, 1, 0)
        assert counts == [0, 1, 1, 1, 2, 2, 3, 3, 3]
        assert self.days_before(demo_app, at, ending, -1) == [3]

    def test_what_was_missed_is_not_made_up_for(
        self, demo_app: Flask, at: At, ending: date
    ) -> None:
        assert self.days_before(demo_app, at, ending, 20, 6) == [1, 2]

    def test_none_leaves_for_what_was_renewed(self, demo_app: Flask, at: At, ending: date) -> None:
        assert self.days_before(demo_app, at, ending, 60) == [1]
        with demo_app.app_context(), writing():
            renewed: dict[str, Any] = {
                "approved_on": date(2026, 12, 10),
                "valid_until": date(2029, 1, 31),
            }
            a_certification("U10", "CERAM-1", **renewed)
        assert self.days_before(demo_app, at, ending, 30, 7) == [1, 1]

    def test_a_lower_level_renews_nothing(self, demo_app: Flask, at: At, ending: date) -> None:
        with demo_app.app_context(), writing():
            a_certification("U10", "CERAM-1", level=1, valid_until=date(2029, 1, 31))
        assert self.days_before(demo_app, at, ending, 30)[-1] >= 1

    def test_none_leaves_for_what_is_suspended(self, demo_app: Flask, at: At, ending: date) -> None:
        with demo_app.app_context(), writing():
            record = record_of("U10", "CERAM-1")
            certifying.suspend(record.id, person("S1"), "Four laissé ouvert")
        assert self.days_before(demo_app, at, ending, 60, 7) == [0, 0]

    def test_the_worker_sends_them_hour_by_hour(
        self, demo_app: Flask, at: At, ending: date
    ) -> None:
        at(demo_app, "2026-12-02T08:00:00+01:00")
        for _ in range(2):
            worker.follow_certifications(demo_app)
        assert len(self.letters(demo_app)) == 1

    def test_names_what_falls_with_it(self, demo_app: Flask, artisan: Program, number: int) -> None:
        correct(demo_app)
        with demo_app.app_context(), writing():
            remind_of_ends()
        (letter,) = [
            m
            for m in messages(demo_app, "certification.ends_soon")
            if m.facts["training"] == "CNC-1" and m.facts["beyond"]
        ]
        assert [one["machine"] for one in letter.facts["beyond"]] == ["M01"]


@pytest.mark.sqlite_only
def test_the_list_costs_the_same_however_long_it_is(demo_app: Flask) -> None:
    def cost() -> int:
        db.session.commit()
        db.session.expunge_all()
        with statements_of(demo_app) as sent:
            list_ending()
        return len(sent)

    with demo_app.app_context():
        a_certification("U11", "CERAM-1", valid_until=date(2026, 12, 1))
        few = cost()
        for code in ("U12", "U14", "U15", "U16", "U17"):
            a_certification(code, "CERAM-1", valid_until=date(2026, 12, 1))
        assert cost() <= few + 1
