"""Charts (Altair) of fits, targets, scenarios, sweeps and hindcasts.

`base` holds the theme, the colours and the axis formats that all of them share.
"""
