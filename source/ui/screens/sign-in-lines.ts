import { fieldTitles, formFields, kindTitles, masked } from "../../store/sign-in-form.ts";
import type { FieldName, SessionSlice, State } from "../../store/state.ts";
import { cellWidth, fitCells, wrapCells } from "../../terminal/cells.ts";
import { fieldSpans } from "../field-spans.ts";
import { type Paragraph, paragraphLines } from "../paragraph-lines.ts";
import type { Span, Tone } from "../theme.ts";

const labelCells = 17;
const widestField = 44;

function label(text: string, focused: boolean): Span {
  const marked = `${focused ? " › " : "   "}${text}`;
  return { text: fitCells(marked, labelCells), tone: focused ? "strong" : "plain" };
}

function kindLine({ form }: SessionSlice): Span[] {
  const focused = form.focus === "kind";
  const choices = (["password", "client"] as const).flatMap((kind): Span[] => [
    { text: form.kind === kind ? "(x) " : "( ) " },
    { text: kindTitles[kind], tone: form.kind === kind ? "plain" : "muted" },
    { text: "   " },
  ]);
  return [label("Sign in with", focused), ...choices];
}

/** The field; what is wrong with it beside it, or below where there is no room. */
function fieldLines({ form }: SessionSlice, name: FieldName, columns: number): Span[][] {
  const focused = form.focus === name;
  const cells = Math.max(8, Math.min(widestField, columns - labelCells - 3));
  const look = { cells, focused, masked: masked.includes(name) };
  const line = [label(fieldTitles[name], focused), ...fieldSpans(form.fields[name], look)];
  if (form.problem?.field !== name) return [line];
  const { advice = "", text } = form.problem;
  const fitsBeside = cellWidth(text) <= columns - labelCells - cells - 4;
  const below = (words: string, tone: Tone): Span[][] =>
    words === ""
      ? []
      : wrapCells(words, columns - labelCells - 1).map((part) => [
          label("", false),
          { text: part, tone },
        ]);
  return [
    fitsBeside ? [...line, { text: `  ${text}`, tone: "bad" }] : line,
    ...(fitsBeside ? [] : below(text, "bad")),
    ...below(advice, "muted"),
  ];
}

function formLines({ session, viewport }: State, host: string): Span[][] {
  const { form, reason } = session;
  const { columns } = viewport;
  const why: Paragraph[] = reason === undefined ? [] : [{ text: reason, tone: "warning" }];
  const problem: Paragraph[] =
    form.problem && form.problem.field === undefined
      ? [{ text: "" }, { text: form.problem.text, tone: "bad" }]
      : [];
  return [
    [],
    ...paragraphLines([{ text: `Sign in to ${host}`, tone: "strong" }, ...why], columns),
    [],
    kindLine(session),
    [],
    ...formFields[form.kind].flatMap((name) => fieldLines(session, name, columns)),
    ...paragraphLines(problem, columns),
  ];
}

function waitingLines({ session, viewport }: State, host: string): Span[][] {
  const who = session.session?.user;
  const paragraphs: Paragraph[] =
    session.phase === "resume-failed"
      ? [
          { text: `Signing in to ${host} did not work.`, tone: "bad" },
          { text: "" },
          { text: session.error?.message ?? "" },
          { text: "" },
          { text: "r tries again. Esc shows the form.", tone: "muted" },
        ]
      : who === undefined
        ? []
        : [
            { text: `Signing in as ${who}`, tone: "strong" },
            { text: "Esc stops it and shows the form.", tone: "muted" },
          ];
  return [[], ...paragraphLines(paragraphs, viewport.columns)];
}

/** Three fields and a choice of kinds; or, for a kept session, who signs in by itself. */
export function signInLines(state: State, host: string): Span[][] {
  const waits = state.session.phase === "resuming" || state.session.phase === "resume-failed";
  return waits ? waitingLines(state, host) : formLines(state, host);
}
