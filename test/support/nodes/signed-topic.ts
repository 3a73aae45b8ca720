/**
 * A topic with the rules of real ones and nothing else: messages name author, sequence and shard, carry a proof that only the
 * author can make, and each sequence is worth something once.
 */
import { createHash } from 'node:crypto'
import { type Judged, type Topic, topicId } from '../../../protocols/kernel/topic.ts'

export interface Said {
  readonly author: string
  readonly sequence: number
  readonly shard: string
  readonly text: string
}

const proofOf = (said: Said): string =>
  createHash('sha256')
    .update(JSON.stringify(['secret of', said.author, said.sequence, said.shard, said.text]))
    .digest('hex')

/** Bytes of a message with a true proof, or with `proof` instead of it. */
export function say(said: Said, proof = proofOf(said)): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ ...said, proof }))
}

export interface SignedTopicTuning extends Partial<Pick<Topic<Said>, 'bytesMax' | 'perAuthorPerMinuteMax'>> {
  /** False: a node of an older version, to which every message is of an unknown kind. */
  readonly understands?: boolean
}

/** One node's view: it remembers the highest sequence of each author. */
export function signedTopic(tag: string, { understands = true, ...limits }: SignedTopicTuning = {}): Topic<Said> {
  const highest = new Map<string, number>()
  const base = { name: 'said', major: 1 }
  return {
    ...base,
    bytesMax: 512,
    perAuthorPerMinuteMax: 1_000,
    ...limits,
    judge(data, context): Judged<Said> {
      const { proof, ...said } = JSON.parse(new TextDecoder().decode(data)) as Said & { proof: string }
      if (proof !== proofOf(said)) return { verdict: 'reject', reason: 'false proof' }
      if (topicId(tag, base, said.shard) !== context.topicId) return { verdict: 'reject', reason: 'another shard' }
      if (said.sequence <= (highest.get(said.author) ?? -1)) return { verdict: 'ignore', reason: 'replay' }
      highest.set(said.author, said.sequence)
      if (!understands) return { verdict: 'forward', author: said.author }
      return { verdict: 'accept', value: said, author: said.author }
    },
  }
}
