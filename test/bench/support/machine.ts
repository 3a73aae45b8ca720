/** The line without which a figure means nothing: on what it was measured. */
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'

/** `more` names versions of what is measured, for example `ethers 6.17.0`. */
export function machineLine(...more: readonly string[]): string {
  const cores = availableParallelism()
  // What else ran in the last minute takes part in every figure.
  const load = `load ${loadavg()[0]!.toFixed(1)}`
  return [
    cpus()[0]?.model.trim() ?? 'unknown processor',
    `${cores} ${cores === 1 ? 'core' : 'cores'}`,
    `${Math.round(totalmem() / 2 ** 30)} GiB`,
    `${process.platform} ${process.arch}`,
    `node ${process.version}`,
    ...more,
    load,
  ].join(', ')
}
