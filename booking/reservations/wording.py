"""The words of each refusal and the next step that cures it, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import singledispatch
from typing import Any, NamedTuple

from flask import url_for
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from booking import clock
from booking.machines.models import Machine
from booking.members.models import Member
from booking.members.rules import AccountState, PaperKind
from booking.openings.wording import holiday_name
from booking.periods import Period
from booking.pricing.rules import Tier
from booking.quotas.rules import ReachedLimit, ReservedFirst
from booking.quotas.wording import Names, holder_word, limit_words, place_word
from booking.reservations import refusals as reasons
from booking.reservations.models import ApprovalRequest, Reservation
from booking.reservations.queries.workshop import OfferedMachine, get_workshop
from booking.reservations.refusals import (
    CompanionLack,
    ReachedQuota,
    Refusal,
    RefusalCode,
    SupervisionReason,
)
from booking.reservations.rules.approving import ApprovalState
from booking.reservations.rules.series import Frequency
from booking.reservations.rules.waiting import WaitlistState
from booking.reservations.service import (
    AsksAlready,
    CannotAnswer,
    CannotCancel,
    CannotCheckIn,
    CannotDecide,
    CannotHandOver,
    CannotLeave,
    CannotMove,
    CannotRequest,
    CannotTake,
    FreeAlready,
    LengthNotAllowed,
    NoRoom,
    WaitRefusal,
    WaitsAlready,
    WatchTooLong,
)
from booking.trainings.models import Training, TrainingSession
from booking.trainings.queries import list_trainings, next_sessions
from booking.web.access import acting_member, may
from booking.web.filters import (
    duration,
    iso_local,
    local_date,
    local_datetime,
    local_period,
    localized,
    zone,
)


class Cure(NamedTuple):
    """The next step that removes the reason."""

    label: str
    url: str


@dataclass(frozen=True)
class Explained:
    """A refusal as a reader sees it."""

    refusal: Refusal
    message: str
    cure: Cure | None

    @property
    def code(self) -> RefusalCode:
        return self.refusal.code

    @property
    def waivable(self) -> bool:
        return self.refusal.waivable


@dataclass(frozen=True)
class Surroundings:
    """What the words and cures name besides the facts of the refusal; `other` is for whom it is,
    None where that is the reader.
    """

    machine: Machine | OfferedMachine
    period: Period
    trainings: Mapping[str, Training]
    next_sessions: Mapping[str, TrainingSession]
    instead_of: Period | None = None
    other: Member | None = None

    @property
    def meets_what_stands(self) -> bool:
        """Whether the person has a part of this time, and could not ask for it besides."""
        return self.instead_of is not None and self.instead_of.overlaps(self.period)

    def title(self, code: str) -> str:
        training = self.trainings.get(code)
        return f"{localized(training.title)} ({code})" if training else code


def explain(refusal: Refusal, around: Surroundings) -> Explained:
    step = cure(refusal, around) if around.other is None else cure_of_another(refusal, around)
    return Explained(refusal, message(refusal, around), step)


def explain_all(
    refusals: Sequence[Refusal],
    member: Member,
    machine: Machine,
    period: Period,
    instead_of: Period | None = None,
) -> list[Explained]:
    """Refusals in the reader's words, in their order; reads what the words name. `member` is who
    would use the machine: a cure leads the reader to what is his. `instead_of` is the time that a
    move would give up.
    """
    return explain_each([(machine, refusals)], member, period, instead_of)[0]


def explain_each(
    cases: Sequence[tuple[Machine | OfferedMachine, Sequence[Refusal]]],
    member: Member | None,
    period: Period,
    instead_of: Period | None = None,
) -> list[list[Explained]]:
    """The same for several machines at once, of nobody in particular without a member; two
    statements at most.
    """
    other = member if member != acting_member() else None
    every = [refusal for _machine, refusals in cases for refusal in refusals]
    codes = {lack.training for r in every for lack in getattr(r, "trainings", ())}
    trainings = {training.code: training for training in list_trainings()} if codes else {}
    sessions = next_sessions(codes, clock.now()) if codes else {}
    return [
        [
            explain(r, Surroundings(machine, period, trainings, sessions, instead_of, other))
            for r in refusals
        ]
        for machine, refusals in cases
    ]


@singledispatch
def message(refusal: Refusal, around: Surroundings) -> str:
    """One plain sentence, with the fact it rests on."""
    raise NotImplementedError(f"no words for {type(refusal).__name__}")


@singledispatch
def cure(refusal: Refusal, around: Surroundings) -> Cure | None:
    """Where to go next; None where nothing but waiting or asking helps."""
    return None


@singledispatch
def cure_of_another(refusal: Refusal, around: Surroundings) -> Cure | None:
    """The same for who acts for somebody else: to the other's page, where the reader may see it;
    what is about the machine and its hours is the same for both.
    """
    return cure(refusal, around)


@cure_of_another.register(reasons.AccountNotApproved)
@cure_of_another.register(reasons.AccountSuspended)
@cure_of_another.register(reasons.TooManyNoShows)
@cure_of_another.register(reasons.RulesNotAccepted)
@cure_of_another.register(reasons.DocumentMissing)
@cure_of_another.register(reasons.InsuranceExpired)
@cure_of_another.register(reasons.PaymentOverdue)
@cure_of_another.register(reasons.PlanNotCovering)
def _see_member(refusal: Refusal, around: Surroundings) -> Cure | None:
    other = around.other
    if other is None or not may("member.see", other):
        return None
    url = url_for("members.show", code=other.code)
    return Cure(_("Voir la fiche de %(name)s", name=other.name), url)


@cure_of_another.register(reasons.CertificationMissing)
@cure_of_another.register(reasons.CertificationLevelTooLow)
@cure_of_another.register(reasons.CertificationExpired)
@cure_of_another.register(reasons.CertificationLapsed)
@cure_of_another.register(reasons.CertificationSuspended)
def _see_certifications(refusal: Refusal, around: Surroundings) -> Cure | None:
    """Paths and requests are each person's own: who acts for another sees what he holds."""
    other = around.other
    if other is None or not may("certification.list"):
        return None
    url = url_for("certifications.index", member=other.code)
    return Cure(_("Voir les habilitations de %(name)s", name=other.name), url)


