import { bodyHeight, isTooSmall } from "../store/selectors/layout.ts";
import { currentPlace } from "../store/selectors/table.ts";
import type { State } from "../store/state/state.ts";
import { headerSpans, type Who } from "./frame/header.ts";
import { hintSpans } from "./frame/hints.ts";
import { statusSpans } from "./frame/status.ts";
import { bucketLines } from "./screens/bucket-lines.ts";
import { signInLines } from "./screens/sign-in-lines.ts";
import { fitSpans } from "./spans/fit-spans.ts";
import { type Span, themeNamed } from "./theme.ts";

/**
 * The screen that the program opens with, drawn without React and Ink, so that it is there before they
 * are loaded. Undefined where it opens with another one.
 */
export function firstFrame(state: State, who: Who): string | undefined {
  if (isTooSmall(state.viewport) || state.overlay) return undefined;
  const body = bodyLines(state, who.host);
  const rows = bodyHeight(state);
  if (body === undefined || body.length > rows) return undefined;
  const lines = [
    headerSpans(state, who),
    ...body,
    ...Array.from({ length: rows - body.length }, () => []),
    ...statusSpans(state, who.host, 0),
    hintSpans(state),
  ];
  const theme = themeNamed(state.settings.theme);
  const { columns } = state.viewport;
  return lines.map((spans) => theme.paint(fitSpans(spans, columns))).join("\n");
}

function bodyLines(state: State, host: string): Span[][] | undefined {
  if (state.session.phase !== "signed-in") return signInLines(state, host);
  return currentPlace(state).kind === "bucket" ? bucketLines(state) : undefined;
}
