/** One way to see cards: a vendor's tool, the kernel's files, a graphics interface. README.md beside this file lists them all. */
import type { MeshError } from '../../protocols/kernel/errors.ts'
import type { CardFacts } from '../../protocols/rules/cards/card-facts.ts'
import type { CardReading } from '../../protocols/rules/cards/card-reading.ts'

export interface Sighting {
  readonly facts: CardFacts
  /** Where this back end can tell what the card is doing. */
  readonly reading?: CardReading
}

export type BackendFinding =
  /** What it needs is not on this machine; a reason for people, for example `nvidia-smi is not installed`. */
  | { readonly kind: 'absent'; readonly why: string }
  /** It is there and cannot be used. Says nothing about what other back ends see. */
  | { readonly kind: 'failed'; readonly error: MeshError }
  /** No card is a finding too. */
  | { readonly kind: 'seen'; readonly cards: readonly Sighting[] }

export interface GpuBackend {
  /** A word of the language in which people speak of it: `nvidia-smi`, `amdgpu`, `vulkan`. */
  readonly name: string
  /**
   * Its `read` costs about a second of a processor's core, as tools in Python do: a card that another back end can read is read by
   * that one.
   */
  readonly isCostly?: true
  /**
   * All cards with all that can be found out, within the back end's own deadline; what a tool prints wrongly is a finding, never
   * an exception.
   * @throws MeshError CANCELLED
   */
  detect(signal?: AbortSignal): Promise<BackendFinding>
  /**
   * The cards' readings by their keys, as cheaply as the tool allows; a card that is gone is absent. A back end without sensors
   * has no such method.
   * @throws MeshError CANCELLED, GPU_TOOL where the tool is gone or does not answer
   */
  read?(signal?: AbortSignal): Promise<ReadonlyMap<string, CardReading>>
  /**
   * Watts that were set as the limit of this card; its driver may enforce less for a while. A back end that sets none has no such method.
   * @throws MeshError POWER_LIMIT, CANCELLED
   */
  powerLimit?(key: string, signal?: AbortSignal): Promise<number>
  /**
   * From now on, until somebody sets another one or the driver is loaded anew; in watts, and never outside of the card's own range.
   * @throws MeshError POWER_LIMIT where it is refused, or where it was not done in time and nobody knows whether it stands; CANCELLED
   */
  setPowerLimit?(key: string, limitW: number, signal?: AbortSignal): Promise<void>
}
