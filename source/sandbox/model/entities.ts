import { hexOf, seedOf } from "./random.ts";

/*
 * What the sandbox holds. All fields may be changed at any time: the next answer shows the change.
 * Times are milliseconds since 1970 here and UTC texts with seconds in answers.
 */

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
  /** Where its objects lie, if not in a folder of its name. */
  folder?: string;
  /** Entitlement hangs on packages: without it, its file sets are refused. */
  isEntitled: boolean;
  createdMs: number;
  modifiedMs: number;
}

export interface SandboxFileSet {
  id: string;
  name: string;
  /** In the server's own case; it may differ from the bucket's name in case alone. */
  bucketName: string;
  packageId: string;
  attributes: { name: string; value: string }[];
  status: "READY" | "PENDING";
  /** Some publishers leave the content's dates out. */
  contentFromMs?: number;
  contentToMs?: number;
  /** A set can be seen between these two moments only. */
  availableFromMs: number;
  availableToMs: number;
  createdMs: number;
  modifiedMs: number;
}

/** The kinds of content that the sandbox invents records for. */
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

/** What a listing says about one of a file's facts. */
export type Listed = "true" | "wrong" | "missing";

export interface SandboxFile {
  id: string;
  /** As the publisher gave it: any characters, perhaps with a path. */
  filename: string;
  filesetId: string;
  /** Size of the object; any size, it costs no memory. */
  bytes: number;
  kind: RecordKind;
  /** Decides the object's content, together with `version`. */
  seed: number;
  /** Another version is another object at the same place: other bytes, other ETag. */
  version: number;
  listedSize: Listed;
  listedMd5: Listed;
  createdMs: number;
  modifiedMs: number;
}

/**
 * An id that depends on `name` alone. Verified: hex in groups of 4-4-8-4-12, unlike a UUID, and the
 * first digit is 4 in every known example.
 */
export function entityId(name: string): string {
  const hex = `4${hexOf(seedOf(name), 31)}`;
  return hex.replace(/(.{4})(.{4})(.{8})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

/** Verified: UTC, whole seconds, "Z". */
export function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
