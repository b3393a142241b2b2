"""Presentation: sentences, tables and charts of results, in English and Chinese.

Nothing here computes a figure that a test would want to check; `sentences`, `tables`
and `charts` show what the packages below return.
"""
