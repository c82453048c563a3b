import { toAppError } from "../../base/errors.ts";
import { bucketSpelling } from "../../domain/content-sets.ts";
import { counted } from "../../domain/readable.ts";
import type { PackageWatch, WatchHandlers, WatchOwner } from "../../watch/package-watch.ts";
import { watchTarget } from "../selectors/watch-target.ts";
import { knownSession } from "../state/state.ts";
import type { WatchPhase } from "../state/watch.ts";
import type { ActionContext } from "./context.ts";
import type { ArrivalActions, FileSetsPlace } from "./downloads/arrivals.ts";
import { signInAgain } from "./session.ts";

interface Watching {
  place: FileSetsPlace;
  watch?: PackageWatch;
  /** Undefined while it waits for a sign-in. */
  run?: { abort: AbortController; ended: Promise<void> } | undefined;
}

/** Watches packages while the program runs. */
export function watchActions(context: ActionContext, { arrived }: ArrivalActions) {
  const { notify, services, store } = context;
  /** By package id, as in the state. */
  const watching = new Map<string, Watching>();
  /** Subscriptions that are being removed, by package id. */
  const ending = new Map<string, Promise<void>>();

  function setPhase({ place }: Watching, phase: WatchPhase): void {
    const { packageId } = place.package;
    if (!watching.has(packageId)) return;
    store.setState(({ watches }) => ({ watches: { ...watches, [packageId]: phase } }));
  }

  function forget(packageId: string): void {
    watching.delete(packageId);
    const { [packageId]: _, ...watches } = store.getState().watches;
    store.setState({ watches });
  }

  function handlersFor(one: Watching): WatchHandlers {
    const { packageId, packageName: name } = one.place.package;
    return {
      arrived: (fileSet, signal) => arrived(one.place, fileSet, signal),
      report: {
        event({ event }, text) {
          const { directory, watches } = store.getState();
          const isBegun = event === "subscribed" && watches[packageId] === "starting";
          if (isBegun || event === "listening") setPhase(one, "live");
          if (isBegun)
            notify("note", `Watching ${name} until cfs quits. New file sets go to ${directory}.`);
          else if ((event === "listening" || event === "ignored") && text !== undefined)
            notify("note", `Watching ${name}: ${text}`);
        },
        problem({ event }, text) {
          if (event === "polling") setPhase(one, "polling");
          notify("warning", `Watching ${name}: ${text}`);
        },
      },
    };
  }

  function run(one: Watching): void {
    const abort = new AbortController();
    one.run = { abort, ended: follow(one, abort.signal) };
  }

  async function follow(one: Watching, signal: AbortSignal): Promise<void> {
    const { packageId, packageName: name } = one.place.package;
    try {
      await ending.get(packageId);
      one.watch ??= await open(one.place, handlersFor(one));
      await one.watch.run(signal);
    } catch (thrown) {
      if (signal.aborted) return;
      one.run = undefined;
      const error = toAppError(thrown, `Watching ${name}`);
      if (error.kind === "sign-in") {
        setPhase(one, "starting");
        signInAgain(context, error);
        return;
      }
      forget(packageId);
      notify("error", `${error.message} ${name} is no longer watched; w watches it again.`);
    }
  }

  function owner(): WatchOwner {
    const { directory, session } = store.getState();
    const { host, user } = knownSession({ session }) ?? { host: services.host, user: "" };
    return { host, user, directory };
  }

  function open({ bucket, package: item }: FileSetsPlace, handlers: WatchHandlers) {
    const spelled = bucketSpelling(bucket, item.bucketNames);
    const wanted = { ...owner(), bucket: spelled, packageId: item.packageId };
    return services.openWatch(wanted, handlers);
  }

  /** Marks the packages that an earlier program watched here. */
  async function showPaused(): Promise<void> {
    const ids = await services.pausedWatches(owner());
    if (ids.length === 0) return;
    const paused = Object.fromEntries(ids.map((id) => [id, "paused" as const]));
    store.setState(({ watches }) => ({ watches: { ...paused, ...watches } }));
    const are = ids.length === 1 ? "is" : "are";
    notify("note", `${counted(ids.length, "watched package")} ${are} paused. w on it resumes.`);
  }

  async function removeSubscription(packageId: string, one: Watching): Promise<void> {
    await one.run?.ended;
    try {
      await one.watch?.end();
    } catch (thrown) {
      const { message } = toAppError(thrown, "Removing the subscription");
      notify("warning", `${message} cfs subscriptions lists it, and rm removes it.`);
    }
    ending.delete(packageId);
  }

  /** Begins to watch the package here, or ends its watch and the subscription. */
  function toggleWatch(): void {
    const target = watchTarget(store.getState());
    if (target === undefined) return;
    const { packageId, packageName: name } = target.package;
    const known = watching.get(packageId);
    if (known === undefined) {
      const one: Watching = { place: { kind: "file-sets", ...target } };
      watching.set(packageId, one);
      setPhase(one, "starting");
      run(one);
      return;
    }
    forget(packageId);
    known.run?.abort.abort();
    ending.set(packageId, removeSubscription(packageId, known));
    notify("note", `Stopped watching ${name}.`);
  }

  /** After the same account has signed in again. */
  function resumeWatches(): void {
    for (const one of watching.values()) if (one.run === undefined) run(one);
  }

  /** Keeps the subscriptions, which collect what arrives until the next watch. */
  async function stopWatches(): Promise<void> {
    const runs = [...watching.values()].flatMap(({ run: own }) => own ?? []);
    watching.clear();
    store.setState({ watches: {} });
    for (const { abort } of runs) abort.abort();
    await Promise.all([...runs.map(({ ended }) => ended), ...ending.values()]);
  }

  return { showPaused, toggleWatch, resumeWatches, stopWatches };
}

export type WatchActions = ReturnType<typeof watchActions>;
