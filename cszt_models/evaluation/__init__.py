"""Evaluation of anyone's forecasts: probabilities, quantiles or draws with outcomes.

`probabilities` has the Brier score with its decomposition, CORP reliability and Murphy
diagrams; `distributions` the CRPS and weighted interval score in parts, PIT and ranks
of vectors; `comparison` the Diebold-Mariano test; `files.read_forecasts` reads a CSV.
"""
