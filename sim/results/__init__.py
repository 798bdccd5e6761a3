"""Results on disk: the tables, the manifest and the store that writes and reads them."""
