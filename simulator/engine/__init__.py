"""One simulated day, vectorised: demand, orders, stock, supply, counts and changes of master data."""
