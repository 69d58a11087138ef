"""Places in a session: taking one, waiting, being offered one, giving it back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import product

import pytest
from flask import Flask

from booking.database import db
from booking.members.rules import AccountState
from booking.outbox.models import MessageState
from booking.sessions import refusals as why
from booking.sessions.queries.eligibility import clashes_of
from booking.sessions.queries.sessions import whose_turn
from booking.sessions.refusals import Refused
from booking.sessions.service import enrolling, scheduling
from booking.sessions.service.offering import offer_places
from booking.trainings.models import (
    Enrolment,
    EnrolmentState,
    SessionKind,
    SessionState,
    TrainingSession,
)
from booking.trainings.rules import Place, Shortfall
from tests.integration.sessions.records import HOUR, NOW, a_draft, a_session, half_day, session
from tests.integration.trainings.records import a_certification, mails_to, person

At = Callable[[Flask, str], None]


@pytest.fixture(autouse=True)
def transaction(demo_app: Flask) -> Iterator[None]:
    with demo_app.app_context():
        yield
        db.session.rollback()


def enrol(code: str, to: TrainingSession, by: str = "") -> Enrolment | Refused:
    return enrolling.enrol(to, person(code), person(by or code))


def wait(code: str, for_: TrainingSession) -> Enrolment | Refused:
    return enrolling.wait(for_, person(code), person(code))


def placed(outcome: Enrolment | Refused) -> Enrolment:
    assert isinstance(outcome, Enrolment), outcome
    return outcome


def reasons(outcome: object) -> tuple[object, ...]:
    assert isinstance(outcome, Refused), outcome
    return outcome.reasons


def own(code: str, of: TrainingSession) -> Enrolment:
    return next(one for one in reversed(of.enrolments) if one.member.code == code)


def full(**others: object) -> TrainingSession:
    """An ACC session of two places, both taken."""
    made = a_session("ACC", by="S3", machines={}, **others)  # type: ignore[arg-type]
    for code in ("U10", "U11"):
        placed(enrol(code, made))
    return made


# Taking a place


def test_who_enrols_has_a_place_at_the_price_of_the_day_and_a_letter() -> None:
    made = a_session("LASER")
    place = placed(enrol("U10", made))
    made.training.price_cents = 99_900
    assert (place.place_now, place.price_excl_cents, place.price_vat_cents) == (
        Place.ENROLLED,
        12_000,
        0,
    )
    assert place.organisation_id == person("U10").organisation_id
    assert mails_to(person("U10"))[-1].kind == "enrolment.made"


def test_nobody_enrols_twice() -> None:
    made = a_session("LASER")
    placed(enrol("U10", made))
    assert reasons(enrol("U10", made)) == (why.AlreadyIn(Place.ENROLLED),)


def test_a_full_session_has_no_place_and_says_how_many_wait() -> None:
    made = full()
    assert reasons(enrol("U12", made)) == (why.NoPlaceLeft(0),)
    placed(wait("U12", made))
    assert reasons(enrol("U13", made)) == (why.NoPlaceLeft(1),)


def test_while_places_are_left_nobody_waits() -> None:
    made = a_session("ACC", by="S3", machines={})
    assert reasons(wait("U10", made)) == (why.PlacesLeft(2),)


def test_trainers_take_no_place_in_their_own_session() -> None:
    made = a_session("ACC", by="U01", machines={})
    assert reasons(enrol("U01", made)) == (why.GivesItHimself(),)


def test_a_session_in_preparation_takes_nobody() -> None:
    made = a_session("ACC", by="S3", machines={}, opened=False)
    assert reasons(enrol("U10", made)) == (why.SessionStateForbids(SessionState.PLANNED),)


# Prerequisites


def test_bois_2_without_bois_1_is_refused_and_names_what_is_missing() -> None:
    (reason,) = reasons(enrol("U10", session("T-07")))
    assert isinstance(reason, why.PrerequisiteMissing)
    assert reason.verdict.training == "BOIS-1"
    assert reason.verdict.shortfalls == (Shortfall.MISSING,)


def test_the_next_session_of_what_is_missing_is_named() -> None:
    coming = a_session("BOIS-1", by="S3", machines={})
    (reason,) = reasons(enrol("U10", session("T-07")))
    assert isinstance(reason, why.PrerequisiteMissing)
    assert (reason.next_session, reason.next_starts_at) == (coming.code, coming.starts_at)


def test_prerequisites_are_judged_for_the_days_of_the_session() -> None:
    last_day = (NOW + timedelta(days=29)).date()
    a_certification("U10", "BOIS-1", approved_on=NOW.date(), valid_until=last_day)
    soon = a_session("BOIS-2", by="S3", machines={}, half_days=(half_day(29),))
    both = (half_day(29), half_day(30))
    later = a_session("BOIS-2", by="S2", machines={}, half_days=both)
    assert not reasons_of_prerequisites(enrolling.against_enrolling(soon, person("U10")))
    (reason,) = reasons_of_prerequisites(enrolling.against_enrolling(later, person("U10")))
    assert reason.verdict.shortfalls == (Shortfall.EXPIRED,)


def reasons_of_prerequisites(found: object) -> list[why.PrerequisiteMissing]:
    return [one for one in found if isinstance(one, why.PrerequisiteMissing)]  # type: ignore[attr-defined]


def test_a_refresher_asks_for_the_record_and_no_prerequisites() -> None:
    made = a_session("LASER", kind=SessionKind.REFRESHER)
    assert reasons(enrol("U26", made)) == (why.RecordMissing("LASER"),)
    a_certification("U26", "LASER", valid_until=(NOW - timedelta(days=1)).date())
    placed(enrol("U26", made))


def test_what_one_does_at_that_time_is_a_warning_alone() -> None:
    made = a_session("ACC", by="S3", machines={})
    other = a_session("LASER", machines={})
    placed(enrol("U10", other))
    (clash,) = clashes_of(made, person("U10").id)
    assert (clash.what, clash.period) == (other.code, half_day())
    placed(enrol("U10", made))


# The waiting list


def test_a_freed_place_is_held_for_the_first_in_order_for_a_day() -> None:
    made = full()
    for code in ("U12", "U13"):
        placed(wait(code, made))
    assert not isinstance(enrolling.cancel(own("U10", made), person("U10")), Refused)
    first, second = own("U12", made), own("U13", made)
    assert (first.place_now, first.offered_until) == (Place.OFFERED, NOW + 24 * HOUR)
    assert second.place_now is Place.WAITING
    assert mails_to(person("U12"))[-1].kind == "enrolment.offered"
    assert reasons(enrol("U15", made)) == (why.NoPlaceLeft(2),)


def test_who_accepts_has_the_place() -> None:
    made = full()
    placed(wait("U12", made))
    enrolling.cancel(own("U10", made), person("U10"))
    place = placed(enrolling.accept(own("U12", made), person("U12")))
    assert place.place_now is Place.ENROLLED
    offered, taken = mails_to(person("U12"))[-2:]
    assert (offered.kind, offered.state) == ("enrolment.offered", MessageState.WITHDRAWN)
    assert (taken.kind, taken.state) == ("enrolment.made", MessageState.WAITING)
    assert reasons(enrol("U15", made)) == (why.NoPlaceLeft(0),)


def test_who_declines_leaves_it_to_the_next() -> None:
    made = full()
    for code in ("U12", "U13"):
        placed(wait(code, made))
    enrolling.cancel(own("U10", made), person("U10"))
    enrolling.cancel(own("U12", made), person("U12"))
    assert own("U12", made).place_now is Place.CANCELLED
    assert own("U13", made).place_now is Place.OFFERED


def test_whom_a_manager_takes_off_the_list_is_told_and_who_leaves_it_is_not() -> None:
    made = full()
    for code in ("U12", "U13"):
        placed(wait(code, made))
    enrolling.cancel(own("U12", made), person("S1"))
    enrolling.cancel(own("U13", made), person("U13"))
    told = {code: [one.kind for one in mails_to(person(code))] for code in ("U12", "U13")}
    assert told["U12"][-1] == "enrolment.cancelled"
    assert "enrolment.cancelled" not in told["U13"]


def test_without_an_answer_the_next_has_it_from_that_moment_though_nobody_wrote_it_down(
    demo_app: Flask, at: At
) -> None:
    made = full(half_days=(half_day(9),))
    for code in ("U12", "U13", "U15"):
        placed(wait(code, made))
    enrolling.cancel(own("U10", made), person("U10"))
    db.session.flush()
    at(demo_app, "2026-11-24T08:00:00+01:00")
    assert own("U12", made).place_now is Place.LAPSED
    assert whose_turn(made) == [own("U13", made).id]
    assert reasons(enrolling.accept(own("U12", made), person("U12"))) == (
        why.PlaceForbids(Place.LAPSED),
    )
    assert reasons(enrolling.accept(own("U15", made), person("U15"))) == (
        why.PlaceForbids(Place.WAITING),
    )
    placed(enrolling.accept(own("U13", made), person("U13")))


def test_the_next_has_a_whole_day_from_when_he_is_told(demo_app: Flask, at: At) -> None:
    made = full(half_days=(half_day(9),))
    for code in ("U12", "U13"):
        placed(wait(code, made))
    enrolling.cancel(own("U10", made), person("U10"))
    db.session.flush()
    at(demo_app, "2026-11-24T10:00:00+01:00")
    offer_places(made)
    assert own("U13", made).offered_until == NOW + 50 * HOUR


def test_who_waited_in_vain_may_wait_again(demo_app: Flask, at: At) -> None:
    made = full(half_days=(half_day(9),))
    for code in ("U12", "U13"):
        placed(wait(code, made))
    enrolling.cancel(own("U10", made), person("U10"))
    db.session.flush()
    at(demo_app, "2026-11-24T10:00:00+01:00")
    placed(wait("U12", made))
    assert own("U12", made).place_now is Place.WAITING
    assert own("U13", made).place_now is Place.OFFERED


def test_who_is_no_longer_eligible_is_skipped_and_told() -> None:
    made = a_session("BOIS-2", by="S3", machines={}, places=1, half_days=(half_day(24),))
    placed(enrol("U02", made))
    lost = a_certification("U10", "BOIS-1", approved_on=NOW.date())
    placed(wait("U10", made))
    placed(wait("U21", made))
    lost.valid_until = NOW.date()
    enrolling.cancel(own("U02", made), person("U02"))
    assert own("U10", made).place_now is Place.SKIPPED
    assert own("U10", made).lacked == ["BOIS-1"]
    assert mails_to(person("U10"))[-1].facts["lacked"] == ["BOIS-1"]
    assert own("U21", made).place_now is Place.OFFERED


def test_who_is_suspended_is_skipped() -> None:
    made = full()
    placed(wait("U12", made))
    person("U12").state = AccountState.SUSPENDED
    enrolling.cancel(own("U10", made), person("U10"))
    assert own("U12", made).place_now is Place.SKIPPED


def test_more_places_are_offered_to_those_who_wait() -> None:
    made = full()
    placed(wait("U12", made))
    made.places = 3
    offer_places(made)
    assert own("U12", made).place_now is Place.OFFERED


def test_an_offer_ends_with_the_start_at_the_latest() -> None:
    made = full(half_days=(half_day(0, at=9, length=2),))
    placed(wait("U12", made))
    enrolling.cancel(own("U10", made), person("U10"))
    assert own("U12", made).offered_until == made.starts_at


# Giving back


def test_giving_back_is_free_until_48_hours_before(demo_app: Flask, at: At) -> None:
    made = session("T-03")
    at(demo_app, "2026-12-01T09:00:00+01:00")
    assert not isinstance(enrolling.cancel(own("U10", made), person("U10")), Refused)
    assert own("U10", made).fee_cents == 0


def test_later_the_price_stays_due_until_a_manager_gives_it_up(demo_app: Flask, at: At) -> None:
    made = a_session("LASER")
    place = placed(enrol("U10", made))
    db.session.flush()
    at(demo_app, "2026-11-28T09:00:01+01:00")
    assert enrolling.fee_if_cancelled(place, person("U10")) == 12_000
    enrolling.cancel(place, person("U10"))
    assert place.fee_cents == place.due_cents == 12_000
    assert mails_to(person("U10"))[-1].facts["fee_cents"] == 12_000
    placed(enrolling.waive_fee(place, person("S1"), "Malade"))
    assert place.fee_cents == 0
    assert reasons(enrolling.waive_fee(place, person("S1"), "Malade")) == (why.NothingDue(),)


def test_a_manager_s_own_hand_costs_nobody_anything(demo_app: Flask, at: At) -> None:
    made = a_session("LASER")
    place = placed(enrol("U10", made))
    db.session.flush()
    at(demo_app, "2026-11-29T10:00:00+01:00")
    enrolling.cancel(place, person("S1"))
    assert place.fee_cents == 0


def test_who_took_a_place_before_the_session_was_moved_gives_it_back_for_nothing(
    demo_app: Flask, at: At
) -> None:
    made = a_session("LASER", places=4)
    before, waits = placed(enrol("U10", made)), placed(enrol("U02", made))
    at(demo_app, "2026-11-24T10:00:00+01:00")
    draft = a_draft("LASER", places=4, half_days=(half_day(8),))
    assert not isinstance(scheduling.change(made, made.version, draft, person("S2")), Refused)
    at(demo_app, "2026-11-30T10:00:00+01:00")
    after = placed(enrol("U12", made))
    assert enrolling.fee_if_cancelled(before, person("U10")) == 0
    assert enrolling.fee_if_cancelled(after, person("U12")) == 12_000
    placed(enrolling.cancel(waits, person("U02")))
    assert (waits.fee_cents, waits.due_cents) == (0, 0)


def test_nothing_stays_due_for_a_session_that_is_cancelled_afterwards(
    demo_app: Flask, at: At
) -> None:
    made = a_session("LASER")
    place = placed(enrol("U10", made))
    at(demo_app, "2026-11-29T10:00:00+01:00")
    placed(enrolling.cancel(place, person("U10")))
    assert place.due_cents == 12_000
    assert not isinstance(scheduling.cancel(made, person("S2"), "Panne"), Refused)
    assert (place.fee_cents, place.due_cents) == (0, 0)
    assert reasons(enrolling.waive_fee(place, person("S1"), "Raison")) == (why.NothingDue(),)


def test_a_manager_does_not_waive_his_own_fee(demo_app: Flask, at: At) -> None:
    a_certification("S1", "ACC", approved_on=NOW.date())
    made = a_session("LASER")
    place = placed(enrol("S1", made))
    at(demo_app, "2026-11-29T10:00:00+01:00")
    placed(enrolling.cancel(place, person("S1")))
    assert reasons(enrolling.waive_fee(place, person("S1"), "Raison")) == (why.OwnFee(),)
    assert place.due_cents == 12_000


def test_after_the_start_nothing_is_given_back(demo_app: Flask, at: At) -> None:
    made = session("T-03")
    at(demo_app, "2026-12-03T09:00:00+01:00")
    assert reasons(enrolling.cancel(own("U10", made), person("U10"))) == (
        why.SessionHasBegun(made.starts_at),
    )


# Every state and act


ACTS = {"accept": enrolling.accept, "cancel": enrolling.cancel}
ALLOWED = {
    (Place.OFFERED, "accept"),
    (Place.OFFERED, "cancel"),
    (Place.WAITING, "cancel"),
    (Place.ENROLLED, "cancel"),
}
WRITTEN = {
    Place.WAITING: (EnrolmentState.WAITING, None, []),
    Place.OFFERED: (EnrolmentState.WAITING, NOW + HOUR, []),
    Place.LAPSED: (EnrolmentState.WAITING, NOW, []),
    Place.ENROLLED: (EnrolmentState.ENROLLED, None, []),
    Place.ATTENDED: (EnrolmentState.ATTENDED, None, []),
    Place.ABSENT: (EnrolmentState.ABSENT, None, []),
    Place.CANCELLED: (EnrolmentState.CANCELLED, None, []),
    Place.SKIPPED: (EnrolmentState.CANCELLED, None, ["BOIS-1"]),
}


@pytest.mark.parametrize(("place", "act"), [*product(WRITTEN, ACTS)])
def test_each_act_on_a_place_is_allowed_in_these_states_alone(place: Place, act: str) -> None:
    made = full()
    enrolment = placed(wait("U12", made))
    enrolment.state, enrolment.offered_until, enrolment.lacked = WRITTEN[place]
    made.places += place is Place.OFFERED
    db.session.flush()
    assert enrolment.place_now is place
    outcome = ACTS[act](enrolment, person("U12"))
    assert isinstance(outcome, Enrolment) == ((place, act) in ALLOWED)
    if isinstance(outcome, Refused):
        assert outcome.reasons == (why.PlaceForbids(place),)


@pytest.mark.parametrize("state", [*SessionState])
def test_a_place_is_to_be_had_in_open_and_confirmed_sessions_alone(state: SessionState) -> None:
    made = a_session("ACC", by="S3", machines={})
    made.state = state
    db.session.flush()
    is_open = state in (SessionState.OPEN, SessionState.CONFIRMED)
    assert isinstance(enrol("U10", made), Enrolment) == is_open
