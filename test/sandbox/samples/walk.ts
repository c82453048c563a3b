import { request } from "node:http";
import { gunzipSync } from "node:zlib";
import { AwsV4Signer } from "aws4fetch";
import * as v from "valibot";
import { expect } from "vitest";

/** What a program has in its variables. */
export type Kept = Record<string, string>;

export interface Answer {
  status: number;
  bytes: Buffer;
  location: string;
  /** What stands at a place of the JSON body, such as "value.0.files.0"; undefined if nothing does. */
  at(place: string): unknown;
  /** The same for a list of records. */
  list(place: string): Record<string, unknown>[];
  /** The lines of a gzipped body. */
  lines(): string[];
}

/** A place in the answer's JSON, or what to make of the answer. */
type Source = string | ((answer: Answer, kept: Kept) => string);

/** One request of a program, and what the program does with the answer. */
export interface Step {
  /** Method and target, byte for byte; "{name}" is what was kept under that name. */
  ask: string;
  headers?: Kept;
  body?: string;
  /** An action of SQS, signed with what is kept as accessKeyId, secretKey and sessionToken. */
  action?: string;
  /** 200 unless given. */
  status?: number;
  keep?: Record<string, Source>;
  check?(answer: Answer, kept: Kept): void;
  /** More steps for each record of a list in the answer. */
  each?: { of: string; keep: Kept; steps: readonly Step[] };
}

const records = v.array(v.record(v.string(), v.unknown()));

function placeIn(body: unknown, place: string): unknown {
  let found = body;
  for (const part of place.split(".")) {
    if (typeof found !== "object" || found === null) return undefined;
    found = Object.entries(found).find(([name]) => name === part)?.[1];
  }
  return found;
}

function filled(text: string, kept: Kept): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, name) => {
    const value = kept[name];
    if (value === undefined) throw new Error(`Nothing is kept as ${name}.`);
    return value;
  });
}

function filledHeaders(headers: Kept, kept: Kept): Kept {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, filled(value, kept)]),
  );
}

/** What Python's requests adds to every request. */
const always: Kept = {
  "User-Agent": "python-requests/2.32.3",
  "Accept-Encoding": "gzip, deflate",
  Accept: "*/*",
  Connection: "keep-alive",
};

/** What boto3 adds to the requests of a queue. */
async function signedHeaders(url: URL, action: string, body: string, kept: Kept): Promise<Kept> {
  const { accessKeyId = "", secretKey = "", sessionToken = "" } = kept;
  const { headers } = await new AwsV4Signer({
    method: "POST",
    url: url.href,
    headers: {
      "X-Amz-Target": `AmazonSQS.${action}`,
      "Content-Type": "application/x-amz-json-1.0",
      "x-amzn-query-mode": "true",
    },
    body,
    accessKeyId,
    secretAccessKey: secretKey,
    sessionToken,
    service: "sqs",
    region: "us-east-1",
    allHeaders: true,
  }).sign();
  return { "Accept-Encoding": "identity", ...Object.fromEntries(headers) };
}

/** Sends a request as it is written: no client between it and the socket encodes anything anew. */
async function send(host: string, step: Step, kept: Kept): Promise<Answer> {
  const [method = "", target = ""] = filled(step.ask, kept).split(" ");
  const [, origin = host, path = target] = target.match(/^(http:\/\/[^/]+)(.*)$/) ?? [];
  const { hostname, port } = new URL(origin);
  const text = filled(step.body ?? "", kept);
  const body = Buffer.from(text);
  const headers =
    step.action === undefined
      ? filledHeaders({ ...always, ...step.headers }, kept)
      : await signedHeaders(new URL(path, origin), step.action, text, kept);
  if (body.length > 0) headers["Content-Length"] = String(body.length);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const bytes = Buffer.concat(chunks);
        const at = (place: string) => placeIn(JSON.parse(bytes.toString()), place);
        resolve({
          status: response.statusCode ?? 0,
          bytes,
          location: response.headers.location ?? "",
          at,
          list: (place) => v.parse(records, at(place)),
          lines: () => gunzipSync(bytes).toString().trimEnd().split("\n"),
        });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

function textAt(answer: Answer, source: Source, kept: Kept): string {
  if (typeof source !== "string") return source(answer, kept);
  const found = answer.at(source);
  if (typeof found !== "string") throw new Error(`No text at ${source}.`);
  return found;
}

/** Takes the steps in their order; `kept` fills up on the way. */
export async function walk(host: string, steps: readonly Step[], kept: Kept): Promise<void> {
  for (const step of steps) {
    const answer = await send(host, step, kept);
    expect({ ask: step.ask, status: answer.status }).toEqual({
      ask: step.ask,
      status: step.status ?? 200,
    });
    for (const [name, source] of Object.entries(step.keep ?? {})) {
      kept[name] = textAt(answer, source, kept);
    }
    step.check?.(answer, kept);
    if (!step.each) continue;
    for (const item of answer.list(step.each.of)) {
      for (const [name, field] of Object.entries(step.each.keep)) kept[name] = String(item[field]);
      await walk(host, step.each.steps, kept);
    }
  }
}
