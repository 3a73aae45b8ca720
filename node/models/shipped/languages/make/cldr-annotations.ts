/** Names and keywords of characters and emoji in a CLDR annotation file: everyday words. */

const ANNOTATION = /<annotation [^>]*>([^<]*)<\/annotation>/g
/** Stands where the parent locale has the text. */
const INHERITED = '↑↑↑'

export function cldrAnnotations(bytes: Uint8Array): string[] {
  const xml = new TextDecoder().decode(bytes)
  return [...xml.matchAll(ANNOTATION)]
    .map(([, text]) => text!.replaceAll('|', ', ').replaceAll('&amp;', '&'))
    .filter((text) => !text.includes(INHERITED))
}
