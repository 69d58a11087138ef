"""A machine leaves service and returns; what stands in the way is shown, cancelled or kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from booking.database import db
from booking.journal.models import JournalEntry
from booking.machines.models import Outage
from booking.machines.queries import get_machine
from booking.machines.rules import Condition
from booking.outbox.models import Message
from booking.reservations.models import Reservation
from booking.reservations.rules import ReservationState
from tests.programs import codes_of, program_of
from tests.web.checking import Browser
from tests.web.sending import send

STOP = "/machines/M17/stop"
TOMORROW = "2026-11-24"
NEXT_WEEK = "2026-12-01"
SetClock = Callable[[Flask, str], None]


def reserved(app: Flask, day: str, member: str = "U15", machine: str = "M17") -> int:
    """A confirmed reservation of an hour, from 10:00 on that day."""
    answer = program_of(app, member).post(
        "/reservations",
        {
            "machine": machine,
            "starts_at": f"{day}T10:00:00+01:00",
            "ends_at": f"{day}T11:00:00+01:00",
        },
    )
    assert answer.status_code == 201, answer.text
    number: int = answer.get_json(force=True)["id"]
    return number


def state_of(app: Flask, number: int) -> ReservationState:
    with app.app_context():
        return db.session.get_one(Reservation, number).state


def condition_of(app: Flask, code: str) -> Condition:
    from booking import clock

    with app.app_context():
        return get_machine(code).condition_at(clock.now())


def last_outage(app: Flask) -> Outage:
    with app.app_context():
        return db.session.scalars(db.select(Outage).order_by(Outage.id.desc())).first()  # type: ignore[return-value]


def last_entry(app: Flask) -> JournalEntry:
    with app.app_context():
        return db.session.scalars(db.select(JournalEntry).order_by(JournalEntry.id)).all()[-1]


@pytest.fixture
def manager(demo_app: Flask) -> Browser:
    return Browser(demo_app, "S1")


@pytest.fixture
def referent(demo_app: Flask) -> Browser:
    """Who looks after M17."""
    return Browser(demo_app, "S2")


def test_a_machine_is_stopped_in_two_actions_and_its_reservations_are_cancelled(
    demo_app: Flask, referent: Browser
) -> None:
    before, after = reserved(demo_app, TOMORROW), reserved(demo_app, NEXT_WEEK)
    assert STOP in referent.get("/machines/M17").links
    shown = referent.get(STOP)
    assert "mar. 24 nov., 10:00 – 11:00" in shown.text
    told = {"reason": "Courroie cassée", "returns_on": "2026-11-27", "returns_time": "12:00"}
    words = referent.send(shown.form(STOP), 303, **told).text
    assert "La machine est arrêtée." in words
    assert "1 réservation est annulée" in words
    assert "Courroie cassée" in words
    assert "retour prévu le vendredi 27 novembre 2026 à 12:00" in words
    assert state_of(demo_app, before) == ReservationState.CANCELLED_BY_SITE
    assert state_of(demo_app, after) == ReservationState.CONFIRMED
    assert condition_of(demo_app, "M17") == Condition.DOWN
    with demo_app.app_context():
        mail = db.session.scalars(db.select(Message).order_by(Message.id)).all()[-1]
        assert mail.kind == "reservation.cancelled_by_site"
        assert mail.facts["reason"] == "Courroie cassée"
    entry = last_entry(demo_app)
    assert (entry.act, entry.subject_code, entry.after["cancelled"]) == (
        "machine.stopped",
        "M17",
        1,
    )


def test_reservations_may_be_kept_and_their_owners_are_warned(
    demo_app: Flask, manager: Browser
) -> None:
    number = reserved(demo_app, TOMORROW)
    send(manager, STOP, reason="Bruit", reservations="KEEP")
    assert state_of(demo_app, number) == ReservationState.CONFIRMED
    with demo_app.app_context():
        mail = db.session.scalars(db.select(Message).order_by(Message.id)).all()[-1]
        assert (mail.kind, mail.facts["reason"]) == ("reservation.at_risk", "Bruit")


def test_who_has_several_is_warned_in_one_letter(demo_app: Flask, manager: Browser) -> None:
    numbers = [reserved(demo_app, TOMORROW), reserved(demo_app, NEXT_WEEK)]
    send(manager, STOP, reason="Bruit", reservations="KEEP")
    with demo_app.app_context():
        (mail,) = db.session.scalars(
            db.select(Message).where(
                Message.kind.in_(("reservation.at_risk", "reservations.at_risk"))
            )
        ).all()
        assert [date["reservation"] for date in mail.facts["dates"]] == numbers


def test_a_stopped_machine_refuses_new_reservations_until_its_return(
    demo_app: Flask, manager: Browser
) -> None:
    send(manager, STOP, reason="Buse", returns_on="2026-11-27")
    wish = {
        "machine": "M17",
        "starts_at": "2026-11-27T10:00:00+01:00",
        "ends_at": "2026-11-27T11:00:00+01:00",
    }
    assert codes_of(program_of(demo_app, "U15").post("/reservations", wish)) == [
        "MACHINE_NOT_BOOKABLE"
    ]
    assert reserved(demo_app, "2026-11-30")


def test_what_was_reserved_after_the_list_was_shown_is_shown_before_anything_is_done(
    demo_app: Flask, manager: Browser
) -> None:
    form = manager.get(STOP).form(STOP)
    number = reserved(demo_app, TOMORROW)
    page = manager.send(form, 409, reason="Buse")
    assert "Quelqu’un a réservé entre-temps" in page.text
    assert "mar. 24 nov., 10:00 – 11:00" in page.text
    assert condition_of(demo_app, "M17") == Condition.IN_SERVICE
    manager.send(page.form(STOP), reservations="CANCEL")
    assert state_of(demo_app, number) == ReservationState.CANCELLED_BY_SITE


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"reason": ""}, "requis"),
        ({"reason": "x" * 100_000}, "300"),
        ({"kind": "BROKEN"}, "valide"),
        ({"returns_on": "2026-11-22"}, "doit être dans l’avenir"),
        ({"returns_on": "2099-01-01"}, "au plus tard"),
        ({"returns_on": "0001-01-01"}, "entre 2000 et 2100"),
        ({"returns_on": "9999-12-31"}, "entre 2000 et 2100"),
        ({"returns_on": "2027-02-29"}, "valide"),
        ({"returns_on": "2027-03-28", "returns_time": "02:30"}, "02:30 n’existe pas"),
        ({"returns_time": "10:00"}, "Indiquez aussi le jour"),
        ({"returns_on": "2026-12-01", "returns_time": "24:30"}, "valide"),
        ({"reservations": "BURN"}, "ce que deviennent"),
    ],
)
def test_a_stop_that_cannot_be_is_refused_with_the_reason(
    demo_app: Flask, manager: Browser, change: dict[str, Any], message: str
) -> None:
    number = reserved(demo_app, TOMORROW)
    page = send(manager, STOP, 422, **({"reason": "Buse"} | change))
    assert message in page.text
    assert condition_of(demo_app, "M17") == Condition.IN_SERVICE
    assert state_of(demo_app, number) == ReservationState.CONFIRMED


@pytest.mark.parametrize("seen", ["", "x", "²", "-1", "9" * 5000, "1;2"])
def test_a_forged_list_of_what_was_seen_cancels_nothing(
    demo_app: Flask, manager: Browser, seen: str
) -> None:
    number = reserved(demo_app, TOMORROW)
    send(manager, STOP, 409, reason="Buse", seen=seen)
    assert state_of(demo_app, number) == ReservationState.CONFIRMED


def test_a_stopped_machine_is_not_stopped_twice_but_may_be_locked_out(
    demo_app: Flask, manager: Browser
) -> None:
    send(manager, STOP, reason="Buse", kind="DOWN")
    again = send(manager, STOP, 422, reason="Buse", kind="DOWN")
    assert "déjà arrêtée ainsi" in again.text
    send(manager, STOP, reason="Fumée")  # the form now proposes the lockout
    assert condition_of(demo_app, "M17") == Condition.LOCKED_OUT


def test_a_machine_that_was_down_is_put_back_without_a_word(
    demo_app: Flask, referent: Browser
) -> None:
    send(referent, STOP, reason="Buse")
    release = f"/outages/{last_outage(demo_app).id}/release"
    assert release in referent.get("/machines/M17").links
    assert "de nouveau en service" in send(referent, release).text
    assert condition_of(demo_app, "M17") == Condition.IN_SERVICE
    assert referent.ask(release).status_code == 404  # it has ended


def test_a_lockout_is_lifted_only_by_saying_who_checked_what(
    demo_app: Flask, referent: Browser
) -> None:
    send(referent, STOP, reason="Étincelles", kind="LOCKED_OUT")
    release = f"/outages/{last_outage(demo_app).id}/release"
    for silence in ("", "  \n "):
        assert "qui a contrôlé quoi" in send(referent, release, 422, note=silence).text
    assert condition_of(demo_app, "M17") == Condition.LOCKED_OUT
    send(referent, release, note="R. Jung : câblage, essai à vide")
    assert condition_of(demo_app, "M17") == Condition.IN_SERVICE
    outage = last_outage(demo_app)
    assert outage.release_note == "R. Jung : câblage, essai à vide"
    assert last_entry(demo_app).reason == outage.release_note


def test_an_overdue_lockout_stands_until_it_is_lifted_while_a_repair_ends_by_itself(
    demo_app: Flask, manager: Browser, at: SetClock
) -> None:
    send(manager, STOP, reason="Fumée", kind="LOCKED_OUT", returns_on=TOMORROW)
    send(manager, "/machines/M18/stop", reason="Lame", kind="DOWN", returns_on=TOMORROW)
    at(demo_app, "2026-11-26T09:00:00+01:00")
    assert condition_of(demo_app, "M17") == Condition.LOCKED_OUT
    assert condition_of(demo_app, "M18") == Condition.IN_SERVICE
    assert "le contrôle n’est pas fait" in Browser(demo_app).get("/machines/M17").text
    assert "remise en service non confirmée" in manager.get("/machines/M18").text
    wish = {
        "machine": "M17",
        "starts_at": "2026-11-27T10:00:00+01:00",
        "ends_at": "2026-11-27T11:00:00+01:00",
    }
    assert codes_of(program_of(demo_app, "U15").post("/reservations", wish)) == [
        "MACHINE_NOT_BOOKABLE"
    ]


def test_a_longer_repair_shows_what_now_stands_in_it(demo_app: Flask, manager: Browser) -> None:
    """M13 is expected back on 2 December at 18:30."""
    number = reserved(demo_app, "2026-12-07", member="U09", machine="M13")
    path = f"/outages/{last_outage(demo_app).id}/return"
    shown = manager.get(path)
    assert shown.form(path).value("returns_on") == "2026-12-02"
    assert shown.form(path).value("returns_time") == "18:30"
    assert "lun. 7 déc., 10:00 – 11:00" in shown.text
    manager.send(shown.form(path), returns_on="2026-12-05", returns_time="")
    assert state_of(demo_app, number) == ReservationState.CONFIRMED
    send(manager, path, returns_on="2026-12-11")
    assert state_of(demo_app, number) == ReservationState.CANCELLED_BY_SITE
    entry = last_entry(demo_app)
    assert entry.act == "machine.return_moved"
    assert entry.before["expected_end_at"] == "2026-12-05T23:00:00+00:00"


def test_only_referent_and_manager_move_or_end_an_outage(demo_app: Flask) -> None:
    outage = last_outage(demo_app).id  # of M13, whose referent is U09
    for path in (f"/outages/{outage}/return", f"/outages/{outage}/release"):
        assert Browser(demo_app, "U09").ask(path).status_code == 200
        for code in ("U01", "U02", "S4", "S7"):
            assert Browser(demo_app, code).ask(path).status_code == 404
        assert Browser(demo_app).ask(path).status_code == 302
    for path in ("/outages/0/return", "/outages/999999/release", f"/outages/{2**70}/release"):
        assert Browser(demo_app, "S1").ask(path).status_code == 404


def test_names_are_shown_only_to_those_who_may_see_them(demo_app: Flask, referent: Browser) -> None:
    reserved(demo_app, TOMORROW)
    with demo_app.app_context():
        name = db.session.scalars(db.select(Reservation).order_by(Reservation.id.desc())).first()
        assert name is not None
        owner = name.member.name
    assert owner in referent.get(STOP).text
    assert owner not in Browser(demo_app).get("/machines/M17").text


def test_a_restriction_concerns_only_what_was_to_be_used_alone(
    demo_app: Flask, manager: Browser
) -> None:
    number = reserved(demo_app, TOMORROW)
    path = "/machines/M17/state"
    page = send(manager, path, state="RESTRICTED", reason="Réglage", reservations="CANCEL")
    assert "Usage accompagné seulement" in page.text
    assert state_of(demo_app, number) == ReservationState.CANCELLED_BY_SITE
    same = send(manager, path, 422, state="RESTRICTED", reason="Encore")
    assert "déjà dans cet état" in same.text
    send(manager, path, state="IN_SERVICE", reason="Réglée")
    assert condition_of(demo_app, "M17") == Condition.IN_SERVICE
    assert reserved(demo_app, NEXT_WEEK)