@cure_of_another.register(reasons.QuotaReached)
@cure_of_another.register(reasons.MemberOverlap)
def _see_reservations(refusal: Refusal, around: Surroundings) -> Cure | None:
    other = around.other
    if other is None:
        return None
    label = _("Voir les réservations de %(name)s", name=other.name)
    if may("reservation.list_all"):
        return Cure(label, url_for("reservations.everyone", q=other.code))
    if may("reservation.list_of_organisation"):
        return Cure(label, url_for("reservations.of_organisation"))
    return None


# --- the person and the papers


@message.register
def _account_not_approved(refusal: reasons.AccountNotApproved, around: Surroundings) -> str:
    if refusal.state in (AccountState.REQUESTED, AccountState.INCOMPLETE):
        return _("Compte en attente de validation.")
    return _("Ce compte n’est plus actif.")


@cure.register
def _see_account(refusal: reasons.AccountNotApproved, around: Surroundings) -> Cure:
    return Cure(_("Voir ce qui manque"), url_for("members.me"))


@message.register
def _account_suspended(refusal: reasons.AccountSuspended, around: Surroundings) -> str:
    if refusal.reason:
        return _("Compte suspendu : %(reason)s", reason=refusal.reason)
    return _("Compte suspendu.")


@cure.register
def _see_suspension(refusal: reasons.AccountSuspended, around: Surroundings) -> Cure:
    return Cure(_("Voir mon compte et le contact"), url_for("members.me"))


@message.register
def _too_many_no_shows(refusal: reasons.TooManyNoShows, around: Surroundings) -> str:
    return _(
        "%(count)s absences en %(days)s jours : les réservations sont arrêtées jusqu’à ce qu’un "
        "gestionnaire les rouvre.",
        count=refusal.count,
        days=refusal.window_days,
    )


