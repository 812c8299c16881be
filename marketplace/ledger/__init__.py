"""Double entry in whole đồng: accounts, journals that are never changed, balances, payouts and statements."""
