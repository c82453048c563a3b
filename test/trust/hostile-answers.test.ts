import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { describe, expect } from "vitest";
import { throughSilences } from "../support/program/silences.ts";
import { test as base } from "../support/test.ts";
import { type Heard, listen } from "./listener.ts";

const token = JSON.stringify({ access_token: "an-access-token", expires_in: "600" });

/** `silent` is called when the program is to be left without another word for a while. */
type Hostile = (request: Heard, response: ServerResponse, silent: () => void) => void;

/** A second more than the program's patience. */
const longSilence = 31;

const test = base.extend("variables", {
  RDP_USERNAME: "u",
  RDP_PASSWORD: "a-password",
  RDP_APP_KEY: "k",
});

interface Call {
  answer: Hostile;
  /** How to answer sign-ins; undefined: with a token. */
  signIn?: Hostile;
  words?: readonly string[];
  clockSeconds?: number;
}

/** Runs a command against a service with these answers, and measures the most memory that it had. */
const it = test.extend("against", ({ program }, { onCleanup }) => {
  return async ({ answer, signIn, words = ["packages", "bulk-A"], clockSeconds }: Call) => {
    let silences = 0;
    const { close, heard, origin } = await listen((request, response) => {
      const silent = () => {
        silences += 1;
      };
      if (!request.url.endsWith("/token")) answer(request, response, silent);
      else if (signIn === undefined) response.end(token);
      else signIn(request, response, silent);
    });
    onCleanup(close);
    const options = {
      environment: { RDP_HOST: origin },
      clockSeconds: clockSeconds ?? longSilence,
    };
    const started = program.start(words, options);
    let mostMb = 0;
    const watch = setInterval(() => {
      mostMb = Math.max(mostMb, megabytesOf(started.pid));
    }, 50);
    const ended = await throughSilences(started, () => silences);
    clearInterval(watch);
    return { ...ended, heard, mostMb };
  };
});

function megabytesOf(pid: number): number {
  try {
    return (
      Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024
    );
  } catch {
    return 0;
  }
}

const pour = (response: ServerResponse, piece: Buffer) => {
  const more = () => {
    while (!response.destroyed && response.write(piece));
  };
  response.on("drain", more);
  more();
};

const deep = (levels: number) => `${'{"value":['.repeat(levels)}`;

let turn = 0;
const item = (id: string) => ({ packageId: id, packageName: id, bucketNames: ["bulk-A"] });

const answers: [string, Hostile, clockSeconds?: number][] = [
  ["an endless one", (_, response) => pour(response, Buffer.alloc(65_536, "[1,"))],
  ["one that never begins", (_, __, silent) => silent()],
  [
    "one that stops",
    (_, response, silent) => {
      response.write('{"value":[');
      silent();
    },
  ],
  [
    "one that trickles in for ever",
    (_, response, silent) => {
      const drip = setInterval(() => {
        response.write(" ");
        silent();
      }, 50);
      response.on("close", () => clearInterval(drip));
    },
    20,
  ],
  [
    "one that is cut",
    (_, response) =>
      response.writeHead(200, { "Content-Length": "99" }).write("{", () => response.destroy()),
  ],
  ["an empty one", (_, response) => response.end()],
  ["deep nesting", (_, response) => response.end(deep(100_000))],
  [
    "deep nesting that is JSON",
    (_, response) => response.end(`{"value":${"[".repeat(9_999)}${"]".repeat(9_999)}}`),
  ],
  [
    "a gzip bomb",
    (_, response) => response.writeHead(200, { "Content-Encoding": "gzip" }).end(bomb.gzip),
  ],
  [
    "a brotli bomb",
    (_, response) => response.writeHead(200, { "Content-Encoding": "br" }).end(bomb.brotli),
  ],
  [
    "damaged gzip",
    (_, response) => response.writeHead(200, { "Content-Encoding": "gzip" }).end("no gzip"),
  ],
  ["wrong types", (_, response) => response.end('{"value":{"a":1},"@nextLink":5}')],
  ["items of wrong types", (_, response) => response.end('{"value":[5,null,"x",[]]}')],
  ["null", (_, response) => response.end("null")],
  ["a huge header", (_, response) => response.writeHead(200, { x: "x".repeat(60_000) }).end("{}")],
  ["a redirect to itself", ({ url }, response) => response.writeHead(302, { Location: url }).end()],
  [
    "a page that leads back",
    ({ url }, response) => response.end(JSON.stringify({ value: [item("a")], "@nextLink": url })),
  ],
  [
    "ever new pages with the same items",
    (_, response) => response.end(JSON.stringify({ value: [item("a")], "@nextLink": nextPage() })),
  ],
  [
    "ever new pages with nothing",
    (_, response) => response.end(JSON.stringify({ value: [], "@nextLink": nextPage() })),
  ],
];

