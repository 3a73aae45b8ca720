/**
 * The part of XML that nvidia-smi prints: elements, attributes, text. Ours, because it is small: no entity is ever expanded, nothing is
 * fetched, and what is not whole is refused, which libraries do only where they are told to.
 */

export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
  /** What stands between its tags, without what its children hold. */
  readonly text: string
}

/** A log of sixteen cards has 1.2 MB. */
const CHARS_MAX = 4 * 1_048_576
const ELEMENTS_MAX = 100_000
/** nvidia-smi nests eight deep. */
const DEPTH_MAX = 32

interface Open {
  readonly name: string
  readonly attributes: Record<string, string>
  readonly children: XmlElement[]
  text: string
}

const PIECE = /<(\?[^>]*\?|!DOCTYPE[^>[]*|!--(?:(?!-->)[\s\S])*--|\/?[A-Za-z_][^<>]*)>|([^<]+)/y
const TAG = /^(\/?)([A-Za-z_][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*"[^"<]*")*)\s*(\/?)$/
const ATTRIBUTE = /([\w.:-]+)\s*=\s*"([^"<]*)"/g
const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/** The document's one element; `undefined` for what is no whole document, or is larger than such a log can be. */
export function readXml(text: string): XmlElement | undefined {
  if (text.length > CHARS_MAX) return undefined
  const root: Open = { name: '', attributes: {}, children: [], text: '' }
  const open: Open[] = [root]
  let elements = 0
  PIECE.lastIndex = 0
  while (PIECE.lastIndex < text.length) {
    const piece = PIECE.exec(text)
    if (piece === null) return undefined
    const [, tag, words] = piece
    const inner = open.at(-1)!
    if (words !== undefined) inner.text += words
    if (tag === undefined || tag.startsWith('?') || tag.startsWith('!')) continue
    const [, closes, name, attributes, isEmpty] = TAG.exec(tag) ?? []
    if (name === undefined) return undefined
    if (closes === '/') {
      if (inner.name !== name || open.length === 1 || attributes !== '' || isEmpty !== '') return undefined
      open.pop()
      open.at(-1)!.children.push({ ...inner, text: unescaped(inner.text) })
      continue
    }
    elements++
    if (elements > ELEMENTS_MAX || open.length > DEPTH_MAX) return undefined
    const element: Open = { name, attributes: attributesOf(attributes!), children: [], text: '' }
    if (isEmpty === '/') inner.children.push(element)
    else open.push(element)
  }
  return open.length === 1 && root.children.length === 1 && root.text.trim() === '' ? root.children[0] : undefined
}

const attributesOf = (text: string): Record<string, string> =>
  Object.fromEntries([...text.matchAll(ATTRIBUTE)].map(([, name, value]) => [name!, unescaped(value!)]))

const unescaped = (text: string): string =>
  text.replace(/&(lt|gt|amp|quot|apos);/g, (_, name: string) => entities[name]!).trim()

/** Text of the element at a path below this one. */
export const textAt = (element: XmlElement | undefined, ...path: readonly string[]): string | undefined =>
  elementAt(element, ...path)?.text

export const elementAt = (element: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined =>
  path.reduce((found, name) => found?.children.find((child) => child.name === name), element)
