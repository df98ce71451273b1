"""What an alliance communicates, checked against the four principles of the STEM-memorandum."""
