import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sessionQuotaCode } from "../../source/api/replies/refusal.ts";
import { sessionEndedCode } from "../../source/api/session/session-errors.ts";
import { Secret } from "../../source/base/secret.ts";
import { namedFaults } from "../../source/sandbox/sandbox.ts";
import { collect, type ServiceFixture, startService } from "../fixtures/service.ts";

let service: ServiceFixture;

beforeEach(async () => {
  service = await startService({ historyWeeks: 2 });
});

afterEach(() => service.close());

const tokenRequests = () => service.sandbox.requests.filter(({ path }) => path.endsWith("/token"));
const grants = () => tokenRequests().map(({ form }) => form?.get("grant_type"));

async function bytesOnDisk(): Promise<string> {
  const names = await readdir(service.directory);
  const texts = await Promise.all(
    names.map((name) => readFile(join(service.directory, name), "utf8").catch(() => "")),
  );
  return texts.join("\n");
}

describe("signing in", () => {
  it("keeps the refresh token, and neither the password nor the access token", async () => {
    const { auth } = service.program();
    await auth.signIn(service.credentials);
    const access = (await auth.tokens.current()).reveal();
    const kept = await bytesOnDisk();
    expect(kept).toContain("refreshToken");
    expect(kept).not.toContain(service.sandbox.password);
    expect(kept).not.toContain(access);
    expect(auth.session()).toMatchObject({
      user: service.sandbox.username,
      host: service.sandbox.host,
    });
  });

  it("says which field an answer lacks, however much its name is that of a secret", async () => {
    const said = [];
    for (const body of [{}, { access_token: 7 }, { access_token: "" }]) {
      service.sandbox.faults.add({
        on: "token",
        times: 1,
        effect: { kind: "edit", edit: () => body },
      });
      const { auth } = service.program();
      const thrown: unknown = await auth
        .signIn(service.credentials, { takeOver: true })
        .catch((error) => error);
      said.push(/\((.*)\)/.exec(String(thrown))?.[1]);
    }
    expect(said).toEqual([
      "it has no access_token",
      "its access_token should be string",
      "its access_token should be >=1",
    ]);
  });

  it("knows afterwards whom to fill a form with, also when the session has ended", async () => {
    const { auth } = service.program();
    const { appKey, username } = service.credentials;
    expect(auth.account()).toBeUndefined();
    await auth.signIn(service.credentials);
    service.sandbox.endSessions();
    await expect(auth.tokens.replace(await auth.tokens.current())).rejects.toMatchObject({
      code: sessionEndedCode,
    });
    expect(auth.account()).toEqual({ kind: "password", username, appKey });
    expect(service.program().auth.account()).toEqual(auth.account());
  });

  it("knows the environment's account before it signs in, and when that is refused", async () => {
    const credentials = { ...service.credentials, appKey: "wrong" };
    const { auth } = service.program({ credentials });
    const known = { kind: "password", username: credentials.username, appKey: "wrong" };
    expect(auth.account()).toEqual(known);
    await expect(auth.resume()).rejects.toMatchObject({ code: "invalid_client" });
    expect(auth.account()).toEqual(known);
  });

  it("knows the account of the kept session, whoever signed in last elsewhere", async () => {
    const { auth, kept } = service.program();
    await auth.signIn(service.credentials);
    await kept.exclusive(async ({ read, write }) =>
      write({ ...read(), lastAccount: { kind: "client", clientId: "elsewhere" } }),
    );
    const { username } = service.credentials;
    expect(service.program().auth.account()).toMatchObject({ kind: "password", username });
  });

  it("carries any password unharmed", async () => {
    const password = "a&b+c%d=e é€ \"'";
    const change = new URLSearchParams({
      grant_type: "password",
      username: service.sandbox.username,
      password: service.sandbox.password,
      newPassword: password,
      client_id: service.sandbox.appKey,
      takeExclusiveSignOnControl: "true",
    });
    await fetch(new URL("/auth/oauth2/v1/token", service.sandbox.host), {
      method: "POST",
      body: change,
    });
    service.sandbox.endSessions();
    const { auth } = service.program();
    await expect(
      auth.signIn({
        kind: "password",
        username: service.sandbox.username,
        appKey: service.sandbox.appKey,
        password: new Secret(password),
      }),
    ).resolves.toMatchObject({ user: service.sandbox.username });
  });

  it("sends a refused password once, and says it in the service's words", async () => {
    const { auth } = service.program();
    const wrong = { ...service.credentials, password: new Secret("wrong") };
    await expect(auth.signIn(wrong)).rejects.toMatchObject({
      kind: "sign-in",
      code: "access_denied",
      message: expect.stringContaining("Invalid username or password"),
    });
    expect(tokenRequests()).toHaveLength(1);
    expect(auth.session()).toBeUndefined();
  });

  it("tells a wrong app key apart", async () => {
    const { auth } = service.program();
    await expect(auth.signIn({ ...service.credentials, appKey: "wrong" })).rejects.toMatchObject({
      code: "invalid_client",
      exitCode: 3,
    });
  });

  it.each([400, 401, 403] as const)(
    "recognises the session quota with status %i, and takes over on request",
    async (status) => {
      service.sandbox.assumptions.quotaStatus = status;
      const other = service.program({ settings: "other" });
      await other.auth.signIn(service.credentials);
      const { auth } = service.program();
      await expect(auth.signIn(service.credentials)).rejects.toMatchObject({
        code: sessionQuotaCode,
        kind: "sign-in",
      });
      await expect(auth.signIn(service.credentials, { takeOver: true })).resolves.toBeDefined();
    },
  );

  it("takes over without a question what is its own kept session", async () => {
    await service.program().auth.signIn(service.credentials);
    const { auth, fileStore } = service.program();
    await auth.signIn(service.credentials);
    expect(grants()).toEqual(["password", "password", "refresh_token", "password"]);
    expect(await collect(fileStore.packages({}))).not.toHaveLength(0);
  });

  it("says where the session in the way may be its own, whose last token was lost", async () => {
    const before = service.program();
    await before.auth.signIn(service.credentials);
    const older = before.kept.read();
    await before.auth.tokens.replace(await before.auth.tokens.current());
    await before.kept.exclusive(async ({ write }) => write(older));
    const { auth } = service.program({ credentials: service.credentials });
    await expect(auth.resume()).rejects.toMatchObject({
      code: sessionQuotaCode,
      exitCode: 3,
      advice: expect.stringContaining("its last renewal was lost"),
    });
    expect(grants().slice(2)).toEqual(["refresh_token", "password"]);
  });

  it("leaves the session to another program, also where an older one is kept", async () => {
    await service.program().auth.signIn(service.credentials);
    const other = service.program({ settings: "other" });
    await other.auth.signIn(service.credentials, { takeOver: true });
    await expect(service.program().auth.signIn(service.credentials)).rejects.toMatchObject({
      code: sessionQuotaCode,
    });
    expect(await collect(other.fileStore.packages({}))).not.toHaveLength(0);
  });

  it("signs in with client credentials, and asks again when they run out", async () => {
    const { clientId, clientSecret } = service.sandbox;
    const { auth, fileStore } = service.program();
    await auth.signIn({ kind: "client", clientId, clientSecret: new Secret(clientSecret) });
    service.sandbox.expireAccessTokens();
    expect(await collect(fileStore.packages({}))).not.toHaveLength(0);
    expect(grants()).toEqual(["client_credentials", "client_credentials"]);
    expect(await bytesOnDisk()).not.toContain(clientSecret);
  });

  it("tries again after a failure of the gateway, since that is no refusal", async () => {
    service.sandbox.faults.add({ on: "token", times: 1, effect: { kind: "answer", status: 503 } });
    await expect(service.program().auth.signIn(service.credentials)).resolves.toBeDefined();
  });

  it("follows no redirect with a password in hand", async () => {
    service.sandbox.faults.add({
      on: "token",
      effect: {
        kind: "answer",
        status: 307,
        headers: { Location: `${service.sandbox.objectHost}/x` },
      },
    });
    await expect(service.program().auth.signIn(service.credentials)).rejects.toMatchObject({
      kind: "service",
    });
    expect(service.sandbox.requests.filter(({ origin }) => origin === "objects")).toEqual([]);
  });
});

