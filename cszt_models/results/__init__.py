"""Results: answers that show themselves as tables, sentences and charts.

Every class of `base.Results` has `to_frame`, `summary`, `plot` and `to_dict`;
notebooks, reports and the command line show the same. The methods of an
`analysis.Analysis` return them.
"""
