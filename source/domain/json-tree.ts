import { sanitize } from "./sanitize.ts";

export interface TreeLine {
  depth: number;
  label: string;
  /** Undefined if deeper lines follow. */
  value?: string;
}

/** Marks the digits of a number that a JavaScript number would round. */
const exactMark = "\u0000";
const longNumber = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

/** Deeper objects and arrays are shown as one text. */
const deepest = 20;
const mostLines = 5_000;
const longestText = 4_000;

/** Keeps every digit of long numbers; undefined if the text is not JSON. */
export function parseExactJson(text: string): unknown {
  const kept = text.replace(longNumber, (found) =>
    found.startsWith('"') || found.length < 16 ? found : `"\\u0000${found}"`,
  );
  try {
    // The added quotes must not make invalid JSON valid.
    const plain: unknown = JSON.parse(text);
    return kept === text ? plain : JSON.parse(kept);
  } catch {
    return undefined;
  }
}

/** Sanitized, with line ends and tabs as spaces, and cut after `longest` code units. */
export function oneLine(text: string, longest = longestText): string {
  const part = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return sanitize(part.replace(/[\t\r\n]+/g, " "));
}

function isBranch(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function leafText(value: unknown): string {
  if (isBranch(value)) return packedText(value);
  return typeof value === "string" ? value.replace(exactMark, "") : String(value);
}

function packedText(value: object): string {
  try {
    return JSON.stringify(value).replaceAll(/"\\u0000([^"]*)"/g, "$1");
  } catch {
    // It is nested too deeply for the stack.
    return Array.isArray(value) ? "[…]" : "{…}";
  }
}

/** Fields by path, such as "Details.OrganizationId"; an array is one text. */
export function flatFields(value: unknown): Map<string, string> {
  const fields = new Map<string, string>();
  const add = (path: string, inner: unknown, depth: number) => {
    const isOpen = isBranch(inner) && !Array.isArray(inner) && depth < 4;
    const members = isOpen ? Object.entries(inner) : [];
    if (members.length === 0) {
      fields.set(path, oneLine(leafText(inner)));
      return;
    }
    for (const [name, member] of members) {
      const own = oneLine(name, 100);
      add(path === "" ? own : `${path}.${own}`, member, depth + 1);
    }
  };
  add("", value, 0);
  return fields;
}

/** The lines of a JSON value, sanitized and bounded. */
export function treeLines(value: unknown): TreeLine[] {
  const lines: TreeLine[] = [];
  const add = (label: string, inner: unknown, depth: number) => {
    if (lines.length >= mostLines) return;
    const members = isBranch(inner) && depth < deepest ? Object.entries(inner) : [];
    if (members.length === 0) {
      lines.push({ depth, label, value: valueText(inner) });
      return;
    }
    lines.push({ depth, label });
    const isList = Array.isArray(inner);
    for (const [name, member] of members) {
      add(isList ? `[${name}]` : oneLine(name, 100), member, depth + 1);
    }
  };
  if (!isBranch(value)) return [{ depth: 0, label: "", value: valueText(value) }];
  for (const [name, member] of Object.entries(value)) {
    add(Array.isArray(value) ? `[${name}]` : oneLine(name, 100), member, 0);
  }
  if (lines.length >= mostLines) lines.push({ depth: 0, label: "…", value: "and more" });
  return lines;
}

function valueText(value: unknown): string {
  if (typeof value !== "string") return oneLine(leafText(value));
  return value.startsWith(exactMark) ? oneLine(leafText(value)) : `"${oneLine(value)}"`;
}
