/** The whole of protocols/wire/probe/vectors.json. */
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { encode } from '../../../protocols/kernel/codec.ts'
import {
  blocksOf,
  factorOf,
  firstRows,
  lastRow,
  leafDigest,
  probeTree,
  roundSeed,
} from '../../../protocols/rules/probing/probe-work.ts'
import {
  type ProbeRequest,
  type ProbeResponse,
  probeRequestCodec,
  probeResponseCodec,
} from '../../../protocols/wire/probe/probe-messages.ts'
import { crypto, digestOf } from '../statement-vectors/cast.ts'
import { arrayOf, bytesItem, intItem, mapOf, textItem } from '../statement-vectors/cbor-parts.ts'
import { type Json, toJson } from '../statement-vectors/json.ts'
import type { BrokenRule } from './broken-rules.ts'
import { namedItems } from './item-tree.ts'
import { invalidSamples, read, type Samples, validSamples } from './messages.ts'
import { type Beyond, fieldOf, type InvalidMessage, tooLong } from './spoil.ts'

const seed = digestOf('seed of a probe')

const requests: Samples<ProbeRequest> = {
  echo: [{ kind: 'echo', nonce: seed.subarray(0, 8) }],
  ask: [
    { kind: 'ask', card: 0, side: 512, layers: 9, rounds: 25 },
    { kind: 'ask', card: 2, side: 512, layers: 9, rounds: 25, header: { profile: 1_800_000_000_123n } },
    { kind: 'ask', card: 0, side: 512, layers: 9, rounds: 25, header: {} },
  ],
  start: [{ kind: 'start', seed }],
  recall: [{ kind: 'recall', nonce: digestOf('nonce of a probe') }],
  open: [{ kind: 'open', leaves: [3, 70] }],
}

const responses: Samples<ProbeResponse> = {
  echo: [{ kind: 'echo', nonce: seed.subarray(0, 8) }],
  ready: [{ kind: 'ready', engine: 'onnxruntime/1.30.0/cpu', jobs: 2 }],
  refused: [
    { kind: 'refused', reason: 'busy', retryAfterMs: 60_000 },
    { kind: 'refused', reason: 'paused', retryAfterMs: 0 },
    { kind: 'refused', reason: 'profile', retryAfterMs: 60_000 },
    { kind: 'refused', reason: 'card', retryAfterMs: 60_000 },
  ],
  worked: [{ kind: 'worked', roots: new Uint8Array([...seed, ...digestOf('second root')]) }],
  recalled: [{ kind: 'recalled', root: digestOf('recalled') }],
  opened: [
    {
      kind: 'opened',
      leaf: 3,
      block: Uint8Array.of(1, 2, 3),
      path: seed,
      recallPath: new Uint8Array([...seed, ...seed]),
    },
    { kind: 'opened', leaf: 0, block: Uint8Array.of(9), path: new Uint8Array(0), recallPath: new Uint8Array(0) },
  ],
}

const requestsBeyond: { readonly [K in ProbeRequest['kind']]: readonly Beyond[] } = {
  echo: [['nonce', 'of 9 bytes', 'length', tooLong.bytes(9)]],
  ask: [
    ['card', '16', 'range', intItem(16)],
    ['side', '2,049', 'range', intItem(2_049)],
    ['layers', '65', 'range', intItem(65)],
    ['rounds', '1,025', 'range', intItem(1_025)],
  ],
  start: [
    ['seed', 'of 31 bytes', 'length', bytesItem(seed.subarray(1))],
    ['seed', 'of 33 bytes', 'length', tooLong.bytes(33)],
  ],
  recall: [['nonce', 'of 33 bytes', 'length', tooLong.bytes(33)]],
  open: [['leaves', '33 of them', 'length', tooLong.array(33)]],
}

