"""Testing rule sets: their worked cases (`cases`) and what these show of the rules (`coverage`)."""
