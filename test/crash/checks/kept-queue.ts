import fs from "node:fs";
import path from "node:path";
import * as v from "valibot";
import { openQueueFile } from "../../../source/transfer/queue/queue-file.ts";
import type { Tree } from "../disk-model.ts";
import { type Check, type CheckParts, goesOn, parsed } from "./check.ts";

const queueShape = v.object({
  waiting: v.array(v.object({ file: v.object({ name: v.string() }) })),
});

/** The next start offers each download that was queued when the program continued, or the file is saved. */
export function createKeptQueue({ disk, facts, scratch }: CheckParts): Check {
  const { folder, settings, finals } = facts;
  const place = path.join(scratch, "queue");
  let owed: readonly string[] = [];

  const queuesIn = ({ files }: Tree) =>
    [...files].filter(([file]) => /^transfers-/.test(path.relative(settings, file)));

  const waitingNow = () =>
    queuesIn(disk.now()).flatMap(([, content]) => {
      const queue = v.safeParse(queueShape, parsed(content().toString("utf8")));
      return queue.success ? queue.output.waiting.map(({ file }) => file.name) : [];
    });

  const adoptedFrom = (queues: ReturnType<typeof queuesIn>): string[] => {
    fs.rmSync(place, { recursive: true, force: true });
    fs.mkdirSync(place);
    for (const [file, content] of queues)
      fs.writeFileSync(path.join(place, path.basename(file)), content());
    return openQueueFile(place).recovered.map(({ file }) => file.name);
  };

  return {
    follow(operation) {
      if (goesOn(operation)) owed = waitingNow();
    },
    problemOf(tree) {
      const queues = queuesIn(tree);
      if (owed.length === 0 && queues.length === 0) return undefined;
      const adopted = adoptedFrom(queues);
      const strange = adopted.filter((name) => !finals.has(name));
      if (strange.length > 0) return `the queue has ${strange.join(", ")}, which was never queued`;
      const isKept = (name: string) =>
        adopted.includes(name) || tree.files.has(path.join(folder, name));
      const lost = owed.filter((name) => !isKept(name));
      return lost.length > 0 ? `the queue has lost ${lost.join(", ")}` : undefined;
    },
  };
}
