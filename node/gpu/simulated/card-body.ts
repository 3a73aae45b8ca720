/** How a card warms up and cools down: one body with a cooler, and a core that is ahead of it by what it gives off. Pure. */

export interface CardBody {
  /** Heat that warms all of it by one degree. */
  readonly joulesPerC: number
  /** What leaves it for each degree above its surroundings, with the fan at rest and at its fastest. */
  readonly wattsPerCStill: number
  readonly wattsPerCFan: number
  /** The core above the body, for each watt. */
  readonly coreCPerWatt: number
  readonly idleW: number
  readonly powerWMax: number
  /** The lowest limit that can be set. */
  readonly powerWMin: number
  /** At full power. */
  readonly coreMhz: number
  /** Of the watts above idle the part that grows straight with the clock; the rest grows with this power of it. */
  readonly linearShare: number
  readonly power: number
  /** The fan begins to turn, and is at its fastest. */
  readonly fanFromC: number
  readonly fanFullC: number
  /** From here it halves its own power, and there it is off until somebody turns it on. */
  readonly slowdownC: number
  readonly shutdownC: number
}

/** A desktop card of 300 W: 72 C at full load in a room of 25 C, half a degree a second where its fan stands still. */
export const desktopBody: CardBody = {
  joulesPerC: 600,
  wattsPerCStill: 1.2,
  wattsPerCFan: 10,
  coreCPerWatt: 0.05,
  idleW: 20,
  powerWMax: 300,
  powerWMin: 100,
  coreMhz: 2_500,
  linearShare: 0.3,
  power: 3,
  fanFromC: 45,
  fanFullC: 75,
  slowdownC: 100,
  shutdownC: 105,
}

/** Of its full power above idle, under a limit. */
export const loadUnder = ({ idleW, powerWMax }: CardBody, limitW: number): number =>
  Math.min(1, Math.max(0, (limitW - idleW) / (powerWMax - idleW)))

/** Of its full clock, under a limit. */
export function speedUnder(body: CardBody, limitW: number): number {
  const watts = loadUnder(body, limitW)
  let [low, high] = [0, 1]
  // Watts rise with the clock.
  for (let round = 0; round < HALVINGS; round++) {
    const middle = (low + high) / 2
    if (body.linearShare * middle + (1 - body.linearShare) * middle ** body.power > watts) high = middle
    else low = middle
  }
  return high
}
/** Finer than a clock is told. */
const HALVINGS = 30

export interface BodySurroundings {
  /** 0 to 1, of what the card can do. */
  readonly load: number
  readonly ambientC: number
  readonly fanWorks: boolean
}

export interface BodyState {
  /** Of the body. */
  readonly celsius: number
  readonly coreC: number
  readonly powerW: number
  /** 0 to 1. */
  readonly fan: number
  readonly slowsDown: boolean
  readonly isOff: boolean
}

export const bodyAtRest = (body: CardBody, ambientC: number): BodyState => ({
  celsius: ambientC + body.idleW / body.wattsPerCStill,
  coreC: ambientC + body.idleW / body.wattsPerCStill + body.idleW * body.coreCPerWatt,
  powerW: body.idleW,
  fan: 0,
  slowsDown: false,
  isOff: false,
})

/** Far below the time in which a cooler changes: 600 J/K over 11 W/K is a minute. */
const STEP_S_MAX = 1

/** After a time under one load. Long times are taken in small steps. */
export function bodyAfter(body: CardBody, before: BodyState, around: BodySurroundings, seconds: number): BodyState {
  const steps = Math.max(1, Math.ceil(seconds / STEP_S_MAX))
  let state = before
  for (let step = 0; step < steps; step++) state = bodyStep(body, state, around, seconds / steps)
  return state
}

function bodyStep(body: CardBody, before: BodyState, around: BodySurroundings, seconds: number): BodyState {
  const isOff = before.isOff || before.coreC >= body.shutdownC
  const slowsDown = before.coreC >= body.slowdownC
  const workW = Math.min(1, Math.max(0, around.load)) * (body.powerWMax - body.idleW) * (slowsDown ? 0.5 : 1)
  const powerW = isOff ? 0 : body.idleW + workW
  const wanted = (before.coreC - body.fanFromC) / (body.fanFullC - body.fanFromC)
  const fan = around.fanWorks && !isOff ? Math.min(1, Math.max(0, wanted)) : 0
  const wattsPerC = body.wattsPerCStill + (body.wattsPerCFan - body.wattsPerCStill) * fan
  // Exact for constant power and cooling, and so stable for any step.
  const restC = around.ambientC + powerW / wattsPerC
  const celsius = restC + (before.celsius - restC) * Math.exp((-seconds * wattsPerC) / body.joulesPerC)
  return { celsius, coreC: celsius + powerW * body.coreCPerWatt, powerW, fan, slowsDown, isOff }
}
