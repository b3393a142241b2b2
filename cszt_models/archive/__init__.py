"""Archive of targets that Chinese governments set, each with its sentence and outcome.

`read.read_archive` gives the table, `base_rates.base_rates` how often targets were met
by era, level, hedge or gap, and `reference_class.reference_class` the targets that are
like one of a project. Years, not regions, are the independent cases.
"""
