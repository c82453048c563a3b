import assert from "node:assert/strict";
import fs from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect } from "vitest";
import {
  bucketReply,
  fileReply,
  fileSetReply,
  packageReply,
  pageReply,
  readReply,
  readSanitized,
  tokenReply,
  urlReply,
} from "../../source/api/replies/replies.ts";
import { AppError } from "../../source/base/errors.ts";
import { redact, Secret } from "../../source/base/secret.ts";
import { readEnvironment } from "../../source/config/environment.ts";
import { resolveSettings } from "../../source/config/settings.ts";
import { isDamagedState, readState } from "../../source/config/state-schema.ts";
import { isAllowedAddress } from "../../source/domain/address.ts";
import { readErrorBody } from "../../source/network/error-body.ts";
import { syncPathsOf } from "../../source/sync/manifest.ts";
import { openManifest, readManifest } from "../../source/sync/manifest-file.ts";
import { createJournal, readJournal } from "../../source/transfer/part-file/journal.ts";
import { openQueueFile } from "../../source/transfer/queue/queue-file.ts";
import { memoryFolder } from "../support/memory-folder.ts";
import { test } from "../support/test.ts";

// Within so many runs the tests use assert, because an expectation takes longer than most readers.
const numRuns = 10_000;
const few = { numRuns, maxSkipsPerRun: 100 };

const it = test.extend("folder", memoryFolder);

/** Words that the program's own texts have, so that what is made up comes close to them. */
const names = fc.constantFrom(
  ...["value", "@nextLink", "id", "name", "filename", "filesetId", "fileSizeInBytes", "md5"],
  ...["packageId", "packageName", "bucketNames", "attributes", "files", "numFiles", "status"],
  ...[
    "access_token",
    "refresh_token",
    "expires_in",
    "url",
    "error",
    "error_description",
    "message",
  ],
  ...["sessions", "host", "user", "tokenPace", "lastVisit", "lastAccount", "kind", "settings"],
  ...["version", "process", "waiting", "followed", "fileSets", "fact", "__proto__", "constructor"],
);

const texts = fc.oneof(
  names,
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom(
    "../x",
    "\u001b[2J",
    "\u202e",
    "\u0000",
    "1e999",
    "https://h/x",
    "begun",
    "there",
  ),
);

const { value: made } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    texts,
    fc.constantFrom(null, true, false, 0, -1, 1, 1e308, 2 ** 53, 0.5),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.oneof(names, texts), tie("value"), { maxKeys: 5 }),
  ),
}));

/** JSON, and what was JSON before something happened to it. */
const jsonTexts = fc.oneof(
  made.map((value) => JSON.stringify(value)),
  fc.tuple(made, fc.nat(200)).map(([value, length]) => JSON.stringify(value).slice(0, length)),
  fc.string({ unit: "binary", maxLength: 40 }),
);

const answerOf = (text: string) => ({ status: 200, header: () => undefined, text });

/** Runs `work`; all that it may throw is an AppError. */
function onlyToldFailures<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    assert.doesNotMatch(thrown.message, /[\u0000-\u001f\u202a-\u202e]/);
    assert.ok(thrown.message.length < 2_000, thrown.message);
    return undefined;
  }
}

describe("replies", () => {
  const listed = [pageReply, bucketReply, packageReply, fileSetReply, fileReply];

  it("are understood or refused in a sentence, whatever comes", () => {
    fc.assert(
      fc.property(jsonTexts, (text) => {
        const answer = answerOf(text);
        for (const schema of listed) {
          const read = onlyToldFailures(() => readSanitized("Listing", answer, schema));
          if (read !== undefined)
            assert.doesNotMatch(JSON.stringify(read), /\\u00(0[0-8b-f]|1|7f)|\u202e/);
        }
        for (const schema of [tokenReply, urlReply])
          onlyToldFailures(() => readReply("Asking", answer, schema));
      }),
      few,
    );
  });

  it("that refuse are quoted in a few characters that steer nothing", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          jsonTexts,
          texts.map((text) => `<Error><Code>${text}</Code></Error>`),
        ),
        (text) => {
          for (const said of Object.values(readErrorBody(text)).filter(isSaid)) {
            assert.ok(said.length <= 500, said);
            assert.doesNotMatch(said, /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
          }
        },
      ),
      few,
    );
  });
});

function isSaid(said: string | undefined): said is string {
  return said !== undefined;
}

describe("addresses", () => {
  const parts = fc.constantFrom(
    ...["https:", "http:", "//", "/", "\\", "@", "127.0.0.1", "localhost", "api.refinitiv.com"],
    ...[
      "[::1]",
      "0x7f.1",
      "2130706433",
      ".",
      ":",
      "8080",
      "?",
      "#",
      "%2f",
      "evil.example",
      "127.1",
    ],
    ...["file:", "javascript:", "\t", " ", "\u0000", "ⓛocalhost", "u:p", "..", "ftp:"],
  );
  const addresses = fc.array(parts, { maxLength: 8 }).map((some) => some.join(""));

  it("of the service are https, or this machine, or refused in a sentence", () => {
    let read = 0;
    fc.assert(
      fc.property(addresses, (text) => {
        const environment = onlyToldFailures(() => readEnvironment({ RDP_HOST: text }));
        if (environment === undefined) return;
        read += 1;
        const url = new URL(environment.host);
        assert.ok(isAllowedAddress(url), url.href);
        assert.equal(url.username + url.password, "");
        if (url.protocol === "https:") return;
        assert.equal(url.protocol, "http:");
        assert.match(url.hostname, /^(localhost|\[::1\]|127\.\d+\.\d+\.\d+)$/);
      }),
      few,
    );
    expect(read).toBeGreaterThan(numRuns / 100);
  });
});

