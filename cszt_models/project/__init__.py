"""Project folder of a region: reading, validation and derived series.

`project.load_project` reads project.yaml, `observations.read_observations` the
published figures and `plan.read_targets` the targets; `series` and the modules of
shares derive figures from them.
"""
