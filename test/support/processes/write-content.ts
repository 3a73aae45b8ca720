/**
 * Writes chunks of a sample to the store in the folder of its first argument, and says which are written. It begins at the chunk
 * of its second argument, goes round, and ends when the copy is whole, unless it is killed before.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { put, sampleOf, storeIn } from '../nodes/content-samples.ts'

export type ContentMessage =
  | { readonly kind: 'found'; readonly chunks: readonly number[]; readonly allTrue: boolean }
  | { readonly kind: 'written'; readonly chunk: number }
  | { readonly kind: 'whole'; readonly path: string }

const KILLED_CHUNKS = 64
/** Whoever kills hears of a chunk some milliseconds late, and more on a busy machine: some chunks follow at once, others leave it that time. */
const PAUSE_MS = 100
const [folder, first] = process.argv.slice(2)
const say = (message: ContentMessage): boolean => process.stdout.write(`${JSON.stringify(message)}\n`)

const sample = sampleOf(KILLED_CHUNKS - 1)
const store = storeIn(folder!)
const copy = store.get(sample.id) ?? (await put(store, sample, []))
const said = Array.from({ length: KILLED_CHUNKS }, (_, i) => i).filter((chunk) => copy.have.has(chunk))
say({ kind: 'found', chunks: said, allTrue: await copy.verify() })
for (let i = 0; i < KILLED_CHUNKS; i++) {
  const chunk = (Number(first) + i) % KILLED_CHUNKS
  if (copy.have.has(chunk)) continue
  await copy.write(chunk, sample.chunk(chunk))
  say({ kind: 'written', chunk })
  if (i % 3 === 0) await wait(PAUSE_MS)
}
if (await copy.seal()) say({ kind: 'whole', path: copy.path })
