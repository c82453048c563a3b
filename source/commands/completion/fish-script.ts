import { type DescribedOption, type DescribedWords, wordsOf } from "./command-words.ts";

export function fishScript({ options, commands }: DescribedWords): string {
  const names = commands.map(({ name }) => name).join(" ");
  const lines = [
    "# Completion of cfs in fish. For good: cfs completion fish > ~/.config/fish/completions/cfs.fish",
    "function __cfs_bucket",
    "    set -l words (commandline -opc)",
    "    set -l next no",
    "    for word in $words",
    "        test $next = yes; and echo $word; and return",
    '        test "$word" = --bucket; and set next yes',
    "    end",
    `    for word in $words[2..-1]`,
    `        contains -- $word ${names}; and continue`,
    "        string match -q -- '-*' $word; and continue",
    "        echo $word; and return",
    "    end",
    "end",
    "complete -c cfs -f",
    ...options.map((option) => `complete -c cfs -n __fish_use_subcommand${optionWords(option)}`),
    "complete -c cfs -n __fish_use_subcommand -a '(cfs names buckets 2>/dev/null)' -d bucket",
  ];
  for (const { name, description, argument, options: own } of commands) {
    const within = ` -n '__fish_seen_subcommand_from ${name}'`;
    lines.push(`complete -c cfs -n __fish_use_subcommand -a ${name} -d ${quoted(description)}`);
    const offered = offer(argument);
    if (offered !== undefined) lines.push(`complete -c cfs${within} -a ${quoted(offered)}`);
    for (const option of own) lines.push(`complete -c cfs${within}${optionWords(option)}`);
  }
  return `${lines.join("\n")}\n`.replace(/@commands/g, names);
}

function optionWords({ flags, description, value }: DescribedOption): string {
  const named = flags.map((flag) =>
    flag.startsWith("--") ? ` -l ${flag.slice(2)}` : ` -s ${flag.slice(1)}`,
  );
  const offered = offer(value);
  const valueWords =
    value === undefined ? "" : ` -x${offered === undefined ? "" : ` -a ${quoted(offered)}`}`;
  return `${named.join("")}${valueWords} -d ${quoted(description)}`;
}

function offer(expected: DescribedOption["value"]): string | undefined {
  const words = wordsOf(expected);
  if (words !== undefined) return words.join(" ");
  switch (expected) {
    case "bucket":
      return "(cfs names buckets 2>/dev/null)";
    case "package":
      return "(cfs names packages (__cfs_bucket) 2>/dev/null)";
    case "profile":
      return "(cfs names profiles 2>/dev/null)";
    case "directory":
      return "(__fish_complete_directories)";
    case "file":
      return "(__fish_complete_path)";
    case "command":
      return "@commands";
    default:
      return undefined;
  }
}

function quoted(text: string): string {
  return `'${text.replace(/\\/g, "\\\\").replace(/'/g, "\\'")}'`;
}
