import { completed } from "../../domain/completion.ts";
import { bucketSpelling, canonicalBucket } from "../../domain/content-sets.ts";
import { counted } from "../../domain/readable.ts";
import { parsePlacePath } from "../../domain/visit.ts";
import { bucketNames } from "../selectors/bucket-menu.ts";
import { activeField } from "../selectors/input-target.ts";
import { type ListedPlace, placeKey } from "../state/place.ts";
import type { MenuActions } from "./bucket.ts";
import type { ActionContext } from "./context.ts";
import type { ListingActions } from "./listings.ts";
import type { TextActions } from "./text.ts";

const mostNamed = 3;

/** "4 packages: A, B, C, …" */
function choices(names: readonly string[], singular: string): string {
  const more = names.length > mostNamed ? ", …" : "";
  return `${counted(names.length, singular)}: ${names.slice(0, mostNamed).join(", ")}${more}`;
}

/** Completes the bucket and the package, or a folder of the disk, in the field that has the focus. */
export function pathActions(
  { notify, runTask, services, store }: ActionContext,
  listings: ListingActions,
  { edit }: TextActions,
  { focusMenu }: MenuActions,
) {
  function spelled(typed: string): string {
    return bucketSpelling(canonicalBucket(typed), bucketNames(store.getState().bucket));
  }

  function completeBucket(lead: string, typed: string): void {
    const { text, matches } = completed(typed, bucketNames(store.getState().bucket));
    const path = matches.length === 1 ? `${text}/` : text;
    if (path !== typed) edit({ kind: "replace", text: `${lead}${path}` });
    else if (matches.length === 0) notify("warning", "No known bucket matches.");
    else if (lead === "") focusMenu();
    else notify("note", `${choices(matches, "bucket")}.`);
  }

  function completePackage(lead: string, bucket: string, typed: string, names: readonly string[]) {
    const { text, matches } = completed(typed, names);
    if (text !== typed) edit({ kind: "replace", text: `${lead}${bucket}/${text}` });
    else if (matches.length > 1) notify("note", `${choices(matches, "package")}.`);
    else if (matches.length === 0) notify("warning", `No package in bucket "${bucket}" matches.`);
  }

  /** Undefined if the packages are not listed as a whole. */
  function listedPackages(place: ListedPlace): readonly string[] | undefined {
    const listing = store.getState().listings[placeKey(place)];
    if (!listing || listing.phase === "loading" || listing.rows.length === 0) return undefined;
    return listing.rows.map(({ name }) => name);
  }

  /** Resolves with the names, or undefined after reporting why there are none. */
  async function fetchPackages(place: ListedPlace & { kind: "packages" }) {
    const listing = await runTask(`Listing packages of ${place.bucket}`, async (signal) => {
      const stop = () => listings.stopListing(place);
      signal.addEventListener("abort", stop);
      const result = await listings.list(place);
      signal.removeEventListener("abort", stop);
      return result;
    });
    if (listing?.phase === "failed") notify("warning", listing.error.message);
    else if (listing && listing.rows.length === 0) {
      notify("warning", `Bucket "${place.bucket}" has no packages for this account.`);
    }
    return listedPackages(place);
  }

  /** `lead` is what precedes the path in the field, such as "goto ". */
  async function completePath(lead = ""): Promise<void> {
    const field = activeField(store.getState());
    if (!field?.text.startsWith(lead)) return;
    const path = field.text.slice(lead.length);
    const { bucket: typed, package: wanted = "" } = parsePlacePath(path);
    if (!path.includes("/")) return completeBucket(lead, typed);
    if (typed === "") return;
    const place = { kind: "packages", bucket: spelled(typed) } as const;
    const names = listedPackages(place) ?? (await fetchPackages(place));
    if (!names || activeField(store.getState())?.text !== field.text) return;
    completePackage(lead, place.bucket, wanted, names);
  }

  async function completeFolder(): Promise<void> {
    const { overlay } = store.getState();
    if (overlay?.kind !== "folder") return;
    const { text: typed } = overlay.field;
    const { lead, names } = await services.foldersAt(typed);
    if (store.getState().overlay !== overlay) return;
    const last = typed.slice(lead.length);
    const exact = names.filter((name) => name.startsWith(last));
    const { text, matches } = completed(last, exact.length > 0 ? exact : names);
    const path = `${lead}${text}${matches.length === 1 ? "/" : ""}`;
    if (path !== typed) edit({ kind: "replace", text: path });
    else if (matches.length === 0) notify("warning", "No folder matches.");
    else notify("note", `${choices(matches, "folder")}.`);
  }

  return { completePath, completeFolder };
}
