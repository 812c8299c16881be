"""Who is told what: facts of the market become letters and text messages."""
