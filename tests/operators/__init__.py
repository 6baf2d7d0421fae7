"""What holds for every operator, on the samples that torch tests itself with."""
