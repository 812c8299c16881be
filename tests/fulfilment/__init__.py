"""Orders as cooperatives pack them."""
