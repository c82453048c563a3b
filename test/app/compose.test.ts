import { expect } from "vitest";
import { compose } from "../../source/app/compose.ts";
import { readEnvironment } from "../../source/config/environment.ts";
import { namedFaults } from "../../source/sandbox/sandbox.ts";
import { test } from "../support/test.ts";

test("the address of a file is requested once, without retries of its own", async ({
  sandbox,
  program,
}) => {
  const parts = await compose(readEnvironment(program.environment), () => undefined);
  await parts.auth.resume();
  sandbox.faults.add({ on: "stream", effect: namedFaults.serviceError(503, 0) });
  const { signal } = new AbortController();
  const located = parts.objects.locate("4000-0000-00000000-0000-000000000000", signal);
  await expect(located).rejects.toMatchObject({ kind: "service", status: 503 });
  expect(sandbox.requests.filter(({ place }) => place === "stream")).toHaveLength(1);
});
