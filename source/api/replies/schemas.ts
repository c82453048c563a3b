import * as v from "valibot";

const text = v.string();
const id = v.pipe(v.union([v.string(), v.number()]), v.transform(String), v.minLength(1));
/** Anything but a string counts as absent. */
const maybeText = v.fallback(v.optional(text), undefined);
const maybeTrue = v.fallback(v.optional(v.boolean()), undefined);
const texts = v.fallback(v.optional(v.array(text), []), []);

/** A whole number of at least zero, also as digits; anything else counts as absent. */
const maybeCount = v.fallback(
  v.optional(
    v.pipe(
      v.union([v.number(), v.pipe(v.string(), v.regex(/^\d{1,16}$/), v.transform(Number))]),
      v.safeInteger(),
      v.minValue(0),
    ),
  ),
  undefined,
);

const maybeMd5 = v.fallback(
  v.optional(v.pipe(v.string(), v.toLowerCase(), v.regex(/^[0-9a-f]{32}$/))),
  undefined,
);

export const bucketReply = v.looseObject({
  name: v.pipe(text, v.minLength(1)),
  attributes: texts,
  created: maybeText,
  modified: maybeText,
});

export const packageReply = v.looseObject({
  packageId: id,
  packageName: v.fallback(text, ""),
  packageType: maybeText,
  bucketNames: texts,
  contactEmail: maybeText,
  created: maybeText,
  modified: maybeText,
  isEntitled: maybeTrue,
});

const attribute = v.object({
  name: text,
  value: v.pipe(v.union([v.string(), v.number(), v.boolean()]), v.transform(String)),
});

export const fileSetReply = v.pipe(
  v.looseObject({
    id,
    name: v.fallback(text, ""),
    bucketName: v.fallback(text, ""),
    packageId: v.fallback(text, ""),
    attributes: v.fallback(v.optional(v.array(attribute), []), []),
    files: texts,
    numFiles: maybeCount,
    status: v.fallback(v.pipe(text, v.toUpperCase()), "READY"),
    contentFrom: maybeText,
    contentTo: maybeText,
    availableFrom: maybeText,
    availableTo: maybeText,
    created: maybeText,
    modified: maybeText,
  }),
  v.transform((fileSet) => ({ ...fileSet, numFiles: fileSet.numFiles ?? fileSet.files.length })),
);

export const fileReply = v.looseObject({
  id,
  filename: v.fallback(text, ""),
  filesetId: v.fallback(text, ""),
  fileSizeInBytes: maybeCount,
  md5: maybeMd5,
  created: maybeText,
  modified: maybeText,
  href: maybeText,
});

export const pageReply = v.object({
  value: v.array(v.unknown()),
  "@nextLink": v.optional(v.string()),
  totalResults: maybeCount,
});

/** `expires_in` is a string in real answers; ten minutes is the default. */
export const tokenReply = v.object({
  access_token: v.pipe(text, v.minLength(1)),
  refresh_token: v.optional(v.pipe(text, v.minLength(1))),
  expires_in: v.fallback(
    v.pipe(
      v.union([v.string(), v.number()]),
      v.transform(Number),
      v.finite(),
      v.minValue(1),
      v.maxValue(31_536_000),
    ),
    600,
  ),
});

export const urlReply = v.object({
  url: v.pipe(text, v.maxLength(16_384), v.regex(/^https?:\/\/[\x21-\x7e]+$/)),
});
