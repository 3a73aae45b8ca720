/**
 * What was learned of the cards' power, in the data folder beside their measured figures. What is read may have been damaged or written
 * by anybody: a card whose record is none is learned anew.
 */
import { z } from 'zod'
import type { CardFacts } from '../../../protocols/rules/cards/card-facts.ts'
import { CARD_W_MAX, POWER_SAMPLES_MAX } from '../../../protocols/rules/power/power-curve.ts'
import type { PowerRecord } from '../../../protocols/rules/power/seat-curve.ts'
import { readKept, wholeRows, writeJson } from '../../storage/kept-json.ts'

/** The largest machines carry 16 cards; those that were taken out are remembered for a while. */
const CARDS_MAX = 64
/** Twice what as many full records take. */
const FILE_BYTES_MAX = 1_048_576
/** No core is faster. */
const MHZ_MAX = 20_000

const record = z.strictObject({
  card: z.string().max(256),
  name: z.string().max(256),
  /** It told its power at some time. */
  told: z.boolean(),
  idleW: z.number().positive().max(CARD_W_MAX).exactOptional(),
  samples: z
    .array(
      z.strictObject({ powerW: z.number().positive().max(CARD_W_MAX), coreMhz: z.number().positive().max(MHZ_MAX) }),
    )
    .max(POWER_SAMPLES_MAX),
})
const file = z.strictObject({ version: z.literal(1), cards: z.array(z.unknown()).max(CARDS_MAX) })

export interface KeptPower extends PowerRecord {
  readonly told: boolean
}

type Named = Pick<CardFacts, 'key' | 'name'>

export class PowerFile {
  readonly #path: string
  readonly #kept: Map<string, z.infer<typeof record>>

  constructor(path: string) {
    this.#path = path
    // Some hours of work bring back what is lost.
    const cards = wholeRows(readKept(path, FILE_BYTES_MAX, file)?.cards, record)
    this.#kept = new Map(cards.map((each) => [each.card, each]))
  }

  /** Of this card, and not of another one that stood in its place. */
  of({ key, name = '' }: Named): KeptPower {
    const kept = this.#kept.get(key)
    return kept === undefined || kept.name !== name ? { samples: [], told: false } : kept
  }

  /** In memory, until {@link write}. */
  keep({ key, name = '' }: Named, { samples, idleW, told }: KeptPower): void {
    this.#kept.delete(key)
    this.#kept.set(key, { card: key, name, told, samples: [...samples], ...(idleW === undefined ? {} : { idleW }) })
    for (const oldest of this.#kept.keys()) if (this.#kept.size > CARDS_MAX) this.#kept.delete(oldest)
  }

  /** @throws MeshError DISK_FULL, DATA_FOLDER_READ_ONLY */
  write(): void {
    writeJson(this.#path, { version: 1, cards: [...this.#kept.values()] })
  }
}
