import { parsePlacePath } from "../../domain/visit.ts";
import { type MenuItem, meantBucket, menuItems } from "../../store/selectors/bucket-menu.ts";
import { bodyHeight, menuHeight } from "../../store/selectors/layout.ts";
import type { BucketSlice, State } from "../../store/state/state.ts";
import { fitCells, truncateEnd, wrapCells } from "../../text/cells.ts";
import { fieldSpans } from "../spans.ts";
import type { Span, Tone } from "../theme.ts";

const labelCells = 11;
const widestField = 50;

function nameCells(items: readonly MenuItem[], columns: number): number {
  const longest = Math.max(16, ...items.map(({ bucket }) => bucket.length));
  return Math.min(longest, Math.floor((columns - 6) * 0.7));
}

function itemSpans(
  { about, bucket }: MenuItem,
  cells: number,
  columns: number,
  tone: Tone,
): Span[] {
  const rest = Math.max(0, columns - cells - 6);
  const text = rest < 8 ? "" : truncateEnd(about, rest);
  return [
    { text: `   ${fitCells(bucket, cells)}  `, tone },
    { text: fitCells(text, Math.max(0, rest)), tone: "muted" },
    { text: " " },
  ];
}

function problemLines(problem: string | undefined, columns: number): Span[][] {
  if (problem === undefined) return [];
  return wrapCells(problem, columns - labelCells - 1).map((text) => [
    { text: " ".repeat(labelCells) },
    { text, tone: "bad" },
  ]);
}

/** True if Enter opens the first item. */
function opensFirst({ field, focus, problem }: BucketSlice, items: readonly MenuItem[]): boolean {
  const isTyped = field.text.trim() !== "" && !field.selected;
  return isTyped && focus === "field" && problem === undefined && items.length > 0;
}

function enterText(bucket: BucketSlice): string {
  const name = meantBucket(bucket, bucket.field.text);
  const wanted = parsePlacePath(bucket.field.text).package;
  return wanted === undefined ? `Enter opens ${name}.` : `Enter looks for ${wanted} in ${name}.`;
}

/** Omits the hint about Enter if the service has already refused the name. */
function menuTitle(bucket: BucketSlice, items: readonly MenuItem[]): string {
  if (opensFirst(bucket, items)) return enterText(bucket);
  if (items.length > 0) return "Known buckets";
  const nothing = "No known bucket matches.";
  return bucket.problem === undefined ? `${nothing} Enter asks the service.` : nothing;
}

export function bucketHeadLines({ bucket, overlay, viewport }: State): Span[][] {
  const focused = bucket.focus === "field" && !overlay;
  const items = menuItems(bucket);
  const placeholder = "e.g. bulk-ESG";
  const cells = Math.max(8, Math.min(widestField, viewport.columns - labelCells - 2));
  const label: Span = {
    text: fitCells(focused ? " › Bucket" : "   Bucket", labelCells),
    tone: focused ? "strong" : "plain",
  };
  return [
    [],
    [label, ...fieldSpans(bucket.field, { cells, focused, placeholder })],
    ...problemLines(bucket.problem, viewport.columns),
    [],
    ...wrapCells(menuTitle(bucket, items), viewport.columns - 4).map((text): Span[] => [
      { text: `   ${text}`, tone: "muted" },
    ]),
  ];
}

export function bucketMenuLines({ bucket, viewport }: State): { id: string; spans: Span[] }[] {
  const items = menuItems(bucket);
  const cells = nameCells(items, viewport.columns);
  const first = opensFirst(bucket, items) ? "strong" : "plain";
  return items.map((item, index) => ({
    id: item.bucket,
    spans: itemSpans(item, cells, viewport.columns, index === 0 ? first : "plain"),
  }));
}

export function bucketLines(state: State): Span[][] {
  const menu = bucketMenuLines(state).slice(0, menuHeight(state));
  return [...bucketHeadLines(state), ...menu.map(({ spans }) => spans)].slice(0, bodyHeight(state));
}
