/** What a back end sees on a recorded machine. */
import type { GpuBackend, Sighting } from '../../../node/gpu/gpu-backend.ts'
import type { Machine } from '../../../node/gpu/machine.ts'
import { RecordedMachine, type Recording } from './recorded-machine.ts'

export async function cardsOn(
  make: (machine: Machine) => GpuBackend,
  recording: Recording,
): Promise<readonly Sighting[]> {
  const finding = await make(new RecordedMachine(recording)).detect()
  if (finding.kind !== 'seen') throw new Error(finding.kind === 'absent' ? finding.why : finding.error.message)
  return finding.cards
}
