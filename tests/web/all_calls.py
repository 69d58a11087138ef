"""Every call of the API that changes something: who may make it, and a body that it accepts.

Names in braces stand for what `prepare` of the forms has put into the demo.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

REASON = {"reason": "Une raison écrite"}
END_LIST = {"clean": True, "tools_back": True, "offcut_grams": 400, "problem": "Courroie usée"}


@dataclass(frozen=True)
class Call:
    by: str
    path: str
    body: dict[str, Any] = field(default_factory=dict)
    answer: int = 200


NEW_SESSION = {
    "training": "LASER",
    "places": 3,
    "half_days": [
        {"starts_at": "2026-12-23T09:00:00+01:00", "ends_at": "2026-12-23T12:30:00+01:00"}
    ],
    "machines": [{"machine": "M03"}],
}

CALLS = {
    "api.create_reservation": Call(
        "U02",
        "/reservations",
        {
            "machine": "M01",
            "starts_at": "2026-11-24T09:00:00+01:00",
            "ends_at": "2026-11-24T12:00:00+01:00",
            "mode": "autonomous",
            "purpose": "Façades",
        },
        201,
    ),
    "api.create_batch": Call(
        "U02",
        "/reservations/batch",
        {
            "reservations": [
                {
                    "machine": "M17",
                    "starts_at": "2026-11-24T09:00:00+01:00",
                    "ends_at": "2026-11-24T12:00:00+01:00",
                    "unit": 2,
                }
            ]
        },
        201,
    ),
    "api.offer_reservation": Call(
        "U03",
        "/reservations/{reservation}/hand-over",
        {"to": "mathieu.schwoerer@example.org"},
        201,
    ),
    "api.accept_hand_over": Call("U02", "/hand-overs/{hand_over}/accept", {}),
    "api.decline_hand_over": Call("U02", "/hand-overs/{hand_over}/decline", {}),
    "api.move_reservation": Call(
        "U03",
        "/reservations/{reservation}/move",
        {"starts_at": "2026-11-25T09:00:00+01:00", "ends_at": "2026-11-25T10:30:00+01:00"},
    ),
    "api.create_chain": Call(
        "U02",
        "/reservations/chain",
        {
            "uses": [
                {"machine": "M01", "minutes": 180},
                {"machine": "M17", "minutes": 60, "within_hours": 48},
            ]
        },
        201,
    ),
    "api.create_series": Call(
        "U02",
        "/series",
        {
            "machine": "M17",
            "starts_at": "2026-11-24T09:00:00+01:00",
            "ends_at": "2026-11-24T12:00:00+01:00",
            "frequency": "week",
            "until": "2026-12-08",
        },
        201,
    ),
    "api.move_series": Call(
        "U02", "/series/{series}/move", {"start_time": "14:00", "end_time": "16:00"}
    ),
    "api.cancel_series": Call("U02", "/series/{series}/cancel", REASON),
    "api.cancel_reservation": Call("U03", "/reservations/{reservation}/cancel", REASON),
    "api.accept_reservation": Call("U09", "/reservations/{supervised}/accept"),
    "api.decline_reservation": Call("U09", "/reservations/{supervised}/decline"),
    "api.check_in": Call("U12", "/reservations/{arriving}/check-in"),
    "api.check_out": Call("U11", "/reservations/{there}/check-out", END_LIST),
    "api.create_session": Call("S2", "/sessions", NEW_SESSION, 201),
    "api.change_session": Call("U01", "/sessions/T-07/change", NEW_SESSION | {"version": 1}),
    "api.open_session": Call("S2", "/sessions/{planned}/open"),
    "api.confirm_session": Call("U01", "/sessions/T-07/confirm"),
    "api.name_trainers_of_session": Call(
        "U01", "/sessions/T-07/trainers", {"version": 1, "trainer": "S3"}
    ),
    "api.cancel_session": Call("U01", "/sessions/T-07/cancel", {"reason": "Formateur malade"}),
    "api.repeat_session": Call("U01", "/sessions/T-07/repeat", {"times": 1}, 201),
    "api.enrol": Call("U10", "/sessions/T-01/enrol", {}, 201),
    "api.wait_for_place": Call("U10", "/sessions/T-05/wait", {}, 201),
    "api.accept_place": Call("U26", "/enrolments/{offered_place}/accept"),
    "api.cancel_enrolment": Call("U11", "/enrolments/{place}/cancel"),
    "api.waive_enrolment_fee": Call(
        "S1", "/enrolments/{given_back}/waive-fee", {"reason": "Malade"}
    ),
    "api.declare_interest": Call("U02", "/trainings/LASER/interest", {"half_days": ["0-MORNING"]}),
    "api.withdraw_interest": Call("U09", "/trainings/BOIS-1/interest/withdraw"),
    "api.join_waitlist": Call(
        "U03",
        "/waitlist",
        {
            "machine": "M01",
            "watched_from": "2026-11-25T09:00:00+01:00",
            "watched_until": "2026-11-25T11:00:00+01:00",
            "minutes": 120,
            "waits": "for_offer",
        },
        201,
    ),
    "api.create_request": Call(
        "U02",
        "/reservation-requests",
        {
            "machine": "M07",
            "starts_at": "2026-11-24T09:00:00+01:00",
            "ends_at": "2026-11-24T10:00:00+01:00",
            "purpose": "Façades",
        },
        201,
    ),
    "api.withdraw_request": Call("U02", "/reservation-requests/{request}/withdraw"),
    "api.approve_request": Call("S1", "/reservation-requests/{request}/approve"),
    "api.refuse_request": Call("S1", "/reservation-requests/{request}/refuse", REASON),
    "api.accept_offer": Call("U17", "/waitlist/{offered}/accept"),
    "api.decline_offer": Call("U17", "/waitlist/{offered}/decline"),
    "api.leave_waitlist": Call("U09", "/waitlist/{wait}/leave"),
    "api.create_certification": Call(
        "U25", "/certifications", {"training": "LASER", "level": 2, "evidence": "CAP"}, 201
    ),
    "api.sign_half_day": Call("U25", "/sessions/T-91/attendance/1/sign", REASON),
    "api.countersign_half_day": Call(
        "S2", "/sessions/T-92/attendance/1/countersign", REASON | {"members": ["U12"]}
    ),
    "api.note_absence": Call("S2", "/sessions/T-91/attendance/1/absences", {"member": "U11"}, 201),
    "api.sign_on_device": Call(
        "S2",
        "/sessions/T-91/attendance/1/trainees/U11/sign",
        REASON | {"drawing": "M10 20L30 40L60 20L90 60L120 30L150 80L180 20L210 60"},
    ),
    "api.void_entry": Call("S1", "/attendance/{line}/void", REASON),
    "api.close_attendance": Call("S2", "/sessions/T-93/attendance/close", {}),
    "api.export_training_file": Call("S2", "/sessions/T-91/training-file/export"),
    "api.start_attempt": Call("U10", "/trainings/LASER/attempts", {}, 201),
    "api.answer_attempt": Call("U11", "/attempts/{attempt}/answers", {"answers": [[0]] * 12}),
    "api.create_assessment": Call(
        "S2",
        "/trainings/LASER/assessments",
        {"member": "U25", "part": "Une boîte", "results": {}, "note": "Bien"},
        201,
    ),
    "api.approve_certification": Call(
        "S1", "/certifications/{proposed}/approve", {"waiver": "Équivalence vérifiée"}
    ),
    "api.approve_certifications": Call("S1", "/certifications/approve", {"certifications": [57]}),
    "api.appoint_referent": Call("S1", "/certifications/{approved}/appoint", REASON, 201),
    "api.correct_certification": Call(
        "S1",
        "/certifications/{approved}/correct",
        REASON | {"level": 1, "approved_on": "2026-01-10", "valid_until": "2026-12-31"},
    ),
    "api.add_evidence_file": Call(
        "S1",
        "/certifications/{proposed}/evidence",
        {"name": "diplome.pdf", "content": "JVBERi0xLjcKMSAwIG9iago8PD4+CmVuZG9iagolJUVPRgo="},
        201,
    ),
    "api.refuse_certification": Call("S1", "/certifications/{proposed}/refuse", REASON),
    "api.reinstate_certification": Call("S1", "/certifications/{suspended}/reinstate", REASON),
    "api.revoke_certification": Call("S1", "/certifications/{approved}/revoke", REASON),
    "api.suspend_certification": Call(
        "S1", "/certifications/{approved}/suspend", REASON | {"ends_when": "Un contrôle"}
    ),
}
