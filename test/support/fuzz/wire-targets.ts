/** The messages of the wire protocols, and the frames of the session that carries them. */
import { readFileSync } from 'node:fs'
import { concat, equalBytes, fromHex } from '../../../protocols/kernel/bytes.ts'
import { type Codec, encode } from '../../../protocols/kernel/codec.ts'
import { peerId } from '../../../protocols/kernel/ids.ts'
import { FRAME_BYTES_MAX } from '../../../protocols/kernel/limits.ts'
import { contradictionFault } from '../../../protocols/statements/contradiction.ts'
import { HighestSeen } from '../../../protocols/statements/sequence.ts'
import { ChunkSet } from '../../../protocols/wire/content/chunk-set.ts'
import { evidenceTopic } from '../../../protocols/wire/evidence/evidence-topic.ts'
import { tensorHeadersCodec, tensorSpecCodec } from '../../../protocols/wire/job/tensor.ts'
import { openOffer } from '../../../protocols/wire/offer/offer.ts'
import { offerTopic } from '../../../protocols/wire/offer/offer-topic.ts'
import { profileBodyCodec } from '../../../protocols/wire/profile/profile-body.ts'
import { scoreTopic } from '../../../protocols/wire/score/score-topic.ts'
import { CALL_ID_MAX, decodeCredit, FrameReader, PAYLOAD_BYTES_MAX } from '../../../protocols/wire/session/frames.ts'
import { decodeError, wireErrorCodec } from '../../../protocols/wire/session/session-error.ts'
import { domain } from '../statement-vectors/cast.ts'
import { gossipedOffers, OFFERS_NOW_MS, OFFERS_TOPIC } from '../wire-vectors/gossiped-offers.ts'
import { image } from '../wire-vectors/job-samples.ts'
import { table } from '../wire-vectors/offer-vectors.ts'
import { wireReaders } from '../wire-vectors/readers.ts'
import { cborMutations } from './mutate.ts'
import { Random } from './random.ts'
import { closedCodec, openCodec, type Target } from './target.ts'

const vectorsOf = <T>(protocol: string): T =>
  JSON.parse(readFileSync(new URL(`../../../protocols/wire/${protocol}/vectors.json`, import.meta.url), 'utf8')) as T
const bytesOf = (text: string): Uint8Array => fromHex(text)!

interface Messages {
  readonly messages: readonly { readonly message: string; readonly bytes: string }[]
}
const messages = [
  'job',
  'payment',
  'offer',
  'directory',
  'directory-sync',
  'content',
  'evidence',
  'lease',
  'probe',
  'audit',
  'score',
  'witness',
].flatMap((protocol) => vectorsOf<Messages>(protocol).messages)
const corpusOf = (message: string): readonly Uint8Array[] =>
  messages.filter((vector) => vector.message === message).map(({ bytes }) => bytesOf(bytes))

/** With maps of text keys, where later versions may add some. */
const OPEN = [
  'offer body',
  'table model',
  'directory query',
  'job request',
  'job response',
  'probe request',
  'audit request',
  'observation batch',
  'score digest',
]
const codecs = Object.entries(wireReaders).map(([message, codec]) =>
  (OPEN.includes(message) ? openCodec : closedCodec)(message, codec as Codec<unknown>, corpusOf(message)),
)

const { bodies } = vectorsOf<{ readonly bodies: readonly { readonly bytes: string }[] }>('profile')
const profile = openCodec(
  'profile body',
  profileBodyCodec,
  bodies.map(({ bytes }) => bytesOf(bytes)),
)

const tensors: readonly Target[] = [
  closedCodec('tensor headers', tensorHeadersCodec, [
    encode(tensorHeadersCodec, []),
    encode(tensorHeadersCodec, [image, { name: 'ids', type: 'int64', dims: [0, 3], byteLength: 0 }]),
  ]),
  closedCodec(
    'tensor spec',
    tensorSpecCodec,
    table.inputs.map((input) => encode(tensorSpecCodec, input)),
  ),
]

const offers = gossipedOffers().map(({ bytes }) => bytes)
const offer: readonly Target[] = [
  { name: 'offer', corpus: offers, mutations: cborMutations, read: (bytes) => openOffer(domain, bytes) },
  {
    name: 'offer by gossip',
    corpus: offers,
    mutations: cborMutations,
    read(bytes) {
      const from = peerId('neighbour')
      const topic = offerTopic(domain, new HighestSeen())
      const { verdict, value } = topic.judge(bytes, { topicId: OFFERS_TOPIC, nowMs: OFFERS_NOW_MS, from })
      if ((verdict === 'accept') !== (value !== undefined)) throw new Error('a value goes with accept')
    },
  },
]