@cure.register
def _ask_a_manager(refusal: reasons.TooManyNoShows, around: Surroundings) -> Cure:
    return Cure(_("Voir mes absences et le contact"), url_for("members.me", _anchor="no-shows"))


@message.register
def _rules_not_accepted(refusal: reasons.RulesNotAccepted, around: Surroundings) -> str:
    return _("Règlement intérieur à accepter (version %(version)s).", version=refusal.version)


@cure.register
def _accept_rules(refusal: reasons.RulesNotAccepted, around: Surroundings) -> Cure:
    return Cure(_("Lire et accepter le règlement"), url_for("members.me", _anchor="house-rules"))


@message.register
def _document_missing(refusal: reasons.DocumentMissing, around: Surroundings) -> str:
    names = ", ".join(paper_name(kind) for kind in refusal.documents)
    return ngettext(
        "Pièce manquante : %(names)s.", "Pièces manquantes : %(names)s.",
        len(refusal.documents), names=names,
    )  # fmt: skip


@message.register
def _insurance_expired(refusal: reasons.InsuranceExpired, around: Surroundings) -> str:
    return _(
        "Assurance connue jusqu’au %(day)s seulement, avant la fin de la réservation.",
        day=local_date(refusal.insured_until),
    )


@cure.register(reasons.DocumentMissing)
@cure.register(reasons.InsuranceExpired)
def _hand_in_paper(refusal: Refusal, around: Surroundings) -> Cure:
    return Cure(
        _("Voir mes pièces et comment les remettre"), url_for("members.me", _anchor="papers")
    )


def paper_name(kind: PaperKind) -> str:
    return {
        PaperKind.INSURANCE: _("attestation d’assurance responsabilité civile"),
        PaperKind.PARENTAL_PERMISSION: _("autorisation parentale"),
        PaperKind.MINOR_DEROGATION: _("dérogation pour travaux réglementés"),
    }[kind]


# --- the machine


@message.register
def _payment_overdue(refusal: reasons.PaymentOverdue, around: Surroundings) -> str:
    return ngettext(
        "Facture %(invoice)s impayée depuis %(num)d jour.",
        "Facture %(invoice)s impayée depuis %(num)d jours.",
        refusal.days,
        invoice=refusal.invoice,
    )


@cure.register
def _settle(refusal: reasons.PaymentOverdue, around: Surroundings) -> Cure:
    return Cure(_("Contacter le lieu pour la régler"), url_for("planning.today"))


@message.register
def _plan_not_covering(refusal: reasons.PlanNotCovering, around: Surroundings) -> str:
    if refusal.first_on == refusal.last_on:
        return _("Aucune formule ne couvre le %(day)s.", day=local_date(refusal.first_on))
    return _(
        "Aucune formule ne couvre tous les jours du %(first)s au %(last)s.",
        first=local_date(refusal.first_on),
        last=local_date(refusal.last_on),
    )


@cure.register
def _see_plan(refusal: reasons.PlanNotCovering, around: Surroundings) -> Cure:
    return Cure(_("Voir ma formule"), url_for("members.me"))


@message.register
def _machine_not_bookable(refusal: reasons.MachineNotBookable, around: Surroundings) -> str:
    if not refusal.outages:
        return _("Cette machine est retirée du service.")
    outage = refusal.outages[-1]
    if outage.expected_end_at is None:
        return _("Machine à l’arrêt, sans date de retour connue : %(reason)s", reason=outage.reason)
    return _(
        "Machine à l’arrêt, retour prévu %(until)s : %(reason)s",
        until=local_datetime(outage.expected_end_at), reason=outage.reason,
    )  # fmt: skip


@cure.register
def _other_machines(refusal: reasons.MachineNotBookable, around: Surroundings) -> Cure:
    return Cure(
        _("Voir les machines équivalentes"),
        url_for("machines.index", category=around.machine.category),
    )


@message.register
def _needs_approval(refusal: reasons.NeedsApproval, around: Surroundings) -> str:
    if around.meets_what_stands:
        return _("Cette machine se demande : un gestionnaire peut faire ce changement.")
    return _("Cette machine se demande : une réservation y est approuvée une à une.")


