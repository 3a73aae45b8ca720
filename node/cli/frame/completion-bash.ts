/** Completion for bash 3.2 and newer (macOS has that one). */
import type { CompletionTable } from './completion-table.ts'

export function bashCompletion(name: string, table: CompletionTable): string {
  const rows = [...table].map(([key, offers]) => {
    const words = typeof offers === 'string' ? [`@${offers}`] : offers.map(({ word }) => word)
    return `    ${quoted(key)}) ${words.length === 0 ? ':' : `printf '%s\\n' ${words.map(quoted).join(' ')}`} ;;`
  })
  return `# Completion of ${name} for bash. In ~/.bashrc: source <(${name} completion bash)
_${name}_table() {
  case "$1" in
${rows.join('\n')}
    *) return 1 ;;
  esac
}

_${name}_offer() {
  local offer
  while IFS= read -r offer; do
    case "$offer" in
      @files) compopt -o filenames 2>/dev/null; _${name}_take < <(compgen -f -- "$current") ;;
      @folders) compopt -o filenames 2>/dev/null; _${name}_take < <(compgen -d -- "$current") ;;
      "$current"*) COMPREPLY+=("$offer") ;;
    esac
  done < <(_${name}_table "$1")
}

_${name}_take() {
  local found
  while IFS= read -r found; do COMPREPLY+=("$found"); done
}

_${name}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" called='' flag='' place=0 i word below
  COMPREPLY=()
  # bash takes --flag=value apart at the sign.
  [[ $current == '=' ]] && current=''
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    [[ $word == '=' ]] && continue
    if [[ -n $flag ]]; then flag=''; continue; fi
    case "$word" in
      -*) _${name}_table "$called/$word" >/dev/null && flag="$word" ;;
      *)
        below=$'\\n'"$(_${name}_table "$called/below")"$'\\n'
        if ((place == 0)) && [[ $below == *$'\\n'"$word"$'\\n'* ]]; then called="\${called:+$called }$word"
        else place=$((place + 1)); fi ;;
    esac
  done
  if [[ -n $flag ]]; then _${name}_offer "$called/$flag"
  elif [[ $current == -* ]]; then _${name}_offer "$called/flags"
  else
    ((place == 0)) && _${name}_offer "$called/below"
    _${name}_offer "$called/$place"
    _${name}_offer "$called/*"
  fi
}

complete -F _${name} ${name}
`
}

/** A word that no shell of Bourne's family changes. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
