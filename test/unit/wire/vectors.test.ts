import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../../../protocols/kernel/bytes.ts'
import { MalformedError, UnsupportedError } from '../../../protocols/kernel/cbor-reader.ts'
import { decode, encode } from '../../../protocols/kernel/codec.ts'
import { isMeshError } from '../../../protocols/kernel/errors.ts'
import { type Address, type Hash32, peerId } from '../../../protocols/kernel/ids.ts'
import { OUTPUT_BYTES_MAX } from '../../../protocols/kernel/limits.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { isDrawn } from '../../../protocols/rules/auditing/audit-draw.ts'
import { attemptId } from '../../../protocols/statements/agreement.ts'
import { HighestSeen } from '../../../protocols/statements/sequence.ts'
import { ChunkList } from '../../../protocols/wire/content/chunk-list.ts'
import { ChunkSet } from '../../../protocols/wire/content/chunk-set.ts'
import { contentKey } from '../../../protocols/wire/content/content-key.ts'
import { directoryKey } from '../../../protocols/wire/directory/directory-key.ts'
import { evidenceTopic } from '../../../protocols/wire/evidence/evidence-topic.ts'
import { jobRequestCodec, jobSpecCodec } from '../../../protocols/wire/job/job-messages.ts'
import type { TensorHeader } from '../../../protocols/wire/job/tensor.ts'
import { TensorAssembler } from '../../../protocols/wire/job/tensor-assembler.ts'
import { fitsInline } from '../../../protocols/wire/job/tensor-frames.ts'
import { leaseRequestCodec } from '../../../protocols/wire/lease/lease-messages.ts'
import { cardHash, leaseId, stepId } from '../../../protocols/wire/lease/lease-terms.ts'
import { openOffer } from '../../../protocols/wire/offer/offer.ts'
import { tableHash, tableModelCodec } from '../../../protocols/wire/offer/offer-table.ts'
import { offerTopic } from '../../../protocols/wire/offer/offer-topic.ts'
import { makeDigest } from '../../../protocols/wire/score/make-digest.ts'
import { observationBatchCodec } from '../../../protocols/wire/score/observation-batch.ts'
import { PaidReceiptCheck, paidReceiptCodec } from '../../../protocols/wire/score/paid-receipt.ts'
import { scoreDigestCodec } from '../../../protocols/wire/score/score-digest.ts'
import { scoreTopic } from '../../../protocols/wire/score/score-topic.ts'
import { crypto, digestOf, domain } from '../../support/statement-vectors/cast.ts'
import { vectorsText } from '../../support/statement-vectors/index.ts'
import { toJson } from '../../support/statement-vectors/json.ts'
import { type BrokenRule, brokenRules } from '../../support/wire-vectors/broken-rules.ts'
import { wireVectors } from '../../support/wire-vectors/index.ts'
import type { ValidMessage } from '../../support/wire-vectors/messages.ts'
import { wireReaders } from '../../support/wire-vectors/readers.ts'
import type { InvalidMessage } from '../../support/wire-vectors/spoil.ts'

