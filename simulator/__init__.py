"""The retailer outside the house: a real ERP database, HTTP API and Excel files that Ghala reads as a stranger."""
