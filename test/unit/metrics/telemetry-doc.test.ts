import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { metricTable } from '../../../node/metrics/metric-table.ts'
import { dashboardMetrics } from '../../support/documents/dashboard.ts'
import { TELEMETRY_DOC, withMetricsTable } from '../../support/documents/metrics-table.ts'

describe('docs/telemetry.md', () => {
  it('has the metrics of the code, every one and no other', () => {
    const document = readFileSync(TELEMETRY_DOC, 'utf8')
    expect(withMetricsTable(document)).toBe(document)
    for (const name of Object.keys(metricTable)) expect(document).toContain(`| \`${name}\` `)
  })
})

describe('the dashboard', () => {
  it('asks for metrics that there are, each of them with the labels that it has', () => {
    const asked = dashboardMetrics()
    expect(asked.length).toBeGreaterThan(30)
    for (const { name, labels, expr } of asked) {
      const row = Object.entries(metricTable).find(([known]) => known === name)?.[1]
      expect(row, `${name} in ${expr}`).toBeDefined()
      const known: readonly string[] = row !== undefined && 'labels' in row ? row.labels : []
      for (const label of labels) expect([...known, 'job', 'instance', 'le'], `${label} in ${expr}`).toContain(label)
    }
  })

  it('shows every metric but the count of all events', () => {
    const shown = new Set(dashboardMetrics().map(({ name }) => name))
    const KEPT_OUT = ['aitbc_events_total', 'aitbc_known_peers_tried_total', 'aitbc_known_peers_reached_total']
    expect(
      Object.keys(metricTable)
        .filter((name) => !shown.has(name))
        .sort(),
    ).toEqual(KEPT_OUT.sort())
  })
})
