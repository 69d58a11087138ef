"""The reasons that hold for whole days, whatever the hours: the person, the papers, the
certifications, the supervision.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from booking.machines.rules import MachineState, RiskClass
from booking.members.rules import AGE_OF_MAJORITY, AccountState, PaperKind, birthday
from booking.periods import A_DAY
from booking.reservations.refusals import (
    AccountNotApproved,
    AccountSuspended,
    CertificationExpired,
    CertificationLapsed,
    CertificationLevelTooLow,
    CertificationMissing,
    CertificationSuspended,
    DocumentMissing,
    ExpiredTraining,
    InsuranceExpired,
    LapsedTraining,
    MinorNotAllowed,
    MissingTraining,
    PaymentOverdue,
    PlanNotCovering,
    Refusal,
    RulesNotAccepted,
    SupervisionReason,
    SupervisorRequired,
    SuspendedTraining,
    TooLowTraining,
    TooManyNoShows,
)
from booking.reservations.rules.companions import supervisor_lack
from booking.reservations.rules.facts import Facts, MemberFacts, Span
from booking.reservations.rules.states import Mode
from booking.trainings.rules import CertificationFact, Shortfall, Verdict


def against_these_days(span: Span, facts: Facts) -> tuple[Refusal, ...]:
    """Every reason that stands on these days, in the order of `RefusalCode`."""
    known = facts.known_by_span.get(span)
    if known is None:
        found = (rule(span, facts) for rule in _RULES)
        known = tuple(refusal for refusal in found if refusal is not None)
        facts.known_by_span[span] = known
    return known


def _account_not_approved(span: Span, facts: Facts) -> Refusal | None:
    state = facts.member.account_state
    if state in (AccountState.APPROVED, AccountState.SUSPENDED):
        return None
    return AccountNotApproved(state)


def _account_suspended(span: Span, facts: Facts) -> Refusal | None:
    if facts.member.account_state != AccountState.SUSPENDED:
        return None
    return AccountSuspended(facts.member.suspension_reason)


def _too_many_no_shows(span: Span, facts: Facts) -> Refusal | None:
    """It stops reserving; what is reserved may still be used."""
    no_shows = facts.member.no_shows
    if no_shows.missed < no_shows.stop_at:
        return None
    return TooManyNoShows(None, no_shows.missed, no_shows.window_days)


def _rules_not_accepted(span: Span, facts: Facts) -> Refusal | None:
    """The grace time is judged at the time of asking; check-in asks again."""
    rules, member = facts.house_rules, facts.member
    if rules is None or not member.needs_papers or rules.current_version in member.accepted_rules:
        return None
    asked_on = span.asked_at.astimezone(facts.timetable.zone).date()
    in_grace = asked_on <= rules.in_force_from + timedelta(days=rules.grace_days)
    if in_grace and rules.previous_version in member.accepted_rules:
        return None
    return RulesNotAccepted(rules.current_version)


def _document_missing(span: Span, facts: Facts) -> Refusal | None:
    """A parental permission that ends too early is as if missing."""
    member = facts.member
    missing = []
    if member.needs_papers and member.insurance_until is None:
        missing.append(PaperKind.INSURANCE)
    if not _covers_minority(member.parental_permission_until, span, member):
        missing.append(PaperKind.PARENTAL_PERMISSION)
    return DocumentMissing(tuple(missing)) if missing else None


def _insurance_expired(span: Span, facts: Facts) -> Refusal | None:
    insured_until = facts.member.insurance_until
    if not facts.member.needs_papers or insured_until is None or span.days[-1] <= insured_until:
        return None
    return InsuranceExpired(insured_until)


def _payment_overdue(span: Span, facts: Facts) -> Refusal | None:
    """Judged on the day of asking; who runs the place owes nothing."""
    overdue = facts.member.overdue
    if overdue is None or not facts.member.needs_papers:
        return None
    asked_on = span.asked_at.astimezone(facts.timetable.zone).date()
    days = (asked_on - overdue.due_on).days
    if days <= facts.payment.overdue_days:
        return None
    return PaymentOverdue(overdue.number, overdue.due_on, days)


def _plan_not_covering(span: Span, facts: Facts) -> Refusal | None:
    member = facts.member
    if member.has_plan or not member.needs_papers or not facts.payment.asks_for_plan:
        return None
    return PlanNotCovering(span.days[0], span.days[-1])


def _certification_missing(span: Span, facts: Facts) -> Refusal | None:
    trainings = tuple(
        MissingTraining(verdict.training, verdict.needed_level)
        for verdict in facts.verdicts(span.days, span.mode)
        if Shortfall.MISSING in verdict.shortfalls
    )
    return CertificationMissing(trainings) if trainings else None


def _records_short_of(
    shortfall: Shortfall, span: Span, facts: Facts
) -> Iterator[tuple[Verdict, CertificationFact]]:
    for verdict in facts.verdicts(span.days, span.mode):
        if shortfall in verdict.shortfalls and verdict.record is not None:
            yield verdict, verdict.record


def _certification_level_too_low(span: Span, facts: Facts) -> Refusal | None:
    trainings = tuple(
        TooLowTraining(verdict.training, verdict.needed_level, record.level)
        for verdict, record in _records_short_of(Shortfall.LEVEL_TOO_LOW, span, facts)
    )
    return CertificationLevelTooLow(trainings) if trainings else None


def _certification_expired(span: Span, facts: Facts) -> Refusal | None:
    trainings = tuple(
        ExpiredTraining(verdict.training, record.valid_until)
        for verdict, record in _records_short_of(Shortfall.EXPIRED, span, facts)
        if record.valid_until is not None
    )
    return CertificationExpired(trainings) if trainings else None


def _certification_lapsed(span: Span, facts: Facts) -> Refusal | None:
    trainings = tuple(
        LapsedTraining(
            verdict.training,
            verdict.lapse_months,
            record.last_used_on,
            record.approved_on,
            verdict.last_allowed_on,
        )
        for verdict, record in _records_short_of(Shortfall.LAPSED, span, facts)
        if verdict.lapse_months is not None
        and record.approved_on is not None
        and verdict.last_allowed_on is not None
    )
    return CertificationLapsed(trainings) if trainings else None


def _certification_suspended(span: Span, facts: Facts) -> Refusal | None:
    trainings = tuple(
        SuspendedTraining(verdict.training, record.suspension_reason)
        for verdict, record in _records_short_of(Shortfall.SUSPENDED, span, facts)
    )
    return CertificationSuspended(trainings) if trainings else None


def _supervisor_required(span: Span, facts: Facts) -> Refusal | None:
    """Supervised use meets it without somebody named who may supervise; autonomous use where only
    supervised use is allowed.
    """
    if span.mode == Mode.SUPERVISED:
        lack = supervisor_lack(span.days, facts)
        return SupervisorRequired((SupervisionReason.SUPERVISED_USE,), lack) if lack else None
    reasons = []
    if facts.machine.state == MachineState.RESTRICTED:
        reasons.append(SupervisionReason.MACHINE_RESTRICTED)
    if facts.member.supervised_only:
        reasons.append(SupervisionReason.PLAN_SUPERVISED_ONLY)
    if _is_minor_to_supervise(span, facts):
        reasons.append(SupervisionReason.MINOR)
    return SupervisorRequired(tuple(reasons)) if reasons else None


def _minor_not_allowed(span: Span, facts: Facts) -> Refusal | None:
    member = facts.member
    if facts.machine.risk_class != RiskClass.RED:
        return None
    if _covers_minority(member.minor_derogation_until, span, member):
        return None
    return MinorNotAllowed(facts.machine.risk_class, member.minor_derogation_until)


def _is_minor_to_supervise(span: Span, facts: Facts) -> bool:
    """RED and AMBER machines are never used alone by a minor, GREEN ones from an age on."""
    born_on = facts.member.born_on
    if born_on is None or not _is_minor(born_on, span):
        return False
    if facts.machine.risk_class != RiskClass.GREEN:
        return True
    return span.days[0] < birthday(born_on, facts.minor_green_alone_min_age)


def _is_minor(born_on: date, span: Span) -> bool:
    return span.days[0] < birthday(born_on, AGE_OF_MAJORITY)


def _covers_minority(valid_until: date | None, span: Span, member: MemberFacts) -> bool:
    """Whether a minor's paper covers every day of the span before the 18th birthday."""
    if member.born_on is None or not _is_minor(member.born_on, span):
        return True
    last_day_as_minor = birthday(member.born_on, AGE_OF_MAJORITY) - A_DAY
    return valid_until is not None and valid_until >= min(span.days[-1], last_day_as_minor)


_RULES: tuple[Callable[[Span, Facts], Refusal | None], ...] = (
    _account_not_approved,
    _account_suspended,
    _too_many_no_shows,
    _rules_not_accepted,
    _document_missing,
    _insurance_expired,
    _payment_overdue,
    _plan_not_covering,
    _certification_missing,
    _certification_level_too_low,
    _certification_expired,
    _certification_lapsed,
    _certification_suspended,
    _supervisor_required,
    _minor_not_allowed,
)
