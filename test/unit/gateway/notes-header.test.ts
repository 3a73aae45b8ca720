import { expect, test } from 'vitest'
import { notesText } from '../../../node/cli/jobs/run-notes-text.ts'
import { notesHeader } from '../../../node/gateway/send-answer.ts'

test('how a miner changed a job is a dictionary for programs and words for people, and nothing where it changed nothing', () => {
  const notes = { pieces: 4, together: 32, setAside: 2 }
  expect(notesHeader(notes)).toBe('pieces=4, together=32, set-aside=2')
  expect(notesText(notes)).toBe(
    'in 4 pieces, one after the other, in one run with 31 other jobs, begun anew after it made way 2 times',
  )
  expect([notesHeader({ together: 2 }), notesText({ together: 2 })]).toEqual([
    'together=2',
    'in one run with 1 other job',
  ])
  expect([notesHeader(), notesText(), notesHeader({}), notesText({})]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})
