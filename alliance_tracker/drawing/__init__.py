"""Pictures made on the server: each function gives one SVG without script, style or outside file."""
