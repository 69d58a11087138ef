"""The words of a message: its template, rendered in the recipient's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from booking.calendars import Entry, Party, announcement, invitation
from booking.outbox.delivery import CalendarFile, Letter
from booking.outbox.models import Message, MessageState
from booking.periods import Period
from booking.web.filters import localized

KINDS = {
    "account.created": _l("Compte créé"),
    "account.incomplete": _l("Pièces manquantes"),
    "account.approved": _l("Compte validé"),
    "account.suspended": _l("Compte suspendu"),
    "account.reinstated": _l("Suspension levée"),
    "account.no_shows_forgiven": _l("Réservations rouvertes"),
    "password.reset": _l("Nouveau mot de passe"),
    "reservation.confirmed": _l("Réservation confirmée"),
    "reservations.made": _l("Réservations faites ensemble"),
    "reservation.moved": _l("Réservation modifiée"),
    "reservations.moved": _l("Réservations modifiées ensemble"),
    "reservation.offered": _l("Réservation proposée"),
    "reservation.offer_declined": _l("Proposition déclinée"),
    "reservation.handed_over": _l("Réservation transmise"),
    "reservation.taken_over": _l("Réservation reprise"),
    "reservation.cancelled_by_member": _l("Réservation annulée par le membre"),
    "reservation.cancelled_by_site": _l("Réservation annulée par le lieu"),
    "reservations.cancelled_by_member": _l("Réservations annulées ensemble par le membre"),
    "reservations.cancelled_by_site": _l("Réservations annulées ensemble par le lieu"),
    "reservations.at_risk": _l("Réservations incertaines"),
    "reservations.rules_changed": _l("Réservations gardées, règles changées"),
    "reservations.released": _l("Réservations tombées avec une habilitation"),
    "reservations.not_confirmed": _l("Réservations non confirmées à temps"),
    "reservation.delayed": _l("La personne précédente est encore là"),
    "reservation.ends_soon": _l("Fin proche"),
    "machine.problem": _l("Problème signalé au départ"),
    "reservation.held": _l("Réservation en attente d’une réponse"),
    "companion.asked": _l("Présence demandée"),
    "companion.accepted": _l("Présence acceptée"),
    "companion.reminder": _l("Rappel d’une présence promise"),
    "companion.released": _l("Présence plus nécessaire"),
    "companion.withdrawn": _l("Présence retirée"),
    "companion.not_coming": _l("Deuxième personne absente"),
    "companions.asked": _l("Présence demandée à plusieurs dates"),
    "companions.released": _l("Présence plus nécessaire à plusieurs dates"),
    "companions.withdrawn": _l("Présence retirée à plusieurs dates"),
    "companions.not_coming": _l("Deuxième personne absente à plusieurs dates"),
    "reservation.no_show": _l("Absence"),
    "reservation.not_confirmed": _l("Réservation non confirmée à temps"),
    "reservation.released": _l("Réservation tombée avec une habilitation"),
    "reservation.at_risk": _l("Réservation incertaine"),
    "waitlist.offered": _l("Créneau proposé"),
    "waitlist.free": _l("Temps libéré"),
    "waitlist.skipped": _l("Tour passé"),
    "request.made": _l("Réservation demandée"),
    "request.refused": _l("Demande refusée"),
    "request.overtaken": _l("Créneau accordé à quelqu’un d’autre"),
    "request.lapsed": _l("Demande restée sans réponse"),
    "reservation.rules_changed": _l("Réservation gardée, règles changées"),
    "reservation.reminder": _l("Rappel d’une réservation"),
    "enrolment.made": _l("Inscription à une session"),
    "enrolment.offered": _l("Place de formation proposée"),
    "enrolment.skipped": _l("Tour passé"),
    "enrolment.cancelled": _l("Place de formation rendue"),
    "session.announced": _l("Session de formation ouverte"),
    "session.moved": _l("Session de formation modifiée"),
    "session.confirmed": _l("Session de formation confirmée"),
    "session.too_few": _l("Session annulée faute d’inscrits"),
    "session.cancelled": _l("Session de formation annulée"),
    "session.trainer_unable": _l("Formateur à remplacer"),
    "session.to_give": _l("Session de formation confiée"),
    "session.handed_on": _l("Session de formation confiée à quelqu’un d’autre"),
    "questionnaire.entry": _l("Questionnaire avant la formation"),
    "questionnaire.at_once": _l("Questionnaire de fin de formation"),
    "questionnaire.later": _l("Questionnaire trois mois après"),
    "certification.proposed": _l("Habilitation proposée"),
    "certification.approved": _l("Habilitation accordée"),
    "certification.refused": _l("Habilitation refusée"),
    "certification.suspended": _l("Habilitation suspendue"),
    "certification.reinstated": _l("Habilitation rétablie"),
    "certification.revoked": _l("Habilitation retirée"),
    "certification.corrected": _l("Habilitation corrigée"),
    "certification.appointed": _l("Référent nommé"),
    "certification.ends_soon": _l("Habilitation à renouveler"),
}

STATES = {
    MessageState.WAITING: _l("En attente"),
    MessageState.SENT: _l("Envoyé"),
    MessageState.FAILED: _l("En échec"),
    MessageState.WITHDRAWN: _l("Retiré"),
}


class NotRendered(Exception):  # noqa: N818 - it names what happened
    """The template of a message is missing, or does not fit its facts."""


def kind_name(kind: str) -> str:
    return str(KINDS.get(kind, kind))


def message_state_name(state: MessageState) -> str:
    return str(STATES[state])


def render(message: Message) -> Letter:
    """The letter that `templates/mail/<kind>.txt` makes of the message's facts."""
    with force_locale(message.language):
        try:
            template = current_app.jinja_env.get_template(f"mail/{message.kind}.txt")
            names = {"facts": message.facts, "name": message.recipient_name, "link_to": link_to}
            current_app.update_template_context(names)
            subject = "".join(template.blocks["subject"](template.new_context(names)))
            text = template.render(names)
            calendar = _calendar_file(message)
        except Exception as error:  # whatever a template does with facts it does not know
            raise NotRendered(f"{type(error).__name__}: {error}") from error
    return Letter(
        recipient=message.recipient,
        recipient_name=message.recipient_name,
        language=message.language,
        subject=" ".join(subject.split()),
        text=re.sub(r"\n{3,}", "\n\n", text).strip() + "\n",
        message_id=message.message_id,
        calendar=calendar,
    )


