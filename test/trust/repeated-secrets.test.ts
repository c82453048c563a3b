import { inspect } from "node:util";
import { describe, expect } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import { test as base } from "../support/test.ts";
import { type Answer, type Heard, listen } from "./listener.ts";

/** A service that repeats in its refusals all that it was told. */
const accessToken = `eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.${"aGVsbG8td29ybGQt".repeat(40)}.c2lnbmF0dXJl`;
const refreshToken = "5f3a1c9e-0b7d-4e62-9d51-77aa90bb12cd-refresh";
const password = "p4ss&w+rd=% ü";
const appKey = "0123456789abcdef0123456789abcdef01234567";

/** All that a request had, as it came and decoded. */
function told({ headers, body, url }: Heard): string {
  const form = [...new URLSearchParams(body)].map(([name, value]) => `${name} ${value}`);
  return [headers.authorization ?? "", body, ...form, url].join(" | ");
}

type Shape = (text: string) => { body: string; headers?: Record<string, string> };

const shapes: [string, Shape][] = [
  [
    "the sign-in's form",
    (text) => ({ body: JSON.stringify({ error: "invalid", error_description: text }) }),
  ],
  [
    "the gateway's form",
    (text) => ({
      body: JSON.stringify({
        error: { id: text, code: text, message: text, errors: [{ reason: text }] },
      }),
    }),
  ],
  ["the bare form", (text) => ({ body: JSON.stringify({ status: 400, message: text }) })],
  [
    "XML",
    (text) => ({
      body: `<Error><Code>${text}</Code><Message>${text}</Message><RequestId>${text}</RequestId></Error>`,
    }),
  ],
  ["a web page", (text) => ({ body: `<html><title>${text}</title>${text}</html>` })],
  ["plain text", (text) => ({ body: text })],
  [
    "headers",
    (text) => ({
      body: "{}",
      headers: { "x-request-id": encodeURI(text), "x-amz-request-id": encodeURI(text) },
    }),
  ],
  ["a token that is cut", (text) => ({ body: JSON.stringify({ message: text.slice(0, 70) }) })],
  [
    "a token with marks that do not show",
    (text) => ({ body: JSON.stringify({ message: [...text].join("\u200b") }) }),
  ],
];

const secrets = [
  accessToken,
  accessToken.slice(0, 60),
  refreshToken,
  password,
  encodeURIComponent(password),
  Buffer.from(`${appKey}:`).toString("base64"),
];

const test = base.extend("variables", {
  RDP_USERNAME: "GE-A-1",
  RDP_PASSWORD: password,
  RDP_APP_KEY: appKey,
});

/** Starts a service with these answers; the program calls it. */
const it = test.extend("serve", ({ program }, { onCleanup }) => async (answer: Answer) => {
  const { close, heard, origin } = await listen(answer);
  onCleanup(close);
  const environment = { RDP_HOST: origin, CFS_DEBUG: "1" };
  return { heard, cfs: (...words: string[]) => program.run(words, { environment }) };
});

function expectNone(...texts: string[]): void {
  for (const text of texts) for (const secret of secrets) expect(text).not.toContain(secret);
}

describe.each(shapes)("a service that repeats what it was told, in %s", (name, shape) => {
  it("does not make cfs show the password", async ({ serve }) => {
    const status = 400;
    const { cfs } = await serve((request, response) => {
      const { body, headers } = shape(told(request));
      response.writeHead(status, headers).end(body);
    });
    const { code, stdout, stderr } = await cfs("login");
    // A web page is no answer of the sign-in: something on the way gave it.
    expect(code).toBe(name === "a web page" ? 5 : 3);
    expect(stderr).toContain("Signing in as GE-A-1");
    expectNone(stdout, stderr);
  });

  it("does not make cfs show a token", async ({ serve }) => {
    const status = 403;
    const { cfs, heard } = await serve((request, response) => {
      if (request.url.endsWith("/token")) return void response.end(tokens);
      const { body, headers } = shape(`the token ${told(request)} is not good`);
      response.writeHead(status, headers).end(body);
    });
    for (const words of [["packages", "bulk-ESG"], ["logout"]]) {
      const { code, stdout, stderr } = await cfs(...words);
      expect(code).toBeGreaterThan(0);
      expectNone(stdout, stderr);
    }
    expect(heard.some(({ headers }) => headers.authorization?.includes(accessToken))).toBe(true);
  });
});

const tokens = JSON.stringify({
  access_token: accessToken,
  refresh_token: refreshToken,
  expires_in: "600",
  token_type: "Bearer",
});

describe("an object store that repeats its presigned address", () => {
  it("does not make cfs show a part of it", async ({ serve }) => {
    const amz =
      "X-Amz-Security-Token=IQoJb3JpZ2luX2VjEXAMPLE%2Bsecret%2Ftoken%3D&X-Amz-Credential=ASIAEXAMPLEKEY%2F20260101&X-Amz-Signature=8badf00d8badf00d8badf00d8badf00d";
    const { cfs, heard } = await serve((request, response) => {
      const origin = `http://${request.headers.host}`;
      const { pathname, search } = new URL(request.url, origin);
      if (pathname.endsWith("/token")) return void response.end(tokens);
      if (pathname.endsWith("/stream"))
        return void response.end(JSON.stringify({ url: `${origin}/object/a.gz?${amz}` }));
      if (pathname.endsWith("/files"))
        return void response.writeHead(404).end('{"error":{"code":"EDS.CFS.NoFilesetFound"}}');
      if (pathname.startsWith("/file-store"))
        return void response.end(
          JSON.stringify({ id: "4000", filename: "a.gz", filesetId: "4001" }),
        );
      const said = `${search} ${decodeURIComponent(search)} ${new URLSearchParams(search).get("X-Amz-Signature")}`;
      const body = `<Error><Code>AccessDenied</Code><Message>${said.replaceAll("&", " ")}</Message></Error>`;
      response.writeHead(403).end(body);
    });
    const { code, stdout, stderr } = await cfs("get", "4000", "-o", "out");
    expect(code).toBeGreaterThan(0);
    expect(heard.some(({ url }) => url.includes("8badf00d"))).toBe(true);
    for (const secret of ["8badf00d", "IQoJb3JpZ2lu", "ASIAEXAMPLEKEY"]) {
      expect(`${stdout}${stderr}`).not.toContain(secret);
    }
  });
});

it("an error holds no secret in any of its fields", () => {
  const error = new AppError({
    kind: "service",
    tried: `Asking with Bearer ${accessToken}`,
    answered: `password=${encodeURIComponent(password)}`,
    advice: `Go to https://h/x?X-Amz-Signature=8badf00d`,
    requestId: `refresh_token=${refreshToken}`,
  });
  expectNone(inspect(error), JSON.stringify(error), String(error.stack));
});
