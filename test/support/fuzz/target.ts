/** A decoder under fire: what it reads, what valid input of it looks like, and what it may throw. */
import { equalBytes } from '../../../protocols/kernel/bytes.ts'
import { type Codec, decode, encode } from '../../../protocols/kernel/codec.ts'
import { cborMutations, type Mutation, mutated } from './mutate.ts'
import { Random } from './random.ts'

export interface Target {
  readonly name: string
  /** What the cases are made from: valid input, and some that is nearly so. */
  readonly corpus: readonly Uint8Array[]
  readonly mutations: readonly Mutation[]
  /** Beside MalformedError, UnsupportedError and MeshError: what the decoder's own documentation says that it throws. */
  readonly mayThrow?: readonly (new (
    ...args: never[]
  ) => Error)[]
  /** Throws an Error of any other kind where a promise about what was read does not hold. */
  read(bytes: Uint8Array): unknown
}

export const caseOf = ({ name, corpus, mutations }: Target, seed: number, index: number): Uint8Array =>
  mutated(corpus, new Random(seed, name, index), mutations)

/** A message has one encoding: what a closed codec takes, it writes again byte for byte. */
export function closedCodec<T>(name: string, codec: Codec<T>, corpus: readonly Uint8Array[]): Target {
  return {
    name,
    corpus,
    mutations: cborMutations,
    read(bytes) {
      const value = decode(codec, bytes)
      if (!equalBytes(encode(codec, value), bytes)) throw new Error('read, but not written so')
    },
  }
}

/** A message whose unknown keys are stepped over: what is written again is read as the same. */
export function openCodec<T>(name: string, codec: Codec<T>, corpus: readonly Uint8Array[]): Target {
  return {
    name,
    corpus,
    mutations: cborMutations,
    read(bytes) {
      const written = encode(codec, decode(codec, bytes))
      if (!equalBytes(encode(codec, decode(codec, written)), written)) throw new Error('written again, it is another')
    },
  }
}