def _calendar_file(message: Message) -> CalendarFile | None:
    """What the facts say of entries in the recipient's calendar, in his language."""
    about = [facts for facts in message.facts.get("dates", [message.facts]) if "calendar" in facts]
    if not about:
        return None
    entries = [_entry(facts) for facts in about]
    zone = ZoneInfo(about[0]["calendar"]["zone"])
    name, address = parseaddr(current_app.config["BOOKING_SETTINGS"].mail_from)
    sender = Party(name or address, address)
    if "dates" in message.facts:
        method, content = announcement(entries, zone, sender)
    else:
        recipient = Party(message.recipient_name, message.recipient)
        method, content = invitation(entries[0], zone, sender, recipient)
    return CalendarFile(method, content.decode())


def _entry(about: Mapping[str, Any]) -> Entry:
    """The entry of a reservation, of the facts about it."""
    facts = about["calendar"]
    endpoint, arguments = facts["page"]
    return Entry(
        uid=facts["uid"],
        sequence=facts["sequence"],
        status=facts["status"],
        starts_at=instant(about["starts_at"]),
        ends_at=instant(about["ends_at"]),
        changed_at=instant(facts["changed_at"]),
        summary=localized(facts["title"]),
        location=facts["location"],
        url=link_to(endpoint, **arguments),
    )


def link_to(endpoint: str, **values: Any) -> str:
    """The address of a page under the configured base, outside any request."""
    base = urlsplit(current_app.config["BOOKING_SETTINGS"].base_url)
    adapter = current_app.url_map.bind(base.netloc, url_scheme=base.scheme)
    return adapter.build(endpoint, values, force_external=True)


def instant(text: str) -> datetime:
    """An instant of the facts."""
    return datetime.fromisoformat(text)


def day(text: str) -> date:
    """A local date of the facts."""
    return date.fromisoformat(text)


def period(facts: Mapping[str, Any]) -> Period:
    """From the facts' `starts_at` to their `ends_at`."""
    return Period(instant(facts["starts_at"]), instant(facts["ends_at"]))
