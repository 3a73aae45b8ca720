/** What happens to a job in a cloud: the job's story and the node's log tell each, for nothing goes there silently. */
import type { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Credits } from '../../../protocols/kernel/money.ts'
import type { CloudReason } from '../../../protocols/rules/venue/choose-venue.ts'
import type { TensorHeader } from '../../../protocols/wire/job/tensor.ts'

export type CloudEvent =
  | {
      readonly kind: 'cloud-asked'
      readonly provider: string
      /** What the endpoint calls the model. */
      readonly target: string
      readonly priceMax: Credits
      /** Why the job is there. */
      readonly why: CloudReason
    }
  | {
      readonly kind: 'cloud-answered'
      readonly provider: string
      /** What the endpoint says that it ran. */
      readonly served: string
      readonly price: Credits
      readonly tookMs: number
      readonly isCut: boolean
      readonly outputs: readonly TensorHeader[]
    }
  | {
      readonly kind: 'cloud-failed'
      readonly provider: string
      readonly error: MeshError
      /** What its bill may say all the same. */
      readonly mayCost: Credits
    }
