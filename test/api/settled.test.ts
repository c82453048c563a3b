import { afterEach, beforeEach, expect, it } from "vitest";
import { namedFaults } from "../../source/sandbox/sandbox.ts";
import { type ServiceFixture, startService } from "../fixtures/service.ts";

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
