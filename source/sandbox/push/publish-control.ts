import type { SandboxCatalogue } from "../catalogue/catalogue.ts";
import { type Answer, gatewayError, jsonAnswer, noResource } from "../http/answers.ts";
import type { Publisher } from "./publisher.ts";

/** The sandbox's own: the service has no such path. */
export const publishPath = "/sandbox/publish";

const mostAtOnce = 10_000;

/**
 * POST of the form `package=ID-or-NAME&count=N`: publishes the next deliveries of a package, and shows
 * them.
 */
export function publishOnRequest(
  { method, body }: { method: string; body: string },
  catalogue: SandboxCatalogue,
  publisher: Publisher,
): Answer {
  if (method !== "POST") return gatewayError(405, "Method not allowed");
  const form = new URLSearchParams(body);
  const wanted = form.get("package") ?? "";
  const count = Number(form.get("count") ?? 1);
  if (!Number.isInteger(count) || count < 1 || count > mostAtOnce) {
    const reason = `must be a whole number from 1 to ${mostAtOnce}`;
    return gatewayError(400, "Validation error", [{ key: "count", reason }]);
  }
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
