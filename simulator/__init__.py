"""The retailer outside the house: a real ERP database, HTTP API and files that Ghala reads as a stranger."""
