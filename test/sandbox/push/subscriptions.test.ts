import { describe, expect } from "vitest";
import { fieldsOf } from "../../support/sandbox/client.ts";
import { all, pushClient, subscriptionsPath } from "../../support/sandbox/subscriber.ts";
import { test } from "../../support/test.ts";

const it = test.extend("client", ({ sandbox }) => pushClient(sandbox));

const transport = { transportType: "AWS-SQS" };
const query = all({ bucketName: "bulk-One", status: "READY" });

describe("a subscription", () => {
  it("has an id, a queue that ends with it, a key of 32 bytes and the query as sent", async ({
    client,
    sandbox,
  }) => {
    const answer = await client.ask("POST", subscriptionsPath, { transport, query });
    expect(answer.status).toBe(200);
    const made = await fieldsOf(answer);
    expect(made).toEqual({
      subscriptionID: expect.stringMatching(/^[0-9a-f-]{36}$/),
      transportInfo: {
        endpoint: `${sandbox.host}/642157181326/sqs-edsalerts-main-prod-usersqs-${made["subscriptionID"]}`,
        cryptographyKey: expect.stringMatching(/^[\w+/]{43}=$/),
      },
      query,
    });
  });

  it("has no query if none was sent", async ({ client }) => {
    const answer = await client.ask("POST", subscriptionsPath, { transport });
    expect(Object.keys(await fieldsOf(answer))).toEqual(["subscriptionID", "transportInfo"]);
  });

  it("is listed, alone by its id", async ({ client }) => {
    const [first, second] = [await client.create(query), await client.create()];
    expect(await client.subscriptions()).toEqual([first, second]);
    expect(await client.subscriptions(`?subscriptionID=${second.subscriptionID}`)).toEqual([
      second,
    ]);
  });

  it("that does not exist is an empty list, or 404", async ({ client, sandbox }) => {
    await client.create();
    const path = `${subscriptionsPath}?subscriptionID=unknown`;
    expect(await fieldsOf(await client.ask("GET", path))).toEqual({ subscriptions: [] });
    sandbox.assumptions.unknownSubscription = "not-found";
    expect((await client.ask("GET", path)).status).toBe(404);
  });

  it("can be changed by its id in the path, with the same key or another", async ({
    client,
    sandbox,
  }) => {
    const made = await client.create();
    const path = `${subscriptionsPath}/${made.subscriptionID}`;
    const answer = await client.ask("PUT", path, { transport, query });
    expect(await fieldsOf(answer)).toEqual({ ...made, query });
    sandbox.assumptions.changedSubscription = "new-key";
    await client.ask("PUT", path, { transport, query });
    const [changed] = await client.subscriptions();
    expect(changed?.transportInfo.endpoint).toBe(made.transportInfo.endpoint);
    expect(changed?.transportInfo.cryptographyKey).not.toBe(made.transportInfo.cryptographyKey);
    expect((await client.ask("PUT", `${subscriptionsPath}/x`, { transport })).status).toBe(404);
  });
});

describe("DELETE", () => {
  it("removes the subscription whose id is in the query, once or twice", async ({ client }) => {
    const [first, second, third] = [
      await client.create(),
      await client.create(),
      await client.create(),
    ];
    const once = `subscriptionID=${first.subscriptionID}`;
    const twice = `subscriptionID=${second.subscriptionID}&subscriptionID=${second.subscriptionID}`;
    expect((await client.ask("DELETE", `${subscriptionsPath}?${once}`)).status).toBe(200);
    expect((await client.ask("DELETE", `${subscriptionsPath}?${twice}`)).status).toBe(200);
    expect(await client.subscriptions()).toEqual([third]);
    expect((await client.ask("DELETE", `${subscriptionsPath}?${once}`)).status).toBe(404);
  });

  it.for(["", "?subscriptionID="])("removes all with %j", async (bare, { client }) => {
    await client.create();
    await client.create();
    expect((await client.ask("DELETE", subscriptionsPath + bare)).status).toBe(200);
    expect(await client.subscriptions()).toEqual([]);
  });
});

describe("refuses", () => {
  const term = { term: { status: "READY" } };
  it.for([
    ["another transport", { transport: { transportType: "EMAIL" } }],
    ["no transport", {}],
    ["an unknown kind of query", { transport, query: { match: term.term } }],
    ["two kinds in one", { transport, query: { ...term, bool: { must: [term] } } }],
    ["an unknown clause", { transport, query: { bool: { must_not: [term] } } }],
    ["a term of two fields", { transport, query: { term: { a: "b", c: "d" } } }],
    ["a query that is a list", { transport, query: [term] }],
  ] as const)("%s with 400", async ([, body], { client }) => {
    const answer = await client.ask("POST", subscriptionsPath, body);
    expect(answer.status).toBe(400);
    expect(await fieldsOf(answer)).toMatchObject({
      error: { code: "400", message: "Validation error", errors: [{ key: expect.any(String) }] },
    });
    expect(await client.subscriptions()).toEqual([]);
  });

  it("what has no valid access token", async ({ sandbox }) => {
    expect((await fetch(sandbox.host + subscriptionsPath)).status).toBe(401);
    const path = "/auth/cloud-credentials/v1/?endpoint=x";
    expect((await fetch(sandbox.host + path)).status).toBe(401);
  });
});
