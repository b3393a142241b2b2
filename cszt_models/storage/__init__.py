"""Storage: files that are whole or absent, and fits kept under a hash of their inputs.

`files.write_whole` replaces a file in one step, `hashing` gives the same content the
same hash anywhere, and `store.Store` keeps trees of arrays as NetCDF.
"""
