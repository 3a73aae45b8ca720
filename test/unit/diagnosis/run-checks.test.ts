import { describe, expect, it } from 'vitest'
import { findingText } from '../../../node/cli/node/finding-text.ts'
import { createStyles } from '../../../node/cli/screen/styles.ts'
import { type Check, type NamedFinding, ok, warn } from '../../../node/diagnosis/check.ts'
import { findingOf } from '../../../node/diagnosis/network-checks.ts'
import { runChecks } from '../../../node/diagnosis/run-checks.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

async function findings(checks: readonly Check[], clock = new ManualClock(), signal?: AbortSignal) {
  const found: NamedFinding[] = []
  for await (const finding of runChecks(checks, clock, signal)) found.push(finding)
  return found
}

const check = (name: string, run: Check['run']): Check => ({ name, run })

it('a finding on the screen moves no cursor, whatever a peer said', () => {
  const finding = { number: 1, name: 'node', state: 'fail', found: 'it said \u001b[2J', remedy: 'a\u202eb' } as const
  const text = findingText(finding, createStyles(false))
  expect(text).toContain('it said \ufffd[2J')
  expect(text).toContain('Next: a\ufffdb')
})

describe('checks of a node', () => {
  it('are numbered, and what one throws is a finding with its remedy', async () => {
    const found = await findings([
      check('first', async () => ok('fine')),
      check('second', async () => {
        throw new MeshError('DISK_FULL', { file: 'journal.sqlite' })
      }),
      check('third', async () => warn('slow', 'wait')),
    ])
    expect(found).toMatchObject([
      { number: 1, name: 'first', state: 'ok', found: 'fine' },
      { number: 2, name: 'second', state: 'fail', remedy: expect.stringMatching(/.+/) },
      { number: 3, name: 'third', state: 'warn', remedy: 'wait' },
    ])
  })

  it('go on after one that hangs', async () => {
    const clock = new ManualClock()
    const all = findings([check('hanging', () => new Promise(() => {})), check('next', async () => ok('fine'))], clock)
    await new Promise(setImmediate)
    clock.advance(30_000)
    expect(await all).toMatchObject([
      { state: 'fail', found: expect.stringContaining('the check of the hanging') },
      { state: 'ok' },
    ])
    expect(clock.pending).toBe(0)
  })

  it('end where they are cancelled', async () => {
    const stop = new AbortController()
    const all = findings([check('hanging', () => new Promise(() => {}))], new ManualClock(), stop.signal)
    await new Promise(setImmediate)
    stop.abort(new MeshError('CANCELLED'))
    await expect(all).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})

describe('the finding on bootstrap peers', () => {
  const [near, far] = [
    { address: '/a', tookMs: 12.4 },
    { address: '/b', tookMs: 80 },
  ]
  const missed = { address: '/c', why: 'no answer' }
  it('is good where all answer, a warning where some do, a failure where none does', () => {
    expect(findingOf('local', [far!, near!])).toEqual({
      state: 'ok',
      found: '2 of 2 of local answer, the nearest after 12 ms',
    })
    expect(findingOf('local', [near!, missed])).toMatchObject({
      state: 'warn',
      found: expect.stringContaining('/c: no answer'),
    })
    expect(findingOf('local', [missed])).toMatchObject({
      state: 'fail',
      found: '0 of 1 of local answer; /c: no answer',
    })
  })
})

describe('a finding for people', () => {
  it('has its number, its mark, and the next step where there is one', () => {
    const plain = createStyles(false)
    expect(findingText({ number: 3, name: 'keys', ...ok('all there') }, plain)).toBe(' 3 ✓ keys             all there')
    expect(findingText({ number: 12, name: 'ports', ...warn('one taken', 'free it') }, plain)).toBe(
      '12 ! ports            one taken\n     Next: free it',
    )
  })
})
