"""Engines: ways to compute the posterior of a structural panel."""
