"""What Ghala keeps of its own runs: one file per run in $GHALA_HOME/ops, and tables of them in the schema `ops`."""
