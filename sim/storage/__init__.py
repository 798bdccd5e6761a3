"""Files that are written whole or not at all: atomic writes, locks and checksummed archives."""
