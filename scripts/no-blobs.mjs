/**
 * Replaces fetch-blob and formdata-polyfill: no request of this program has a blob or a form with files, and
 * the two packages would load all of Node's web streams before the first request.
 */
export class Blob {}
export class File {}
export class FormData {}

// biome-ignore lint/style/noDefaultExport: the package that it replaces has one
export default class {}

function refuse() {
  throw new Error("nothing here sends blobs");
}

export {
  refuse as blobFrom,
  refuse as blobFromSync,
  refuse as fileFrom,
  refuse as fileFromSync,
  refuse as formDataToBlob,
};
