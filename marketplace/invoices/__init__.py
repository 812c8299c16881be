"""The VAT invoice that a buyer wants for his company and a cooperative issues at its own e-invoice provider."""
