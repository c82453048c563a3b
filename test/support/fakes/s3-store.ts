import { createHash } from "node:crypto";
import { once } from "node:events";
import http from "node:http";
import https from "node:https";
import { connect } from "node:net";
import { AwsV4Signer } from "aws4fetch";
import { waitUntil } from "../wait-until.ts";

interface StoredInDouble {
  body: Buffer;
  etag: string;
  metadata: Record<string, string>;
}

/** One request that the store received, with its signature checked. */
interface AskedOfStore {
  method: string;
  key: string;
  query: URLSearchParams;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
}

/** What a request meets instead of its answer; "lost": it is carried out, and the answer is cut off. */
type StoreFault = { status: number; code: string } | "cut" | "lost";

interface Upload {
  key: string;
  metadata: Record<string, string>;
  parts: Map<number, Buffer>;
  /** It was begun with a checksum, so each part has its SHA-256. */
  keepsSha256?: boolean;
}

export interface S3Double {
  /** Variables with which the program finds it. */
  variables: Readonly<Record<string, string>>;
  /** By key. */
  objects: Map<string, StoredInDouble>;
  /** By upload id. */
  uploads: Map<string, Upload>;
  asked: AskedOfStore[];
  /** Decides on each request; undefined: no fault. */
  fault(asked: AskedOfStore): StoreFault | undefined;
  /** False: it ignores conditions, as older stores do; "refuses": it answers 501. */
  conditions: boolean | "refuses";
  /** True: it keeps the SHA-256 of parts if that is asked for; false: it ignores that; "refuses": it answers 501. */
  checksums: boolean | "refuses";
  /** True: it encrypts with keys of its own, so that no ETag is an MD5. */
  encrypts: boolean;
  /** Only these credentials are good. */
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  /** How many parts and names one listing has. */
  pageLength: number;
  /** Resolves once all connections are closed, and all that came by them is carried out. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export const doubleBucket = "lake";

interface S3DoubleOptions {
  /** PEM texts; it then uses https. */
  tls?: { key: string; cert: string };
}

/**
 * A little S3-compatible store on this machine that checks every signature. It knows one bucket, objects,
 * uploads in parts, listings in pages and conditions.
 */
