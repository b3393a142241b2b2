"""Analysis: one project at one as-of date, and every question that can be put to it.

`analysis.analyse` fits what was known on a date and returns an `analysis.Analysis`,
whose methods return the `results`; `history.history` does it for several dates.
"""
