import { Bandwidth } from "../../../source/base/bandwidth.ts";
import type { AppError } from "../../../source/base/errors.ts";
import type { FileSet } from "../../../source/domain/entities.ts";
import { dispatch } from "../../../source/keys/dispatch.ts";
import { signInAgain } from "../../../source/store/actions/session.ts";
import {
  createProgram,
  type OwnProgram,
  type ProgramOptions,
} from "../../../source/store/program.ts";
import { currentPlace, currentRow, rowsOf } from "../../../source/store/selectors/table.ts";
import type { Leaving, Services } from "../../../source/store/services.ts";
import { placeKey } from "../../../source/store/state/place.ts";
import type { State } from "../../../source/store/state/state.ts";
import { FakeListingCache } from "./listing-cache.ts";
import { several, someFile, someFileSet, somePackage } from "./listings.ts";
import { FakeObjects } from "./objects.ts";
import { FakePreferences } from "./preferences.ts";
import { FakeAuth, FakeFileStore, HeldPages } from "./service.ts";
import { FakeTransfers } from "./transfers.ts";
import { FakeWatches } from "./watches.ts";

export interface FakeProgram {
  program: OwnProgram;
  auth: FakeAuth;
  fileStore: FakeFileStore;
  transfers: FakeTransfers;
  objects: FakeObjects;
  watches: FakeWatches;
  preferences: FakePreferences;
  listingCache: FakeListingCache;
  /** Bytes of the files in any folder, by their names there. */
  onDisk: Map<string, number>;
  /** The free space of every folder. */
  disk: { freeBytes: number | undefined };
  copied: string[];
  folders: Set<string>;
  left: Leaving[];
  state(): State;
  /** Ends the session as a request does that the service refuses. */
  signInAgain(error: AppError): void;
  /** Presses keys by their names; a character writes itself. */
  press(...names: string[]): void;
  /** Presses every character of `text`. */
  type(text: string): void;
  /** Resolves when the state is as `wanted` says. */
  until(wanted: (state: State) => boolean): Promise<State>;
  /** Name of the row under the cursor. */
  current(): string | undefined;
  /** Names of the rows that are shown. */
  names(): string[];
}

const written: Readonly<Record<string, string>> = { space: " " };

/** A program without a screen over fakes that hold two packages, nine file sets, and four files; signed in on `resume`. */
export function fakeProgram(
  options: Partial<ProgramOptions> = {},
  moreServices: Partial<Services> = {},
): FakeProgram {
  const auth = new FakeAuth();
  const fileStore = new FakeFileStore();
  const transfers = new FakeTransfers();
  const objects = new FakeObjects();
  const watches = new FakeWatches();
  const preferences = new FakePreferences();
  const listingCache = new FakeListingCache();
  const onDisk = new Map<string, number>();
  const disk: FakeProgram["disk"] = { freeBytes: 82_000_000_000 };
  const copied: string[] = [];
  const left: Leaving[] = [];
  const folders = new Set(["/downloads"]);
  auth.kept = { kind: "password", user: "GE-A-00000001-1-0001", host: "https://api.refinitiv.com" };
  fileStore.packagesAnswer = () => several(2, somePackage);
  fileStore.fileSetsAnswer = () => several(9, someFileSet);
  fileStore.filesAnswer = () => several(4, someFile);
  let nowMs = 0;
  const services: Services = {
    auth,
    fileStore,
    transfers,
    bandwidth: new Bandwidth(),
    openPreview: objects.openPreview,
    openWatch: watches.openWatch,
    pausedWatches: watches.pausedWatches,
    preferences,
    listingCache,
    host: "https://api.refinitiv.com",
    nowMs: () => {
      nowMs += 1000;
      return nowMs;
    },
    copyText: (text) => {
      copied.push(text);
      return "offered";
    },
    checkFolder: async (path) =>
      path === "" || path === "/"
        ? { kind: "refused", problem: "Type the path of a folder." }
        : { kind: folders.has(path) ? "usable" : "missing", path },
    createFolder: async (path) => {
      folders.add(path);
      return { kind: "usable", path };
    },
    foldersAt: async (typed) => {
      const lead = typed.slice(0, typed.lastIndexOf("/") + 1);
      const below = [...folders].filter((path) => path.startsWith(lead) && path !== lead);
      const names = below.map((path) => path.slice(lead.length).replace(/\/.*/, ""));
      return { lead, names: [...new Set(names)].sort() };
    },
    sizesOnDisk: async (_, names) => new Map([...onDisk].filter(([name]) => names.includes(name))),
    freeBytes: async () => disk.freeBytes,
    page: async () => undefined,
    openShell: async () => undefined,
    suspend: () => {},
    redraw: () => {},
    leave: (leaving) => left.push(leaving),
    ...moreServices,
  };
  const program = createProgram(services, {
    viewport: { columns: 100, rows: 24 },
    startDirectory: "/downloads",
    // However slow the machine is, a test sees what it waits for.
    noticeMs: 600_000,
    ...options,
  });
  const { store } = program;
  program.actions.followTransfers();
  const state = () => store.getState();
  const press = (...names: string[]) => {
    for (const name of names) {
      const text = name.length === 1 ? name : written[name];
      dispatch(program, { name, text });
    }
  };
  return {
    program,
    auth,
    fileStore,
    transfers,
    objects,
    watches,
    preferences,
    listingCache,
    onDisk,
    disk,
    copied,
    folders,
    left,
    state,
    signInAgain: (error) => signInAgain({ store, services }, error),
    press,
    type: (text) => press(...Array.from(text, (one) => (one === " " ? "space" : one))),
    until: (wanted) =>
      new Promise((resolve) => {
        if (wanted(state())) return resolve(state());
        const unsubscribe = store.subscribe((now) => {
          if (!wanted(now)) return;
          unsubscribe();
          resolve(now);
        });
      }),
    current: () => currentRow(state())?.name,
    names: () => rowsOf(state(), currentPlace(state())).shown.map(({ name }) => name),
  };
}

export function isAt(kind: string): (state: State) => boolean {
  return (state) => currentPlace(state).kind === kind;
}

/** At that place, with its whole list. */
export function isListedAt(kind: string): (state: State) => boolean {
  return (state) => {
    const place = currentPlace(state);
    return place.kind === kind && state.listings[placeKey(place)]?.phase === "complete";
  };
}

/** Resolves when downloads are queued: the folder is looked at first. */
export async function queued(fake: FakeProgram): Promise<void> {
  await fake.until(({ transfers }) => transfers.transfers.length > 0);
}

/** Signs in with the kept session and goes down to `kind`. */
export async function goTo(
  fake: FakeProgram,
  kind: "bucket" | "packages" | "file-sets" | "files",
): Promise<void> {
  await fake.program.actions.resume();
  if (kind === "bucket") return;
  fake.type("bulk-ESG");
  fake.press("enter");
  await fake.until(isListedAt("packages"));
  if (kind === "packages") return;
  fake.press("enter");
  await fake.until(isListedAt("file-sets"));
  if (kind === "file-sets") return;
  fake.press("enter");
  await fake.until(isListedAt("files"));
}

/** Opens the file sets of a package; their listing is on its way, and gives what the test gives. */
export async function openHeldFileSets(fake: FakeProgram): Promise<HeldPages<FileSet>> {
  const pages = new HeldPages<FileSet>();
  fake.fileStore.fileSetsAnswer = () => pages;
  await goTo(fake, "packages");
  fake.press("enter");
  return pages;
}
