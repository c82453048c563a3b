import fs from "node:fs";
import { expect, it } from "vitest";
import { createRecorder } from "./recorder.ts";
import { readLog } from "./recording.ts";

it("drops an operation that a kill cut off, and keeps what is recorded after it", () => {
  const recorder = createRecorder();
  try {
    const told = '{"op":"write","fd":9,"bytes":4}\n';
    fs.writeFileSync(recorder.log, `${told}{"a\n${told}{"`);
    recorder.ended();
    fs.appendFileSync(recorder.log, `${told}1\n34${told}12`);
    recorder.ended(true);
    expect(readLog(fs.readFileSync(recorder.log))).toEqual([
      { op: "write", fd: 9, bytes: 4, data: Buffer.from('{"a\n') },
      { op: "ended", restart: false },
      { op: "write", fd: 9, bytes: 4, data: Buffer.from("1\n34") },
      { op: "ended", restart: true },
    ]);
  } finally {
    recorder.remove();
  }
});
