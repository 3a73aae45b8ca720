/**
 * An OpenAI-compatible endpoint as a cloud. A model of the mesh takes tensors; what such an endpoint takes are texts. So only models of
 * texts can be mapped: one string tensor in, and vectors or one text out; everything else is refused before anything is sent.
 */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { type CloudUsage, usageMax } from '../../../protocols/rules/venue/cloud-price.ts'
import { elementCount, type Tensor } from '../../../protocols/wire/job/tensor.ts'
import { decodeTexts, encodeTexts } from '../../tensors/text-elements.ts'
import { type CallNeeds, callCloud } from './call-cloud.ts'
import type { CloudAdapter, CloudCall, CloudModelSpecs, CloudOutcome } from './cloud-adapter.ts'
import { isMap, jsonObject, requireJson, shownName } from './cloud-json.ts'
import { INPUT_JSON_BYTES_MAX, JSON_BYTES_MAX, TEXTS_MAX } from './cloud-limits.ts'
import type { CloudModel } from './cloud-model.ts'
import { readEmbeddings, readText, readUsage } from './openai-answer.ts'

type TextModel = Exclude<CloudModel, { readonly operation: 'infer' }>

const paths: Readonly<Record<TextModel['operation'], string>> = {
  embeddings: 'embeddings',
  chat: 'chat/completions',
  completions: 'completions',
}

/** Endpoints answer an alias by the dated model behind it: `gpt-4o-mini` by `gpt-4o-mini-2024-07-18`. */
const DATED = /^-(\d{4}-\d{2}-\d{2}|\d{8}|\d{4})$/

export class OpenaiAdapter implements CloudAdapter {
  readonly #needs: CallNeeds
  readonly #url: string
  readonly #tokensOutMax: number

  /**
   * @param url below which `/chat/completions` lies: it ends in `/v1` mostly
   * @param tokensOutMax what an answer of text may have
   */
  constructor(needs: CallNeeds, url: string, tokensOutMax: number) {
    this.#needs = needs
    this.#url = url.replace(/\/+$/, '')
    this.#tokensOutMax = tokensOutMax
  }

  usageMax(target: CloudModel, inputs: readonly Tensor[]): CloudUsage {
    const texts = this.#texts(this.#textModel(target), inputs)
    const encoder = new TextEncoder()
    const tokensOutMax = target.operation === 'embeddings' ? 0 : this.#tokensOutMax
    return usageMax(
      texts.map((text) => encoder.encode(text)),
      tokensOutMax,
    )
  }

  async run({ target: given, inputs, signal }: CloudCall): Promise<CloudOutcome> {
    const { provider } = this.#needs
    const target = this.#textModel(given)
    const texts = this.#texts(target, inputs)
    const { dims } = inputs[0]!
    const answer = await callCloud(
      this.#needs,
      {
        method: 'POST',
        url: `${this.#url}/${paths[target.operation]}`,
        headers: { 'content-type': 'application/json' },
        body: new TextEncoder().encode(JSON.stringify(this.#request(target, texts))),
        bytesMax: JSON_BYTES_MAX,
      },
      signal,
    )
    requireJson(provider, answer)
    const body = jsonObject(provider, answer.bytes)
    const served = body.get('model')
    if (typeof served !== 'string' || !isAsked(served, target.name)) {
      throw new MeshError('CLOUD_OTHER_MODEL', { provider, expected: target.name, given: shownName(served) })
    }
    const most = this.usageMax(target, inputs)
    const usage = readUsage(provider, isMap(body.get('usage')) ? (body.get('usage') as typeof body) : undefined, most)
    if (target.operation === 'embeddings') {
      const { size, data } = readEmbeddings(provider, body.get('data'), texts.length)
      const output: Tensor = {
        name: target.output,
        type: 'float32',
        dims: [...dims, size],
        byteLength: data.length,
        data,
      }
      return { outputs: [output], usage, served, isCut: false }
    }
    const { text, isCut } = readText(provider, body.get('choices'), target.operation)
    const data = encodeTexts([text])
    const output: Tensor = { name: target.output, type: 'string', dims, byteLength: data.length, data }
    return { outputs: [output], usage, served, isCut }
  }

  /** As the mapping says it; the endpoint tells nothing of the kind. */
  async describe(target: CloudModel): Promise<CloudModelSpecs> {
    const { operation, output } = this.#textModel(target)
    const isBatch = operation === 'embeddings'
    return {
      inputs: [{ name: 'text', type: 'string', dims: [isBatch ? 'texts' : 1] }],
      outputs: [
        isBatch
          ? { name: output, type: 'float32', dims: ['texts', 'size'] }
          : { name: output, type: 'string', dims: [1] },
      ],
    }
  }

  #request({ operation, name }: TextModel, texts: readonly string[]): object {
    if (operation === 'embeddings') return { model: name, input: texts, encoding_format: 'float' }
    const limits = { model: name, max_tokens: this.#tokensOutMax, n: 1, stream: false }
    if (operation === 'completions') return { ...limits, prompt: texts[0] }
    return { ...limits, messages: [{ role: 'user', content: texts[0] }] }
  }

  /** @throws MeshError CLOUD_UNMAPPED */
  #textModel(target: CloudModel): TextModel {
    if (target.operation !== 'infer') return target
    throw this.#unmapped('an OpenAI-compatible endpoint takes texts: map it as embeddings:, chat: or completions:')
  }

  /** @throws MeshError CLOUD_UNMAPPED */
  #texts({ operation }: TextModel, inputs: readonly Tensor[]): readonly string[] {
    const [input, ...more] = inputs
    if (input === undefined || more.length > 0 || input.type !== 'string') {
      throw this.#unmapped('an OpenAI-compatible endpoint takes one input, of type string')
    }
    if (input.data.length > INPUT_JSON_BYTES_MAX) {
      throw this.#unmapped(`its input has more than ${INPUT_JSON_BYTES_MAX} bytes`)
    }
    const count = elementCount(input.dims) ?? 0
    const most = operation === 'embeddings' ? TEXTS_MAX : 1
    if (count < 1 || count > most) {
      throw this.#unmapped(`${paths[operation]} takes ${most === 1 ? 'one text' : `1 to ${most} texts`}, not ${count}`)
    }
    const texts = decodeTexts(input.data, count)
    if (texts === undefined) throw this.#unmapped('its input holds no texts in UTF-8')
    return texts
  }

  #unmapped(why: string): MeshError {
    return new MeshError('CLOUD_UNMAPPED', { provider: this.#needs.provider, why })
  }
}

const isAsked = (served: string, asked: string): boolean =>
  served === asked || (served.startsWith(asked) && DATED.test(served.slice(asked.length)))
