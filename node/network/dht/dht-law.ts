/** The DHT's law of times, counts and keys as plain values: kad-dht's settings and the simulator's DHT share them. */
import { concat } from '../../../protocols/kernel/bytes.ts'

/** The first look for neighbours, after the first connections had time to come up; lookups wait for it. */
export const FIRST_LOOK_MS = 200
/** Of a node that only dials: nobody looks for it, and a command that runs for a second is over by then. */
export const LIGHT_FIRST_LOOK_MS = 30_000
/** Answers that settle a lookup: the newest of three holders is the newest that is known, unless all three lag behind. */
export const QUORUM = 3
/** Newest records remembered of one space; the one seen longest ago goes first. At 2 KB each: 32 MB. */
export const NEWEST_MAX = 16_384

/** First part of a record's key, between slashes. */
export const recordPrefix = (law: { readonly name: string }): string => `aitbc-${law.name}`

const encoder = new TextEncoder()

export const recordKey = (law: { readonly name: string }, suffix: Uint8Array): Uint8Array =>
  concat(encoder.encode(`/${recordPrefix(law)}/`), suffix)
