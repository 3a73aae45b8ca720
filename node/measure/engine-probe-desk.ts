/**
 * Answers probes with the engine that runs jobs. Paid jobs and the owner go first: a probe is not begun while there are any, and ends
 * at the round that it is in when there are.
 */
import { asMeshError, MeshError, throwIfAborted } from '../../protocols/kernel/errors.ts'
import type { Clock, Hasher } from '../../protocols/kernel/ports.ts'
import { filledBytesOf, type ProbeSize } from '../../protocols/rules/probing/probe-size.ts'
import { factorOf, firstRows, roundSeed } from '../../protocols/rules/probing/probe-work.ts'
import type { Tensor } from '../../protocols/wire/job/tensor.ts'
import type { ProbeDesk, ProbeWork } from '../../protocols/wire/probe/probe-handler.ts'
import type { Ask, ProbeRefusal, Refused } from '../../protocols/wire/probe/probe-messages.ts'
import type { Engine, EngineLimits } from '../engines/engine.ts'
import { parseKernelClass } from '../engines/kernel-class.ts'
import { HeldWork } from './held-work.ts'
import { openMadeModel } from './open-made-model.ts'
import { ProbeBudget } from './probe-budget.ts'
import { type ProbeElements, probeModel } from './probe-graph.ts'

/** Of one probe, whatever it asks for: the most that a claim is given time for. */
export const PROBE_MS_MAX = 30_000
/** Jobs of the usual kind are over by then. */
const BUSY_RETRY_MS = 60_000
const AWAY_RETRY_MS = 600_000

/** What runs models on the card that is asked for. */
export interface ProbedSeat {
  readonly engine: Engine
  /** Why there is no time for a probe on this card at this moment. */
  readonly refusal?: () => ProbeRefusal | undefined
}

export interface ProbeDeskNeeds {
  /** @returns why there is none */
  readonly seatFor: (ask: Pick<Ask, 'card' | 'header'>) => ProbedSeat | ProbeRefusal
  readonly limits: EngineLimits
  readonly clock: Clock
  readonly hasher: Pick<Hasher, 'sha256'>
  /** Memory of this process that results may fill. */
  readonly fillBytesMax: number
  readonly secondsPerHour: number
  /** Why there is no time for a probe at this moment, on whichever card. */
  readonly refusal: () => ProbeRefusal | undefined
  /** Paid jobs that run. */
  readonly jobs: () => number
}

/** One probe at a time, on whichever card: two would share the processor and the memory that results fill, and spoil each other's times. */
export function engineProbeDesk(needs: ProbeDeskNeeds): ProbeDesk {
  const budget = new ProbeBudget(needs.clock, needs.secondsPerHour * 1_000)
  let isWorking = false
  return {
    async admit(prober, ask, signal) {
      const seat = needs.seatFor(ask)
      if (typeof seat === 'string') return refused(seat)
      const why = isWorking ? 'busy' : (needs.refusal() ?? seat.refusal?.())
      if (why !== undefined) return refused(why)
      if (filledBytesOf(ask) > needs.fillBytesMax) return refused('size')
      const waitMs = budget.waitMs(prober)
      if (waitMs > 0) return { kind: 'refused', reason: 'budget', retryAfterMs: Math.min(waitMs, 3_600_000) }
      isWorking = true
      const startedMs = needs.clock.monotonicMs()
      const account = budget.begin(prober)
      const release = (): void => {
        isWorking = false
        account(needs.clock.monotonicMs() - startedMs)
      }
      try {
        return await openWork(needs, seat, ask, release, signal)
      } catch (error) {
        release()
        const { code, fault } = asMeshError(error)
        if (code === 'CANCELLED' || fault === 'bug') throw error
        // A prober is owed no more than that there is none; jobs on the same engine tell its owner why.
        return refused('engine')
      }
    },
  }
}

const refused = (reason: ProbeRefusal): Refused => ({
  kind: 'refused',
  reason,
  retryAfterMs: reason === 'busy' ? BUSY_RETRY_MS : AWAY_RETRY_MS,
})

async function openWork(
  { limits, clock, hasher, refusal, jobs }: ProbeDeskNeeds,
  seat: ProbedSeat,
  size: ProbeSize,
  release: () => void,
  signal: AbortSignal,
): Promise<ProbeWork> {
  const { engine } = seat
  const kernels = engine.kernels ?? 'cpu'
  const elements = kernels === 'cpu' ? 'bytes' : 'floats'
  const session = await openMadeModel({ engine, limits, hasher }, probeModel(size.layers, elements), 'fp32', signal)
  const given = parseKernelClass(session.kernelClass)?.kernels ?? kernels
  if (given !== kernels) {
    // The processor in the card's place would make an honest claim look false.
    await session[Symbol.asyncDispose]()
    throw new MeshError('ENGINE_KERNELS', { kernels, why: `the engine left it to ${given}` })
  }
  const { name, version } = engine
  const startedMs = clock.monotonicMs()
  const held = new HeldWork(hasher, size)
  const withdrawal = (): Refused | undefined => {
    const why = clock.monotonicMs() - startedMs > PROBE_MS_MAX ? 'size' : (refusal() ?? seat.refusal?.())
    return why === undefined ? undefined : refused(why)
  }
  return {
    engine: `${name}/${version}/${kernels}`,
    jobs: jobs(),
    async work(seed, signal) {
      const { side, rounds } = size
      const factor = factorOf(hasher, seed, side)
      const b = tensorOf('b', 'int8', side, factor, elements)
      const roots: Uint8Array[] = []
      for (let round = 0; round < rounds; round++) {
        const away = withdrawal()
        if (away !== undefined) return away
        const first = firstRows(hasher, roundSeed(hasher, seed, round, roots.at(-1)), side)
        const x = tensorOf('x', 'uint8', side, first, elements)
        const [y] = (await session.run([x, b], { signal, deadlineMs: PROBE_MS_MAX })).outputs
        roots.push(held.add(bytesOf(y!)))
      }
      return roots
    },
    async recall(nonce, signal) {
      const turn = async (): Promise<void> => {
        throwIfAborted(signal)
        await new Promise<void>((resolve) => setImmediate(resolve))
      }
      return withdrawal() ?? held.recall(nonce, turn)
    },
    open: (leaf) => held.open(leaf),
    async [Symbol.asyncDispose]() {
      release()
      await session[Symbol.asyncDispose]()
    },
  }
}

/** As the graph takes it. */
function tensorOf(
  name: string,
  type: 'int8' | 'uint8',
  side: number,
  values: Int8Array<ArrayBuffer> | Uint8Array<ArrayBuffer>,
  elements: ProbeElements,
): Tensor {
  const array = elements === 'bytes' ? values : Float32Array.from(values)
  const data = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
  return { name, type: elements === 'bytes' ? type : 'float32', dims: [side, side], byteLength: data.length, data }
}

function bytesOf({ type, data }: Tensor): Uint8Array {
  if (type === 'uint8') return data
  return Uint8Array.from(new Float32Array(data.slice().buffer))
}
