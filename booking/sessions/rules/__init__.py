"""Pure decisions on sessions: which units are free, which dates, what a late word costs."""
