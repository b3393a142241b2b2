"""Checks of models: predictive, by cross-validation and by simulation.

`predictive` compares rows with their replicates, `cross_validation` leaves rows out,
`simulation_based` ranks true values among posterior draws, and `statsmodels_peer` fits
the nearest standard model.
"""
