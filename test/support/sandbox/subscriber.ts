import { createDecipheriv } from "node:crypto";
import { AwsV4Signer } from "aws4fetch";
import * as v from "valibot";
import type { SandboxNotification } from "../../../source/sandbox/model/notification.ts";
import type { Sandbox } from "../../../source/sandbox/sandbox.ts";
import { signedIn } from "./client.ts";

export const subscriptionsPath = "/message-services/v1/file-store/subscriptions";

/** The path of a field of a file set in a query. */
const field = (name: string) => `payload.FileStoreNotification.fileset.${name}`;

/** Keeps what has all these values. */
export const all = (values: Record<string, string>) => ({
  bool: {
    must: Object.entries(values).map(([name, value]) => ({ term: { [field(name)]: value } })),
  },
});

const subscription = v.object({
  subscriptionID: v.string(),
  transportInfo: v.object({ endpoint: v.string(), cryptographyKey: v.string() }),
  query: v.optional(v.unknown()),
});
const list = v.object({ subscriptions: v.array(subscription) });

const issued = v.object({
  credentials: v.object({
    accessKeyId: v.string(),
    secretKey: v.string(),
    sessionToken: v.string(),
    expiration: v.optional(v.string()),
  }),
  endpoint: v.string(),
});

type Credentials = v.InferOutput<typeof issued>["credentials"];

const received = v.object({
  Messages: v.optional(
    v.array(
      v.object({
        MessageId: v.string(),
        ReceiptHandle: v.string(),
        MD5OfBody: v.string(),
        Body: v.string(),
        Attributes: v.optional(v.record(v.string(), v.string())),
      }),
    ),
    [],
  ),
});

export type Message = v.InferOutput<typeof received>["Messages"][number];

/** Sends an action of SQS, signed by a signer that is not the project's own. */
export async function askQueue(
  endpoint: string,
  { accessKeyId, secretKey, sessionToken }: Credentials,
  action: string,
  asked: object,
  init: { signal?: AbortSignal; region?: string } = {},
): Promise<Response> {
  const signed = await new AwsV4Signer({
    method: "POST",
    url: new URL("/", endpoint).href,
    headers: {
      "Content-Type": "application/x-amz-json-1.0",
      "X-Amz-Target": `AmazonSQS.${action}`,
    },
    body: JSON.stringify({ QueueUrl: endpoint, ...asked }),
    accessKeyId,
    secretAccessKey: secretKey,
    sessionToken,
    service: "sqs",
    region: init.region ?? "us-east-1",
  }).sign();
  return fetch(signed.url, {
    ...signed,
    ...init,
    body: JSON.stringify({ QueueUrl: endpoint, ...asked }),
  });
}

/** Sends a call as boto3 sent it before it spoke JSON: a form to the address of the queue. */
export async function askByForm(
  endpoint: string,
  { accessKeyId, secretKey, sessionToken }: Credentials,
  form: Record<string, string>,
): Promise<Response> {
  const body = new URLSearchParams({
    Version: "2012-11-05",
    QueueUrl: endpoint,
    ...form,
  }).toString();
  const { url, method, headers } = await new AwsV4Signer({
    method: "POST",
    url: endpoint,
    headers: { "Content-Type": "application/x-www-form-urlencoded; charset=utf-8" },
    body,
    accessKeyId,
    secretAccessKey: secretKey,
    sessionToken,
    service: "sqs",
    region: "us-east-1",
  }).sign();
  return fetch(url, { method, headers, body });
}

/** The recorded scheme, read the other way round. Throws if the key or the text is another. */
export function open(body: string, key: string): SandboxNotification {
  const raw = Buffer.from(body, "base64");
  const header = raw.subarray(0, 16);
  const decipher = createDecipheriv("aes-256-gcm", Buffer.from(key, "base64"), header.subarray(4));
  decipher.setAAD(header);
  decipher.setAuthTag(raw.subarray(-16));
  return JSON.parse(
    Buffer.concat([decipher.update(raw.subarray(16, -16)), decipher.final()]).toString(),
  );
}

/** Signs in, and returns what asks for subscriptions and credentials. */
export async function pushClient(sandbox: Sandbox) {
  const { token } = await signedIn(sandbox);
  const ask = (method: string, path: string, body?: object) =>
    fetch(sandbox.host + path, {
      method,
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  const create = async (query?: object) => {
    const body = { transport: { transportType: "AWS-SQS" }, query };
    const answer = await ask("POST", subscriptionsPath, body);
    return v.parse(subscription, await answer.json());
  };
  const subscriptions = async (query = "") => {
    const answer = await ask("GET", `${subscriptionsPath}${query}`);
    return v.parse(list, await answer.json()).subscriptions;
  };
  const credentialsFor = async (endpoint: string) => {
    const path = `/auth/cloud-credentials/v1/?endpoint=${encodeURIComponent(endpoint)}`;
    return v.parse(issued, await (await ask("GET", path)).json()).credentials;
  };
  return { ask, create, subscriptions, credentialsFor };
}

/** A subscription and what reads its queue. */
export async function subscribed(sandbox: Sandbox, query?: object) {
  const client = await pushClient(sandbox);
  const { subscriptionID, transportInfo } = await client.create(query);
  const { endpoint, cryptographyKey: key } = transportInfo;
  const credentials = await client.credentialsFor(endpoint);
  const send = (action: string, asked: object, init?: Parameters<typeof askQueue>[4]) =>
    askQueue(endpoint, credentials, action, asked, init);
  const receive = async (asked: object = { MaxNumberOfMessages: 10 }): Promise<Message[]> =>
    v.parse(received, await (await send("ReceiveMessage", asked)).json()).Messages;
  const names = async (asked?: object) =>
    (await receive(asked)).map(
      ({ Body }) => open(Body, key).payload.FileStoreNotification.fileset.name,
    );
  return { ...client, subscriptionID, endpoint, key, credentials, send, receive, names };
}

/** A package in a bucket; both have one word as their name. */
export function addPackage(sandbox: Sandbox, packageName = "One", bucket = "bulk-One") {
  return sandbox.catalogue.addPackage({ packageName, bucketNames: [bucket] });
}
