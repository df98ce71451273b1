"""The small projects of step 4: tried out, evaluated, and then scaled up, adjusted or stopped."""
