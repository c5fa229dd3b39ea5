"""What the tests share: fixtures, schemas and the folders they live in."""
