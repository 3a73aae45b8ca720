/** What docs/grafana/aitbc-mesh.json asks Prometheus for. */
import { readFileSync } from 'node:fs'

export interface DashboardMetric {
  /** Of the family: without the suffix of a histogram's series. */
  readonly name: string
  /** In braces and behind `by`. */
  readonly labels: readonly string[]
  readonly expr: string
}

interface Panel {
  readonly type: string
  readonly targets?: readonly { readonly expr: string }[]
  readonly panels?: readonly Panel[]
}

const FILE = new URL('../../../docs/grafana/aitbc-mesh.json', import.meta.url)

export function dashboardMetrics(): readonly DashboardMetric[] {
  const { panels } = JSON.parse(readFileSync(FILE, 'utf8')) as { readonly panels: readonly Panel[] }
  const all = panels.flatMap((panel) => [panel, ...(panel.panels ?? [])])
  return all.flatMap(({ targets = [] }) => targets.flatMap(({ expr }) => metricsOf(expr)))
}

function metricsOf(expr: string): readonly DashboardMetric[] {
  const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list]) =>
    list!.split(',').map((word) => word.trim()),
  )
  return [...expr.matchAll(/([a-zA-Z_:][a-zA-Z0-9_:]*)\{([^}]*)\}/g)].map(([, series, inBraces]) => ({
    name: series!.replace(/_bucket$/, ''),
    labels: [...inBraces!.matchAll(/([a-z_]+)(?:=~|!=|!~|=)"/g)].map(([, label]) => label!).concat(grouped),
    expr,
  }))
}