describe("secrets", () => {
  const tokens = fc.stringMatching(/^[\w.~+/=-]{12,80}$/);
  const spellings: ((secret: string) => string)[] = [
    (secret) => secret,
    encodeURIComponent,
    (secret) => new URLSearchParams({ a: secret }).toString(),
    (secret) => JSON.stringify({ a: secret }),
    (secret) => Buffer.from(secret).toString("base64"),
    (secret) => `Bearer ${secret}`,
    (secret) => `https://h/x?a=${secret}`,
  ];

  it("are found in every spelling, wherever they stand", () => {
    fc.assert(
      fc.property(
        tokens,
        fc.string(),
        fc.string(),
        fc.constantFrom(...spellings),
        (token, before, after, spell) => {
          const secret = new Secret(token);
          const told = redact(`${before} ${spell(secret.reveal())} ${after}`);
          const around = `${before} ${after}`;
          for (const form of [
            token,
            encodeURIComponent(token),
            Buffer.from(token).toString("base64"),
          ])
            assert.ok(around.includes(form) || !told.includes(form), told);
        },
      ),
      few,
    );
  });
});

describe("what is kept on disk", () => {
  it("settings and sessions are read, or are damaged, and nothing of them is quoted", ({
    folder,
  }) => {
    const path = join(folder, "config.json");
    fc.assert(
      fc.property(jsonTexts, (text) => {
        fs.writeFileSync(path, text);
        try {
          const { sessions, tokenPace } = readState(path);
          assert.ok(Array.isArray(sessions) && Array.isArray(tokenPace));
        } catch (thrown) {
          assert.ok(isDamagedState(thrown), String(thrown));
          if (thrown instanceof SyntaxError)
            assert.match(thrown.message, /^it is broken at|^the settings/);
        }
      }),
      few,
    );
  });

  it("settings of a person are used or warned of, and never thrown at", () => {
    fc.assert(
      fc.property(made, fc.dictionary(names, made), (kept, variables) => {
        const texts = Object.entries(variables).map(([name, value]) => [
          name,
          JSON.stringify(value),
        ]);
        const { settings } = resolveSettings({ variables: Object.fromEntries(texts), kept });
        assert.equal(typeof settings.theme, "string");
      }),
      few,
    );
  });

  it("journals claim only written bytes, however they are damaged", async ({ folder }) => {
    const path = join(folder, "a.part.journal");
    const head = { version: 1, fileId: "f", bytes: 1_000, etag: '"e"' } as const;
    const journal = createJournal(path, head, "boot");
    for (let first = 0; first < 500; first += 100) journal.written({ first, end: first + 100 });
    await journal.synced(5);
    journal.close();
    const whole = fs.readFileSync(path);
    let read = 0;
    const damages = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 4 });
    fc.assert(
      fc.property(damages, fc.nat(whole.length), jsonTexts, (bytes, length, more) => {
        const text = Buffer.from(whole);
        for (const [at, byte] of bytes) text[at] = byte;
        fs.writeFileSync(path, Buffer.concat([text.subarray(0, length), Buffer.from(more)]));
        const kept = readJournal(path, "boot", 1_000);
        if (kept === undefined) return;
        read += 1;
        assert.deepEqual(kept.head, head);
        assert.ok(kept.done.bytes() <= 500);
        for (const { first, end } of kept.done.spans()) assert.ok(first >= 0 && end <= 500);
      }),
      few,
    );
    expect(read).toBeGreaterThan(numRuns / 100);
  });

  it("queues of other processes are taken over or count as empty", ({ folder }) => {
    const directory = join(folder, "queues");
    fs.mkdirSync(directory);
    const begun = { version: 1, process: { pid: 2 ** 22 + 1, host: "elsewhere" } };
    const queues = fc.oneof(
      jsonTexts,
      made.map((waiting) => JSON.stringify({ ...begun, waiting: [waiting] })),
    );
    fc.assert(
      fc.property(queues, (text) => {
        fs.writeFileSync(join(directory, "transfers-left.json"), text);
        const queue = openQueueFile(directory);
        for (const { file } of queue.recovered) assert.equal(typeof file.fileId, "string");
        queue.save([]);
        for (const name of fs.readdirSync(directory)) fs.rmSync(join(directory, name));
      }),
      few,
    );
  });

  it("manifests name files of their folder only", ({ folder }) => {
    const paths = syncPathsOf(join(folder, "synced"));
    fs.mkdirSync(paths.folder, { recursive: true });
    const file = { fileId: "f", fileSetId: "s", bytes: 1, sha256: "0".repeat(64), brought: true };
    const facts = texts.map((name) => JSON.stringify({ fact: "there", file: { ...file, name } }));
    fc.assert(
      fc.property(
        jsonTexts,
        fc.array(fc.oneof(jsonTexts, facts), { maxLength: 4 }),
        (text, lines) => {
          fs.writeFileSync(paths.manifest, text);
          fs.writeFileSync(paths.log, lines.join("\n"));
          const { manifest } = readManifest(paths);
          for (const records of manifest.files.values())
            for (const { name } of records.values())
              assert.doesNotMatch(name, /[/\\\u0000]|^\.\.?$/);
        },
      ),
      few,
    );
    expect(openManifest(paths).manifest).toBeDefined();
  });
});
