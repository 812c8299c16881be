"""Tables of fairs: the fair and its crew, booths with what they offer, the running order, the room, its messages."""

from marketplace.fairs.models.booths import Booth, BoothItem, BoothNote, BoothPaper
from marketplace.fairs.models.fairs import CrewMember, Fair, Follower
from marketplace.fairs.models.leads import Lead
from marketplace.fairs.models.messages import Message, Silence, Visitor, Vote
from marketplace.fairs.models.room import Attendance, Room, RoomCard
from marketplace.fairs.models.slots import Slot

__all__ = [
    "Attendance",
    "Booth",
    "BoothItem",
    "BoothNote",
    "BoothPaper",
    "CrewMember",
    "Fair",
    "Follower",
    "Lead",
    "Message",
    "Room",
    "RoomCard",
    "Silence",
    "Slot",
    "Visitor",
    "Vote",
]
