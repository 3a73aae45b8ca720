/** Decoders with the faults that fuzzing must find: without them, a run that finds nothing would prove nothing. */
import { caseMsMax, processorMs } from './case-time.ts'
import type { Target } from './target.ts'

/** Not on the first cases, so that the place is found too. */
const isTurn = (bytes: Uint8Array): boolean => bytes.length % 3 === 2
const corpus = [Uint8Array.of(1, 2, 3, 4, 5, 6, 7)]
const kept: unknown[] = []

const faulty = (name: string, read: (bytes: Uint8Array) => unknown): Target => ({ name, corpus, mutations: [], read })

export const faultyTargets: readonly Target[] = [
  faulty('faulty: throws what it should not', (bytes) => {
    if (isTurn(bytes)) throw new TypeError('cannot read properties of undefined')
  }),
  faulty('faulty: takes its time', (bytes) => {
    const untilMs = processorMs() + (isTurn(bytes) ? 1.4 * caseMsMax : 0)
    while (processorMs() < untilMs);
  }),
  faulty('faulty: never ends', (bytes) => {
    while (isTurn(bytes));
  }),
  faulty('faulty: believes a length', (bytes) => (isTurn(bytes) ? new Uint8Array(200_000_000) : undefined)),
  faulty('faulty: fills the heap', (bytes) => {
    if (isTurn(bytes)) for (;;) kept.push(new Array<number>(100_000).fill(0.5))
  }),
  faulty('faulty: keeps a little of each', () => {
    kept.push(new Array<number>(10_000).fill(0.5))
  }),
  faulty('faulty: rejects later', async (bytes) => {
    await Promise.resolve()
    if (isTurn(bytes)) throw new RangeError('array length')
  }),
]
