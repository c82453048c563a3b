import { hexOf, seedOf } from "./random.ts";

// Fields may change while the sandbox runs. Times are milliseconds since 1970.

export interface SandboxBucket {
  name: string;
  attributes: string[];
  createdMs: number;
  modifiedMs: number;
}

export interface SandboxPackage {
  packageId: string;
  packageName: string;
  packageType: string;
  bucketNames: string[];
  contactEmail: string;
  /** Its folder in the object store; default: its name. */
  folder?: string;
  /** Without it the file sets are refused. */
  isEntitled: boolean;
  createdMs: number;
  modifiedMs: number;
}

export interface SandboxFileSet {
  id: string;
  name: string;
  /** Its case may differ from the bucket's name. */
  bucketName: string;
  packageId: string;
  attributes: { name: string; value: string }[];
  status: "READY" | "PENDING";
  /** Some publishers omit content dates. */
  contentFromMs?: number;
  contentToMs?: number;
  availableFromMs: number;
  availableToMs: number;
  createdMs: number;
  modifiedMs: number;
}

export type RecordKind =
  | "esg"
  | "esg-scores"
  | "symbology"
  | "bond-mapping"
  | "reference"
  | "ticks"
  | "green-revenue"
  | "starmine"
  | "municipal";

/** Whether a listing gives a property of a file, and correctly. */
export type Listed = "true" | "wrong" | "missing";

export interface SandboxFile {
  id: string;
  /** Any characters, perhaps with a path. */
  filename: string;
  filesetId: string;
  /** Any size: content is generated on demand. */
  bytes: number;
  kind: RecordKind;
  /** Determines the content together with `version`. */
  seed: number;
  /** Another version has other bytes and another ETag. */
  version: number;
  listedSize: Listed;
  listedMd5: Listed;
  createdMs: number;
  modifiedMs: number;
}

/** Depends on `name` alone. Verified: hex in groups of 4-4-8-4-12 that begins with 4. */
export function entityId(name: string): string {
  const hex = `4${hexOf(seedOf(name), 31)}`;
  return hex.replace(/(.{4})(.{4})(.{8})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

/** Verified: UTC, whole seconds, "Z". */
export function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