@cure.register
def _ask_for_it(refusal: reasons.NeedsApproval, around: Surroundings) -> Cure | None:
    if around.meets_what_stands:
        return None
    return Cure(
        _("Demander ce créneau"),
        url_for(
            "reservations.new",
            machine=around.machine.code,
            member=around.other.code if around.other else None,
            starts_at=iso_local(around.period.starts_at),
            ends_at=iso_local(around.period.ends_at),
        ),
    )


# --- certifications


@message.register
def _certification_missing(refusal: reasons.CertificationMissing, around: Surroundings) -> str:
    names = ", ".join(around.title(lack.training) for lack in refusal.trainings)
    sentence = ngettext(
        "Habilitation requise : %(names)s.", "Habilitations requises : %(names)s.",
        len(refusal.trainings), names=names,
    )  # fmt: skip
    return _with_next_sessions(sentence, [lack.training for lack in refusal.trainings], around)


@message.register
def _level_too_low(refusal: reasons.CertificationLevelTooLow, around: Surroundings) -> str:
    return " ".join(
        _(
            "%(training)s : niveau %(needed)s requis, niveau %(held)s acquis.",
            training=around.title(lack.training), needed=lack.needed_level, held=lack.held_level,
        )
        for lack in refusal.trainings
    )  # fmt: skip


@message.register
def _certification_expired(refusal: reasons.CertificationExpired, around: Surroundings) -> str:
    sentence = " ".join(
        _(
            "%(training)s : habilitation expirée depuis le %(day)s.",
            training=around.title(lack.training), day=local_date(lack.expired_on),
        )
        for lack in refusal.trainings
    )  # fmt: skip
    return _with_next_sessions(sentence, [lack.training for lack in refusal.trainings], around)


@message.register
def _certification_lapsed(refusal: reasons.CertificationLapsed, around: Surroundings) -> str:
    sentence = " ".join(
        _(
            "%(training)s : sans pratique depuis plus de %(months)s mois, "
            "une remise à niveau est nécessaire.",
            training=around.title(lack.training), months=lack.months,
        )
        for lack in refusal.trainings
    )  # fmt: skip
    return _with_next_sessions(sentence, [lack.training for lack in refusal.trainings], around)


@message.register
def _certification_suspended(refusal: reasons.CertificationSuspended, around: Surroundings) -> str:
    return " ".join(
        _(
            "%(training)s : habilitation suspendue. Motif : %(reason)s",
            training=around.title(lack.training), reason=lack.reason or "–",
        )
        for lack in refusal.trainings
    )  # fmt: skip


def _with_next_sessions(sentence: str, codes: list[str], around: Surroundings) -> str:
    """The sentence, and when each training is next given."""
    sessions = [around.next_sessions[code] for code in codes if code in around.next_sessions]
    return " ".join(
        [sentence]
        + [
            _(
                "Prochaine session %(code)s (%(session)s) : %(day)s.",
                code=session.training.code, session=session.code,
                day=local_date(session.half_days[0].starts_at),
            )
            for session in sessions
        ]
    )  # fmt: skip


@cure.register(reasons.CertificationMissing)
@cure.register(reasons.CertificationLevelTooLow)
@cure.register(reasons.CertificationSuspended)
def _to_path(refusal: Refusal, around: Surroundings) -> Cure:
    """What is missing in order, with sessions and cost."""
    code = around.machine.code
    return Cure(_("Voir le chemin vers %(code)s", code=code), url_for("machines.path", code=code))


@cure.register(reasons.CertificationExpired)
@cure.register(reasons.CertificationLapsed)
def _to_refresher(
    refusal: reasons.CertificationExpired | reasons.CertificationLapsed, around: Surroundings
) -> Cure:
    """Straight to the request where one training has ended; of several the path shows the order."""
    if len(refusal.trainings) > 1:
        return _to_path(refusal, around)
    return Cure(
        _("Demander une remise à niveau"),
        url_for("trainings.confirm_refresher", code=refusal.trainings[0].training),
    )


