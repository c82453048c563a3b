import type { FileSet } from "./entities.ts";

/** When a file set's content ends, else when it was created; undefined sorts last. */
function momentOf(fileSet: FileSet): number {
  const ms = Date.parse(fileSet.contentTo ?? fileSet.created ?? "");
  return Number.isNaN(ms) ? Number.NEGATIVE_INFINITY : ms;
}

/** Orders file sets newest first; the service lists them by id, which says nothing. Ties go by creation, then by name. */
export function newestFirst(left: FileSet, right: FileSet): number {
  return (
    compare(momentOf(right), momentOf(left)) ||
    compare(right.created ?? "", left.created ?? "") ||
    compare(left.name, right.name)
  );
}

function compare<Value extends number | string>(left: Value, right: Value): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