interface Messages {
  readonly messages: readonly ValidMessage[]
  readonly invalid: readonly InvalidMessage[]
}
interface JobVectors extends Messages {
  readonly attempts: readonly { run: string; operator: string; spec: string; attempt: string }[]
  readonly inline: readonly { tensors: number; bytes: number; fits: boolean }[]
  readonly assemblies: readonly {
    name: string
    headers: TensorHeader[]
    inline?: string
    frames?: { stream: number; sequence: number; offset: number; bytes: string }[]
    outcome: string
  }[]
}
interface OfferVectors extends Messages {
  readonly topic: string
  readonly nowMs: number
  readonly offers: readonly {
    name: string
    nowMs?: number
    after?: string
    bytes: string
    verdict: string
    opens: string
  }[]
  readonly tables: readonly { models: readonly string[]; hash: string }[]
}
interface ContentVectors extends Messages {
  readonly lists: readonly { bytes: number; chunks: number; content: string; hashes: string; id: string }[]
  readonly sets: readonly { count: number; chunks: readonly number[]; bytes: string }[]
  readonly invalidSets: readonly { count: number; bytes: string }[]
  readonly keys: readonly { tag: string; content: string; key: string }[]
}
interface EvidenceVectors extends Messages {
  readonly judged: readonly { name: string; bytes: string; verdict: string; nullifier: string | null }[]
}
interface AuditVectors extends Messages {
  readonly draws: readonly { secret: string; share: number; drawn: readonly number[] }[]
}
interface ScoreVectors extends Messages {
  readonly topic: string
  readonly nowMs: number
  readonly judged: readonly { name: string; bytes: string; verdict: string; reason: string | null }[]
  readonly recompute: {
    rater: Address
    batches: { sequence: string; payload: string }[]
    receipts: string[]
    digest: string
  }
}
interface LeaseVectors extends Messages {
  readonly ids: readonly {
    operator: string
    stableId: string
    book: string
    card: string
    agreement: string
    steps: string[]
  }[]
}
interface DirectoryVectors extends Messages {
  readonly keys: readonly { tag: string; region: string; key: string }[]
}

const bytesOf = (text: string): Uint8Array => fromHex(text)!
const readFileOf = <T>(protocol: string): T =>
  JSON.parse(readFileSync(wireVectors.find((file) => file.protocol === protocol)!.path, 'utf8')) as T

const job = readFileOf<JobVectors>('job')
const offer = readFileOf<OfferVectors>('offer')
const directory = readFileOf<DirectoryVectors>('directory')
const content = readFileOf<ContentVectors>('content')
const payment = readFileOf<Messages>('payment')
const evidence = readFileOf<EvidenceVectors>('evidence')
const sync = readFileOf<Messages>('directory-sync')
const lease = readFileOf<LeaseVectors>('lease')
const probe = readFileOf<Messages>('probe')
const audit = readFileOf<AuditVectors>('audit')
const score = readFileOf<ScoreVectors>('score')
const witness = readFileOf<Messages>('witness')

/** What a decoder made of bytes: a value, or the rule that it says is broken. */
function reading(message: string, bytes: Uint8Array): { readonly value: unknown } | { readonly broken: string } {
  try {
    return { value: decode(wireReaders[message]!, bytes) }
  } catch (error) {
    if (error instanceof MalformedError) return { broken: error.what }
    if (error instanceof UnsupportedError) return { broken: error.message }
    throw error
  }
}

describe.each(wireVectors)('vectors of $protocol', ({ path, make }) => {
  const text = readFileSync(path, 'utf8')
  const { messages, invalid } = JSON.parse(text) as Messages

  it('are what the law gives, byte for byte', () => {
    expect(vectorsText(make()) === text).toBe(true)
  })

  it('hold more that must be refused than that must be accepted', () => {
    const kinds = new Set(messages.map(({ message }) => message))
    for (const kind of kinds) {
      const of = (list: readonly { readonly message: string }[]): number =>
        list.filter(({ message }) => message === kind).length
      expect(of(invalid), kind).toBeGreaterThan(of(messages))
    }
  })

  it.each(messages)('$message, $name: is read as its value, and written as its bytes', (vector) => {
    const read = reading(vector.message, bytesOf(vector.bytes))
    expect(read).toHaveProperty('value')
    const { value } = read as { readonly value: unknown }
    expect(toJson(value)).toEqual(vector.value)
    const written = toHex(encode(wireReaders[vector.message]!, value))
    expect(written === vector.bytes).toBe(vector.canonical)
  })

  it.each(invalid)('$message, $name: breaks the rule $rule', ({ message, rule, bytes }) => {
    const read = reading(message, bytesOf(bytes))
    expect(read).toEqual({ broken: expect.stringMatching(brokenRules[rule as BrokenRule]) })
  })
})

