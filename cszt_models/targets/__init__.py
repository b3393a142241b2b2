"""Targets: the probability that each is met, of all together, when, and what it takes.

`attainment.assess` gives probabilities, `timing` years of attainment, `backcast` the
least change that reaches a probability, `history` the probabilities at each as-of date,
and `scoring` how good they were.
"""
