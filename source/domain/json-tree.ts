import { sanitize } from "./sanitize.ts";

export interface TreeLine {
  depth: number;
  label: string;
  /** Undefined if deeper lines follow. */
  value?: string;
  /** Names the field, in other records too: "Details.List[0]". */
  path: string;
  content: unknown;
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

/** The whole text of a field: a string without quotes, an object or array as JSON. */
export function contentText(value: unknown): string {
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
      fields.set(path, oneLine(contentText(inner)));
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
  const addMembers = (parent: object, parentPath: string, depth: number) => {
    for (const [name, content] of Object.entries(parent)) {
      if (lines.length >= mostLines) return;
      const label = Array.isArray(parent) ? `[${name}]` : oneLine(name, 100);
      const isNested = parentPath !== "" && !label.startsWith("[");
      const path = `${parentPath}${isNested ? "." : ""}${label}`;
      const isOpen = isBranch(content) && depth < deepest && Object.keys(content).length > 0;
      if (!isOpen) {
        lines.push({ depth, label, value: valueText(content), path, content });
        continue;
      }
      lines.push({ depth, label, path, content });
      addMembers(content, path, depth + 1);
    }
  };
  if (!isBranch(value)) {
    return [{ depth: 0, label: "", value: valueText(value), path: "", content: value }];
  }
  addMembers(value, "", 0);
  if (lines.length >= mostLines) {
    lines.push({ depth: 0, label: "…", value: "and more", path: "…", content: "" });
  }
  return lines;
}

function valueText(value: unknown): string {
  if (typeof value !== "string") return oneLine(contentText(value));
  return value.startsWith(exactMark) ? oneLine(contentText(value)) : `"${oneLine(value)}"`;
}
