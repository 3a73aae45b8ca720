import fc from 'fast-check'
import {
  COMPONENT_MS_MAX,
  type Coordinates,
  DIMENSIONS,
  ERROR_MAX,
  HEIGHT_MS_MAX,
  HEIGHT_MS_MIN,
  ORIGIN,
} from '../../../../protocols/rules/coordinates/coordinates.ts'

const within = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true })
const component = fc.oneof(within(-300, 300), within(-COMPONENT_MS_MAX, COMPONENT_MS_MAX))

export const anyCoordinates: fc.Arbitrary<Coordinates> = fc.record({
  vectorMs: fc.array(component, { minLength: DIMENSIONS, maxLength: DIMENSIONS }),
  heightMs: fc.oneof(within(HEIGHT_MS_MIN, 20), within(HEIGHT_MS_MIN, HEIGHT_MS_MAX)),
  adjustmentMs: component,
  error: within(0, ERROR_MAX),
})

/** Where nodes of this earth are. */
export const ordinaryCoordinates: fc.Arbitrary<Coordinates> = fc.record({
  vectorMs: fc.array(within(-300, 300), { minLength: DIMENSIONS, maxLength: DIMENSIONS }),
  heightMs: within(HEIGHT_MS_MIN, 20),
  adjustmentMs: within(-20, 20),
  error: within(0, ERROR_MAX),
})

const noNumber = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300, -1e300)

/** In one place at least beyond every bound. */
export const anyNonsense: fc.Arbitrary<Coordinates> = fc.oneof(
  noNumber.map((bad) => ({ ...ORIGIN, vectorMs: ORIGIN.vectorMs.map((zero, i) => (i === 3 ? bad : zero)) })),
  noNumber.map((heightMs) => ({ ...ORIGIN, heightMs })),
  noNumber.map((adjustmentMs) => ({ ...ORIGIN, adjustmentMs })),
  fc.oneof(noNumber, fc.constantFrom(-0.1, ERROR_MAX + 0.1)).map((error) => ({ ...ORIGIN, error })),
  fc.constantFrom<Coordinates>({ ...ORIGIN, vectorMs: [] }, { ...ORIGIN, vectorMs: [0, 0, 0, 0, 0, 0, 0, 0, 0] }),
  fc.constant<Coordinates>({ ...ORIGIN, heightMs: 0 }),
)