const responsesBeyond: { readonly [K in ProbeResponse['kind']]: readonly Beyond[] } = {
  echo: [['nonce', 'of 9 bytes', 'length', tooLong.bytes(9)]],
  ready: [
    ['engine', 'with a space', 'form', textItem('onnx runtime')],
    ['engine', 'of 161 bytes', 'length', tooLong.text(161)],
    ['jobs', '65,536', 'range', intItem(65_536)],
  ],
  refused: [
    ['reason', 'tired', 'word', textItem('tired')],
    ['retryAfterMs', 'of more than a day', 'range', intItem(86_400_001)],
  ],
  worked: [
    ['roots', 'of 1,025 rounds', 'length', tooLong.bytes(1_025 * 32)],
    ['roots', 'of no round', 'length', bytesItem(new Uint8Array(0))],
  ],
  recalled: [['root', 'of 33 bytes', 'length', tooLong.bytes(33)]],
  opened: [
    ['leaf', 'beyond 2 GiB', 'range', intItem(131_072)],
    ['block', 'of 16,385 bytes', 'length', tooLong.bytes(16_385)],
    ['path', 'of 12 digests', 'length', tooLong.bytes(12 * 32)],
    ['recallPath', 'of 18 digests', 'length', tooLong.bytes(18 * 32)],
  ],
}

const named = fieldOf(namedItems(probeRequestCodec, encode(probeRequestCodec, requests.ask[1]!)), 'header')
const laterHeader = named.with(mapOf(textItem('zone'), intItem(1), textItem('profile'), intItem(7)))

function invalidHeaders(): readonly InvalidMessage[] {
  const row = (how: string, rule: BrokenRule, bytes: Uint8Array): InvalidMessage => ({
    name: `ask with a header: ${how}`,
    message: 'probe request',
    rule,
    bytes: toHex(bytes),
  })
  return [
    row('that is a number', 'kind', named.with(intItem(7))),
    row('that is a list', 'kind', named.with(arrayOf(intItem(7)))),
    row('whose profile is a text', 'kind', named.with(mapOf(textItem('profile'), textItem('7')))),
    row('whose profile is negative', 'range', named.with(mapOf(textItem('profile'), intItem(-1)))),
    row(
      'with a critical key that is unknown',
      'critical',
      named.with(mapOf(textItem('zone'), intItem(1), textItem('critical'), arrayOf(textItem('zone')))),
    ),
  ]
}

/** The smallest probe: two rounds of two layers with 64 rows. */
function work(): Json {
  const side = 64
  const factor = factorOf(crypto, seed, side)
  const roots: Uint8Array[] = []
  const rows: string[] = []
  for (let round = 0; round < 2; round++) {
    const first = firstRows(crypto, roundSeed(crypto, seed, round, roots.at(-1)), side)
    const result = new Uint8Array(side * side)
    for (let row = 0; row < side; row++) {
      result.set(lastRow(first.subarray(row * side, (row + 1) * side), factor, 2), row * side)
    }
    roots.push(
      probeTree(
        crypto,
        blocksOf(result, side).map((block) => leafDigest(crypto, block)),
      ).root,
    )
    rows.push(toHex(result.subarray(0, side)))
  }
  return toJson({
    seed,
    side,
    layers: 2,
    factorRow: new Uint8Array(factor.buffer.slice(0, side)),
    roots: roots.map((root) => toHex(root)),
    firstRows: rows,
  })
}

export function probeVectors(): { readonly [name: string]: Json } {
  const [request, response] = ['probe request', 'probe response'] as const
  return {
    about:
      'Made by test/support/documents/make-wire-vectors.ts; read README.md beside this file. uint64 as decimal text, bytes as 0x text. ' +
      'factorRow: the first row of B, two-complement bytes; firstRows: the first row of the result of each round.',
    messages: toJson([
      ...validSamples(request, probeRequestCodec, requests),
      read(request, 'ask with a header of a later version', probeRequestCodec, laterHeader),
      ...validSamples(response, probeResponseCodec, responses),
    ]),
    invalid: toJson([
      ...invalidSamples(request, probeRequestCodec, requests, requestsBeyond, ['ask']),
      ...invalidHeaders(),
      ...invalidSamples(response, probeResponseCodec, responses, responsesBeyond),
    ]),
    work: work(),
  }
}
