"""Every kind of message has words, in every language, and they hold its facts."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from booking import clock
from booking.outbox import wording
from booking.outbox.delivery import Letter, compose
from booking.outbox.models import Message
from booking.settings import PROJECT

RESERVATION = {
    "reservation": 12,
    "machine": "M03",
    "machine_name": {"fr": "Découpe laser", "en": "Laser cutter", "de": "Laserschneider"},
    "starts_at": "2026-11-24T08:00:00+00:00",
    "ends_at": "2026-11-24T10:30:00+00:00",
    "ppe": [{"fr": "Lunettes de protection", "en": "Goggles"}],
    "reason": "Lentille fêlée",
}

SEVERAL: dict[str, Any] = {
    "dates": [
        RESERVATION | {"kind": "reservation.confirmed", "before": RESERVATION},
        RESERVATION | {"kind": "reservation.held", "before": RESERVATION, "machine": "M01"},
    ],
    "series": 5,
    "reason": "Lentille fêlée",
}

COMPANIONS = SEVERAL | {
    "dates": [
        date | {"role": role, "asker": "Odile Kremer"}
        for date, role in zip(SEVERAL["dates"], ("SUPERVISOR", "BUDDY"), strict=True)
    ],
    "asker": "Odile Kremer",
}

CERTIFICATION = {
    "certification": 7,
    "training": "LASER",
    "title": {"fr": "Découpe laser en sécurité", "en": "Safe laser cutting"},
    "level": 2,
    "valid_until": "2027-11-30",
    "reason": "Extraction oubliée",
    "ends_when": "Après une remise à niveau",
}

SESSION = {
    "session": "T-03",
    "training": "LASER",
    "title": {"fr": "Découpe laser en sécurité", "en": "Safe laser cutting"},
    "place": "Salle de formation",
    "half_days": [
        {"starts_at": "2026-12-03T08:00:00+00:00", "ends_at": "2026-12-03T11:30:00+00:00"}
    ],
    "reason": "Formateur malade",
    "minimum": 2,
}

QUESTIONNAIRE = {
    "enrolment": 5,
    "kind": "entry",
    "title": {"fr": "Découpe laser en sécurité", "en": "Safe laser cutting"},
    "session": "T-03",
    "starts_at": "2026-12-03T08:00:00+00:00",
}

FACTS: dict[str, dict[str, Any]] = {
    "account.created": {},
    "account.incomplete": {"note": "Votre attestation d’assurance"},
    "account.approved": {},
    "account.suspended": {"reason": "Badge prêté"},
    "account.reinstated": {},
    "account.no_shows_forgiven": {"reason": "Parlé ensemble"},
    "password.reset": {"token": "a-secret-of-the-tests"},
    "reservation.confirmed": RESERVATION,
    "reservation.cancelled_by_member": RESERVATION,
    "reservation.cancelled_by_site": RESERVATION,
    "reservation.moved": RESERVATION | {"before": RESERVATION},
    "reservations.made": SEVERAL,
    "reservations.moved": SEVERAL,
    "reservations.cancelled_by_member": SEVERAL | {"series": None},
    "reservations.cancelled_by_site": SEVERAL | {"series": None},
    "reservations.at_risk": SEVERAL,
    "reservations.rules_changed": SEVERAL | {"series": None},
    "reservations.released": SEVERAL,
    "reservations.not_confirmed": SEVERAL,
    "reservation.offered": RESERVATION
    | {"from": "Odile Kremer", "offer": 3, "in_exchange": RESERVATION},
    "reservation.offer_declined": RESERVATION,
    "reservation.handed_over": RESERVATION,
    "reservation.taken_over": RESERVATION,
    "reservation.held": RESERVATION,
    "companion.asked": RESERVATION | {"role": "SUPERVISOR", "asker": "Odile Kremer"},
    "companion.accepted": RESERVATION,
    "companion.reminder": RESERVATION | {"role": "BUDDY", "asker": "Odile Kremer"},
    "companion.released": RESERVATION | {"asker": "Odile Kremer"},
    "companion.withdrawn": RESERVATION | {"asker": "Odile Kremer"},
    "companion.not_coming": RESERVATION,
    "companions.asked": COMPANIONS,
    "companions.released": COMPANIONS,
    "companions.withdrawn": COMPANIONS,
    "companions.not_coming": SEVERAL,
    "reservation.no_show": RESERVATION | {"absences": 2, "days": 90, "warning_at": 2, "stop_at": 3},
    "reservation.delayed": RESERVATION,
    "reservation.ends_soon": RESERVATION,
    "machine.problem": RESERVATION | {"member_name": "Mathieu", "problem": "Courroie usée"},
    "reservation.not_confirmed": RESERVATION,
    "reservation.released": RESERVATION,
    "reservation.at_risk": RESERVATION,
    "reservation.rules_changed": RESERVATION,
    "reservation.reminder": RESERVATION,
    "waitlist.offered": RESERVATION | {"entry": 3, "answer_until": "2026-11-23T09:00:00+00:00"},
    "waitlist.free": RESERVATION | {"entry": 3},
    "waitlist.skipped": RESERVATION | {"entry": 3, "codes": ["CERT_EXPIRED"]},
    "request.made": RESERVATION
    | {"request": 4, "member_name": "Odile Kremer", "lapses_at": "2026-11-24T07:30:00+00:00"},
    "request.refused": RESERVATION | {"request": 4},
    "request.overtaken": RESERVATION | {"request": 4},
    "request.lapsed": RESERVATION | {"request": 4},
    "enrolment.made": SESSION | {"price_cents": 12000},
    "enrolment.offered": SESSION | {"answer_until": "2026-11-24T08:00:00+00:00"},
    "enrolment.skipped": SESSION | {"lacked": ["BOIS-1"]},
    "enrolment.cancelled": SESSION | {"fee_cents": 12000},
    "session.announced": SESSION,
    "session.moved": SESSION,
    "session.to_give": {"sessions": [SESSION, SESSION]},
    "session.handed_on": SESSION,
    "session.confirmed": SESSION,
    "session.too_few": SESSION,
    "session.cancelled": SESSION,
    "session.trainer_unable": {
        "sessions": [
            SESSION | {"trainers": ["Odile Kremer"], "nobody_left": True, "has_begun": begun}
            for begun in (False, True)
        ]
    },
    "questionnaire.entry": QUESTIONNAIRE,
    "questionnaire.at_once": QUESTIONNAIRE | {"kind": "at_once"},
    "questionnaire.later": QUESTIONNAIRE | {"kind": "later"},
    "certification.proposed": CERTIFICATION,
    "certification.approved": CERTIFICATION,
    "certification.refused": CERTIFICATION,
    "certification.suspended": CERTIFICATION
    | {
        "sessions": [
            {"session": "T-07", "training": "BOIS-2", "starts_at": "2027-01-20T12:30:00+00:00"}
        ]
    },
    "certification.reinstated": CERTIFICATION,
    "certification.revoked": CERTIFICATION,
    "certification.corrected": CERTIFICATION,
    "certification.appointed": CERTIFICATION,
    "certification.ends_soon": CERTIFICATION
    | {"ends_on": "2027-01-12", "lapses_first": False, "beyond": [RESERVATION]},
}


def letter(app: Flask, kind: str, language: str = "fr", **facts: Any) -> Letter:
    with app.app_context():
        return wording.render(
            Message(
                kind=kind,
                recipient="mathieu@example.org",
                recipient_name="Mathieu",
                language=language,
                facts=FACTS[kind] | facts,
                message_id="<1@etabli>",
            )
        )


def test_no_kind_is_without_template_or_example() -> None:
    templates = {path.stem for path in (PROJECT / "templates" / "mail").glob("[!_]*.txt")}
    assert templates == set(wording.KINDS) == set(FACTS)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("language", ["fr", "en", "de"])
@pytest.mark.parametrize("kind", list(FACTS))
def test_it_is_written_in_each_language(demo_app: Flask, kind: str, language: str) -> None:
    written = letter(demo_app, kind, language)
    assert "Mathieu" in written.text
    assert "La Manufacture du Tilleul Rouge" in written.text
    assert written.subject
    for leftover in ("{{", "{%", "%(", "None", "Undefined"):
        assert leftover not in written.subject + written.text


@pytest.mark.sqlite_only
class TestWords:
    def test_times_are_those_of_the_workshop(self, demo_app: Flask) -> None:
        written = letter(demo_app, "reservation.confirmed")
        assert "mardi 24 novembre 2026, 09:00 – 11:30" in written.text
        assert written.subject == "Réservation confirmée : M03, mar. 24 nov., 09:00 – 11:30"

    def test_what_to_bring_is_named(self, demo_app: Flask) -> None:
        assert "Lunettes de protection" in letter(demo_app, "reservation.confirmed").text

    def test_titles_follow_the_language(self, demo_app: Flask) -> None:
        assert "Safe laser cutting" in letter(demo_app, "certification.approved", "en").subject
        assert (
            "Découpe laser en sécurité" in letter(demo_app, "certification.approved", "de").subject
        )

    def test_a_certification_without_end_says_nothing_of_one(self, demo_app: Flask) -> None:
        written = letter(demo_app, "certification.approved", valid_until=None)
        assert "Valable jusqu’au" not in written.text

    def test_the_reset_link_is_whole(self, demo_app: Flask) -> None:
        link = "http://localhost/password/reset/a-secret-of-the-tests"
        assert link in letter(demo_app, "password.reset").text

    @pytest.mark.parametrize("kind", ["session.cancelled", "session.too_few", "session.moved"])
    def test_who_was_to_give_a_session_is_not_spoken_to_as_a_trainee(
        self, demo_app: Flask, kind: str
    ) -> None:
        as_trainee = ("Rien ne vous sera facturé", "rendez votre place")
        assert any(words in letter(demo_app, kind).text for words in as_trainee)
        written = letter(demo_app, kind, gives=True).text
        assert not any(words in written for words in as_trainee)
        assert "/sessions/T-03" in written

    def test_markup_and_line_breaks_of_facts_change_no_header(self, demo_app: Flask) -> None:
        title = {"fr": "Laser\r\nBcc: tous@example.org\r\n\r\n<b>"}
        written = letter(demo_app, "certification.refused", title=title)
        mail = compose(written, "lieu@example.org", clock.now())
        assert mail["Bcc"] is None
        assert mail["Subject"] == "Habilitation refusée : Laser Bcc: tous@example.org <b>"

    def test_facts_that_do_not_fit_are_told_as_such(self, demo_app: Flask) -> None:
        with pytest.raises(wording.NotRendered):
            letter(demo_app, "reservation.confirmed", starts_at="soon")
