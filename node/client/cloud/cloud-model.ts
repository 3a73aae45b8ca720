/** Which of a cloud's models stands in for a model of the mesh, by the word of the client's owner. */

export type CloudModel =
  | {
      /** Tensors as they are, by the Open Inference Protocol. */
      readonly operation: 'infer'
      readonly name: string
      /** Named in the request, and expected of the answer. */
      readonly version?: string
    }
  | {
      /** Texts to vectors, or a text to a text, by an OpenAI-compatible endpoint. */
      readonly operation: 'embeddings' | 'chat' | 'completions'
      readonly name: string
      /** Name of the one tensor that comes back. */
      readonly output: string
    }

/** A model by its id, or by a name that the node knows, and what stands in for it. */
export interface CloudMapping {
  readonly model: string
  readonly target: CloudModel
}

const NAME = /^[!-~]{1,256}$/
const TEXT_MODEL = /^(embeddings|chat|completions):([^>]+)(?:>([^>]+))?$/
/** Output of a text model whose mapping names none. */
const OUTPUT = 'output'

/**
 * `characters=letters@2`, or `notes=embeddings:text-embedding-3-small>vector`.
 * @returns undefined where the text is no mapping
 */
export function parseCloudMapping(text: string): CloudMapping | undefined {
  const at = text.indexOf('=')
  const [model, given] = [text.slice(0, at).trim(), text.slice(at + 1).trim()]
  if (at < 1 || !NAME.test(model) || !NAME.test(given)) return undefined
  const texts = TEXT_MODEL.exec(given)
  if (texts !== null) {
    const [, operation, name, output = OUTPUT] = texts
    return { model, target: { operation: operation as 'embeddings' | 'chat' | 'completions', name: name!, output } }
  }
  if (/^(embeddings|chat|completions):/.test(given)) return undefined
  const [name = '', version, ...more] = given.split('@')
  if (name === '' || version === '' || more.length > 0) return undefined
  return { model, target: { operation: 'infer', name, ...(version === undefined ? {} : { version }) } }
}

/** The text that {@link parseCloudMapping} reads. */
export function cloudMappingText({ model, target }: CloudMapping): string {
  if (target.operation !== 'infer') return `${model}=${target.operation}:${target.name}>${target.output}`
  return `${model}=${target.name}${target.version === undefined ? '' : `@${target.version}`}`
}

/** What the endpoint calls it, as people are shown it. */
export const cloudModelText = (target: CloudModel): string =>
  target.operation === 'infer' && target.version !== undefined ? `${target.name}@${target.version}` : target.name
