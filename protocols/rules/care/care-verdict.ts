/** What care for the card and its owner says about work at this moment. Many watch; one verdict is obeyed. */

export const careCauses = [
  /** A sensor is hot, will be soon, or has stopped to answer. */
  'heat',
  'power',
  'battery',
  'network',
  /** The owner uses the machine. */
  'presence',
  /** A program from the owner's list runs. */
  'program',
  'schedule',
  /** The owner said so. */
  'owner',
  /** The card is gone. */
  'card',
] as const
export type CareCause = (typeof careCauses)[number]

export interface CareReason {
  readonly cause: CareCause
  /** For people, with the figure: `86 C at the core, drains from 85`. */
  readonly text: string
  /** Key of the card that it is of; absent where it is of the whole miner. */
  readonly card?: string
}

export interface CareVerdict {
  /** New jobs may begin; false withdraws the offer. */
  readonly admits: boolean
  /** 0 to 1: share of the usual work that may run at once. */
  readonly loadShare: number
  /** What runs ends now, and goes on elsewhere. */
  readonly stopsRunning: boolean
  /** Empty where nothing is held back; the gravest first. */
  readonly reasons: readonly CareReason[]
}

export const unhindered: CareVerdict = { admits: true, loadShare: 1, stopsRunning: false, reasons: [] }

/** The strictest word of each holds; reasons stand in the order in which they came. */
export const strictest = (verdicts: readonly CareVerdict[]): CareVerdict =>
  verdicts.reduce(
    (all, { admits, loadShare, stopsRunning, reasons }) => ({
      admits: all.admits && admits,
      loadShare: Math.min(all.loadShare, loadShare),
      stopsRunning: all.stopsRunning || stopsRunning,
      reasons: [...all.reasons, ...reasons],
    }),
    unhindered,
  )
