"""What a submission must look like, and the checks that say so."""
