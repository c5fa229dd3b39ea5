"""A dbt project as a schema: its models, seeds, snapshots and sources, read and never run."""
