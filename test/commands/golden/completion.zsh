#compdef cfs
# Completion of cfs in zsh. For good: cfs completion zsh > a folder of $fpath, as _cfs
_cfs_buckets() {
  local -a names
  names=(${(f)"$(cfs names buckets 2>/dev/null)"})
  compadd -M 'm:{a-zA-Z}={A-Za-z}' -a names
}

_cfs_packages() {
  local -a names
  local bucket=${opt_args[--bucket]:-${line[1]}}
  names=(${(f)"$(cfs names packages ${bucket//\\/} 2>/dev/null)"})
  compadd -M 'm:{a-zA-Z}={A-Za-z}' -a names
}

_cfs_profiles() {
  local -a names
  names=(${(f)"$(cfs names profiles 2>/dev/null)"})
  compadd -a names
}

_cfs_commands() {
  local -a names
  names=(
    'login:sign in and keep the refresh token'
    'logout:revoke at the service, forget on disk'
    'status:who is signed in, where, until when'
    'token:print a valid access token, for CFS_TOKEN_COMMAND of another process'
    'profiles:the accounts that are kept, or sign one out and remove it'
    'config:show settings and the source of each value, or change one'
    'buckets:known content sets, buckets used before, and those the service lists'
    'packages:packages of a bucket'
    'file-sets:file sets of a bucket, newest first'
    'files:files of file sets, by id or name: name, size, id'
    'url:fresh presigned URLs, for curl or aria2c; they are secrets'
    'peek:the first records of files, fetching only their beginnings'
    'get:download files, and all files of file sets'
    'cat:print files on standard output, verified while they pass'
    'sync:bring a folder up to date: fetch what it does not have, nothing twice'
    'watch:like sync, then fetch each file set as soon as it is announced'
    'subscriptions:subscriptions to notifications: list them, or remove one'
    'plan:print what would be fetched, as data for cfs get --plan'
    'expect:check that file sets came in time, whole and without gaps'
    'verify:compare the files of a folder with SHA256SUMS or the sync manifest'
    'table:make the current table of a series: its newest Init with the Deltas after it'
    'doctor:check Node, terminal, settings, folders and network, and say what to do'
    'sandbox:the embedded sandbox as a server on 127.0.0.1, or publish a file set in a running one'
    'completion:print the completion script for bash, zsh or fish'
    'schema:print the JSON Schema of a plan or of a --json output'
    'help:help for a command, or for environment or exit-codes'
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
  _arguments -C -S '--fresh[start at the first screen, without the path, filters, sorts and folder of last time]' \
    '--no-color[no colours in the terminal program]' \
    '--accessible[lines of text for a screen reader in place of screens]' \
    '--quiet[no bell and no message when downloads finish]' \
    '--ca-file[before any command]: :_files' \
    '--profile[before any command]: :_cfs_profiles' \
    '--demo[before any command]' \
    '(-V --version)'{-V,--version}'[output the version number]' \
    '(-h --help)'{-h,--help}'[display help for command]' \
    '1: :_cfs_start' \
    '*:: :->words' && return
  case $state in
    words)
      local command=${line[1]}
      case $command in
        login)
          _arguments -S '--username[machine id or user id]: :' \
            '--app-key[app key]: :' \
            '--password-stdin[read the password from the first line of standard input]' \
            '--take-over[end another program'\''s session of this id]' \
            '(-h --help)'{-h,--help}'[display help for command]' && return
          ;;
        logout)
          _arguments -S '(-h --help)'{-h,--help}'[display help for command]' && return
          ;;
        status)
          _arguments -S '--json[one JSON object a line, with the service'\''s own field names]' \
            '(-h --help)'{-h,--help}'[display help for command]' && return
          ;;
        token)
          _arguments -S '--yes[print it to a terminal too]' \
            '--json[as {"access_token","expires_in"}]' \
            '(-h --help)'{-h,--help}'[display help for command]' && return
          ;;
        profiles)
          _arguments -S '--columns[print these columns, separated by commas]: :' \
            '--output-format[table, tsv, csv or json]: :(table tsv csv json)' \
            '--json[one JSON object a line, with the service'\''s own field names]' \
            '(-h --help)'{-h,--help}'[display help for command]' \
            '1: :(rm)' && return
          ;;
        config)
          _arguments -S '--show[show settings]' \
            '--columns[print these columns, separated by commas]: :' \
            '--output-format[table, tsv, csv or json]: :(table tsv csv json)' \
            '--json[one JSON object a line, with the service'\''s own field names]' \
            '(-h --help)'{-h,--help}'[display help for command]' \
            '1: :(set unset)' && return
          ;;
        buckets)
          _arguments -S '--columns[print these columns, separated by commas]: :' \
            '--output-format[table, tsv, csv or json]: :(table tsv csv json)' \
            '--json[one JSON object a line, with the service'\''s own field names]' \
            '(-h --help)'{-h,--help}'[display help for command]' && return
          ;;
        packages)
          _arguments -S '--name[keep packages with this text in their name, in any case]: :' \
            '--columns[print these columns, separated by commas]: :' \
            '--output-format[table, tsv, csv or json]: :(table tsv csv json)' \
            '--json[one JSON object a line, with the service'\''s own field names]' \
            '(-h --help)'{-h,--help}'[display help for command]' \
            '1: :_cfs_buckets' && return
          ;;
        file-sets)
          _arguments -S '--limit[maximum number of results]: :' \
            '--unsorted[in the service'\''s order, page by page as received]' \
            '--status[keep file sets with this status]: :(READY PENDING)' \
            '--package[keep file sets of this package]: :_cfs_packages' \
            '--name[keep file sets with this text in their name, in any case]: :' \
            '--kind[keep file sets of this kind]: :(init delta)' \
            '--series[keep file sets whose name without kind and date matches]: :' \
            '--format[keep files of this format]: :(csv jsonl zip)' \
            '--include[keep files whose name matches]: :' \
            '--exclude[leave out files whose name matches, even if included]: :' \
            '--attribute[keep file sets with exactly this attribute]: :' \
            '--content-from[keep content that reaches to this time or later]: :' \
            '--content-to[keep content that begins at this time or earlier]: :' \
            '--available-from[keep what is available at this time or later]: :' \
            '--available-to[keep what is available at this time or earlier]: :' \
            '--created-since[keep what was created at this time or later]: :' \
            '--modified-since[keep what was modified at this time or later]: :' \
            '--columns[print these columns, separated by commas]: :' \
            '--output-format[table, tsv, csv or json]: :(table tsv csv json)' \
            '--json[one JSON object a line, with the service'\''s own field names]' \
            '(-h --help)'{-h,--help}'[display help for command]' \
            '1: :_cfs_buckets' && return
          ;;
        files)
          _arguments -S '--bucket[look up names in this bucket]: :_cfs_buckets' \
            '--package[keep file sets of this package]: :_cfs_packages' \
            '--name[keep file sets with this text in their name, in any case]: :' \
            '--kind[keep file sets of this kind]: :(init delta)' \
            '--series[keep file sets whose name without kind and date matches]: :' \
            '--format[keep files of this format]: :(csv jsonl zip)' \
            '--include[keep files whose name matches]: :' \
            '--exclude[leave out files whose name matches, even if included]: :' \
            '--attribute[keep file sets with exactly this attribute]: :' \
            '--content-from[keep content that reaches to this time or later]: :' \
            '--content-to[keep content that begins at this time or earlier]: :' \
            '--available-from[keep what is available at this time or later]: :' \
            '--available-to[keep what is available at this time or earlier]: :' \
            '--created-since[keep what was created at this time or later]: :' \
            '--modified-since[keep what was modified at this time or later]: :' \
            '--columns[print these columns, separated by commas]: :' \
            '--output-format[table, tsv, csv or json]: :(table tsv csv json)' \
            '--json[one JSON object a line, with the service'\''s own field names]' \
            '(-h --help)'{-h,--help}'[display help for command]' && return
          ;;
        url)
          _arguments -S '--bucket[look up names in this bucket]: :_cfs_buckets' \
            '--package[look up names in this package of the bucket]: :_cfs_packages' \
            '--json[one JSON object a line, with the service'\''s own field names]' \
            '(-h --help)'{-h,--help}'[display help for command]' && return
          ;;
        peek)
          _arguments -S '--bucket[look up names in this bucket]: :_cfs_buckets' \
            '--package[look up names in this package of the bucket]: :_cfs_packages' \
            '(-n --records)'{-n,--records}'[maximum number of records]: :' \
            '--entry[of a zip]: :' \
            '--verbose[report the fetched bytes on standard error]' \
            '--limit-rate[the rate of all connections together]: :' \
            '--json[each record as {"n"]' \
            '(-h --help)'{-h,--help}'[display help for command]' && return
          ;;
        get)
          _arguments -S '(-o --output)'{-o,--output}'[destination folder, created if missing, or s3]: :' \
            '--overwrite[overwrite existing files]' \
            '--dry-run[only list what would be fetched, with sizes and the folder]' \
            '--unpack[also write the content of .gz and .zip files beside them]' \
            '--checksums[list the files in SHA256SUMS, for sha256sum -c and cfs verify]' \
            '--max-duration[exit with 8 after this time]: :' \
            '--limit-rate[the rate of all connections together]: :' \
            '--latest[download the newest selected READY file set of --bucket]' \
            '--plan[download the files of a plan of cfs plan]: :_files' \
            '--shard[with --plan]: :' \
            '--bucket[look up names in this bucket]: :_cfs_buckets' \
            '--quiet[no progress on stderr]' \
            '--package[keep file sets of this package]: :_cfs_packages' \
            '--name[keep file sets with this text in their name, in any case]: :' \
            '--kind[keep file sets of this kind]: :(init delta)' \
            '--series[keep file sets whose name without kind and date matches]: :' \
            '--format[keep files of this format]: :(csv jsonl zip)' \
            '--include[keep files whose name matches]: :' \
            '--exclude[leave out files whose name matches, even if included]: :' \
            '--attribute[keep file sets with exactly this attribute]: :' \
            '--content-from[keep content that reaches to this time or later]: :' \
            '--content-to[keep content that begins at this time or earlier]: :' \
            '--available-from[keep what is available at this time or later]: :' \
            '--available-to[keep what is available at this time or earlier]: :' \
            '--created-since[keep what was created at this time or later]: :' \
            '--modified-since[keep what was modified at this time or later]: :' \
            '--columns[print these columns with --dry-run, separated by commas]: :' \
            '--output-format[table, tsv, csv or json with --dry-run]: :(table tsv csv json)' \
            '--json[one JSON object a line, with the service'\''s own field names]' \
            '(-h --help)'{-h,--help}'[display help for command]' && return
          ;;
        cat)
          _arguments -S '--bucket[look up names in this bucket]: :_cfs_buckets' \
            '--package[look up names in this package of the bucket]: :_cfs_packages' \
            '--unpack[print what is inside a .gz file or a .zip file of one entry]' \
            '--limit-rate[the rate of all connections together]: :' \
            '--quiet[no notes on stderr]' \
            '(-h --help)'{-h,--help}'[display help for command]' && return
          ;;
        sync)
          _arguments -S '(-o --output)'{-o,--output}'[folder to bring up to date, created if missing, or s3]: :' \
            '--latest-init[only the newest Init of each series and the Deltas after it]' \
            '--verify[read all files of the folder, and fetch changed ones again]' \
            '--prune[at the end remove files that it fetched and that are no longer wanted]' \
            '--checksums[list the files in SHA256SUMS, for sha256sum -c and cfs verify]' \
            '--max-duration[exit with 8 after this time]: :' \
            '--limit-rate[the rate of all connections together]: :' \
            '--watch[keep running]: :' \
            '--dry-run[only list what would be fetched, with sizes]' \
            '--quiet[no progress, notes and summary on stderr]' \
            '--status[keep file sets with this status]: :(READY PENDING)' \
            '--package[keep file sets of this package]: :_cfs_packages' \
            '--name[keep file sets with this text in their name, in any case]: :' \
            '--kind[keep file sets of this kind]: :(init delta)' \
            '--series[keep file sets whose name without kind and date matches]: :' \
            '--format[keep files of this format]: :(csv jsonl zip)' \
            '--include[keep files whose name matches]: :' \
            '--exclude[leave out files whose name matches, even if included]: :' \
            '--attribute[keep file sets with exactly this attribute]: :' \
            '--content-from[keep content that reaches to this time or later]: :' \
            '--content-to[keep content that begins at this time or earlier]: :' \
            '--available-from[keep what is available at this time or later]: :' \
            '--available-to[keep what is available at this time or earlier]: :' \
            '--created-since[keep what was created at this time or later]: :' \
            '--modified-since[keep what was modified at this time or later]: :' \
            '--columns[print these columns with --dry-run, separated by commas]: :' \
            '--output-format[table, tsv, csv or json with --dry-run]: :(table tsv csv json)' \
            '--json[one JSON object a line, with the service'\''s own field names]' \
            '(-h --help)'{-h,--help}'[display help for command]' \
            '1: :_cfs_buckets' && return
          ;;
        watch)
          _arguments -S '(-o --output)'{-o,--output}'[folder to keep up to date, created if missing]: :_files -/' \
            '--exec[run this shell command after each complete file set]: :' \
            '--exec-retries[how many times to retry a failed command]: :' \
            '--limit-rate[the rate of all connections together]: :' \
            '--end[remove the subscription for this folder and selection, and exit]' \
            '--quiet[no progress and notes on stderr]' \
            '--json[one JSON object a line for each event]' \
            '--package[keep file sets of this package]: :_cfs_packages' \
            '--name[keep file sets with this text in their name, in any case]: :' \
            '--kind[keep file sets of this kind]: :(init delta)' \
            '--series[keep file sets whose name without kind and date matches]: :' \
            '--format[keep files of this format]: :(csv jsonl zip)' \
            '--include[keep files whose name matches]: :' \
            '--exclude[leave out files whose name matches, even if included]: :' \
            '--attribute[keep file sets with exactly this attribute]: :' \
            '--content-from[keep content that reaches to this time or later]: :' \
            '--content-to[keep content that begins at this time or earlier]: :' \
            '--available-from[keep what is available at this time or later]: :' \
            '--available-to[keep what is available at this time or earlier]: :' \
            '--created-since[keep what was created at this time or later]: :' \
            '--modified-since[keep what was modified at this time or later]: :' \
            '(-h --help)'{-h,--help}'[display help for command]' \
            '1: :_cfs_buckets' && return
          ;;
        subscriptions)
          _arguments -S '--columns[print these columns, separated by commas]: :' \
            '--output-format[table, tsv, csv or json]: :(table tsv csv json)' \
            '--json[one JSON object a line, with the service'\''s own field names]' \
            '(-h --help)'{-h,--help}'[display help for command]' \
            '1: :(rm)' && return
          ;;
        plan)
          _arguments -S '(-o --output)'{-o,--output}'[folder that the files go to, on the machines that fetch them, or s3]: :' \
            '--with-addresses[add an address to each file]' \
            '--check[print what the folder or store of this plan lacks, as a plan]: :_files' \
            '--size-only[with --check, compare names and sizes without reading the files]' \
            '--clean[with --check, end uploads to the object store that are not complete]' \
            '--json[one JSON object a line, as a plan always is]' \
            '--quiet[no notes on stderr]' \
            '--package[keep file sets of this package]: :_cfs_packages' \
            '--name[keep file sets with this text in their name, in any case]: :' \
            '--kind[keep file sets of this kind]: :(init delta)' \
            '--series[keep file sets whose name without kind and date matches]: :' \
            '--format[keep files of this format]: :(csv jsonl zip)' \
            '--include[keep files whose name matches]: :' \
            '--exclude[leave out files whose name matches, even if included]: :' \
            '--attribute[keep file sets with exactly this attribute]: :' \
            '--content-from[keep content that reaches to this time or later]: :' \
            '--content-to[keep content that begins at this time or earlier]: :' \
            '--available-from[keep what is available at this time or later]: :' \
            '--available-to[keep what is available at this time or earlier]: :' \
            '--created-since[keep what was created at this time or later]: :' \
            '--modified-since[keep what was modified at this time or later]: :' \
            '(-h --help)'{-h,--help}'[display help for command]' \
            '1: :_cfs_buckets' && return
          ;;
        expect)
          _arguments -S '--max-age[report if the newest READY file set is older]: :' \
            '(-o --output)'{-o,--output}'[with --expires-within]: :_files -/' \
            '--expires-within[report what expires in this time and DIR does not have]: :' \
            '--quiet[print only what is reported]' \
            '--json[one JSON object for each report]' \
            '--package[keep file sets of this package]: :_cfs_packages' \
            '--name[keep file sets with this text in their name, in any case]: :' \
            '--kind[keep file sets of this kind]: :(init delta)' \
            '--series[keep file sets whose name without kind and date matches]: :' \
            '--format[keep files of this format]: :(csv jsonl zip)' \
            '--include[keep files whose name matches]: :' \
            '--exclude[leave out files whose name matches, even if included]: :' \
            '--attribute[keep file sets with exactly this attribute]: :' \
            '--content-from[keep content that reaches to this time or later]: :' \
            '--content-to[keep content that begins at this time or earlier]: :' \
            '--available-from[keep what is available at this time or later]: :' \
            '--available-to[keep what is available at this time or earlier]: :' \
            '--created-since[keep what was created at this time or later]: :' \
            '--modified-since[keep what was modified at this time or later]: :' \
            '(-h --help)'{-h,--help}'[display help for command]' \
            '1: :_cfs_buckets' && return
          ;;
        verify)
          _arguments -S '--quiet[no progress and summary on stderr]' \
            '--json[one JSON object a file]' \
            '(-h --help)'{-h,--help}'[display help for command]' \
            '1: :_files -/' && return
          ;;
        table)
          _arguments -S '(-o --output)'{-o,--output}'[what to write]: :_files' \
            '--key[columns that identify a record]: :' \
            '--series[use the series whose name matches]: :' \
            '--format[use the files of this format]: :(csv jsonl zip)' \
            '--allow-gap[make it even if Deltas or the Init are missing]' \
            '--text[keep numbers and dates of csv as text]' \
            '--quiet[no notes on stderr]' \
            '--json[one JSON object]' \
            '(-h --help)'{-h,--help}'[display help for command]' \
            '1: :_files -/' && return
          ;;
        doctor)
          _arguments -S '--push[sign in, and also check the queues of cfs watch, without taking a message]' \
            '--json[one JSON object a line]' \
            '(-h --help)'{-h,--help}'[display help for command]' && return
          ;;
        sandbox)
          _arguments -S '--port[port of the sandbox]: :' \
            '--count[how many file sets to publish]: :' \
            '--json[host, username, password and app key, or each published file set, as JSON]' \
            '--env[start it in the background and print the variables of calls to it, for eval]' \
            '--fault[what goes wrong, by its name]: :(bad-password bad-app-key dead-refresh-token session-quota expires-in token-expired missing-scope not-entitled bucket-not-found file-set-not-found file-not-found too-many-requests service-error html-page redirect empty-list next-link url-expired expired-token signature-mismatch not-there slow-down internal-error cut stall slow corrupt ignore-range push-refused subscription-gone foreign-subscription short-credentials shown-expiration queue-expired-token queue-access-denied queue-gone queue-failure queue-cut queue-lost-answer queue-silence queue-duplicates queue-disorder message-wrong-key message-cut message-wrong-tag message-plain message-some-files message-no-id message-other-host message-paths message-large message-expired-set message-not-entitled)' \
            '(-h --help)'{-h,--help}'[display help for command]' \
            '1: :(publish)' && return
          ;;
        completion)
          _arguments -S '(-h --help)'{-h,--help}'[display help for command]' \
            '1: :(bash zsh fish)' && return
          ;;
        schema)
          _arguments -S '(-h --help)'{-h,--help}'[display help for command]' && return
          ;;
        help)
          _arguments -S '(-h --help)'{-h,--help}'[display help for command]' \
            '1: :_cfs_commands' && return
          ;;
      esac
      ;;
  esac
}

if [[ $funcstack[1] == _cfs ]]; then _cfs "$@"; else compdef _cfs cfs; fi
