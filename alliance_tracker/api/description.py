"""The OpenAPI 3.1 description of the API, made from the table of its operations."""

from typing import Any

from alliance_tracker.api.operations import OPERATIONS, PARAMETER, Operation
from alliance_tracker.api.schemas import Problem

ROW_NUMBER = {"type": "integer", "minimum": 0, "maximum": 2**31 - 1}
REFERENCE = "#/components/schemas/{model}"


def description() -> dict[str, Any]:
    """The OpenAPI 3.1 description of everything declared."""
    schemas: dict[str, Any] = {}
    paths: dict[str, Any] = {}
    for declared, _ in OPERATIONS:
        paths.setdefault(declared.address, {})[declared.method.lower()] = _described(declared, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Alliance tracker",
            "version": "1",
            "description": "Local STEM alliances in Flanders. A token is made on the account page of its owner.",
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _schema(model: Any, schemas: dict[str, Any], mode: Any) -> dict[str, Any]:
    found = model.model_json_schema(ref_template=REFERENCE, mode=mode)
    schemas.update(found.pop("$defs", {}))
    name = model.__name__.replace("[", "_").replace("]", "")
    schemas[name] = found
    return {"$ref": f"#/components/schemas/{name}"}


def _in_an_address(field: dict[str, Any]) -> dict[str, Any]:
    """The schema of a query's field: an address can leave a field out, but cannot say null."""
    if "anyOf" not in field:
        return field
    return next(kind for kind in field["anyOf"] if kind != {"type": "null"})


def _described(declared: Operation, schemas: dict[str, Any]) -> dict[str, Any]:
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": ROW_NUMBER if kind == "int:" else {"type": "string"}}
        for kind, name in PARAMETER.findall(declared.path)
    ]
    if declared.query is not None:
        fields = declared.query.model_json_schema(ref_template=REFERENCE)
        schemas.update(fields.pop("$defs", {}))
        parameters += [
            {
                "name": name,
                "in": "query",
                "schema": _in_an_address(field),
                **({"required": True} if name in fields.get("required", []) else {}),
            }
            for name, field in fields["properties"].items()
        ]
    if declared.body is not None:
        parameters.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "description": "The same key sent twice is carried out once.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[A-Za-z0-9_-]+$"},
            }
        )
    found: dict[str, Any] = {
        "operationId": declared.name,
        "summary": declared.summary,
        "parameters": parameters,
        "responses": {
            str(declared.status): {
                "description": "As asked.",
                "content": {"application/json": {"schema": _schema(declared.gives, schemas, "serialization")}},
            },
            **_problems(declared, schemas),
        },
    }
    if declared.body is not None:
        schema = _schema(declared.body, schemas, "validation")
        found["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return found


def _problems(declared: Operation, schemas: dict[str, Any]) -> dict[str, Any]:
    schema = _schema(Problem, schemas, "serialization")
    content = {"application/problem+json": {"schema": schema}}
    words = {
        "401": "No token, or one that no longer works.",
        "403": "Not with this token.",
        "404": "Nothing there, or nothing that this token may know of.",
        "422": "It does not fit the description, or a rule forbids it; `errors` says what, per field.",
    }
    if declared.body is not None:
        words |= {
            "400": "The body is no JSON, or names something twice.",
            "409": "Somebody else changed it meanwhile.",
            "413": "The body is too large.",
            "415": "The body is said to be something else than JSON.",
            "429": "Too many at once; `Retry-After` says in how many seconds to go on.",
        }
    return {status: {"description": text, "content": content} for status, text in sorted(words.items())}
