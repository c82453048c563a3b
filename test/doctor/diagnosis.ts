import { test as base } from "../support/test.ts";

/** One line of `cfs doctor --json`. */
interface Told {
  check: string;
  status: string;
  found: string;
  advice?: string;
  exitCode?: number;
}

interface Diagnosis {
  code: number | null;
  text: string;
  /** What was told of one check. */
  of(check: string): Told[];
  /** Checks with that status. */
  with(status: string): string[];
}

/**
 * Tests of `cfs doctor --json`, run by the built program with nothing of this process's proxies and certificates.
 * They give it the address of a service, where they need one.
 */
export const test = base
  .extend("diagnose", ({ program }) => {
    return async (
      environment: Readonly<Record<string, string>> = {},
      flags: readonly string[] = [],
      words: readonly string[] = [],
    ): Promise<Diagnosis> => {
      const ended = await program.run([...flags, "doctor", "--json", ...words], {
        environment: { ...withoutProxies, ...program.environment, ...environment },
      });
      const told = ended.objects().map(toTold);
      return {
        code: ended.code,
        text: ended.stdout + ended.stderr,
        of: (check) => told.filter((one) => one.check === check),
        with: (status) => told.filter((one) => one.status === status).map(({ check }) => check),
      };
    };
  })
  .override("variables", {})
  .override("sharesCode", false);

const withoutProxies = Object.fromEntries(
  ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"]
    .flatMap((name) => [name, name.toLowerCase()])
    .concat("NODE_EXTRA_CA_CERTS", "NODE_TLS_REJECT_UNAUTHORIZED")
    .map((name) => [name, ""]),
);

function toTold(one: Record<string, unknown>): Told {
  const { advice, exitCode } = one;
  return {
    check: String(one["check"]),
    status: String(one["status"]),
    found: String(one["found"]),
    ...(advice === undefined ? {} : { advice: String(advice) }),
    ...(exitCode === undefined ? {} : { exitCode: Number(exitCode) }),
  };
}
