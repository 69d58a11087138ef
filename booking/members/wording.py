"""The words of members: states, roles, papers, legal forms, refusals."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking.members.models import Role
from booking.members.refusals import AccountRefusal
from booking.members.rules import AccountState, PaperKind

STATES = {
    AccountState.REQUESTED: _l("Demandé"),
    AccountState.INCOMPLETE: _l("Incomplet"),
    AccountState.APPROVED: _l("Validé"),
    AccountState.SUSPENDED: _l("Suspendu"),
    AccountState.LEFT: _l("Parti"),
    AccountState.ANONYMISED: _l("Anonymisé"),
}

ROLES = {
    Role.MEMBER: _l("Membre"),
    Role.ORGANISATION_ADMIN: _l("Responsable de structure"),
    Role.REFERENT: _l("Référent machine"),
    Role.TRAINER: _l("Formateur"),
    Role.MANAGER: _l("Gestionnaire"),
    Role.ACCOUNTANT: _l("Comptable"),
    Role.STAKEHOLDER: _l("Partie prenante"),
    Role.ADMIN: _l("Administrateur technique"),
}

PAPERS = {
    PaperKind.INSURANCE: _l("Assurance responsabilité civile professionnelle"),
    PaperKind.PARENTAL_PERMISSION: _l("Autorisation parentale"),
    PaperKind.MINOR_DEROGATION: _l("Dérogation pour travaux réglementés (mineur)"),
}

LEGAL_FORMS = {
    "EI": _l("Entreprise individuelle"),
    "EI_MICRO": _l("Micro-entreprise"),
    "EURL": "EURL",
    "SARL": "SARL",
    "SASU": "SASU",
    "SAS": "SAS",
    "SA": "SA",
    "SCOP": "SCOP",
    "SCIC_SAS": "SCIC SAS",
    "ASSOCIATION": _l("Association"),
    "ASSOCIATION_LOCAL_LAW": _l("Association de droit local (Alsace-Moselle)"),
    "PUBLIC_BODY": _l("Organisme public"),
    "GMBH": "GmbH",
    "OTHER": _l("Autre forme"),
}

VAT_REGIMES = {
    "NORMAL": _l("Redevable de la TVA"),
    "FRANCHISE": _l("Franchise en base"),
    "FOREIGN_EU": _l("Établie dans un autre pays de l’Union"),
    "NONE": _l("Hors champ de la TVA"),
}

REMINDERS = {
    0: _l("Jamais"),
    2: _l("2 heures avant"),
    24: _l("24 heures avant"),
    48: _l("48 heures avant"),
}


def state_name(state: AccountState) -> str:
    return str(STATES[state])


def role_name(role: Role) -> str:
    return str(ROLES[role])


def paper_name(kind: PaperKind) -> str:
    return str(PAPERS[kind])


def legal_form_name(code: str) -> str:
    return str(LEGAL_FORMS.get(code, code))


def vat_regime_name(code: str) -> str:
    return str(VAT_REGIMES.get(code, code))


def explain(refusal: AccountRefusal) -> str:
    """Why the act is refused, and what to do."""
    return {
        AccountRefusal.WRONG_STATE: _(
            "L’état du compte ne permet pas cette action : quelqu’un l’a changé entre-temps."
        ),
        AccountRefusal.CHANGED_MEANWHILE: _(
            "Quelqu’un a modifié cette fiche pendant que vous la remplissiez. "
            "Rien n’a été enregistré : ouvrez la fiche actuelle et reprenez vos changements."
        ),
        AccountRefusal.LAST_ADMINISTRATOR: _(
            "C’est le dernier administrateur technique. Donnez d’abord ce rôle à quelqu’un d’autre."
        ),
        AccountRefusal.ONLY_ADMINISTRATORS: _(
            "Seul un administrateur technique donne ou retire le rôle d’administrateur."
        ),
        AccountRefusal.OWN_ROLES: _("Personne ne change ses propres rôles."),
        AccountRefusal.OWN_ACCOUNT: _(
            "Vous ne pouvez ni suspendre ni fermer votre propre compte : demandez à un collègue."
        ),
        AccountRefusal.EMAIL_TAKEN: _("Un autre compte utilise déjà cette adresse."),
        AccountRefusal.BADGE_TAKEN: _("Une autre personne a déjà ce badge."),
        AccountRefusal.RULES_CHANGED: _(
            "Une nouvelle version du règlement est parue entre-temps. Lisez-la avant d’accepter."
        ),
    }[refusal]


BROWSERS = (
    ("Firefox/", "Firefox"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
"""What a browser says of itself, the telling part first: Edge also claims to be Chrome."""

SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def device_name(user_agent: str) -> str:
    """A browser as its owner knows it: `Firefox, Linux`."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), None)
    system = next((name for sign, name in SYSTEMS if sign in user_agent), None)
    return ", ".join(name for name in (browser, system) if name) or _("Navigateur inconnu")
