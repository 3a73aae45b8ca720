/** What the documents tell to type is understood: each line is parsed by the table of commands, and nothing is run. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { program } from '../../../bootstrap/bin/commands.ts'
import { parseCommandLine } from '../../../node/cli/frame/parse-command-line.ts'

const DOCUMENTS = ['README.md', 'docs/cloud.md', 'docs/containers.md', 'docs/telemetry.md', 'CONTRIBUTING.md']
const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')

/** `aitbc …`, `$ aitbc …`, `npm run -s aitbc -- …` and `npm start -- …` in fences, as far as a shell hands them to the program. */
function linesIn(document: string): readonly string[] {
  const fences = [...document.matchAll(/^```.*\n([\s\S]*?)^```$/gm)].map(([, text]) => text!)
  return fences
    .flatMap((text) => text.split('\n'))
    .flatMap((line) => {
      const called = /^(?:\$ )?(?:aitbc|npm run -s aitbc --|npm (?=start --)) (.*)$/.exec(line)?.[1]
      if (called === undefined) return []
      return [called.replace(/^start -- /, 'up ').replace(/ +(#| [>|]).*$| [>|] .*$/, '')]
    })
}

const wordsOf = (line: string): readonly string[] =>
  [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, double, single, bare]) => double ?? single ?? bare!)

const lines = DOCUMENTS.flatMap((document) => linesIn(read(document)).map((line) => [document, line] as const))

it('finds the commands of the documents', () => {
  expect(lines.filter(([document]) => document === 'README.md').length).toBeGreaterThan(45)
})

it.each(lines)('%s: aitbc %s', async (_, line) => {
  // An address that the reader is to fill in.
  const filled = line.replace(/0x([0-9a-f]+)…/g, (_, begin: string) => `0x${begin.padEnd(40, '0')}`)
  expect(await parseCommandLine(program, wordsOf(filled))).toMatchObject({ kind: 'run' })
})
