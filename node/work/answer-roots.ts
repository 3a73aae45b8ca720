/** Roots over the tensors of a job: at once where they are small, beside other work where they are large. */
import type { Hash32 } from '../../protocols/kernel/ids.ts'
import { type ContentDirection, contentRoot } from '../../protocols/statements/content-root.ts'
import { GrowingContent } from '../../protocols/statements/growing-content.ts'
import type { Tensor } from '../../protocols/wire/job/tensor.ts'
import type { Attempt } from './attempt.ts'
import type { JobDeskNeeds } from './desk-needs.ts'

export function rootHere(
  { domain }: Pick<JobDeskNeeds, 'domain'>,
  salt: Uint8Array,
  direction: ContentDirection,
  tensors: readonly Tensor[],
): Hash32 {
  const streams = tensors.map(({ data }) => data)
  return contentRoot(domain.crypto, salt, direction, streams)
}

export function rootOfLarge(
  { domain, leaves }: Pick<JobDeskNeeds, 'domain' | 'leaves'>,
  { run, signal }: Attempt,
  outputs: readonly Tensor[],
): Promise<Hash32> {
  const content = new GrowingContent(domain.crypto, leaves, { salt: run.salt, direction: 'out' }, signal)
  for (const [stream, { data }] of outputs.entries()) content.arrived(stream, data, data.length)
  return content.root()
}
