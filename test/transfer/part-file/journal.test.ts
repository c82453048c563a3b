import fs from "node:fs";
import path from "node:path";
import { describe, expect } from "vitest";
import {
  createJournal,
  type JournalHead,
  readJournal,
} from "../../../source/transfer/part-file/journal.ts";
import { createRanges } from "../../../source/transfer/part-file/ranges.ts";
import { test as base } from "../../support/test.ts";

const head: JournalHead = { version: 1, fileId: "40ec", bytes: 1_000, etag: '"e"' };
const manyClaims = 10_001;

const it = base
  .extend("file", ({ folder }) => path.join(folder, "a.part.journal"))
  .extend("spansRead", ({ file }) => {
    return (boot: string, partBytes = 1_000) => readJournal(file, boot, partBytes)?.done.spans();
  })
  /** A journal of this many bytes, each claimed separately, of which the first 100 are synced. */
  .extend("long", ({ file }) => {
    const journal = createJournal(file, { ...head, bytes: 2 * manyClaims }, "boot-1");
    const written = createRanges();
    const write = (first: number, end: number) => {
      written.add({ first, end });
      journal.written({ first, end });
    };
    for (let at = 0; at < manyClaims; at += 1) write(at, at + 1);
    const shorten = () => journal.shorten([{ first: 0, end: 100 }], written.spans);
    return { journal, write, shorten };
  });

describe("a journal", () => {
  it("reports all written bytes as long as the machine runs", ({ file, spansRead }) => {
    const journal = createJournal(file, head, "boot-1");
    journal.written({ first: 0, end: 100 });
    journal.written({ first: 500, end: 600 });
    expect(readJournal(file, "boot-1", 1_000)?.head).toEqual(head);
    expect(spansRead("boot-1")).toEqual([
      { first: 0, end: 100 },
      { first: 500, end: 600 },
    ]);
    journal.close();
  });

  it("reports only what was synced after a restart of the machine, whatever was written", async ({
    file,
    spansRead,
  }) => {
    const journal = createJournal(file, head, "boot-1");
    journal.written({ first: 0, end: 100 });
    const claimed = journal.claims();
    journal.written({ first: 100, end: 200 });
    await journal.synced(claimed);
    journal.written({ first: 200, end: 300 });
    journal.close();
    expect(spansRead("boot-2")).toEqual([{ first: 0, end: 100 }]);
    expect(spansRead("boot-1")).toEqual([{ first: 0, end: 300 }]);
  });

  it("carries over the claims of an earlier one, and keeps that until it is synced", async ({
    folder,
    file,
    spansRead,
  }) => {
    const earlier = createJournal(file, head, "boot-1");
    earlier.written({ first: 0, end: 50 });
    await earlier.synced(earlier.claims());
    earlier.close();
    const journal = createJournal(file, head, "boot-2", [{ first: 0, end: 50 }]);
    const known = journal.claims();
    journal.written({ first: 50, end: 60 });
    expect(spansRead("boot-2")).toEqual([{ first: 0, end: 60 }]);
    expect(spansRead("boot-3")).toEqual([{ first: 0, end: 50 }]);
    expect(fs.readdirSync(folder)).toEqual([path.basename(file), `${path.basename(file)}.new`]);
    await journal.synced(known);
    expect(spansRead("boot-2")).toEqual([{ first: 0, end: 60 }]);
    expect(spansRead("boot-3")).toEqual([{ first: 0, end: 50 }]);
    journal.close();
    expect(fs.readdirSync(folder)).toEqual([path.basename(file)]);
  });

  describe("that has become long", () => {
    it("starts again, and loses no claim made meanwhile or later", async ({
      file,
      spansRead,
      long,
    }) => {
      const { journal, write, shorten } = long;
      const longBytes = fs.statSync(file).size;
      const shortening = shorten();
      write(manyClaims, manyClaims + 1);
      await shortening;
      write(manyClaims + 10, manyClaims + 11);
      expect(fs.statSync(file).size).toBeLessThan(longBytes / 100);
      expect(spansRead("boot-1", 2 * manyClaims)).toEqual([
        { first: 0, end: manyClaims + 1 },
        { first: manyClaims + 10, end: manyClaims + 11 },
      ]);
      expect(spansRead("boot-2", 2 * manyClaims)).toEqual([{ first: 0, end: 100 }]);
      const claimed = journal.claims();
      write(manyClaims + 20, manyClaims + 21);
      await journal.synced(claimed);
      journal.close();
      expect(spansRead("boot-2", 2 * manyClaims)).toEqual([
        { first: 0, end: manyClaims + 1 },
        { first: manyClaims + 10, end: manyClaims + 11 },
      ]);
    });

    it("is still the long one, and alone, if it is closed meanwhile", async ({
      folder,
      file,
      spansRead,
      long,
    }) => {
      const { journal, shorten } = long;
      const shortening = shorten();
      journal.close();
      await expect(shortening).rejects.toThrow("closed");
      expect(fs.readdirSync(folder)).toEqual([path.basename(file)]);
      expect(spansRead("boot-1", 2 * manyClaims)).toEqual([{ first: 0, end: manyClaims }]);
    });

    it("continues if the new one cannot be created", async ({ file, spansRead, long }) => {
      const { journal, write, shorten } = long;
      fs.mkdirSync(`${file}.new`);
      await expect(shorten()).rejects.toThrow();
      write(manyClaims, manyClaims + 1);
      journal.close();
      expect(spansRead("boot-1", 2 * manyClaims)).toEqual([{ first: 0, end: manyClaims + 1 }]);
    });
  });

  it("claims nothing beyond the partial file", ({ file, spansRead }) => {
    const journal = createJournal(file, head, "boot-1");
    journal.written({ first: 0, end: 100 });
    journal.written({ first: 100, end: 200 });
    journal.close();
    expect(spansRead("boot-1", 150)).toEqual([{ first: 0, end: 100 }]);
  });

  it("is read up to the first damaged line, whatever the damage", ({ file }) => {
    const journal = createJournal(file, head, "boot-1");
    for (let at = 0; at < 500; at += 100) journal.written({ first: at, end: at + 100 });
    journal.close();
    const whole = fs.readFileSync(file);
    const damagedAt = (at: number, bits: number) => {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ bits;
      return damaged;
    };
    for (let at = 0; at < whole.length; at += 1) {
      // Flipping the lowest bit of a digit gives another digit, which is still valid JSON.
      for (const bytes of [damagedAt(at, 0x10), damagedAt(at, 1), whole.subarray(0, at)]) {
        fs.writeFileSync(file, bytes);
        const end = readJournal(file, "boot-1", 1_000)?.done.prefixEnd() ?? 0;
        expect(end % 100).toBe(0);
        expect(end).toBeLessThanOrEqual(500);
      }
    }
  });

  it.for(["", "hello\n"])("is ignored with the text %j", (text, { file }) => {
    fs.writeFileSync(file, text);
    expect(readJournal(file, "boot-1", 1_000)).toBeUndefined();
  });

  it("is ignored with a claim outside the object", ({ file }) => {
    const journal = createJournal(file, { ...head, bytes: 10 }, "boot-1");
    journal.written({ first: 0, end: 11 });
    journal.close();
    expect(readJournal(file, "boot-1", 1_000)).toBeUndefined();
  });
});
