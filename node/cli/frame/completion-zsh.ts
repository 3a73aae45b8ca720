/** Completion for zsh: as a file `_aitbc` on its fpath, or read by `source`. */
import { quoted } from './completion-bash.ts'
import type { CompletionTable } from './completion-table.ts'

export function zshCompletion(name: string, table: CompletionTable): string {
  const rows = [...table].map(([key, offers]) => {
    const words = typeof offers === 'string' ? [`@${offers}`] : offers.map(described)
    return `    ${quoted(key)}) ${words.length === 0 ? ':' : `print -rl -- ${words.map(quoted).join(' ')}`} ;;`
  })
  return `#compdef ${name}
# Completion of ${name} for zsh. In ~/.zshrc, after compinit: source <(${name} completion zsh)
_${name}_table() {
  case "$1" in
${rows.join('\n')}
    *) return 1 ;;
  esac
}

_${name}_offer() {
  local -a offers
  offers=("\${(@f)$(_${name}_table "$1")}")
  case "$offers[1]" in
    '') return 1 ;;
    @files) _files ;;
    @folders) _files -/ ;;
    *) _describe '${name}' offers ;;
  esac
}

_${name}() {
  local called='' flag='' word
  local -a below
  local -i place=0 i
  for ((i = 2; i < CURRENT; i++)); do
    word="$words[i]"
    if [[ -n $flag ]]; then flag=''; continue; fi
    case "$word" in
      -*) _${name}_table "$called/$word" >/dev/null && flag="$word" ;;
      *)
        below=("\${(@f)$(_${name}_table "$called/below")}")
        below=("\${(@)below%%:*}")
        if ((place == 0 && \${below[(Ie)$word]})); then called="\${called:+$called }$word"
        else place+=1; fi ;;
    esac
  done
  if [[ -n $flag ]]; then _${name}_offer "$called/$flag"
  elif [[ $words[CURRENT] == -* ]]; then _${name}_offer "$called/flags"
  else
    ((place == 0)) && _${name}_offer "$called/below"
    _${name}_offer "$called/$place"
    _${name}_offer "$called/*"
  fi
}

if [[ "$funcstack[1]" == _${name} ]]; then _${name} "$@"; else compdef _${name} ${name}; fi
`
}

/** A colon separates a word from its explanation. */
const described = ({ word, about }: { readonly word: string; readonly about: string }): string => {
  const escaped = word.replaceAll(':', '\\:')
  return about === '' ? escaped : `${escaped}:${about}`
}
