import type { StoreApi } from "zustand/vanilla";
import { defaultProfile } from "../domain/profile-name.ts";
import {
  createProgram,
  type OwnProgram,
  type Program,
  type ProgramOptions,
} from "../store/program.ts";
import { isWorking } from "../store/selectors/messages.ts";
import type { AccountServices, Profiles } from "../store/services.ts";
import { isUnderWay } from "../store/state/download-phases.ts";
import type { OtherAccount, State } from "../store/state/state.ts";
import type { Transfer } from "../transfer/engine.ts";
import type { TerminalProgramParts } from "./parts.ts";
import { programOptionsOf } from "./process-events.ts";
import { type ServiceHooks, servicesFrom } from "./services.ts";
import { notifyEnd } from "./title-and-progress.ts";

export interface Accounts {
  /** The program of the account that is shown, whichever that is. */
  program: Program;
  /** The downloads of all accounts. */
  transfers(): readonly Transfer[];
  unfollow(): void;
}

type AccountHooks = Pick<ServiceHooks, "lease" | "leave" | "titleAndProgress">;

interface Account {
  profile: string;
  program: OwnProgram;
  transfers: AccountServices["transfers"];
  unfollow: () => void;
}

type Listener = Parameters<StoreApi<State>["subscribe"]>[0];

/**
 * One program for each account that was shown. Those that are not shown now keep running: their downloads
 * continue, and what they report appears in the shown one with the name of the profile.
 */
export function openAccounts(parts: TerminalProgramParts, hooks: AccountHooks): Accounts {
  const listeners = new Set<Listener>();
  const accounts: Account[] = [];
  let opening: Promise<void> | undefined;
  const profile = parts.profiles?.current ?? defaultProfile;
  const first = create(profile, parts.account, programOptionsOf(parts));
  let shown = first;

  function create(profile: string, own: AccountServices, options: ProgramOptions): Account {
    const services = servicesFrom(own, parts, {
      ...hooks,
      settings: () => program.store.getState().settings,
      profiles: parts.profiles && profilesFor(parts.profiles),
    });
    const program = createProgram(services, options);
    const unfollow = program.actions.followTransfers();
    const account = { profile, program, transfers: own.transfers, unfollow };
    accounts.push(account);
    program.store.subscribe((now, before) => {
      if (account === shown) for (const listener of [...listeners]) listener(now, before);
      else report(account, now, before);
    });
    return account;
  }

  const others = () => accounts.filter((account) => account !== shown);

  /** Passes on what happens in an account that is not shown. */
  function report({ profile }: Account, now: State, before: State): void {
    const { store, actions } = shown.program;
    if (now.transfers !== before.transfers || isWorking(now) !== isWorking(before))
      store.setState({ others: othersNow() });
    notifyEnd(before, now, hooks.titleAndProgress);
    const news = now.messages.filter((message) => !before.messages.includes(message));
    for (const { level, text } of news) actions.notify(level, `${profile}: ${text}`);
    if (before.session.phase === "signed-in" && now.session.phase === "form")
      actions.notify("warning", `${profile}: your session has expired. @ switches there.`);
  }

  function othersNow(): OtherAccount[] {
    return others().map(({ profile, program }) => {
      const state = program.store.getState();
      return { profile, transfers: state.transfers, isBusy: isWorking(state) };
    });
  }

  async function show(profile: string, open: () => Promise<AccountServices>): Promise<void> {
    const known = accounts.find((account) => account.profile === profile);
    const options = { ...programOptionsOf(parts), bucket: undefined, package: undefined };
    const next = known ?? create(profile, await open(), options);
    const before = shown.program.store.getState();
    const { leaving, limitRate, pinnedDirectory, settings, viewport } = before;
    shown.program.actions.stay();
    shown = next;
    const { actions, store } = next.program;
    const shared = { settings, viewport, pinnedDirectory, limitRate };
    store.setState({ profile, ...shared, others: othersNow() });
    if (known === undefined) void actions.resume();
    if (leaving === "waiting") void actions.leaveWhenDone();
    for (const listener of [...listeners]) listener(store.getState(), before);
  }

  function profilesFor({ list, open }: NonNullable<TerminalProgramParts["profiles"]>): Profiles {
    return {
      list() {
        const kept = list();
        const isKept = kept.some(({ name }) => name === shown.profile);
        const all = isKept ? kept : [...kept, { name: shown.profile, isSignedIn: false }];
        return all.map((one) => {
          const account = accounts.find(({ profile }) => profile === one.name);
          const downloads = account?.program.store.getState().transfers.transfers ?? [];
          return {
            ...one,
            isShown: account === shown,
            downloads: downloads.filter(isUnderWay).length,
          };
        });
      },
      show(profile) {
        opening ??= show(profile, () => open(profile)).finally(() => {
          opening = undefined;
        });
        return opening;
      },
      async idle() {
        await Promise.all(others().map(({ program }) => program.actions.workEnded()));
      },
      async stop() {
        await Promise.all(others().map(({ program }) => program.actions.stopWork()));
      },
    };
  }

  const program: Program = {
    store: {
      getState: () => shown.program.store.getState(),
      getInitialState: () => first.program.store.getInitialState(),
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    get actions() {
      return shown.program.actions;
    },
  };
  return {
    program,
    transfers: () => accounts.flatMap(({ transfers }) => transfers.snapshot().transfers),
    unfollow() {
      for (const { unfollow } of accounts) unfollow();
    },
  };
}
