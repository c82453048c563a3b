import { bashScript } from "../commands/completion/bash-script.ts";
import { describeWords } from "../commands/completion/command-words.ts";
import { fishScript } from "../commands/completion/fish-script.ts";
import { zshScript } from "../commands/completion/zsh-script.ts";
import { commandTree } from "../commands/help-text.ts";
import { manualPage } from "./manual-page.ts";

/** A file of the package, by its path below a folder such as /usr/local/share. */
export interface SharedFile {
  path: string;
  text: string;
}

/** The manual page and the completion of each shell; `date` is "2026-11-24". */
export function sharedFiles(date: string): SharedFile[] {
  const program = commandTree();
  const words = describeWords(program);
  return [
    { path: "man/man1/cfs.1", text: manualPage(program, date) },
    { path: "bash-completion/completions/cfs", text: bashScript(words) },
    { path: "zsh/site-functions/_cfs", text: zshScript(words) },
    { path: "fish/vendor_completions.d/cfs.fish", text: fishScript(words) },
  ];
}
