"""What news is about, and which ways it may go."""

from enum import StrEnum


class Topic(StrEnum):
    """In the order in which a person's page lists them."""

    ORDERS = "orders"  # what he bought
    SALES = "sales"  # what his cooperative sold
    MONEY = "money"  # what his cooperative is paid
    PAPERS = "papers"  # certificates, lots and labels
    DUTIES = "duties"  # what waits for an officer
    RECALL = "recall"
    SECURITY = "security"  # accounts: people's and banks'


class Way(StrEnum):
    """How news comes besides the bell, the best first; the first that reaches a person is taken, and push besides."""

    EMAIL = "email"
    ZALO = "zalo"
    SMS = "sms"
    PUSH = "push"
