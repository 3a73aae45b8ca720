/** Help: examples first, then what there is. */

import type { Styles } from '../screen/styles.ts'
import { padTo, textWidth } from '../screen/text-width.ts'
import { wrap } from '../screen/wrap.ts'
import { commandGroups, type Example } from './command.ts'
import { flagForm, type ListedFlag, ownFlags, sentence, settingFlags } from './flag-list.ts'
import { type CommandPath, globalOptions, type Program, pathText } from './program.ts'
import { usageLine } from './usage-line.ts'

export interface HelpOptions {
  readonly style: Styles
  /** Columns of the screen. */
  readonly width: number | undefined
}

/** Longer lines are tiring to read, however wide the window. */
const WIDTH_MAX = 100
/** Where a screen is narrower than this, lines wrap as the terminal likes. */
const WIDTH_MIN = 40
const WIDTH_STANDARD = 80

/** Without a final line break. */
export async function helpText(program: Program, path: CommandPath, options: HelpOptions): Promise<string> {
  const page = new HelpPage(options)
  if (path.length === 0) programHelp(program, page)
  else await commandHelp(program, path, page)
  return page.text()
}

function programHelp(program: Program, page: HelpPage): void {
  page.paragraph(program.summary)
  page.examples(program.examples)
  for (const group of commandGroups) {
    const commands = program.commands.filter((command) => command.group === group)
    page.list(
      sentence(group).replace('.', ''),
      commands.map(({ name, summary }) => [name, summary]),
    )
  }
  page.flags('Options of every command', Object.values(globalOptions).map(listed))
  page.paragraph(`More: ${program.name} help <command>, ${program.name} help exit-codes`)
}

async function commandHelp(program: Program, path: CommandPath, page: HelpPage): Promise<void> {
  const command = path.at(-1)!
  page.paragraph(`${pathText(program, path)}: ${command.summary}`)
  page.examples(command.examples)
  page.paragraph(usageLine(program, path))
  for (const paragraph of command.about.split(/\n\s*\n/)) page.paragraph(paragraph)
  page.list(
    'Commands',
    command.commands.map(({ name, summary }) => [name, summary]),
  )
  page.list(
    'Words',
    Object.entries(command.arguments).map(([name, { about }]) => [name, sentence(about)]),
  )
  page.flags('Options', ownFlags(command))
  page.flags('Settings, for this call', await settingFlags(command))
  page.flags('Options of every command', Object.values(globalOptions).map(listed))
}

const listed = (option: { readonly flag: string; readonly about: string; readonly value?: string }): ListedFlag => ({
  offers: undefined,
  value: undefined,
  ...option,
})

class HelpPage {
  readonly #style: Styles
  readonly #width: number
  readonly #blocks: string[] = []

  constructor({ style, width = WIDTH_STANDARD }: HelpOptions) {
    this.#style = style
    this.#width = width < WIDTH_MIN ? WIDTH_MAX : Math.min(width, WIDTH_MAX)
  }

  text(): string {
    return this.#blocks.join('\n\n')
  }

  paragraph(text: string): void {
    if (text.trim() !== '') this.#blocks.push(wrap(text, this.#width).join('\n'))
  }

  examples(examples: readonly Example[]): void {
    if (examples.length === 0) return
    const lines = examples.flatMap(({ line, about }) => [
      `  ${this.#style.accent(line)}`,
      `      ${this.#style.dim(about)}`,
    ])
    this.#blocks.push([this.#style.bold('Examples'), ...lines].join('\n'))
  }

  flags(title: string, flags: readonly ListedFlag[]): void {
    this.list(
      title,
      flags.map((flag) => [flagForm(flag), flag.about]),
    )
  }

  list(title: string, rows: readonly (readonly [term: string, about: string])[]): void {
    if (rows.length === 0) return
    const indent = Math.max(...rows.map(([term]) => textWidth(term))) + 4
    const lines = rows.flatMap(([term, about]) =>
      wrap(about, this.#width - indent).map((line, i) =>
        i === 0 ? `  ${this.#style.accent(padTo(indent - 2, term))}${line}` : `${' '.repeat(indent)}${line}`,
      ),
    )
    this.#blocks.push([this.#style.bold(title), ...lines].join('\n'))
  }
}
