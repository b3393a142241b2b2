"""Sentences on results, in English and Chinese.

`base` formats numbers, units and names; a module for each kind of result builds on it.
"""
