import { describe, expect, test } from "vitest";
import {
  openSandbox,
  passwordForm,
  postForm,
  signedIn,
  tokenPath,
  tokensOf,
} from "../support/sandbox/client.ts";

const buckets = "/file-store/v1/buckets";
const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

describe("password grant", () => {
  test("gives tokens, and expires_in as a string", async () => {
    const sandbox = await openSandbox({ accessTokenSeconds: 600 });
    const answer = await postForm(sandbox, tokenPath, passwordForm(sandbox));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ expires_in: "600", token_type: "Bearer" });
  });

  test("takes the app key from a Basic header too", async () => {
    const sandbox = await openSandbox();
    const { client_id: key, ...form } = passwordForm(sandbox);
    const headers = { Authorization: basic(`${key}:`) };
    expect((await postForm(sandbox, tokenPath, form, headers)).status).toBe(200);
  });

  test("refuses a wrong password and a wrong app key in shape A, with its blanks", async () => {
    const sandbox = await openSandbox();
    const wrong = await postForm(sandbox, tokenPath, passwordForm(sandbox, { password: "x" }));
    expect(wrong.status).toBe(400);
    expect(await wrong.text()).toBe(
      '{"error":"access_denied"  ,"error_description":"Invalid username or password." } \n',
    );
    const key = await postForm(sandbox, tokenPath, passwordForm(sandbox, { client_id: "x" }));
    expect(key.status).toBe(401);
    expect(await key.text()).toContain('"error_description":"Invalid Application Credential." }');
  });

  test("refuses more than 50 requests within a minute until the minute is over", async () => {
    let nowMs = Date.now();
    const sandbox = await openSandbox({ now: () => nowMs });
    const form = passwordForm(sandbox, { password: "x" });
    for (let count = 0; count < 50; count++) await postForm(sandbox, tokenPath, form);
    expect((await postForm(sandbox, tokenPath, passwordForm(sandbox))).status).toBe(429);
    nowMs += 61_000;
    expect((await postForm(sandbox, tokenPath, passwordForm(sandbox))).status).toBe(200);
  });
});

describe("one session per user", () => {
  test("a second sign-in is refused, and taking over ends the first session", async () => {
    const sandbox = await openSandbox();
    const first = await signedIn(sandbox);
    const refused = await postForm(sandbox, tokenPath, passwordForm(sandbox));
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ error_description: "Session quota is reached." });

    const form = passwordForm(sandbox, { takeExclusiveSignOnControl: "True" });
    expect((await postForm(sandbox, tokenPath, form)).status).toBe(200);
    expect((await first.ask(buckets)).status).toBe(401);
    const refresh = await postForm(sandbox, tokenPath, {
      grant_type: "refresh_token",
      refresh_token: first.refreshToken,
      client_id: sandbox.appKey,
    });
    expect(await refresh.text()).toBe('{"error":"invalid_grant"   } \n');
  });

  test("the refusal's status can be another", async () => {
    const sandbox = await openSandbox();
    sandbox.assumptions.quotaStatus = 403;
    sandbox.signInElsewhere();
    expect((await postForm(sandbox, tokenPath, passwordForm(sandbox))).status).toBe(403);
  });

  test("a session that is not renewed ends with its refresh token", async () => {
    let nowMs = Date.now();
    const sandbox = await openSandbox({ now: () => nowMs });
    await signedIn(sandbox);
    nowMs += 901_000;
    expect((await postForm(sandbox, tokenPath, passwordForm(sandbox))).status).toBe(200);
  });
});

describe("refresh grant", () => {
  const refresh = async (sandbox: Awaited<ReturnType<typeof openSandbox>>, token: string) =>
    postForm(sandbox, tokenPath, {
      grant_type: "refresh_token",
      refresh_token: token,
      client_id: sandbox.appKey,
    });

  test("rotates: the new token is accepted, the old one refused", async () => {
    const sandbox = await openSandbox();
    const { refreshToken } = await signedIn(sandbox);
    const renewed = await tokensOf(await refresh(sandbox, refreshToken));
    expect(renewed.refresh_token).not.toBe(refreshToken);
    const spent = await refresh(sandbox, refreshToken);
    expect(spent.status).toBe(400);
    expect(await spent.text()).toBe('{"error":"invalid_grant"   } \n');
    expect((await refresh(sandbox, renewed.refresh_token)).status).toBe(200);
  });

  test("a spent token can end the session instead, or still be good", async () => {
    const sandbox = await openSandbox();
    const { refreshToken } = await signedIn(sandbox);
    sandbox.assumptions.spentRefreshToken = "accepted";
    await refresh(sandbox, refreshToken);
    const again = await refresh(sandbox, refreshToken);
    expect(again.status).toBe(200);
    const { refresh_token: newest } = await tokensOf(again);
    sandbox.assumptions.spentRefreshToken = "ends-session";
    expect((await refresh(sandbox, refreshToken)).status).toBe(400);
    expect((await refresh(sandbox, newest)).status).toBe(400);
  });

  test("access tokens expire in shape B, refresh tokens later", async () => {
    let nowMs = Date.now();
    const sandbox = await openSandbox({ now: () => nowMs });
    const client = await signedIn(sandbox);
    nowMs += 300_000;
    const expired = await client.ask(buckets);
    expect(expired.status).toBe(401);
    expect(await expired.json()).toMatchObject({
      error: { code: "401", message: "token expired", status: "Unauthorized" },
    });
    expect((await refresh(sandbox, client.refreshToken)).status).toBe(200);
    nowMs += 900_000;
    expect((await refresh(sandbox, client.refreshToken)).status).toBe(400);
  });
});

describe("revoke", () => {
  const revokePath = "/auth/oauth2/v1/revoke";

  test("wants the colon after the app key", async () => {
    const sandbox = await openSandbox();
    const client = await signedIn(sandbox);
    const revoke = (text: string) =>
      postForm(sandbox, revokePath, { token: client.token }, { Authorization: basic(text) });
    expect((await revoke(sandbox.appKey)).status).toBe(401);
    expect((await client.ask(buckets)).status).toBe(200);
    expect((await revoke(`${sandbox.appKey}:`)).status).toBe(200);
    expect((await client.ask(buckets)).status).toBe(401);
    expect((await postForm(sandbox, tokenPath, passwordForm(sandbox))).status).toBe(200);
  });

  test("takes the Python library's two calls", async () => {
    const sandbox = await openSandbox();
    const client = await signedIn(sandbox);
    const headers = { Authorization: `Bearer ${client.token}` };
    for (const [token, hint] of [
      [client.token, "access_token"],
      [client.refreshToken, "refresh_token"],
    ] as const) {
      const form = { token, token_type_hint: hint, client_id: sandbox.appKey };
      expect((await postForm(sandbox, revokePath, form, headers)).status).toBe(200);
    }
  });
});

test("v2 gives an access token only, for the client's id and secret", async () => {
  const sandbox = await openSandbox();
  const ask = (secret: string) =>
    postForm(sandbox, "/auth/oauth2/v2/token", {
      grant_type: "client_credentials",
      client_id: sandbox.clientId,
      client_secret: secret,
      scope: "trapi",
    });
  const tokens = await tokensOf(await ask(sandbox.clientSecret));
  expect(tokens.refresh_token).toBe("");
  const headers = { Authorization: `Bearer ${tokens.access_token}` };
  expect((await fetch(sandbox.host + buckets, { headers })).status).toBe(200);
  expect((await ask("x")).status).toBe(401);
});
