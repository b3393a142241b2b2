"""Scenarios: named lever settings and conditions, composed from parts.

`levers.read_levers` reads levers.yaml, `scenario.Scenario` composes parts in any order,
and `read_scenarios` reads and validates scenarios.yaml.
"""
