import { join } from "node:path";
import { expect } from "vitest";
import { startRecordedService } from "../support/fixtures/recorded-service.ts";
import { runHere } from "../support/program/call-here.ts";
import { test as base } from "../support/test.ts";

/** A fixture with a service that replays recorded answers, and calls that are signed in to it. */
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
  /** The environment for the service, with a separate settings folder. */
  .extend("newSettings", ({ folder, service }) => {
    let folders = 0;
    return () => {
      folders += 1;
      return { RDP_HOST: service.host, CFS_CONFIG_DIR: join(folder, String(folders)) };
    };
  })
  /** Each call has separate settings, because shared ones would run into the limit on sign-ins. */
  .extend("call", ({ newSettings, variables }) => {
    return (...words: string[]) =>
      runHere(words, { variables: { ...variables, ...newSettings() } });
  })
  /** The same for calls that must succeed without output on stderr. */
  .extend("cfs", ({ call }) => {
    return async (...words: string[]) => {
      const ended = await call(...words);
      expect(ended).toMatchObject({ code: 0, stderr: "" });
      return ended;
    };
  })
  /** The cells of each printed row. */
  .extend("rowsOf", ({ cfs }) => {
    return async (...words: string[]) => {
      const { stdout } = await cfs(...words);
      return stdout
        .replace(/\n$/, "")
        .split("\n")
        .map((line) => line.split("\t"));
    };
  });
