import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { builtProgramInShell } from "../support/program/built-program.ts";
import { runInTerminal } from "../support/terminal/run-in-terminal.ts";
import { test } from "../support/test.ts";

const shellWord = (word: string) => `'${word}'`;

const it = test
  .extend("listed", { auto: true }, ({ sandbox: { catalogue } }) => {
    catalogue.addPackage({ packageName: "Pack", bucketNames: ["bulk-A"] });
  })
  .extend("tokenRequests", ({ sandbox }) => () => {
    return sandbox.requests.filter(({ place }) => place === "token").length;
  })
  /** A line that prints a token of the program that has the credentials. */
  .extend("head", ({ folder, program }) => {
    const settings = Object.entries({
      ...program.environment,
      CFS_CONFIG_DIR: join(folder, "head"),
    }).map(([name, value]) => `${name}=${shellWord(value)}`);
    return ["env", ...settings, builtProgramInShell, "token --json"].join(" ");
  })
  /** Runs a call that has no credentials but the command. */
  .extend("worker", ({ program, sandbox }) => {
    return (tokenCommand: string, ...words: string[]) =>
      program.run(words, {
        environment: {
          RDP_HOST: sandbox.host,
          RDP_USERNAME: "",
          RDP_PASSWORD: "",
          RDP_APP_KEY: "",
          CFS_TOKEN_COMMAND: tokenCommand,
        },
      });
  });

describe("cfs token", () => {
  it("prints a token that the service accepts to a pipe", async ({ program, sandbox }) => {
    const { code, stdout, objects } = await program.run(["token", "--json"]);
    expect(code).toBe(0);
    const [grant] = objects();
    expect(grant).toEqual({ access_token: expect.any(String), expires_in: expect.any(Number) });
    expect(Number(grant?.["expires_in"])).toBeGreaterThan(0);
    const address = `${sandbox.host}/file-store/v1/packages?bucketName=bulk-A`;
    const { status } = await fetch(address, {
      headers: { authorization: `Bearer ${String(grant?.["access_token"])}` },
    });
    expect({ status, lines: stdout.split("\n").length }).toEqual({ status: 200, lines: 2 });
  });

  it("prints none to a terminal without --yes", async ({ folder, program }) => {
    const options = { directory: folder, environment: program.environment };
    const refused = runInTerminal({ words: ["token"], ...options });
    await refused.shows("this is a terminal");
    expect(await refused.ended).toBe(2);
    const shown = runInTerminal({ words: ["token", "--yes"], ...options });
    expect(await shown.ended).toBe(0);
  });
});

describe("CFS_TOKEN_COMMAND", () => {
  it("gives the token of another process, with one sign-in there", async ({
    folder,
    head,
    tokenRequests,
    worker,
  }) => {
    const { code, stderr, objects } = await worker(head, "packages", "bulk-A", "--json");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(objects()).toMatchObject([{ packageName: "Pack" }]);
    expect(tokenRequests()).toBe(1);
    const names = await readdir(join(folder, "settings"));
    const kept = names.includes("config.json")
      ? await readFile(join(folder, "settings", "config.json"), "utf8")
      : "";
    expect(kept).not.toContain("refresh");
  });

  it("is asked again when the service refuses a token", async ({ head, sandbox, worker }) => {
    sandbox.faults.add({
      on: "packages",
      times: 1,
      effect: { kind: "answer", status: 401, body: "{}" },
    });
    expect(await worker(head, "packages", "bulk-A", "--json")).toMatchObject({ code: 0 });
  });

  it.for([
    ["ends with an error", "echo no key >&2; exit 3", "it ended with 3: no key"],
    ["prints something else", "echo hello", "it did not print a JSON object"],
    ["does not exist", "no-such-program-of-cfs", "it ended with 127"],
  ] as const)(
    "that %s ends the call with 3",
    async ([_, line, words], { tokenRequests, worker }) => {
      const { code, stderr } = await worker(line, "packages", "bulk-A");
      expect(code).toBe(3);
      expect(stderr).toContain(`Running CFS_TOKEN_COMMAND: ${words}`);
      expect(tokenRequests()).toBe(0);
    },
  );

  it("may leave a process that holds its outputs, such as the master of an ssh connection", async ({
    folder,
    head,
    onTestFinished,
    worker,
  }) => {
    const numbers = join(folder, "left");
    onTestFinished(async () => {
      process.kill(Number(await readFile(numbers, "utf8")));
    });
    const command = `sleep 600 & echo $! > ${shellWord(numbers)}; ${head}`;
    expect(await worker(command, "packages", "bulk-A")).toMatchObject({ code: 0, stderr: "" });
  });

  it("that prints a refused token again is named in the error", async ({ worker }) => {
    const command = `echo '{"access_token":"old","expires_in":300}'`;
    expect(await worker(command, "packages", "bulk-A")).toMatchObject({
      code: 3,
      stderr:
        "cfs: Running CFS_TOKEN_COMMAND: the service refused its access token, and it printed the same again. Run the command by itself to see what is wrong.\n",
    });
  });

  it("refuses to sign out, because another process owns the session", async ({ head, worker }) => {
    const { code, stderr } = await worker(head, "logout");
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        "cfs: Signing out: CFS_TOKEN_COMMAND is set, so another process owns the session. Unset CFS_TOKEN_COMMAND first.\n",
    });
  });
});
