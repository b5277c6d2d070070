"""Several programs: a film from one to others, whatever happens between."""