function nextPage(): string {
  turn += 1;
  return `/file-store/v1/packages?skipToken=${turn}`;
}

const zeros = () => Buffer.alloc(200 * 1024 * 1024);
const bomb = {
  gzip: gzipSync(zeros(), { level: 1 }),
  brotli: brotliCompressSync(zeros(), { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
};

describe("to an answer of the service", () => {
  it.concurrent.for(answers)(
    "that is %s, cfs exits with 5 and one sentence",
    async ([_, answer, clockSeconds], { against }) => {
      const { code, stderr, mostMb } = await against({ answer, clockSeconds });
      expect({ code, stderr }).toEqual({
        code: 5,
        stderr: expect.stringMatching(/^cfs: Listing.*\.\n$/),
      });
      expect(stderr.length).toBeLessThan(1_000);
      expect(mostMb).toBeLessThan(450);
    },
  );
});

describe("to an answer to a sign-in", () => {
  const signIns = answers.filter(([what]) =>
    /endless|never begins|cut|bomb|deep nesting$|null/.test(what),
  );
  it.concurrent.for(signIns)(
    "that is %s, cfs exits with 5 and sends the password three times at most",
    async ([_, signIn], { against }) => {
      const call = { answer: signIn, signIn, words: ["status"] };
      const { code, stderr, heard } = await against(call);
      expect({ code, stderr }).toEqual({
        code: 5,
        stderr: expect.stringMatching(/^cfs: Signing in as u.*\.\n$/),
      });
      expect(heard.length).toBeLessThanOrEqual(3);
    },
  );
});

describe("hostile names", () => {
  it("are saved in the folder, and reach neither other folders nor the terminal", async ({
    folder,
    against,
  }) => {
    const names = [
      "../../../etc/cron.d/x",
      "/etc/passwd",
      "C:\\Windows\\system32\\x.dll",
      "..",
      ".",
      "CON",
      "nul.csv",
      "a\u0000b",
      "\u001b]0;owned\u0007\u001b[2Jx",
      "\u202egnp.exe",
      "n".repeat(10_000),
      "a.bin.part",
      "\ud800",
      "  ",
    ];
    const body = Buffer.from("bytes of the file");
    const files = names.map((filename, index) => ({ id: `f${index}`, filename, filesetId: "s" }));
    const { code, stdout, stderr } = await against({
      answer: ({ headers, url }, response) => {
        const origin = `http://${headers.host}`;
        const { pathname } = new URL(url, origin);
        if (pathname.endsWith("/stream"))
          response.end(JSON.stringify({ url: `${origin}/object?X-Amz-Signature=0123456789` }));
        else if (pathname === "/object") response.end(body);
        else if (pathname.endsWith("/files")) response.end(JSON.stringify({ value: files }));
        else response.end('{"value":[]}');
      },
      words: ["get", "s", "-o", "out", "--json"],
    });
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    const saved = stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
    expect(saved).toHaveLength(names.length);
    const out = `${folder}/out/`;
    for (const { path, status } of saved) {
      expect(status).toBe("saved");
      expect(path.startsWith(out)).toBe(true);
      expect(path.slice(out.length)).not.toMatch(/[/\\\u0000-\u001f]|^\.\.?$/);
      expect(readFileSync(path)).toEqual(body);
    }
    expect(new Set(saved.map(({ path }) => path)).size).toBe(names.length);
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });
});
