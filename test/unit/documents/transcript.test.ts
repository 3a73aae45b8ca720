/** How a run is held to the transcript in README.md; the run itself is that of test/e2e/up.test.ts. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { differences, README, transcriptIn, withTranscript } from '../../support/documents/readme-transcript.ts'

const document = readFileSync(README, 'utf8')
const transcript = transcriptIn(document)
const compared = (out: string) => differences(transcript, { out, err: '' })

it('is the same as itself, also with other figures and with lines where it leaves some out', () => {
  const other = transcript.replaceAll(/\d ms/g, '9 ms').replace('\n...\n', '\nDutch (nl)   0.8 %\n\nminer    0x12\n')
  expect(compared(transcript)).toEqual([])
  expect(other).not.toBe(transcript)
  expect(compared(other)).toEqual([])
})

it('tells of a line that is not said, and of one that it does not have', () => {
  expect(compared(transcript.replace(/^voucher.*\n/m, ''))).toEqual(['not said: voucher # in all to this miner'])
  expect(compared(`${transcript}and more\n`)).toEqual(['not in the README: and more'])
})

it('is made of a run without what the README leaves out', () => {
  const said = `> npm\n${transcript.replaceAll('\n...\n', '\nDutch (nl)   0.8 %\njoining: 1 s\n')}`
  expect(withTranscript(document, said)).toBe(document)
})
