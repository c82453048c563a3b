import { basename, parse } from "node:path";
import { oneLine } from "../../domain/json-tree.ts";
import { readableCount, readableRate } from "../../domain/readable.ts";
import { hasOverlayBox } from "../../store/selectors/layout.ts";
import { screenTitle } from "../../store/selectors/messages.ts";
import { currentPreview, readyPreview } from "../../store/selectors/preview.ts";
import { matchCounts, searchTextOf } from "../../store/selectors/preview-search.ts";
import { countsOf, currentPlace, filterOf, viewOf } from "../../store/selectors/table.ts";
import {
  activityWord,
  isUnderWay,
  percent,
  totalShare,
  wantedCount,
} from "../../store/state/download-phases.ts";
import { isTable, type Place } from "../../store/state/place.ts";
import type { OtherAccount, State } from "../../store/state/state.ts";
import { cellWidth, truncateMiddle } from "../../text/cells.ts";
import { briefName, fitDated, ownName, withoutTime } from "../../text/short-name.ts";
import type { Transfer, TransfersSnapshot } from "../../transfer/engine.ts";
import { spansWidth, spreadSpans } from "../spans.ts";
import type { Span } from "../theme.ts";

/** " cfs  ", or " cfs @archive  " */
function leadOf({ profile, viewport: { columns } }: State): string {
  if (profile === undefined) return " cfs  ";
  return ` cfs @${truncateMiddle(profile, Math.max(8, Math.floor(columns / 5)))}  `;
}

/** What the header shows of the program itself. */
export interface HeaderFacts {
  host: string;
  version: string;
}

function accountTexts(state: State, { host, version }: HeaderFacts): string[] {
  if (state.overlay?.kind === "help") return [`version ${version}`];
  if (state.demo) return ["demo"];
  if (state.session.phase !== "signed-in") return [host];
  const { user } = state.session.session;
  return [`${user} · ${host}`, user];
}

/** Cells reserved for the path before the account is shown. */
const leastPath = 60;
/** Cells reserved for the path in the demo. */
const leastDemoPath = 16;

/** The path is shortened for running downloads, but takes precedence over the account. */
function rightSide(state: State, facts: HeaderFacts, path: number): Span[] {
  const badge = [...transferBadge(state.transfers), ...otherBadges(state)];
  const room = state.viewport.columns - cellWidth(leadOf(state)) - spansWidth(badge) - 6;
  const account = accountTexts(state, facts).find(
    (text) => cellWidth(text) + Math.min(path, state.demo ? leastDemoPath : leastPath) <= room,
  );
  const gap = badge.length > 0 && account !== undefined ? [{ text: "   " }] : [];
  const named: Span[] = account === undefined ? [] : [{ text: account, tone: "muted" }];
  return [...badge, ...gap, ...named, { text: " " }];
}

function pathSpans(crumbs: readonly string[]): Span[] {
  return crumbs.flatMap((crumb, index): Span[] => {
    const last = index === crumbs.length - 1;
    const gap: Span[] = index > 0 ? [{ text: breadcrumbGap, tone: "muted" }] : [];
    return [...gap, { text: crumb, tone: last ? "strong" : "plain" }];
  });
}

export function headerSpans(state: State, facts: HeaderFacts): Span[] {
  const { columns } = state.viewport;
  const lead = leadOf(state);
  // A box has its own title.
  const beneath = hasOverlayBox(state) ? { ...state, overlay: undefined } : state;
  const crumbs = [...downloadedSet(beneath), ...breadcrumbsOf(beneath)];
  const path = cellWidth(crumbs.join(breadcrumbGap)) + spansWidth(filterChip(beneath, columns));
  const right = rightSide(state, facts, path);
  const room = columns - cellWidth(lead) - spansWidth(right) - 2;
  const title = Math.min(room, cellWidth(crumbs.at(-1) ?? ""));
  const chip = filterChip(beneath, room - title);
  const left: Span[] = [
    { text: lead, tone: "accent" },
    ...pathSpans(fitBreadcrumbs(crumbs, Math.max(8, room - spansWidth(chip)))),
    ...chip,
  ];
  return spreadSpans(left, right, columns);
}

