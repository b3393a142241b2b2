"""Hindcasts: forecasts from past origins, scored against what came.

`evaluate.hindcast` runs the structural panel and the benchmark methods over cases;
`scores` holds the scoring rules, `target_replay` asks past origins for targets like
those of a plan.
"""
