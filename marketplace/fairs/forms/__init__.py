"""What people type about fairs: before they begin, and while they are on."""
