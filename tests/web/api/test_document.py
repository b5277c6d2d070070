"""The OpenAPI document says what the routes do."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

from p2pstream.limits import LIMITS
from p2pstream.testing.views.fake_views import FakeCentralView
from tests.web.nodes import ViewCase

DOCUMENT = "/api/v1/openapi.json"
SAMPLES: dict[str, Any] = {
    "put_folders": {"path": "/srv/films"},
    "delete_folders": {"path": "/srv/films"},
    "put_limits": {"upload": 1_000_000},
}


class Schemas:
    """Compares values with schemas, as far as ours go."""

    def __init__(self, document: Any) -> None:
        self.known = document["components"]["schemas"]

    def faults(self, value: Any, schema: Any, at: str = "") -> list[str]:
        """What of ``value`` is not as it says."""
        if "$ref" in schema:
            return self.faults(value, self.known[schema["$ref"].rpartition("/")[2]], at)
        if "anyOf" in schema:
            tried = [self.faults(value, each, at) for each in schema["anyOf"]]
            return [] if [] in tried else tried[0]
        kinds = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}
        number = isinstance(value, int | float) and not isinstance(value, bool)
        wanted = schema["type"]
        fits = isinstance(value, kinds[wanted]) if wanted in kinds else number
        if not fits or (wanted == "integer" and not isinstance(value, int)):
            return [f"{at}: {value!r} is no {wanted}"]
        if "enum" in schema and value not in schema["enum"]:
            return [f"{at}: {value!r} is none of {schema['enum']}"]
        if wanted == "array":
            return [fault for each in value for fault in self.faults(each, schema["items"], f"{at}[]")]
        return self._fields(value, schema, at) if wanted == "object" else []

    def _fields(self, value: Any, schema: Any, at: str) -> list[str]:
        properties = schema["properties"]
        missing = [f"{at}.{name} is missing" for name in schema["required"] if name not in value]
        unknown = [f"{at}.{name} is not described" for name in value if name not in properties]
        inner = (
            fault
            for name in value.keys() & properties.keys()
            for fault in self.faults(value[name], properties[name], f"{at}.{name}")
        )
        return [*missing, *unknown, *inner]


class DocumentTests(ViewCase):
    """For each role."""

    def check(self, names: dict[str, str]) -> None:
        """Each operation, asked as the document says, answers as it says."""
        document = self.told("GET", DOCUMENT)
        schemas = Schemas(document)
        self.assertEqual(document["openapi"], "3.1.0")
        asked = 0
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                where = re.sub(r"\{(\w+)\}", lambda found: quote(names[found[1]]), path)
                body = SAMPLES.get(operation["operationId"])
                if body is not None:
                    described = operation["requestBody"]["content"]["application/json"]["schema"]
                    self.assertEqual(schemas.faults(body, described), [])
                told = self.told(method.upper(), where, body)
                asked += 1
                if told is None:
                    self.assertIn("204", operation["responses"])
                    continue
                schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
                self.assertEqual(schemas.faults(told, schema, operation["operationId"]), [])
                self.assertTrue(told, where)
        self.assertGreater(asked, 3)

    def test_peer(self) -> None:
        """A peer's."""
        self.check({})

    def test_central(self) -> None:
        """A central's."""
        self.serve_view(FakeCentralView())
        self.check({"name": "a trip to the moon.mp4"})

    def test_problems(self) -> None:
        """What goes wrong is described, too."""
        document = self.told("GET", DOCUMENT)
        wrong = self.call("GET", "/api/v1/shares?most=0")
        faults = Schemas(document).faults(
            json.loads(wrong.body), document["components"]["schemas"]["Problem"]
        )
        self.assertEqual(faults, [])

    def test_bounds(self) -> None:
        """How little a limit may be is said, so that no program has to try."""
        document = self.told("GET", DOCUMENT)
        body = document["paths"]["/api/v1/limits"]["put"]["requestBody"]["content"]["application/json"]
        (number, _) = body["schema"]["properties"]["upload"]["anyOf"]
        self.assertEqual(number["minimum"], LIMITS.uplink_least)

    def test_changes_want_the_token(self) -> None:
        """The document says so of all that change something, and of nothing else."""
        document = self.told("GET", DOCUMENT)
        for methods in document["paths"].values():
            for method, operation in methods.items():
                self.assertEqual("security" in operation, method != "get")

    def test_it_finds_faults(self) -> None:
        """The comparison itself sees what is wrong."""
        schemas = Schemas(self.told("GET", DOCUMENT))
        folder = self.told("GET", "/api/v1/folders")[0]
        schema = {"$ref": "#/components/schemas/SharedFolder"}
        self.assertEqual(schemas.faults(folder, schema), [])
        for wrong in (
            {**folder, "path": 1},
            {**folder, "more": 1},
            {"path": "/a"},
            {**folder, "length": True},
        ):
            self.assertNotEqual(schemas.faults(wrong, schema), [])
