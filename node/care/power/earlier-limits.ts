/**
 * The limits that cards had before this node set its own, in the data folder: written before the first is set, and taken out when it is
 * back. So a node that is killed loses no limit of its owner.
 */
import { z } from 'zod'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { CARD_W_MAX } from '../../../protocols/rules/power/power-curve.ts'
import { removeLeftovers } from '../../storage/durable-file.ts'
import { readJson, writeJson } from '../../storage/kept-json.ts'

/** The largest machines carry 16 cards; some may have been taken out before their limits were back. */
const CARDS_MAX = 64
const FILE_BYTES_MAX = 65_536
/** Killed in between, either may stand. */
const OURS_MAX = 2

const watts = z.number().positive().max(CARD_W_MAX)
const row = z.strictObject({
  card: z.string().max(256),
  earlierW: watts,
  /** What this node has set, or was about to set. */
  ours: z.array(watts).min(1).max(OURS_MAX),
})
const file = z.strictObject({ version: z.literal(1), limits: z.array(row).max(CARDS_MAX) })

export type EarlierLimit = z.infer<typeof row>

export class EarlierLimits {
  readonly #path: string
  readonly #limits: Map<string, EarlierLimit>

  /** @throws MeshError DATA_FOLDER_DAMAGED: what stands on the cards may then be of this node, and nobody knows what was before */
  constructor(path: string) {
    this.#path = path
    removeLeftovers(path)
    this.#limits = new Map(read(path).map((each) => [each.card, each]))
  }

  all(): readonly EarlierLimit[] {
    return [...this.#limits.values()]
  }

  of(card: string): EarlierLimit | undefined {
    return this.#limits.get(card)
  }

  get isFull(): boolean {
    return this.#limits.size >= CARDS_MAX
  }

  /**
   * Before `limitW` is set.
   * @param earlierW counts the first time only
   * @param standingW of those before, the one that stands: others were refused
   * @throws MeshError DISK_FULL, DATA_FOLDER_READ_ONLY
   */
  intend(card: string, earlierW: number, limitW: number, standingW: number | undefined): void {
    const known = this.#limits.get(card)
    const ours = standingW === undefined ? [limitW] : [standingW, limitW]
    this.#write(new Map(this.#limits).set(card, { card, earlierW: known?.earlierW ?? earlierW, ours }))
  }

  /** Its owner has set another one while ours stood. @throws MeshError DISK_FULL, DATA_FOLDER_READ_ONLY */
  replaceEarlier(card: string, earlierW: number): void {
    const known = this.#limits.get(card)
    if (known !== undefined) this.#write(new Map(this.#limits).set(card, { ...known, earlierW }))
  }

  /** After the earlier one is back, or somebody else has set one. @throws MeshError DISK_FULL, DATA_FOLDER_READ_ONLY */
  forget(card: string): void {
    const others = new Map(this.#limits)
    if (others.delete(card)) this.#write(others)
  }

  #write(limits: ReadonlyMap<string, EarlierLimit>): void {
    writeJson(this.#path, { version: 1, limits: [...limits.values()] })
    this.#limits.clear()
    for (const each of limits.values()) this.#limits.set(each.card, each)
  }
}

function read(path: string): readonly EarlierLimit[] {
  try {
    const kept = readJson(path, FILE_BYTES_MAX)
    return kept === undefined ? [] : file.parse(kept).limits
  } catch (error) {
    const remedy = `Look at the power limits of the cards, set them as you want them, and delete ${path}.`
    throw new MeshError('DATA_FOLDER_DAMAGED', { file: path, why: 'it holds no limits of cards', remedy }, error)
  }
}
