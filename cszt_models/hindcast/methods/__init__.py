"""Simple methods of forecasting that a model is compared with.

`cszt_models.hindcast.benchmarks` lists them by name.
"""
