// What the compiler must refuse: each marked line, and no other. Never run.
import { Client, IsolatedClient } from "falcon-case-management";

export async function wrong(falcon: Client): Promise<void> {
    await falcon.create_case({ name: "No severity" }); // wrong: a required input is missing
    await falcon.create_case({ name: "A word", severity: "high" }); // wrong: a number is wanted
    await falcon.create_case({ name: "A word", severity: 1, status: "closed" }); // wrong: not one of the words
    await falcon.get_cases({ id: "x" }); // wrong: the input is called ids
    await falcon.add_case_tags({ id: "x", tags: [1] }); // wrong: tags are strings
    (await falcon.get_cases({ ids: ["x"] })).first.nmae; // wrong: a case has no such member
    (await falcon.query_case_ids({ limit: 1 })).first.id; // wrong: ids are strings, not objects
    await falcon.create_case({ name: "Both", severity: 1, body: {} }); // wrong: body excludes the others
    await falcon.create_case({ body: { name: "Whole", severity: 1 } });
    await falcon.no_such_action({}); // wrong: there is none
    await falcon.get_cases(); // wrong: it cannot do without an input
    await falcon.query_case_ids();
    falcon.get_cases({ ids: "x" }).first; // wrong: a promise has no result yet
    new IsolatedClient({}, { secrets: () => "x" }); // wrong: a function cannot go to another process
}
