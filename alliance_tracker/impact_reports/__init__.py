"""The yearly impact report of an alliance: it writes itself from the log, is frozen when submitted, and reviewed."""
