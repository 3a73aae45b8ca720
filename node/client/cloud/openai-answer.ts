/** Answers of an OpenAI-compatible endpoint, which may send anything. */
import type { CloudUsage } from '../../../protocols/rules/venue/cloud-price.ts'
import type { JsonValue } from '../../tensors/json-reader.ts'
import { cloudGarbled, isList, isMap, type JsonMap } from './cloud-json.ts'

/** Longer vectors no model makes. */
const SIZE_MAX = 65_536

export interface Embeddings {
  /** Of each vector. */
  readonly size: number
  /** float32, one vector after the other, in the order of the texts. */
  readonly data: Uint8Array
}

/** @throws MeshError CLOUD_GARBLED unless each text has one vector, all of one size and finite */
export function readEmbeddings(provider: string, value: JsonValue | undefined, count: number): Embeddings {
  const garbled = (rule: string) => cloudGarbled(provider, rule)
  if (!isList(value) || value.length !== count) throw garbled('each text has one vector')
  const vectors = new Map<number, readonly JsonValue[]>()
  for (const item of value) {
    const [index, vector] = isMap(item) ? [item.get('index'), item.get('embedding')] : []
    if (!Number.isSafeInteger(index) || (index as number) < 0 || (index as number) >= count || !isList(vector)) {
      throw garbled('a vector has the index of its text')
    }
    vectors.set(index as number, vector)
  }
  const size = vectors.get(0)?.length ?? 0
  if (vectors.size !== count) throw garbled('each text has one vector')
  if (size < 1 || size > SIZE_MAX) throw garbled(`a vector has 1 to ${SIZE_MAX} elements`)
  const data = new Uint8Array(count * size * 4)
  const view = new DataView(data.buffer)
  for (let text = 0; text < count; text++) {
    const vector = vectors.get(text)!
    if (vector.length !== size) throw garbled('all vectors have one size')
    for (let i = 0; i < size; i++) {
      const element = Number(vector[i])
      if (typeof vector[i] !== 'number' || !Number.isFinite(Math.fround(element))) {
        throw garbled('the elements of a vector are numbers that float32 can hold')
      }
      view.setFloat32((text * size + i) * 4, element, true)
    }
  }
  return { size, data }
}

export interface AnsweredText {
  readonly text: string
  readonly isCut: boolean
}

/** @throws MeshError CLOUD_GARBLED unless it is one whole choice, or one that the limit of tokens ended */
export function readText(
  provider: string,
  choices: JsonValue | undefined,
  operation: 'chat' | 'completions',
): AnsweredText {
  const choice = isList(choices) && choices.length === 1 && isMap(choices[0]) ? choices[0] : undefined
  if (choice === undefined) throw cloudGarbled(provider, 'it has the one choice that was asked for')
  const message = choice.get('message')
  const text = operation === 'completions' ? choice.get('text') : isMap(message) ? message.get('content') : undefined
  const reason = choice.get('finish_reason')
  if (reason !== 'stop' && reason !== 'length') {
    throw cloudGarbled(provider, 'a text ends because the model was done, or at the limit of its tokens')
  }
  if (typeof text !== 'string') throw cloudGarbled(provider, 'a choice has a text')
  return { text, isCut: reason === 'length' }
}

/**
 * @param most what the call may use
 * @returns undefined where the endpoint counts nothing
 * @throws MeshError CLOUD_GARBLED where it counts what cannot be
 */
export function readUsage(provider: string, usage: JsonMap | undefined, most: CloudUsage): CloudUsage | undefined {
  if (usage === undefined) return undefined
  const counted = (name: string, limit: bigint): bigint => {
    const value = usage.get(name) ?? 0
    if (!Number.isSafeInteger(value) || (value as number) < 0 || BigInt(value as number) > limit) {
      throw cloudGarbled(provider, 'its usage is a count that these texts can have')
    }
    return BigInt(value as number)
  }
  return {
    tokensIn: counted('prompt_tokens', most.tokensIn),
    tokensOut: counted('completion_tokens', most.tokensOut),
  }
}
