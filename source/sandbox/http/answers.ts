import { randomUUID } from "node:crypto";

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

const json = { "Content-Type": "application/json" };

const statusTexts: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

export function jsonAnswer(status: number, body: unknown): Answer {
  return { status, headers: json, body: JSON.stringify(body) };
}

// Verified: the service has four shapes of error bodies.

/** Shape A, of the token endpoint. Verified: the spacing; the description is optional. */
export function oauthError(status: number, code: string, description?: string): Answer {
  const rest =
    description === undefined ? " " : `,"error_description":${JSON.stringify(description)} `;
  return { status, headers: json, body: `{"error":${JSON.stringify(code)}  ${rest}} \n` };
}

/** Verified: 401 is indented; bodies with reasons have a space after each comma and colon. */
function gatewayJson(status: number, body: object, hasReasons: boolean): string {
  if (status === 401) return JSON.stringify(body, null, 4);
  if (!hasReasons) return JSON.stringify(body);
  return JSON.stringify(body, null, 1).replace(/,\n */g, ", ").replace(/\n */g, "");
}

/** Shape B, of the gateway: the code is a string and the status a text. */
export function gatewayError(
  status: number,
  message: string,
  errors?: readonly { key: string; reason: string }[],
): Answer {
  const error = {
    id: randomUUID(),
    code: String(status),
    message,
    status: statusTexts[status] ?? "Error",
    errors,
  };
  return { status, headers: json, body: gatewayJson(status, { error }, errors !== undefined) };
}

export function badParameter(key: string, reason: string): Answer {
  return gatewayError(400, "Validation error", [{ key, reason }]);
}

/** Shape C, of the file store: the code is a name and the status a number. */
function fileStoreError(status: number, code: string, message: string): Answer {
  return jsonAnswer(status, { error: { id: randomUUID(), code, status, message } });
}

/** Shape C; `type` is "Bucket", "Fileset", "Package" or "File". */
export function noResource(type: string, id: string): Answer {
  return fileStoreError(
    404,
    `EDS.CFS.No${type}Found`,
    `No resource found for: ResourceType=${type}; ResourceId=${id}`,
  );
}

/** Shape D, without an envelope. */
export function accessDenied(
  message = "Access denied: Insufficient claims to access this resource",
): Answer {
  return jsonAnswer(403, { status: 403, message });
}

/** The page of a proxy or gateway. */
export function htmlPage(status: number, title: string): Answer {
  return {
    status,
    headers: { "Content-Type": "text/html; charset=utf-8" },
    body: `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`,
  };
}
