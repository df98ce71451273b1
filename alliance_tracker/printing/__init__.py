"""Documents for paper: a template and plain data in, the bytes of an accessible PDF out."""
