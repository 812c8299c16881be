"""What every door shares: who may enter, forms, languages, errors, headers."""
