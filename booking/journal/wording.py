"""The words of the journal: acts and what they were done to."""

from __future__ import annotations

import json
from typing import Any

from flask_babel import lazy_gettext as _l

ACTS = {
    "member.created": _l("Compte créé"),
    "member.changed": _l("Fiche modifiée"),
    "member.papers_asked": _l("Pièces demandées"),
    "member.approved": _l("Compte validé"),
    "member.suspended": _l("Compte suspendu"),
    "member.reinstated": _l("Suspension levée"),
    "member.left": _l("Compte fermé"),
    "member.readmitted": _l("Compte rouvert"),
    "member.password_changed": _l("Mot de passe changé"),
    "member.pin_set": _l("Code d’émargement choisi"),
    "member.no_shows_forgiven": _l("Absences effacées"),
    "paper.recorded": _l("Pièce enregistrée"),
    "paper.corrected": _l("Pièce corrigée"),
    "paper.withdrawn": _l("Pièce retirée"),
    "house_rules.accepted": _l("Règlement accepté"),
    "house_rules.published": _l("Règlement publié"),
    "token.created": _l("Jeton créé"),
    "token.revoked": _l("Jeton révoqué"),
    "feed.created": _l("Adresse d’agenda créée"),
    "feed.renewed": _l("Adresse d’agenda renouvelée"),
    "feed.revoked": _l("Adresse d’agenda révoquée"),
    "verification.renewed": _l("Code de vérification renouvelé"),
    "verification.withdrawn": _l("Code de vérification retiré"),
    "verification.name_chosen": _l("Nom montré à la vérification"),
    "organisation.created": _l("Structure créée"),
    "organisation.changed": _l("Structure modifiée"),
    "subscription.created": _l("Formule attribuée"),
    "subscription.changed": _l("Formule modifiée"),
    "site.created": _l("Lieu créé"),
    "site.changed": _l("Réglages modifiés"),
    "kiosk.opened": _l("Borne ouverte"),
    "kiosk.closed": _l("Borne fermée"),
    "controller.made": _l("Contrôleur d’accès ajouté"),
    "controller.revoked": _l("Contrôleur d’accès retiré"),
    "message.sent_again": _l("Courriel relancé"),
    "journal.exported": _l("Journal exporté"),
    "reservation.made": _l("Réservation faite"),
    "reservation.handed_over": _l("Réservation transmise"),
    "reservation.moved": _l("Réservation modifiée"),
    "reservation.cancelled": _l("Réservation annulée"),
    "reservation.checked_in": _l("Arrivée"),
    "reservation.checked_out": _l("Départ"),
    "reservation.finished_by_itself": _l("Usage terminé sans départ"),
    "reservation.overrun_waived": _l("Dépassement abandonné"),
    "companion.asked": _l("Deuxième personne demandée"),
    "companion.accepted": _l("Deuxième personne d’accord"),
    "companion.not_coming": _l("Deuxième personne absente"),
    "reservation.missed": _l("Absence constatée"),
    "reservation.not_confirmed": _l("Réservation non confirmée à temps"),
    "waitlist.joined": _l("Liste d’attente rejointe"),
    "waitlist.left": _l("Liste d’attente quittée"),
    "waitlist.offered": _l("Temps libéré proposé"),
    "waitlist.skipped": _l("Tour passé en liste d’attente"),
    "certification.requested": _l("Habilitation demandée"),
    "certification.training_started": _l("Formation commencée"),
    "certification.proposed": _l("Habilitation proposée"),
    "certification.approved": _l("Habilitation accordée"),
    "certification.refused": _l("Habilitation refusée"),
    "certification.suspended": _l("Habilitation suspendue"),
    "certification.reinstated": _l("Habilitation rétablie"),
    "certification.revoked": _l("Habilitation retirée"),
    "attendance.signed_late": _l("Demi-journée signée après coup"),
    "attendance.absence_noted": _l("Absence en formation notée"),
    "attendance.voided": _l("Ligne d’émargement annulée"),
    "session.closed": _l("Session de formation close"),
    "training.created": _l("Formation créée"),
    "training.changed": _l("Formation modifiée"),
    "training.archived": _l("Formation archivée"),
    "training.restored": _l("Formation rétablie"),
    "machine.created": _l("Machine créée"),
    "quota.added": _l("Quota ajouté"),
    "quota.edited": _l("Quota modifié"),
    "quota.ended": _l("Quota terminé"),
    "peak_window.added": _l("Heures de pointe ajoutées"),
    "peak_window.edited": _l("Heures de pointe modifiées"),
    "peak_window.ended": _l("Heures de pointe retirées"),
    "priority_window.added": _l("Priorité ajoutée"),
    "priority_window.edited": _l("Priorité modifiée"),
    "priority_window.ended": _l("Priorité terminée"),
    "area.created": _l("Atelier ajouté"),
    "area.edited": _l("Atelier modifié"),
    "machine.edited": _l("Fiche machine modifiée"),
    "machine.training_required": _l("Exigence ajoutée"),
    "machine.requirement_dropped": _l("Exigence retirée"),
    "machine.document_added": _l("Document ajouté"),
    "machine.document_removed": _l("Document retiré"),
    "machine.unit_added": _l("Poste ajouté"),
    "machine.unit_taken_out": _l("Poste retiré du service"),
    "machine.unit_put_back": _l("Poste remis en service"),
    "machine.state_changed": _l("État de la machine changé"),
    "machine.stopped": _l("Machine arrêtée"),
    "machine.return_moved": _l("Retour en service déplacé"),
    "machine.released": _l("Machine remise en service"),
    "closure.made": _l("Fermeture créée"),
    "closure.changed": _l("Fermeture modifiée"),
    "closure.cancelled": _l("Fermeture annulée"),
    "hours.added": _l("Horaires ajoutés"),
    "hours.changed": _l("Horaires modifiés"),
    "hours.removed": _l("Horaires retirés"),
    "hours.made_own": _l("Horaires propres créés"),
    "hours.inherited": _l("Horaires propres abandonnés"),
}

SUBJECTS = {
    "member": _l("Membre"),
    "organisation": _l("Structure"),
    "area": _l("Atelier"),
    "quota": _l("Quota"),
    "peak_window": _l("Heures de pointe"),
    "priority_window": _l("Priorité"),
    "machine": _l("Machine"),
    "reservation": _l("Réservation"),
    "certification": _l("Habilitation"),
    "training": _l("Formation"),
    "session": _l("Session de formation"),
    "closure": _l("Fermeture"),
    "opening": _l("Horaires"),
    "site": _l("Lieu"),
    "kiosk": _l("Borne"),
    "controller": _l("Contrôleur d’accès"),
    "house_rules": _l("Règlement"),
    "message": _l("Courriel"),
    "journal": _l("Journal"),
}


def act_name(act: str) -> str:
    return str(ACTS.get(act, act))


def subject_name(kind: str) -> str:
    return str(SUBJECTS.get(kind, kind))


def plain(value: Any) -> str:
    """A value of the journal as one reads it."""
    if value is None or value == "":
        return "–"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
