import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect } from "vitest";
import {
  burst,
  countRequest,
  keepPause,
  pauseBefore,
  RateLimited,
  requestedPause,
  spanMs,
} from "../../source/api/session/rate-limit.ts";
import { createRateLimitWait } from "../../source/api/session/rate-limit-wait.ts";
import type { SavedState } from "../../source/config/state-schema.ts";
import type { Transaction } from "../../source/config/state-store.ts";
import { namedFaults } from "../../source/sandbox/sandbox.ts";
import { renderProgram } from "../support/terminal/render-program.tsx";
import { test } from "../support/test.ts";

const host = "https://api.refinitiv.com";

function inMemory(): Transaction {
  let state: SavedState = { sessions: [], recentBuckets: [], lastVisit: undefined, tokenPace: [] };
  return {
    read: () => state,
    write: (next) => {
      state = next;
    },
  };
}

describe("the pace of sign-ins and renewals", () => {
  test("never lets more than 45 pass in a minute, whenever they are requested", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9_000), { minLength: 30, maxLength: 120 }), (gaps) => {
        const kept = inMemory();
        const sent: number[] = [];
        let nowMs = 1_000_000;
        for (const gap of gaps) {
          nowMs += gap;
          // Whoever is held back looks again when the pause is over.
          nowMs = pauseBefore(kept.read(), host, nowMs)?.untilMs ?? nowMs;
          expect(pauseBefore(kept.read(), host, nowMs)).toBeUndefined();
          countRequest(kept, host, nowMs);
          sent.push(nowMs);
        }
        for (const from of sent) {
          const inMinute = sent.filter((at) => at >= from && at < from + 60_000);
          expect(inMinute.length).toBeLessThanOrEqual(45);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test("lets twenty pass at once", () => {
    const kept = inMemory();
    for (let count = 0; count < 20; count += 1) {
      expect(pauseBefore(kept.read(), host, 5)).toBeUndefined();
      countRequest(kept, host, 5);
    }
  });

  test("asks for no long pause after a clock was wrong, nor for one of another host", () => {
    const kept = inMemory();
    const ahead = 1e12;
    for (let count = 0; count < burst; count += 1) countRequest(kept, host, ahead);
    keepPause(kept, host, ahead, requestedPause(ahead, 3_600_000));
    const freeAtMs = pauseBefore(kept.read(), host, 1_000)?.untilMs ?? 1_000;
    expect(freeAtMs).toBeLessThanOrEqual(1_000 + spanMs);
    expect(pauseBefore(kept.read(), host, freeAtMs)).toBeUndefined();
    countRequest(kept, host, freeAtMs);
    expect(pauseBefore(kept.read(), host, freeAtMs)?.untilMs).toBe(freeAtMs + spanMs);
    expect(pauseBefore(kept.read(), "https://other", ahead)).toBeUndefined();
  });

  test("keeps to a 429 until its time", () => {
    const kept = inMemory();
    keepPause(kept, host, 1_000, requestedPause(1_000, 5_000));
    expect(pauseBefore(kept.read(), host, 5_999)).toEqual({ untilMs: 6_000, why: "requested" });
    expect(pauseBefore(kept.read(), host, 6_000)).toBeUndefined();
  });

  test("counts down each second, and ends", async () => {
    const told: (number | undefined)[] = [];
    const startedAtMs = 1_000_000;
    let nowMs = startedAtMs;
    const pauses = createRateLimitWait({
      host,
      nowMs: () => nowMs,
      longestPauseMs: 9_000,
      notice: () => undefined,
      ending: new AbortController().signal,
    });
    const kept = inMemory();
    keepPause(kept, host, startedAtMs, requestedPause(startedAtMs, 1_200));
    pauses.subscribe((pause) => {
      told.push(pause?.seconds);
      // The wait for the next number takes just as long as it is to.
      if (pause !== undefined) nowMs = startedAtMs + 1_200 - (pause.seconds - 1) * 1_000;
    });
    const triedAtMs: number[] = [];
    await pauses.withRateLimit(async () => {
      triedAtMs.push(nowMs);
      const pause = pauseBefore(kept.read(), host, nowMs);
      if (pause !== undefined) throw new RateLimited(pause);
    });
    expect(told).toEqual([2, 1, undefined]);
    expect(triedAtMs).toEqual([startedAtMs, startedAtMs + 1_200]);
  });
});

const it = test
  /** When each sign-in or renewal arrived. */
  .extend("arrivals", { auto: true }, ({ sandbox: { catalogue, faults } }) => {
    const arrivals: number[] = [];
    catalogue.addPackage({ packageName: "Pack", bucketNames: ["bulk-A"] });
    const run = () => arrivals.push(Date.now());
    faults.add({ on: "token", effect: { kind: "meanwhile", run } });
    return arrivals;
  })
  .extend(
    "listPackages",
    ({ program }) =>
      () =>
        program.run(["packages", "bulk-A"]),
  )
  .extend("conf", ({ folder }) => join(folder, "settings", "config.json"));

describe("several processes", () => {
  it("wait for each other after many sign-ins, and report it", async ({
    folder,
    sandbox,
    arrivals,
    program,
    conf,
  }) => {
    const message = /Many sign-ins in a short time may lock the account: waiting \d+ seconds?/;
    let paidAtMs = 0;
    await mkdir(join(folder, "settings"), { recursive: true });
    /** The first request may be sent in four seconds, and the next four seconds later. */
    const spend = async () => {
      paidAtMs = Date.now() + burst * spanMs;
      await writeFile(
        `${conf}.new`,
        JSON.stringify({ tokenPace: [{ host: sandbox.host, paidAtMs }] }),
      );
      await rename(`${conf}.new`, conf);
    };
    await spend();
    const started = [1, 2].map(() => program.start(["packages", "bulk-A"]));
    const told = started.map(({ until }) => until(({ stderr }) => message.test(stderr)));
    const bothWait = Promise.all(told).then(() => true);
    // However long they take to start, none may send its request before both wait.
    while (!(await Promise.race([bothWait, wait(spanMs / 8, false)]))) await spend();
    const ended = await Promise.all(started.map((one) => one.ended));
    expect(ended.map(({ code }) => code)).toEqual([0, 0]);
    const texts = ended.map(({ stderr }) => stderr).join("");
    expect(texts).toContain("give several ids to one call of get, url, files or peek");
    expect(arrivals).toHaveLength(2);
    const { tokenPace } = JSON.parse(await readFile(conf, "utf8"));
    expect(tokenPace[0].paidAtMs).toBeGreaterThanOrEqual(paidAtMs + 2 * spanMs);
  });

  it("wait until the time that a 429 gave", async ({ sandbox, arrivals, listPackages }) => {
    sandbox.faults.add({ on: "token", times: 1, effect: namedFaults.tooManyRequests(6) });
    const ended = await Promise.all([1, 2, 3].map(() => listPackages()));
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(ended.map(({ stderr }) => stderr).join("")).toMatch(
      /The service asked for a pause \(429\): waiting [1-6] seconds? before signing in\./,
    );
    const [first = 0, ...others] = arrivals;
    expect(others).toHaveLength(3);
    for (const at of others) expect(at).toBeGreaterThanOrEqual(first + 6_000);
  });

  it("exit with 5 and the time if a 429 gave a long one", async ({
    sandbox,
    arrivals,
    listPackages,
  }) => {
    sandbox.faults.add({ on: "token", times: 1, effect: namedFaults.tooManyRequests(3_600) });
    const first = await listPackages();
    const later = await Promise.all([1, 2, 3].map(() => listPackages()));
    for (const { code, stderr } of [first, ...later]) {
      expect(code).toBe(5);
      expect(stderr).toMatch(
        /asked for a pause \(429\) until \d{4}-\d\d-\d\dT.*no sign-in is sent/,
      );
    }
    expect(arrivals).toHaveLength(1);
  });

  it("give up if 429 is answered again and again", async ({ sandbox, arrivals, listPackages }) => {
    sandbox.faults.add({ on: "token", effect: namedFaults.tooManyRequests(1) });
    const { code, stderr } = await listPackages();
    expect(code).toBe(5);
    expect(stderr).toContain("Too many requests");
    expect(arrivals.length).toBeLessThanOrEqual(3);
  });

  it("send a wrong password of the environment three times at most", async ({
    sandbox,
    program,
    arrivals,
    listPackages,
  }) => {
    const environment = { RDP_PASSWORD: "wrong-Password-1" };
    const codes: (number | null)[] = [];
    let told = "";
    for (let count = 0; count < 5; count += 1) {
      const { code, stderr } = await program.run(["packages", "bulk-A"], { environment });
      codes.push(code);
      told = stderr;
    }
    expect(codes).toEqual([3, 3, 3, 3, 3]);
    expect(told).toMatch(
      /refused three times within ten minutes.*Repeated failures lock an account/,
    );
    expect(arrivals).toHaveLength(3);
    const words = ["--username", sandbox.username, "--app-key", sandbox.appKey, "--password-stdin"];
    const signedIn = await program.run(["login", ...words], {
      environment,
      input: `${sandbox.password}\n`,
    });
    expect(signedIn.code).toBe(0);
    expect((await listPackages()).code).toBe(0);
  });
});

test("the terminal program counts down", async () => {
  let tell: (seconds: number | undefined) => void = () => undefined;
  const screen = renderProgram({
    columns: 100,
    prepare: ({ auth }) => {
      auth.answers.push(new Promise(() => undefined));
      tell = (seconds) => {
        for (const listener of auth.pauseListeners)
          listener(seconds === undefined ? undefined : { seconds, why: "requested" });
      };
    },
  });
  await screen.until("Signing in");
  tell(61);
  await screen.until("The service asked for a pause: signing in again in 1m01s");
  tell(60);
  await screen.until("signing in again in 1m00s");
  tell(undefined);
  await screen.until("Signing in to api.refinitiv.com");
});
