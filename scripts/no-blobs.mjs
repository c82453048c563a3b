/**
 * Stands in for fetch-blob and formdata-polyfill: nothing that is sent here holds a blob or a form with files,
 * and they would make all of Node's web streams ready before the first request.
 */
export class Blob {}
export class File {}
export class FormData {}

// biome-ignore lint/style/noDefaultExport: the package that it stands in for has one
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
