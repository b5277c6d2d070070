"""In which player a film is seen."""
