/** From the sources' messages to the texts that are learnt from and those that are held out. */
import { createHash } from 'node:crypto'
import { wordsOf } from '../../text-features.ts'

/** By language code. */
export type Corpus = ReadonlyMap<string, readonly string[]>

/** The same text in more languages is a name or a sign, not a translation. */
const LANGUAGES_PER_TEXT_MAX = 3
const LETTERS_MIN = 3

/**
 * Without markup, without what was left untranslated or is the same in many languages, each text once in a language whatever its
 * case and punctuation. In an order that only the texts' hashes decide.
 * @param english the code of the language that was translated from
 */
export function cleanCorpus(messages: Corpus, english: string): Map<string, string[]> {
  const distinct = new Map([...messages].map(([code, raw]) => [code, distinctTexts(raw)]))
  const languagesOf = new Map<string, number>()
  for (const texts of distinct.values()) {
    for (const words of texts.keys()) languagesOf.set(words, (languagesOf.get(words) ?? 0) + 1)
  }
  const untranslated = distinct.get(english) ?? new Map<string, string>()
  const isTranslation = (words: string, code: string): boolean =>
    languagesOf.get(words)! <= LANGUAGES_PER_TEXT_MAX && (code === english || !untranslated.has(words))
  return new Map(
    [...distinct].map(([code, texts]) => [
      code,
      inHashOrder([...texts].filter(([words]) => isTranslation(words, code)).map(([, text]) => text)),
    ]),
  )
}

/** What is in `corpus` and not, in the same language, in `known`. */
export function withoutKnown(corpus: Corpus, known: Corpus): Map<string, string[]> {
  return new Map(
    [...corpus].map(([code, texts]) => {
      const knownWords = new Set((known.get(code) ?? []).map(wordKey))
      return [code, texts.filter((text) => !knownWords.has(wordKey(text)))]
    }),
  )
}

export type Split = 'train' | 'tune' | 'test'

/** Of ten texts eight to train, one to tune and one to test, by the hash of their words. */
export function splitOf(text: string): Split {
  // By the last byte: the first ones decide the order.
  const part = hashOf(text).at(-1)! % 10
  if (part === 0) return 'test'
  return part === 1 ? 'tune' : 'train'
}

/** Without what a program puts in or takes out: markup, places for values, choices of plural, keys, addresses. */
function cleanMessage(message: string): string {
  return message
    .replace(/<[^>]*>/g, ' ')
    .replace(/\{\s*\w+\s*,\s*(?:plural|select|selectordinal)\s*,(?:\s*offset:\d+)?/g, ' ')
    .replace(/(?:=\d+|\b(?:zero|one|two|few|many|other|male|female))\s*\{/g, ' ')
    .replace(/[{}]/g, ' ')
    .replace(/[$%]\d*\$?[a-zA-Z\d]/g, ' ')
    .replace(/\b[A-Z]+(?:_[A-Z\d]+)+\b/g, ' ')
    .replace(/\S+(?:@|:\/\/|www\.)\S*/g, ' ')
    .replace(/&\w+;/g, ' ')
    .replaceAll('&', '')
    .replace(/\s+/g, ' ')
    .trim()
}

const wordKey = (text: string): string => wordsOf(text).join(' ')

const hashOf = (text: string): Buffer => createHash('sha256').update(wordKey(text)).digest()

/** Its words -> the first text of these words. */
function distinctTexts(messages: readonly string[]): Map<string, string> {
  const texts = new Map<string, string>()
  for (const message of messages) {
    const text = cleanMessage(message)
    const words = wordKey(text)
    if (words.length >= LETTERS_MIN && !texts.has(words)) texts.set(words, text)
  }
  return texts
}

function inHashOrder(texts: readonly string[]): string[] {
  const hashed = texts.map((text) => ({ text, hash: hashOf(text) }))
  return hashed.sort((a, b) => a.hash.compare(b.hash)).map(({ text }) => text)
}
