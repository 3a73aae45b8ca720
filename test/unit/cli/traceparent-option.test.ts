import { describe, expect, it } from 'vitest'
import { jobStoryText } from '../../../node/cli/jobs/job-story-text.ts'
import { parseTraceparentOption } from '../../../node/cli/jobs/traceparent-option.ts'
import type { JobStory } from '../../../node/client/telling/job-story.ts'
import { TRACEPARENT } from '../../support/wire-vectors/job-samples.ts'

describe('a trace on the command line', () => {
  it('is what the standard calls one; a slip is told instead of overlooked', () => {
    expect(parseTraceparentOption(TRACEPARENT)).toBe(TRACEPARENT)
    expect(() => parseTraceparentOption(TRACEPARENT.slice(1))).toThrow(/is no traceparent/)
  })

  it('is named in the story of its job, and there is no word of one where there was none', () => {
    const story = {
      job: 'j',
      model: 'm',
      modelName: 'letters',
      latencyClass: 'fast',
      priceMax: '1000',
      deadlineMs: 1_000,
      inputs: [],
      startedAtMs: 0,
      state: 'running',
      attempts: [],
    } as unknown as JobStory
    const traceId = '0af7651916cd43dd8448eb211c80319c'
    expect(jobStoryText({ ...story, traceId })).toMatch(new RegExp(`^trace +${traceId}$`, 'm'))
    expect(jobStoryText(story)).not.toContain('trace')
  })
})
