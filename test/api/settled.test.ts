import { afterEach, beforeEach, expect, it } from "vitest";
import { namedFaults } from "../../source/sandbox/sandbox.ts";
import { type ServiceFixture, startService } from "../support/sandbox/service.ts";

let service: ServiceFixture;

beforeEach(async () => {
  service = await startService({ empty: true });
});

afterEach(() => service.close());

const tokenRequests = () => service.sandbox.requests.filter(({ place }) => place === "token");

it("a pause that is asked for once the end has begun is not waited for", async () => {
  await service.program().auth.signIn(service.credentials);
  const { auth, notices } = service.program();
  let settled: Promise<void> | undefined;
  const end = () => {
    settled = auth.settled();
  };
  const { faults } = service.sandbox;
  faults.add({ on: "token", times: 1, effect: { kind: "meanwhile", run: end } });
  faults.add({ on: "token", times: 1, effect: namedFaults.tooManyRequests(1) });
  await expect(auth.tokens.current()).rejects.toMatchObject({ name: "AbortError" });
  await settled;
  expect(notices).toEqual([]);
  expect(tokenRequests()).toHaveLength(2);
});

it("the end waits for no lock that another process holds, and sends nothing after it", async () => {
  await service.program().auth.signIn(service.credentials);
  const { auth } = service.program();
  let renewing: Promise<unknown> | undefined;
  await service.program().kept.exclusive(async () => {
    renewing = auth.tokens.current().catch((thrown: unknown) => thrown);
    await auth.settled();
  });
  expect(await renewing).toMatchObject({ name: "AbortError" });
  expect(tokenRequests()).toHaveLength(1);
});
