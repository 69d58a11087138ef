"""Many at once for the same machine: exactly one wins, whatever is tried.

`python -m tests.races` runs it in full; `tests/test_races.py` is its size for every day.
"""
