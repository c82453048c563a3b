import type { Visit, VisitedLevel, VisitedTable } from "../../domain/visit.ts";
import { columns } from "../state/columns.ts";
import { type ListedPlace, type Place, placeKey, type TableKind } from "../state/place.ts";
import type { PlaceView } from "../state/place-view.ts";
import type { Sort } from "../state/sort.ts";
import type { State } from "../state/state.ts";

/** Whose visit it is; undefined while nobody is signed in. */
export function visitor({ session: { session } }: State): string | undefined {
  return session && `${session.user} at ${session.host}`;
}

const tableKinds = ["packages", "file-sets", "files", "downloads"] as const;

function visited(view: PlaceView): VisitedTable {
  const { cursorId, index, offset } = view.list;
  return {
    filter: view.filter,
    newestOnly: view.newestOnly ?? false,
    ...(cursorId === undefined ? {} : { row: cursorId }),
    index,
    offset,
  };
}

type Level<Kind extends VisitedLevel> = Extract<ListedPlace, { kind: Kind }>;

function levelOf<Kind extends VisitedLevel>(
  places: readonly Place[],
  kind: Kind,
): Level<Kind> | undefined {
  return places.find((place): place is Level<Kind> => place.kind === kind);
}

/** Where the person is now, to be found again at the next start. */
export function visitOf(state: State): Visit | undefined {
  const account = visitor(state);
  if (account === undefined || state.session.phase !== "signed-in") return undefined;
  const { places, sorts, views } = state;
  const tables: Partial<Record<VisitedLevel, VisitedTable>> = {};
  for (const place of places) {
    const view = views[placeKey(place)];
    if (view && (place.kind === "packages" || place.kind === "file-sets" || place.kind === "files"))
      tables[place.kind] = visited(view);
  }
  const chosen = tableKinds.flatMap((kind) => {
    const sort = sorts[kind];
    return sort ? [[kind, sort] as const] : [];
  });
  return {
    account,
    bucket: levelOf(places, "packages")?.bucket,
    packageId: levelOf(places, "file-sets")?.package.packageId,
    fileSetId: levelOf(places, "files")?.fileSet.id,
    tables,
    sorts: Object.fromEntries(chosen),
  };
}

/** The sorts of a visit; columns that are not there any more are left as they are at first. */
export function visitedSorts(
  { sorts }: Visit,
  first: State["sorts"],
): Readonly<Record<TableKind, Sort | undefined>> {
  const known = (kind: TableKind): Sort | undefined => {
    const sort = sorts[kind];
    return sort && columns[kind].some(({ id }) => id === sort.columnId) ? sort : first[kind];
  };
  return {
    packages: known("packages"),
    "file-sets": known("file-sets"),
    files: known("files"),
    downloads: known("downloads"),
  };
}

/** How the tables of the visit's path were looked at, by place key; marks do not outlive the program. */
export function visitedViews(visit: Visit): Record<string, PlaceView> {
  const views: Record<string, PlaceView> = {};
  const bucket = visit.bucket?.toLowerCase() ?? "";
  const keys: Readonly<Record<VisitedLevel, string>> = {
    packages: `packages ${bucket}`,
    "file-sets": `file-sets ${bucket} ${visit.packageId}`,
    files: `files ${visit.fileSetId}`,
  };
  for (const level of ["packages", "file-sets", "files"] as const) {
    const table = visit.tables[level];
    if (!table) continue;
    const { filter, index, newestOnly, offset, row } = table;
    const list = { index, offset, ...(row === undefined ? {} : { cursorId: row }) };
    views[keys[level]] = { list, filter, newestOnly, marks: new Set() };
  }
  return views;
}
