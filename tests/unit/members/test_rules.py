from __future__ import annotations

from datetime import date

from booking.members.rules import birthday


class TestBirthday:
    def test_it_falls_on_the_same_day_of_the_year(self) -> None:
        assert birthday(date(2009, 5, 12), 18) == date(2027, 5, 12)

    def test_who_is_born_on_29_february_is_of_age_on_1_march_of_a_common_year(self) -> None:
        assert birthday(date(2008, 2, 29), 18) == date(2026, 3, 1)
        assert birthday(date(2008, 2, 29), 16) == date(2024, 2, 29)
