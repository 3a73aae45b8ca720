/** What the line was seen to carry, over restarts: on disk now and then, and at the end. */
import { asMeshError, type MeshError } from '../../../protocols/kernel/errors.ts'
import type { Clock, Timer } from '../../../protocols/kernel/ports.ts'
import { type LineRate, lineRate, type RateSample, withRate } from '../../../protocols/rules/line/line-rate.ts'
import type { BulkMeter, Way } from '../../network/calls/bulk-meter.ts'
import type { LineFile } from './line-file.ts'

/** A transfer that ended is told of within this, also where nothing follows it. */
const SETTLE_MS = 10_000
/** Between writes, each of which waits for the disk. */
const SAVE_MS = 300_000

export type LineRates = Partial<Readonly<Record<Way, LineRate>>>

export interface LineBookNeeds {
  readonly clock: Clock
  readonly meter: Pick<BulkMeter, 'listen' | 'settle'>
  readonly file: Pick<LineFile, 'read' | 'write'>
  /** A figure may be another one. */
  readonly onChange: () => void
  readonly onFailure: (error: MeshError) => void
}

export class LineBook implements Disposable {
  readonly #needs: LineBookNeeds
  readonly #samples: Record<Way, readonly RateSample[]>
  readonly #listening: Disposable
  #timer: Timer | undefined
  #isDirty = false
  #savedAtMs: number

  constructor(needs: LineBookNeeds) {
    const { clock, meter, file, onChange } = needs
    this.#needs = needs
    this.#samples = file.read()
    this.#savedAtMs = clock.monotonicMs()
    this.#listening = meter.listen((way, { bitsPerS }) => {
      const samples = withRate(this.#samples[way], { atMs: Math.round(clock.nowMs()), bitsPerS: Math.round(bitsPerS) })
      if (samples === this.#samples[way]) return
      this.#samples[way] = samples
      this.#isDirty = true
      onChange()
    })
    this.#later()
  }

  rates(): LineRates {
    const nowMs = this.#needs.clock.nowMs()
    const [up, down] = [lineRate(this.#samples.up, nowMs), lineRate(this.#samples.down, nowMs)]
    return { ...(up === undefined ? {} : { up }), ...(down === undefined ? {} : { down }) }
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel()
    // Whatever still moves, it is over for this node.
    this.#needs.meter.settle(Number.POSITIVE_INFINITY)
    this.#listening[Symbol.dispose]()
    this.#save()
  }

  #later(): void {
    this.#timer = this.#needs.clock.after(SETTLE_MS, () => {
      const nowMs = this.#needs.clock.monotonicMs()
      this.#needs.meter.settle(nowMs)
      if (nowMs - this.#savedAtMs >= SAVE_MS) this.#save()
      this.#later()
    })
  }

  #save(): void {
    this.#savedAtMs = this.#needs.clock.monotonicMs()
    if (!this.#isDirty) return
    this.#isDirty = false
    try {
      this.#needs.file.write(this.#samples)
    } catch (error) {
      this.#needs.onFailure(asMeshError(error))
    }
  }
}
