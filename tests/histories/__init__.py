"""Random histories of the workshop, lived by the real services and by a naive model at once.

`python -m tests.histories` lives as many as wanted; `tests/test_histories.py` those of every day.
"""
