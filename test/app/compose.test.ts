import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compose } from "../../source/app/compose.ts";
import { readEnvironment } from "../../source/config/environment.ts";
import { namedFaults, type Sandbox, startSandbox } from "../../source/sandbox/sandbox.ts";
import { type Home, makeHome } from "../support/program/run.ts";
import { credentialsOf } from "../support/sandbox/credentials.ts";

let sandbox: Sandbox;
let home: Home;

beforeAll(async () => {
  sandbox = await startSandbox({ empty: true });
  home = await makeHome(credentialsOf(sandbox));
});

afterAll(async () => {
  await sandbox.close();
  await home.remove();
});

describe("the parts of the program", () => {
  it("ask once for the address of what is read: the reader's tries are not multiplied", async () => {
    const parts = await compose(readEnvironment(home.environment), () => undefined);
    await parts.auth.resume();
    sandbox.faults.add({ on: "stream", effect: namedFaults.serviceError(503, 0) });
    const { signal } = new AbortController();
    const located = parts.objects.locate("4000-0000-00000000-0000-000000000000", signal);
    await expect(located).rejects.toMatchObject({ kind: "service", status: 503 });
    expect(sandbox.requests.filter(({ place }) => place === "stream")).toHaveLength(1);
  });
});
