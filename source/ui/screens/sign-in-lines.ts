import { bodyHeight } from "../../store/selectors/layout.ts";
import {
  demoNote,
  fieldExamples,
  fieldTitles,
  formFields,
  keptNotes,
  kindTitles,
  masked,
} from "../../store/state/sign-in-form.ts";
import type { FieldName, State } from "../../store/state/state.ts";
import { cellWidth, fitCells, wrapCells } from "../../text/cells.ts";
import { fieldSpans, type Paragraph, paragraphLines, spansWidth } from "../spans.ts";
import type { Span, Tone } from "../theme.ts";

const labelCells = 17;
const widestField = 44;

function label(text: string, focused: boolean): Span {
  const marked = `${focused ? " › " : "   "}${text}`;
  return { text: fitCells(marked, labelCells), tone: focused ? "strong" : "plain" };
}

/** Longest first. */
const kindWords = [
  kindTitles,
  { password: "Machine id", client: "Client id" },
  { password: "v1", client: "v2" },
] as const;

/** Under an overlay, which has the focus, no field is marked. */
function hasFocus({ overlay, session }: State, field: State["session"]["form"]["focus"]): boolean {
  return overlay === undefined && session.form.focus === field;
}

function kindLine(state: State, columns: number): Span[] {
  const { form } = state.session;
  const focused = hasFocus(state, "kind");
  const lines = kindWords.map((words): Span[] => [
    label("Sign in with", focused),
    ...(["password", "client"] as const).flatMap((kind, index): Span[] => [
      { text: `${index > 0 ? "   " : ""}${form.kind === kind ? "(x) " : "( ) "}` },
      { text: words[kind], tone: form.kind === kind ? "plain" : "muted" },
    ]),
  ]);
  return lines.find((spans) => spansWidth(spans) < columns) ?? lines.at(-1) ?? [];
}

/** The problem is beside the field, or below it if it does not fit. */
function fieldLines(state: State, name: FieldName, columns: number): Span[][] {
  const { form } = state.session;
  const focused = hasFocus(state, name);
  const cells = Math.max(8, Math.min(widestField, columns - labelCells - 1));
  const placeholder = fieldExamples[name];
  const look = { cells, focused, masked: masked.includes(name), placeholder };
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

interface Part {
  lines: Span[][];
  isFocused?: boolean;
}

const blank: Part = { lines: [[]] };

/** Drops blank lines first, then the lines farthest from the focus. */
function fittingLines(parts: readonly Part[], rows: number): Span[][] {
  const whole = parts.flatMap(({ lines }) => lines);
  if (whole.length <= rows) return whole;
  const dense = parts.filter((part) => part !== blank);
  const lines = dense.flatMap((part) => part.lines);
  const focused = dense.findIndex(({ isFocused }) => isFocused);
  const from = dense.slice(0, Math.max(0, focused)).flatMap((part) => part.lines).length;
  const to = from + (dense[focused]?.lines.length ?? 1);
  const first = Math.max(0, Math.min(from, to - rows));
  return lines.slice(first, first + rows);
}

function noteLines(texts: readonly string[], { viewport }: State): Span[][] {
  const paragraphs = texts.map((text): Paragraph => ({ text, tone: "muted" }));
  return [[], ...paragraphLines(paragraphs, viewport.columns)];
}

function formParts(state: State, host: string): Part[] {
  const { session, viewport } = state;
  const { form } = session;
  const reason = "reason" in session ? session.reason : undefined;
  const { columns } = viewport;
  const why: Paragraph[] = reason === undefined ? [] : [{ text: reason, tone: "warning" }];
  const problem: Paragraph[] =
    form.problem && form.problem.field === undefined
      ? [{ text: form.problem.text, tone: "bad" }]
      : [];
  return [
    blank,
    {
      lines: paragraphLines([{ text: `Sign in to ${host}`, tone: "strong" }, ...why], columns),
    },
    blank,
    { lines: [kindLine(state, columns)], isFocused: form.focus === "kind" },
    blank,
    ...formFields[form.kind].map((name) => ({
      lines: fieldLines(state, name, columns),
      isFocused: form.focus === name,
    })),
    ...(problem.length > 0 ? [blank, { lines: paragraphLines(problem, columns) }] : []),
  ];
}

/** The form with all its blank lines first, then with one less each time, from the top. */
function formsByBlanks(parts: readonly Part[]): Span[][][] {
  const blanks = parts.flatMap((part, index) => (part === blank ? [index] : []));
  return [-1, ...blanks].map((last) =>
    parts.flatMap((part, index) => (part === blank && index <= last ? [] : part.lines)),
  );
}

/** A small screen leaves out blank lines, then what is saved, a smaller one the demo too. */
function formLines(state: State, host: string): Span[][] {
  const rows = bodyHeight(state);
  const parts = formParts(state, host);
  const forms = formsByBlanks(parts);
  for (const texts of [[demoNote, ...keptNotes[state.session.form.kind]], [demoNote]]) {
    const notes = noteLines(texts, state);
    const form = forms.find((lines) => lines.length + notes.length <= rows);
    if (form) return [...form, ...notes];
  }
  return fittingLines(parts, rows);
}

function failureParagraphs({ message }: Error, host: string): Paragraph[] {
  return [
    { text: `Signing in to ${host} failed.`, tone: "bad" },
    { text: "" },
    { text: message },
    { text: "" },
    { text: "r retries. Esc shows the form.", tone: "muted" },
  ];
}

function resumingParagraphs(user: string | undefined): Paragraph[] {
  if (user === undefined) return [];
  return [
    { text: `Signing in as ${user}`, tone: "strong" },
    { text: "Esc stops it and shows the form.", tone: "muted" },
  ];
}

export function signInLines(state: State, host: string): Span[][] {
  const { session, viewport } = state;
  switch (session.phase) {
    case "resuming":
      return [[], ...paragraphLines(resumingParagraphs(session.session?.user), viewport.columns)];
    case "resume-failed":
      return [[], ...paragraphLines(failureParagraphs(session.error, host), viewport.columns)];
    default:
      return formLines(state, host);
  }
}
