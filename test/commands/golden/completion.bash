# Completion of cfs in bash. For good: cfs completion bash > ~/.local/share/bash-completion/completions/cfs
_cfs_offer() {
  local name
  while IFS= read -r name; do
    [[ $name == "$1"* ]] && COMPREPLY+=("$(printf %q "$name")")
  done
}

_cfs() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
  local command= bucket= value= index restore
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    value=${COMP_WORDS[index]}
    case $value in
      --bucket) bucket=${COMP_WORDS[index+1]}; index=$((index + 1)) ;;
      --ca-file|--profile|--username|--app-key|--columns|--output-format|--name|--limit|--status|--package|--kind|--series|--format|--include|--exclude|--attribute|--content-from|--content-to|--available-from|--available-to|--created-since|--modified-since|-n|--records|--entry|--limit-rate|-o|--output|--max-duration|--plan|--shard|--watch|--exec|--exec-retries|--check|--max-age|--expires-within|--key|--port|--count|--fault) index=$((index + 1)) ;;
      -*) ;;
      *) if [[ -z $command ]]; then command=$value; elif [[ -z $bucket ]]; then bucket=$value; fi ;;
    esac
  done
  restore=$(shopt -p nocasematch)
  shopt -s nocasematch
  case $before in
    --bucket) _cfs_offer "$word" < <(cfs names buckets 2>/dev/null) ;;
    --package) _cfs_offer "$word" < <(cfs names packages "$bucket" 2>/dev/null) ;;
    --status) _cfs_offer "$word" < <(printf '%s\n' READY PENDING) ;;
    --kind) _cfs_offer "$word" < <(printf '%s\n' init delta) ;;
    --format) _cfs_offer "$word" < <(printf '%s\n' csv jsonl zip) ;;
    --fault) _cfs_offer "$word" < <(printf '%s\n' bad-password bad-app-key dead-refresh-token session-quota expires-in token-expired missing-scope not-entitled bucket-not-found file-set-not-found file-not-found too-many-requests service-error html-page redirect empty-list next-link url-expired expired-token signature-mismatch not-there slow-down internal-error cut stall slow corrupt ignore-range push-refused subscription-gone foreign-subscription short-credentials shown-expiration queue-expired-token queue-access-denied queue-gone queue-failure queue-cut queue-lost-answer queue-silence queue-duplicates queue-disorder message-wrong-key message-cut message-wrong-tag message-plain message-some-files message-no-id message-other-host message-paths message-large message-expired-set message-not-entitled) ;;
    --output-format) _cfs_offer "$word" < <(printf '%s\n' table tsv csv json) ;;
    --profile) _cfs_offer "$word" < <(cfs names profiles 2>/dev/null) ;;
    -o|--output) compopt -o dirnames 2>/dev/null ;;
    --ca-file|--plan|--check|-o|--output) compopt -o default 2>/dev/null ;;
    --ca-file|--profile|--username|--app-key|--columns|--output-format|--name|--limit|--status|--package|--kind|--series|--format|--include|--exclude|--attribute|--content-from|--content-to|--available-from|--available-to|--created-since|--modified-since|--bucket|-n|--records|--entry|--limit-rate|-o|--output|--max-duration|--plan|--shard|--watch|--exec|--exec-retries|--check|--max-age|--expires-within|--key|--port|--count|--fault) ;;
    *) _cfs_words ;;
  esac
  eval "$restore"
}