describe('an attempt', () => {
  it.each(job.attempts)('has the id that both sides compute: $attempt', ({ run, operator, spec, attempt }) => {
    const request = decode(jobRequestCodec, bytesOf(run))
    if (request.kind !== 'run') throw new Error('a vector of a run')
    expect(toHex(crypto.keccak256(encode(jobSpecCodec, request.spec)))).toBe(spec)
    const agreement = { ...request.terms, operator: operator as never, spec: spec as Hash32 }
    expect(attemptId(domain, agreement)).toBe(attempt)
  })
})

describe('the draw of audits', () => {
  it.each(audit.draws)('takes at a share of $share the same receipts everywhere', ({ secret, share, drawn }) => {
    const receipts = Array.from({ length: 40 }, (_, i) => toHex(digestOf(`receipt ${i}`)) as Hash32)
    const found = receipts.flatMap((receipt, i) => (isDrawn(crypto, bytesOf(secret), receipt, share) ? [i] : []))
    expect(found).toEqual(drawn)
  })
})

describe('a lease', () => {
  it.each(lease.ids)('has the ids that both sides compute: $agreement', ({ operator, stableId, book, ...ids }) => {
    const request = decode(leaseRequestCodec, bytesOf(book))
    if (request.kind !== 'book') throw new Error('a vector of a booking')
    expect(cardHash(crypto, operator as Address, stableId)).toBe(ids.card)
    expect(leaseId(domain, operator as Address, request.lease)).toBe(ids.agreement)
    expect(ids.steps.map((_, step) => stepId(domain, operator as Address, request.lease, step))).toEqual(ids.steps)
  })
})

describe('tensors', () => {
  it.each(job.inline)('$tensors of them with $bytes bytes ride inline: $fits', ({ tensors, bytes, fits }) => {
    const each = (byteLength: number): TensorHeader => ({ name: 'x', type: 'uint8', dims: [byteLength], byteLength })
    expect(fitsInline(Array.from({ length: tensors }, (_, i) => each(i === 0 ? bytes : 0)))).toBe(fits)
  })

  it.each(job.assemblies)('from $name: $outcome', ({ headers, inline, frames = [], outcome }) => {
    const assemble = (): string => {
      try {
        const assembler = new TensorAssembler(headers, OUTPUT_BYTES_MAX)
        if (inline !== undefined) assembler.acceptInline(bytesOf(inline))
        for (const frame of frames)
          assembler.accept({ ...frame, attempt: job.attempts[0]!.attempt as Hash32, bytes: bytesOf(frame.bytes) })
        assembler.tensors()
        return 'whole'
      } catch (error) {
        if (!isMeshError(error, 'OUTPUT_GARBLED', 'OVERSIZE')) throw error
        return error.code === 'OVERSIZE' ? 'OVERSIZE' : String(error.facts.rule)
      }
    }
    expect(assemble()).toBe(outcome)
  })
})

describe('an offer that arrives', () => {
  const judge = (seen: HighestSeen, bytes: string, nowMs: number) =>
    offerTopic(domain, seen).judge(bytesOf(bytes), { topicId: offer.topic, nowMs, from: peerId('neighbour') })

  it.each(offer.offers)('$name: $verdict', ({ bytes, verdict, after, nowMs = offer.nowMs }) => {
    const seen = new HighestSeen()
    if (after !== undefined) judge(seen, after, nowMs)
    const judged = judge(seen, bytes, nowMs)
    expect(judged.verdict).toBe(verdict)
    expect(judged.value !== undefined).toBe(verdict === 'accept')
  })

  it.each(offer.offers)('$name, handed on by a directory: $opens', ({ bytes, opens }) => {
    const opening = (): string => {
      try {
        expect(toHex(openOffer(domain, bytesOf(bytes)).bytes)).toBe(bytes)
        return 'valid'
      } catch (error) {
        if (error instanceof MalformedError) return 'malformed'
        if (error instanceof UnsupportedError) return 'unsupported'
        if (isMeshError(error)) return error.code
        throw error
      }
    }
    expect(opening()).toBe(opens)
  })

  it('is refused more often than accepted in these vectors', () => {
    const accepted = offer.offers.filter(({ verdict }) => verdict === 'accept').length
    expect(offer.offers.length - accepted).toBeGreaterThan(accepted)
  })
})

