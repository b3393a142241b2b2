"""Models: one module per block, each with its transform, its rows and its components.

`fits.fit_blocks` fits the blocks of a project to what was known on a date and returns
`fits.Fits`, which everything above reads; `update` draws again after new figures,
without a new fit of the scales.
"""
