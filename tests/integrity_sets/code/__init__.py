"""Made-up programs of the homework, and twins of them: what likeness of code is measured on."""
