import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { mix } from "../../source/sandbox/model/random.ts";
import { failuresByKind } from "./failures.ts";
import { type Baseline, problemAfter, problemOf } from "./judge.ts";
import type { MappedProgram } from "./program.ts";
import type { Scenario } from "./scenario.ts";
import { scenarios } from "./scenarios.ts";
import { readCallLog, type Site } from "./sites.ts";
import { namesIn, openStage, type Stage } from "./stage.ts";

interface NamedFault {
  id: string;
  code: string;
  nth: number;
}

export interface TortureOptions {
  seed: number;
  /** Only scenarios and sites whose names contain these words. */
  scenario?: string | undefined;
  site?: string | undefined;
  /** Only these faults, together. */
  faults?: readonly NamedFault[] | undefined;
  /** "none": only find the sites; "one": one code per site; "all": all codes; an object: this many scenarios and faults. */
  extent: "none" | "one" | "all" | { scenarios: number; faults: number };
  /** Called for each fault that was tried. */
  tell?(text: string): void;
}

interface Failure {
  problem: string;
  /** The command that repeats it. */
  command: string;
}

export interface Tortured {
  /** Call sites that a scenario reaches, by name. */
  reached: Map<string, Site>;
  /** Call sites that are reached only after another call has failed. */
  reachedLater: Map<string, Site>;
  /** Call sites that were made to fail. */
  failed: Set<string>;
  faults: number;
  failures: Failure[];
}

interface SiteFault {
  site: Site;
  code: string;
  nth: number;
}

/** The calls to fail: one, or also another that is made only after the first has failed. */
interface Case {
  prepared: Prepared;
  faults: readonly [SiteFault, ...SiteFault[]];
}

interface Prepared {
  scenario: Scenario;
  stage: Stage;
  baseline: Baseline;
  sites: Map<string, Site>;
}

/** The number of programs that run at once; each waits for the disk and the service half of the time. */
const width = 2 * os.availableParallelism();

export async function torture(program: MappedProgram, options: TortureOptions): Promise<Tortured> {
  const chosen = chooseScenarios(options);
  const tortured: Tortured = {
    reached: new Map(),
    reachedLater: new Map(),
    failed: new Set(),
    faults: 0,
    failures: [],
  };
  const prepared: Prepared[] = [];
  try {
    await inParallel(chosen, async (scenario) => {
      const one = await prepare(program, scenario);
      prepared.push(one);
      for (const [id, site] of one.sites) tortured.reached.set(id, site);
      options.tell?.(`${scenario.name}: ${one.sites.size} sites`);
    });
    prepared.sort((a, b) => chosen.indexOf(a.scenario) - chosen.indexOf(b.scenario));
    const cases = casesOf(prepared, options);
    const missed: Case[] = [];
    // Only one program at a time can use the stage of a scenario.
    await inParallel(prepared, async (one) => {
      const queue = cases.filter((some) => some.prepared === one);
      for (const each of queue) {
        const more = await fail(each, program, tortured, options);
        if (more === undefined) missed.push(each);
        else queue.push(...more);
      }
    });
    for (const one of missed) {
      for (const other of elsewhere(one, prepared))
        if (await fail(other, program, tortured, options)) break;
    }
    return tortured;
  } finally {
    await Promise.all(prepared.map(({ stage }) => stage.close()));
  }
}

/** Runs the call without a fault, and finds its call sites. */
async function prepare(program: MappedProgram, scenario: Scenario): Promise<Prepared> {
  const stage = await openStage(program.cli, scenario);
  const log = path.join(stage.root, "..", "log");
  await stage.reset();
  const ended = await stage.run(scenario.words(stage), { log });
  if (ended.code !== 0 && !scenario.codes?.includes(ended.code ?? 1))
    throw new Error(`${scenario.name} ended with ${ended.code}: ${ended.stderr}`);
  const { code, stdout } = ended;
  stage.sandbox.faults.clear();
  const again = await stage.run((scenario.again ?? scenario.words)(stage));
  if (again.code !== 0 && again.code !== code)
    throw new Error(`${scenario.name}, once more, ended with ${again.code}: ${again.stderr}`);
  const { sites, leftOpen } = readCallLog(log, program);
  const names = namesIn(stage);
  return { scenario, stage, sites, baseline: { code, stdout, names, leftOpen: leftOpen.length } };
}

function casesOf(prepared: readonly Prepared[], options: TortureOptions): Case[] {
  const { extent, seed } = options;
  const [first] = options.faults ?? [];
  if (first !== undefined) return prepared.flatMap((one) => caseOf(one, first));
  if (extent === "none") return [];
  const cases: Case[] = [];
  for (const [site, where] of placesOf(prepared)) {
    if (options.site !== undefined && !site.id.includes(options.site)) continue;
    // The codes of a site are distributed over its scenarios.
    for (const [index, fault] of faultsOf(site, options).entries()) {
      const one = where[(index + hashOf(site.id)) % where.length];
      const own = one?.sites.get(site.id);
      if (one !== undefined && own !== undefined)
        cases.push({ prepared: one, faults: [{ ...fault, site: own }] });
    }
  }
  return typeof extent === "object" ? some(cases, extent.faults, seed) : cases;
}

function caseOf(prepared: Prepared, { id, ...fault }: NamedFault): Case[] {
  const site = prepared.sites.get(id);
  return site === undefined ? [] : [{ prepared, faults: [{ site, ...fault }] }];
}

function chooseScenarios({ extent, scenario = "", seed }: TortureOptions): readonly Scenario[] {
  const named = scenarios.filter(({ name }) => name.includes(scenario));
  if (typeof extent !== "object") return named;
  // After a fault the test waits until the screens are idle, which takes long.
  const quick = named.filter(({ steps }) => steps === undefined);
  return some(quick, extent.scenarios, seed);
}