export async function startS3Double({ tls }: S3DoubleOptions = {}): Promise<S3Double> {
  const credentials = {
    accessKeyId: "AKIADOUBLE",
    secretAccessKey: "secret/of+the=double",
  };
  const state: S3Double = {
    variables: {},
    objects: new Map(),
    uploads: new Map(),
    asked: [],
    fault: () => undefined,
    conditions: true,
    checksums: false,
    encrypts: false,
    credentials,
    pageLength: 1_000,
    async settled() {
      // Connections are accepted in order, so all earlier ones are known once this one is.
      const last = connect(port, "127.0.0.1").resume().end();
      await once(last, "close");
      await waitUntil(() => connections === 0 && underWay === 0, "the end of all requests");
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  let origin = "";
  let port = 0;
  let connections = 0;
  let underWay = 0;
  const listener: http.RequestListener = async (request, response) => {
    underWay += 1;
    try {
      await handle(request, response);
    } finally {
      underWay -= 1;
    }
  };
  const handle = async (request: http.IncomingMessage, response: http.ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    const isWhole = await new Promise((resolve) => {
      request.on("end", () => resolve(true)).on("error", () => resolve(false));
    });
    if (!isWhole) return;
    const body = Buffer.concat(chunks);
    const { headers, method = "" } = request;
    const url = new URL(`${origin}${request.url}`);
    const [, bucket = "", ...segments] = url.pathname.split("/");
    const key = decodeURIComponent(segments.join("/"));
    const asked: AskedOfStore = { method, key, query: url.searchParams, headers, body };
    const refused = await refusalOf(asked, url, state);
    state.asked.push(asked);
    const fault = refused === undefined ? state.fault(asked) : undefined;
    if (fault === "cut") return void request.socket.destroy();
    const answer =
      refused ??
      (typeof fault === "object" ? errorAnswer(fault.status, fault.code) : undefined) ??
      (bucket === doubleBucket ? answerOf(asked, state) : errorAnswer(404, "NoSuchBucket"));
    if (fault === "lost") return void request.socket.destroy();
    const isHead = method === "HEAD";
    response.writeHead(answer.status, {
      "Content-Length": answer.body.length,
      "x-amz-request-id": "D1",
      ...answer.headers,
    });
    response.end(isHead ? undefined : answer.body);
  };
  const server =
    tls === undefined ? http.createServer(listener) : https.createServer(tls, listener);
  server.on("connection", (socket) => {
    connections += 1;
    socket.once("close", () => {
      connections -= 1;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("it has no port");
  ({ port } = address);
  origin = `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`;
  state.variables = {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL_S3: origin,
    AWS_REGION: "eu-west-1",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  };
  return state;
}

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body: Buffer;
}

function errorAnswer(status: number, code: string): Answer {
  const xml = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>The double says ${code}.</Message><RequestId>D1</RequestId></Error>`;
  return { status, body: Buffer.from(xml) };
}

function xmlAnswer(xml: string, status = 200): Answer {
  return { status, body: Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${xml}`) };
}

/** Signs the request again, as the client should have. */
async function refusalOf(
  { body, headers, method }: AskedOfStore,
  url: URL,
  { credentials }: S3Double,
): Promise<Answer | undefined> {
  const { authorization = "" } = headers;
  const [, id, date, region, names] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), /.exec(
      authorization,
    ) ?? [];
  if (id === undefined || region === undefined || names === undefined)
    return errorAnswer(403, "AccessDenied");
  const token = headers["x-amz-security-token"];
  if (id !== credentials.accessKeyId) return errorAnswer(403, "InvalidAccessKeyId");
  if (token !== credentials.sessionToken) return errorAnswer(400, "ExpiredToken");
  const digest = createHash("sha256").update(body).digest("hex");
  if (headers["x-amz-content-sha256"] !== digest)
    return errorAnswer(400, "XAmzContentSHA256Mismatch");
  if (headers["x-amz-date"]?.slice(0, 8) !== date) return errorAnswer(403, "AccessDenied");
  const unsigned = Object.keys(headers).filter(
    (name) => name.startsWith("x-amz-") && !names.split(";").includes(name),
  );
  if (unsigned.length > 0) return errorAnswer(403, "AccessDenied");
  const signedOnes: Record<string, string> = {};
  for (const name of names.split(";"))
    if (name !== "host" && name !== "x-amz-security-token")
      signedOnes[name] = String(headers[name]);
  const signer = new AwsV4Signer({
    method,
    url: url.href,
    headers: signedOnes,
    body,
    accessKeyId: credentials.accessKeyId,
    secretAccessKey: credentials.secretAccessKey,
    ...(credentials.sessionToken === undefined ? {} : { sessionToken: credentials.sessionToken }),
    datetime: String(headers["x-amz-date"]),
    region,
    service: "s3",
    allHeaders: true,
  });
  const again = (await signer.sign()).headers.get("authorization");
  return again === authorization ? undefined : errorAnswer(403, "SignatureDoesNotMatch");
}

function answerOf(asked: AskedOfStore, state: S3Double): Answer {
  const { key, method, query } = asked;
  if (key === "") return query.has("uploads") ? listUploads(asked, state) : listKeys(asked, state);
  if (method === "POST" && query.has("uploads")) return createUpload(asked, state);
  const uploadId = query.get("uploadId");
  if (uploadId !== null) return ofUpload(asked, uploadId, state);
  if (method === "PUT") return put(asked, state);
  const found = state.objects.get(key);
  if (found === undefined) return errorAnswer(404, "NoSuchKey");
  const headers: Record<string, string> = { ETag: `"${found.etag}"` };
  for (const [name, value] of Object.entries(found.metadata)) headers[`x-amz-meta-${name}`] = value;
  return { status: 200, headers, body: found.body };
}

function metadataOf({ headers }: AskedOfStore): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (name.startsWith("x-amz-meta-")) found[name.slice("x-amz-meta-".length)] = String(value);
  return found;
}

function md5(body: Buffer): string {
  return createHash("md5").update(body).digest("hex");
}

/** Undefined if the object may be written. */
function unmet({ headers, key }: AskedOfStore, { conditions, objects }: S3Double) {
  const none = headers["if-none-match"];
  const match = headers["if-match"];
  if (none === undefined && match === undefined) return undefined;
  if (conditions === "refuses") return errorAnswer(501, "NotImplemented");
  if (!conditions) return undefined;
  const found = objects.get(key);
  const isMet = none === undefined ? `"${found?.etag}"` === match : found === undefined;
  return isMet ? undefined : errorAnswer(412, "PreconditionFailed");
}

function put(asked: AskedOfStore, state: S3Double): Answer {
  const refused = unmet(asked, state);
  if (refused !== undefined) return refused;
  const { body, key } = asked;
  const etag = etagOf(body, state);
  state.objects.set(key, { body, etag, metadata: metadataOf(asked) });
  return { status: 200, headers: { ETag: `"${etag}"` }, body: Buffer.alloc(0) };
}

function etagOf(body: Buffer, { encrypts }: S3Double): string {
  return encrypts ? md5(Buffer.concat([body, Buffer.from("key")])) : md5(body);
}

function sha256(body: Buffer): string {
  return createHash("sha256").update(body).digest("base64");
}

let uploadCount = 0;

function createUpload(asked: AskedOfStore, { checksums, uploads }: S3Double): Answer {
  const algorithm = asked.headers["x-amz-checksum-algorithm"];
  if (algorithm !== undefined && checksums === "refuses") return errorAnswer(501, "NotImplemented");
  const keepsSha256 = checksums === true && algorithm === "SHA256";
  uploadCount += 1;
  const uploadId = `upload/${uploadCount}+=`;
  const metadata = metadataOf(asked);
  uploads.set(uploadId, { key: asked.key, metadata, parts: new Map(), keepsSha256 });
  const answer = xmlAnswer(
    `<InitiateMultipartUploadResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><UploadId>${uploadId}</UploadId></InitiateMultipartUploadResult>`,
  );
  return keepsSha256 ? { ...answer, headers: { "x-amz-checksum-algorithm": "SHA256" } } : answer;
}

function ofUpload(asked: AskedOfStore, uploadId: string, state: S3Double): Answer {
  const { body, key, method, query } = asked;
  const upload = state.uploads.get(uploadId);
  if (upload?.key !== key) return errorAnswer(404, "NoSuchUpload");
  if (method === "DELETE") {
    state.uploads.delete(uploadId);
    return { status: 204, body: Buffer.alloc(0) };
  }
  if (method === "PUT") {
    const wanted = upload.keepsSha256 ? sha256(body) : undefined;
    if (asked.headers["x-amz-checksum-sha256"] !== wanted) return errorAnswer(400, "BadDigest");
    upload.parts.set(Number(query.get("partNumber")), body);
    return { status: 200, headers: { ETag: `"${etagOf(body, state)}"` }, body: Buffer.alloc(0) };
  }
  if (method === "GET") return listParts(asked, upload, state);
  return complete(asked, uploadId, upload, state);
}

function complete(asked: AskedOfStore, uploadId: string, upload: Upload, state: S3Double): Answer {
  const listed = [
    ...asked.body
      .toString()
      .matchAll(
        /<Part><PartNumber>(\d+)<\/PartNumber><ETag>&quot;(.*?)&quot;<\/ETag>(?:<ChecksumSHA256>(.*?)<\/ChecksumSHA256>)?<\/Part>/g,
      ),
  ];
  const bodies: Buffer[] = [];
  let previous = 0;
  for (const [index, [, number, etag, checksum]] of listed.entries()) {
    const part = upload.parts.get(Number(number));
    const isRight =
      part !== undefined &&
      etagOf(part, state) === etag &&
      checksum === (upload.keepsSha256 ? sha256(part) : undefined);
    if (!isRight) return errorAnswer(400, "InvalidPart");
    if (Number(number) <= previous) return errorAnswer(400, "InvalidPartOrder");
    const isLast = index === listed.length - 1;
    if (part.length < 5 * 1024 * 1024 && !isLast) return errorAnswer(400, "EntityTooSmall");
    previous = Number(number);
    bodies.push(part);
  }
  if (bodies.length === 0) return errorAnswer(400, "MalformedXML");
  const refused = unmet(asked, state);
  if (refused !== undefined) return refused;
  const body = Buffer.concat(bodies);
  const etag = `${md5(Buffer.concat(bodies.map((part) => Buffer.from(md5(part), "hex"))))}-${bodies.length}`;
  state.objects.set(upload.key, { body, etag, metadata: upload.metadata });
  state.uploads.delete(uploadId);
  return xmlAnswer(
    `<CompleteMultipartUploadResult><ETag>"${etag}"</ETag></CompleteMultipartUploadResult>`,
  );
}

function listParts(
  { query }: AskedOfStore,
  { keepsSha256, parts }: Upload,
  state: S3Double,
): Answer {
  const after = Number(query.get("part-number-marker") ?? 0);
  const rest = [...parts].filter(([number]) => number > after).toSorted(([a], [b]) => a - b);
  const page = rest.slice(0, state.pageLength);
  const lines = page.map(([number, body]) => {
    const checksum = keepsSha256 ? `<ChecksumSHA256>${sha256(body)}</ChecksumSHA256>` : "";
    return `<Part><PartNumber>${number}</PartNumber><ETag>&quot;${etagOf(body, state)}&quot;</ETag>${checksum}<Size>${body.length}</Size></Part>`;
  });
  return xmlAnswer(
    `<ListPartsResult><IsTruncated>${rest.length > page.length}</IsTruncated><NextPartNumberMarker>${page.at(-1)?.[0] ?? 0}</NextPartNumberMarker>${lines.join("")}</ListPartsResult>`,
  );
}

function listUploads({ query }: AskedOfStore, { pageLength, uploads }: S3Double): Answer {
  const prefix = query.get("prefix") ?? "";
  const marker = query.get("upload-id-marker") ?? "";
  const all = [...uploads].filter(([, { key }]) => key.startsWith(prefix));
  const begin = marker === "" ? 0 : all.findIndex(([id]) => id === marker) + 1;
  const page = all.slice(begin, begin + pageLength);
  const [lastId = "", last] = page.at(-1) ?? [];
  const lines = page.map(
    ([id, { key }]) => `<Upload><Key>${escaped(key)}</Key><UploadId>${id}</UploadId></Upload>`,
  );
  const isCut = begin + page.length < all.length;
  const next = isCut
    ? `<NextKeyMarker>${escaped(last?.key ?? "")}</NextKeyMarker><NextUploadIdMarker>${lastId}</NextUploadIdMarker>`
    : "";
  return xmlAnswer(
    `<ListMultipartUploadsResult><IsTruncated>${isCut}</IsTruncated>${next}${lines.join("")}</ListMultipartUploadsResult>`,
  );
}

function listKeys({ query }: AskedOfStore, { objects, pageLength }: S3Double): Answer {
  const prefix = query.get("prefix") ?? "";
  const after = query.get("continuation-token") ?? "";
  const most = Math.min(pageLength, Number(query.get("max-keys") ?? pageLength));
  const rest = [...objects.keys()]
    .filter((key) => key.startsWith(prefix) && key > after)
    .toSorted();
  const page = rest.slice(0, most);
  const lines = page.map(
    (key) =>
      `<Contents><Key>${escaped(key)}</Key><Size>${objects.get(key)?.body.length}</Size></Contents>`,
  );
  const isCut = rest.length > page.length;
  const next = isCut
    ? `<NextContinuationToken>${escaped(page.at(-1) ?? "")}</NextContinuationToken>`
    : "";
  return xmlAnswer(
    `<ListBucketResult><IsTruncated>${isCut}</IsTruncated>${next}${lines.join("")}</ListBucketResult>`,
  );
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
