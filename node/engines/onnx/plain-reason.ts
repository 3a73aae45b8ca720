/** What the runtime says, without what is nobody's business: places in its source, names of its functions, paths of this machine. */

const CHARS_MAX = 300

/**
 * The sentence inside a message of ONNX Runtime.
 * @example plainReason("... Status Message: /onnxruntime_src/a/gather.h:7 void onnxruntime::F(int) [with T = long] out of bounds")
 *   === 'out of bounds'
 */
export function plainReason(message: string): string {
  let text = message.split('Status Message: ').at(-1)!
  // One message inside another: "Load model from <path> failed:<message>", "Exception during initialization: <message>".
  text = text.replace(/^Load model from .*? failed:/s, '').replace(/^Exception during initialization: /, '')
  text = withoutPlace(text.trim())
  const plain = text.replace(/[^\x21-\x7e]+/g, ' ').trim()
  return plain.length > CHARS_MAX ? `${plain.slice(0, CHARS_MAX)}...` : plain
}

const PLACE = /^\S*\.(?:cc|cpp|h|hpp):\d+ /

/** Takes a place in the source and the signature after it from the beginning. */
function withoutPlace(text: string): string {
  const place = PLACE.exec(text)
  if (place === null) return text
  let at = afterGroup(text, text.indexOf('(', place[0].length), '(', ')')
  // A lambda's parameters follow those of the function around it.
  while (at > 0 && /^(?:\(|::<lambda\()/.test(text.slice(at))) at = afterGroup(text, text.indexOf('(', at), '(', ')')
  if (at < 0) return text.slice(place[0].length)
  let rest = text
    .slice(at)
    .replace(/^>/, '')
    .replace(/^ (?:const )?(?=\S)/, '')
  if (rest.startsWith('[with ')) rest = rest.slice(afterGroup(rest, 0, '[', ']'))
  // The condition that does not hold comes before the sentence, where there is one.
  return rest.trim().replace(/^.* was false\.\s+(?=\S)/s, '')
}

/** Behind the bracket that closes the one at `from`; -1 where none does. */
function afterGroup(text: string, from: number, open: string, close: string): number {
  if (from < 0) return -1
  let depth = 0
  for (let at = from; at < text.length; at++) {
    if (text[at] === open) depth++
    else if (text[at] === close && --depth === 0) return at + 1
  }
  return -1
}
