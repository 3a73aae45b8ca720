/**
 * Whether an economy job that runs is set aside for an urgent one. An engine's run cannot be paused: to set it aside is to end it,
 * and to run it again from the start. So it is done only where the urgent job would be lost without it and saved by it, the
 * economy job has time enough, and what is lost is worth less than what is won.
 */
import type { Credits } from '../../kernel/money.ts'
import type { LatencyClass } from '../pricing/latency-class.ts'

export interface PricedJob {
  readonly latencyClass: LatencyClass
  readonly dueMs: number
  /** Estimate; without one nothing can be weighed. */
  readonly serviceMs: number | undefined
  readonly price: Credits
}

export interface RunningJob extends PricedJob {
  readonly startedMs: number
  /** How often it was set aside already. */
  readonly setAside: number
}

/** A job that is set aside again and again would never end. */
const SET_ASIDE_MAX = 1
/** The estimates of the economy job's own time are kept by half of it, for it has to be met after all this. */
const RERUN_SAFETY = 1.5
/** Beyond this share of its time it soon ends by itself. */
const RAN_SHARE_MAX = 0.5

/** @param backMs until the engine is ready again after a run was ended */
export function isWorthSettingAside(running: RunningJob, urgent: PricedJob, nowMs: number, backMs: number): boolean {
  if (running.latencyClass !== 'economy' || urgent.latencyClass !== 'realtime') return false
  if (running.setAside >= SET_ASIDE_MAX || running.serviceMs === undefined || urgent.serviceMs === undefined)
    return false
  const ranMs = nowMs - running.startedMs
  if (!(ranMs <= RAN_SHARE_MAX * running.serviceMs)) return false
  const afterMs = nowMs + running.serviceMs - ranMs
  const isLost = afterMs + urgent.serviceMs > urgent.dueMs
  const savedMs = nowMs + backMs + urgent.serviceMs
  const isSaved = savedMs <= urgent.dueMs
  const hasTime = savedMs + RERUN_SAFETY * running.serviceMs <= running.dueMs
  return isLost && isSaved && hasTime && isDearer(running, running.serviceMs, urgent, ranMs + backMs)
}

/** The urgent job's price against the economy job's for the time that is lost. Microseconds keep money whole. */
function isDearer(running: RunningJob, serviceMs: number, urgent: PricedJob, lostMs: number): boolean {
  const us = (ms: number): bigint => BigInt(Math.max(1, Math.ceil(ms * 1_000)))
  return urgent.price * us(serviceMs) > running.price * us(lostMs)
}
