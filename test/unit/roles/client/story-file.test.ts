import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { JobStory } from '../../../../node/client/telling/job-story.ts'
import { StoryBoard } from '../../../../node/client/telling/story-board.ts'
import { StoryFile } from '../../../../node/roles/client/story-file.ts'
import { jobId } from '../../../../protocols/kernel/ids.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'
import { model } from '../../../support/wire-vectors/job-samples.ts'

const story = (state: JobStory['state'], job = 'job'): JobStory => ({
  job: jobId(job),
  model,
  modelName: 'Zürich',
  latencyClass: 'standard',
  priceMax: '1000',
  deadlineMs: 60_000,
  inputs: [],
  startedAtMs: 1_000,
  state,
  attempts: [],
})
const place = (): string => join(temporaryFolder(), 'jobs.json')

describe('the file of stories', () => {
  it('gives back what was written, and what ran then runs no more', () => {
    const file = new StoryFile(place())
    file.write([story('answered', 'a'), story('running', 'b')])
    expect(file.read()).toEqual([story('answered', 'a'), story('failed', 'b')])
  })

  it('is the owner’s alone, and is replaced as a whole', () => {
    const path = place()
    const file = new StoryFile(path)
    file.write([story('answered')])
    file.write([])
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['[]\n', 0o600])
  })

  it('is empty where there is none', () => {
    expect(new StoryFile(place()).read()).toEqual([])
  })

  it.each([
    ['no JSON', '{'],
    ['no list', '{"job":"a","attempts":[]}'],
    ['other things', '[null, 7, "job", {}, {"job":"a"}, {"job":"a","attempts":{}}]'],
    ['attempts that are none', '[{"job":"a","attempts":[null]}, {"job":"b","attempts":[7]}, {"job":7,"attempts":[]}]'],
  ])('that holds %s is no reason not to start', (_, text) => {
    const path = place()
    writeFileSync(path, text)
    const stories = new StoryFile(path).read()
    expect(stories).toEqual([])
    expect(new StoryBoard(new ManualClock(), stories).all()).toEqual([])
  })

  it('that cannot be read is none, and one that cannot be written says why', () => {
    const path = place()
    mkdirSync(path)
    const file = new StoryFile(path)
    expect(file.read()).toEqual([])
    expect(() => file.write([])).toThrow(expect.objectContaining({ name: 'MeshError' }))
  })
})
