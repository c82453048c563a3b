import type { Visit, VisitedLevel, VisitedTable } from "../../domain/visit.ts";
import { columns } from "../state/columns.ts";
import {
  type ListedPlace,
  type Place,
  type PlaceView,
  placeKey,
  type TableKind,
} from "../state/place.ts";
import { firstSorts, type Sort } from "../state/sort.ts";
import { knownSession, type State } from "../state/state.ts";

export function visitor(state: State): string | undefined {
  const session = knownSession(state);
  return session && `${session.user} at ${session.host}`;
}

const tableKinds = ["packages", "file-sets", "series", "files", "downloads"] as const;

function visited(view: PlaceView): VisitedTable {
  // The view by series is not restored.
  const { filter, list } = view.series?.before ?? view;
  const { cursorId, index, offset } = list;
  return {
    filter,
    newestOnly: view.newestOnly ?? false,
    row: cursorId,
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

/** Columns that no longer exist fall back to the default sort. */
export function visitedSorts({ sorts }: Visit): Readonly<Record<TableKind, Sort | undefined>> {
  const validSort = (kind: TableKind): Sort | undefined => {
    const sort = sorts[kind];
    return sort && columns[kind].some(({ id }) => id === sort.columnId) ? sort : firstSorts[kind];
  };
  return {
    packages: validSort("packages"),
    "file-sets": validSort("file-sets"),
    series: validSort("series"),
    files: validSort("files"),
    downloads: validSort("downloads"),
  };
}

/** Marks are not restored. */
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
    const list = { cursorId: row, index, offset };
    views[keys[level]] = { list, filter, newestOnly, marks: new Set() };
  }
  return views;
}