@message.register
def _supervisor_required(refusal: reasons.SupervisorRequired, around: Surroundings) -> str:
    because = {
        SupervisionReason.SUPERVISED_USE: _("usage accompagné demandé"),
        SupervisionReason.MACHINE_RESTRICTED: _("la machine est limitée à l’usage accompagné"),
        SupervisionReason.PLAN_SUPERVISED_ONLY: _("la formule ne couvre que l’usage accompagné"),
        SupervisionReason.MINOR: _("une personne mineure est toujours accompagnée ici"),
    }
    sentence = _(
        "Présence d’un référent requise : %(because)s.",
        because=", ".join(because[reason] for reason in refusal.reasons),
    )
    return f"{sentence} {_lack(refusal.lack)}" if refusal.lack else sentence


def _lack(lack: CompanionLack) -> str:
    """What is to be done about the second person."""
    return {
        CompanionLack.NOBODY_NAMED: _("Indiquez qui sera là."),
        CompanionLack.SAME_PERSON: _("Ce doit être quelqu’un d’autre."),
        CompanionLack.NOT_QUALIFIED: _(
            "La personne nommée ne peut pas l’assurer à ces heures : vérifiez son nom, ou demandez "
            "à quelqu’un d’autre."
        ),
    }[lack]


@cure.register
def _to_machine(refusal: reasons.SupervisorRequired, around: Surroundings) -> Cure:
    return Cure(
        _("Voir le référent de la machine"), url_for("machines.show", code=around.machine.code)
    )


@message.register
def _minor_not_allowed(refusal: reasons.MinorNotAllowed, around: Surroundings) -> str:
    return _("Machine dangereuse : interdite aux mineurs sans dérogation valable ce jour-là.")


# --- hours


@message.register
def _outside_opening(refusal: reasons.OutsideOpening, around: Surroundings) -> str:
    if not refusal.open_periods:
        return _("Hors des horaires de la machine : elle n’est pas ouverte ce jour-là.")
    hours = ", ".join(local_period(period, "short") for period in refusal.open_periods)
    return _("Hors des horaires de la machine. Ouvert : %(hours)s.", hours=hours)


@message.register
def _closed_day(refusal: reasons.ClosedDay, around: Surroundings) -> str:
    causes = [closure.reason for closure in refusal.closures]
    causes += [holiday_name(fact.holiday) for fact in refusal.holidays]
    return _("Fermeture : %(reason)s.", reason=", ".join(causes))


@message.register
def _buddy_required(refusal: reasons.BuddyRequired, around: Surroundings) -> str:
    sentence = _(
        "Deuxième personne habilitée requise : personne de l’équipe n’est là "
        "pendant une partie de ces heures."
    )
    return f"{sentence} {_lack(refusal.lack)}"


@cure.register(reasons.OutsideOpening)
@cure.register(reasons.ClosedDay)
@cure.register(reasons.BuddyRequired)
@cure.register(reasons.SlotTaken)
@cure.register(reasons.BufferConflict)
def _to_week(refusal: Refusal, around: Surroundings) -> Cure:
    day: dict[str, Any] = {"from": around.period.starts_at.astimezone(zone()).date().isoformat()}
    week = url_for("planning.week", code=around.machine.code, **day)
    return Cure(_("Voir les heures libres de la semaine"), week)


@message.register
def _too_short(refusal: reasons.TooShort, around: Surroundings) -> str:
    return _("Durée inférieure au minimum de %(length)s.", length=duration(refusal.min_minutes))


@message.register
def _too_long(refusal: reasons.TooLong, around: Surroundings) -> str:
    return _("Durée supérieure au maximum de %(length)s.", length=duration(refusal.max_minutes))


@message.register
def _off_grid(refusal: reasons.OffGrid, around: Surroundings) -> str:
    return _("Le début et la fin tombent sur la grille de %(n)s minutes.", n=refusal.grid_minutes)


@message.register
def _too_soon(refusal: reasons.TooSoon, around: Surroundings) -> str:
    return _(
        "Délai de réservation trop court : au plus tôt %(earliest)s.",
        earliest=local_datetime(refusal.earliest_start_at),
    )


