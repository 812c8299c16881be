"""Certificates: OCOP stars, VietGAP and the other schemes, their papers and their verification by a second person."""
