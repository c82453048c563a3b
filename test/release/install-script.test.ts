import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { describe, expect } from "vitest";
import { missingPrograms } from "../support/program/missing-programs.ts";
import { test } from "../support/test.ts";

const script = fileURLToPath(new URL("../../scripts/install.sh", import.meta.url));
const program = "#!/bin/sh\necho 1.2.0\n";
const digest = createHash("sha256").update(program).digest("hex");
const address = v.object({ port: v.number() });

const it = test
  /** The files of a release, by their names. */
  .extend("files", () => {
    const sums = `${"0".repeat(64)}  other-cfs-linux-x64\n${digest}  cfs-linux-x64\n`;
    return new Map([
      ["SHA256SUMS", sums],
      ["cfs-linux-x64", program],
    ]);
  })
  .extend("url", async ({ files }, { onCleanup }) => {
    const server = createServer(({ url = "" }, answer) => {
      const text = files.get(url.replace("/v1.2.0/", ""));
      answer.writeHead(text === undefined ? 404 : 200, { connection: "close" }).end(text);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onCleanup(() => void server.close());
    return `http://127.0.0.1:${v.parse(address, server.address()).port}/v1.2.0`;
  })
  /** Runs the script on a machine of this kind. */
  .extend("install", async ({ folder }) => {
    const tools = join(folder, "tools");
    await mkdir(tools);
    const uname = '#!/bin/sh\ncase $1 in -s) echo Linux ;; -m) echo "$MACHINE" ;; esac\n';
    await writeFile(join(tools, "uname"), uname, { mode: 0o755 });
    return (words: string[], variables: Record<string, string> = {}) =>
      new Promise<{ code: number; output: string }>((resolve) => {
        const PATH = `${tools}:${process.env["PATH"]}`;
        const env = { PATH, HOME: folder, MACHINE: "x86_64", ...variables };
        execFile("sh", [script, ...words], { env }, (error, stdout, stderr) =>
          resolve({ code: Number(error?.code ?? 0), output: stdout + stderr }),
        );
      });
  })
  .extend("installed", ({ folder }) => async (prefix = ".local") => {
    const bin = join(folder, prefix, "bin");
    return (await readdir(folder)).includes(prefix) ? readdir(bin) : [];
  });

describe.skipIf(missingPrograms("curl"))("install.sh", () => {
  it("installs the executable that SHA256SUMS lists into ~/.local/bin", async ({
    folder,
    install,
    installed,
    url,
  }) => {
    const { code, output } = await install([`${url}/`]);
    const bin = join(folder, ".local/bin");
    expect({ code, output }).toEqual({
      code: 0,
      output: `Installed ${bin}/cfs\nAdd ${bin} to PATH to run it as cfs.\n`,
    });
    expect(await installed()).toEqual(["cfs"]);
    const ran = await new Promise((done) => execFile(`${bin}/cfs`, (_, stdout) => done(stdout)));
    expect(ran).toBe("1.2.0\n");
  });

  it("takes address and folder from variables", async ({ folder, install, installed, url }) => {
    const variables = { CFS_RELEASE_URL: url, PREFIX: join(folder, "opt") };
    expect(await install([], variables)).toMatchObject({ code: 0 });
    expect(await installed("opt")).toEqual(["cfs"]);
  });

  it("replaces an older executable", async ({ folder, install, url }) => {
    const bin = join(folder, ".local/bin");
    await mkdir(bin, { recursive: true });
    await writeFile(join(bin, "cfs"), "older");
    expect(await install([url])).toMatchObject({ code: 0 });
    expect(await readFile(join(bin, "cfs"), "utf8")).toBe(program);
  });

  it("checks a digest that the user knows, in place of SHA256SUMS", async ({
    files,
    install,
    installed,
    url,
  }) => {
    files.delete("SHA256SUMS");
    const wrong = await install([url, "--sha256", "1".repeat(64)]);
    expect(wrong).toMatchObject({
      code: 1,
      output: expect.stringContaining(`not ${"1".repeat(64)}`),
    });
    expect(await installed()).toEqual([]);
    expect(await install([url, "--sha256", digest.toUpperCase()])).toMatchObject({ code: 0 });
    expect(await installed()).toEqual(["cfs"]);
  });

  it("installs nothing if the download differs from SHA256SUMS", async ({
    files,
    folder,
    install,
    installed,
    url,
  }) => {
    files.set("cfs-linux-x64", `${program}# changed\n`);
    const bin = join(folder, ".local/bin");
    await mkdir(bin, { recursive: true });
    await writeFile(join(bin, "cfs"), "older");
    const { code, output } = await install([url]);
    expect(code).toBe(1);
    expect(output).toMatch(
      /SHA-256 of cfs-linux-x64 is [0-9a-f]{64}, not .* Nothing was installed/,
    );
    expect(await readFile(join(bin, "cfs"), "utf8")).toBe("older");
    expect(await installed()).toEqual(["cfs"]);
  });

  it("installs nothing that does not run on this machine", async ({
    files,
    install,
    installed,
    url,
  }) => {
    const broken = "#!/bin/sh\necho no libatomic.so.1 >&2\nexit 127\n";
    files.set("cfs-linux-x64", broken);
    const known = createHash("sha256").update(broken).digest("hex");
    const { code, output } = await install([url, "--sha256", known]);
    expect(code).toBe(1);
    expect(output).toContain("cfs does not run on this machine: no libatomic.so.1.");
    expect(await installed()).toEqual([]);
  });

  it.for<[string, string[], number, RegExp]>([
    ["no address", [], 2, /Missing argument: URL/],
    ["plain http", ["http://files.example.com"], 2, /is not an https address/],
    ["plain http behind a user name", ["http://127.0.0.1:1@example.com"], 2, /is not an https/],
    ["an unknown option", ["--force"], 2, /Unknown option --force/],
    ["a digest that is missing", ["--sha256"], 2, /Missing value: --sha256/],
  ])("is refused with %s", async ([_, words, code, reason], { install, installed }) => {
    const ended = await install(words);
    expect(ended).toEqual({ code, output: expect.stringMatching(reason) });
    expect(await installed()).toEqual([]);
  });

  it("names the address that has no files", async ({ files, install, installed, url }) => {
    files.delete("cfs-linux-x64");
    const { code, output } = await install([url]);
    expect(code).toBe(1);
    expect(output).toContain(`Could not download ${url}/cfs-linux-x64.`);
    expect(await installed()).toEqual([]);
  });

  it("says which machine a release has no executable for", async ({ install, url }) => {
    expect(await install([url], { MACHINE: "riscv64" })).toEqual({
      code: 1,
      output: expect.stringContaining("no executable for Linux on riscv64"),
    });
    expect(await install([url], { MACHINE: "aarch64" })).toEqual({
      code: 1,
      output: expect.stringContaining("does not list cfs-linux-arm64"),
    });
  });
});
