"""Tables of results, as records of formatted text.

`attainment` and `targets` hold those of probabilities, `scenarios` those of
comparisons.
"""
