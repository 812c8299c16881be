"""Pages of certificates: a cooperative's own, the officers' queue, the public proof."""
