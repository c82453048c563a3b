import { createHash } from "node:crypto";
import { expect } from "vitest";
import { planLines } from "../../source/plan/plan.ts";
import { bodyDigest, type SandboxFile } from "../../source/sandbox/sandbox.ts";
import { doubleBucket, startS3Double } from "../support/fakes/s3-store.ts";
import { credentialsOf } from "../support/sandbox/credentials.ts";
import { planTest } from "./plan-fixture.ts";

/** The smallest size that is uploaded in three parts. */
export const threePartsBytes = 20 * 1024 * 1024;

/** A plan without files: its check opens the destination, and sends no other request. */
export function emptyPlan(destination: string): string {
  return [...planLines({ destination, filter: {} }, [])].join("");
}

/** Tests with an object store as the destination. */
export const storeTest = planTest
  .extend("store", async ({}, { onCleanup }) => {
    const store = await startS3Double();
    onCleanup(() => store.close());
    return store;
  })
  .override("variables", ({ sandbox, store }) => ({
    ...credentialsOf(sandbox),
    ...store.variables,
    CFS_RETRY_DELAY: "0",
  }))
  .override("out", () => `s3://${doubleBucket}/esg/pit`)
  /** Lists one file in a file set of its own. */
  .extend("offerOne", ({ offer }) => (name: string, bytes: number): SandboxFile => {
    const [file] = offer(`Set of ${name}`, 1, [[name, bytes]]);
    if (file === undefined) throw new Error("The file set has no file.");
    return file;
  })
  .extend(
    "get",
    ({ out, program }) =>
      (words: readonly string[]) =>
        program.run(["get", ...words, "-o", out, "--quiet"]),
  )
  /** The names below the destination, in order. */
  .extend("stored", ({ store }) => () => {
    const names = [...store.objects.keys()].toSorted();
    return names.map((key) =>
      key.startsWith("esg/pit/") ? key.slice("esg/pit/".length) : `/${key}`,
    );
  })
  /** Expects the bytes of a file under a name. */
  .extend("expectStored", ({ store }) => async (name: string, file: SandboxFile | undefined) => {
    if (file === undefined) throw new Error("The file is not listed.");
    const { body = Buffer.alloc(0) } = store.objects.get(`esg/pit/${name}`) ?? {};
    const found = createHash("sha256").update(body).digest("hex");
    expect([name, found]).toEqual([name, await bodyDigest(file, "sha256")]);
  });
