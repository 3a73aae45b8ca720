/** Runs with a header, and ends with notes, behind their fields: what a later version may put there, and what nobody may. */
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { encode } from '../../../protocols/kernel/codec.ts'
import { jobRequestCodec, jobResponseCodec } from '../../../protocols/wire/job/job-messages.ts'
import { arrayOf, intItem, mapOf, textItem } from '../statement-vectors/cbor-parts.ts'
import type { BrokenRule } from './broken-rules.ts'
import { bytesOfItem, itemOf, namedItems } from './item-tree.ts'
import { notedEnd, TRACEPARENT, tracedRun } from './job-samples.ts'
import { read, type ValidMessage } from './messages.ts'
import { fieldOf, type InvalidMessage, tooLong } from './spoil.ts'

const items = namedItems(jobRequestCodec, encode(jobRequestCodec, tracedRun))
const header = fieldOf(items, 'header')
const known = [textItem('traceparent'), textItem(TRACEPARENT)] as const

export const headerMessages = (): readonly ValidMessage[] => [
  read('job request', 'run with an empty header', jobRequestCodec, header.with(mapOf())),
  read(
    'job request',
    'run with a header of a later version',
    jobRequestCodec,
    header.with(mapOf(textItem('zone'), arrayOf(intItem(1)), ...known)),
  ),
]

const ends = namedItems(jobResponseCodec, encode(jobResponseCodec, notedEnd))
const notes = fieldOf(ends, 'notes')

export const notedMessages = (): readonly ValidMessage[] => [
  read('job response', 'finished with empty notes', jobResponseCodec, notes.with(mapOf())),
  read(
    'job response',
    'finished with notes of a later version',
    jobResponseCodec,
    notes.with(mapOf(textItem('zone'), intItem(1), textItem('pieces'), intItem(2))),
  ),
]

export function invalidNotes(): readonly InvalidMessage[] {
  const row = (how: string, rule: BrokenRule, bytes: Uint8Array): InvalidMessage => ({
    name: `finished with notes: ${how}`,
    message: 'job response',
    rule,
    bytes: toHex(bytes),
  })
  return [
    row('that are a number', 'kind', notes.with(intItem(1))),
    row('that are a list', 'kind', notes.with(arrayOf())),
    row('of 2^32 pieces', 'range', notes.with(mapOf(textItem('pieces'), intItem(2 ** 32)))),
    row('of pieces that are a text', 'kind', notes.with(mapOf(textItem('pieces'), textItem('2')))),
  ]
}

export function invalidHeaders(): readonly InvalidMessage[] {
  const row = (how: string, rule: BrokenRule, bytes: Uint8Array): InvalidMessage => ({
    name: `run with a header: ${how}`,
    message: 'job request',
    rule,
    bytes: toHex(bytes),
  })
  return [
    row('that is a word', 'kind', header.with(textItem(TRACEPARENT))),
    row('that is null', 'kind', header.with(Uint8Array.of(0xf6))),
    row('that is a list', 'kind', header.with(arrayOf())),
    row('whose traceparent has 65 bytes', 'length', fieldOf(items, 'header.traceparent').with(tooLong.text(65))),
    row('whose traceparent is a number', 'kind', fieldOf(items, 'header.traceparent').with(intItem(0))),
    row('with one key twice', 'keys', header.with(mapOf(...known, ...known))),
    row(
      'with a critical key that is unknown',
      'critical',
      header.with(mapOf(textItem('zone'), intItem(1), textItem('critical'), arrayOf(textItem('zone')))),
    ),
    row('and something behind it', 'fields', behindHeader()),
  ]
}

function behindHeader(): Uint8Array {
  const run = itemOf(encode(jobRequestCodec, tracedRun))
  if (run instanceof Uint8Array) throw new Error('a run is a list')
  const [tag, body] = run.items
  if (body === undefined || body instanceof Uint8Array) throw new Error('a run has a body')
  return arrayOf(bytesOfItem(tag!), arrayOf(...body.items.map(bytesOfItem), intItem(0)))
}
