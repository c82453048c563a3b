import { type JsonSchema, toJsonSchema } from "@valibot/to-json-schema";
import * as v from "valibot";
import { bucketReply, fileReply, fileSetReply, packageReply } from "../../api/replies/replies.ts";
import { closestWord } from "../../domain/closest-word.ts";
import { planHeadShape, plannedFileShape } from "../../plan/plan.ts";
import { type Call, createOutput } from "../console/call.ts";
import {
  findingRecord,
  peekRecord,
  profileRecord,
  publishedRecord,
  sandboxRecord,
  settingRecord,
  statusRecord,
  stepRecord,
  subscriptionRecord,
  tableRecord,
  tokenRecord,
  transferRecord,
  unmetRecord,
  urlRecord,
  verifiedRecord,
  watchRecord,
} from "../console/json-records.ts";
import type { TableColumn } from "../console/table.ts";
import { usageError } from "../console/usage-error.ts";

interface SchemaRecord {
  /** Which lines it describes. */
  about: string;
  shape: v.GenericSchema;
}

const knownBucket = v.looseObject({
  ...bucketReply.entries,
  sources: v.pipe(v.array(v.string()), v.description("the lists that name it")),
});

/** A line of the output of each command, by its name. */
const schemas = {
  plan: {
    about: "cfs plan, and what cfs get --plan reads",
    shape: v.union([planHeadShape, plannedFileShape]),
  },
  get: { about: "cfs get --json and cfs sync --json", shape: transferRecord },
  "dry-run": { about: "cfs get --dry-run --json and cfs sync --dry-run --json", shape: stepRecord },
  watch: { about: "cfs watch --json", shape: watchRecord },
  subscriptions: { about: "cfs subscriptions --json", shape: subscriptionRecord },
  verify: { about: "cfs verify --json", shape: verifiedRecord },
  table: { about: "cfs table --json", shape: tableRecord },
  expect: { about: "cfs expect --json", shape: unmetRecord },
  buckets: { about: "cfs buckets --json", shape: knownBucket },
  packages: { about: "cfs packages --json", shape: packageReply },
  "file-sets": { about: "cfs file-sets --json", shape: fileSetReply },
  files: { about: "cfs files --json", shape: fileReply },
  url: { about: "cfs url --json", shape: urlRecord },
  peek: { about: "cfs peek --json", shape: peekRecord },
  status: { about: "cfs status --json", shape: statusRecord },
  profiles: { about: "cfs profiles --json", shape: profileRecord },
  token: { about: "cfs token --json", shape: tokenRecord },
  config: { about: "cfs config --json", shape: settingRecord },
  doctor: { about: "cfs doctor --json", shape: findingRecord },
  sandbox: { about: "cfs sandbox --json", shape: sandboxRecord },
  published: { about: "cfs sandbox publish --json", shape: publishedRecord },
} as const satisfies Record<string, SchemaRecord>;

const columns: readonly TableColumn<SchemaRecord & { name: string }>[] = [
  { name: "name", cell: ({ name }) => name },
  { name: "describes a line of", cell: ({ about }) => about },
];

/** `cfs schema [NAME]`: the JSON Schema of one line of an output, or the names. Sends no request. */
export async function schema(name: string | undefined, call: Call): Promise<void> {
  const output = createOutput(call.stdout);
  const all = Object.entries<SchemaRecord>(schemas);
  if (name === undefined) {
    output.table({ columns, rows: all.map(([own, record]) => ({ name: own, ...record })) });
    return;
  }
  const found = all.find(([own]) => own === name)?.[1];
  if (found === undefined) {
    const meant = closestWord(name, Object.keys(schemas));
    const guess = meant === undefined ? "" : ` (did you mean ${meant}?)`;
    throw usageError(`no schema is named "${name}"${guess}`, "See cfs schema for the names.");
  }
  const { $schema, ...rest } = jsonSchemaOf(found.shape);
  const title = `One line of ${found.about}`;
  output.line(JSON.stringify({ $schema, title, ...rest }, undefined, 2));
}

/** Of what is written, not of what is accepted: a number that is read from digits is a number. */
function jsonSchemaOf(shape: v.GenericSchema): JsonSchema {
  const ignoreActions = ["check", "to_lower_case", "to_upper_case", "transform"];
  return toJsonSchema(shape, { typeMode: "output", ignoreActions });
}
