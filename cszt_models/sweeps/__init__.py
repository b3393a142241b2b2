"""Sweeps: probabilities of targets in every case of a design.

`designs` builds the table of cases, `sweep.sweep` evaluates it in memory and `runs` on
disk, resumable; `sensitivity_indices` and `scenario_discovery` read the result.
"""
