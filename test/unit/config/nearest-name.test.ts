import { expect, test } from 'vitest'
import { nearestName } from '../../../node/config/nearest-name.ts'

const names = ['port', 'priceMax', 'basePrice', 'region', 'roles']

test.each([
  ['prot', 'port'],
  ['price-max', 'priceMax'],
  ['PRICE_MAX', 'priceMax'],
  ['baseprize', 'basePrice'],
  ['regoin', 'region'],
  ['role', 'roles'],
  ['something', undefined],
])('near %s is %s', (given, nearest) => {
  expect(nearestName(given, names)).toBe(nearest)
})

test('nothing is near a very long word, and it is soon found out', () => {
  expect(nearestName('x'.repeat(1_000_000), names)).toBeUndefined()
})