describe("a later start", () => {
  it("signs in by one refresh, without a password", async () => {
    await service.program().auth.signIn(service.credentials);
    const { auth, fileStore } = service.program();
    expect(auth.session()).toMatchObject({ user: service.sandbox.username });
    await auth.resume();
    await collect(fileStore.packages({}));
    expect(grants()).toEqual(["password", "refresh_token"]);
  });

  it("resolves with nothing where nothing is kept", async () => {
    await expect(service.program().auth.resume()).resolves.toBeUndefined();
  });

  it("uses the environment's credentials where nothing is kept", async () => {
    const { auth } = service.program({ credentials: service.credentials });
    await expect(auth.resume()).resolves.toMatchObject({ user: service.sandbox.username });
  });

  it("asks for a sign-in when the kept session is dead, and forgets it", async () => {
    await service.program().auth.signIn(service.credentials);
    service.sandbox.endSessions();
    const { auth } = service.program();
    await expect(auth.resume()).rejects.toMatchObject({ code: sessionEndedCode, kind: "sign-in" });
    expect(auth.session()).toBeUndefined();
    await expect(service.program().auth.resume()).resolves.toBeUndefined();
  });

  it("signs in once more by the environment when the kept session is dead", async () => {
    await service.program().auth.signIn(service.credentials);
    service.sandbox.endSessions();
    const { auth } = service.program({ credentials: service.credentials });
    await expect(auth.resume()).resolves.toBeDefined();
    expect(grants()).toEqual(["password", "refresh_token", "password"]);
  });

  it("never loops: refused credentials of the environment are sent once", async () => {
    const refused = { ...service.credentials, password: new Secret("wrong") };
    const { auth, fileStore } = service.program({ credentials: refused });
    await expect(auth.resume()).rejects.toMatchObject({ code: "access_denied" });
    await expect(collect(fileStore.packages({}))).rejects.toMatchObject({ kind: "sign-in" });
    expect(grants()).toEqual(["password"]);
  });

  it("keeps the new refresh token even when the wait for it is given up", async () => {
    await service.program().auth.signIn(service.credentials);
    const { auth } = service.program();
    const controller = new AbortController();
    // The request is there, and not answered yet.
    const run = () => controller.abort();
    service.sandbox.faults.add({ on: "token", times: 1, effect: { kind: "meanwhile", run } });
    const resuming = auth.resume({ signal: controller.signal });
    await expect(resuming).rejects.toMatchObject({ name: "AbortError" });
    await auth.settled();
    await expect(service.program().auth.resume()).resolves.toBeDefined();
    expect(grants()).toEqual(["password", "refresh_token", "refresh_token"]);
  });
});

