"""The demo site: data files and their loader.

All of it is fictional. `data/` holds the files; the other modules turn them into rows.
"""

from booking.demo.service import PASSWORD, Account, NotADemo, accounts, is_loaded, load

__all__ = ["PASSWORD", "Account", "NotADemo", "accounts", "is_loaded", "load"]
