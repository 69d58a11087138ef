"""Every form of the site: where it stands, who may send it, and values that it accepts.

Names in braces stand for what `prepare` has put into the demo.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from booking import clock
from booking.database import db, writing
from booking.machines.models import Unit
from booking.machines.queries import find_machine
from booking.members.models import LoginSession, Member, PasswordReset
from booking.members.queries import digest, find_member
from booking.members.rules import AccountState
from booking.members.service import sessions
from booking.members.service.kiosks import open_kiosk
from booking.members.service.tokens import create_token
from booking.openings.models import Closure, Opening
from booking.outbox.models import Message, MessageState
from booking.periods import Period
from booking.planning.service import make_controller, make_feed
from booking.quotas.models import PeakWindow, PriorityWindow, Quota
from booking.quotas.rules import Holder, Span
from booking.reservations.models import (
    ApprovalRequest,
    HandOver,
    Reservation,
    Series,
    WaitlistEntry,
)
from booking.reservations.rules import CompanionRole, Mode, ReservationState
from booking.reservations.rules.series import Frequency
from booking.reservations.service import (
    Watch,
    Wish,
    cancel,
    join,
    offer_to,
    request_approval,
    reserve,
)
from booking.sessions.queries.sessions import find_session
from booking.sessions.service import enrolling, scheduling
from booking.sessions.service.scheduling import Draft
from booking.settings import PROJECT
from booking.trainings.models import (
    AttendanceEntry,
    Certification,
    Enrolment,
    EvidenceFile,
    QuizAttempt,
    SessionKind,
    Training,
    TrainingSession,
    Verification,
)
from booking.trainings.queries import find_training, list_questions
from booking.trainings.rules import CertificationState, EntryKind
from booking.trainings.service import quizzes
from booking.trainings.service.attendance import void
from tests.learning import a_session, prove, sign_all

RESET_TOKEN = "a-reset-token-of-the-tests"
PASSWORD = "tilleul-rouge"
SERIES_PAGE = (
    "/reservations/series/new?machine=M01"
    "&starts_at=2026-11-24T09:00:00%2B01:00&ends_at=2026-11-24T12:00:00%2B01:00"
)
NEW_PASSWORD = "une phrase assez longue"


@dataclass(frozen=True)
class Sending:
    """A form as `by` finds it on `page`, sent to `to` with `fill` in place of what is shown."""

    by: str | None
    page: str
    to: str
    fill: dict[str, Any] = field(default_factory=dict)
    answer: int = 303

    @property
    def is_for_anyone(self) -> bool:
        return self.by is None or self.to in ("/logout", "/language")

    def at(self, places: dict[str, Any]) -> Sending:
        """The same, with the names in braces replaced."""
        fill = {
            name: value.format(**places) if isinstance(value, str) else value
            for name, value in self.fill.items()
        }
        page, to = self.page.format(**places), self.to.format(**places)
        return replace(self, page=page, to=to, fill=fill)


def own_page(by: str | None, page: str, /, **fill: Any) -> Sending:
    """A form sent to the address of its own page."""
    return Sending(by, page, page.partition("?")[0], fill)


REASON = "Une raison écrite"
PICTURE = (str(PROJECT / "docs" / "images" / "machine-phone.png"), "diplome.png")
"""A file that is read anew each time it is sent."""
MACHINE: dict[str, Any] = {
    "code": "M77",
    "units": "1",
    "risk_class": "GREEN",
    "name_fr": "Ponceuse",
}
PERSON: dict[str, Any] = {"name": "Camille Noir", "email": "camille.noir@example.org"}
CLOSURE: dict[str, Any] = {"starts_on": "2027-01-11", "ends_on": "2027-01-12", "reason": "Travaux"}
HOURS: dict[str, Any] = {"weekdays": ["6"], "starts": "09:00", "ends": "12:00"}
QUOTA: dict[str, Any] = {"who": "PERSON", "limit_hours": "400"}
EVENINGS: dict[str, Any] = {"weekdays": ["6"], "starts": "17:00", "ends": "20:00"}
PRIORITY: dict[str, Any] = EVENINGS | {"plans": ["P-RES"]}
SUBSCRIPTION: dict[str, Any] = {"plan": "P-ATE", "starts_on": "2027-01-01", "covers": ["U03"]}
TRAINING: dict[str, Any] = {
    "code": "VERRE-1",
    "title_fr": "Découpe du verre",
    "levels": ["1", "2"],
    "validity_months": "24",
    "duration_minutes": "210",
}
QUESTION: dict[str, Any] = {
    "text_fr": "Que porter ?",
    "answer_1_fr": "Des lunettes",
    "answer_2_fr": "Une écharpe",
    "right_1": "y",
}
RESERVATION: dict[str, Any] = {
    "machine": "M01",
    "starts_on": "2026-11-24",
    "start_time": "09:00",
    "ends_on": "2026-11-24",
    "end_time": "12:00",
}

SENDINGS: dict[str, Sending] = {
    "assessments.assess": own_page("S2", "/assessments/LASER/U25", part="Une boîte"),
    "quizzes.start": Sending("U10", "/quizzes/LASER", "/quizzes/LASER/start"),
    "quizzes.send": Sending(
        "U11",
        "/quizzes/attempts/{attempt}",
        "/quizzes/attempts/{attempt}",
        {f"question_{number}": "0" for number in range(1, 13)},
    ),
    "quizzes.add_question": own_page("S2", "/quizzes/LASER/questions/new", **QUESTION),
    "quizzes.change_question": own_page("S2", "/quizzes/questions/1", text_fr="Que faire ?"),
    "quizzes.retire_question": Sending(
        "S2", "/quizzes/LASER/questions", "/quizzes/questions/{active}/retire"
    ),
    "quizzes.bring_question_back": Sending(
        "S2", "/quizzes/LASER/questions", "/quizzes/questions/{retired}/bring-back"
    ),
    "attendance.close": Sending("S2", "/attendance/T-93", "/attendance/T-93/close"),
    "attendance.countersign": Sending(
        "S2",
        "/attendance/T-92/1",
        "/attendance/T-92/1/countersign",
        {"members": ["U12"], "reason": REASON},
    ),
    "attendance.note_absence": Sending(
        "S2", "/attendance/T-91/1", "/attendance/T-91/1/U11/absence"
    ),
    "attendance.sign": own_page("U25", "/attendance/T-91/1/U25", reason=REASON),
    "attendance.void": own_page("S1", "/attendance/entries/{line}/void", reason=REASON),
    "certifications.approve": Sending("S1", "/decisions", "/certifications/{proposed}/approve"),
    "decisions.approve_several": Sending(
        "S1", "/decisions", "/decisions/approve", {"chosen": "{plain}-1"}
    ),
    "certifications.propose": own_page(
        "S2", "/certifications/new?member=U26&training=LASER", level="1"
    ),
    "certifications.refuse": Sending(
        "S1", "/decisions", "/certifications/{proposed}/refuse", {"reason": REASON}
    ),
    "certifications.reinstate": own_page(
        "S1", "/certifications/{suspended}/reinstate", reason=REASON
    ),
    "certifications.add_file": own_page(
        "S1", "/certifications/{requested}/evidence/new", file=PICTURE
    ),
    "certifications.appoint": own_page("S1", "/certifications/{approved}/appoint", reason=REASON),
    "certifications.correct": own_page(
        "S1", "/certifications/{approved}/correct", valid_until="2026-12-31", reason=REASON
    ),
    "certifications.revoke": own_page("S1", "/certifications/{approved}/revoke", reason=REASON),
    "certifications.start_training": Sending(
        "S2", "/certifications/{requested}", "/certifications/{requested}/start-training"
    ),
    "certifications.renew_code": Sending(
        "U02", "/certifications/{own}/certificate", "/certifications/{own}/certificate/code"
    ),
    "certifications.suspend": own_page("S1", "/certifications/{approved}/suspend", reason=REASON),
    "journal.export": Sending("S1", "/journal", "/journal/export", answer=200),
    "machines.add_document": own_page("S1", "/machines/M01/documents", title="Notice"),
    "machines.create": own_page("S1", "/machines/new", **MACHINE),
    "machines.remove_document": Sending(
        "S1", "/machines/M01/documents", "/machines/M01/documents/remove"
    ),
    "machines.save": own_page("S1", "/machines/M01/edit", name_fr="Grande fraiseuse"),
    "machines.save_safety": own_page("S1", "/machines/M01/edit/safety", risk_class="AMBER"),
    "machines.save_use": own_page("S1", "/machines/M01/edit/use", max_minutes="240"),
    "members.accept_house_rules": own_page("U28", "/house-rules"),
    "members.approve": Sending("S1", "/members/{waiting}", "/members/{waiting}/approve"),
    "members.change_password": own_page(
        "U02", "/me/password", present=PASSWORD, password=NEW_PASSWORD, repeated=NEW_PASSWORD
    ),
    "members.change_subscription": own_page("S1", "/subscriptions/1", ends_on="2027-12-31"),
    "members.set_pin": own_page("U02", "/me/pin", present=PASSWORD, pin="482915"),
    "members.choose_password": own_page(
        None, f"/password/reset/{RESET_TOKEN}", password=NEW_PASSWORD, repeated=NEW_PASSWORD
    ),
    "members.correct_paper": own_page("S1", "/members/U03/papers/3", valid_until="2028-01-31"),
    "members.create": own_page("S1", "/members/new", **PERSON),
    "members.create_token": Sending(
        "U02", "/me/tokens/new", "/me/tokens/new", {"name": "Agenda"}, 200
    ),
    "members.end_session": Sending("U02", "/me/security", "/me/sessions/{session}/end"),
    "members.logout": Sending("U02", "/me", "/logout"),
    "members.logout_everywhere": Sending("U02", "/me/security", "/logout-everywhere"),
    "members.readmit": Sending("S1", "/members/U29", "/members/U29/readmit"),
    "members.record_paper": own_page(
        "S1", "/members/U03/papers/new", kind="INSURANCE", valid_until="2028-01-31"
    ),
    "members.renew_card_code": Sending("U02", "/members/U02/card", "/members/U02/card/code"),
    "members.reinstate": own_page("S1", "/members/U05/reinstate", reason=REASON),
    "planning.create_feed": Sending(
        "U02", "/me/calendars", "/me/calendars", {"subject": "machine:M03"}, 200
    ),
    "planning.renew_feed": Sending(
        "U02", "/me/calendars", "/me/calendars/{feed}/renew", answer=200
    ),
    "planning.revoke_feed": Sending("U02", "/me/calendars", "/me/calendars/{feed}/revoke"),
    "planning.make_controller": Sending(
        "S1", "/controllers", "/controllers", {"name": "Porte du bois"}, answer=200
    ),
    "planning.revoke_controller": Sending("S1", "/controllers", "/controllers/{controller}/revoke"),
    "planning.open_kiosk": Sending("S1", "/kiosks", "/kiosk"),
    "planning.close_kiosk": Sending("S1", "/kiosks", "/kiosks/{kiosk}/close"),
    "members.revoke_token": Sending("U02", "/me/security", "/me/tokens/{token}/revoke"),
    "members.send_request_for_papers": own_page("S1", "/members/U28/ask-for-papers", reason=REASON),
    "members.send_reset": own_page(None, "/password/forgotten", email="jonas.weber@example.org"),
    "members.set_preferences": own_page(
        "U02", "/me/preferences", language="de", reminder_hours="48"
    ),
    "members.set_language": Sending("U02", "/me", "/language", {"language": "de"}),
    "members.sign_in": own_page(
        None, "/login", email="mathieu.schwoerer@example.org", password=PASSWORD
    ),
    "members.subscribe": own_page("S1", "/members/U03/subscriptions/new", **SUBSCRIPTION),
    "members.update": own_page("S1", "/members/U03/edit", trade="Ébéniste"),
    "members.withdraw_paper": Sending(
        "S1", "/members/U03/papers/3", "/members/U03/papers/3/withdraw"
    ),
    "openings.add_hours": own_page("S1", "/openings/hours/machine/M02", **HOURS),
    "openings.change_hours": own_page("S1", "/openings/hours/machine/M02/{opening}", ends="11:00"),
    "openings.inherit": Sending(
        "S1", "/openings/hours/machine/M02", "/openings/hours/machine/M02/inherit"
    ),
    "openings.make_own": Sending(
        "S1", "/openings/hours/machine/M01", "/openings/hours/machine/M01/make-own"
    ),
    "openings.remove_hours": Sending(
        "S1", "/openings/hours/machine/M02", "/openings/hours/machine/M02/remove"
    ),
    "organisations.create": own_page("S1", "/organisations/new", name="Verrerie du Warndt"),
    "organisations.subscribe": own_page(
        "S1", "/organisations/O02/subscriptions/new", **SUBSCRIPTION
    ),
    "organisations.update": own_page("S1", "/organisations/O02/edit", headcount="5"),
    "outbox.send_again": Sending("S1", "/messages/{failed}", "/messages/{failed}/send-again"),
    "reservations.waive_fee": own_page("S1", "/reservations/{late}/waive-fee", reason=REASON),
    "reservations.cancel": own_page("U03", "/reservations/{reservation}/cancel"),
    "reservations.answer_hand_over": own_page("U02", "/hand-overs/{hand_over}", answer="accept"),
    "reservations.hand_over": own_page(
        "U03", "/reservations/{reservation}/hand-over", to="mathieu.schwoerer@example.org"
    ),
    "reservations.withdraw_hand_over": Sending(
        "U03",
        "/reservations/{handed}/hand-over",
        "/reservations/{handed}/hand-over/withdraw",
    ),
    "reservations.move": own_page("U03", "/reservations/{reservation}/move", end_time="10:30"),
    "reservations.check_in": Sending(
        "U12", "/reservations/{arriving}", "/reservations/{arriving}/check-in"
    ),
    "reservations.check_out": own_page("U11", "/reservations/{there}/check-out", offcuts="0,4"),
    "reservations.forgive_no_shows": own_page("S1", "/members/U12/forgive-no-shows", reason=REASON),
    "reservations.waive_overrun": own_page(
        "S1", "/reservations/{there}/waive-overrun", reason=REASON
    ),
    "reservations.join_waitlist": own_page(
        "U02",
        "/machines/M01/wait?starts_at=2026-11-25T09:00%2B01:00&ends_at=2026-11-25T11:00%2B01:00",
    ),
    "reservations.accept_offer": Sending(
        "U17", "/waitlist/{offered}", "/waitlist/{offered}/accept"
    ),
    "reservations.decline_offer": Sending(
        "U17", "/waitlist/{offered}", "/waitlist/{offered}/decline"
    ),
    "reservations.leave_waitlist": Sending("U09", "/waitlist/{wait}", "/waitlist/{wait}/leave"),
    "reservations.withdraw_request": Sending(
        "U02", "/reservations", "/reservation-requests/{request}/withdraw"
    ),
    "reservations.approve_request": Sending(
        "S1", "/decisions", "/reservation-requests/{request}/approve"
    ),
    "reservations.refuse_request": Sending(
        "S1", "/decisions", "/reservation-requests/{request}/refuse", {"reason": REASON}
    ),
    "reservations.create": own_page("U02", "/reservations/new", **RESERVATION),
    "reservations.accept": Sending(
        "U09", "/companions/{companion}", "/companions/{companion}/accept"
    ),
    "reservations.decline": Sending(
        "U09", "/companions/{companion}", "/companions/{companion}/decline"
    ),
    "reservations.save_companion": own_page(
        "U10", "/reservations/{supervised}/companion", companion="U11"
    ),
    "reservations.create_several": own_page(
        "U02",
        "/reservations/several?machine=M01"
        "&starts_at=2026-11-24T09:00:00%2B01:00&ends_at=2026-11-24T12:00:00%2B01:00",
        machine_2="M17",
    ),
    "reservations.create_chain": Sending(
        "U02",
        "/reservations/chain",
        "/reservations/chain",
        {"first": "M01", "second": "M17"},
        answer=200,
    ),
    "reservations.create_series": Sending(
        "U02", SERIES_PAGE, "/reservations/series/new", {"frequency": "WEEK", "times": "2"}
    ),
    "reservations.move_series": Sending(
        "U02",
        "/reservations/series/{series}/move",
        "/reservations/series/{series}/move",
        {"start_time": "14:00", "end_time": "16:00"},
    ),
    "sessions.member_leaves": own_page("S1", "/members/U03/leave", reason=REASON),
    "sessions.suspend_member": own_page("S1", "/members/U03/suspend", reason=REASON),
    "site.publish_house_rules": own_page(
        "S7",
        "/site/house-rules/new",
        version="2027-1",
        in_force_from="2027-01-01",
        text="## Règlement\n\nLe feu reste à la forge.",
    ),
    "site.update": own_page("S7", "/site", name="L’Atelier du Tilleul"),
    "sessions.accept": Sending("U26", "/sessions/T-03", "/enrolments/{offered_place}/accept"),
    "sessions.enrol": own_page("U10", "/sessions/T-01/enrol"),
    "sessions.give_back": own_page("U11", "/enrolments/{place}/cancel"),
    "sessions.waive_fee": own_page("S1", "/enrolments/{given_back}/waive-fee", reason=REASON),
    "sessions.declare_interest": own_page("U02", "/trainings/LASER/interest"),
    "sessions.withdraw_interest": Sending(
        "U09", "/trainings/BOIS-1/interest", "/trainings/BOIS-1/interest/withdraw"
    ),
    "sessions.repeat": own_page("U01", "/sessions/T-07/repeat", times="2"),
    "sessions.wait": Sending("U10", "/sessions/T-05/enrol", "/sessions/T-05/wait"),
    "sessions.name_trainers": own_page("S1", "/sessions/T-07/trainers", trainer="S3"),
    "sessions.cancel": own_page("S1", "/sessions/T-07/cancel", reason=REASON),
    "sessions.confirm": Sending("U01", "/sessions/T-07", "/sessions/T-07/confirm"),
    "sessions.create": own_page(
        "S2",
        "/sessions/new?training=LASER",
        day_1="2026-12-23",
        starts_1="09:00",
        ends_1="12:30",
        machine_1="M03",
    ),
    "sessions.open_up": Sending("S2", "/sessions/{planned}", "/sessions/{planned}/open"),
    "sessions.update": own_page("U01", "/sessions/T-07/edit", places="4"),
    "questionnaires.answer": own_page(
        "U02",
        "/questionnaires/{enrolment}/at_once",
        **dict.fromkeys(("aims", "pace", "trainer", "means", "recommend"), "3"),
    ),
    "training_files.export": Sending(
        "S1", "/training-files/T-02", "/training-files/T-02/export", answer=200
    ),
    "training_files.note_due": Sending(
        "S1", "/training-files?year=2026", "/training-files/2026/due", {"due_on": "2027-05-31"}
    ),
    "training_files.note_funding": own_page(
        "S1", "/training-files/T-02/trainees/U30", amount="180,00"
    ),
    "training_files.set_up": own_page("S1", "/training-files/T-02", programme="Usiner une pièce."),
    "trainings.archive": own_page("S1", "/trainings/UNASKED/archive"),
    "trainings.create": own_page("S1", "/trainings/new", **TRAINING),
    "trainings.ask_refresher": own_page("U08", "/trainings/TEXTILE-1/refresher"),
    "trainings.request": own_page("U25", "/trainings/LASER/request"),
    "trainings.restore": Sending("S1", "/trainings/ARCHIVED", "/trainings/ARCHIVED/restore"),
    "trainings.update": own_page("S1", "/trainings/LASER/edit", places="5"),
    "verifications.show_name": Sending(
        "U02",
        "/certifications/{own}/certificate",
        "/verifications/{verification}/name",
        {"shown_name": "INITIALS"},
    ),
    "verifications.withdraw_code": Sending(
        "U02", "/certifications/{own}/certificate", "/verifications/{verification}/withdraw"
    ),
    "upkeep.add_closure": own_page("S1", "/openings/closures/new", **CLOSURE),
    "upkeep.create_area": own_page("S1", "/areas/new", code="VERRE", name_fr="Verre"),
    "upkeep.save_area": own_page("S1", "/areas/BOIS/edit", name_fr="Bois massif"),
    "upkeep.add_quota": own_page("S1", "/quotas/new", **QUOTA),
    "upkeep.change_quota": own_page("S1", "/quotas/{quota}/edit", limit_hours="300"),
    "upkeep.end_quota": Sending("S1", "/quotas", "/quotas/{quota}/end"),
    "upkeep.add_peak": own_page("S1", "/quotas/peaks/new", **EVENINGS),
    "upkeep.change_peak": own_page("S1", "/quotas/peaks/{peak}/edit", ends="21:00"),
    "upkeep.remove_peak": Sending("S1", "/quotas", "/quotas/peaks/{peak}/remove"),
    "upkeep.add_priority": own_page("S1", "/quotas/priorities/new", **PRIORITY),
    "upkeep.change_priority": own_page(
        "S1", "/quotas/priorities/{priority}/edit", opens_hours="24"
    ),
    "upkeep.end_priority": Sending("S1", "/quotas", "/quotas/priorities/{priority}/end"),
    "upkeep.add_unit": own_page("S1", "/machines/M01/units"),
    "upkeep.cancel_closure": Sending("S1", "/openings", "/openings/closures/{closure}/cancel"),
    "upkeep.change_closure": own_page("S1", "/openings/closures/{closure}/edit", reason="Mesures"),
    "upkeep.do_drop_requirement": own_page(
        "S1", "/machines/M01/requirements/CNC-1/drop", reason=REASON
    ),
    "upkeep.do_release": own_page("S1", "/outages/{outage}/release", note="Courroie changée"),
    "upkeep.do_reschedule": own_page("S1", "/outages/{outage}/return", returns_on="2026-12-04"),
    "upkeep.do_state": own_page("S1", "/machines/M02/state", state="RESTRICTED", reason=REASON),
    "upkeep.do_stop": own_page("S1", "/machines/M02/stop", reason=REASON, returns_on="2026-11-30"),
    "upkeep.put_unit_back": Sending(
        "S1", "/machines/M17/units", "/machines/M17/units/put-back", {"unit": "6"}
    ),
    "upkeep.require": own_page("S1", "/machines/M18/requirements", training="LASER"),
    "upkeep.take_unit_out": Sending(
        "S1", "/machines/M17/units", "/machines/M17/units/take-out", {"unit": "5"}
    ),
}
"""By endpoint."""

MAY_HOLD_ANYTHING = {
    "machines.create": {"version"},
    "members.create": {"version"},
    "organisations.create": {"version"},
    "reservations.create": {"firing_type"},
    "site.publish_house_rules": {"text"},
    "upkeep.add_closure": {"seen"},
    "upkeep.create_area": {"version"},
    "upkeep.add_peak": {"because", "seen", "version"},
    "upkeep.add_priority": {"because", "seen", "version"},
    "upkeep.add_quota": {"because", "seen", "version"},
    "upkeep.change_peak": {"because", "seen", "version"},
    "upkeep.change_priority": {"because", "seen"},
    "upkeep.change_quota": {"because", "seen"},
    "upkeep.change_closure": {"seen"},
    "upkeep.do_reschedule": {"seen"},
    "upkeep.do_state": {"seen"},
    "upkeep.do_stop": {"seen"},
}
"""Fields in which no value is absurd: long texts, and what counts only for some."""


LANGUAGES: dict[str | None, str] = {
    "S1": "de",
    "S2": "en",
    "S7": "en",
    "U02": "fr",
    "U03": "de",
    "U08": "fr",
    "U09": "fr",
    "U17": "fr",
    "U11": "fr",
    "U12": "fr",
    "U10": "fr",
    "U25": "fr",
    "U28": "fr",
    "U01": "fr",
    "U26": "fr",
}
"""Who reads what, once `prepare` has been."""

VISITOR_LANGUAGE = "en"


def prepare(app: Flask) -> dict[str, Any]:
    """Put into the demo what the forms act upon; where it is, by the names in braces."""
    with app.app_context(), writing():
        for code, language in LANGUAGES.items():
            _member(code or "").language = language
        _suspend("U05")
        reservation = _reserve("U03", "M01", in_hours=49)
        supervised = _reserve_supervised("U10", "M12", by="U09", in_hours=49)
        request = _ask("U02", "M07", in_hours=51)
        handed = _reserve("U03", "M01", in_hours=73)
        made = offer_to(handed, _member("U02"), _member("U03"))
        assert isinstance(made, HandOver), made
        late = _reserve("U02", "M06", in_hours=8)
        cancel(late, _member("U02"))
        held = [_reserve(code, "M17", in_hours=2) for code in ("U01", "U06", "U11", "U12")]
        there, arriving = held[2:]
        _arrive(there)
        arriving.starts_at = clock.now()
        _reserve("U12", "M17", in_hours=50).state = ReservationState.NO_SHOW
        offered, waiting = _offered_and_waiting("U17", "U09")
        opening = _own_hours("M02")
        _take_out("M17", 6)
        _add_training("UNASKED")
        _add_training("ARCHIVED").archived_at = clock.now()
        failed = _add_failed_message()
        series = _add_series("U02")
        limits = _add_limits()
        _add_reset("U03")
        create_token(_member("U02"), "Agenda")
        calendar = make_feed(_member("U02"))
        paper = _code_of("U02")
        open_kiosk(_member("S1"), "a tablet")
        make_controller("Porte", None, _member("S1"))
        sessions.start_session(_member("U02"), "another browser")
        prove("U26")
        line = _add_sessions()
        begun = quizzes.start(_member("U11"), _training("LASER"))
        assert isinstance(begun, QuizAttempt), begun
        active, retired = list_questions(_training("LASER"))[:2]
        retired.retired_at = clock.now()
        db.session.flush()
        return {
            "line": line,
            "attempt": begun.id,
            "active": active.id,
            "retired": retired.id,
            "reservation": reservation.id,
            "late": late.id,
            "handed": handed.id,
            "hand_over": made.id,
            "request": request.id,
            "arriving": arriving.id,
            "there": there.id,
            "supervised": supervised.id,
            "companion": supervised.companions[0].id,
            "series": series.id,
            "offered": offered,
            "wait": waiting,
            "opening": opening.id,
            "failed": failed.id,
            **limits,
            "closure": db.session.scalar(select(Closure.id).where(Closure.reason.like("Mesure%"))),
            "outage": 2,
            "session": db.session.scalar(
                select(LoginSession.id).where(LoginSession.user_agent == "another browser")
            ),
            "token": 1,
            "feed": 1,
            "kiosk": 1,
            "controller": 1,
            "planned": _add_session("S2").code,
            **_add_places(),
            "calendar": calendar,
            "waiting": "U28",
            "proposed": _certification(CertificationState.PROPOSED),
            "file": _add_file(_certification(CertificationState.REQUESTED)),
            "plain": _add_proposal("U26", "TEXTILE-1"),
            "requested": _certification(CertificationState.REQUESTED),
            "suspended": _certification(CertificationState.SUSPENDED),
            "approved": _certification(CertificationState.APPROVED),
            "own": paper.certification_id,
            "verification": paper.id,
            "enrolment": db.session.scalar(
                select(Enrolment.id)
                .join(Enrolment.session)
                .join(Enrolment.member)
                .where(TrainingSession.code == "T-02", Member.code == "U02")
            ),
            "code": paper.token,
        }


def _member(code: str) -> Member:
    member = find_member(code)
    assert member is not None, code
    return member


def _training(code: str) -> Training:
    training = find_training(code)
    assert training is not None, code
    return training


def _suspend(code: str) -> None:
    member = _member(code)
    member.state, member.suspension_reason = AccountState.SUSPENDED, REASON


def _reserve(code: str, machine_code: str, in_hours: int) -> Reservation:
    member, machine = _member(code), find_machine(machine_code)
    assert machine is not None
    start = clock.now() + timedelta(hours=in_hours)
    made = reserve(Wish(member, machine, Period(start, start + timedelta(hours=2))), member)
    assert isinstance(made, Reservation), made
    return made


def _ask(code: str, machine_code: str, in_hours: int) -> ApprovalRequest:
    """Somebody asks for a machine of which a manager approves each reservation."""
    member, machine = _member(code), find_machine(machine_code)
    assert machine is not None
    machine.needs_approval = True
    db.session.flush()
    start = clock.now() + timedelta(hours=in_hours)
    made = request_approval(
        Wish(member, machine, Period(start, start + timedelta(hours=1))), member
    )
    assert isinstance(made, ApprovalRequest), made
    return made


def _arrive(reservation: Reservation) -> None:
    """Somebody is there, and owes something for an overrun all the same."""
    reservation.state, reservation.lapses_at = ReservationState.CHECKED_IN, None
    reservation.overrun_minutes, reservation.overrun_excl_cents = 15, 700


def _reserve_supervised(code: str, machine_code: str, by: str, in_hours: int) -> Reservation:
    member, machine = _member(code), find_machine(machine_code)
    assert machine is not None
    start = clock.now() + timedelta(hours=in_hours)
    period = Period(start, start + timedelta(hours=2))
    named = {CompanionRole.SUPERVISOR: _member(by)}
    made = reserve(Wish(member, machine, period, Mode.SUPERVISED, companions=named), member)
    assert isinstance(made, Reservation), made
    db.session.flush()
    db.session.refresh(made, ["companions"])
    return made


def _offered_and_waiting(first: str, second: str) -> tuple[int, int]:
    """Two places in line for time that U15 gives back: it is offered to the first."""
    taken = _reserve("U15", "M03", in_hours=26)
    period = Period(taken.starts_at, taken.ends_at)
    places = []
    for code in (first, second):
        member = _member(code)
        entry = join(Watch(member, taken.machine, period, period.duration), member)
        assert isinstance(entry, WaitlistEntry), entry
        places.append(entry.id)
    cancel(taken, _member("U15"))
    return places[0], places[1]


def _code_of(member: str) -> Verification:
    """The code of a certificate that this member holds."""
    query = select(Verification).join(Verification.member).where(Member.code == member)
    return db.session.scalars(query.order_by(Verification.id).limit(1)).one()


def _own_hours(code: str) -> Opening:
    machine = find_machine(code)
    assert machine is not None
    opening = Opening(machine_id=machine.id, weekday=0, starts=time(8), ends=time(12))
    db.session.add(opening)
    return opening


def _take_out(code: str, number: int) -> None:
    machine = find_machine(code)
    assert machine is not None
    unit = next(unit for unit in machine.units if unit.number == number)
    assert isinstance(unit, Unit)
    unit.in_service = False


def _add_series(code: str) -> Series:
    owner = _member(code)
    series = Series(
        frequency=Frequency.WEEK,
        member_id=owner.id,
        organisation_id=owner.organisation_id,
        created_at=clock.now(),
        created_by_id=owner.id,
    )
    db.session.add(series)
    reservation = _reserve(code, "M17", in_hours=50)
    db.session.flush()
    reservation.series_id = series.id
    return series


def _add_places() -> dict[str, int]:
    """In the laser session: one place given back late, one offered, one taken."""
    laser = find_session("T-03")
    assert laser is not None
    places = {one.member.code: one for one in laser.enrolments}
    enrolling.cancel(places["U10"], _member("U10"))
    places["U10"].fee_excl_cents = 12_000
    return {
        "given_back": places["U10"].id,
        "place": places["U11"].id,
        "offered_place": places["U26"].id,
    }


def _add_session(trainer: str) -> TrainingSession:
    """In preparation, over half a day without a machine."""
    starts_at = clock.now() + timedelta(days=60)
    draft = Draft(
        training=db.session.scalars(select(Training).where(Training.code == "LASER")).one(),
        kind=SessionKind.COURSE,
        trainers=(_member(trainer),),
        places=4,
        place="",
        minimum=2,
        decides_before=None,
        half_days=(Period(starts_at, starts_at + timedelta(hours=3)),),
        units={},
    )
    planned = scheduling.plan(draft, _member(trainer))
    assert isinstance(planned, TrainingSession), planned
    return planned


def _add_training(code: str) -> Training:
    training = Training(
        code=code, title={"fr": code}, duration_minutes=60, levels=[1], validity_months=12
    )
    db.session.add(training)
    return training


def _add_sessions() -> int:
    """Sessions to sign, to countersign and to close, all begun; returns a line to take back."""
    a_session("U25", "U11", code="T-91")
    waiting = a_session("U12", code="T-92")
    sign_all(waiting)
    lines = db.session.scalars(
        select(AttendanceEntry).where(AttendanceEntry.enrolment_id == waiting.enrolments[0].id)
    )
    trainer_line = next(line for line in lines if line.kind is EntryKind.TRAINER)
    assert isinstance(void(trainer_line.id, REASON, _member("S1")), AttendanceEntry)
    closing = a_session("U10", code="T-93")
    sign_all(closing)
    return (
        db.session.scalars(
            select(AttendanceEntry.id).where(
                AttendanceEntry.enrolment_id == closing.enrolments[0].id
            )
        ).first()
        or 0
    )


def _add_limits() -> dict[str, int]:
    """A quota that nobody reaches, evenings of Sundays as peak hours and as hours of a plan."""
    evening: dict[str, Any] = {"weekdays": [6], "starts": time(17), "ends": time(20)}
    quota = Quota(holder=Holder.PERSON, span=Span.WEEK, limit_minutes=24_000)
    peak = PeakWindow(**evening)
    priority = PriorityWindow(plan_codes=["P-RES"], opens_hours=48, **evening)
    db.session.add_all([quota, peak, priority])
    db.session.flush()
    return {"quota": quota.id, "peak": peak.id, "priority": priority.id}


def _add_failed_message() -> Message:
    now = clock.now()
    message = Message(
        kind="account.approved",
        recipient="jonas.weber@example.org",
        language="de",
        message_id="<failed@example.org>",
        state=MessageState.FAILED,
        created_at=now,
        send_after=now,
    )
    db.session.add(message)
    return message


def _add_reset(code: str) -> None:
    expires_at = clock.now() + timedelta(minutes=60)
    reset = PasswordReset(
        member_id=_member(code).id, token_hash=digest(RESET_TOKEN), expires_at=expires_at
    )
    db.session.add(reset)


def _add_file(certification_id: int) -> int:
    file = EvidenceFile(
        certification_id=certification_id,
        name="diplome.pdf",
        content_type="application/pdf",
        size=4,
        sha256="0" * 64,
        content=b"%PDF",
        added_at=clock.now(),
        added_by_id=_member("S2").id,
    )
    db.session.add(file)
    db.session.flush()
    return file.id


def _add_proposal(member: str, training: str) -> int:
    proposal = Certification(
        member=_member(member),
        training=db.session.scalars(select(Training).where(Training.code == training)).one(),
        level=1,
        state=CertificationState.PROPOSED,
        proposed_on=clock.now().date(),
    )
    db.session.add(proposal)
    db.session.flush()
    return proposal.id


def _certification(state: CertificationState) -> int:
    """The first in this state that neither the manager nor the trainer of the sendings holds."""
    query = (
        select(Certification.id)
        .join(Certification.member)
        .where(Certification.state == state, Member.code.startswith("U"))
        .order_by(Certification.id)
    )
    found = db.session.scalars(query).first()
    assert found is not None, state
    return found
