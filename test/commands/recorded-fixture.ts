import { join } from "node:path";
import { expect } from "vitest";
import {
  type RecordedService,
  startRecordedService,
} from "../support/fixtures/recorded-service.ts";
import { type Ended, makeHome, run as runProgram } from "../support/program/run.ts";

/** A service that answers as recorded, and calls that are signed in there. */
export interface RecordedFixture {
  service: RecordedService;
  /** Each call has settings of its own: together they would meet the pace of sign-ins. */
  run(...words: string[]): Promise<Ended>;
  /** The same, for what must succeed without a word on stderr. */
  cfs(...words: string[]): Promise<Ended>;
  /** The cells of each row that is printed. */
  rowsOf(...words: string[]): Promise<string[][]>;
  /** A folder for settings. */
  newSettings(): { RDP_HOST: string; CFS_CONFIG_DIR: string };
  credentials: Readonly<Record<string, string>>;
  /** Forgets lists, failures and requests. */
  clear(): void;
  close(): Promise<void>;
}

export async function createRecordedFixture(): Promise<RecordedFixture> {
  const service = await startRecordedService();
  const home = await makeHome();
  const credentials = {
    RDP_USERNAME: "GE-A-01234567-8-9012",
    RDP_PASSWORD: "sandbox-Password-1",
    RDP_APP_KEY: "0123456789abcdef0123456789abcdef01234567",
  };
  let folders = 0;

  function newSettings() {
    folders += 1;
    return { RDP_HOST: service.host, CFS_CONFIG_DIR: join(home.directory, String(folders)) };
  }
  const run = (...words: string[]) =>
    runProgram(words, { environment: { ...credentials, ...newSettings() } });
  async function cfs(...words: string[]) {
    const ended = await run(...words);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    return ended;
  }

  return {
    service,
    credentials,
    newSettings,
    run,
    cfs,
    async rowsOf(...words) {
      const { stdout } = await cfs(...words);
      const [, ...lines] = stdout.trimEnd().split("\n");
      return lines.map((line) => line.split("\t").map((cell) => cell.trim()));
    },
    clear() {
      service.lists.clear();
      service.failures.clear();
      service.requests.length = 0;
    },
    async close() {
      await service.close();
      await home.remove();
    },
  };
}
