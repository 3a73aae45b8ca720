/** A client of the Open Inference Protocol, written from its specification alone: it imports nothing of the node. */

export interface InferenceTensor {
  readonly name: string
  readonly datatype: string
  readonly shape: readonly number[]
  readonly data?: readonly unknown[]
  readonly parameters?: { readonly binary_data_size?: number }
}

export interface InferenceResponse {
  readonly status: number
  readonly headers: Headers
  readonly body: {
    readonly error?: string
    readonly model_name?: string
    readonly model_version?: string
    readonly id?: string
    readonly outputs?: readonly InferenceTensor[]
  }
  /** The bytes of each binary output, by name. */
  readonly binary: ReadonlyMap<string, Buffer>
}

export class InferenceClient {
  readonly url: string
  readonly #key: string | undefined

  constructor(url: string, key?: string) {
    this.url = url
    this.#key = key
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return fetch(`${this.url}${path}`, { headers: { ...this.#authorization(), ...headers } })
  }

  /** With JSON alone, or with the bytes of tensors behind it. */
  async infer(
    path: string,
    request: object,
    { binary, headers = {}, signal }: InferOptions = {},
  ): Promise<InferenceResponse> {
    const json = Buffer.from(JSON.stringify(request))
    const form: Record<string, string> =
      binary === undefined
        ? { 'content-type': 'application/json' }
        : { 'content-type': 'application/octet-stream', 'inference-header-content-length': String(json.length) }
    const response = await fetch(`${this.url}${path}`, {
      method: 'POST',
      headers: { ...this.#authorization(), ...form, ...headers },
      body: Buffer.concat([json, ...(binary ?? [])]),
      ...(signal === undefined ? {} : { signal }),
    })
    return read(response)
  }

  #authorization(): Record<string, string> {
    return this.#key === undefined ? {} : { authorization: `Bearer ${this.#key}` }
  }
}

interface InferOptions {
  readonly binary?: readonly Uint8Array[]
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

async function read(response: Response): Promise<InferenceResponse> {
  const { status, headers } = response
  const bytes = Buffer.from(await response.arrayBuffer())
  const length = headers.get('inference-header-content-length')
  const json = length === null ? bytes : bytes.subarray(0, Number(length))
  const body = JSON.parse(json.toString()) as InferenceResponse['body']
  const binary = new Map<string, Buffer>()
  let at = json.length
  for (const { name, parameters } of body.outputs ?? []) {
    const size = parameters?.binary_data_size
    if (size === undefined) continue
    binary.set(name, bytes.subarray(at, at + size))
    at += size
  }
  if (at !== bytes.length) throw new Error(`${bytes.length - at} bytes follow the last output`)
  return { status, headers, body, binary }
}
