/** The tables that READMEs in protocols/wire have from the code: limits, and errors with their numbers. */
import { readdirSync, readFileSync } from 'node:fs'
import { errorsNamed, errorsTable, errorsThrown } from './errors-table.ts'
import { withLimits } from './limits-table.ts'
import { joined, parted } from './markdown-table.ts'
import { statedProtocols } from './stated-protocols.ts'

const WIRE = new URL('../../../protocols/wire/', import.meta.url)

const ERRORS_ARE = 'The errors that are named here, by their numbers on the wire:'

/** Folders of protocols. */
export const wireFolders: readonly string[] = readdirSync(WIRE, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

export const readmeOf = (folder: string): URL => new URL(`${folder}/README.md`, WIRE)

/** The README with its tables as the code has them. @throws where it lacks a row or a place, or has a row too many */
export function withTables(folder: string, readme: string): string {
  const of = statedProtocols[folder]
  if (of === undefined) throw new Error(`protocol-tables/stated-protocols.ts does not know ${folder}`)
  const [above, limits, below] = parted(readme, 'limits')
  const limited = joined('limits', [above, withLimits(limits, of), below])
  const thrown = errorsThrown(sourceOf(folder))
  if (thrown.length + errorsNamed(limited, of.words).length === 0) return limited
  const [before, , behind] = parted(limited, 'errors')
  const codes = [...thrown, ...errorsNamed(before + behind, of.words)]
  return joined('errors', [before, `${ERRORS_ARE}\n\n${errorsTable(codes)}`, behind])
}

const sourceOf = (folder: string): string =>
  readdirSync(new URL(folder, WIRE))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(new URL(`${folder}/${name}`, WIRE), 'utf8'))
    .join('\n')
