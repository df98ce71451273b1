"""What is measured: the shared catalogue, each alliance's indicators, their targets, measurements and totals."""
