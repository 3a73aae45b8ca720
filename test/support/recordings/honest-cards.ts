/** What no back end may say, whatever its tool printed: figures that cannot be, and emptiness in place of silence. */
import { expect } from 'vitest'
import { type CardFacts, cardForms, cardPlatforms, cardVendors } from '../../../protocols/rules/cards/card-facts.ts'
import { type CardReading, heatSensors, throttleReasons } from '../../../protocols/rules/cards/card-reading.ts'

/** Of one card: none has 16 TiB, nor draws 10 kW, nor runs at 200 C. */
const MEMORY_BYTES_MAX = 2 ** 44
const POWER_W_MAX = 10_000
const TEMPERATURE_C_MAX = 200
const MHZ_MAX = 100_000

export function expectHonestFacts(facts: CardFacts): void {
  expect(facts.key).not.toBe('')
  expect(facts.seenBy.length).toBeGreaterThan(0)
  if (facts.vendor !== undefined) expect(cardVendors).toContain(facts.vendor)
  if (facts.form !== undefined) expect(cardForms).toContain(facts.form)
  for (const platform of Object.keys(facts.platforms)) expect(cardPlatforms).toContain(platform)
  for (const version of Object.values(facts.platforms)) if (version !== true) expectText(version)
  for (const text of [facts.name, facts.busAddress, facts.uuid, facts.driver, facts.computeCapability, facts.gfx]) {
    expectText(text)
  }
  expectWithin(facts.memoryBytes, 1, MEMORY_BYTES_MAX)
  expectWithin(facts.cores, 1, 1_000_000)
  const { powerWMin, powerWDefault, powerWMax, slowdownC, shutdownC, hotspotCMax, memoryCMax } = facts.limits
  for (const watts of [powerWMin, powerWDefault, powerWMax]) expectWithin(watts, 0, POWER_W_MAX)
  for (const heat of [slowdownC, shutdownC, hotspotCMax, memoryCMax]) expectWithin(heat, 0, TEMPERATURE_C_MAX)
  for (const margin of [facts.limits.slowdownMarginC, facts.limits.shutdownMarginC])
    expectWithin(margin, -60, TEMPERATURE_C_MAX)
  for (const { vendor, device } of facts.pci === undefined ? [] : [facts.pci]) {
    expectWithin(vendor, 0, 0xffff)
    expectWithin(device, 0, 0xffff)
  }
  for (const slice of facts.slices ?? []) {
    expectText(slice.name)
    expectText(slice.uuid)
    expectWithin(slice.memoryBytes, 1, MEMORY_BYTES_MAX)
  }
}

export function expectHonestReading(reading: CardReading): void {
  expectWithin(reading.atMs, 0, Number.MAX_SAFE_INTEGER)
  for (const [sensor, heat] of Object.entries(reading.temperaturesC)) {
    expect(heatSensors).toContain(sensor)
    expectWithin(heat, -60, TEMPERATURE_C_MAX)
  }
  expectWithin(reading.marginC, -60, TEMPERATURE_C_MAX)
  expectWithin(reading.powerW, 0, POWER_W_MAX)
  expectWithin(reading.powerLimitW, 0, POWER_W_MAX)
  expectWithin(reading.coreMhz, 0, MHZ_MAX)
  expectWithin(reading.memoryMhz, 0, MHZ_MAX)
  expectWithin(reading.utilisation, 0, 1)
  expectWithin(reading.fan, 0, 1)
  expectWithin(reading.memoryUsedBytes, 0, MEMORY_BYTES_MAX)
  expectWithin(reading.memoryFreeBytes, 0, MEMORY_BYTES_MAX)
  for (const reason of reading.throttled ?? []) expect(throttleReasons).toContain(reason)
  for (const held of reading.processes ?? []) {
    expectWithin(held.pid, 1, 2 ** 32)
    expectText(held.program)
    expectWithin(held.memoryBytes, 0, MEMORY_BYTES_MAX)
  }
}

/** Shown in terminals: no control character, no second direction of writing. */
function expectText(text: string | undefined): void {
  if (text === undefined) return
  expect(text.trim()).not.toBe('')
  expect(text).not.toMatch(/\p{Cc}|\p{Cf}|\uFFFD/u)
  expect(text).not.toMatch(/^\[?(N\/A|Not Supported|Unknown Error|ERR!|None|null|undefined|NaN)\]?$/i)
  expect(text.length).toBeLessThanOrEqual(128)
}

function expectWithin(figure: number | undefined, min: number, max: number): void {
  if (figure === undefined) return
  expect(Number.isFinite(figure)).toBe(true)
  expect(figure).toBeGreaterThanOrEqual(min)
  expect(figure).toBeLessThanOrEqual(max)
}
