/** C0, DEL, C1, and the characters that reorder or hide text: bidi marks, zero width, line separators, BOM, tags. */
const unsafe =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** Half of a surrogate pair on its own; terminals and file systems each make something else of it. */
const loneSurrogate = /\p{Surrogate}/gu;

/** `text` without characters that steer a terminal, reorder or hide text. Idempotent. */
export function sanitize(text: string): string {
  return text.replace(unsafe, "").replace(loneSurrogate, "\ufffd");
}

/** CSI; OSC, DCS and other texts up to their end; keys such as F1; what else begins with Esc. In both of their spellings. */
const sequences =
  /(?:\u001b\[|\u009b)[\u0030-\u003f]*[\u0020-\u002f]*[\u0040-\u007e]|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c|$)|\u001b[NO][\u0020-\u007e]|\u001b[\u0020-\u002f]*[\u0030-\u007e]/g;

/** `text` without whole escape sequences: of one that is only cut off, its letters would stay. */
export function withoutSequences(text: string): string {
  return text.replace(sequences, "");
}