@message.register
def _too_far(refusal: reasons.TooFar, around: Surroundings) -> str:
    return _(
        "Au-delà de l’horizon de %(days)s jours : au plus tard %(latest)s.",
        days=refusal.horizon_days, latest=local_datetime(refusal.latest_start_at),
    )  # fmt: skip


# --- what is in the way


@message.register
def _quota_reached(refusal: reasons.QuotaReached, around: Surroundings) -> str:
    return _("Quota atteint : %(rules)s.", rules=", ".join(map(_quota, refusal.quotas)))


def _quota(quota: ReachedQuota | ReachedLimit | ReservedFirst) -> str:
    if isinstance(quota, ReachedLimit):
        return _limit(quota)
    if isinstance(quota, ReservedFirst):
        return _first(quota)
    limit, booked = duration(quota.limit_minutes), duration(quota.booked_minutes)
    if quota.day is None:
        return _(
            "au plus %(limit)s à venir sur cette machine, déjà %(booked)s",
            limit=limit,
            booked=booked,
        )
    return _(
        "au plus %(limit)s par jour sur cette machine, déjà %(booked)s le %(day)s",
        limit=limit,
        booked=booked,
        day=local_date(quota.day, "short"),
    )


def _limit(limit: ReachedLimit) -> str:
    """The limit, how much of it is used, and when there is more."""
    names = _names()
    rule = limit_words(
        holder_word(limit.holder, limit.plan, names),
        limit.place,
        limit.span,
        limit.limit_minutes,
        peak_only=limit.peak_only,
        names=names,
    )
    booked = duration(limit.booked_minutes)
    if limit.more_from_at is None:
        return _("%(rule)s, déjà %(booked)s", rule=rule, booked=booked)
    return _(
        "%(rule)s, déjà %(booked)s ; davantage à partir du %(more)s",
        rule=rule,
        booked=booked,
        more=local_datetime(limit.more_from_at),
    )


def _first(first: ReservedFirst) -> str:
    names = _names()
    return _(
        "%(place)s, %(periods)s : réservé en priorité aux formules %(plans)s jusqu’au %(until)s",
        place=place_word(first.place, names),
        periods=_periods(first.periods),
        plans=names.listed_plans(first.plans),
        until=local_datetime(first.opens_at),
    )


def _names() -> Names:
    workshop = get_workshop()
    areas = {machine.area.code: machine.area.name for machine in workshop.by_id.values()}
    return Names(areas, workshop.plan_names)


@cure.register
def _see_hours_ahead(refusal: reasons.QuotaReached, around: Surroundings) -> Cure:
    return Cure(_("Voir mes réservations"), url_for("reservations.index"))


@message.register
def _slot_taken(refusal: reasons.SlotTaken, around: Surroundings) -> str:
    return _("Créneau déjà pris : %(taken)s.", taken=_periods(refusal.taken))


@message.register
def _buffer_conflict(refusal: reasons.BufferConflict, around: Surroundings) -> str:
    return _(
        "Battement de nettoyage de %(n)s min non respecté, à côté de : %(taken)s.",
        n=refusal.buffer_minutes, taken=_periods(refusal.taken),
    )  # fmt: skip


def _periods(taken: tuple[Period, ...]) -> str:
    return ", ".join(local_period(period, "short") for period in taken)


@message.register
def _member_overlap(refusal: reasons.MemberOverlap, around: Surroundings) -> str:
    own = ", ".join(
        f"{fact.machine}, {local_period(fact.period, 'short')}" for fact in refusal.reservations
    )
    return _("Une autre réservation tient déjà à cette heure : %(own)s.", own=own)


@cure.register
def _see_own(refusal: reasons.MemberOverlap, around: Surroundings) -> Cure:
    return Cure(_("Voir mes réservations"), url_for("reservations.index"))


@message.register
def _insufficient_credit(refusal: reasons.InsufficientCredit, around: Surroundings) -> str:
    return _(
        "Crédit insuffisant : il manque %(length)s.",
        length=duration(refusal.missing_minutes),
    )


