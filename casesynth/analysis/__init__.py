"""From tables to tables: the steps of a synthesis, and how certain their results are."""