describe('evidence that arrives', () => {
  const topic = evidenceTopic(domain, { isKnown: () => false, concerns: () => true })

  it.each(evidence.judged)('$name: $verdict', ({ bytes, verdict, nullifier }) => {
    const judged = topic.judge(bytesOf(bytes), { topicId: 'any', nowMs: 0, from: peerId('neighbour') })
    expect([judged.verdict, judged.value?.nullifier ?? null]).toEqual([verdict, nullifier])
  })
})

describe('what raters say', () => {
  // One topic for all: it remembers what came before.
  const topic = scoreTopic(domain, new HighestSeen(), { concerns: (rater) => rater === score.recompute.rater })

  it.each(score.judged)('$name: $verdict', ({ bytes, verdict, reason }) => {
    const from = peerId('neighbour')
    const judged = topic.judge(bytesOf(bytes), { topicId: score.topic, nowMs: score.nowMs, from })
    expect([judged.verdict, judged.reason ?? null]).toEqual([verdict, reason])
  })

  it('is made again from the batches and receipts of a vector, byte for byte', () => {
    const { rater, batches, receipts, digest } = score.recompute
    const said = decode(scoreDigestCodec, bytesOf(digest))
    const check = new PaidReceiptCheck(domain, rater)
    const paid = new Map(
      receipts.map((bytes) => {
        const each = decode(paidReceiptCodec, bytesOf(bytes))
        return [check.attemptOf(each), each]
      }),
    )
    const made = makeDigest(domain, {
      ...said,
      batches: batches.map(({ sequence, payload }) => ({
        sequence: BigInt(sequence),
        batch: decode(observationBatchCodec, bytesOf(payload)),
      })),
      receiptOf: (attempt) => paid.get(attempt),
      feeOf: () => credits(30),
    })
    expect(toHex(encode(scoreDigestCodec, made!))).toBe(digest)
  })
})

describe('a table of models', () => {
  it.each(offer.tables)('has the hash that its offer names: $hash', ({ models, hash }) => {
    expect(
      tableHash(
        crypto,
        models.map((model) => decode(tableModelCodec, bytesOf(model))),
      ),
    ).toBe(hash)
  })
})

describe('the place of directories in the DHT', () => {
  it.each(directory.keys)('of $region is $key', ({ tag, region, key }) => {
    expect(directoryKey(crypto, tag, region)).toBe(key)
  })
})

describe('a content', () => {
  it.each(content.lists)(
    'of $bytes bytes has $chunks chunks, and a list with an id',
    ({ bytes, chunks, hashes, id }) => {
      const list = new ChunkList(crypto, bytes, bytesOf(hashes))
      expect({ count: list.count, id: list.id }).toEqual({ count: chunks, id })
    },
  )

  it.each(content.sets)('of $count chunks, with $chunks here, is said in $bytes', ({ count, chunks, bytes }) => {
    const set = ChunkSet.read(count, bytesOf(bytes))
    expect(Array.from({ length: count }, (_, i) => i).filter((chunk) => set.has(chunk))).toEqual(chunks)
  })

  it.each(content.invalidSets)('of $count chunks is never said in $bytes', ({ count, bytes }) => {
    expect(() => ChunkSet.read(count, bytesOf(bytes))).toThrow(MalformedError)
  })

  it.each(content.keys)('is found under $key', ({ tag, content, key }) => {
    expect(contentKey(crypto, tag, content as Hash32)).toBe(key)
  })
})

it('every reader has vectors', () => {
  const named = [job, offer, directory, content, payment, sync, evidence, lease, probe, audit, score, witness].flatMap(
    ({ messages }) => messages.map(({ message }) => message),
  )
  expect(new Set(named)).toEqual(new Set(Object.keys(wireReaders)))
})
