import { expect, test } from "vitest";
import type { ServiceConnection } from "../../source/api/session/authorized-send.ts";
import { AppError } from "../../source/base/errors.ts";
import { redact, Secret } from "../../source/base/secret.ts";
import type { HttpRequest } from "../../source/network/http.ts";
import { stableText, subscriptionQuery } from "../../source/push/subscription-query.ts";
import { createSubscriptions, transportOf } from "../../source/push/subscriptions.ts";

const host = "https://api.example.com";
const token = new Secret("an-access-token");

/** The subscriptions of a service with these answers, and what it received. */
function serviceOf(...answers: { status: number; body?: unknown }[]) {
  const requests: HttpRequest[] = [];
  const connection: ServiceConnection = {
    host,
    tokens: { current: async () => token, replace: async () => token },
    async send(request) {
      requests.push(request);
      const { status, body = {} } = answers.shift() ?? { status: 500 };
      return { status, text: JSON.stringify(body), header: () => undefined };
    },
  };
  return { subscriptions: createSubscriptions(connection), requests };
}

const { signal } = new AbortController();
const cryptographyKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const endpoint = "https://sqs.us-east-1.amazonaws.com/1/queue-one";
const one = {
  subscriptionID: "one",
  transportInfo: { endpoint, cryptographyKey },
  query: { bool: { must: [] } },
};

test("creates a subscription with one request, which a failure does not repeat", async () => {
  const { requests, subscriptions } = serviceOf({ status: 200, body: one }, { status: 503 });
  const query = subscriptionQuery({ bucket: "bulk-ESG", packageId: "4288" });
  const created = await subscriptions.create(query, signal);
  expect(created).toMatchObject({ id: "one", query: one.query, transport: { endpoint } });
  const [request] = requests;
  expect(JSON.parse(request?.body ?? "")).toEqual({
    transport: { transportType: "AWS-SQS" },
    query: {
      bool: {
        must: [
          { term: { "payload.FileStoreNotification.fileset.bucketName": "bulk-ESG" } },
          { term: { "payload.FileStoreNotification.fileset.packageId": "4288" } },
          { term: { "payload.FileStoreNotification.fileset.status": "READY" } },
        ],
      },
    },
  });
  await expect(subscriptions.create(query, signal)).rejects.toMatchObject({ status: 503 });
  expect(requests).toHaveLength(2);
});

test("asks for the pairs of attributes in a nested query", () => {
  const attributes = [{ name: "VENUE", value: "caq" }];
  const { must } = subscriptionQuery({ bucket: "bulk-ESG", attributes }).bool;
  const path = "payload.FileStoreNotification.fileset.attributes";
  const terms = [{ term: { [`${path}.name`]: "VENUE" } }, { term: { [`${path}.value`]: "caq" } }];
  expect(must.at(-1)).toEqual({ nested: { path, query: { bool: { must: terms } } } });
});

test("removes the named subscription only", async () => {
  const { requests, subscriptions } = serviceOf({ status: 204 });
  await subscriptions.remove("one & two", signal);
  expect(requests.map(({ method, url }) => [method, url.search])).toEqual([
    ["DELETE", "?subscriptionID=one+%26+two"],
  ]);
});

test.each(["", " "])("refuses to remove the subscription %j without a request", async (id) => {
  const { requests, subscriptions } = serviceOf({ status: 204 });
  await expect(subscriptions.remove(id, signal)).rejects.toMatchObject({ kind: "usage" });
  expect(requests).toEqual([]);
});

test.each([
  ["an empty list", { status: 200, body: { subscriptions: [] } }],
  ["no list", { status: 200, body: {} }],
  ["the list of others", { status: 200, body: { subscriptions: [one] } }],
  ["404", { status: 404 }],
  ["400", { status: 400 }],
])("does not find an id that the service answers with %s", async (_, answer) => {
  expect(await serviceOf(answer).subscriptions.find("two", signal)).toBeUndefined();
});

test("lists what can be read", async () => {
  const body = { subscriptions: [one, { query: "?" }, { subscriptionID: "bare" }] };
  const found = await serviceOf({ status: 200, body }).subscriptions.all(signal);
  expect(found.map(({ id, transport }) => [id, transport?.endpoint])).toEqual([
    ["one", endpoint],
    ["bare", undefined],
  ]);
});

test.each(["http://sqs.example.com/1/queue", "ftp://127.0.0.1/queue", "queue", ""])(
  "does not contact a queue at %j",
  (address) => {
    const transport = { endpoint: address, key: new Secret(cryptographyKey) };
    const open = () => transportOf({ id: "one", query: undefined, transport });
    expect(open).toThrow(AppError);
    expect(open).toThrow(/It was not contacted/);
  },
);

test("contacts a queue over https or on this machine", () => {
  for (const address of [endpoint, "http://127.0.0.1:8080/queue/one"]) {
    const transport = { endpoint: address, key: new Secret(cryptographyKey) };
    expect(transportOf({ id: "one", query: undefined, transport })).toBe(transport);
  }
});

test("the key of the messages is redacted from then on", async () => {
  const key = "c2VjcmV0IGtleSBvZiBvbmUgc3Vic2NyaXB0aW9uIDE=";
  const body = { ...one, transportInfo: { endpoint, cryptographyKey: key } };
  await serviceOf({ status: 200, body }).subscriptions.create({}, signal);
  expect(redact(`the key is ${key}`)).toBe("the key is •••");
});

test("the texts of queries are equal whatever the order of their fields", () => {
  expect(stableText({ a: 1, b: { d: [2], c: 3 } })).toBe(stableText({ b: { c: 3, d: [2] }, a: 1 }));
  expect(stableText({ a: [1, 2] })).not.toBe(stableText({ a: [2, 1] }));
  expect(stableText(undefined)).toBe(stableText(null));
});
