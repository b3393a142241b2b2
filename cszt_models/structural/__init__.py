"""Structural panels: sums of Gaussian components with known shape and unknown scale.

`panel.Panel` holds rows and components, `kernels` the covariances, `likelihood` the
density of the scales, and `simulation_smoother` and `solver` the cells given the rows.
"""
