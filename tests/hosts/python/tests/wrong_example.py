"""What the type checker must refuse: each marked line, and no other. Never run."""

from falcon_case_management import AsyncClient, Client


def wrong(falcon: Client) -> None:
    falcon.create_case(name="No severity")  # wrong: a required input is missing
    falcon.create_case(name="A word", severity="high")  # wrong: a number is wanted
    falcon.create_case(name="A word", severity=1, status="closed")  # wrong: not one of the words
    falcon.get_cases(id="x")  # wrong: the input is called ids
    falcon.add_case_tags(id="x", tags=[1])  # wrong: tags are strings
    falcon.get_cases(ids=["x"]).first["nmae"]  # wrong: a case has no such member
    falcon.query_case_ids(limit=1).first["id"]  # wrong: ids are strings, not objects
    falcon.create_case(name="Both", severity=1, body={})  # wrong: body excludes the others
    falcon.no_such_action()  # wrong: there is none


async def not_awaited(falcon: AsyncClient) -> None:
    falcon.get_cases(ids="x").first  # wrong: a coroutine has no result yet
    print((await falcon.get_cases(ids="x")).first["id"].upper())
