/** Writes the table of metrics into docs/telemetry.md. Run by hand after a change of metrics: `node test/support/documents/make-metrics-table.ts`. */
import { readFile, writeFile } from 'node:fs/promises'
import { TELEMETRY_DOC, withMetricsTable } from './metrics-table.ts'

await writeFile(TELEMETRY_DOC, withMetricsTable(await readFile(TELEMETRY_DOC, 'utf8')))
