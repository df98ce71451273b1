"""What an alliance wants to reach, why, for whom, and which partner carries it."""
