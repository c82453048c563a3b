/** C0, DEL, C1; bidi marks, zero width, line separators, BOM and tags, which reorder or hide text. */
const unsafe =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** Terminals and file systems treat half of a surrogate pair differently. */
const loneSurrogate = /\p{Surrogate}/gu;

/** Removes characters that control a terminal, or reorder or hide text. Idempotent. */
export function sanitize(text: string): string {
  return text.replace(unsafe, "").replace(loneSurrogate, "\ufffd");
}

/** The same for a file's name, in which "_" replaces each control character, as it does on disk. */
export function sanitizeName(name: string): string {
  return sanitize(name.replace(/[\u0000-\u001f\u007f-\u009f]/g, "_"));
}

/** The same for text with line ends and tabs, which stay. */
export function sanitizeLines(text: string): string {
  return text
    .split(/([\n\t])/)
    .map((part) => (/^[\n\t]$/.test(part) ? part : sanitize(part)))
    .join("");
}

/** CSI; OSC, DCS and other strings; keys such as F1; other Esc sequences. 7-bit and 8-bit. */
const sequences =
  /(?:\u001b\[|\u009b)[\u0030-\u003f]*[\u0020-\u002f]*[\u0040-\u007e]|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c|$)|\u001b[NO][\u0020-\u007e]|\u001b[\u0020-\u002f]*[\u0030-\u007e]/g;

/** Removes whole escape sequences; `sanitize` alone would leave their letters. */
export function withoutSequences(text: string): string {
  return text.replace(sequences, "");
}

/** One word of a shell command, quoted if necessary. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
