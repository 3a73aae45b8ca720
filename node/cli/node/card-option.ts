/** `--card`, the same at every command that has it. */
import { type Option, option } from '../frame/command.ts'
import { usageError } from '../frame/usage-error.ts'

export const cardOption = (about: string): Option<string | undefined> =>
  option({
    value: 'name or number',
    about: `${about} Its number in aitbc gpu, or a part of its name or key.`,
    parse: (text: string) => {
      if (text.trim() !== '') return text
      throw usageError('no card is named', 'Give its number in aitbc gpu, or a part of its name or key.')
    },
  })
