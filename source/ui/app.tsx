import { Box, useAnimation, useApp, useInput, usePaste } from "ink";
import { type ReactNode, useEffect, useState } from "react";
import { dispatch, dispatchPaste } from "../keys/dispatch.ts";
import { keyReader } from "../keys/key-presses.ts";
import { isChoosing } from "../store/selectors/choices.ts";
import { bodyHeight, isCovered, isTooSmall, menuHeight } from "../store/selectors/layout.ts";
import { currentPlace } from "../store/selectors/table.ts";
import type { Overlay } from "../store/state/overlay.ts";
import type { State, Viewport } from "../store/state/state.ts";
import { smallestScreen } from "../terminal/capabilities.ts";
import { truncateEnd, wrapCells } from "../text/cells.ts";
import { headerSpans } from "./frame/header.ts";
import { hintSpans, isSpinning, spinnerMs, statusSpans } from "./frame/status.ts";
import { ChoicesOverlay } from "./overlays/choices-overlay.tsx";
import { HelpOverlay } from "./overlays/help-overlay.tsx";
import { PaletteOverlay } from "./overlays/palette-overlay.tsx";
import { QuestionOverlay } from "./overlays/question-overlay.tsx";
import { TextOverlay } from "./overlays/text-overlay.tsx";
import { useProgramContext, useProgramState } from "./program-context.ts";
import { bucketHeadLines, bucketMenuLines } from "./screens/bucket-lines.ts";
import { PreviewScreen } from "./screens/preview-screen.tsx";
import { signInLines } from "./screens/sign-in-lines.ts";
import { TableScreen } from "./screens/table-screen.tsx";
import { Line, Lines, Menu } from "./widgets.tsx";

function Header(): ReactNode {
  const state = useProgramState((all) => all);
  return <Line spans={headerSpans(state, useProgramContext())} />;
}

/** Ticks only while something is pending. */
function Status(): ReactNode {
  const state = useProgramState((all) => all);
  const { host } = useProgramContext();
  const isActive = isSpinning(state, host);
  const { time } = useAnimation({ interval: spinnerMs, isActive });
  return <Lines lines={statusSpans(state, host, time)} />;
}

function Hints(): ReactNode {
  return <Line spans={hintSpans(useProgramState((state) => state))} />;
}

const sentence = `cfs needs ${smallestScreen.columns}x${smallestScreen.rows} cells; ^C quits.`;

function TooSmall({ columns, rows }: Viewport): ReactNode {
  const all = wrapCells(sentence, columns);
  const last = all.slice(rows - 1).join(" ");
  const lines = [...all.slice(0, rows - 1), ...(last === "" ? [] : [truncateEnd(last, columns)])];
  return (
    <Box flexDirection="column">
      <Lines lines={lines.map((text) => [{ text }])} />
    </Box>
  );
}

function BucketScreen(): ReactNode {
  const state = useProgramState((all) => all);
  const { focus, highlighted } = state.bucket;
  const isActive = focus === "menu" && !state.overlay;
  const menu = bucketMenuLines(state);
  const index = menu.findIndex(({ id }) => id === highlighted);
  return (
    <Box flexDirection="column">
      <Lines lines={bucketHeadLines(state)} />
      <Menu
        lines={menu}
        height={menuHeight(state)}
        cells={state.viewport.columns}
        chosen={isActive && index >= 0 ? index : undefined}
      />
    </Box>
  );
}

function OverlayContent({ overlay }: { overlay: Overlay }): ReactNode {
  if (overlay.kind === "notices" || overlay.kind === "details") {
    return <TextOverlay top={overlay.top} />;
  }
  if (overlay.kind === "help") return <HelpOverlay overlay={overlay} />;
  if (isChoosing(overlay)) return <ChoicesOverlay overlay={overlay} />;
  return overlay.kind === "palette" ? (
    <PaletteOverlay overlay={overlay} />
  ) : (
    <QuestionOverlay overlay={overlay} />
  );
}

function PlaceContent({ state }: { state: State }): ReactNode {
  const { session } = state;
  const { host } = useProgramContext();
  if (session.phase !== "signed-in") return <Lines lines={signInLines(state, host)} />;
  const place = currentPlace(state);
  if (place.kind === "preview") return <PreviewScreen />;
  return place.kind === "bucket" ? <BucketScreen /> : <TableScreen place={place} />;
}

/** Handles every key, and routes it by the state. */
export function App(): ReactNode {
  const state = useProgramState((all) => all);
  const { lease, program } = useProgramContext();
  const { suspendTerminal } = useApp();
  const [read] = useState(() => keyReader(() => performance.now()));
  useEffect(() => {
    lease.lend = (meanwhile) => suspendTerminal(meanwhile);
  }, [lease, suspendTerminal]);
  useInput((input, key) => {
    for (const press of read(input, key)) dispatch(program, press);
  });
  usePaste((text) => dispatchPaste(program, text));
  const { columns, rows } = state.viewport;
  const overlay = state.overlay ? <OverlayContent overlay={state.overlay} /> : null;
  if (isTooSmall(state.viewport)) return <TooSmall {...state.viewport} />;
  return (
    <Box flexDirection="column" width={columns} height={rows} overflowY="hidden">
      <Header />
      <Box flexDirection="column" height={bodyHeight(state)} flexShrink={0} overflowY="hidden">
        <Box flexDirection="column" flexShrink={0}>
          {isCovered(state) ? overlay : <PlaceContent state={state} />}
        </Box>
        {isCovered(state) ? null : overlay}
      </Box>
      <Status />
      <Hints />
    </Box>
  );
}