# --- the price


def tier_name(tier: Tier) -> str:
    """Which part of the price list made the price of a day."""
    return {
        Tier.CREDIT: _("heures de crédit"),
        Tier.HOURS: _("tarif horaire"),
        Tier.HALF_DAY: _("demi-journée"),
        Tier.HALF_DAY_AND_HOURS: _("demi-journée et heures"),
        Tier.TWO_HALF_DAYS: _("deux demi-journées"),
        Tier.DAY: _("journée"),
        Tier.FIRING: _("cuisson"),
        Tier.GIVEN_BACK_LATE: _("temps rendu tard"),
    }[tier]


# --- giving back


def cannot_cancel(problem: CannotCancel) -> str:
    """Why a reservation stays as it is."""
    return {
        CannotCancel.ENDED: _("Cette réservation est déjà annulée ou terminée."),
        CannotCancel.STARTED: _("Cette réservation a déjà commencé."),
    }[problem]


# --- handing over


def cannot_hand_over(problem: CannotHandOver) -> str:
    """Why a reservation stays where it is."""
    return {
        CannotHandOver.NOT_TO_COME: _(
            "Seule une réservation confirmée et à venir peut être transmise."
        ),
        CannotHandOver.STANDS_NO_MORE: _("Cette proposition ne tient plus."),
        CannotHandOver.NEEDS_APPROVAL: _(
            "Cette machine se demande : la réservation a été approuvée pour une personne et ne se "
            "transmet pas."
        ),
    }[problem]


def giver_is_refused() -> str:
    return _("La personne qui propose ne peut pas utiliser ce que vous donneriez en échange.")


# --- asking for what is approved one by one


def cannot_request(problem: AsksAlready | CannotRequest) -> str:
    """Why nothing was asked for."""
    if isinstance(problem, AsksAlready):
        period = local_period(problem.request.period)
        return _("Vous demandez déjà cette machine : %(period)s.", period=period)
    return _("Cette machine se réserve directement, il n’y a rien à demander.")


def cannot_decide(problem: CannotDecide, asked: ApprovalRequest) -> str:
    """Why a request stays as it is."""
    if problem is CannotDecide.OWN_REQUEST:
        return _("C’est votre demande : un autre gestionnaire décide.")
    return _("Cette demande n’attend plus : %(state)s.", state=approval_state_name(asked.state_now))


def approval_state_name(state: ApprovalState) -> str:
    return {
        ApprovalState.WAITING: _("À décider"),
        ApprovalState.APPROVED: _("Accordée"),
        ApprovalState.REFUSED: _("Refusée"),
        ApprovalState.WITHDRAWN: _("Demande retirée"),
        ApprovalState.OVERTAKEN: _("Accordée à quelqu’un d’autre"),
        ApprovalState.LAPSED: _("Sans réponse à temps"),
    }[state]


# --- moving


def cannot_move(problem: CannotMove) -> str:
    """Why a reservation stays at its time."""
    return {
        CannotMove.ENDED: _("Cette réservation est déjà annulée ou terminée."),
        CannotMove.STARTED: _(
            "Cette réservation a déjà commencé : seule la fin peut encore changer, pas avant "
            "l’heure qu’il est."
        ),
        CannotMove.OFFERED: _("Ce créneau vous est proposé : acceptez-le ou refusez-le d’abord."),
        CannotMove.CHANGED: _(
            "Cette réservation a changé entre-temps. La voici ; recommencez si besoin."
        ),
    }[problem]


# --- being there


def kilograms(grams: int) -> str:
    return _("%(kg)s kg", kg=format_decimal(grams / 1000))


def cannot_check_in(obstacle: CannotCheckIn, reservation: Reservation) -> str:
    """Why nobody can be noted present for it now."""
    if obstacle is CannotCheckIn.TOO_EARLY:
        opens_at = reservation.starts_at - get_workshop().check_in_opens
        return _("Trop tôt : l’arrivée se signale à partir de %(at)s.", at=local_datetime(opens_at))
    return {
        CannotCheckIn.WAITING: _(
            "Cette réservation attend encore la réponse d’une autre personne."
        ),
        CannotCheckIn.THERE_ALREADY: _("L’arrivée est déjà notée."),
        CannotCheckIn.OVER: _("Trop tard : cette réservation est annulée ou terminée."),
    }[obstacle]


