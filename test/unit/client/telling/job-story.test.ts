import { describe, expect, it } from 'vitest'
import { jobStoryText } from '../../../../node/cli/jobs/job-story-text.ts'
import type { LineEvent } from '../../../../node/client/paying/line-event.ts'
import type { JobEvent } from '../../../../node/client/running/job-runner.ts'
import type { ServiceReport } from '../../../../node/client/service-level/service-report.ts'
import {
  type AttemptStory,
  afterJobEvent,
  afterLineEvent,
  type JobStory,
  storySummary,
} from '../../../../node/client/telling/job-story.ts'
import { StoryBoard } from '../../../../node/client/telling/story-board.ts'
import { MeshError } from '../../../../protocols/kernel/errors.ts'
import { type JobId, jobId, peerId } from '../../../../protocols/kernel/ids.ts'
import { credits } from '../../../../protocols/kernel/money.ts'
import { isFinal, mayFollow } from '../../../../protocols/rules/jobs/attempt-states.ts'
import { defaultTerms } from '../../../../protocols/rules/service-level/granted-terms.ts'
import { attemptOf, OPERATOR, receiptOf } from '../../../support/receipts.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'
import { hashOf, model } from '../../../support/wire-vectors/job-samples.ts'

const begun = (job = 'job'): JobStory => ({
  job: jobId(job),
  model,
  modelName: 'letters',
  latencyClass: 'standard',
  priceMax: '1000',
  deadlineMs: 60_000,
  inputs: [],
  startedAtMs: 1_000,
  state: 'running',
  attempts: [],
})
const miner = OPERATOR
const late: ServiceReport = {
  agreed: { terms: defaultTerms(credits(1)), latencyClass: 'standard', base: credits(1_000) },
  verdict: { kind: 'late', paid: credits(700), compensation: credits(0), tookMs: 2_400, met: 'economy' },
  witnesses: 3,
  evidence: { secret: hashOf('secret'), seed: hashOf('seed'), receipt: hashOf('receipt'), stamps: [['0x01', '0x02']] },
}
const trying = (word: string): JobEvent => ({
  kind: 'trying',
  attempt: attemptOf(word),
  miner,
  peer: peerId('peer'),
  offer: hashOf('offer'),
  price: credits(1_000),
})
const receipt = receiptOf('a')
const finished: JobEvent = {
  kind: 'finished',
  attempt: attemptOf('a'),
  miner,
  roundTripMs: 12,
  finished: { kind: 'finished', attempt: attemptOf('a'), outputs: [], inline: new Uint8Array(0), ...receipt },
}
const receipted: LineEvent = { kind: 'receipt', attempt: attemptOf('a'), receipt, batch: hashOf('batch') }
const signed = (...words: readonly string[]): LineEvent => ({
  kind: 'signed',
  raisedBy: credits(1_000),
  voucher: {
    cumulative: credits(5_000),
    hashBefore: hashOf('before'),
    hashAfter: hashOf('after'),
    agreements: words.map(attemptOf),
    bytes: new Uint8Array(0),
  },
})
const dispute: LineEvent = {
  kind: 'dispute',
  attempt: attemptOf('a'),
  error: new MeshError('OUTPUT_MISMATCH', { field: 'price' }),
}

type Told = JobEvent | LineEvent
const ofJob = (event: Told): event is JobEvent =>
  !['receipt', 'signed', 'voucher', 'conceded', 'dispute'].includes(event.kind)
const tell = (events: readonly Told[], from = begun()): JobStory =>
  events.reduce<JobStory>(
    (story, event, i) =>
      ofJob(event) ? afterJobEvent(story, event, i) : afterLineEvent(story, attemptOf('a'), event, i),
    from,
  )
const last = (story: JobStory): AttemptStory => story.attempts.at(-1)!