_cfs_words() {
  if [[ $word == -* ]]; then
    case $command in
    "") _cfs_offer "$word" < <(printf '%s\n' --fresh --no-color --accessible --quiet --ca-file --profile --demo --version --help) ;;
    login) _cfs_offer "$word" < <(printf '%s\n' --username --app-key --password-stdin --take-over --help) ;;
    logout) _cfs_offer "$word" < <(printf '%s\n' --help) ;;
    status) _cfs_offer "$word" < <(printf '%s\n' --json --help) ;;
    token) _cfs_offer "$word" < <(printf '%s\n' --yes --json --help) ;;
    profiles) _cfs_offer "$word" < <(printf '%s\n' --columns --output-format --json --help) ;;
    config) _cfs_offer "$word" < <(printf '%s\n' --show --columns --output-format --json --help) ;;
    buckets) _cfs_offer "$word" < <(printf '%s\n' --columns --output-format --json --help) ;;
    packages) _cfs_offer "$word" < <(printf '%s\n' --name --columns --output-format --json --help) ;;
    file-sets) _cfs_offer "$word" < <(printf '%s\n' --limit --unsorted --status --package --name --kind --series --format --include --exclude --attribute --content-from --content-to --available-from --available-to --created-since --modified-since --columns --output-format --json --help) ;;
    files) _cfs_offer "$word" < <(printf '%s\n' --bucket --package --name --kind --series --format --include --exclude --attribute --content-from --content-to --available-from --available-to --created-since --modified-since --columns --output-format --json --help) ;;
    url) _cfs_offer "$word" < <(printf '%s\n' --bucket --package --json --help) ;;
    peek) _cfs_offer "$word" < <(printf '%s\n' --bucket --package --records --entry --verbose --limit-rate --json --help) ;;
    get) _cfs_offer "$word" < <(printf '%s\n' --output --overwrite --dry-run --unpack --checksums --max-duration --limit-rate --latest --plan --shard --bucket --quiet --package --name --kind --series --format --include --exclude --attribute --content-from --content-to --available-from --available-to --created-since --modified-since --columns --output-format --json --help) ;;
    cat) _cfs_offer "$word" < <(printf '%s\n' --bucket --package --unpack --limit-rate --quiet --help) ;;
    sync) _cfs_offer "$word" < <(printf '%s\n' --output --latest-init --verify --prune --checksums --max-duration --limit-rate --watch --dry-run --quiet --status --package --name --kind --series --format --include --exclude --attribute --content-from --content-to --available-from --available-to --created-since --modified-since --columns --output-format --json --help) ;;
    watch) _cfs_offer "$word" < <(printf '%s\n' --output --exec --exec-retries --limit-rate --end --quiet --json --package --name --kind --series --format --include --exclude --attribute --content-from --content-to --available-from --available-to --created-since --modified-since --help) ;;
    subscriptions) _cfs_offer "$word" < <(printf '%s\n' --columns --output-format --json --help) ;;
    plan) _cfs_offer "$word" < <(printf '%s\n' --output --with-addresses --check --size-only --clean --json --quiet --package --name --kind --series --format --include --exclude --attribute --content-from --content-to --available-from --available-to --created-since --modified-since --help) ;;
    expect) _cfs_offer "$word" < <(printf '%s\n' --max-age --output --expires-within --quiet --json --package --name --kind --series --format --include --exclude --attribute --content-from --content-to --available-from --available-to --created-since --modified-since --help) ;;
    verify) _cfs_offer "$word" < <(printf '%s\n' --quiet --json --help) ;;
    table) _cfs_offer "$word" < <(printf '%s\n' --output --key --series --format --allow-gap --text --quiet --json --help) ;;
    doctor) _cfs_offer "$word" < <(printf '%s\n' --push --json --help) ;;
    sandbox) _cfs_offer "$word" < <(printf '%s\n' --port --count --json --env --fault --help) ;;
    completion) _cfs_offer "$word" < <(printf '%s\n' --help) ;;
    schema) _cfs_offer "$word" < <(printf '%s\n' --help) ;;
    help) _cfs_offer "$word" < <(printf '%s\n' --help) ;;
    esac
    return
  fi
  case $command in
    "")
      _cfs_offer "$word" < <(printf '%s\n' login logout status token profiles config buckets packages file-sets files url peek get cat sync watch subscriptions plan expect verify table doctor sandbox completion schema help)
      [[ -n $word ]] && _cfs_offer "$word" < <(cfs names buckets 2>/dev/null)
      ;;
    packages|file-sets|sync|watch|plan|expect) [[ -z $bucket ]] && _cfs_offer "$word" < <(cfs names buckets 2>/dev/null) ;;
    help) _cfs_offer "$word" < <(printf '%s\n' login logout status token profiles config buckets packages file-sets files url peek get cat sync watch subscriptions plan expect verify table doctor sandbox completion schema help) ;;
    config) _cfs_offer "$word" < <(printf '%s\n' set unset) ;;
    profiles|subscriptions) _cfs_offer "$word" < <(printf '%s\n' rm) ;;
    sandbox) _cfs_offer "$word" < <(printf '%s\n' publish) ;;
    completion) _cfs_offer "$word" < <(printf '%s\n' bash zsh fish) ;;
  esac
}

complete -F _cfs cfs
