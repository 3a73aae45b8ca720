/** Measures every adversary and writes the table into the README of simulations/world: npx node test/support/documents/make-adversaries-table.ts */
import { readFile, writeFile } from 'node:fs/promises'
import { createCrypto } from '../../../node/keys/node-crypto.ts'
import { adversaries } from '../../../simulations/world/adversaries/index.ts'
import { Measuring } from '../../../simulations/world/measuring/measure.ts'
import { adversaryTable, TABLE_SEEDS, TABLE_SIZE, type TableRow } from '../../../simulations/world/measuring/table.ts'

const README = new URL('../../../simulations/world/README.md', import.meta.url)
const [START, END] = ['<!-- adversaries: start -->', '<!-- adversaries: end -->']

const measuring = new Measuring(TABLE_SIZE, TABLE_SEEDS, await createCrypto())
const rows: TableRow[] = []
for (const adversary of adversaries) {
  rows.push({ adversary, figures: await measuring.measure(adversary) })
  process.stderr.write(`${adversary.name}\n`)
}
const text = await readFile(README, 'utf8')
const [before, after] = [text.indexOf(START) + START.length, text.indexOf(END)]
const { hours, miners, clients, jobsPerHour } = TABLE_SIZE
const about =
  `${miners} miners and ${clients} clients in three regions, ${hours * jobsPerHour} jobs in ${hours * 60} minutes, ${TABLE_SEEDS.length} seeds; ` +
  'all together, and the standard error of that. Bold: missed.'
await writeFile(README, `${text.slice(0, before)}\n\n${about}\n\n${adversaryTable(rows)}\n\n${text.slice(after)}`)
