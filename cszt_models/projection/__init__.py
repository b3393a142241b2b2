"""Projection: paths of levels, shares and ratios, draw by draw, under a scenario.

`outlook.outlook` gathers the draws of all blocks with the published levels they start
from; `paths.project_paths` applies levers and the accounting identities to them.
"""
