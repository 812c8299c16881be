"""A form with one field of each kind, for the page that shows all components."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, PasswordField, RadioField, SelectChoice, SelectField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from marketplace.foundation.web.fields import (
    DayField,
    LineField,
    MoneyField,
    ParagraphField,
    PhoneField,
    QuantityField,
    WholeNumberField,
    optional,
    required,
)


class SampleForm(FlaskForm):
    name = LineField("Tên sản phẩm", [required()])
    price = MoneyField("Giá", [required()])
    content = QuantityField("Khối lượng", [optional()])
    stock = WholeNumberField("Số gói", [optional()])
    harvested_on = DayField("Ngày thu hoạch", [required()])
    phone = PhoneField("Số điện thoại", [required()])
    password = PasswordField("Mật khẩu")
    province = SelectField("Tỉnh, thành phố", choices=[SelectChoice("33", "Hưng Yên"), SelectChoice("37", "Ninh Bình")])
    story = ParagraphField("Câu chuyện", [optional()])
    payment = RadioField(
        "Thanh toán", choices=[SelectChoice("cod", "Tiền mặt"), SelectChoice("vietqr", "VietQR")], default="cod"
    )
    months = SelectMultipleField(
        "Mùa vụ",
        choices=[SelectChoice(str(month), f"Tháng {month}") for month in range(1, 13)],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    photos = MultipleFileField("Ảnh")
    agrees = BooleanField("Tôi đồng ý", [required()])
