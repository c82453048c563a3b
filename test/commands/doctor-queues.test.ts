import { expect } from "vitest";
import type { FaultName } from "../../source/domain/fault-names.ts";
import { switchFault } from "../../source/sandbox/named-faults.ts";
import { watchTest } from "./watch-fixture.ts";

const test = watchTest
  /** What `cfs doctor --push` finds about subscriptions, and its exit code. */
  .extend("diagnose", ({ program }) => async (environment: Record<string, string> = {}) => {
    const call = ["doctor", "--push", "--json"];
    const { code, stdout, stderr, objects } = await program.run(call, {
      environment: { ...program.environment, ...environment },
    });
    const findings = objects().filter(({ check }) => check === "subscription");
    return { code, findings, text: stdout + stderr };
  })
  /** Makes the subscription of the folder. */
  .extend("subscribe", ({ watch }) => async () => {
    const watching = watch();
    await watching.reaches("listed");
    await watching.stop();
  });

test("reports how many messages wait in the queues of this machine's folders, and takes none", async ({
  diagnose,
  out,
  publish,
  sandbox,
  subscribe,
}) => {
  await subscribe();
  publish("One");
  publish("Two");
  const before = sandbox.requests.length;
  const { code, findings, text } = await diagnose();
  expect(code).toBe(0);
  const [queue] = sandbox.push.queues();
  expect(findings).toEqual([
    {
      check: "subscription",
      status: "ok",
      found: `${queue?.subscriptionID} for ${out}: the queue accepts its credentials, 2 messages wait`,
    },
  ]);
  expect(queue).toMatchObject({ visible: 2, inFlight: 0 });
  const actions = sandbox.requests.slice(before).map(({ headers }) => headers["x-amz-target"]);
  expect(actions.filter(Boolean)).toEqual(["AmazonSQS.GetQueueAttributes"]);
  expect(text).not.toMatch(/cryptographyKey|secretKey/);
});

test("asks no queue if no folder of this machine is watched", async ({ diagnose, sandbox }) => {
  const { code, findings } = await diagnose();
  expect({ code, findings }).toMatchObject({
    code: 0,
    findings: [{ status: "ok", found: "none was made with these settings" }],
  });
  expect(sandbox.requests.map(({ path }) => path)).not.toContainEqual(
    expect.stringContaining("cloud-credentials"),
  );
});

test.for<[FaultName, object]>([
  ["queue-expired-token", { status: "problem", found: /answered 403/, exitCode: 5 }],
  ["queue-failure", { status: "problem", found: /answered 500/, exitCode: 5 }],
  ["subscription-gone", { status: "warning", found: /the service no longer has it/ }],
  ["push-refused", { status: "warning", found: /answered 403/ }],
])("%s is reported with what to do", async ([name, finding], { diagnose, sandbox, subscribe }) => {
  await subscribe();
  switchFault(sandbox.faults, name);
  const { code, findings } = await diagnose();
  const matching = Object.entries(finding).map(([field, value]) => [
    field,
    value instanceof RegExp ? expect.stringMatching(value) : value,
  ]);
  expect(findings).toMatchObject([Object.fromEntries(matching)]);
  expect(code).toBe("exitCode" in finding ? finding.exitCode : 0);
});

test("is a warning without a session", async ({ diagnose }) => {
  const { code, findings } = await diagnose({ RDP_PASSWORD: "" });
  expect({ code, findings }).toMatchObject({
    code: 0,
    findings: [
      {
        status: "warning",
        found: expect.stringMatching(/^not asked: no session is kept/),
        advice: expect.stringContaining("cfs login"),
      },
    ],
  });
});
