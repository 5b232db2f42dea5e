# Completion of soarhost in bash: commands, options, actions, files, and the keys of an action's input.

_soarhost_words() { soarhost "${plugin[@]}" complete "$@" 2>/dev/null | cut -f 1; }

# The key that is being written in the JSON of an input, at its top level: '{"name":"x","se becomes "severity":
_soarhost_key() {
    local text=$1 action=$2 opened closed before part key
    opened=${text//[^\{]/} closed=${text//[^\}]/}
    [[ ${#opened} -eq $((${#closed} + 1)) && $text =~ ^(.*[{,][[:space:]]*)\"([a-zA-Z0-9_]*)$ ]] || return
    before=${BASH_REMATCH[1]} part=${BASH_REMATCH[2]}
    for key in $(_soarhost_words keys "$action"); do
        [[ $key == "$part"* && $before != *"\"$key\""* ]] && COMPREPLY+=("$before\"$key\":")
    done
    # two that differ in their end alone, so that the quote stays open
    [[ ${#COMPREPLY[@]} -eq 1 ]] && COMPREPLY+=("${COMPREPLY[0]} ")
}

_soarhost() {
    local word=$2 previous=$3 at command= action= plugin=()
    COMPREPLY=()
    for ((at = 1; at < COMP_CWORD; at++)); do
        case ${COMP_WORDS[at]} in
        -p | --plugin) plugin=(--plugin "${COMP_WORDS[++at]/#\~/$HOME}") ;;
        -c | --config | --plan | --key | -t | --timeout | -i | --input | --work-dir | --sandbox-bin | --sandbox-arg | --only | --seed | --junit | --format | --out | --tools | --fields) ((++at)) ;;
        -* | =) ;;
        *) if [[ -z $command ]]; then command=${COMP_WORDS[at]}; elif [[ -z $action ]]; then action=${COMP_WORDS[at]}; fi ;;
        esac
    done
    case $previous in
    -p | --plugin | -c | --config | -i | --input | --work-dir | --sandbox-bin | --junit | --out)
        compopt -o filenames +o nospace
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
        return
        ;;
    --format) mapfile -t COMPREPLY < <(compgen -W "$(_soarhost_words formats)" -- "$word") && compopt +o nospace && return ;;
    --only) mapfile -t COMPREPLY < <(compgen -W "$(soarhost check --list 2>/dev/null | sed -n 's/^\([a-z_]*\.[a-z_]*\) .*/\1/p')" -- "$word") && return ;;
    esac
    if [[ $command == invoke && -n $action && $word == \{* ]]; then
        _soarhost_key "$word" "$action"
        return
    fi
    compopt +o nospace
    if [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(soarhost --help 2>/dev/null | grep -o -- '--[a-z-]*' | sort -u)" -- "$word")
    elif [[ -z $command ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_soarhost_words commands)" -- "$word")
    elif [[ $command == invoke && -n $action ]]; then
        compopt -o nospace
        [[ -z $word ]] && COMPREPLY=("'{\"")
        [[ $word == @* ]] && compopt -o filenames && mapfile -t COMPREPLY < <(compgen -f -P @ -- "${word#@}")
    elif [[ $command == describe || $command == invoke ]]; then
        [[ -z $action ]] && mapfile -t COMPREPLY < <(compgen -W "$(_soarhost_words actions)" -- "$word")
    else
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
    fi
}

complete -o nospace -F _soarhost soarhost
