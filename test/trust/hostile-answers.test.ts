import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { makeHome, start } from "../support/program/run.ts";
import { throughSilences } from "../support/program/silences.ts";
import { type Heard, type Listener, listen } from "./listener.ts";

const environmentFor = ({ origin }: Listener) => ({
  RDP_HOST: origin,
  RDP_USERNAME: "u",
  RDP_PASSWORD: "a-password",
  RDP_APP_KEY: "k",
});

const token = JSON.stringify({ access_token: "an-access-token", expires_in: "600" });

/** `silent` is called when the program is to be left without another word for a while. */
type Hostile = (request: Heard, response: ServerResponse, silent: () => void) => void;

/** A second more than the program's patience. */
const longSilence = 31;

/** Runs a command against a service that signs in and then answers so; with the most memory that it had, in MB. */
async function against(
  answer: Hostile,
  clockSeconds = longSilence,
  words = ["packages", "bulk-A"],
) {
  let silences = 0;
  const service = await listen((request, response) => {
    if (request.url.endsWith("/token")) response.end(token);
    else answer(request, response, () => (silences += 1));
  });
  const home = await makeHome(environmentFor(service));
  const { directory, environment } = home;
  const program = start(words, { directory, environment, clockSeconds });
  let mostMb = 0;
  const watch = setInterval(() => {
    mostMb = Math.max(mostMb, megabytesOf(program.pid));
  }, 50);
  const ended = await throughSilences(program, () => silences);
  clearInterval(watch);
  await service.close();
  return { ...ended, home, mostMb };
}

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
    (_, response) => response.writeHead(200, { "Content-Length": "99" }).end("{"),
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

const bomb = {
  gzip: gzipSync(Buffer.alloc(200 * 1024 * 1024)),
  brotli: brotliCompressSync(Buffer.alloc(200 * 1024 * 1024)),
};

describe("to an answer of the service", () => {
  it.concurrent.each(answers)(
    "that is %s, a sentence and 5 are the end",
    async (_, answer, seconds) => {
      const { code, stderr, home, mostMb } = await against(answer, seconds);
      await home.remove();
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
  it.concurrent.each(signIns)(
    "that is %s, a sentence and 5 are the end, and the password is not sent for ever",
    async (_, answer) => {
      let silences = 0;
      const service = await listen((request, response) =>
        answer(request, response, () => (silences += 1)),
      );
      const { directory, environment, remove } = await makeHome(environmentFor(service));
      const options = { directory, environment, clockSeconds: longSilence };
      const { code, stderr } = await throughSilences(start(["status"], options), () => silences);
      await Promise.all([service.close(), remove()]);
      expect({ code, stderr }).toEqual({
        code: 5,
        stderr: expect.stringMatching(/^cfs: Signing in as u.*\.\n$/),
      });
      expect(service.heard.length).toBeLessThanOrEqual(3);
    },
  );
});

describe("names that are to do harm", () => {
  it("are told and saved without leaving the folder or reaching the terminal", async () => {
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
    const { code, stdout, stderr, home } = await against(
      ({ headers, url }: Heard, response) => {
        const origin = `http://${headers.host}`;
        const { pathname } = new URL(url, origin);
        if (pathname.endsWith("/stream"))
          response.end(JSON.stringify({ url: `${origin}/object?X-Amz-Signature=0123456789` }));
        else if (pathname === "/object") response.end(body);
        else if (pathname.endsWith("/files")) response.end(JSON.stringify({ value: files }));
        else response.end('{"value":[]}');
      },
      longSilence,
      ["get", "s", "-o", "out", "--json"],
    );
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    const saved = stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
    expect(saved).toHaveLength(names.length);
    const folder = `${home.directory}/out/`;
    for (const { path, status } of saved) {
      expect(status).toBe("saved");
      expect(path.startsWith(folder)).toBe(true);
      expect(path.slice(folder.length)).not.toMatch(/[/\\\u0000-\u001f]|^\.\.?$/);
      expect(readFileSync(path)).toEqual(body);
    }
    expect(new Set(saved.map(({ path }) => path)).size).toBe(names.length);
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    await home.remove();
  });
});
