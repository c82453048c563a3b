import { describe, expect, test } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import type { ExchangeAnswer } from "../../source/network/exchange.ts";
import { findStoreAccess } from "../../source/s3/store-access.ts";
import { createStoreRequests, type SendToStore } from "../../source/s3/store-requests.ts";

/** A script in place of the one with the part of the AWS SDK. */
const toolsText = () => `(module) => {
  const credentials = async () => ({ accessKeyId: "AKIA", secretAccessKey: "secret" });
  module.exports.awsTools = async () => ({ settings: {}, credentials });
}`;

interface Sent {
  host: string;
  path: string;
  /** The region and the time in the signature. */
  region: string | undefined;
  time: string | undefined;
}

interface StoreParts {
  answers: readonly Partial<ExchangeAnswer>[];
  variables?: Record<string, string>;
  bucket?: string;
}

/** Sends requests to a store that gives these answers in turn, and the last one again and again. */
async function connect({ answers, bucket = "lake", variables = {} }: StoreParts) {
  const sent: Sent[] = [];
  const exchange = async ({
    headers,
    url,
  }: {
    headers: Readonly<Record<string, string>>;
    url: URL;
  }) => {
    const [, region] = /\/\d{8}\/([^/]+)\/s3\//.exec(headers["Authorization"] ?? "") ?? [];
    sent.push({ host: url.host, path: url.pathname, region, time: headers["X-Amz-Date"] });
    const answer = answers[Math.min(sent.length, answers.length) - 1];
    return { status: 200, headers: {}, body: Buffer.alloc(0), ...answer };
  };
  const address = { bucket, prefix: "" };
  const access = await findStoreAccess({ address, exchange, variables, toolsText });
  const send = createStoreRequests({
    access,
    address,
    exchange,
    retries: { tries: 3, firstDelayMs: 0, longestDelayMs: 0 },
    nowMs: () => Date.parse("2026-03-01T12:00:00Z"),
  });
  return { send, sent };
}

function refusal(
  status: number,
  code: string,
  more: { headers?: Record<string, string>; xml?: string } = {},
) {
  const body = Buffer.from(`<Error><Code>${code}</Code>${more.xml ?? ""}</Error>`);
  return { status, headers: more.headers ?? {}, body };
}

const { signal } = new AbortController();
const head = (send: SendToStore) => send({ purpose: "Looking", method: "HEAD", key: "a", signal });

describe("a bucket in another region", () => {
  const own = { AWS_REGION: "eu-west-1" };
  const redirect = { headers: { "x-amz-bucket-region": "ap-south-1" } };

  test.each<[string, Partial<ExchangeAnswer>]>([
    ["a permanent redirect", refusal(301, "PermanentRedirect", redirect)],
    ["a temporary redirect", refusal(307, "TemporaryRedirect", redirect)],
    ["a redirect without a body", { status: 301, ...redirect }],
    [
      "a malformed authorization",
      refusal(400, "AuthorizationHeaderMalformed", { xml: "<Region>ap-south-1</Region>" }),
    ],
  ])("is found after %s, and asked from then on", async (_, answer) => {
    const { send, sent } = await connect({ answers: [answer, {}], variables: own });
    await head(send);
    await head(send);
    expect(sent.map(({ host, region }) => `${region} ${host}`)).toEqual([
      "eu-west-1 lake.s3.eu-west-1.amazonaws.com",
      "ap-south-1 lake.s3.ap-south-1.amazonaws.com",
      "ap-south-1 lake.s3.ap-south-1.amazonaws.com",
    ]);
  });

  test("is signed for at a configured endpoint", async () => {
    const answer = refusal(400, "AuthorizationHeaderMalformed", { xml: "<Region>garage</Region>" });
    const variables = { ...own, AWS_ENDPOINT_URL_S3: "https://store.example/s3" };
    const { send, sent } = await connect({ answers: [answer, {}], variables });
    await head(send);
    expect(sent.map(({ host, path, region }) => `${region} ${host}${path}`)).toEqual([
      "eu-west-1 store.example/s3/lake/a",
      "garage store.example/s3/lake/a",
    ]);
  });

  test("is asked once more only", async () => {
    const { send, sent } = await connect({
      answers: [refusal(301, "PermanentRedirect", redirect)],
      variables: own,
    });
    await expect(head(send)).rejects.toThrow("Set AWS_REGION to the region of the bucket");
    expect(sent).toHaveLength(2);
  });
});

