/**
 * What the line was seen to carry, in the data folder. What is read may have been damaged or written by anybody: rows that are no rates are
 * left out, and a file that is torn is forgotten, for the next transfers fill it again.
 */
import { z } from 'zod'
import type { NetworkId } from '../../../protocols/kernel/ids.ts'
import { RATES_MAX, type RateSample, withRate } from '../../../protocols/rules/line/line-rate.ts'
import type { Way } from '../../network/calls/bulk-meter.ts'
import { readKept, wholeRows, writeJson } from '../../storage/kept-json.ts'

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
    const data = readKept(this.#path, FILE_BYTES_MAX, file)
    return data?.network === this.#network ? { up: ratesOf(data.up), down: ratesOf(data.down) } : { up: [], down: [] }
  }

  /** @throws MeshError DISK_FULL, DATA_FOLDER_READ_ONLY */
  write({ up, down }: Readonly<Record<Way, readonly RateSample[]>>): void {
    writeJson(this.#path, { version: 1, network: this.#network, up: up.map(toRow), down: down.map(toRow) })
  }
}

const toRow = ({ atMs, bitsPerS }: RateSample): readonly [number, number] => [atMs, bitsPerS]

/** In order, one of each ten minutes, whatever the file says. */
function ratesOf(all: readonly unknown[]): readonly RateSample[] {
  return wholeRows(all, row)
    .map(([atMs, bitsPerS]) => ({ atMs, bitsPerS }))
    .reduce<readonly RateSample[]>((kept, sample) => withRate(kept, sample), [])
}
