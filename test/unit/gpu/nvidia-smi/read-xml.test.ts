import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readXml, textAt } from '../../../../node/gpu/nvidia-smi/read-xml.ts'
import '../../../support/property-seed.ts'
import { nvidiaAnswers } from '../../../support/recordings/nvidia-recordings.ts'

describe('the XML of a tool', () => {
  it('is elements, attributes and text, with the five entities of XML', () => {
    const text =
      '<?xml version="1.0" ?>\n<!DOCTYPE a SYSTEM "a.dtd">\n<a><!-- <b> --><b id="x&lt;1"> 1 &amp; 2 </b><c/></a>\n'
    const root = readXml(text)!
    expect(root.children.map(({ name }) => name)).toEqual(['b', 'c'])
    expect(root.children[0]!.attributes).toEqual({ id: 'x<1' })
    expect(textAt(root, 'b')).toBe('1 & 2')
    expect(textAt(root, 'b', 'none')).toBeUndefined()
  })

  it.each([
    '',
    'text',
    '<a>',
    '</a>',
    '<a></b>',
    '<a/><b/>',
    '<a></a>tail',
    '<a b=c></a>',
    '<a b="1></a>',
    '<a',
    '<a><![CDATA[x]]></a>',
    '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
    '<a></a b="1">',
  ])('that is not whole, or more than a log has, is refused: %s', (text) => {
    expect(readXml(text)).toBeUndefined()
  })

  it('never expands what it does not know', () => {
    expect(readXml('<a>&lol;&#65;</a>')?.text).toBe('&lol;&#65;')
  })

  it('that nests or repeats without end is refused, quickly', () => {
    expect(readXml('<a>'.repeat(1_000_000))).toBeUndefined()
    expect(readXml(`<r>${'<a/>'.repeat(200_000)}</r>`)).toBeUndefined()
    expect(readXml(`<a>${'x'.repeat(5_000_000)}</a>`)).toBeUndefined()
    expect(readXml(`<a ${'b="1" '.repeat(100_000)}`)).toBeUndefined()
    expect(readXml('<!--'.repeat(200_000))).toBeUndefined()
  })

  it('never throws, whatever is cut out of a log or put into it', () => {
    const log = nvidiaAnswers['GTX 1070 Ti, most fields missing'].log!
    fc.assert(
      fc.property(fc.nat(log.length), fc.nat(60), fc.string({ maxLength: 20 }), (at, cut, put) => {
        expect(() => readXml(log.slice(0, at) + put + log.slice(at + cut))).not.toThrow()
      }),
    )
  })
})
