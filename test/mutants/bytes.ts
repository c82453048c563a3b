import type { Mutant } from "./mutant.ts";

const damage = "test/transfer/damage.test.ts";
const failures = "test/transfer/engine-failures.test.ts";
const resume = "test/transfer/resume.test.ts";
const identity = "test/objects/identity.test.ts";
const readObject = "test/objects/read-object.test.ts";
const streams = "test/stream/file-streams.test.ts";
const unpack = "test/unpack/unpack-file.test.ts";

/** A final name holds only right bytes, and never a mix of two objects. */
export const byteMutants: readonly Mutant[] = [
  {
    name: "the md5 is not compared",
    file: "source/transfer/verify/checks.ts",
    replace: ["file.md5 !== undefined && md5 !== file.md5.toLowerCase()", "false"],
    caughtBy: { file: damage, name: "by the md5 and removed" },
  },
  {
    name: "the CRCs of gzip and zip are not checked",
    file: "source/transfer/verify/checks.ts",
    replace: ["if (differed !== undefined) throw corruptError(file.name, differed);", ""],
    caughtBy: { file: damage, name: "gzip's CRC and removed" },
  },
  {
    name: "a truncated gzip file counts as right",
    file: "source/transfer/verify/checks.ts",
    replace: ["if (wrong === undefined) await ended;", ""],
    caughtBy: {
      file: "test/transfer/verify/worker.test.ts",
      name: "recognises right, damaged, truncated and empty gzip",
    },
  },
  {
    name: "the CRC of a zip entry is not compared",
    file: "source/transfer/verify/zip-check.ts",
    replace: ["return crc === entry.crc32 ? undefined :", "return crc >= 0 ? undefined :"],
    caughtBy: { file: damage, name: "zip's CRC and removed" },
  },
  {
    name: "damage in a streamed file is not reported",
    file: "source/stream/file-streams.ts",
    replace: ["if (found !== undefined) findings[name] = found;", ""],
    caughtBy: { file: streams, name: "is complete before its gzip data is reported as wrong" },
  },
  {
    name: "the CRC of a streamed zip entry is not compared",
    file: "source/stream/zip-stream-check.ts",
    replace: ["return crc === entry.crc32 ? undefined :", "return crc >= 0 ? undefined :"],
    caughtBy: { file: streams, name: "if the CRC of a zip entry is damaged" },
  },
  {
    name: "a stream requests everything in advance",
    file: "source/stream/ordered-reading.ts",
    replace: [
      "return aheadBytes + this.#window.pieceBytes <= this.#window.bytes;",
      "return aheadBytes >= 0;",
    ],
    caughtBy: {
      file: "test/stream/ordered-object.test.ts",
      name: "stays within the window while the reader takes nothing",
    },
  },
  {
    name: "wrong bytes are kept and resumed",
    file: "source/transfer/file/fetch-large.ts",
    replace: [
      "part.done().bytes() > 0 && !isWrong(thrown) && !isGone",
      "part.done().bytes() > 0 && !isGone",
    ],
    caughtBy: { file: damage, name: "by the md5 and removed" },
  },
  {
    name: "bytes that a failed sync lost are resumed",
    file: "source/transfer/file/fetch-large.ts",
    replace: ["if (!isWorthKeeping || !part.isSound()) {", "if (!isWorthKeeping) {"],
    caughtBy: {
      file: "test/faults/disk.test.ts",
      name: "bytes that a failed fsync lost",
    },
  },
  {
    name: "a shorter body is accepted",
    file: "source/transfer/object/segment-download.ts",
    replace: ["throw brokenError(fetchingWords(name),", "void brokenError(fetchingWords(name),"],
    caughtBy: { file: failures, name: "of a body that ends early, without an error" },
  },
  {
    name: "a shorter body without a length is accepted",
    file: "source/transfer/object/segment-download.ts",
    replace: [
      "if (object.isChunked && listedBytes !== undefined) {",
      "if (object.isChunked) return;\n  if (object.isChunked && listedBytes !== undefined) {",
    ],
    caughtBy: { file: failures, name: "that are too few" },
  },
  {
    name: "a longer body is accepted",
    file: "source/transfer/object/segment-download.ts",
    replace: ["object.status === 200 && receivedBytes > objectBytes", "false"],
    caughtBy: { file: failures, name: "beyond the" },
  },
  {
    name: "a small body of another size than listed is accepted",
    file: "source/transfer/file/fetch-small.ts",
    replace: ["if (bytes === memory.length)", "if (bytes <= memory.length)"],
    caughtBy: { file: failures, name: "that are too few are found" },
  },
  {
    name: "a changed ETag is ignored",
    file: "source/objects/read-object.ts",
    replace: ["return isOtherTag || isOtherSize", "return isOtherSize"],
    caughtBy: { file: identity, name: "takes another tag for another object" },
  },
  {
    name: "a changed size is ignored",
    file: "source/objects/read-object.ts",
    replace: ["return isOtherTag || isOtherSize", "return isOtherTag"],
    caughtBy: { file: identity, name: "treats another size as another object" },
  },
  {
    name: "a first answer of another size than listed is accepted",
    file: "source/objects/read-object.ts",
    replace: ["if (isOtherSize && bytes !== undefined) {", "if (false) {"],
    caughtBy: { file: identity, name: "refuses a first answer of another size" },
  },
  {
    name: "a part is requested without If-Match",
    file: "source/objects/read-object.ts",
    replace: [
      "return source.open({ url, range, ifMatch, signal: stall.signal, held });",
      "return source.open({ url, range, signal: stall.signal, held });",
    ],
    caughtBy: { file: readObject, name: "asks with If-Match" },
  },
  {
    name: "a part other than the requested one is accepted",
    file: "source/objects/read-object.ts",
    replace: ["body.status === 206 && body.first !== (range?.first ?? 0)", "false"],
    caughtBy: { file: readObject, name: "if another part comes" },
  },
  {
    name: "a refused address is used again",
    file: "source/objects/read-object.ts",
    replace: ["if (url !== undefined && isRefusedAddress(failure)) address.refused(url);", ""],
    caughtBy: { file: readObject, name: "asks for a fresh address" },
  },
  {
    name: "bytes of another object are resumed",
    file: "source/transfer/file/fetch-large.ts",
    replace: [
      "return isSame && (etag ?? md5) !== undefined ? read : undefined;",
      "return (etag ?? md5) !== undefined ? read : undefined;",
    ],
    caughtBy: { file: resume, name: "treats another md5 as another object" },
  },
  {
    name: "bytes that no tag and no md5 identifies are resumed",
    file: "source/transfer/file/fetch-large.ts",
    replace: [
      "return isSame && (etag ?? md5) !== undefined ? read : undefined;",
      "return isSame ? read : undefined;",
    ],
    caughtBy: { file: resume, name: "if neither a tag nor an md5 shows" },
  },
  {
    name: "a damaged line of a journal counts",
    file: "source/transfer/part-file/journal.ts",
    replace: [
      "line.slice(0, 8) === checkOf(json) ? readJson(recordShape, json) : undefined",
      "readJson(recordShape, json)",
    ],
    caughtBy: {
      file: "test/transfer/part-file/journal.test.ts",
      name: "up to the first damaged line",
    },
  },
  {
    name: "a claim beyond the part file counts",
    file: "source/transfer/part-file/journal.ts",
    replace: [" && claim.span.end <= partBytes", ""],
    caughtBy: {
      file: "test/transfer/part-file/journal.test.ts",
      name: "claims nothing beyond the partial file",
    },
  },
  {
    name: "a file of the same name and size counts as the same",
    file: "source/transfer/file/same-file.ts",
    replace: ["if (!own.equals(chunk)) return undefined;", ""],
    caughtBy: { file: "test/transfer/twins.test.ts", name: "is not mistaken for another" },
  },
  {
    name: "an entry of a zip file with another CRC is unpacked",
    file: "source/unpack/extract-entry.ts",
    replace: ["if (crc !== entry.crc32) throw", "if (crc !== entry.crc32) void"],
    caughtBy: { file: unpack, name: "where an entry has another CRC" },
  },
  {
    name: "an entry of a zip file may be larger than listed",
    file: "source/unpack/extract-entry.ts",
    replace: ["if (bytes > entry.bytes)", "if (false)"],
    caughtBy: { file: unpack, name: "where an entry is larger than listed" },
  },
  {
    name: "the entries of a zip file may overlap",
    file: "source/unpack/unzip-file.ts",
    replace: ["if (packedBytes > size)", "if (false)"],
    caughtBy: { file: unpack, name: "where an entry reaches over others" },
  },
  {
    name: "an unpacked gzip file replaces another file of that name",
    file: "source/unpack/gunzip-file.ts",
    replace: [
      ": await freePath(wanted, (existing) => equalFiles(part, existing));",
      ": { path: wanted, isTaken: false };",
    ],
    caughtBy: { file: unpack, name: "leaves another file of that name alone" },
  },
  {
    name: "the remains of a damaged gzip file stay",
    file: "source/unpack/gunzip-file.ts",
    replace: ["await rm(part, { force: true }).finally(lock.release);", "await lock.release();"],
    caughtBy: { file: unpack, name: "that is cut short leaves nothing" },
  },
  {
    name: "what a killed process left of a small file is not noticed before the request",
    file: "source/transfer/file/destination.ts",
    replace: ["left.some((one) => names.has(fileNameKey(one)))", "false"],
    caughtBy: { file: resume, name: "requests a small file once" },
  },
  {
    name: "the lock of a killed process is not noticed before the request",
    file: "source/transfer/file/fetch-file.ts",
    replace: ["![part, lock].some", "![part].some"],
    caughtBy: { file: resume, name: "requests a small file once" },
  },
  {
    name: "the complete part file of a killed process is fetched again",
    file: "source/transfer/file/fetch-large.ts",
    replace: ["(await readComplete(task, paths.part, part.size)) ??", ""],
    caughtBy: { file: resume, name: "requests nothing of a file" },
  },
];
