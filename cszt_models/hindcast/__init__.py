"""Hindcasts: forecasts from past origins, scored against later outcomes.

`evaluate.run` runs the structural panel and the benchmark methods over cases;
`scores` holds the scoring rules, `target_replay` poses targets like those of a plan
at past origins.
"""
