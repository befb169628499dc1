"""Checks OCSF events, one JSON object a line on standard input, by the models of py-ocsf-models.

    check.py [--complete] < events.jsonl

The models take any attribute: so each is looked up too, and one that its object does not have is an error. --complete:
hosts too must have all that the model of a device requires; the schema itself only recommends most of it.

Prints one line an error, then how many events there were; ends with 1 if there was an error.
"""
import json
import sys
import typing
from typing import Optional

from pydantic import BaseModel, ValidationError
from py_ocsf_models import OCSF_VERSION
from py_ocsf_models.events.base_event import BaseEvent
from py_ocsf_models.events.findings.compliance_finding import ComplianceFinding
from py_ocsf_models.objects.account import Account
from py_ocsf_models.objects.cloud import Cloud
from py_ocsf_models.objects.compliance import Compliance
from py_ocsf_models.objects.device import Device


class PlainAccount(Account):
    """One of its name and uid is enough. https://schema.ocsf.io/1.5.0/objects/account"""

    name: Optional[str] = None
    type_id: Optional[int] = None


class PlainCloud(Cloud):
    account: Optional[PlainAccount] = None


class PlainDevice(Device):
    """Required is its kind only, and one of its names. https://schema.ocsf.io/1.5.0/objects/device"""

    hostname: Optional[str] = None
    ip: Optional[str] = None
    name: Optional[str] = None
    region: Optional[str] = None


class Inventory(BaseEvent):
    """https://schema.ocsf.io/1.5.0/classes/inventory_info; the package has no model of it."""

    activity_id: typing.Literal[0, 1, 2, 99]
    activity_name: Optional[str] = None
    category_uid: typing.Literal[5]
    category_name: Optional[str] = None
    class_uid: typing.Literal[5001]
    class_name: Optional[str] = None
    type_uid: int
    type_name: Optional[str] = None
    time: int
    device: PlainDevice
    cloud: Optional[PlainCloud] = None


class CompleteInventory(Inventory):
    device: Device


# Attributes of the schema that the models lack. https://schema.ocsf.io/1.5.0/objects/compliance
LACKING = {Compliance: {"status", "status_code"}}
# Times of devices are milliseconds in the schema, as those of events; the models read both.


def models(annotation):
    """The models in a field's type."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in typing.get_args(annotation) for found in models(part)]


def unknown(model, value, path):
    """Attributes of `value` that `model` does not have."""
    if isinstance(value, list):
        for element in value:
            yield from unknown(model, element, path)
        return
    for name, inner in value.items():
        field = model.model_fields.get(name)
        if field is None:
            if name not in LACKING.get(model, set()):
                yield f"{path}.{name}"
            continue
        for found in models(field.annotation):
            if isinstance(inner, (dict, list)):
                yield from unknown(found, inner, f"{path}.{name}")


def errors(event, complete):
    classes = {2003: ComplianceFinding, 5001: CompleteInventory if complete else Inventory}
    model = classes.get(event.get("class_uid"))
    if model is None:
        yield f"class_uid {event.get('class_uid')} is none of ours"
        return
    try:
        model.model_validate(event)
    except ValidationError as error:
        yield from (f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
    yield from (f"{path}: no such attribute" for path in unknown(model, event, "event"))
    if event["type_uid"] != event["class_uid"] * 100 + event["activity_id"]:
        yield "type_uid does not follow from class and activity"
    if event["metadata"]["version"] != OCSF_VERSION:
        yield f"metadata.version is not {OCSF_VERSION}"
    for name in ("time", "severity_id", "category_uid"):
        if type(event.get(name)) is not int:
            yield f"{name} is no integer"


def main():
    complete = "--complete" in sys.argv[1:]
    failed = count = 0
    for count, line in enumerate(sys.stdin, 1):
        for error in errors(json.loads(line), complete):
            failed += 1
            print(f"line {count}: {error}")
    print(f"{count} events")
    sys.exit(1 if failed else 0)


main()
