import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { Secret } from "../../source/base/secret.ts";
import { collect } from "../support/sandbox/service.ts";
import { test } from "./auth-fixture.ts";

const it = test
  .extend("sandboxOptions", { historyWeeks: 2 })
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

  it.for([
    ["null", null],
    ["empty text", ""],
  ])("takes %s for the refresh token as none", async ([_, none], { sandbox, service }) => {
    sandbox.faults.add({
      on: "token",
      effect: { kind: "edit", edit: (body) => ({ ...body, refresh_token: none }) },
    });
    const { auth } = service.program();
    await auth.signIn(service.credentials);
    expect((await auth.tokens.current()).reveal()).toMatch(/./);
  });

  it("names the missing field of an answer, even if its name looks like a secret", async ({
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
    const { auth, stateStore } = service.program();
    await auth.signIn(service.credentials);
    await stateStore.exclusive(async ({ read, write }) =>
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

  it("reports a failure to determine whose session blocks the sign-in", async ({
    sandbox,
    service,
  }) => {
    await service.program().auth.signIn(service.credentials);
    sandbox.faults.add({ on: "token", after: 1, effect: { kind: "answer", status: 503 } });
    const again = service.program().auth.signIn(service.credentials);
    await expect(again).rejects.toMatchObject({ kind: "service", status: 503 });
  });

  it("says that nothing is kept if the disk is full at the first sign-in", async ({ service }) => {
    const { auth } = service.program({ disk: { isFull: true } });
    await expect(auth.signIn(service.credentials)).resolves.toMatchObject({ unkeptBy: "disk" });
  });

  it("says that the blocking session may be its own if its last token was lost", async ({
    service,
    grants,
  }) => {
    const before = service.program();
    await before.auth.signIn(service.credentials);
    const older = before.stateStore.read();
    await before.auth.tokens.replace(await before.auth.tokens.current());
    await before.stateStore.exclusive(async ({ write }) => write(older));
    const { auth } = service.program({ credentials: service.credentials });
    await expect(auth.resume()).rejects.toMatchObject({
      reason: "session-quota",
      exitCode: 3,
      advice: expect.stringContaining("lost its last renewal"),
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
