"""Chợ HTX: a marketplace of Vietnamese agricultural cooperatives in which certificate, lot, label and money agree."""
