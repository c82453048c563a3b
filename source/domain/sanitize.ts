/** C0, DEL, C1, and the characters that reorder or hide text: bidi marks, zero width, line separators, BOM, tags. */
const unsafe =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** Half of a surrogate pair on its own; terminals and file systems each make something else of it. */
const loneSurrogate = /\p{Surrogate}/gu;

/** `text` without characters that steer a terminal, reorder or hide text. Idempotent. */
export function sanitize(text: string): string {
  return text.replace(unsafe, "").replace(loneSurrogate, "\ufffd");
}
