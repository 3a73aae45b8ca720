/** What a card is doing, at one moment. What a sensor did not say, or said in a way that cannot be, is absent. */

/** `edge`: the core's own sensor, which the heat table is for. `hotspot`: AMD's junction. */
export const heatSensors = ['edge', 'hotspot', 'memory'] as const
export type HeatSensor = (typeof heatSensors)[number]

/** Why a card runs slower than it could. `idle` is none of them. */
export const throttleReasons = ['heat', 'power', 'current', 'hardware', 'software', 'sync', 'other'] as const
export type ThrottleReason = (typeof throttleReasons)[number]

/** A program that holds memory of the card. */
export interface CardProcess {
  readonly pid: number
  /** Name of its file, without the path. */
  readonly program?: string
  readonly memoryBytes?: number
}

export interface CardReading {
  /** When it was taken, on the monotonic clock. */
  readonly atMs: number
  readonly temperaturesC: Readonly<Partial<Record<HeatSensor, number>>>
  /** How far the part of the card that is nearest to its highest temperature is below it; NVIDIA's T.Limit. */
  readonly marginC?: number
  readonly powerW?: number
  readonly powerLimitW?: number
  readonly coreMhz?: number
  readonly memoryMhz?: number
  /** 0 to 1: share of the last sampling time in which the card computed. */
  readonly utilisation?: number
  readonly memoryUsedBytes?: number
  readonly memoryFreeBytes?: number
  /** 0 to 1. */
  readonly fan?: number
  /** Empty: it runs as fast as it may. */
  readonly throttled?: readonly ThrottleReason[]
  readonly processes?: readonly CardProcess[]
}
