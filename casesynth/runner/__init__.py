"""Make and papermill: the steps of the chain, and what they wrote."""
