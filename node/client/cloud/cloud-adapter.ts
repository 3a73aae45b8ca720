/** What a protocol of clouds has to offer: say what a job would use, and run it. */
import type { ModelId } from '../../../protocols/kernel/ids.ts'
import type { CloudUsage } from '../../../protocols/rules/venue/cloud-price.ts'
import type { Tensor, TensorSpec } from '../../../protocols/wire/job/tensor.ts'
import type { CloudModel } from './cloud-model.ts'

export interface CloudCall {
  /** Of the mesh; where the endpoint is a node of it, the version that it has to answer with. */
  readonly model: ModelId
  readonly target: CloudModel
  readonly inputs: readonly Tensor[]
  readonly signal: AbortSignal
}

export interface CloudOutcome {
  readonly outputs: readonly Tensor[]
  /** As the endpoint counts it, held to what the call may use; undefined where it counts nothing. */
  readonly usage: CloudUsage | undefined
  /** What it says that it ran. */
  readonly served: string
  /** The answer ends where the limit of its tokens was, not where the model was done. */
  readonly isCut: boolean
}

export interface CloudModelSpecs {
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
}

export interface CloudAdapter {
  /** The most that the call may use, before anything is sent. @throws MeshError CLOUD_UNMAPPED */
  usageMax(target: CloudModel, inputs: readonly Tensor[]): CloudUsage
  /** @throws MeshError CLOUD_*, LIMIT; the signal's reason */
  run(call: CloudCall): Promise<CloudOutcome>
  /** What the model takes and gives. @throws MeshError CLOUD_*; the signal's reason */
  describe(target: CloudModel, signal: AbortSignal): Promise<CloudModelSpecs>
}