describe("Amazon's endpoint", () => {
  test.each<[bucket: string, variables: Record<string, string>, host: string, path: string]>([
    ["lake", {}, "lake.s3.us-east-1.amazonaws.com", "/a"],
    ["lake.of.example", {}, "s3.us-east-1.amazonaws.com", "/lake.of.example/a"],
    ["lake", { AWS_REGION: "cn-north-1" }, "lake.s3.cn-north-1.amazonaws.com.cn", "/a"],
    ["lake", { AWS_USE_FIPS_ENDPOINT: "true" }, "lake.s3-fips.us-east-1.amazonaws.com", "/a"],
    [
      "lake",
      { AWS_USE_FIPS_ENDPOINT: "TRUE", AWS_USE_DUALSTACK_ENDPOINT: "true" },
      "lake.s3-fips.dualstack.us-east-1.amazonaws.com",
      "/a",
    ],
  ])("of %s with %j is %s%s", async (bucket, variables, host, path) => {
    const { send, sent } = await connect({ answers: [{}], bucket, variables });
    await head(send);
    expect(sent).toMatchObject([{ host, path }]);
  });
});

describe("a clock that is wrong", () => {
  const date = "Sun, 01 Mar 2026 12:40:00 GMT";

  test.each<[string, Partial<ExchangeAnswer>]>([
    ["RequestTimeTooSkewed", refusal(403, "RequestTimeTooSkewed", { headers: { date } })],
    ["403 without a body", { status: 403, headers: { date } }],
  ])("is corrected by that of the store after %s", async (_, answer) => {
    const { send, sent } = await connect({ answers: [answer, {}] });
    await head(send);
    await head(send);
    expect(sent.map(({ time }) => time)).toEqual([
      "20260301T120000Z",
      "20260301T124000Z",
      "20260301T124000Z",
    ]);
  });

  test("is not the reason of another refusal", async () => {
    const { send, sent } = await connect({
      answers: [refusal(403, "AccessDenied", { headers: { date } })],
    });
    await expect(head(send)).rejects.toThrow("AccessDenied");
    expect(sent).toHaveLength(1);
  });

  test("is reported if the store does not say its time", async () => {
    const { send } = await connect({ answers: [refusal(403, "RequestTimeTooSkewed")] });
    await expect(head(send)).rejects.toThrow("Set the clock of this machine.");
  });
});

describe("a refusal", () => {
  test.each<[status: number, code: string, tries: number, kind: string]>([
    [503, "SlowDown", 3, "service"],
    [400, "RequestTimeout", 3, "service"],
    [408, "RequestTimeout", 3, "service"],
    [429, "TooManyRequests", 3, "service"],
    [520, "Unknown", 3, "service"],
    [200, "InternalError", 3, "service"],
    [501, "NotImplemented", 1, "disk"],
    [507, "XMinioStorageFull", 1, "disk"],
    [400, "KeyTooLongError", 1, "disk"],
    [403, "AccessDenied", 1, "disk"],
  ])("of %d %s is sent %d times, and of kind %s", async (status, code, tries, kind) => {
    const { send, sent } = await connect({ answers: [refusal(status, code)] });
    const failure = await head(send).catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(AppError);
    expect(failure).toMatchObject({ kind, serviceCode: code });
    expect(sent).toHaveLength(tries);
  });
});
