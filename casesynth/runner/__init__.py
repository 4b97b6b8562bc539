"""Make and papermill: the steps of the chain, and what they wrote."""

import sys

# jsonschema, which reads and checks notebooks, would build a grammar of addresses as it starts, which takes a second. No
# schema here asks for one, and jsonschema does without where the package is missing.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
