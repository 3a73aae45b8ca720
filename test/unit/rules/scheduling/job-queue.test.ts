import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type LatencyClass, latencyClasses } from '../../../../protocols/rules/pricing/latency-class.ts'
import {
  costMs,
  JobQueue,
  SLACK_MS_MAX,
  slackMs,
  type WaitingJob,
} from '../../../../protocols/rules/scheduling/job-queue.ts'
import '../../../support/property-seed.ts'

interface Named extends WaitingJob {
  readonly name: string
}

let count = 0
const job = (payer: string, change: Partial<Named> = {}): Named => ({
  name: `${payer}${count++}`,
  payer,
  lane: 'model',
  latencyClass: 'standard',
  readyMs: 0,
  dueMs: 3_600_000,
  serviceMs: 10,
  ...change,
})

/** Runs one job after the other; what arrives meanwhile is added in time. */
function runAll(jobs: readonly Named[]): readonly { readonly job: Named; readonly startMs: number }[] {
  const queue = new JobQueue<Named>()
  const toCome = [...jobs].sort((a, b) => a.readyMs - b.readyMs)
  const ran: { job: Named; startMs: number }[] = []
  let now = 0
  while (toCome.length > 0 || queue.size > 0) {
    if (queue.size === 0) now = Math.max(now, toCome[0]!.readyMs)
    while (toCome.length > 0 && toCome[0]!.readyMs <= now) queue.add(toCome.shift()!)
    const next = queue.take('model', now)!
    ran.push({ job: next, startMs: now })
    now += costMs(next)
    queue.settle(next, costMs(next))
  }
  return ran
}

const anyClass: fc.Arbitrary<LatencyClass> = fc.constantFrom(...latencyClasses)
const anyJob = fc
  .record({
    payer: fc.constantFrom('a', 'b', 'c', 'd'),
    latencyClass: anyClass,
    readyMs: fc.integer({ min: 0, max: 2_000 }),
    lastsMs: fc.constantFrom(0, 1, 50, 500, 5_000, 3_600_000),
    serviceMs: fc.constantFrom(0, 0.1, 3, 40, undefined),
  })
  .map(({ lastsMs, ...each }) => job(each.payer, { ...each, dueMs: each.readyMs + lastsMs }))

