"""Published files of counts into the one table of observed counts."""