describe('a job’s story', () => {
  it('tells of the cloud that a job went to, why, and what that cost', () => {
    const asked: JobEvent = {
      kind: 'cloud-asked',
      provider: 'far',
      target: 'm',
      priceMax: credits(9),
      why: 'failovers',
    }
    const story = tell([trying('a'), asked])
    expect(story).toMatchObject({ cloud: { provider: 'far', state: 'asked', why: 'failovers', priceMax: '9' } })
    const answer = { provider: 'far', served: 'm@1', price: credits(7), tookMs: 5, isCut: true, outputs: [] }
    const answered = tell([{ kind: 'cloud-answered', ...answer }], story)
    expect(answered.cloud).toMatchObject({ state: 'answered', served: 'm@1', price: '7', tookMs: 5, isCut: true })
    expect(storySummary(answered)).toMatchObject({ cloud: 'far', price: '7', attempts: 1 })
    expect(storySummary(answered)).not.toHaveProperty('miner')
    const text = jobStoryText({ ...answered, startedAtMs: 0 }, true).replace(/ +/g, ' ')
    for (const line of ['cloud far, asked for m', '2 miners failed', 'ran m@1', 'ends at the limit of tokens']) {
      expect(text).toContain(line)
    }
    const error = new MeshError('CLOUD_OTHER_MODEL', { provider: 'far', expected: 'm', given: 'n' })
    const failed = tell([{ kind: 'cloud-failed', provider: 'far', error, mayCost: credits(9) }], story)
    expect(failed.cloud).toMatchObject({ state: 'failed', error: { code: 'CLOUD_OTHER_MODEL' } })
    expect(storySummary(failed)).toHaveProperty('miner')
    expect(tell([{ kind: 'cloud-failed', provider: 'far', error, mayCost: credits(9) }])).not.toHaveProperty('cloud')
  })

  it('goes from the offer to the voucher', () => {
    const story = tell([
      { kind: 'started', job: jobId('job') },
      trying('a'),
      { kind: 'progress', attempt: attemptOf('a'), stage: 'queued', ahead: 2, etaMs: 90 },
      { kind: 'progress', attempt: attemptOf('a'), stage: 'running', ahead: 0, etaMs: 0 },
      finished,
      receipted,
      signed('a'),
    ])
    expect(last(story)).toMatchObject({
      state: 'paid',
      price: '1000',
      roundTripMs: 12,
      waitedMs: 0.02,
      computedMs: 0.9,
      receipt: { batch: hashOf('batch'), price: '1000', outputRoot: receipt.outputRoot },
      voucher: { cumulative: '5000', agreementsHash: hashOf('after') },
    })
    expect(last(story).steps.map(({ what }) => what)).toEqual([
      'agreed',
      'queued behind 2, about 90 ms left',
      'running',
      'finished',
      'receipt checked',
      'voucher signed',
    ])
  })

  it('is paid in the end also where the voucher went ahead', () => {
    const ahead = tell([trying('a'), signed('a')])
    expect(last(ahead)).toMatchObject({ state: 'agreed', voucher: { cumulative: '5000' } })
    expect(last(tell([finished], ahead)).state).toBe('finished')
    expect(last(tell([finished, receipted], ahead)).state).toBe('paid')
  })

  it('tells of a refusal and a failure at the newest attempt at that miner', () => {
    const story = tell([
      trying('a'),
      { kind: 'refused', miner, reason: 'BUSY', detail: '2 jobs here' },
      trying('b'),
      { kind: 'failed', miner, error: new MeshError('STALLED', { peer: 'p', ms: 1 }) },
    ])
    expect(story.attempts.map(({ state }) => state)).toEqual(['refused', 'stalled'])
    expect(story.attempts[0]!.steps.at(-1)!.what).toBe('refused: BUSY (2 jobs here)')
    expect(story.attempts[1]!.error).toMatchObject({ code: 'STALLED' })
  })

  it('has nothing to tell of an attempt that never began', () => {
    expect(tell([{ kind: 'failed', miner, error: new MeshError('CANCELLED') }])).toEqual(begun())
  })

  it('tells of a dispute, with what to do about it', () => {
    expect(last(tell([trying('a'), finished, dispute]))).toMatchObject({
      state: 'disputed',
      error: { code: 'OUTPUT_MISMATCH' },
    })
  })

  it('folds the words of a long job, and keeps its first and its last ones', () => {
    const words = Array.from({ length: 100 }, (_, i): JobEvent => {
      return { kind: 'progress', attempt: attemptOf('a'), stage: 'queued', ahead: 100 - i, etaMs: 0 }
    })
    const { steps } = last(tell([trying('a'), ...words, finished]))
    expect([steps.length, steps[0]!.what, steps.at(-1)!.what]).toEqual([32, 'agreed', 'finished'])
  })

  it('moves only as attempts may', () => {
    const lost: JobEvent = { kind: 'resumed', attempt: attemptOf('a') }
    const progress: JobEvent = { kind: 'progress', attempt: attemptOf('a'), stage: 'running', ahead: 0, etaMs: 1 }
    const paths: readonly (readonly Told[])[] = [
      [progress, lost, progress, finished, receipted, signed('a')],
      [signed('a'), lost, finished, receipted],
      [progress, { kind: 'failed', miner, error: new MeshError('STREAM_LOST', { peer: 'p' }) }],
      [{ kind: 'refused', miner, reason: 'BUSY', detail: '' }],
      [finished, dispute],
    ]
    for (const path of paths) {
      let story = tell([trying('a')])
      for (const event of path) {
        const before = last(story).state
        story = tell([event], story)
        const after = last(story).state
        // With its receipt, what was paid ahead makes two steps at once.
        const steps = event.kind === 'receipt' && after === 'paid' ? ['receipted' as const, after] : [after]
        const path = [before, ...(after === before ? [] : steps)]
        for (const [i, state] of path.slice(1).entries())
          expect([path, mayFollow(path[i]!, state)]).toEqual([path, true])
      }
      expect(isFinal(last(story).state) || last(story).state === 'disputed').toBe(true)
    }
  })

  it('in one line names who ran it last, for how much, and how long it took', () => {
    const story = { ...tell([trying('a'), trying('b')]), state: 'answered' as const, endedAtMs: 1_250 }
    expect(storySummary(story)).toEqual({
      job: 'job',
      model: 'letters',
      state: 'answered',
      startedAtMs: 1_000,
      tookMs: 250,
      attempts: 2,
      miner,
      price: '1000',
    })
    expect(storySummary(begun())).not.toHaveProperty('miner')
  })
})

