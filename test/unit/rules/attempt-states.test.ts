import { describe, expect, it } from 'vitest'
import {
  type AttemptStateName,
  attemptStates,
  attemptStateTable,
  isFinal,
  mayFollow,
} from '../../../protocols/rules/jobs/attempt-states.ts'

const followers = (state: AttemptStateName): AttemptStateName[] =>
  attemptStates.filter((next) => mayFollow(state, next))

/** All that can be reached from a state, itself included. */
function reachable(from: AttemptStateName): ReadonlySet<AttemptStateName> {
  const found = new Set([from])
  for (const state of found) for (const next of followers(state)) found.add(next)
  return found
}

describe('an attempt', () => {
  it.each(attemptStates)('can get to %s from its first state', (state) => {
    expect(reachable('offered')).toContain(state)
  })

  it.each(attemptStates)('that is %s can still come to an end', (state) => {
    expect([...reachable(state)].some(isFinal)).toBe(true)
  })

  it.each(attemptStates)('that is %s has somebody who must act, or nothing is left to do', (state) => {
    const { owner } = attemptStateTable[state]
    if (isFinal(state)) expect(owner).toBe('nobody')
    if (owner !== 'nobody') expect(followers(state).length).toBeGreaterThan(0)
  })

  it.each(attemptStates)('that is %s waits for a miner no longer than its deadline', (state) => {
    const { owner, deadlineMs, otherwise } = attemptStateTable[state]
    expect(deadlineMs === undefined).toBe(otherwise === undefined)
    if (owner === 'miner') expect(deadlineMs).toBeGreaterThan(0)
  })

  it.each(attemptStates)('that is %s goes, when its deadline passes, where it may go', (state) => {
    const { otherwise } = attemptStateTable[state]
    if (otherwise !== undefined) expect(mayFollow(state, otherwise)).toBe(true)
  })

  it('never runs twice: nothing leads back to before its work began', () => {
    for (const state of ['finished', 'receipted', 'paid', 'refused', 'aborted', 'expired'] as const)
      for (const before of ['offered', 'agreed', 'started', 'streaming'] as const)
        expect(reachable(state).has(before), `${state} to ${before}`).toBe(false)
  })

  it('is paid only with a receipt', () => {
    expect(attemptStates.filter((state) => mayFollow(state, 'paid'))).toEqual(['receipted'])
  })

  it('whose receipt came late is paid after all', () => {
    expect(mayFollow('finished', 'disputed')).toBe(true)
    expect(mayFollow('disputed', 'receipted')).toBe(true)
  })

  it('does not follow itself', () => {
    for (const state of attemptStates) expect(mayFollow(state, state)).toBe(false)
  })
})
