"""The policy frameworks that goals and pilots are tagged with, and the figures of the STEM-monitor as context."""
