/**
 * Writes to the journal of the data folder in its first argument as fast as it can, in an order that its second argument
 * seeds, and says what was asked and what was acknowledged. It never ends: it is killed.
 */
import fc from 'fast-check'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { DataFolder } from '../../../node/storage/data-folder.ts'
import { SigningJournal } from '../../../node/work/journal/signing-journal.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { attemptOf, finalOf, hashOfWord, OPERATOR } from '../receipts.ts'

export type JournalMessage =
  | { readonly kind: 'open'; readonly wasUnclean: boolean }
  /** Said before the write was asked for: it may be there after the kill, or not. */
  | { readonly kind: 'sequence'; readonly sequence: string }
  | { readonly kind: 'finals'; readonly sequence: string; readonly words: readonly string[] }
  | { readonly kind: 'voucher'; readonly counter: string; readonly cumulative: string }
  | { readonly kind: 'signed'; readonly counter: string; readonly cumulative: string; readonly paid: readonly string[] }
  | { readonly kind: 'receipt'; readonly counter: string; readonly word: string }
  | { readonly kind: 'refused'; readonly what: string }

const [path, seed] = process.argv.slice(2)
const say = (message: JournalMessage): boolean => process.stdout.write(`${JSON.stringify(message)}\n`)

/** A pipe is written synchronously: what was said is with the test, whatever happens to this process next. */
const folder = DataFolder.open(path!, { clock: systemClock, bytes: 65_536 })
const journal = await SigningJournal.open(folder, { clock: systemClock, onFailure: () => process.exit(1) })
say({ kind: 'open', wasUnclean: folder.wasUnclean })

const choices = fc.sample(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 8 })), {
  seed: Number(seed),
  numRuns: 4_096,
})

let made = 0
const words: string[] = []
const newWord = (): string => {
  const word = `${seed}-${made++}`
  words.push(word)
  return word
}

async function finals(count: number): Promise<void> {
  const sequence = await journal.miner.nextSequence('batch', systemClock.nowMs())
  say({ kind: 'sequence', sequence: String(sequence) })
  const fresh = Array.from({ length: count }, newWord)
  await journal.miner.recordFinals(
    sequence,
    fresh.map((word, i) => finalOf(word, `counter ${i % 3}`)),
  )
  say({ kind: 'finals', sequence: String(sequence), words: fresh })
}

/** One more end for an attempt that may have one. */
async function secondFinal(pick: number): Promise<void> {
  const word = words[words.length - pick]
  if (word === undefined) return
  const sequence = await journal.miner.nextSequence('batch', systemClock.nowMs())
  say({ kind: 'sequence', sequence: String(sequence) })
  const other = newWord()
  await journal.miner.recordFinals(sequence, [finalOf(other), finalOf(word)])
  say({ kind: 'finals', sequence: String(sequence), words: [other, word] })
}

async function voucher(counter: string, step: number): Promise<void> {
  // Above, equal to and below the highest.
  const wanted = (journal.miner.counter(counter)?.cumulative ?? 2n) + BigInt(step) - 2n
  const cumulative = credits(wanted < 0n ? 0n : wanted)
  const bytes = new TextEncoder().encode(String(cumulative))
  const agreementsHash = hashOfWord(`${counter} ${cumulative}`)
  await journal.miner.recordVoucher({ counter, cumulative, agreementsHash, bytes, grant: undefined, atMs: step })
  say({ kind: 'voucher', counter, cumulative: String(cumulative) })
}

async function signed(counter: string, step: number): Promise<void> {
  const last = journal.client.counter(counter).voucher
  const cumulative = credits((last?.cumulative ?? 0n) + BigInt(step))
  const hashAfter = hashOfWord(`${seed} ${made++}`)
  const hashBefore = last?.hashAfter ?? hashOfWord('start')
  const agreements = journal.client.counter(counter).unpaid.map(({ attempt }) => attempt)
  await journal.client.recordVoucher(counter, OPERATOR, {
    cumulative,
    hashBefore,
    hashAfter,
    agreements,
    bytes: new Uint8Array(8),
  })
  say({ kind: 'signed', counter, cumulative: String(cumulative), paid: agreements })
}

async function receipt(counter: string): Promise<void> {
  const word = newWord()
  await journal.client.recordReceipts(counter, OPERATOR, [{ attempt: attemptOf(word), price: credits(1) }])
  say({ kind: 'receipt', counter, word })
}

/** What the journal refuses as a contradiction is an answer here; anything else ends the test. */
async function run([kind, number]: readonly [number, number]): Promise<void> {
  try {
    if (kind < 4) await finals(number)
    else if (kind === 4) await secondFinal(number)
    else if (kind === 5) await voucher(`counter ${number % 3}`, number)
    else if (kind === 6) await signed(`line ${number % 2}`, number)
    else await receipt(`line ${number % 2}`)
  } catch (error) {
    if (
      !(error instanceof MeshError) ||
      error.code !== 'BUG' ||
      !/second time|not the highest|continue/.test(error.message)
    ) {
      throw error
    }
    say({ kind: 'refused', what: error.message })
  }
}

let next = 0
/** Several at a time: commits are shared, and a kill falls between any two of them. */
async function writeForever(): Promise<never> {
  for (;;) await run(choices[next++ % choices.length]!)
}
await Promise.all(Array.from({ length: 8 }, writeForever))
