import * as v from "valibot";
import { postToSandbox } from "../../app/sandbox-requests.ts";
import { AppError } from "../../base/errors.ts";
import { readJson } from "../../base/json.ts";
import { type Call, createOutput } from "../console/call.ts";
import { publishedRecord } from "../console/json-records.ts";
import { usageError } from "../console/usage-error.ts";

export interface PublishOptions {
  /** Of the sandbox; by default the one of RDP_HOST. */
  port?: number;
  count?: number;
  json?: boolean;
}

const published = v.object({ value: v.array(publishedRecord) });

const refusal = v.object({ error: v.object({ message: v.string() }) });

/** `cfs sandbox publish PACKAGE`: the running sandbox publishes the next deliveries of a package. */
export async function publish(
  [action, wanted]: readonly string[],
  options: PublishOptions,
  call: Call,
): Promise<void> {
  if (action !== "publish" || wanted === undefined) {
    const known = action === undefined || action === "publish";
    throw usageError(
      known ? "missing argument PACKAGE" : `unknown argument "${action}"`,
      "Write cfs sandbox publish PACKAGE.",
    );
  }
  const { port, count = 1 } = options;
  const host = port ? `http://127.0.0.1:${port}` : sandboxHost(call);
  const purpose = `Publishing in the sandbox at ${host}`;
  const url = new URL("/sandbox/publish", host);
  const form = { package: wanted, count: String(count) };
  const request = { purpose, url, form, signal: call.signal };
  const { status, text } = await postToSandbox(request, call.environment);
  const answer = readJson(published, text);
  if (answer === undefined) throw refused(purpose, status, text);
  const output = createOutput(call.stdout);
  if (options.json) for (const each of answer.value) output.json(each);
  else {
    output.table({
      columns: [
        { name: "name", cell: ({ name }) => name },
        { name: "files", cell: ({ numFiles }) => String(numFiles), align: "right" },
        { name: "id", cell: ({ id }) => id },
      ],
      rows: answer.value,
    });
  }
}

/** The host of RDP_HOST if it is on this machine: publishing must never reach the service. */
function sandboxHost({ environment: { host } }: Call): string {
  if (/^http:\/\/(127\.0\.0\.1|localhost)(:\d+)?$/.test(host)) return host;
  throw usageError(
    "cfs sandbox publish needs a running sandbox",
    'Give its --port, or start one with: eval "$(cfs sandbox --env)"',
  );
}

function refused(tried: string, status: number, text: string): AppError {
  const message = readJson(refusal, text)?.error.message;
  return new AppError({
    kind: message !== undefined && status === 404 ? "not-found" : "service",
    tried,
    answered: message ?? "the server there is not a sandbox",
    advice:
      message === undefined
        ? "Check the port: cfs sandbox prints its address."
        : "cfs packages BUCKET lists packages by name and id.",
    status,
  });
}
