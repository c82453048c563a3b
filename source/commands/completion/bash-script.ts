import { type DescribedOption, type DescribedWords, valueWords } from "./command-words.ts";

/** Completes `cfs` in bash 3.2 and later. The shell never expands a completed name. */
export function bashScript({ options, commands }: DescribedWords): string {
  const all = [...options, ...commands.flatMap((command) => command.options)];
  const cases = (pick: (words: DescribedWords["commands"][number]) => string) =>
    commands.map((command) => `    ${command.name}) ${pick(command)} ;;`).join("\n");
  return `# Completion of cfs in bash. For good: cfs completion bash > ~/.local/share/bash-completion/completions/cfs
_cfs_offer() {
  local name
  while IFS= read -r name; do
    [[ $name == "$1"* ]] && COMPREPLY+=("$(printf %q "$name")")
  done
}

_cfs() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  local command= bucket= value= index restore
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    value=\${COMP_WORDS[index]}
    case $value in
      --bucket) bucket=\${COMP_WORDS[index+1]}; index=$((index + 1)) ;;
      ${takingValue(all, "--bucket")}) index=$((index + 1)) ;;
      -*) ;;
      *) if [[ -z $command ]]; then command=$value; elif [[ -z $bucket ]]; then bucket=$value; fi ;;
    esac
  done
  restore=$(shopt -p nocasematch)
  shopt -s nocasematch
  case $before in
    ${valuesOf(all, "bucket")}) _cfs_offer "$word" < <(cfs names buckets 2>/dev/null) ;;
    ${valuesOf(all, "package")}) _cfs_offer "$word" < <(cfs names packages "$bucket" 2>/dev/null) ;;
${(["status", "kind", "format", "fault", "output"] as const).map((value) => `    ${valuesOf(all, value)}) _cfs_offer "$word" < <(printf '%s\\n' ${valueWords[value].join(" ")}) ;;`).join("\n")}
    ${valuesOf(all, "profile")}) _cfs_offer "$word" < <(cfs names profiles 2>/dev/null) ;;
    ${valuesOf(all, "directory")}) compopt -o dirnames 2>/dev/null ;;
    ${valuesOf(all, "file")}) compopt -o default 2>/dev/null ;;
    ${takingValue(all)}) ;;
    *) _cfs_words ;;
  esac
  eval "$restore"
}

_cfs_words() {
  if [[ $word == -* ]]; then
    case $command in
    "") _cfs_offer "$word" < <(printf '%s\\n' ${flagsOf(options)}) ;;
${cases(({ options: own }) => `_cfs_offer "$word" < <(printf '%s\\n' ${flagsOf(own)})`)}
    esac
    return
  fi
  case $command in
    "")
      _cfs_offer "$word" < <(printf '%s\\n' ${commands.map(({ name }) => name).join(" ")})
      [[ -n $word ]] && _cfs_offer "$word" < <(cfs names buckets 2>/dev/null)
      ;;
    ${commandsFor(commands, "bucket")}) [[ -z $bucket ]] && _cfs_offer "$word" < <(cfs names buckets 2>/dev/null) ;;
    ${commandsFor(commands, "command")}) _cfs_offer "$word" < <(printf '%s\\n' ${commands.map(({ name }) => name).join(" ")}) ;;
${(["change", "remove", "publish", "shell"] as const).map((value) => `    ${commandsFor(commands, value)}) _cfs_offer "$word" < <(printf '%s\\n' ${valueWords[value].join(" ")}) ;;`).join("\n")}
  esac
}

complete -F _cfs cfs
`;
}

function flagsOf(options: readonly DescribedOption[]): string {
  return options.flatMap(({ flags }) => flags.filter((flag) => flag.startsWith("--"))).join(" ");
}

/** A case pattern of the options that take a value. */
function takingValue(options: readonly DescribedOption[], but = ""): string {
  return pattern(options.filter(({ value, flags }) => value !== undefined && !flags.includes(but)));
}

function valuesOf(options: readonly DescribedOption[], value: DescribedOption["value"]): string {
  return pattern(options.filter((option) => option.value === value));
}

function pattern(options: readonly DescribedOption[]): string {
  return [...new Set(options.flatMap(({ flags }) => flags))].join("|");
}

function commandsFor(commands: DescribedWords["commands"], argument: string): string {
  return commands
    .filter((command) => command.argument === argument)
    .map(({ name }) => name)
    .join("|");
}
