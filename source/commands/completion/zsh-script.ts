import { type DescribedOption, type DescribedWords, wordsOf } from "./command-words.ts";

export function zshScript({ options, commands }: DescribedWords): string {
  const cases = commands.map(
    ({ name, argument, options: own }) => `        ${name})
          _arguments -S ${[...own.map(optionSpec), argumentSpec(argument)].filter(Boolean).join(" \\\n            ")} && return
          ;;`,
  );
  return `#compdef cfs
# Completion of cfs in zsh. For good: cfs completion zsh > a folder of $fpath, as _cfs
_cfs_buckets() {
  local -a names
  names=(\${(f)"$(cfs names buckets 2>/dev/null)"})
  compadd -M 'm:{a-zA-Z}={A-Za-z}' -a names
}

_cfs_packages() {
  local -a names
  local bucket=\${opt_args[--bucket]:-\${line[1]}}
  names=(\${(f)"$(cfs names packages \${bucket//\\\\/} 2>/dev/null)"})
  compadd -M 'm:{a-zA-Z}={A-Za-z}' -a names
}

_cfs_profiles() {
  local -a names
  names=(\${(f)"$(cfs names profiles 2>/dev/null)"})
  compadd -a names
}

_cfs_commands() {
  local -a names
  names=(
${commands.map(({ name, description }) => `    ${quoted(`${name}:${description}`)}`).join("\n")}
  )
  _describe command names
}

_cfs_start() {
  _cfs_commands
  [[ -n $PREFIX ]] && _cfs_buckets
}

_cfs() {
  local context state state_descr
  local -a line
  typeset -A opt_args
  _arguments -C -S ${[...options.map(optionSpec), "'1: :_cfs_start'", "'*:: :->words'"].join(" \\\n    ")} && return
  case $state in
    words)
      local command=\${line[1]}
      case $command in
${cases.join("\n")}
      esac
      ;;
  esac
}

if [[ $funcstack[1] == _cfs ]]; then _cfs "$@"; else compdef _cfs cfs; fi
`;
}

function optionSpec({ flags, description, value }: DescribedOption): string {
  const label = `[${description.replace(/[[\]\\]/g, "")}]${value === undefined ? "" : `: :${action(value)}`}`;
  const [first = "", second] = flags;
  return second === undefined
    ? quoted(first + label)
    : `'(${flags.join(" ")})'{${flags.join(",")}}${quoted(label)}`;
}

function argumentSpec(expected: DescribedOption["value"]): string {
  const taken = expected === undefined ? "" : action(expected);
  return taken === "" ? "" : quoted(`1: :${taken}`);
}

function action(expected: NonNullable<DescribedOption["value"]>): string {
  const words = wordsOf(expected);
  if (words !== undefined) return `(${words.join(" ")})`;
  switch (expected) {
    case "bucket":
      return "_cfs_buckets";
    case "package":
      return "_cfs_packages";
    case "profile":
      return "_cfs_profiles";
    case "directory":
      return "_files -/";
    case "file":
      return "_files";
    case "command":
      return "_cfs_commands";
    default:
      return "";
  }
}

function quoted(text: string): string {
  return `'${text.replace(/'/g, "'\\''")}'`;
}
