"""Tables of administrative units since July 2025 and of those they were made from; filled by data migrations only."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.foundation.database import Base


class Province(Base):
    """One of the 34 units of today; codes are of scheme 2025 (a merged unit may carry its other member's old code)."""

    __tablename__ = "province"

    code: Mapped[str] = mapped_column(String(2), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    division_type: Mapped[str] = mapped_column(String(40))
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    sort_key: Mapped[str] = mapped_column(String(200))
    folded: Mapped[str] = mapped_column(String(80))


class Commune(Base):
    """A commune, ward or special zone of today; names repeat even inside a province, only the code tells them apart."""

    __tablename__ = "commune"

    code: Mapped[str] = mapped_column(String(5), primary_key=True)
    province_code: Mapped[str] = mapped_column(ForeignKey("province.code"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    division_type: Mapped[str] = mapped_column(String(40))
    sort_key: Mapped[str] = mapped_column(String(200))
    folded: Mapped[str] = mapped_column(String(80))


class LegacyProvince(Base):
    """One of the 63 provinces before July 2025; codes are of the legacy scheme."""

    __tablename__ = "legacy_province"

    code: Mapped[str] = mapped_column(String(2), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    province_code: Mapped[str] = mapped_column(ForeignKey("province.code"), index=True)
    folded: Mapped[str] = mapped_column(String(80))


class LegacyCommune(Base):
    """A former commune in its district and where it went: one row per heir, `partly` when it was divided."""

    __tablename__ = "legacy_commune"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(5), index=True)
    name: Mapped[str] = mapped_column(String(80))
    district: Mapped[str] = mapped_column(String(80))
    legacy_province_code: Mapped[str] = mapped_column(ForeignKey("legacy_province.code"), index=True)
    commune_code: Mapped[str] = mapped_column(ForeignKey("commune.code"), index=True)
    partly: Mapped[bool]
    folded: Mapped[str] = mapped_column(String(80))
    folded_district: Mapped[str] = mapped_column(String(80))
