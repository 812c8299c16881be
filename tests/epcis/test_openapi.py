"""What machines are told of the interface is what is served."""

from __future__ import annotations

import re

from flask import Flask
from openapi_spec_validator import validate

from marketplace.epcis import rules
from tests.factories.epcis import Machine


def test_the_description_is_valid_openapi(app: Flask) -> None:
    answer = Machine(app).get("/epcis/openapi.json")
    assert (answer.status_code, answer.get_json()["openapi"]) == (200, "3.1.0")
    validate(answer.get_json())


def test_every_route_with_every_method_is_described_and_nothing_else(app: Flask) -> None:
    paths = Machine(app).get("/epcis/openapi.json").get_json()["paths"]
    described = {(path, method.upper()) for path, item in paths.items() for method in item}
    served = {
        (re.sub(r"<(?:path:)?(\w+)>", r"{\1}", rule.rule), method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("epcis_machines.") and not rule.endpoint.endswith(".nothing")
        for method in rule.methods or set()
        if method not in ("HEAD", "OPTIONS")
    }
    assert described == served


def test_every_parameter_that_is_read_is_described(app: Flask) -> None:
    document = Machine(app).get("/epcis/openapi.json").get_json()
    assert set(document["components"]["parameters"]) == set(rules.PARAMETERS)
    listed = {each["$ref"].rsplit("/", 1)[-1] for each in document["paths"]["/epcis/events"]["get"]["parameters"]}
    assert listed == set(rules.PARAMETERS)
