import type { Endpoint } from "../../source/sandbox/http/faults.ts";
import { type Random, randomFrom } from "../../source/sandbox/model/random.ts";
import { type Effect, namedFaults, type Sandbox } from "../../source/sandbox/sandbox.ts";

const listings: Endpoint[] = ["packages", "file-sets", "files", "file", "stream"];

/** Makes a share of the requests at each endpoint meet each fault, as the seed decides; returns the numbers that follow. */
export function addRandomFaults(sandbox: Sandbox, seed: number): Random {
  const random = randomFrom(seed);
  const add = (on: Endpoint | Endpoint[], perThousand: number, make: () => Effect) => {
    const effect = make();
    const when = () => {
      if (random.below(1_000) >= perThousand) return false;
      Object.assign(effect, make());
      return true;
    };
    sandbox.faults.add({ on, when, effect });
  };
  const upTo = (bytes: number) => random.below(bytes);

  add("token", 60, () => namedFaults.serviceError(503));
  add("token", 30, () => ({ kind: "hangUp" }));
  add("token", 20, () => ({ kind: "loseAnswer" }));
  add("token", 20, () => namedFaults.htmlPage());

  add(listings, 20, () => namedFaults.serviceError(random.pick([500, 502, 503, 504])));
  add(listings, 5, () => namedFaults.tooManyRequests(0));
  add(listings, 10, () => ({ kind: "hangUp" }));
  add(listings, 10, () => ({ kind: "loseAnswer" }));
  add(listings, 10, () => ({ kind: "cutAfter", bytes: upTo(200), reset: upTo(2) === 0 }));
  add(listings, 5, () => namedFaults.htmlPage());
  add(listings, 5, () => namedFaults.tokenExpired());
  add(listings, 2, () => ({ kind: "stall", afterBytes: upTo(100) }));
  add(listings, 20, () => ({ kind: "delay", ms: upTo(60) }));
  add("file-sets", 3, () => ({ kind: "meanwhile", run: sandbox.expireAccessTokens }));

  add("objects", 60, () => ({ kind: "cutAfter", bytes: upTo(400_000) }));
  add("objects", 30, () => ({ kind: "cutAfter", bytes: upTo(400_000), reset: true }));
  add("objects", 10, () => ({ kind: "stall", afterBytes: upTo(400_000) }));
  add("objects", 10, () => ({ kind: "hangUp" }));
  add("objects", 20, () => namedFaults.slowDown());
  add("objects", 10, () => namedFaults.internalError());
  add("objects", 10, () => namedFaults.signatureMismatch());
  add("objects", 5, () => namedFaults.notThere());
  add("objects", 3, () => namedFaults.redirect("http://127.0.0.1:9/"));
  add("objects", 3, () => ({ kind: "meanwhile", run: sandbox.expireUrls }));
  add("objects", 5, () => ({ kind: "corrupt", at: upTo(300_000) }));
  add("objects", 5, () => ({ kind: "changed" }));
  add("objects", 5, () => ({ kind: "ignoreRange" }));
  add("objects", 3, () => ({ kind: "shiftRange", by: 1 + upTo(1_000) }));
  add("objects", 5, () => ({ kind: "wrongLength", by: random.pick([-7, 9]) }));
  add("objects", 10, () => ({ kind: "noLength" }));
  add("objects", 5, () => ({ kind: "header", name: "ETag", value: undefined }));
  add("objects", 20, () => ({ kind: "slow", bytesPerSecond: 500_000 + upTo(3_000_000) }));
  return random;
}
