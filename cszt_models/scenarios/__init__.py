"""Scenarios: named lever settings and conditions, composed from parts.

`levers.Levers` reads levers.yaml, `scenario.Scenario` composes parts in any order, and
`read_scenarios` reads and validates scenarios.yaml.
"""
