"""Files written whole or not at all, locks, checksummed archives; memory given back in time."""
