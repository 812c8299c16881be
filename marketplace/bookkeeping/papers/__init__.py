"""Papers that are printed, filed and calculated with: PDF for people, Excel and CSV for those who go on with the figures."""
