/** What becomes of a tool's output when a driver is half broken: cut, garbled, with figures that cannot be. */

/** Each with a name for the test that it fails. Made by rule from what was recorded, so that it is spoiled in the right places. */
export function spoiled(text: string): readonly (readonly [why: string, text: string])[] {
  const digits = (by: string) => text.replace(/(?<![\w.])-?\d+(\.\d+)?(?![\w.])/g, by)
  return [
    ['nothing', ''],
    ['white space', ' \n\t\r\n'],
    ['its first half', text.slice(0, text.length >> 1)],
    ['all but its last character', text.slice(0, -1)],
    ['its second half', text.slice(text.length >> 1)],
    ['the first line', text.split('\n')[0]!],
    ['NaN for every figure', digits('NaN')],
    ['negative figures', digits('-1')],
    ['nought for every figure', digits('0')],
    ['511 for every figure', digits('511')],
    ['figures beyond all counting', digits('999999999999999999999999')],
    ['[N/A] for every figure', digits('[N/A]')],
    ['[Not Supported] for every figure', digits('[Not Supported]')],
    ['ERR! for every figure', digits('ERR!')],
    ['decimal commas', text.replace(/(\d)\.(\d)/g, '$1,$2')],
    ['Windows line ends', text.replace(/\r?\n/g, '\r\n')],
    ['everything twice', text + text],
    ['noise', Array.from({ length: 4_096 }, (_, i) => String.fromCharCode((i * 7_919) % 256)).join('')],
    ['another language', 'NVIDIA-SMI ist fehlgeschlagen: keine Geräte gefunden\n'],
    ['control characters in every word', text.replace(/[a-z]{4}/g, '$&\u001b[2J\u202e')],
    ['brackets without an end', '{"a":['.repeat(5_000)],
    ['marks without an end', '<a>'.repeat(20_000)],
    ['one long line', 'x'.repeat(60_000)],
    ['a null', 'null'],
    ['a list of nothing', '[]'],
    ['an object of nothing', '{}'],
  ]
}
