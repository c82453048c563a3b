import { allItems, type FileSetFilter, type FileStore } from "../../api/service.ts";
import { AppError } from "../../base/errors.ts";
import { momentInName, seriesName } from "../../domain/deliveries/name.ts";
import type { FileSet } from "../../domain/entities.ts";
import { byAge, newestFirst } from "../../domain/ordering.ts";
import { readableCount } from "../../domain/readable.ts";
import { shellWord } from "../../domain/sanitize.ts";
import { formatsIn, kindIn, type Selection } from "../../domain/selection.ts";
import { usageError } from "../console/usage-error.ts";
import { selectedFileSets } from "./selection.ts";

/**
 * The newest selected file set that is READY. Rejects with an AppError: not-found without one, usage if
 * another one is as new, or is of another series or kind and has the same date.
 */
export async function latestFileSet(
  filter: FileSetFilter,
  selection: Selection,
  fileStore: FileStore,
  signal: AbortSignal,
): Promise<FileSet> {
  const listed = await allItems(fileStore.fileSets({ ...filter, status: "READY" }, signal));
  const candidates = listed
    .filter((fileSet) => selection.fileSet(fileSet) !== "none")
    .sort(newestFirst);
  const take = (fileSets: readonly FileSet[]) =>
    selectedFileSets(fileSets, selection, fileStore, signal);
  const tried = `Looking for the newest file set of ${filter.bucket}`;
  const newest = (await firstOf(take(candidates)))?.fileSet;
  if (newest === undefined) {
    throw new AppError({
      kind: "not-found",
      tried,
      answered: "no READY file set matches",
      advice: `See cfs file-sets ${filter.bucket}.`,
    });
  }
  const sameDate = candidates.filter((fileSet) => commonDate(fileSet, newest));
  const rivals = rivalsOf(newest, sameDate);
  const tied = [newest];
  for await (const { fileSet } of take(rivals)) tied.push(fileSet);
  const [first, second] = tied;
  if (first === undefined || second === undefined) return newest;
  throw usageError(
    `${readableCount(tied.length)} file sets are from ${commonDate(first, second)}`,
    choiceAmong(tied),
    tried,
  );
}

async function firstOf<Item>(items: AsyncIterable<Item>): Promise<Item | undefined> {
  for await (const item of items) return item;
  return undefined;
}

/** The dates of a file set: end of content, in the name, creation. */
const dates: readonly ((fileSet: FileSet) => string | undefined)[] = [
  ({ contentTo }) => dateOf(Date.parse(contentTo ?? "")),
  ({ name }) => dateOf(momentInName(name)),
  ({ created }) => dateOf(Date.parse(created ?? "")),
];

function dateOf(ms = Number.NaN): string | undefined {
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString().slice(0, 10);
}

/** The first of the dates that both have, if it is the same. */
function commonDate(one: FileSet, other: FileSet): string | undefined {
  const known = dates.find((date) => date(one) !== undefined && date(other) !== undefined);
  const date = known?.(one);
  return date === known?.(other) ? date : undefined;
}

/** Other file sets as new as the newest one, and the newest of each other series and kind. */
function rivalsOf(newest: FileSet, fileSets: readonly FileSet[]): FileSet[] {
  const variantOf = ({ packageId, name }: FileSet) =>
    JSON.stringify([packageId, seriesName(name).toLowerCase(), kindIn(name)]);
  const seen = new Set([variantOf(newest)]);
  return fileSets.filter((fileSet) => {
    const variant = variantOf(fileSet);
    if (!seen.has(variant)) return seen.add(variant);
    return fileSet.id !== newest.id && byAge(fileSet, newest) === 0;
  });
}

type ValueOf = (fileSet: FileSet) => string | undefined;

const formatOf: ValueOf = ({ name }) => formatsIn(name)[0];
const kindOf: ValueOf = ({ name }) => kindIn(name);

/** What selects one of the file sets: "Choose with --format csv or jsonl, and --kind delta or init." */
function choiceAmong(tied: readonly FileSet[]): string {
  const differ = (valueIn: ValueOf) => new Set(tied.map(valueIn)).size > 1;
  const byFormat = differ(formatOf);
  const seriesOf: ValueOf = ({ name }) =>
    shellWord(byFormat ? anyFormat(seriesName(name)) : seriesName(name));
  const packageOf: ValueOf = ({ packageId }) => packageId;
  const isSeriesEnough = new Set(tied.map(seriesOf)).size >= new Set(tied.map(packageOf)).size;
  const choices: [string, ValueOf][] = [
    isSeriesEnough ? ["--series", seriesOf] : ["--package", packageOf],
    ["--format", formatOf],
    ["--kind", kindOf],
  ];
  const deciding = choices.filter(([, valueIn]) => differ(valueIn));
  const options = deciding.map(([option, valueIn]) => {
    const values = new Set(tied.map(valueIn).filter((value) => value !== undefined));
    return `${option} ${orList([...values])}`;
  });
  const isSelectedBy = (other: FileSet, fileSet: FileSet) =>
    deciding.every(([, valueIn]) => [undefined, valueIn(other)].includes(valueIn(fileSet)));
  const undecided = tied.filter((fileSet) =>
    tied.some((other) => other !== fileSet && isSelectedBy(other, fileSet)),
  );
  const ids = undecided.map(({ id, name }) => `${name} (${id})`);
  if (options.length === 0) return `Give the id of one: ${orList(ids)}.`;
  const withId = ids.length > 0 ? ` Give the id for ${orList(ids)}.` : "";
  return `Choose with ${options.join(", and ")}.${withId}`;
}

/** A glob for the series in every format. */
function anyFormat(series: string): string {
  return series.replace(/(?<![a-z])(?:csv|jsonl|zip)(?![a-z])/i, "*");
}

const mostShown = 5;

/** "a, b or c" */
function orList(items: readonly string[]): string {
  if (items.length > mostShown) return `${items.slice(0, mostShown).join(", ")} or another`;
  if (items.length === 1) return items.join();
  return `${items.slice(0, -1).join(", ")} or ${items.at(-1)}`;
}
