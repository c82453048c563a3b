import * as v from "valibot";
import type { SandboxCatalogue } from "../catalogue/catalogue.ts";
import { type Answer, gatewayError, jsonAnswer, noResource } from "../http/answers.ts";
import type { Publisher } from "./publisher.ts";

/** The sandbox's own: the service has no such path. */
export const publishPath = "/sandbox/publish";

const asked = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    /** Id or name. */
    package: v.string(),
    count: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000)), 1),
  }),
);

/** POST of `{"package", "count"}`: publishes the next deliveries of a package, and shows them. */
export function publishOnRequest(
  { method, body }: { method: string; body: string },
  catalogue: SandboxCatalogue,
  publisher: Publisher,
): Answer {
  if (method !== "POST") return gatewayError(405, "Method not allowed");
  const read = v.safeParse(asked, body);
  if (!read.success) {
    const reason = 'must be {"package": ID or name, "count": 1 to 10000}';
    return gatewayError(400, "Validation error", [{ key: "body", reason }]);
  }
  const { count, package: wanted } = read.output;
  const found = catalogue
    .sortedPackages()
    .find(
      ({ packageId, packageName }) =>
        packageId === wanted || packageName.toLowerCase() === wanted.toLowerCase(),
    );
  if (!found) return noResource("Package", wanted);
  const published = [];
  for (let made = 0; made < count; made++) {
    const fileSet = publisher.publishNext(found.packageId);
    if (!fileSet) return noResource("Fileset", wanted);
    const { bucketName, id, name, packageId } = fileSet;
    published.push({
      id,
      name,
      bucketName,
      packageId,
      numFiles: catalogue.filesOf(fileSet).length,
    });
  }
  return jsonAnswer(200, { value: published });
}
