"""Probabilities of many cases at once, from targets in closed form.

`closed_form` expresses a target as a function of the levers for each draw where it can,
and `counter.Counter` counts the draws that meet it in thousands of cases.
"""
