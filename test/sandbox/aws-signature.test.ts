import { expect, test } from "vitest";
import { isSigned, readAuthorization } from "../../source/sandbox/http/aws-signature.ts";

const secretKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

interface Vector {
  name: string;
  method?: string;
  target?: string;
  headers?: Record<string, string>;
  body?: string;
  signed?: string;
  signature: string;
}

/** From AWS's published test suite for signature version 4. */
const vectors: Vector[] = [
  {
    name: "get-vanilla",
    signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
  },
  {
    name: "post-vanilla",
    method: "POST",
    signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
  },
  {
    name: "post-x-www-form-urlencoded",
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "Param1=value1",
    signed: "content-type;host;x-amz-date",
    signature: "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
  },
  {
    name: "get-vanilla-query-order-key-case",
    target: "/?Param2=value2&Param1=value1",
    signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
  },
  {
    name: "get-header-value-trim",
    headers: { "my-header1": " value1", "my-header2": ' "a   b   c"' },
    signed: "host;my-header1;my-header2;x-amz-date",
    signature: "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
  },
  {
    name: "post-sts-header-before",
    method: "POST",
    headers: {
      "x-amz-security-token":
        "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==",
    },
    signed: "host;x-amz-date;x-amz-security-token",
    signature: "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead",
  },
];

function requestOf({ method = "GET", target = "/", headers = {}, body = "", ...vector }: Vector) {
  const { signed = "host;x-amz-date", signature } = vector;
  const authorization = `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=${signed}, Signature=${signature}`;
  return {
    method,
    target,
    body,
    headers: {
      host: "example.amazonaws.com",
      "x-amz-date": "20150830T123600Z",
      ...headers,
      authorization,
    },
  };
}

type Signed = ReturnType<typeof requestOf>;

function isAccepted(request: Signed, secret = secretKey): boolean {
  const authorization = readAuthorization(request.headers.authorization);
  return authorization !== undefined && isSigned(request, authorization, secret);
}

test.each(vectors)("accepts AWS's vector $name", (vector) => {
  expect(isAccepted(requestOf(vector))).toBe(true);
});

const [vanilla] = vectors.map(requestOf);
const changes: [string, Partial<Signed>][] = [
  ["method", { method: "DELETE" }],
  ["path", { target: "/other" }],
  ["query", { target: "/?a=b" }],
  ["body", { body: "x" }],
];

test.each(changes)("refuses another %s", (_, change) => {
  expect(vanilla && isAccepted({ ...vanilla, ...change })).toBe(false);
});

test("refuses another secret, host, date and an X-Amz header that is not signed", () => {
  const refused = (headers: Record<string, string>) =>
    vanilla && isAccepted({ ...vanilla, headers: { ...vanilla.headers, ...headers } });
  expect(vanilla && isAccepted(vanilla, `${secretKey}x`)).toBe(false);
  expect(refused({ host: "else.where" })).toBe(false);
  expect(refused({ "x-amz-date": "20150831T123600Z" })).toBe(false);
  expect(refused({ "x-amz-target": "AmazonSQS.DeleteMessage" })).toBe(false);
  expect(refused({ authorization: "Bearer x" })).toBe(false);
});
