"""What every room builds on: tables, schemas, parameters, paths, texts."""
