/** The budgets of keys as Prometheus reads them. */
import type { KeyBudget } from './day-budgets.ts'

/** For graphs only: the token's unit as a float. Names of keys are safe as labels (named-keys.ts). */
export function budgetMetrics(keys: readonly KeyBudget[]): string {
  const gauge = (name: string, of: (key: KeyBudget) => bigint): readonly string[] => [
    `# TYPE ${name} gauge`,
    ...keys.map((key) => `${name}{key="${key.name}"} ${Number(of(key)) / 1e6}`),
  ]
  const lines = [
    ...gauge('aitbc_gateway_budget_units', ({ budget }) => budget),
    ...gauge('aitbc_gateway_reserved_units', ({ reserved }) => reserved),
    ...gauge('aitbc_gateway_spent_units', ({ spent }) => spent),
  ]
  return `${lines.join('\n')}\n`
}