describe("renewal", () => {
  it("happens before the token runs out, by one request for all callers", async () => {
    let nowMs = Date.now();
    const { auth } = service.program({ now: () => nowMs });
    await auth.signIn(service.credentials);
    nowMs += 275_000;
    const tokens = await Promise.all(Array.from({ length: 20 }, () => auth.tokens.current()));
    expect(new Set(tokens).size).toBe(1);
    expect(grants()).toEqual(["password", "refresh_token"]);
  });

  it("goes on with the newest token where a full disk kept an older one", async () => {
    let nowMs = Date.now();
    const disk = { isFull: false };
    const { auth, kept, notices } = service.program({ now: () => nowMs, disk });
    await auth.signIn(service.credentials);
    disk.isFull = true;
    for (let count = 0; count < 2; count += 1) {
      nowMs += 275_000;
      await auth.tokens.current();
    }
    expect(notices).toContain("ENOSPC: no space left on device");
    disk.isFull = false;
    nowMs += 275_000;
    await auth.tokens.current();
    expect(auth.session()).toMatchObject({ user: service.sandbox.username });
    expect(kept.read().sessions).toMatchObject([{ issuedAtMs: nowMs }]);
    await expect(service.program({ now: () => nowMs }).auth.resume()).resolves.toBeDefined();
  });

  it("gets over a pause that a full disk does not keep", async () => {
    let nowMs = Date.now();
    const disk = { isFull: false };
    const { auth } = service.program({ now: () => nowMs, disk });
    await auth.signIn(service.credentials);
    disk.isFull = true;
    nowMs += 275_000;
    service.sandbox.faults.add({ on: "token", times: 1, effect: namedFaults.tooManyRequests(0) });
    await auth.tokens.current();
    expect(grants()).toEqual(["password", "refresh_token", "refresh_token"]);
  });

  it("sends another program's token with the app key that it was issued for, though a clock was set back", async () => {
    let nowMs = Date.now();
    const { auth, kept } = service.program({ now: () => nowMs });
    await auth.signIn(service.credentials);
    const appKey = "another-app-key";
    await kept.exclusive(async ({ read, write }) => {
      const state = read();
      const sessions = state.sessions.map((one) => ({
        ...one,
        appKey,
        issuedAtMs: nowMs - 3_600_000,
      }));
      write({ ...state, sessions });
    });
    nowMs += 275_000;
    await expect(auth.tokens.current()).rejects.toMatchObject({ kind: "sign-in" });
    expect(tokenRequests().map(({ form }) => form?.get("client_id"))).toEqual([
      service.sandbox.appKey,
      appKey,
    ]);
  });

  it("repeats a request once when its token is refused midway", async () => {
    const { auth, fileStore } = service.program();
    await auth.signIn(service.credentials);
    service.sandbox.expireAccessTokens();
    const listings = [fileStore.packages({}), fileStore.packages({}), fileStore.buckets()];
    for (const items of await Promise.all(listings.map((pages) => collect<object>(pages)))) {
      expect(items).not.toHaveLength(0);
    }
    expect(grants()).toEqual(["password", "refresh_token"]);
  });

  it.each([429, 503])(
    "asks no more often for a token than its own tries allow: %i",
    async (status) => {
      const { credentials, sandbox } = service;
      const { fileStore } = service.program({ credentials });
      const headers = { "Retry-After": "0" };
      sandbox.faults.add({ on: "token", effect: { kind: "answer", status, headers } });
      await expect(collect(fileStore.packages({}))).rejects.toMatchObject({ status });
      expect(tokenRequests()).toHaveLength(3);
      await expect(fileStore.fileUrl("4037-e79c-96b73648-a42a-6b65ef8ccbd1")).rejects.toMatchObject(
        {
          status,
        },
      );
      expect(tokenRequests()).toHaveLength(6);
    },
  );

  it("does not loop when the service refuses the new token too", async () => {
    const { auth, fileStore } = service.program();
    await auth.signIn(service.credentials);
    service.sandbox.faults.add({ on: "packages", effect: { kind: "answer", status: 401 } });
    await expect(collect(fileStore.packages({}))).rejects.toMatchObject({
      kind: "sign-in",
      status: 401,
    });
    expect(service.sandbox.requests.filter(({ path }) => path.endsWith("/packages"))).toHaveLength(
      2,
    );
  });

  it.each(["refused", "ends-session"] as const)(
    "shares a rotating token between processes (a spent one: %s)",
    async (spent) => {
      service.sandbox.assumptions.spentRefreshToken = spent;
      await service.program().auth.signIn(service.credentials);
      const programs = Array.from({ length: 6 }, () => service.program());
      const listings = await Promise.all(
        programs.map(async ({ auth, fileStore }) => {
          await auth.resume();
          return collect(fileStore.packages({}));
        }),
      );
      for (const items of listings) expect(items).not.toHaveLength(0);
      await expect(service.program().auth.resume()).resolves.toBeDefined();
    },
  );
});
