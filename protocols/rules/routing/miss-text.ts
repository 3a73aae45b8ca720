/** What came closest, in words. */
import { formatCredits } from '../../kernel/money.ts'
import type { ClosestMiss } from './explain-loss.ts'

/** @example missText(undefined) === 'nobody was found at all' */
export function missText(miss: ClosestMiss | undefined): string {
  switch (miss?.kind) {
    case undefined:
      return 'nobody was found at all'
    case 'too slow':
      return `the quickest would take ${rounded(miss.ms)} ms (${miss.source}), and ${rounded(miss.msMax)} are allowed`
    case 'too dear':
      return `the cheapest asks for ${formatCredits(miss.price)}, and ${formatCredits(miss.priceMax)} are allowed`
  }
}

const rounded = (ms: number): string => (ms < 10 ? ms.toFixed(1) : String(Math.round(ms)))
