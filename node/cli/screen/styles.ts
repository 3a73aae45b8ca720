/** Colours, where they are wanted. */
import { styleText } from 'node:util'

const formats = { bold: 'bold', dim: 'dim', good: 'green', bad: 'red', warn: 'yellow', accent: 'cyan' } as const

/** What a text is, rather than which colour it has. */
export type Styles = { readonly [S in keyof typeof formats]: (text: string) => string }

export function createStyles(coloured: boolean): Styles {
  const style =
    (name: keyof typeof formats) =>
    (text: string): string =>
      coloured && text !== '' ? styleText(formats[name], text, { validateStream: false }) : text
  return {
    bold: style('bold'),
    dim: style('dim'),
    good: style('good'),
    bad: style('bad'),
    warn: style('warn'),
    accent: style('accent'),
  }
}

/** On a terminal that shows them, unless NO_COLOR (no-color.org) says no. FORCE_COLOR says yes also to a pipe. */
export function wantsColour(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = env
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false'
  return isTerminal && TERM !== 'dumb'
}
