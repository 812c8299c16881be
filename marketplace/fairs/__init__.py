"""Online markets of cooperatives (phiên chợ HTX): call, booths, running order, the room on air, the closing report."""