/** "retrying" or "stalled" if no transfer that runs receives anything. */
function commonTrouble(transfers: readonly Transfer[]): string | undefined {
  const words = transfers.filter(({ state }) => state === "running").map(activityWord);
  if (words.length === 0 || words.includes("running")) return undefined;
  return words.includes("retrying") ? "retrying" : "stalled";
}

/** "↓ 2/7 41% 18 MB/s", or nothing without open downloads. */
function transferBadge({ transfers, totals }: TransfersSnapshot): Span[] {
  const paused = transfers.filter(({ state }) => state === "paused").length;
  const active = transfers.some(({ state }) => state === "running" || state === "verifying");
  const failed: Span[] =
    totals.failed > 0 ? [{ text: `${totals.failed} failed`, tone: "bad" }, { text: " " }] : [];
  if (active || totals.queued > 0) {
    const parts = [`↓ ${totals.done}/${wantedCount(transfers)}`, percent(totalShare(totals))];
    if (totals.bytesPerSecond > 0) parts.push(readableRate(totals.bytesPerSecond));
    const trouble = commonTrouble(transfers);
    if (trouble !== undefined) parts.push(trouble);
    const tone = trouble === undefined ? "accent" : "warning";
    return [...failed, { text: parts.filter((part) => part !== "").join(" "), tone }];
  }
  if (paused > 0) return [...failed, { text: `↓ ${paused} paused`, tone: "warning" }];
  return failed.slice(0, 1);
}

/** A narrower screen names them only on Downloads. */
const leastForOthers = 80;

/** "@archive ↓ 41%" for each other account with open downloads. */
function otherBadges({ others, transfers, viewport }: State): Span[] {
  if (viewport.columns < leastForOthers) return [];
  return others.flatMap((other, index): Span[] => {
    const { text, tone } = otherState(other);
    if (text === "") return [];
    const gap = index > 0 || transferBadge(transfers).length > 0 ? "  " : "";
    return [
      { text: `${gap}@${truncateMiddle(other.profile, 12)} `, tone: "muted" },
      { text, tone },
    ];
  });
}

function otherState({ transfers: { totals, transfers } }: OtherAccount): Span {
  if (transfers.some(isUnderWay))
    return { text: `↓ ${percent(totalShare(totals)) || totals.running}`, tone: "accent" };
  if (totals.failed > 0) return { text: `${totals.failed} failed`, tone: "bad" };
  const paused = transfers.filter(({ state }) => state === "paused").length;
  return { text: paused > 0 ? `${paused} paused` : "", tone: "warning" };
}

const gap = "  ";

/** "filter: abc (12 of 4,310)" or "search: abc (3 of 17)" in at most `cells` cells; empty without either. */
function filterChip(state: State, cells: number): Span[] {
  if (state.session.phase !== "signed-in" || state.overlay) return [];
  const place = currentPlace(state);
  if (place.kind === "preview") return searchChip(state, cells);
  if (!isTable(place)) return [];
  const filter = filterOf(state, place).trim();
  if (filter === "") return [];
  const counts = countsOf(state, place);
  const [shown, all] = [readableCount(counts.shown), readableCount(counts.all)];
  return chip("filter", filter, [`${shown} of ${all}`, `${shown}/${all}`], cells);
}

function searchChip(state: State, cells: number): Span[] {
  const preview = readyPreview(state);
  const text = preview && searchTextOf(state, preview);
  const counts = matchCounts(state);
  if (text === undefined || !counts) return [];
  const all = `${readableCount(counts.all)}${counts.of === "begun" ? "+" : ""}`;
  const where = counts.of === "record" ? " here" : "";
  if (counts.all === 0) return chip("search", text, ["no match", all], cells);
  const at = counts.at > 0 ? readableCount(counts.at) : "–";
  return chip("search", text, [`${at} of ${all}${where}`, `${at}/${all}`], cells);
}

function chip(
  word: string,
  text: string,
  [long, short]: readonly [long: string, short: string],
  cells: number,
): Span[] {
  const whole = `${gap}${word}: ${text} (${long})`;
  if (cellWidth(whole) <= cells) return [{ text: whole, tone: "accent" }];
  const room = Math.max(3, cells - gap.length - 2 - short.length);
  return [{ text: `${gap}/${truncateMiddle(text, room)} ${short}`, tone: "accent" }];
}

