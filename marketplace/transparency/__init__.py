"""One append-only Merkle log of everything that is said about origins, with proofs that a stranger can check."""