/** This many of them, selected by the seed. */
function some<Item>(items: readonly Item[], count: number, seed: number): Item[] {
  return items
    .map((item, index) => ({ item, rank: mix(seed, index) }))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, count)
    .map(({ item }) => item);
}

/** Each site with the scenarios that reach it. */
function placesOf(prepared: readonly Prepared[]): Map<Site, Prepared[]> {
  const first = new Map<string, Site>();
  const places = new Map<Site, Prepared[]>();
  for (const one of prepared) {
    for (const [id, site] of one.sites) {
      const known = first.get(id) ?? site;
      first.set(id, known);
      places.set(known, [...(places.get(known) ?? []), one]);
    }
  }
  return places;
}

/** The codes for the first call of a site, and for a later one. */
function faultsOf(site: Site, { extent, seed }: TortureOptions): SiteFault[] {
  const { id, calls, kind } = site;
  const codes = failuresByKind[kind];
  if (codes === undefined) throw new Error(`nothing says how ${kind} fails (${id})`);
  const chosen = codes[mix(seed, hashOf(id)) % codes.length] ?? "";
  if (extent !== "all") return [{ site, code: chosen, nth: 1 }];
  const faults = codes.map((code) => ({ site, code, nth: 1 }));
  if (calls === 1) return faults;
  return [...faults, { site, code: chosen, nth: 2 + (mix(seed, hashOf(id) + 1) % (calls - 1)) }];
}

function hashOf(text: string): number {
  let hash = 0;
  for (const letter of text) hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0;
  return hash;
}

/** How often to retry if the timing of threads left out a call. */
const tries = 3;

/** The same fault in the other scenarios that reach its call. */
function elsewhere({ prepared, faults }: Case, all: readonly Prepared[]): Case[] {
  const [first, second] = faults;
  if (second !== undefined) return [];
  return all.flatMap((one) => {
    const site = one === prepared ? undefined : one.sites.get(first.site.id);
    return site === undefined ? [] : [{ prepared: one, faults: [{ ...first, site }] }];
  });
}

/**
 * Resolves with the calls that were made only because this one failed, and that must fail too; with undefined
 * if the timing of threads left out the call.
 */
async function fail(
  one: Case,
  program: MappedProgram,
  tortured: Tortured,
  options: TortureOptions,
): Promise<Case[] | undefined> {
  const { prepared, faults } = one;
  const { baseline, scenario, stage } = prepared;
  const log = path.join(stage.root, "..", "log");
  const chosen = faults.map(({ site, code, nth }) => ({ keys: [...site.keys], code, nth }));
  for (let number = 1; number <= tries; number += 1) {
    fs.rmSync(log, { force: true });
    await stage.reset();
    const outcome = await stage.run(scenario.words(stage), { faults: chosen, log });
    if (outcome.hits < chosen.length) continue;
    for (const { site } of faults) tortured.failed.add(site.id);
    tortured.faults += 1;
    const kinds = faults.map(({ site }) => site.kind);
    let problem = await problemOf(scenario, stage, kinds, outcome, baseline);
    if (problem === undefined) {
      stage.sandbox.faults.clear();
      problem = await problemAfter(scenario, stage, await repeat(one), baseline);
    }
    const { sites, leftOpen } = readCallLog(log, program);
    if (problem === undefined && outcome.code !== null && leftOpen.length > baseline.leftOpen)
      problem = `${leftOpen.join(", ")} is open at the end`;
    options.tell?.(
      [
        problem === undefined ? "ok" : "FAILED",
        describe(one),
        outcome.code,
        problem ?? "",
        outcome.stderr.trim().slice(0, 300),
      ].join(" | "),
    );
    if (problem !== undefined) tortured.failures.push({ problem, command: commandOf(one) });
    return faults.length > 1 || typeof options.extent === "object"
      ? []
      : behind(one, sites, tortured, options);
  }
  options.tell?.(`missed | ${describe(one)}`);
  return undefined;
}

function behind(
  { prepared, faults }: Case,
  sites: ReadonlyMap<string, Site>,
  { reached, reachedLater }: Tortured,
  options: TortureOptions,
): Case[] {
  const cases: Case[] = [];
  const [, named] = options.faults ?? [];
  for (const [id, site] of sites) {
    if (reached.has(id) || reachedLater.has(id)) continue;
    reachedLater.set(id, site);
    if (options.faults !== undefined && id !== named?.id) continue;
    const [chosen] = faultsOf(site, { ...options, extent: "one" });
    const fault = named === undefined ? chosen : { site, code: named.code, nth: named.nth };
    if (fault !== undefined) cases.push({ prepared, faults: [faults[0], fault] });
  }
  return cases;
}

function describe({ prepared: { scenario }, faults }: Case): string {
  return [
    scenario.name,
    ...faults.map(({ site, code, nth }) => `${code}${nth === 1 ? "" : ` ${nth}`} at ${site.id}`),
  ].join(" | ");
}

function commandOf({ prepared: { scenario }, faults }: Case): string {
  const words = faults.map(({ site, code, nth }) => ` --fault '${code} ${nth} ${site.id}'`);
  return `npm run torture -- --scenario '${scenario.name}'${words.join("")}`;
}

/** The next call; if the session was lost, the user signs in first. */
async function repeat({ prepared: { scenario, stage } }: Case) {
  const words = (scenario.again ?? scenario.words)(stage);
  const ended = await stage.run(words);
  if (ended.code !== 3 || !/sign in again|cfs login|Session quota/i.test(ended.stderr))
    return ended;
  await stage.login();
  return stage.run(words);
}

async function inParallel<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = items[Symbol.iterator]();
  const take = async () => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: width }, take));
}
