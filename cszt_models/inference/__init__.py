"""Inference: the posterior of a structural panel, by either of two engines.

`marginal` integrates the states out and draws the scales by importance sampling; `nuts`
samples the same specification with PyMC. `fit.fit_scales` chooses between them, and
`joint_fit.fit_jointly` draws the cells of all panels together.
"""
