"""Maps, still and moving."""
