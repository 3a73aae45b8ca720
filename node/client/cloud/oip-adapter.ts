/** An endpoint of the Open Inference Protocol v2 (KServe v2 REST) as a cloud: tensors go as they are. */

import { abortable } from '../../../protocols/kernel/abortable.ts'
import { MeshError, throwIfAborted } from '../../../protocols/kernel/errors.ts'
import { modelDigest } from '../../../protocols/kernel/model-id.ts'
import { type CloudUsage, NO_TOKENS } from '../../../protocols/rules/venue/cloud-price.ts'
import { DIMS_MAX, TENSORS_MAX, type Tensor, type TensorSpec } from '../../../protocols/wire/job/tensor.ts'
import { type CallNeeds, callCloud } from './call-cloud.ts'
import type { CloudAdapter, CloudCall, CloudModelSpecs, CloudOutcome } from './cloud-adapter.ts'
import { cloudGarbled, isList, isMap, type JsonMap, jsonObject, requireJson, shownName } from './cloud-json.ts'
import { ANSWER_BYTES_MAX, JSON_BYTES_MAX, METADATA_BYTES_MAX } from './cloud-limits.ts'
import { type CloudModel, cloudModelText } from './cloud-model.ts'
import { readOipAnswer, tensorTypeOf } from './oip-answer.ts'
import { checkInputsFit, oipRequest } from './oip-request.ts'

/** The extension by which bytes of tensors stand behind the JSON. */
const BINARY = 'binary_tensor_data'

export class OipAdapter implements CloudAdapter {
  readonly #needs: CallNeeds
  readonly #url: string
  /** Asked once; again where nobody has answered. */
  #readsBinary: Promise<boolean> | undefined

  /** @param url below which `/v2` lies, with it or without */
  constructor(needs: CallNeeds, url: string) {
    this.#needs = needs
    this.#url = url.replace(/\/+$/, '').replace(/\/v2$/, '')
  }

  usageMax(target: CloudModel, inputs: readonly Tensor[]): CloudUsage {
    const { provider } = this.#needs
    if (target.operation !== 'infer') {
      const why = `the mapping ${target.operation} is for OpenAI-compatible endpoints`
      throw new MeshError('CLOUD_UNMAPPED', { provider, why })
    }
    checkInputsFit(provider, inputs)
    return NO_TOKENS
  }

  async run({ model, target, inputs, signal }: CloudCall): Promise<CloudOutcome> {
    const { provider } = this.#needs
    const readsBinary = await this.#hasBinary(signal)
    const request = oipRequest(provider, inputs, readsBinary)
    const url = `${this.#modelUrl(target)}/infer`
    const bytesMax = readsBinary ? ANSWER_BYTES_MAX : JSON_BYTES_MAX
    const answer = await callCloud(this.#needs, { method: 'POST', url, ...request, bytesMax }, signal)
    const { name, version, outputs } = readOipAnswer(provider, answer, JSON_BYTES_MAX)
    const isOther =
      name !== target.name ||
      (target.operation === 'infer' && target.version !== undefined && version !== target.version) ||
      // A gateway of the mesh says which file it ran, by the id of the model.
      (typeof version === 'string' && modelDigest(version) !== undefined && version !== model)
    const served = typeof version === 'string' ? `${shownName(name)}@${shownName(version)}` : shownName(name)
    if (isOther) {
      throw new MeshError('CLOUD_OTHER_MODEL', { provider, expected: cloudModelText(target), given: served })
    }
    return { outputs, usage: undefined, served, isCut: false }
  }

  async describe(target: CloudModel, signal: AbortSignal): Promise<CloudModelSpecs> {
    const { provider } = this.#needs
    const body = await this.#object(this.#modelUrl(target), signal)
    if (body.get('name') !== target.name) {
      const given = shownName(body.get('name'))
      throw new MeshError('CLOUD_OTHER_MODEL', { provider, expected: target.name, given })
    }
    const specs = (field: string): readonly TensorSpec[] => {
      const list = body.get(field)
      if (!isList(list) || list.length > TENSORS_MAX) throw cloudGarbled(provider, `a model has a list of ${field}`)
      return list.map((item) => this.#spec(isMap(item) ? item : new Map()))
    }
    return { inputs: specs('inputs'), outputs: specs('outputs') }
  }

  #spec(item: JsonMap): TensorSpec {
    const { provider } = this.#needs
    const [name, shape] = [item.get('name'), item.get('shape')]
    if (typeof name !== 'string' || !isList(shape) || shape.length > DIMS_MAX) {
      throw cloudGarbled(provider, 'a tensor has a name, a datatype and a shape')
    }
    const dims = shape.map((dim, i) => {
      if (!Number.isSafeInteger(dim)) throw cloudGarbled(provider, 'a shape is a list of sizes')
      return (dim as number) < 0 ? `d${i}` : (dim as number)
    })
    return { name, type: tensorTypeOf(provider, item.get('datatype')), dims }
  }

  #modelUrl(target: CloudModel): string {
    const version = target.operation === 'infer' ? target.version : undefined
    const at = version === undefined ? '' : `/versions/${encodeURIComponent(version)}`
    return `${this.#url}/v2/models/${encodeURIComponent(target.name)}${at}`
  }

  async #object(url: string, signal: AbortSignal): Promise<JsonMap> {
    const request = { method: 'GET', url, headers: {}, bytesMax: METADATA_BYTES_MAX } as const
    const answer = await callCloud(this.#needs, request, signal)
    requireJson(this.#needs.provider, answer)
    return jsonObject(this.#needs.provider, answer.bytes)
  }

  /** An endpoint that does not tell reads JSON. */
  async #hasBinary(signal: AbortSignal): Promise<boolean> {
    this.#readsBinary ??= this.#askBinary(signal)
    const asking = this.#readsBinary
    try {
      return await abortable(asking, signal)
    } catch {
      // Also where the job that asked for all of them has ended.
      if (this.#readsBinary === asking) this.#readsBinary = undefined
      throwIfAborted(signal)
      return false
    }
  }

  async #askBinary(signal: AbortSignal): Promise<boolean> {
    const extensions = (await this.#object(`${this.#url}/v2`, signal)).get('extensions')
    return isList(extensions) && extensions.includes(BINARY)
  }
}
