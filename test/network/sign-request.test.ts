import { createHash } from "node:crypto";
import { AwsV4Signer } from "aws4fetch";
import { expect, test } from "vitest";
import { Secret } from "../../source/base/secret.ts";
import { type SignedRequest, signedHeaders } from "../../source/network/sign-request.ts";

const example: SignedRequest = {
  method: "POST",
  url: new URL("https://example.amazonaws.com/"),
  headers: {},
  body: "",
  region: "us-east-1",
  service: "service",
  credentials: {
    accessKeyId: new Secret("AKIDEXAMPLE"),
    secretKey: new Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
  },
  atMs: Date.parse("2015-08-30T12:36:00Z"),
};

const vectors: [name: string, request: Partial<SignedRequest>, signature: string][] = [
  ["post-vanilla", {}, "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"],
  [
    "post-x-www-form-urlencoded",
    {
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: "Param1=value1",
    },
    "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
  ],
  [
    "post-header-key-sort",
    { headers: { "My-Header1": "value1" } },
    "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
  ],
];

test.each(vectors)("signs AWS's example %s as published", (_, request, signature) => {
  const { Authorization = "" } = signedHeaders({ ...example, ...request });
  expect(Authorization).toContain("Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request");
  expect(Authorization.split("Signature=")[1]).toBe(signature);
});

test.each([undefined, "a/session+token=="])(
  "signs a request to a queue as aws4fetch does, with the session token %s",
  async (token) => {
    const host = "127.0.0.1:8080";
    const headers = {
      "Content-Type": "application/x-amz-json-1.0",
      "X-Amz-Target": "AmazonSQS.ReceiveMessage",
    };
    const body = JSON.stringify({ QueueUrl: "http://127.0.0.1:8080/queue/ü" });
    const signed = signedHeaders({
      method: "POST",
      url: new URL(`http://${host}/`),
      headers,
      body,
      region: "eu-west-1",
      service: "sqs",
      credentials: {
        accessKeyId: new Secret("ASIAEXAMPLE"),
        secretKey: new Secret("a/secret+key"),
        sessionToken: token === undefined ? undefined : new Secret(token),
      },
      atMs: Date.parse("2026-11-28T09:00:00.123Z"),
    });
    const other = await new AwsV4Signer({
      method: "POST",
      url: `http://${host}/`,
      headers: { ...headers },
      body,
      accessKeyId: "ASIAEXAMPLE",
      secretAccessKey: "a/secret+key",
      ...(token === undefined ? {} : { sessionToken: token }),
      datetime: "20261128T090000Z",
      region: "eu-west-1",
      service: "sqs",
      allHeaders: true,
    }).sign();
    expect(signed["Authorization"]).toBe(other.headers.get("authorization"));
    expect(signed["X-Amz-Security-Token"]).toBe(token);
  },
);

test("signs the upload of a part as aws4fetch does", async () => {
  const url = new URL(
    "https://store.example/bucket/a%20b/%C3%BC%27%28%21.gz?partNumber=7&uploadId=x%2Fy%3D",
  );
  const body = Buffer.from("part");
  const headers = { "x-amz-meta-cfs-file-id": "4037-e79c", "If-None-Match": "*" };
  const signed = signedHeaders({
    method: "PUT",
    url,
    headers,
    body,
    region: "eu-west-1",
    service: "s3",
    credentials: {
      accessKeyId: new Secret("ASIAEXAMPLE"),
      secretKey: new Secret("a/secret+key"),
    },
    atMs: Date.parse("2026-11-28T09:00:00.123Z"),
  });
  const other = await new AwsV4Signer({
    method: "PUT",
    url: url.href,
    headers: { ...headers, "X-Amz-Content-Sha256": signed["X-Amz-Content-Sha256"] ?? "" },
    body,
    accessKeyId: "ASIAEXAMPLE",
    secretAccessKey: "a/secret+key",
    datetime: "20261128T090000Z",
    region: "eu-west-1",
    service: "s3",
    allHeaders: true,
  }).sign();
  expect(signed["Authorization"]).toBe(other.headers.get("authorization"));
  expect(signed["X-Amz-Content-Sha256"]).toBe(createHash("sha256").update(body).digest("hex"));
});
