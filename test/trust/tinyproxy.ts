import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waitUntil } from "../support/wait-until.ts";

export interface Tinyproxy {
  /** "127.0.0.1:8888" */
  place: string;
  /** Where CONNECT led to, oldest first: "127.0.0.1:443". */
  tunnels(): string[];
  /** All that the proxy wrote down. */
  log(): string;
  close(): Promise<void>;
}

export interface TinyproxyOptions {
  /** Name and password that it wants. */
  account?: { name: string; password: string };
  /** True: it leads nowhere. */
  refusesAll?: boolean;
}

/** Debian's tinyproxy on a free port of this machine. */
export async function startTinyproxy(options: TinyproxyOptions = {}): Promise<Tinyproxy> {
  for (let tries = 1; ; tries += 1) {
    const started = await tryTinyproxy(options, await freePort());
    if (started !== undefined) return started;
    if (tries === mostTries) throw new Error("tinyproxy does not start");
  }
}

/** Another program may take the port that was free. */
const mostTries = 5;

/** Undefined if it ends at once. */
async function tryTinyproxy(
  options: TinyproxyOptions,
  port: number,
): Promise<Tinyproxy | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "cfs-test-proxy-"));
  const logFile = join(folder, "log");
  const { account, refusesAll = false } = options;
  writeFileSync(join(folder, "nothing"), "");
  writeFileSync(
    join(folder, "conf"),
    [
      `Port ${port}`,
      "Listen 127.0.0.1",
      "Timeout 60",
      "Allow 127.0.0.1",
      `LogFile "${logFile}"`,
      "LogLevel Connect",
      ...(account === undefined ? [] : [`BasicAuth ${account.name} ${account.password}`]),
      ...(refusesAll ? [`Filter "${join(folder, "nothing")}"`, "FilterDefaultDeny Yes"] : []),
      "",
    ].join("\n"),
  );
  const child = spawn("tinyproxy", ["-d", "-c", join(folder, "conf")], { stdio: "ignore" });
  await once(child, "spawn");
  const ended = once(child, "exit");
  const log = () => (existsSync(logFile) ? readFileSync(logFile, "utf8") : "");
  // It writes down who connects, which shows that no other program has the port.
  const isUp = async () => (await answers(port)) && log().includes("Connect (");
  await waitUntil(async () => child.exitCode !== null || (await isUp()), "tinyproxy");
  if (child.exitCode !== null) {
    rmSync(folder, { recursive: true });
    return undefined;
  }
  return {
    place: `127.0.0.1:${port}`,
    log,
    tunnels: () => [...log().matchAll(/: CONNECT (\S+) HTTP/g)].map(([, end = ""]) => end),
    async close() {
      child.kill("SIGKILL");
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("it has no port");
  return address.port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
