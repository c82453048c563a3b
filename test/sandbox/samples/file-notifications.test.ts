import { expect, it } from "vitest";
import { open } from "../../support/sandbox/subscriber.ts";
import { download, openForSample, signInByForm, variablesOf } from "./steps.ts";
import { type Step, walk } from "./walk.ts";

/*
 * The tool "FileNoti.Message.Distribution.Tools" with boto3 in SQS's JSON protocol: subscribe, look at
 * the queue, receive and download, change the filter, unsubscribe. It deletes a message whether or not
 * its files could be downloaded.
 */

const packageId = "43b1-7ed9-479526be-3641-2b1a82a67b5c";
const subscriptions = "/message-services/v1/file-store/subscriptions";
const bearer = { Authorization: "Bearer {accessToken}" };
const json = { ...bearer, "Content-Type": "application/json" };

const fieldOf = (name: string) => `"payload.FileStoreNotification.fileset.${name}"`;
const bucketIs = (name: string) => `{"term": {${fieldOf("bucketName")}: "${name}"}}`;
const packageIs = (id: string) => `{"term": {${fieldOf("packageId")}: "${id}"}}`;
const isReady = `{"term": {${fieldOf("status")}: "READY"}}`;
const bodyOf = (...terms: string[]) =>
  `{"transport": {"transportType": "AWS-SQS"}, "query": {"bool": {"must": [${terms.join(", ")}]}}}`;

/** Asks for the subscription, then for credentials of its queue. */
const openQueue: Step[] = [
  {
    ask: `GET ${subscriptions}?subscriptionID={id}`,
    headers: bearer,
    keep: {
      endpoint: "subscriptions.0.transportInfo.endpoint",
      key: "subscriptions.0.transportInfo.cryptographyKey",
      endpointText: (answer) =>
        encodeURIComponent(String(answer.at("subscriptions.0.transportInfo.endpoint"))),
    },
    check: (answer, { id }) => expect(answer.at("subscriptions.0.subscriptionID")).toBe(id),
  },
  {
    ask: "GET /auth/cloud-credentials/v1/?endpoint={endpointText}",
    headers: bearer,
    keep: {
      accessKeyId: "credentials.accessKeyId",
      secretKey: "credentials.secretKey",
      sessionToken: "credentials.sessionToken",
    },
    check: (answer, { endpoint }) => expect(answer.at("endpoint")).toBe(endpoint),
  },
];

const countMessages = (expected: string): Step => ({
  ask: "POST /",
  action: "GetQueueAttributes",
  body: '{"QueueUrl": "{endpoint}", "AttributeNames": ["ApproximateNumberOfMessages"]}',
  check: (answer) =>
    expect(answer.at("Attributes")).toEqual({ ApproximateNumberOfMessages: expected }),
});

const receive: Step = {
  ask: "POST /",
  action: "ReceiveMessage",
  body: '{"QueueUrl": "{endpoint}", "MaxNumberOfMessages": 10, "WaitTimeSeconds": 10}',
};

const unsubscribe = `${subscriptions}?subscriptionID={id}&subscriptionID={id}`;

it("subscribes, receives, downloads, changes the filter and unsubscribes", async () => {
  const sandbox = await openForSample();
  const kept = variablesOf(sandbox);
  await walk(
    sandbox.host,
    [
      signInByForm,
      {
        ask: `POST ${subscriptions}`,
        headers: json,
        body: bodyOf(bucketIs("bulk-ESG"), packageIs(packageId), isReady),
        keep: { id: "subscriptionID" },
        check: (answer) => expect(answer.at("query.bool.must")).toHaveLength(3),
      },
    ],
    kept,
  );
  const published = [1, 2].map(() => sandbox.push.publishNext(packageId));
  const names: string[] = [];
  await walk(sandbox.host, [...openQueue, countMessages("2")], kept);
  await walk(
    sandbox.host,
    [
      {
        ...receive,
        each: {
          of: "Messages",
          keep: { body: "Body", handle: "ReceiptHandle" },
          steps: [
            {
              ask: "POST /",
              action: "DeleteMessage",
              body: '{"QueueUrl": "{endpoint}", "ReceiptHandle": "{handle}"}',
              check: ({ bytes }) => expect(bytes).toHaveLength(0),
            },
          ],
        },
        check(answer, { key = "" }) {
          for (const { Body } of answer.list("Messages")) {
            const { fileset } = open(String(Body), key).payload.FileStoreNotification;
            expect(fileset.files.values).toHaveLength(fileset.numFiles);
            names.push(fileset.name);
            const [file] = fileset.files.values;
            kept["fileId"] = file?.id ?? "";
            kept["href"] = file?.href ?? "";
          }
        },
      },
      {
        ask: "GET {href}?doNotRedirect=True",
        headers: bearer,
        check: (answer) => expect(answer.at("url")).toEqual(expect.stringContaining("http")),
      },
      ...download(sandbox),
      countMessages("0"),
    ],
    kept,
  );
  expect(names).toEqual(published.map((each) => each?.name));
  await walk(
    sandbox.host,
    [
      {
        ask: `PUT ${subscriptions}/{id}`,
        headers: json,
        body: bodyOf(bucketIs("testbucket1"), isReady),
        check: (answer, { id }) => expect(answer.at("subscriptionID")).toBe(id),
      },
      { ask: `DELETE ${unsubscribe}`, headers: bearer },
      {
        ask: `GET ${subscriptions}?subscriptionID={id}`,
        headers: bearer,
        check: (answer) => expect(answer.list("subscriptions")).toEqual([]),
      },
    ],
    kept,
  );
});

it("deletes all subscriptions if it is given no id", async () => {
  const sandbox = await openForSample();
  const create: Step = {
    ask: `POST ${subscriptions}`,
    headers: json,
    body: '{"transport": {"transportType": "AWS-SQS"}}',
  };
  await walk(
    sandbox.host,
    [
      signInByForm,
      create,
      create,
      { ask: `DELETE ${subscriptions}`, headers: bearer },
      {
        ask: `GET ${subscriptions}`,
        headers: bearer,
        check: (answer) => expect(answer.list("subscriptions")).toEqual([]),
      },
    ],
    variablesOf(sandbox),
  );
});
