"""GS1 standards in code: identifiers, Digital Link, EPCIS documents. No database, no web."""