def nobody_there() -> str:
    return _("Personne n’est noté présent pour cette réservation.")


def cannot_answer(problem: CannotAnswer) -> str:
    """Why an answer about being there changes nothing."""
    return {
        CannotAnswer.OVER: _("Cette réservation est déjà annulée ou terminée."),
        CannotAnswer.NOT_ASKED: _("On ne vous attend plus pour cette réservation."),
        CannotAnswer.ALREADY: _("Vous avez déjà accepté."),
    }[problem]


def frequency_name(frequency: Frequency) -> str:
    """How often a series comes back."""
    return {
        Frequency.DAY: _("Chaque jour"),
        Frequency.WORKING_DAY: _("Du lundi au vendredi"),
        Frequency.WEEK: _("Chaque semaine, le même jour"),
        Frequency.TWO_WEEKS: _("Toutes les deux semaines, le même jour"),
        Frequency.MONTH_POSITION: _("Chaque mois, au même rang (le 2e mardi, par exemple)"),
    }[frequency]


def shift_name(days: int) -> str:
    """On which day a date of a series is to be, seen from its own."""
    if days == 0:
        return _("Le même jour")
    if days < 0:
        return ngettext("%(num)s jour plus tôt", "%(num)s jours plus tôt", -days)
    return ngettext("%(num)s jour plus tard", "%(num)s jours plus tard", days)


def series_has_changed() -> str:
    return _("Cette série a changé entre-temps. La voici ; recommencez si besoin.")


def no_such_time() -> str:
    return _("Cette nuit-là, les horloges avancent d’une heure : cette heure n’existe pas.")


def no_combination() -> str:
    return _("Aucune combinaison ne va")


# --- waiting for time


def cannot_wait(refusal: WaitRefusal) -> str:
    """Why nobody can wait like this; the reasons against the person are told one by one."""
    match refusal:
        case WatchTooLong():
            days = refusal.longest.days
            return _("On attend une machine pendant %(days)s jours au plus.", days=days)
        case NoRoom():
            return _("Dans ce qui reste de cette période, un usage aussi long ne tient pas.")
        case LengthNotAllowed():
            return _(
                "Cette machine se réserve de %(min)s à %(max)s, par pas de %(step)s.",
                min=duration(refusal.min_minutes),
                max=duration(refusal.max_minutes),
                step=duration(refusal.grid_minutes),
            )
        case WaitsAlready():
            period = local_period(refusal.entry.watched)
            return _("Vous attendez déjà cette machine : %(period)s.", period=period)
        case FreeAlready():
            return _(
                "Il n’y a rien à attendre, ce temps est libre : %(period)s.",
                period=local_period(refusal.period),
            )
    return _("Ce temps ne pourrait pas vous être proposé.")


def cannot_leave(problem: CannotLeave) -> str:
    return {
        CannotLeave.OFFERED: _("Un créneau vous est proposé : acceptez-le ou refusez-le."),
        CannotLeave.CLOSED: _("Cette attente est déjà terminée."),
    }[problem]


def cannot_take(problem: CannotTake) -> str:
    return {CannotTake.GONE: _("Ce créneau ne vous est plus proposé.")}[problem]


def waitlist_state_name(state: WaitlistState) -> str:
    return {
        WaitlistState.WAITING: _("En attente"),
        WaitlistState.OFFERED: _("Proposé"),
        WaitlistState.TOLD: _("Courriel envoyé"),
        WaitlistState.TAKEN: _("Accepté"),
        WaitlistState.DECLINED: _("Refusé"),
        WaitlistState.LAPSED: _("Sans réponse"),
        WaitlistState.WITHDRAWN: _("Quitté"),
        WaitlistState.SKIPPED: _("Passé au suivant"),
        WaitlistState.EXPIRED: _("Période passée"),
    }[state]
