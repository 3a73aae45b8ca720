/** What of the sources the tests run through. Invariant runs are left out: they go everywhere, and say little of any one place. */
import { forge } from './forge.ts'

export interface Covered {
  /** Of lines and of branches, in percent, as forge counts. */
  readonly lines: string
  readonly branches: string
  /** A row for each file, for people. */
  readonly table: string
}

/** @throws Error where the tests do not pass */
export async function coverContracts(signal?: AbortSignal): Promise<Covered> {
  const left = ['--no-match-contract', 'GasTest|Invariants', '--no-match-coverage', '(proofs|node_modules)']
  const options = signal === undefined ? {} : { signal }
  const { stdout, stderr, code } = await forge(['coverage', '--report', 'summary', ...left], options)
  const rows = stdout.split('\n').filter((line) => /^\| (File|contracts|Total)/.test(line))
  const [, lines, , branches] =
    rows
      .at(-1)
      ?.split('|')
      .slice(1)
      .map((cell) => cell.trim()) ?? []
  if (code !== 0 || lines === undefined || branches === undefined) throw new Error(`no coverage:\n${stdout}\n${stderr}`)
  return { lines, branches, table: rows.join('\n') }
}