describe('the board of stories', () => {
  function set(earlier: readonly JobStory[] = []) {
    const clock = new ManualClock(5_000)
    const board = new StoryBoard(clock, earlier)
    return { clock, board }
  }

  it('tells what happens to a job, by its id, its attempts’ ids, and the first characters of either', () => {
    const { board } = set()
    board.begin(begun('abcdef'))
    board.begin(begun('abxyz'))
    board.job(jobId('abcdef'), trying('a'))
    board.job(jobId('abcdef'), finished)
    for (const id of ['abcdef', 'abc', attemptOf('a'), attemptOf('a').slice(0, 12)]) {
      expect(board.find(id)?.attempts[0]?.state).toBe('finished')
    }
    expect([board.find('ab'), board.find('nothing')]).toEqual([undefined, undefined])
  })

  it('follows a voucher to each attempt that it pays', () => {
    const { board } = set()
    for (const word of ['a', 'b']) {
      board.begin(begun(word))
      board.job(jobId(word), trying(word))
    }
    board.line(receipted)
    board.line(signed('a', 'b', 'of nobody'))
    expect(board.all().map((story) => last(story).voucher?.cumulative)).toEqual(['5000', '5000'])
    expect(board.all().map((story) => last(story).state)).toEqual(['paid', 'agreed'])
  })

  it('ends a story once, with the reason where there is one', () => {
    const { board } = set()
    board.begin(begun('good'))
    board.begin(begun('bad'))
    board.ended(jobId('good'))
    board.ended(jobId('bad'), new MeshError('CANCELLED'))
    board.ended(jobId('never'))
    expect(board.all()).toMatchObject([
      { state: 'answered', endedAtMs: 5_000 },
      { state: 'failed', error: { code: 'CANCELLED' } },
    ])
  })

  it('goes on with the stories of an earlier run, and hears of them', () => {
    const { board } = set([{ ...tell([trying('a'), finished]), job: 'earlier' as JobId }])
    board.line(receipted)
    expect(board.find('earlier')?.attempts[0]?.state).toBe('receipted')
  })

  it('keeps the latest five hundred, and forgets all of an older one', () => {
    const { board } = set()
    board.begin(begun('first'))
    board.job(jobId('first'), trying('a'))
    for (let i = 0; i < 500; i++) board.begin(begun(`job ${i}`))
    expect([board.all().length, board.find('first'), board.find(attemptOf('a'))]).toEqual([500, undefined, undefined])
    board.job(jobId('first'), finished)
    board.line(receipted)
    expect(board.find('first')).toBeUndefined()
  })
})

