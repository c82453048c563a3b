import { AwsV4Signer } from "aws4fetch";
import { expect, test } from "vitest";
import { Secret } from "../../source/base/secret.ts";
import { type SignedRequest, signedHeaders } from "../../source/push/sign-request.ts";

const example: SignedRequest = {
  host: "example.amazonaws.com",
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
      host,
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
