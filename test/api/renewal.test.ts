import { describe, expect } from "vitest";
import { Secret } from "../../source/base/secret.ts";
import { namedFaults } from "../../source/sandbox/sandbox.ts";
import { collect } from "../support/sandbox/service.ts";
import { waitUntil } from "../support/wait-until.ts";
import { test } from "./auth-fixture.ts";

const it = test.extend("sandboxOptions", { historyWeeks: 2 });

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
    const { auth } = service.program({ nowMs: () => nowMs });
    await auth.signIn(service.credentials);
    nowMs += 275_000;
    const tokens = await Promise.all(Array.from({ length: 20 }, () => auth.tokens.current()));
    expect(new Set(tokens).size).toBe(1);
    expect(grants()).toEqual(["password", "refresh_token"]);
  });

  it("uses the newest token after a full disk kept an older one", async ({ sandbox, service }) => {
    let nowMs = Date.now();
    const disk = { isFull: false };
    const { auth, stateStore, notices } = service.program({ nowMs: () => nowMs, disk });
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
    expect(stateStore.read().sessions).toMatchObject([{ issuedAtMs: nowMs }]);
    await expect(service.program({ nowMs: () => nowMs }).auth.resume()).resolves.toBeDefined();
  });

  it("does not send a token that another process has spent and forgotten", async ({
    sandbox,
    service,
    grants,
  }) => {
    let nowMs = Date.now();
    const { auth } = service.program({ nowMs: () => nowMs });
    await auth.signIn(service.credentials);
    const other = service.program();
    await other.auth.resume();
    sandbox.endSessions();
    await expect(service.program().auth.resume()).rejects.toMatchObject({
      reason: "session-ended",
    });
    nowMs += 275_000;
    await expect(auth.tokens.current()).rejects.toMatchObject({ reason: "session-ended" });
    expect(auth.session()).toBeUndefined();
    expect(grants()).toEqual(["password", "refresh_token", "refresh_token"]);
  });

  it("waits out a pause that a full disk cannot record", async ({ sandbox, service, grants }) => {
    let nowMs = Date.now();
    const disk = { isFull: false };
    const { auth } = service.program({ nowMs: () => nowMs, disk });
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
    const { auth, stateStore } = service.program({ nowMs: () => nowMs });
    await auth.signIn(service.credentials);
    const appKey = "another-app-key";
    await stateStore.exclusive(async ({ read, write }) => {
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

  it("spends the refresh token while no other process can read it", async ({
    sandbox,
    service,
  }) => {
    await service.program().auth.signIn(service.credentials);
    let answer: () => void = () => undefined;
    const until = new Promise<void>((resolve) => {
      answer = resolve;
    });
    sandbox.faults.add({ on: "token", effect: { kind: "hold", until } });
    const resuming = service.program().auth.resume();
    const asked = () => sandbox.requests.filter(({ place }) => place === "token").length;
    await waitUntil(() => asked() === 2);
    const reading = service
      .program()
      .stateStore.exclusive(async ({ read }) => read(), { patienceMs: 0 });
    const read = await reading.catch((thrown: unknown) => thrown);
    answer();
    await resuming;
    expect(read).toMatchObject({ tried: "Waiting for the settings, which another cfs holds" });
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
