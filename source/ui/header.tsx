import type { ReactNode } from "react";
import type { State } from "../store/state.ts";
import { cellWidth } from "../terminal/cells.ts";
import { crumbGap, crumbsOf, fitCrumbs } from "./crumbs.ts";
import { spansWidth, spreadSpans } from "./fit-spans.ts";
import { useProgramState, useSurroundings } from "./program-context.ts";
import type { Span } from "./theme.ts";
import { transferBadge } from "./transfer-badge.ts";
import { Line } from "./widgets/line.tsx";

const name = " cfs  ";

function whoIs(state: State, host: string, demo: boolean): string[] {
  if (demo) return ["demo"];
  const { phase, session } = state.session;
  const user = phase === "signed-in" ? session?.user : undefined;
  return user === undefined ? [host] : [`${user} · ${host}`, user];
}

/** Who is signed in and what runs, as far as there is room beside the path. */
function rightSide(state: State, host: string, demo: boolean, room: number): Span[] {
  const badge = transferBadge(state.transfers);
  const who = whoIs(state, host, demo).find(
    (text) => cellWidth(text) + 2 + spansWidth(badge) <= room,
  );
  const gap = badge.length > 0 && who !== undefined ? [{ text: "   " }] : [];
  const named: Span[] = who === undefined ? [] : [{ text: who, tone: "muted" }];
  return [...badge, ...gap, ...named, { text: " " }];
}

function pathSpans(crumbs: readonly string[]): Span[] {
  return crumbs.flatMap((crumb, index): Span[] => {
    const last = index === crumbs.length - 1;
    const gap: Span[] = index > 0 ? [{ text: crumbGap, tone: "muted" }] : [];
    return [...gap, { text: crumb, tone: last ? "strong" : "plain" }];
  });
}

export function headerSpans(state: State, host: string, demo: boolean): Span[] {
  const { columns } = state.viewport;
  const right = rightSide(state, host, demo, Math.floor(columns * 0.45));
  const room = columns - cellWidth(name) - spansWidth(right) - 2;
  const left: Span[] = [
    { text: name, tone: "accent" },
    ...pathSpans(fitCrumbs(crumbsOf(state), Math.max(8, room))),
  ];
  return spreadSpans(left, right, columns);
}

/** The first line: the path to what is shown; who is signed in; what runs. */
export function Header(): ReactNode {
  const state = useProgramState((all) => all);
  const { demo, host } = useSurroundings();
  return <Line spans={headerSpans(state, host, demo)} />;
}
