import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { priceCommand } from '../../../node/cli/market/price-command.ts'
import { settings } from '../../../node/config/settings.ts'
import { namedPriceIs, priceStrategies } from '../../../protocols/rules/pricing/price-strategies.ts'
import { routingPolicies, weightsOf } from '../../../protocols/rules/routing/routing-policy.ts'

const textOf = (file: string): string =>
  readFileSync(resolve(import.meta.dirname, '../../..', file), 'utf8').replaceAll(/\s+/g, ' ')

describe('who chooses a strategy of price', () => {
  it.each(priceStrategies)('is told of %s by the settings, the README of the rule and the glossary', (strategy) => {
    expect(settings.priceStrategy.about).toContain(` ${strategy} `)
    expect(textOf('protocols/rules/pricing/README.md')).toContain(`\`${strategy}\``)
    expect(/\| \*\*strategy\*\* [^|]*\|[^|]*/.exec(textOf('GLOSSARY.md'))?.[0]).toContain(strategy)
  })

  it.each(priceStrategies.filter((each) => namedPriceIs[each] !== 'asked'))(
    'may say %s in place of an amount',
    (strategy) => {
      const set = priceCommand.commands?.find(({ name }) => name === 'set')
      expect(set?.about).toContain(strategy)
      expect(textOf('README.md')).toContain(`\`${strategy}\``)
    },
  )
})

describe('who chooses a policy of routing', () => {
  it.each(routingPolicies)('is told of %s, with its weights, and of what it makes of a cloud', (policy) => {
    const { price, latency, quality } = weightsOf(policy)
    const readme = textOf('protocols/rules/routing/README.md')
    expect(readme).toMatch(new RegExp(`\`${policy}\` \\(${price}, ${latency}, ${quality}[;)]`))
    expect(textOf('README.md')).toMatch(new RegExp(`\`(--policy )?${policy}\``))
    expect(textOf('docs/cloud.md')).toContain(`\`${policy}\` by `)
    expect(/`policy` \(([^)]*)\)/.exec(textOf('node/gateway/README.md'))?.[1]).toContain(policy)
  })
})
