"""Attribution: why a probability moved, and what each part of a scenario adds.

`revisions` splits a move into new figures, revised figures and estimated scales, with
`news` for each figure; `shortfall` splits the gap to a target into volume, prices,
revision and regions; `shapley` shares an effect among the parts of a scenario.
"""
