import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type GpuParser, gpuParsers } from '../../support/recordings/gpu-parsers.ts'
import { assertPossible } from '../../support/recordings/possible-figures.ts'
import { spoiled } from '../../support/recordings/spoiled-text.ts'
import '../../support/property-seed.ts'

/** Halves of pairs and signs that end lines among them. */
const anyUnit = fc.nat(0xffff).map((code) => String.fromCharCode(code))

/** Cut, with other words in places, with a piece of another recording, twice. */
function mutations({ recordings }: GpuParser): fc.Arbitrary<string> {
  const recording = fc.constantFrom(...recordings)
  const piece = fc.oneof(
    fc.constantFrom(
      '',
      '-',
      'NaN',
      'Infinity',
      '1e309',
      '-1',
      '0',
      '511',
      '18446744073709551615',
      'N/A',
      '[N/A]',
      '\0',
      '\u202e',
      '"',
      '{',
      '}',
      '[',
      ']',
      '\n',
      ':',
      '/',
    ),
    fc.string({ maxLength: 12 }),
    fc.string({ maxLength: 12, unit: anyUnit }),
    recording.chain((text) => fc.nat(text.length).map((at) => text.slice(at, at + 200))),
  )
  return recording.chain((text) =>
    fc
      .array(fc.tuple(fc.nat(text.length), fc.nat(40), piece), { minLength: 1, maxLength: 8 })
      .map((edits) => edits.reduce((all, [at, length, put]) => all.slice(0, at) + put + all.slice(at + length), text)),
  )
}

describe.each(gpuParsers)('$name', (parser) => {
  const holds = (text: string) => assertPossible(parser.read(text))

  it('says something of every recording', () => {
    for (const recording of parser.recordings) {
      holds(recording)
      expect(JSON.stringify(parser.read(recording))).toMatch(/\d/)
    }
  })

  it('says nothing that cannot be, and never throws, of any text', () => {
    fc.assert(fc.property(fc.oneof(fc.string({ maxLength: 400, unit: anyUnit }), fc.json()), holds), { numRuns: 300 })
  })

  it('says nothing that cannot be, and never throws, of a recording that was cut or changed', () => {
    for (const recording of parser.recordings) for (const [, text] of spoiled(recording)) holds(text)
    fc.assert(fc.property(mutations(parser), holds), { numRuns: 300 })
  })
})
