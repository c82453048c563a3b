import type { Mutant } from "./mutant.ts";

const get = "test/commands/get-store.test.ts";
const plan = "test/commands/plan-store.test.ts";
const sync = "test/commands/sync-store.test.ts";

/** An object exists only once it is right, and nothing of others is replaced. */
export const objectStoreMutants: readonly Mutant[] = [
  {
    name: "an upload is completed before its bytes are verified",
    file: "source/s3/upload-file.ts",
    replace: [
      "const verdict = await context.streams.stream(file, options, upload.signal);",
      "const verdict = await context.streams.stream(file, options, upload.signal).catch(() => ({}));",
    ],
    caughtBy: { file: get, name: "stores nothing of a large file with wrong bytes" },
  },
  {
    name: "an upload with wrong bytes stays in the store",
    file: "source/s3/upload-file.ts",
    replace: ["      await upload.discard();\n", ""],
    caughtBy: { file: get, name: "stores nothing of a large file with wrong bytes" },
  },
  {
    name: "any parts of the same name are continued",
    file: "source/s3/upload-file.ts",
    replace: ["if (!arePartsOf(this.#file, parts)) continue;", ""],
    caughtBy: { file: get, name: "does not continue an upload of another file" },
  },
  {
    name: "an upload is never continued",
    file: "source/s3/upload-file.ts",
    replace: [
      "if (!arePartsOf(this.#file, parts)) continue;",
      "if (parts !== undefined) continue;",
    ],
    caughtBy: { file: get, name: "continues a killed upload" },
  },
  {
    name: "the SHA-256 of a stored part is not compared",
    file: "source/s3/upload-file.ts",
    replace: [
      ': sha256 === createHash("sha256").update(body).digest("base64");',
      ': sha256 === "";',
    ],
    caughtBy: { file: get, name: "continues by the SHA-256 of the parts" },
  },
  {
    name: "an object is written without a condition",
    file: "source/s3/conditional-write.ts",
    replace: [
      "if (replaces === true) return undefined;",
      "if (replaces !== undefined) return undefined;",
    ],
    caughtBy: { file: get, name: "never replaces what another program writes meanwhile" },
  },
  {
    name: "an object of the same size counts as the file",
    file: "source/s3/same-object.ts",
    replace: [
      'return ownMd5 === wanted || object.etag === wanted ? "md5" : undefined;',
      'return "md5";',
    ],
    caughtBy: { file: plan, name: "prints what the store lacks" },
  },
  {
    name: "the manifest in a store replaces that of another sync",
    file: "source/commands/sync/store-manifest.ts",
    replace: [
      "const current = manifestOf(text) ?? emptyManifest();",
      "const current = emptyManifest();",
    ],
    caughtBy: { file: sync, name: "loses nothing of two syncs at once" },
  },
];
