import { readFile } from "node:fs/promises";
import { describe, expect } from "vitest";
import { Secret } from "../../source/base/secret.ts";
import { namedFaults } from "../../source/sandbox/sandbox.ts";
import { test } from "../support/sandbox/service.ts";

/** The grants and revocations that were sent to the token service. */
const it = test.extend("asked", ({ sandbox }) => {
  return () =>
    sandbox.requests.flatMap(({ place, form }) =>
      place === "token" || place === "revoke" ? [form?.get("grant_type") ?? place] : [],
    );
});

describe("signing out", () => {
  it("revokes with the colon form and forgets", async ({ sandbox, service }) => {
    const { auth, stateStore } = service.program();
    await auth.signIn(service.credentials);
    await auth.signOut();
    const revoke = sandbox.requests.find(({ path }) => path.endsWith("/revoke"));
    expect(revoke?.headers.authorization).toBe(
      `Basic ${Buffer.from(`${sandbox.appKey}:`).toString("base64")}`,
    );
    expect(revoke?.status).toBe(200);
    expect(auth.session()).toBeUndefined();
    await expect(service.program().auth.resume()).resolves.toBeUndefined();
    expect(await readFile(stateStore.path, "utf8")).not.toMatch(/"refreshToken"/);
  });

  it("revokes the session from a process that has no access token yet", async ({
    sandbox,
    service,
  }) => {
    await service.program().auth.signIn(service.credentials);
    await service.program().auth.signOut();
    expect(sandbox.requests.find(({ path }) => path.endsWith("/revoke"))?.status).toBe(200);
    await expect(service.program().auth.signIn(service.credentials)).resolves.toBeDefined();
  });

  it("forgets the session even if revoking fails, and reports the failure", async ({
    sandbox,
    service,
  }) => {
    const { auth } = service.program();
    await auth.signIn(service.credentials);
    sandbox.faults.add({ on: "revoke", effect: { kind: "answer", status: 500 } });
    await expect(auth.signOut()).rejects.toMatchObject({ status: 500 });
    await expect(service.program().auth.resume()).resolves.toBeUndefined();
  });

  it("only forgets a session that has ended at the service", async ({
    sandbox,
    service,
    asked,
  }) => {
    await service.program().auth.signIn(service.credentials);
    sandbox.endSessions();
    const { auth, stateStore } = service.program();
    await auth.signOut();
    expect(asked()).toEqual(["password", "refresh_token"]);
    expect(stateStore.read().sessions).toEqual([]);
  });

  it("waits for the pause that the service asks for, and revokes then", async ({
    sandbox,
    service,
    asked,
  }) => {
    await service.program().auth.signIn(service.credentials);
    const { auth, stateStore } = service.program();
    sandbox.faults.add({ on: "token", times: 1, effect: namedFaults.tooManyRequests(0) });
    await auth.signOut();
    expect(asked()).toEqual(["password", "refresh_token", "refresh_token", "revoke"]);
    expect(stateStore.read().sessions).toEqual([]);
  });

  it("forgets the session if the service keeps asking for a pause, and reports it", async ({
    sandbox,
    service,
    asked,
  }) => {
    await service.program().auth.signIn(service.credentials);
    const { auth, stateStore } = service.program();
    sandbox.faults.add({ on: "token", effect: namedFaults.tooManyRequests(0) });
    await expect(auth.signOut()).rejects.toMatchObject({ status: 429 });
    expect(asked()).not.toContain("revoke");
    expect(stateStore.read().sessions).toEqual([]);
    expect(auth.session()).toBeUndefined();
  });

  it("forgets the session during a pause that is too long, and sends nothing", async ({
    sandbox,
    service,
    asked,
  }) => {
    await service.program().auth.signIn(service.credentials);
    const { auth, stateStore } = service.program();
    const nowMs = Date.now();
    const requested = { atMs: nowMs - 1_000, untilMs: nowMs + 3_600_000 };
    await stateStore.exclusive(async ({ read, write }) =>
      write({ ...read(), tokenPace: [{ host: sandbox.host, paidAtMs: 0, requested }] }),
    );
    await expect(auth.signOut()).rejects.toMatchObject({ kind: "service", status: 429 });
    expect(asked()).toEqual(["password"]);
    expect(stateStore.read()).toMatchObject({ sessions: [], tokenPace: [{ requested }] });
    expect(auth.session()).toBeUndefined();
  });

  it("keeps the session if the disk refuses to forget it", async ({ service }) => {
    const disk = { isFull: false };
    const { auth, stateStore } = service.program({ disk });
    await auth.signIn(service.credentials);
    disk.isFull = true;
    await expect(auth.signOut()).rejects.toThrow("ENOSPC");
    expect(stateStore.read().sessions).toHaveLength(1);
    expect(auth.session()).toBeDefined();
  });

  it("does not touch a user's kept session if it signs out client credentials", async ({
    sandbox,
    service,
    asked,
  }) => {
    await service.program().auth.signIn(service.credentials);
    const { clientId, clientSecret } = sandbox;
    const { auth } = service.program();
    await auth.signIn({ kind: "client", clientId, clientSecret: new Secret(clientSecret) });
    await auth.signOut();
    expect(auth.session()).toBeUndefined();
    expect(asked()).toEqual(["password", "client_credentials"]);
    await expect(service.program().auth.resume()).resolves.toMatchObject({
      user: sandbox.username,
    });
  });
});
