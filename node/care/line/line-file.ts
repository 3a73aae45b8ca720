/**
 * What the line was seen to carry, in the data folder. What is read may have been damaged or written by anybody: rows that are no rates are
 * left out, and a file that is torn is forgotten, for the next transfers fill it again.
 */
import { readFileSync, statSync } from 'node:fs'
import { z } from 'zod'
import type { NetworkId } from '../../../protocols/kernel/ids.ts'
import { RATES_MAX, type RateSample, withRate } from '../../../protocols/rules/line/line-rate.ts'
import type { Way } from '../../network/bulk-meter.ts'
import { replaceFile } from '../../storage/durable-file.ts'
import { storageError } from '../../storage/sqlite.ts'

/** Twice what all rows take. */
const FILE_BYTES_MAX = 65_536

const row = z.tuple([z.number(), z.number()])
const rows = z.array(z.unknown()).max(RATES_MAX)
const file = z.strictObject({ version: z.literal(1), network: z.string().max(64), up: rows, down: rows })

export class LineFile {
  readonly #path: string
  readonly #network: NetworkId

  /** @param network of which it is: what moves within one machine or LAN says nothing of the line to others */
  constructor(path: string, network: NetworkId) {
    this.#path = path
    this.#network = network
  }

  /** Oldest first. */
  read(): Record<Way, readonly RateSample[]> {
    try {
      const stat = statSync(this.#path, { throwIfNoEntry: false })
      if (stat === undefined || stat.size > FILE_BYTES_MAX) return { up: [], down: [] }
      const { data } = file.safeParse(JSON.parse(readFileSync(this.#path, 'utf8')))
      if (data?.network !== this.#network) return { up: [], down: [] }
      return { up: ratesOf(data.up), down: ratesOf(data.down) }
    } catch {
      return { up: [], down: [] }
    }
  }

  /** @throws MeshError DISK_FULL, DATA_FOLDER_READ_ONLY */
  write({ up, down }: Readonly<Record<Way, readonly RateSample[]>>): void {
    const content = { version: 1, network: this.#network, up: up.map(toRow), down: down.map(toRow) }
    try {
      replaceFile(this.#path, `${JSON.stringify(content)}\n`, 0o600)
    } catch (error) {
      throw storageError(error, this.#path)
    }
  }
}

const toRow = ({ atMs, bitsPerS }: RateSample): readonly [number, number] => [atMs, bitsPerS]

/** In order, one of each ten minutes, whatever the file says. */
function ratesOf(all: readonly unknown[]): readonly RateSample[] {
  return all
    .flatMap((each) => {
      const { data } = row.safeParse(each)
      return data === undefined ? [] : [{ atMs: data[0], bitsPerS: data[1] }]
    })
    .reduce<readonly RateSample[]>((kept, sample) => withRate(kept, sample), [])
}
