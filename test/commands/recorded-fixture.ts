import { join } from "node:path";
import { expect } from "vitest";
import { startRecordedService } from "../support/fixtures/recorded-service.ts";
import { run } from "../support/program/run.ts";
import { test as base } from "../support/test.ts";

/** Tests with a service that answers as recorded, and calls that are signed in there. */
export const test = base
  .extend("service", async ({}, { onCleanup }) => {
    const service = await startRecordedService();
    onCleanup(() => service.close());
    return service;
  })
  .override("variables", {
    RDP_USERNAME: "GE-A-01234567-8-9012",
    RDP_PASSWORD: "sandbox-Password-1",
    RDP_APP_KEY: "0123456789abcdef0123456789abcdef01234567",
  })
  /** Variables that lead to the service, with a folder for settings that no other call has. */
  .extend("newSettings", ({ folder, service }) => {
    let folders = 0;
    return () => {
      folders += 1;
      return { RDP_HOST: service.host, CFS_CONFIG_DIR: join(folder, String(folders)) };
    };
  })
  /** Each call has settings of its own: together they would meet the pace of sign-ins. */
  .extend("call", ({ newSettings, variables }) => {
    return (...words: string[]) => run(words, { environment: { ...variables, ...newSettings() } });
  })
  /** The same, for what must succeed without a word on stderr. */
  .extend("cfs", ({ call }) => {
    return async (...words: string[]) => {
      const ended = await call(...words);
      expect(ended).toMatchObject({ code: 0, stderr: "" });
      return ended;
    };
  })
  /** The cells of each row that is printed. */
  .extend("rowsOf", ({ cfs }) => {
    return async (...words: string[]) => {
      const { stdout } = await cfs(...words);
      const [, ...lines] = stdout.trimEnd().split("\n");
      return lines.map((line) => line.split("\t").map((cell) => cell.trim()));
    };
  });