const session = vectorsOf<{
  readonly frames: readonly { readonly kind: string; readonly bytes: string; readonly payload: string }[]
  readonly credits: readonly { readonly payload: string }[]
}>('session')
const frames = session.frames.map(({ bytes }) => bytesOf(bytes))
const errors = session.frames.filter(({ kind }) => kind === 'error').map(({ payload }) => bytesOf(payload))

/** The same bytes whole and in pieces give the same frames and the same fault. */
function readFrames(bytes: Uint8Array): void {
  const told = (chunks: Iterable<Uint8Array>): string => {
    const lines: string[] = []
    const reader = new FrameReader((kind, call, payload) => {
      if (call > CALL_ID_MAX || payload.length > PAYLOAD_BYTES_MAX) throw new Error('a frame beyond its bounds')
      lines.push(`${kind} ${call} ${payload.length}`)
      return true
    })
    for (const chunk of chunks) {
      const fault = reader.push(chunk)
      if (fault !== undefined) return [...lines, fault].join('\n')
      if (reader.held > FRAME_BYTES_MAX) throw new Error(`${reader.held} bytes of an unfinished frame`)
    }
    return [...lines, reader.held].join('\n')
  }
  if (told([bytes]) !== told(pieces(bytes))) throw new Error('what arrives depends on how it is cut')
}

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  const random = new Random(bytes.length, bytes[0] ?? 0)
  for (let at = 0; at < bytes.length; ) {
    const length = 1 + random.below(random.one([2, 16, 4_096]))
    yield bytes.subarray(at, at + length)
    at += length
  }
}

const sessions: readonly Target[] = [
  { name: 'session frames', corpus: [...frames, concat(...frames)], mutations: [], read: readFrames },
  {
    name: 'session credit',
    corpus: session.credits.map(({ payload }) => bytesOf(payload)),
    mutations: [],
    read(bytes) {
      const lent = decodeCredit(bytes)
      if (lent !== undefined && !(lent >= 0 && lent <= 0xffff_ffff)) throw new Error(`credit of ${lent} bytes`)
    },
  },
  closedCodec('session error codec', wireErrorCodec, errors),
  { name: 'session error', corpus: errors, mutations: cborMutations, read: decodeError },
]

/** What a peer says that it has of a content of nine chunks. */
const set: Target = {
  name: 'chunk set',
  corpus: [Uint8Array.of(0b101, 0), Uint8Array.of(0xff, 1), Uint8Array.of(0, 0)],
  mutations: [],
  read(bytes) {
    const { size, bytes: same } = ChunkSet.read(9, bytes)
    if (size > 9 || !equalBytes(same, bytes)) throw new Error('read, but not as it was said')
  },
}

const evidence: Target = {
  name: 'evidence by gossip',
  corpus: corpusOf('evidence'),
  mutations: cborMutations,
  read(bytes) {
    const topic = evidenceTopic(domain, { isKnown: () => false, concerns: () => true })
    const { verdict, value } = topic.judge(bytes, { topicId: 'any', nowMs: 0, from: peerId('neighbour') })
    if ((verdict === 'accept') !== (value !== undefined)) throw new Error('a value goes with accept')
    if (value !== undefined && contradictionFault(domain, value.contradiction) !== undefined)
      throw new Error('taken, but unproven')
  },
}

const judgedScores = vectorsOf<{
  readonly topic: string
  readonly nowMs: number
  readonly judged: readonly { readonly bytes: string }[]
}>('score')
const scores: Target = {
  name: 'observations and digests by gossip',
  corpus: judgedScores.judged.map(({ bytes }) => bytesOf(bytes)),
  mutations: cborMutations,
  read(bytes) {
    const topic = scoreTopic(domain, new HighestSeen(), { concerns: () => true })
    const { topic: topicId, nowMs } = judgedScores
    const { verdict, value } = topic.judge(bytes, { topicId, nowMs, from: peerId('neighbour') })
    if ((verdict === 'accept') !== (value !== undefined)) throw new Error('a value goes with accept')
    if (value === undefined) return
    const subjects = value.word.kind === 'observations' ? value.word.subjects : value.word.rows
    if (subjects.some(({ miner, owner }) => miner === value.rater || owner === value.rater)) {
      throw new Error('a rater about itself')
    }
  },
}

export const wireTargets: readonly Target[] = [
  ...codecs,
  evidence,
  scores,
  profile,
  ...tensors,
  ...offer,
  ...sessions,
  set,
]
