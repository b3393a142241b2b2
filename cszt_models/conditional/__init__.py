"""Conditional forecasts: draws that meet the conditions of a scenario.

`conditional_fit.condition_fits` moves Gaussian cells exactly where a condition is
linear, solves for each draw where it is not, and weighs the draws of soft ones;
`plausibility` says how far the conditions lie from the forecast.
"""
