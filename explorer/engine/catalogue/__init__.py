"""The catalogue of the torch that runs, made of torch's own stubs, schemas, signatures and words."""