describe('jobs that wait at a miner', () => {
  it('of one payer go by what has to begin first: class, then deadline, then order of arrival', () => {
    const late = job('a', { latencyClass: 'economy' })
    const first = job('a')
    const second = job('a')
    const tight = job('a', { latencyClass: 'economy', dueMs: 300 })
    const urgent = job('a', { latencyClass: 'realtime' })
    const order = runAll([late, first, second, tight, urgent])
    expect(order.map(({ job }) => job)).toEqual([urgent, tight, first, second, late])
  })

  it('of one payer that sent ten thousand hold up another’s single one by one job', () => {
    const flood = Array.from({ length: 10_000 }, () => job('flood', { serviceMs: 1 }))
    const lone = job('lone', { serviceMs: 1, readyMs: 3_000 })
    const ran = runAll([...flood, lone])
    expect(ran.find(({ job }) => job === lone)!.startMs).toBeLessThanOrEqual(3_002)
  })

  it('in economy wait while others pay for haste, and go when their time has come although haste never ends', () => {
    const patient = job('patient', { latencyClass: 'economy' })
    const hasty = Array.from({ length: 2_000 }, (_, i) => job('hasty', { latencyClass: 'realtime', readyMs: i * 10 }))
    const { startMs } = runAll([patient, ...hasty]).find(({ job }) => job === patient)!
    // Its own slack, less what it was given too little of meanwhile.
    expect(startMs).toBeGreaterThan(1_000)
    expect(startMs).toBeLessThanOrEqual(SLACK_MS_MAX)
  })

  it('in economy are not starved by strangers that come without end, each with one job', () => {
    const patient = job('patient', { latencyClass: 'economy' })
    const strangers = Array.from({ length: 3_000 }, (_, i) =>
      job(`stranger ${i}`, { latencyClass: 'realtime', readyMs: i * 10 }),
    )
    const { startMs } = runAll([patient, ...strangers]).find(({ job }) => job === patient)!
    expect(startMs).toBeLessThanOrEqual(SLACK_MS_MAX + 20)
  })

  it('run each exactly once, and in the same order whenever they are the same', () => {
    fc.assert(
      fc.property(fc.array(anyJob, { maxLength: 60 }), (jobs) => {
        const ran = runAll(jobs).map(({ job }) => job.name)
        expect([...ran].sort()).toEqual(jobs.map(({ name }) => name).sort())
        expect(runAll(jobs).map(({ job }) => job.name)).toEqual(ran)
      }),
    )
  })

  it('give payers that always wait the same time of the engine, up to the slack and one job of each', () => {
    const classes = fc.array(anyClass, { minLength: 2, maxLength: 5 })
    fc.assert(
      fc.property(classes, fc.array(fc.constantFrom(1, 7, 40), { minLength: 5, maxLength: 5 }), (of, serviceMs) => {
        const jobs = of.flatMap((latencyClass, p) =>
          Array.from({ length: 3_000 }, () => job(`p${p}`, { latencyClass, serviceMs: serviceMs[p]! })),
        )
        const queue = new JobQueue<Named>()
        for (const each of jobs) queue.add(each)
        const given = new Map<string, number>(of.map((_, p) => [`p${p}`, 0]))
        const left = new Map<string, number>(of.map((_, p) => [`p${p}`, 3_000]))
        // As long as all of them still wait.
        for (let now = 0; now < 20_000 && [...left.values()].every((jobs) => jobs > 0); ) {
          const next = queue.take('model', now)!
          left.set(next.payer, left.get(next.payer)! - 1)
          given.set(next.payer, given.get(next.payer)! + costMs(next))
          now += costMs(next)
          const times = [...given.values()]
          expect(Math.max(...times) - Math.min(...times) <= SLACK_MS_MAX + 2 * 40).toBe(true)
        }
      }),
      { numRuns: 8 },
    )
  })

  it('of one class share the time to within a turn of each', () => {
    const queue = new JobQueue<Named>()
    for (const payer of ['a', 'b', 'c'])
      for (let i = 0; i < 900; i++) queue.add(job(payer, { serviceMs: payer === 'a' ? 30 : 10 }))
    const given: Record<string, number> = { a: 0, b: 0, c: 0 }
    for (let now = 0; now < 9_000; ) {
      const next = queue.take('model', now)!
      given[next.payer]! += costMs(next)
      now += costMs(next)
    }
    expect(Math.max(...Object.values(given)) - Math.min(...Object.values(given))).toBeLessThanOrEqual(3 * 30)
  })

  it('are charged what they took: who says too little gains nothing', () => {
    const queue = new JobQueue<Named>()
    for (let i = 0; i < 500; i++) queue.add(job('modest', { serviceMs: 1 }))
    for (let i = 0; i < 500; i++) queue.add(job('honest', { serviceMs: 20 }))
    const given: Record<string, number> = { modest: 0, honest: 0 }
    for (let now = 0; now < 4_000; now += 20) {
      const next = queue.take('model', now)!
      queue.settle(next, 20)
      given[next.payer]! += 20
    }
    expect(Math.abs(given.modest! - given.honest!)).toBeLessThanOrEqual(60)
  })

  it('are not favoured for time in which their payer asked for nothing', () => {
    const queue = new JobQueue<Named>()
    queue.add(job('idle'))
    queue.take('model', 0)
    for (let i = 0; i < 1_000; i++) queue.pass(job('busy', { readyMs: i * 10 }))
    for (let i = 0; i < 20; i++) {
      queue.add(job('idle', { readyMs: 10_000 }))
      queue.add(job('busy', { readyMs: 10_000 }))
    }
    const first = Array.from({ length: 20 }, (_, i) => queue.take('model', 10_000 + i * 10)!.payer)
    expect(first.filter((payer) => payer === 'busy').length).toBeGreaterThanOrEqual(8)
  })

  it('can be taken out anywhere, and leave the others as they were', () => {
    fc.assert(
      fc.property(fc.array(anyJob, { maxLength: 40 }), fc.array(fc.nat(39)), (jobs, gone) => {
        const queue = new JobQueue<Named>()
        for (const each of jobs) queue.add(each)
        const removed = new Set(gone.flatMap((i) => (jobs[i] === undefined ? [] : [jobs[i]!])))
        for (const each of removed) expect(queue.remove(each)).toBe(true)
        for (const each of removed) expect(queue.remove(each)).toBe(false)
        const left: Named[] = []
        for (let next = queue.take('model', 2_000); next !== undefined; next = queue.take('model', 2_000))
          left.push(next)
        expect(new Set(left)).toEqual(new Set(jobs.filter((each) => !removed.has(each))))
        expect([queue.size, queue.sizeOf('model'), queue.firstDueMs]).toEqual([0, 0, undefined])
      }),
    )
  })

  it('are told in the order in which they are taken, and each can be taken before its turn', () => {
    fc.assert(
      fc.property(fc.array(anyJob, { maxLength: 40 }), fc.nat(39), (jobs, which) => {
        const queue = new JobQueue<Named>()
        for (const each of jobs) queue.add(each)
        const early = jobs[which]
        if (early !== undefined) queue.takeOut(early, 2_000)
        const foretold = [...queue.inTurn('model', 2_000)]
        const taken: Named[] = []
        for (let next = queue.take('model', 2_000); next !== undefined; next = queue.take('model', 2_000))
          taken.push(next)
        expect(foretold).toEqual(taken)
        expect(taken).not.toContain(early)
        expect(taken.length).toBe(jobs.length - (early === undefined ? 0 : 1))
      }),
    )
  })

  it('are dropped when their time is over, the first of them named beforehand', () => {
    const queue = new JobQueue<Named>()
    const over = [job('a', { dueMs: 50 }), job('b', { dueMs: 0 })]
    const alive = job('a', { dueMs: 51 })
    for (const each of [...over, alive]) queue.add(each)
    expect(queue.firstDueMs).toBe(0)
    expect(new Set(queue.dropDue(50))).toEqual(new Set(over))
    expect(queue.peek('model')).toBe(alive)
    expect(queue.firstDueMs).toBe(51)
  })

  it('wait in lanes that do not hold each other up, and are charged in all of them', () => {
    const queue = new JobQueue<Named>()
    const [here, there, other] = [job('a'), job('a', { lane: 'second' }), job('b', { lane: 'second' })]
    for (const each of [here, there, other]) queue.add(each)
    expect(queue.take('model', 0)).toBe(here)
    expect(queue.take('model', 0)).toBeUndefined()
    // Its payer has had its turn in the other lane.
    expect(queue.take('second', 0)).toBe(other)
    expect(queue.take('second', 0)).toBe(there)
  })

  it('know how many are before them', () => {
    fc.assert(
      fc.property(fc.array(anyJob, { minLength: 1, maxLength: 40 }), fc.nat(39), (jobs, which) => {
        const queue = new JobQueue<Named>()
        const mine = jobs[which % jobs.length]!
        for (const each of jobs)
          queue.add({ ...each, readyMs: 0, serviceMs: 5, latencyClass: 'standard', dueMs: 3_600_000 })
        const added = { ...mine, readyMs: 0, serviceMs: 5, latencyClass: 'standard' as const, dueMs: 3_600_000 }
        const foretold = queue.aheadOf(added, 0)
        queue.add(added)
        let taken = 0
        while (queue.take('model', 0) !== added) taken++
        // Of equals, one of each other payer more or less.
        expect(Math.abs(taken - foretold)).toBeLessThanOrEqual(4)
      }),
    )
  })

  it.each([Number.NaN, -1, Number.POSITIVE_INFINITY, undefined])(
    'with a nonsensical estimate (%s) have their turn',
    (serviceMs) => {
      const [odd, plain] = [job('odd', { serviceMs }), job('plain')]
      expect(runAll([odd, plain]).map(({ job }) => job)).toEqual([odd, plain])
      expect(slackMs(odd, 0)).toBeLessThanOrEqual(SLACK_MS_MAX)
      expect(slackMs({ ...odd, dueMs: Number.NaN }, 0)).toBe(2_000)
    },
  )

  it('of strangers without end leave nothing behind that grows', () => {
    const queue = new JobQueue<Named>()
    for (let i = 0; i < 100_000; i++) {
      const each = job(`stranger ${i}`)
      queue.add(each)
      queue.take('model', i)
      queue.settle(each, 5)
    }
    expect(queue.accounts).toBeLessThan(66_000)
  })
})
