declare module "picomatch/posix.js" {
  interface Options {
    bash?: boolean;
    dot?: boolean;
    nocase?: boolean;
    nonegate?: boolean;
  }

  const picomatch: (glob: string, options: Options) => (name: string) => boolean;
  export = picomatch;
}
