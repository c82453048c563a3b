import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { Secret } from "../../source/base/secret.ts";
import { namedFaults } from "../../source/sandbox/sandbox.ts";
import { collect, test } from "../support/sandbox/service.ts";

test.override("sandboxOptions", { historyWeeks: 2 });

const it = test
  .extend("tokenRequests", ({ sandbox }) => {
    return () => sandbox.requests.filter(({ path }) => path.endsWith("/token"));
  })
  .extend("grants", ({ tokenRequests }) => {
    return () => tokenRequests().map(({ form }) => form?.get("grant_type"));
  })
  .extend("bytesOnDisk", ({ service: { directory } }) => {
    return async () => {
      const names = await readdir(directory);
      const texts = await Promise.all(
        names.map((name) => readFile(join(directory, name), "utf8").catch(() => "")),
      );
      return texts.join("\n");
    };
  });

describe("signing in", () => {
  it("keeps the refresh token, and neither the password nor the access token", async ({
    sandbox,
    service,
    bytesOnDisk,
  }) => {
    const { auth } = service.program();
    await auth.signIn(service.credentials);
    const access = (await auth.tokens.current()).reveal();
    const kept = await bytesOnDisk();
    expect(kept).toContain("refreshToken");
    expect(kept).not.toContain(sandbox.password);
    expect(kept).not.toContain(access);
    expect(auth.session()).toMatchObject({
      user: sandbox.username,
      host: sandbox.host,
    });
  });

  it("names the field that an answer lacks, even if it is called like a secret", async ({
    sandbox,
    service,
  }) => {
    const said = [];
    for (const body of [{}, { access_token: 7 }, { access_token: "" }]) {
      sandbox.faults.add({
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

  it("remembers the account for the sign-in form, even after the session has ended", async ({
    sandbox,
    service,
  }) => {
    const { auth } = service.program();
    const { appKey, username } = service.credentials;
    expect(auth.account()).toBeUndefined();
    await auth.signIn(service.credentials);
    sandbox.endSessions();
    await expect(auth.tokens.replace(await auth.tokens.current())).rejects.toMatchObject({
      reason: "session-ended",
    });
    expect(auth.account()).toEqual({ kind: "password", username, appKey });
    expect(service.program().auth.account()).toEqual(auth.account());
  });

  it("reports the environment's account before the sign-in and after a refusal", async ({
    service,
  }) => {
    const credentials = { ...service.credentials, appKey: "wrong" };
    const { auth } = service.program({ credentials });
    const known = { kind: "password", username: credentials.username, appKey: "wrong" };
    expect(auth.account()).toEqual(known);
    await expect(auth.resume()).rejects.toMatchObject({ reason: "wrong-client" });
    expect(auth.account()).toEqual(known);
  });

  it("reports the account of the kept session, even if another account signed in last", async ({
    service,
  }) => {
    const { auth, kept } = service.program();
    await auth.signIn(service.credentials);
    await kept.exclusive(async ({ read, write }) =>
      write({ ...read(), lastAccount: { kind: "client", clientId: "elsewhere" } }),
    );
    const { username } = service.credentials;
    expect(service.program().auth.account()).toMatchObject({ kind: "password", username });
  });

  it("sends a password with special characters unchanged", async ({ sandbox, service }) => {
    const password = "a&b+c%d=e é€ \"'";
    const change = new URLSearchParams({
      grant_type: "password",
      username: sandbox.username,
      password: sandbox.password,
      newPassword: password,
      client_id: sandbox.appKey,
      takeExclusiveSignOnControl: "true",
    });
    await fetch(new URL("/auth/oauth2/v1/token", sandbox.host), {
      method: "POST",
      body: change,
    });
    sandbox.endSessions();
    const { auth } = service.program();
    await expect(
      auth.signIn({
        kind: "password",
        username: sandbox.username,
        appKey: sandbox.appKey,
        password: new Secret(password),
      }),
    ).resolves.toMatchObject({ user: sandbox.username });
  });

  it("sends a refused password once, and reports the service's message", async ({
    service,
    tokenRequests,
  }) => {
    const { auth } = service.program();
    const wrong = { ...service.credentials, password: new Secret("wrong") };
    await expect(auth.signIn(wrong)).rejects.toMatchObject({
      kind: "sign-in",
      reason: "wrong-credentials",
      message: expect.stringContaining("Invalid username or password"),
    });
    expect(tokenRequests()).toHaveLength(1);
    expect(auth.session()).toBeUndefined();
  });

  it("reports a wrong app key as such", async ({ service }) => {
    const { auth } = service.program();
    await expect(auth.signIn({ ...service.credentials, appKey: "wrong" })).rejects.toMatchObject({
      reason: "wrong-client",
      exitCode: 3,
    });
  });

  it.for([400, 401, 403] as const)(
    "recognises the session quota with status %i, and takes over on request",
    async (status, { sandbox, service }) => {
      sandbox.assumptions.quotaStatus = status;
      const other = service.program({ settings: "other" });
      await other.auth.signIn(service.credentials);
      const { auth } = service.program();
      await expect(auth.signIn(service.credentials)).rejects.toMatchObject({
        reason: "session-quota",
        kind: "sign-in",
      });
      await expect(auth.signIn(service.credentials, { takeOver: true })).resolves.toBeDefined();
    },
  );

  it("replaces its own kept session without asking", async ({ service, grants }) => {
    await service.program().auth.signIn(service.credentials);
    const { auth, fileStore } = service.program();
    await auth.signIn(service.credentials);
    expect(grants()).toEqual(["password", "password", "refresh_token", "password"]);
    expect(await collect(fileStore.packages({}))).not.toHaveLength(0);
  });

  it("keeps the newest token of its own session if the sign-in fails after the refresh", async ({
    sandbox,
    service,
    grants,
  }) => {
    sandbox.assumptions.spentRefreshToken = "refused";
    await service.program().auth.signIn(service.credentials);
    sandbox.faults.add({
      on: "token",
      after: 2,
      times: 3,
      effect: { kind: "answer", status: 503 },
    });
    const again = service.program().auth.signIn(service.credentials);
    await expect(again).rejects.toMatchObject({ status: 503 });
    expect(grants().slice(1, 4)).toEqual(["password", "refresh_token", "password"]);
    await expect(service.program().auth.resume()).resolves.toBeDefined();
  });

  it("reports a failure to find out whose session is in the way", async ({ sandbox, service }) => {
    await service.program().auth.signIn(service.credentials);
    sandbox.faults.add({ on: "token", after: 1, effect: { kind: "answer", status: 503 } });
    const again = service.program().auth.signIn(service.credentials);
    await expect(again).rejects.toMatchObject({ kind: "service", status: 503 });
  });

  it("says that nothing is kept if the disk is full at the first sign-in", async ({ service }) => {
    const { auth } = service.program({ disk: { isFull: true } });
    await expect(auth.signIn(service.credentials)).resolves.toMatchObject({ unkeptBy: "disk" });
  });

  it("says that the session in the way may be its own if its last token was lost", async ({
    service,
    grants,
  }) => {
    const before = service.program();
    await before.auth.signIn(service.credentials);
    const older = before.kept.read();
    await before.auth.tokens.replace(await before.auth.tokens.current());
    await before.kept.exclusive(async ({ write }) => write(older));
    const { auth } = service.program({ credentials: service.credentials });
    await expect(auth.resume()).rejects.toMatchObject({
      reason: "session-quota",
      exitCode: 3,
      advice: expect.stringContaining("its last renewal was lost"),
    });
    expect(grants().slice(2)).toEqual(["refresh_token", "password"]);
  });

  it("leaves another program's session alone, even if an older one of its own is kept", async ({
    service,
  }) => {
    await service.program().auth.signIn(service.credentials);
    const other = service.program({ settings: "other" });
    await other.auth.signIn(service.credentials, { takeOver: true });
    await expect(service.program().auth.signIn(service.credentials)).rejects.toMatchObject({
      reason: "session-quota",
    });
    expect(await collect(other.fileStore.packages({}))).not.toHaveLength(0);
  });

  it("signs in with client credentials, and asks again when they run out", async ({
    sandbox,
    service,
    grants,
    bytesOnDisk,
  }) => {
    const { clientId, clientSecret } = sandbox;
    const { auth, fileStore } = service.program();
    await auth.signIn({ kind: "client", clientId, clientSecret: new Secret(clientSecret) });
    sandbox.expireAccessTokens();
    expect(await collect(fileStore.packages({}))).not.toHaveLength(0);
    expect(grants()).toEqual(["client_credentials", "client_credentials"]);
    expect(await bytesOnDisk()).not.toContain(clientSecret);
  });

  it("retries a sign-in after a failure of the gateway", async ({ sandbox, service }) => {
    sandbox.faults.add({ on: "token", times: 1, effect: { kind: "answer", status: 503 } });
    await expect(service.program().auth.signIn(service.credentials)).resolves.toBeDefined();
  });

  it("does not follow a redirect of the sign-in", async ({ sandbox, service }) => {
    sandbox.faults.add({
      on: "token",
      effect: {
        kind: "answer",
        status: 307,
        headers: { Location: `${sandbox.objectHost}/x` },
      },
    });
    await expect(service.program().auth.signIn(service.credentials)).rejects.toMatchObject({
      kind: "service",
    });
    expect(sandbox.requests.filter(({ origin }) => origin === "objects")).toEqual([]);
  });
});

describe("a later start", () => {
  it("signs in by one refresh, without a password", async ({ sandbox, service, grants }) => {
    await service.program().auth.signIn(service.credentials);
    const { auth, fileStore } = service.program();
    expect(auth.session()).toMatchObject({ user: sandbox.username });
    await auth.resume();
    await collect(fileStore.packages({}));
    expect(grants()).toEqual(["password", "refresh_token"]);
  });

  it("resolves with undefined if no session is kept", async ({ service }) => {
    await expect(service.program().auth.resume()).resolves.toBeUndefined();
  });

  it("uses the environment's credentials if no session is kept", async ({ sandbox, service }) => {
    const { auth } = service.program({ credentials: service.credentials });
    await expect(auth.resume()).resolves.toMatchObject({ user: sandbox.username });
  });

  it("asks for a sign-in when the kept session is dead, and forgets it", async ({
    sandbox,
    service,
  }) => {
    await service.program().auth.signIn(service.credentials);
    sandbox.endSessions();
    const { auth } = service.program();
    await expect(auth.resume()).rejects.toMatchObject({ reason: "session-ended", kind: "sign-in" });
    expect(auth.session()).toBeUndefined();
    await expect(service.program().auth.resume()).resolves.toBeUndefined();
  });

  it("signs in once more by the environment when the kept session is dead", async ({
    sandbox,
    service,
    grants,
  }) => {
    await service.program().auth.signIn(service.credentials);
    sandbox.endSessions();
    const { auth } = service.program({ credentials: service.credentials });
    await expect(auth.resume()).resolves.toBeDefined();
    expect(grants()).toEqual(["password", "refresh_token", "password"]);
  });

  it("sends refused credentials of the environment once", async ({ service, grants }) => {
    const refused = { ...service.credentials, password: new Secret("wrong") };
    const { auth, fileStore } = service.program({ credentials: refused });
    await expect(auth.resume()).rejects.toMatchObject({ reason: "wrong-credentials" });
    await expect(collect(fileStore.packages({}))).rejects.toMatchObject({ kind: "sign-in" });
    expect(grants()).toEqual(["password"]);
  });

  it("keeps the new refresh token even if its caller aborts", async ({
    sandbox,
    service,
    grants,
  }) => {
    await service.program().auth.signIn(service.credentials);
    const { auth } = service.program();
    const controller = new AbortController();
    // The request is there, and not answered yet.
    const run = () => controller.abort();
    sandbox.faults.add({ on: "token", times: 1, effect: { kind: "meanwhile", run } });
    const resuming = auth.resume({ signal: controller.signal });
    await expect(resuming).rejects.toMatchObject({ name: "AbortError" });
    await auth.settled();
    await expect(service.program().auth.resume()).resolves.toBeDefined();
    expect(grants()).toEqual(["password", "refresh_token", "refresh_token"]);
  });
});

describe("renewal", () => {
  it("happens before the token runs out, by one request for all callers", async ({
    service,
    grants,
  }) => {
    let nowMs = Date.now();
    const { auth } = service.program({ now: () => nowMs });
    await auth.signIn(service.credentials);
    nowMs += 275_000;
    const tokens = await Promise.all(Array.from({ length: 20 }, () => auth.tokens.current()));
    expect(new Set(tokens).size).toBe(1);
    expect(grants()).toEqual(["password", "refresh_token"]);
  });

  it("uses the newest token after a full disk kept an older one", async ({ sandbox, service }) => {
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
    expect(auth.session()).toMatchObject({ user: sandbox.username });
    expect(kept.read().sessions).toMatchObject([{ issuedAtMs: nowMs }]);
    await expect(service.program({ now: () => nowMs }).auth.resume()).resolves.toBeDefined();
  });

  it("waits out a pause that a full disk cannot record", async ({ sandbox, service, grants }) => {
    let nowMs = Date.now();
    const disk = { isFull: false };
    const { auth } = service.program({ now: () => nowMs, disk });
    await auth.signIn(service.credentials);
    disk.isFull = true;
    nowMs += 275_000;
    sandbox.faults.add({ on: "token", times: 1, effect: namedFaults.tooManyRequests(0) });
    await auth.tokens.current();
    expect(grants()).toEqual(["password", "refresh_token", "refresh_token"]);
  });

  it("sends another program's token with the app key that it was issued for, even after a clock was set back", async ({
    sandbox,
    service,
    tokenRequests,
  }) => {
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
      sandbox.appKey,
      appKey,
    ]);
  });

  it("repeats a request once when its token is refused midway", async ({
    sandbox,
    service,
    grants,
  }) => {
    const { auth, fileStore } = service.program();
    await auth.signIn(service.credentials);
    sandbox.expireAccessTokens();
    const listings = [fileStore.packages({}), fileStore.packages({}), fileStore.buckets()];
    for (const items of await Promise.all(listings.map((pages) => collect<object>(pages)))) {
      expect(items).not.toHaveLength(0);
    }
    expect(grants()).toEqual(["password", "refresh_token"]);
  });

  it.for([429, 503])(
    "asks no more often for a token than its own tries allow: %i",
    async (status, { sandbox, service, tokenRequests }) => {
      const { credentials } = service;
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

  it("fails if the service refuses the new token too", async ({ sandbox, service }) => {
    const { auth, fileStore } = service.program();
    await auth.signIn(service.credentials);
    sandbox.faults.add({ on: "packages", effect: { kind: "answer", status: 401 } });
    await expect(collect(fileStore.packages({}))).rejects.toMatchObject({
      kind: "sign-in",
      status: 401,
    });
    expect(sandbox.requests.filter(({ path }) => path.endsWith("/packages"))).toHaveLength(2);
  });

  it.for(["refused", "ends-session"] as const)(
    "shares a rotating token between processes (a spent one: %s)",
    async (spent, { sandbox, service }) => {
      sandbox.assumptions.spentRefreshToken = spent;
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
