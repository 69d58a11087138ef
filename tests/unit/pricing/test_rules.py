"""The price of a use: the cases of the price rules, and what surrounds them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from booking.pricing.rules import (
    CancellationTerms,
    CreditFact,
    CreditKey,
    CreditKind,
    CreditUse,
    Overrun,
    Price,
    PriceList,
    Terms,
    Tier,
    after_giving_back,
    fee_of,
    given_back,
    overrun_of,
    price_from_data,
    price_of_firing,
    price_of_time,
)

DAY = date(2026, 11, 24)
NEXT = date(2026, 11, 25)
VAT = 2000
M01 = PriceList(2800, 9500, 17000, {})
M12 = PriceList(1200, 4000, 7000, {})
KILN = PriceList(0, None, None, {"BISQUE": 4000, "STONEWARE": 6500})
RULES = CancellationTerms(24, 2, 50, 100)


def plan(
    minutes: int, month: date = date(2026, 11, 1), last: date = date(2026, 11, 30)
) -> CreditFact:
    return CreditFact(CreditKey(CreditKind.PLAN, 1, month), last, minutes)


def pack(minutes: int, number: int, last: date) -> CreditFact:
    return CreditFact(CreditKey(CreditKind.PACK, number, date(2026, 1, 1)), last, minutes)


def price(hours: float, prices: PriceList, discount: int = 0, *credit: CreditFact) -> Price:
    return price_of_time({DAY: int(hours * 60)}, prices, {DAY: Terms(discount)}, credit, VAT)


@pytest.mark.parametrize(
    ("case", "found", "excl", "vat", "incl"),
    [
        ("P1", price(3, M01), 8400, 1680, 10080),
        ("P2", price(4, M01), 9500, 1900, 11400),
        ("P3", price(5, M01), 12300, 2460, 14760),
        ("P4", price(7, M01), 17000, 3400, 20400),
        ("P5", price(5, M01, 30), 8610, 1722, 10332),
        ("P6", price(6, M12, 15, plan(240)), 2040, 408, 2448),
        ("P7", price_of_firing(DAY, 1440, "STONEWARE", KILN, Terms(), VAT), 6500, 1300, 7800),
        ("P9", Price(price(1, PriceList(12000, None, None, {})).lines, 0), 12000, 0, 12000),
    ],
)
def test_the_cases_of_the_price_rules(
    case: str, found: Price, excl: int, vat: int, incl: int
) -> None:
    assert (found.excl_cents, found.vat_cents, found.incl_cents) == (excl, vat, incl), case


def test_p8_a_late_cancellation_keeps_half() -> None:
    starts_at = datetime(2026, 11, 24, 14, tzinfo=UTC)
    percent = RULES.percent(starts_at, starts_at - timedelta(hours=6))
    fee = fee_of(price(3, M01), percent)
    assert (fee.excl_cents, fee.vat_cents, fee.incl_cents) == (4200, 840, 5040)


@pytest.mark.parametrize(
    ("hours", "tier", "cents"),
    [
        (0.5, Tier.HOURS, 1400),
        (3, Tier.HOURS, 8400),
        (3.5, Tier.HALF_DAY, 9500),
        (4, Tier.HALF_DAY, 9500),
        (4.5, Tier.HALF_DAY_AND_HOURS, 10900),
        (6.5, Tier.HALF_DAY_AND_HOURS, 16500),
        (7, Tier.DAY, 17000),
        (24, Tier.DAY, 17000),
    ],
)
def test_the_cheapest_tier_is_taken(hours: float, tier: Tier, cents: int) -> None:
    (line,) = price(hours, M01).lines
    assert (line.tier, line.list_cents) == (tier, cents)


def test_two_half_days_serve_where_the_day_is_dear() -> None:
    (line,) = price(8, PriceList(2800, 8000, 20000, {})).lines
    assert (line.tier, line.list_cents) == (Tier.TWO_HALF_DAYS, 16000)


def test_a_machine_without_half_day_is_priced_by_the_hour() -> None:
    assert price(9, PriceList(500, None, None, {})).excl_cents == 4500


def test_each_local_day_is_priced_on_its_own() -> None:
    found = price_of_time({DAY: 180, NEXT: 420}, M01, {DAY: Terms(), NEXT: Terms(10)}, (), VAT)
    assert [line.excl_cents for line in found.lines] == [8400, 15300]


def test_each_line_is_rounded_half_up() -> None:
    found = price(0.5, PriceList(1001, None, None, {}), 15)
    assert found.lines[0].list_cents == 501  # 500.5
    assert found.excl_cents == 426  # 425.85
    assert found.vat_cents == 85  # 85.2


def test_plan_hours_of_the_month_go_before_packs_and_the_pack_that_ends_first_before_others() -> (
    None
):
    sources = (pack(600, 8, date(2027, 9, 6)), pack(60, 9, date(2026, 12, 1)), plan(90))
    found = price(4, M12, 0, *sources)
    assert [(use.key.kind, use.key.holder_id, use.minutes) for use in found.credit] == [
        (CreditKind.PLAN, 1, 90),
        (CreditKind.PACK, 9, 60),
        (CreditKind.PACK, 8, 90),
    ]
    assert found.excl_cents == 0
    assert found.lines[0].tier is Tier.CREDIT
    assert found.credit_left_minutes == 510


def test_credit_that_ends_before_the_day_pays_nothing() -> None:
    found = price(2, M12, 0, plan(600, date(2026, 10, 1), date(2026, 10, 31)))
    assert found.credit == ()
    assert found.excl_cents == 2400


def test_credit_spent_on_the_first_day_is_gone_on_the_second() -> None:
    found = price_of_time(
        {DAY: 120, NEXT: 120}, M12, {DAY: Terms(), NEXT: Terms()}, [plan(180)], VAT
    )
    assert [line.paid_minutes for line in found.lines] == [0, 60]


def test_who_runs_the_place_pays_nothing() -> None:
    found = price_of_time({DAY: 120}, M12, {DAY: Terms(is_free=True)}, (), VAT)
    assert found.incl_cents == 0


@pytest.mark.parametrize(
    ("notice", "percent"),
    [
        (timedelta(hours=24), 0),
        (timedelta(hours=24, seconds=-1), 50),
        (timedelta(hours=2), 50),
        (timedelta(hours=2, seconds=-1), 100),
        (timedelta(0), 100),
    ],
)
def test_what_a_cancellation_keeps_depends_on_the_notice(notice: timedelta, percent: int) -> None:
    starts_at = datetime(2026, 11, 24, 14, tzinfo=UTC)
    assert RULES.percent(starts_at, starts_at - notice) == percent


def test_the_notice_is_elapsed_time_over_the_clock_change() -> None:
    starts_at = datetime.fromisoformat("2026-10-25T10:00:00+01:00")
    same_wall_time = datetime.fromisoformat("2026-10-24T10:00:00+02:00")
    assert starts_at - same_wall_time == timedelta(hours=25)
    assert RULES.percent(starts_at, same_wall_time + timedelta(hours=1)) == 0


def test_a_late_cancellation_keeps_the_same_share_of_the_credit_hours() -> None:
    found = price(3, M12, 0, plan(600))
    assert given_back(found, 50) == (CreditUse(found.credit[0].key, 90),)
    assert given_back(found, 0)[0].minutes == 180
    assert given_back(found, 100) == ()


def test_a_kept_price_is_read_back_as_it_was() -> None:
    found = price(6, M12, 15, plan(240))
    assert price_from_data(found.as_data()) == found


@pytest.mark.parametrize(
    ("over", "expected"),
    [
        (timedelta(seconds=59), None),
        (timedelta(minutes=1), Overrun(15, 700, 140)),
        (timedelta(minutes=15), Overrun(15, 700, 140)),
        (timedelta(minutes=15, seconds=59), Overrun(15, 700, 140)),
        (timedelta(minutes=16), Overrun(30, 1400, 280)),
        (timedelta(minutes=50), Overrun(60, 2800, 560)),
    ],
)
def test_every_step_begun_beyond_the_end_costs_the_hourly_price(
    over: timedelta, expected: Overrun | None
) -> None:
    assert overrun_of(over, 15, 2800, 2000) == expected


def test_an_odd_step_is_rounded_half_up() -> None:
    assert overrun_of(timedelta(minutes=1), 15, 1450, 550) == Overrun(15, 363, 20)


class TestTimeGivenBackLate:
    def test_keeps_the_share_of_what_is_saved(self) -> None:
        left = after_giving_back(price(3, M01), price(1, M01), 50)
        assert left.excl_cents == 2800 + (8400 - 2800) // 2
        assert left.lines[-1].tier is Tier.GIVEN_BACK_LATE

    @pytest.mark.parametrize(("before", "after", "percent"), [(3, 1, 0), (1, 3, 50), (3, 3, 100)])
    def test_costs_nothing_in_time_nor_where_nothing_is_saved(
        self, before: int, after: int, percent: int
    ) -> None:
        left = after_giving_back(price(before, M01), price(after, M01), percent)
        assert left == price(after, M01)

    def test_is_not_undone_by_a_second_change_nor_by_cancelling(self) -> None:
        once = after_giving_back(price(3, M01), price(2, M01), 50)
        twice = after_giving_back(once, price(1, M01), 50)
        assert twice.excl_cents == 2800 + 1400 + 1400
        assert fee_of(twice, 50).excl_cents == 1400 + 1400 + 1400
        assert price_from_data(twice.as_data()) == twice
