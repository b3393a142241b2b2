"""Storage: atomic writes, content hashes, and a cache of fits as NetCDF.

`files.write_whole` writes a file atomically, `hashing.content_hash` hashes values
reproducibly, and `store.Store` stores trees of arrays under a hash of their inputs.
"""