describe('the story of a hedged job', () => {
  const outrun = (paid: number): JobEvent => ({ kind: 'outrun', attempt: attemptOf('b'), miner, paid: credits(paid) })
  const raced = (last: JobEvent): readonly AttemptStory[] =>
    [trying('a'), trying('b'), finished, last].reduce((story, event) => afterJobEvent(story, event, 2_000), begun())
      .attempts

  it('says of the one that was outrun whether it was stopped or is paid', () => {
    expect(raced(outrun(0)).map(({ state }) => state)).toEqual(['finished', 'aborted'])
    expect(raced(outrun(0))[1]!.steps.at(-1)!.what).toContain('for nothing')
    expect(raced(outrun(7)).map(({ state }) => state)).toEqual(['finished', 'finished'])
    expect(raced(outrun(7))[1]!.steps.at(-1)!.what).toContain('is paid')
  })

  it('tells of a refusal to the attempt that it names, though another one of the same miner is newer', () => {
    const refused: JobEvent = { kind: 'refused', attempt: attemptOf('a'), miner, reason: 'BUSY', detail: '' }
    const { attempts } = [trying('a'), trying('b'), refused].reduce(
      (story, event) => afterJobEvent(story, event, 2_000),
      begun(),
    )
    expect(attempts.map(({ state }) => state)).toEqual(['refused', 'agreed'])
  })

  it('keeps why the miner was chosen', () => {
    const chosen = {
      reason: 'best',
      chance: 1,
      weighed: 2,
      fitting: 2,
      estimatedMs: 30,
      latencySource: 'measured',
    } as const
    const story = afterJobEvent(begun(), { ...trying('a'), chosen } as JobEvent, 2_000)
    expect(story.attempts[0]!.chosen).toEqual(chosen)
    expect(jobStoryText(story)).toMatch(
      /chosen +the best, among 2 miners, by a chance of 100.0 %; about 30 ms \(measured\), no score yet$/m,
    )
  })
})

describe('the story of a witnessed job', () => {
  const of = (report: ServiceReport): JobStory =>
    [trying('a'), finished, { kind: 'service', attempt: attemptOf('a'), miner, report } as JobEvent].reduce(
      (story, event) => afterJobEvent(story, event, 2_000),
      begun(),
    )

  it('says that it was late, by whom, what is owed for it, and keeps what shows it', () => {
    const [attempt] = of(late).attempts
    expect(attempt!.service).toEqual({
      ...{ verdict: 'late', paid: '700', compensation: '0', tookMs: 2_400, met: 'economy', witnesses: 3 },
      evidence: late.evidence,
    })
    expect(JSON.parse(JSON.stringify(attempt!.service))).toEqual(attempt!.service)
    const text = jobStoryText(of(late), true)
    expect(text).toMatch(/service {3,}late: 2400 ms by 3 witnesses, paid as the class economy; 0\.0007 owed for it/)
    expect(text).not.toContain('owed back')
  })

  it('keeps no evidence of what was as agreed, and says where nobody could tell', () => {
    const onTime = { ...late, verdict: { kind: 'on-time', paid: credits(1_000), compensation: credits(0), tookMs: 0 } }
    expect(of(onTime as ServiceReport).attempts[0]!.service).not.toHaveProperty('evidence')
    expect(jobStoryText(of(onTime as ServiceReport))).toContain('on time: under 1 ms by 3 witnesses')
    const { evidence: _, ...bare } = late
    const unknown = {
      ...bare,
      witnesses: 1,
      verdict: { kind: 'unknown', paid: credits(1_000), compensation: credits(0), heard: 1 },
    }
    expect(jobStoryText(of(unknown as ServiceReport))).toContain('one witness could tell, which is no penalty')
  })

  it('says what its miner owes for a start that never came, and that nothing enforces it', () => {
    const { evidence: _, ...bare } = late
    const verdict = { kind: 'start-timeout', paid: credits(0), compensation: credits(500) } as const
    const text = jobStoryText(of({ ...bare, verdict, witnesses: 0 }), true)
    expect(text).toMatch(/owed back {2,}0\.0005 by its terms; nothing enforces it yet/)
  })
})
