/** How long a case may take: a matter of the decoder, and not of what else the machine does or how quick its processor is. */

/** On a processor of today. */
const CASE_MS_MAX = 50
const REFERENCE_ROUNDS = 10_000_000
/** What {@link referenceMs} is there. */
const REFERENCE_MS = 25

/** Of this process alone: another one that has the processor meanwhile costs nothing. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

/** A fixed amount of arithmetic. */
function referenceMs(): number {
  const beganMs = processorMs()
  let state = 1
  for (let i = 0; i < REFERENCE_ROUNDS; i++) state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
  // Used, so that it is computed.
  if (state === 0) throw new Error('it never is after so many rounds')
  return processorMs() - beganMs
}

/** Of processor time, on this machine. */
export const caseMsMax: number = CASE_MS_MAX * Math.max(1, referenceMs() / REFERENCE_MS)
