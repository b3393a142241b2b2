"""Decisions between mixes of levers, by costs and losses that the user states.

`problem.read_decision` reads them, `cheapest.cheapest_mix` finds the mix of least cost
for a joint probability, and `evaluation.evaluate` compares options over scenarios.
Levers are assumptions: what a policy does to them is not modelled.
"""
