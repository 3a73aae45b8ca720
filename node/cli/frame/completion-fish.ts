/** Completion for fish 3 and newer. */
import type { CompletionTable } from './completion-table.ts'

export function fishCompletion(name: string, table: CompletionTable): string {
  const rows = [...table].flatMap(([key, offers]) => {
    const words = typeof offers === 'string' ? [`@${offers}`] : offers.map(({ word, about }) => `${word}\t${about}`)
    return [
      `        case ${quoted(key)}`,
      ...(words.length === 0 ? [] : [`            printf '%s\\n' ${words.map(quoted).join(' ')}`]),
    ]
  })
  return `# Completion of ${name} for fish. Once: ${name} completion fish > ~/.config/fish/completions/${name}.fish
function __${name}_table
    switch $argv[1]
${rows.join('\n')}
        case '*'
            return 1
    end
end

function __${name}_offer
    for offer in (__${name}_table $argv[1])
        switch $offer
            case '@files*'
                __fish_complete_path (commandline -ct)
            case '@folders*'
                __fish_complete_directories (commandline -ct)
            case '*'
                printf '%s\\n' $offer
        end
    end
end

function __${name}_complete
    set -l called ''
    set -l flag ''
    set -l place 0
    for word in (commandline -opc)[2..]
        if test -n "$flag"
            set flag ''
        else if string match -q -- '-*' $word
            if __${name}_table "$called/$word" >/dev/null
                set flag $word
            end
        else if test $place -eq 0; and contains -- $word (__${name}_table "$called/below" | string replace -r '\\t.*' '')
            set called (string trim "$called $word")
        else
            set place (math $place + 1)
        end
    end
    if test -n "$flag"
        __${name}_offer "$called/$flag"
    else if string match -q -- '-*' (commandline -ct)
        __${name}_offer "$called/flags"
    else
        test $place -eq 0; and __${name}_offer "$called/below"
        __${name}_offer "$called/$place"
        __${name}_offer "$called/*"
    end
end

complete -c ${name} -f -a '(__${name}_complete)'
`
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
