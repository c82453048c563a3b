import { expect } from "vitest";
import { namedFaults } from "../../source/sandbox/sandbox.ts";
import { test } from "../support/sandbox/service.ts";

const it = test.extend("tokenRequests", ({ sandbox }) => {
  return () => sandbox.requests.filter(({ place }) => place === "token");
});

it("a pause that the service asks for during shutdown is not waited for", async ({
  sandbox,
  service,
  tokenRequests,
}) => {
  await service.program().auth.signIn(service.credentials);
  const { auth, notices } = service.program();
  let settled: Promise<void> | undefined;
  const end = () => {
    settled = auth.settled();
  };
  const { faults } = sandbox;
  faults.add({ on: "token", times: 1, effect: { kind: "meanwhile", run: end } });
  faults.add({ on: "token", times: 1, effect: namedFaults.tooManyRequests(1) });
  await expect(auth.tokens.current()).rejects.toMatchObject({ name: "AbortError" });
  await settled;
  expect(notices).toEqual([]);
  expect(tokenRequests()).toHaveLength(2);
});

it("shutdown does not wait for a lock of another process, and nothing is sent after it", async ({
  service,
  tokenRequests,
}) => {
  await service.program().auth.signIn(service.credentials);
  const { auth } = service.program();
  let renewing: Promise<unknown> | undefined;
  await service.program().stateStore.exclusive(async () => {
    renewing = auth.tokens.current().catch((thrown: unknown) => thrown);
    await auth.settled();
  });
  expect(await renewing).toMatchObject({ name: "AbortError" });
  expect(tokenRequests()).toHaveLength(1);
});

it("shutdown waits for the answer to a refresh, and the new token is kept", async ({
  sandbox,
  service,
}) => {
  await service.program().auth.signIn(service.credentials);
  const { auth, stateStore } = service.program();
  const tokenKept = () => stateStore.read().sessions[0]?.refreshToken;
  const spent = tokenKept();
  let left: Promise<string | undefined> | undefined;
  const end = () => {
    left = auth.settled().then(tokenKept);
  };
  sandbox.faults.add({ on: "token", times: 1, effect: { kind: "meanwhile", run: end } });
  await auth.tokens.current();
  expect(await left).toMatch(/./);
  expect(await left).not.toBe(spent);
});

it("shutdown does not wait long for a service that does not answer", async ({
  sandbox,
  service,
}) => {
  const { auth } = service.program({ answerPatienceMs: 1 });
  let letGo = () => {};
  const until = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const asked = new Promise<void>((resolve) => {
    const when = () => {
      resolve();
      return true;
    };
    sandbox.faults.add({ on: "token", when, effect: { kind: "hold", until } });
  });
  const signingIn = auth.signIn(service.credentials);
  await asked;
  await auth.settled();
  letGo();
  await signingIn;
});
