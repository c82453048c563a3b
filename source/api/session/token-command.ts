import { type ChildProcess, spawn } from "node:child_process";
import { AppError, isAbort } from "../../base/errors.ts";
import { readJson } from "../../base/json.ts";
import { Secret } from "../../base/secret.ts";
import { unlessAborted } from "../../base/waiting.ts";
import { tokenReply } from "../replies/replies.ts";
import type { Session } from "../service.ts";
import type { OwnedAuth } from "./auth.ts";

const tokenCommandName = "CFS_TOKEN_COMMAND";

interface Grant {
  token: Secret;
  expiresAtMs: number;
  /** From then on the command is asked for the next one. */
  renewAtMs: number;
}

interface TokenCommandParts {
  host: string;
  /** A line for the shell; it prints `{"access_token","expires_in"}`. */
  command: string;
  nowMs?: () => number;
}

/**
 * A session that another process owns: its access tokens come from a command. It never signs in, and keeps
 * nothing.
 */
export function createTokenCommandAuth({
  host,
  command,
  nowMs = Date.now,
}: TokenCommandParts): OwnedAuth {
  const listeners = new Set<() => void>();
  const ending = new AbortController();
  let grant: Grant | undefined;
  let running: Promise<Grant> | undefined;

  const session = (): Session | undefined =>
    grant && { kind: "client", user: tokenCommandName, host, expiresAtMs: grant.expiresAtMs };

  /** All callers during a run share it. */
  async function renewed(signal: AbortSignal | undefined): Promise<Secret> {
    running ??= requestGrant(command, nowMs, ending.signal)
      .then((next) => {
        grant = next;
        for (const listener of listeners) listener();
        return next;
      })
      .finally(() => {
        running = undefined;
      });
    return (await unlessAborted(running, signal)).token;
  }

  return {
    session,
    account: () => undefined,
    canResume: () => true,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onPause: () => () => undefined,
    async signIn() {
      throw ownedElsewhere("Signing in");
    },
    async resume({ signal } = {}) {
      if (grant === undefined) await renewed(signal);
      return session();
    },
    async signOut() {
      throw ownedElsewhere("Signing out");
    },
    tokens: {
      async current(signal) {
        if (grant !== undefined && nowMs() < grant.renewAtMs) return grant.token;
        return renewed(signal);
      },
      async replace(refused, signal) {
        if (grant !== undefined && grant.token !== refused) return grant.token;
        const token = await renewed(signal);
        if (token.reveal() === refused.reveal())
          throw commandError("the service refused its access token, and it printed the same again");
        return token;
      },
    },
    async settled() {
      ending.abort();
      await running?.catch(() => undefined);
    },
  };
}

function ownedElsewhere(tried: string): AppError {
  return new AppError({
    kind: "usage",
    tried,
    answered: `${tokenCommandName} is set, so another process owns the session`,
    advice: `Unset ${tokenCommandName} first.`,
  });
}

const tried = `Running ${tokenCommandName}`;

/** Rejects with an AppError of kind sign-in, or with an AbortError. */
async function requestGrant(
  command: string,
  nowMs: () => number,
  signal: AbortSignal,
): Promise<Grant> {
  const startedAtMs = nowMs();
  const reply = readJson(tokenReply, await outputOf(command, signal));
  if (reply === undefined)
    throw commandError("it did not print a JSON object with access_token and expires_in");
  const lifeMs = reply.expires_in * 1_000;
  return {
    token: new Secret(reply.access_token),
    expiresAtMs: startedAtMs + lifeMs,
    renewAtMs: startedAtMs + Math.max(lifeMs / 2, lifeMs - marginMs),
  };
}

/** A request that begins with a token must not outlive it. */
const marginMs = 60_000;
const mostBytes = 64 * 1024;
const patienceMs = 120_000;
/** What the shell has started, such as the master of an ssh connection, may hold its outputs for hours. */
const outputPatienceMs = 1_000;

function closeOutputs({ stdout, stderr }: ChildProcess): void {
  stdout?.destroy();
  stderr?.destroy();
}

function outputOf(command: string, signal: AbortSignal): Promise<string> {
  // Without the variable, `cfs token` in the command uses its own session.
  const { [tokenCommandName]: _, ...env } = process.env;
  return new Promise((resolve, reject) => {
    const child = spawn(command, {
      shell: true,
      env,
      signal,
      timeout: patienceMs,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const texts = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8");
      child[name].on("data", (text: string) => {
        texts[name] = (texts[name] + text).slice(0, mostBytes);
      });
    }
    child.on("exit", () => setTimeout(closeOutputs, outputPatienceMs, child).unref());
    child.on("error", (error) => {
      reject(isAbort(error) ? error : commandError(error.message));
    });
    child.on("close", (code, killedBy) => {
      if (code === 0) resolve(texts.stdout);
      else reject(commandError(endOf(code, killedBy, texts.stderr)));
    });
  });
}

function endOf(code: number | null, killedBy: string | null, stderr: string): string {
  const [line = ""] = stderr.trim().split("\n");
  const end = killedBy === null ? `it ended with ${code}` : `it was ended by ${killedBy}`;
  return line === "" ? end : `${end}: ${line}`;
}

function commandError(answered: string): AppError {
  return new AppError({
    kind: "sign-in",
    tried,
    answered,
    advice: "Run the command by itself to see what is wrong.",
  });
}