export const breadcrumbGap = " › ";

function previewed(place: Extract<Place, { kind: "preview" }>, state: State): string[] {
  const preview = currentPreview(state);
  const file = place.file ?? preview?.file;
  const name =
    place.path === undefined ? (file?.filename ?? place.fileSet.name) : basename(place.path);
  const entry = place.entry ?? (preview?.phase === "ready" ? preview.entry : undefined);
  // The only entry of a zip is often called like it.
  const isAlike = entry !== undefined && parse(entry.name).name === parse(name).name;
  return entry && !isAlike ? [name, oneLine(entry.name)] : [name];
}

function openedSeries(place: Place, state: State): string[] {
  const opened = viewOf(state, place).series?.opened;
  return opened ? [opened.name] : [];
}

function placeBreadcrumbs(place: Place, state: State): string[] {
  switch (place.kind) {
    case "packages":
      return [place.bucket];
    case "file-sets":
      return [place.bucket, place.package.packageName, ...openedSeries(place, state)];
    case "files":
      return [place.bucket, place.package.packageName, place.fileSet.name];
    case "preview":
      return place.path === undefined
        ? [place.bucket, place.package.packageName, ...previewed(place, state)]
        : ["Downloads", ...previewed(place, state)];
    default:
      return [];
  }
}

/** The only file set of Downloads, whose rows name only its files. */
function downloadedSet(state: State): string[] {
  const { overlay, session, transfers } = state;
  const isShown = session.phase === "signed-in" && overlay === undefined;
  const set = transfers.transfers[0]?.file;
  if (!isShown || currentPlace(state).kind !== "downloads" || !set?.fileSetName) return [];
  const isOnly = transfers.transfers.every(({ file }) => file.fileSetId === set.fileSetId);
  return isOnly ? [briefName(set.fileSetName, set.packageName)] : [];
}

export function breadcrumbsOf(state: State): string[] {
  const { overlay, session } = state;
  const place = currentPlace(state);
  const title = screenTitle(state);
  if (session.phase !== "signed-in") return [title];
  return overlay?.kind === "quit" ? [title] : [...placeBreadcrumbs(place, state), title];
}

function widthOf(crumbs: readonly string[]): number {
  const gaps = Math.max(0, crumbs.length - 1) * cellWidth(breadcrumbGap);
  return crumbs.reduce((sum, crumb) => sum + cellWidth(crumb), gaps);
}

/** The largest share per crumb so that all fit; short crumbs leave their rest to long ones. */
function fairShare(widths: readonly number[], cells: number): number {
  let share = cells;
  let remaining = cells;
  const ascending = widths.toSorted((one, other) => one - other);
  for (const [index, width] of ascending.entries()) {
    share = Math.floor(remaining / (ascending.length - index));
    if (width > share) return share;
    remaining -= width;
  }
  return share;
}

const leastShare = 8;

/**
 * Drops what names repeat of the name before them, then the time of day, then shortens names, then drops the first
 * crumbs.
 */
export function fitBreadcrumbs(crumbs: readonly string[], cells: number): string[] {
  if (widthOf(crumbs) <= cells) return [...crumbs];
  const title = crumbs.at(-1) ?? "";
  const names = crumbs.slice(0, -1);
  const own = names.map((name, index) => ownName(name, names[index - 1]));
  return widthOf([...own, title]) <= cells ? [...own, title] : cutBreadcrumbs(own, title, cells);
}

function cutBreadcrumbs(names: readonly string[], title: string, cells: number): string[] {
  const dated = names.map((name) => ({ name, short: withoutTime(name) }));
  const shortest = [...dated.map(({ short }) => short), title];
  if (widthOf(shortest) <= cells) return shortest;
  if (names.length === 0) return [truncateMiddle(title, cells)];
  const widths = dated.map(({ short }) => cellWidth(short));
  const gaps = names.length * cellWidth(breadcrumbGap);
  const share = fairShare(widths, cells - cellWidth(title) - gaps);
  if (share < leastShare) return cutBreadcrumbs(names.slice(1), title, cells);
  const fitted = dated.map(({ name, short }) =>
    cellWidth(short) <= share ? short : fitDated(name, share),
  );
  return [...fitted, title];
}
