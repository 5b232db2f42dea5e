"""Values and conditions of flows, as soarhost works them out."""

import importlib.machinery
import unittest

from support import HERE  # noqa: F401  pylint: disable=unused-import

values = importlib.machinery.SourceFileLoader(  # the package itself asks for a broker
    "values", str(HERE / "soar_celery/values.py")).load_module()

CONTEXT = {"trigger": {"id": "a:1", "severity": 90, "list": ["x", "y"], "none": None, "on": True,
                       "a/b": {"c~d": True}, "ratio": 1.0},
           "steps": {"find": {"resources": [{"id": "c1"}]}, "skip": {"skipped": True}}}


class Values(unittest.TestCase):

    def test_each_value_becomes_what_its_pointers_lead_to(self):
        for given, expected in (
                ({"$ref": "/trigger/severity"}, 90),
                ({"$ref": "/trigger/list"}, ["x", "y"]),
                ({"$ref": "/trigger/a~1b/c~0d"}, True),
                ({"$ref": "/trigger/none"}, None),
                ({"$ref": ["/steps/skip/resources/0/id", "/steps/find/resources/0/id"]}, "c1"),
                ([{"id": {"$ref": "/trigger/id"}}], [{"id": "a:1"}]),
                ("v${/trigger/severity} of ${/trigger/list}", 'v90 of ["x","y"]'),
                ("$${/trigger/id} costs $5 {x}", "${/trigger/id} costs $5 {x}"),
                ("no end ${/trigger/id", "no end ${/trigger/id"),
                ({"$ref": "/x", "more": 1}, {"$ref": "/x", "more": 1}),
                (12.5, 12.5), (None, None)):
            with self.subTest(given=given):
                self.assertEqual(values.value(CONTEXT, given), expected)

    def test_where_nothing_stands_the_pointer_is_told(self):
        for given in ({"$ref": "/trigger/no"}, "${/steps/find/resources/1}", {"$ref": "trigger"}):
            with self.subTest(given=given), self.assertRaises(values.NothingThere):
                values.value(CONTEXT, given)

    def test_a_condition_holds_as_it_says(self):
        for condition, expected in (
                ({"exists": "/trigger/id"}, True), ({"exists": "/trigger/no"}, False),
                ({"exists": "/trigger/none"}, False),
                ({"equals": [{"$ref": "/trigger/ratio"}, 1]}, True),
                ({"equals": [{"$ref": "/trigger/on"}, 1]}, False),
                ({"equals": [{"$ref": "/trigger/no"}, {"$ref": "/trigger/no"}]}, False),
                ({"greater": [{"$ref": "/trigger/severity"}, 89]}, True),
                ({"greater": ["b", "a"]}, True), ({"greater": ["b", 1]}, False),
                ({"not": {"exists": "/trigger/no"}}, True),
                ({"all": [{"exists": "/trigger/id"}, {"exists": "/trigger/no"}]}, False),
                ({"any": [{"exists": "/trigger/id"}, {"exists": "/trigger/no"}]}, True)):
            with self.subTest(condition=condition):
                self.assertEqual(values.holds(CONTEXT, condition), expected)


if __name__ == "__main__":
    unittest.main()
