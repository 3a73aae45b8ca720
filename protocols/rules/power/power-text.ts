/** Why a card has the power that it has, for people: with the figures. */

export interface PowerTextFacts {
  readonly budgetW: number
  /** By all cards together; of those that do not tell what they may. */
  readonly drawnW: number
  /** All of them tell. */
  readonly isTold: boolean
  readonly isOver: boolean
  readonly shareW: number
  readonly idleW: number
  readonly loadShare: number
  /** Where it is lower than its owner's. */
  readonly limitW?: number
  readonly isOut: boolean
  /** Its owner named a price of energy. */
  readonly isPriced?: boolean
  /** It works always or not at all. */
  readonly isWhole?: boolean
  /** Its sensor is lost since then. */
  readonly silentMs?: number
  /** It speaks again, and is not believed yet. */
  readonly isBack?: boolean
  readonly basis?: string
}

const watts = (value: number): string => `${Math.round(value)} W`

export function powerText(facts: PowerTextFacts): string {
  const {
    budgetW,
    drawnW,
    isTold,
    isOver,
    shareW,
    idleW,
    loadShare,
    limitW,
    isOut,
    isWhole,
    silentMs,
    isBack,
    isPriced,
    basis,
  } = facts
  const drawn = `${watts(drawnW)} of ${watts(budgetW)} ${isTold ? 'drawn' : 'drawn or counted'}`
  const by = basis === undefined ? '' : ` (${basis})`
  if (isOut) return `${drawn}: it rests, and its share goes to others`
  if (silentMs !== undefined) {
    const sensor =
      isBack === true ? 'it tells its power again' : `its power is not told for ${Math.round(silentMs / 1_000)} s`
    return `${sensor}: no new jobs, and ${watts(shareW)} of ${watts(budgetW)} stay counted for it`
  }
  if (loadShare === 0) {
    const worth = isPriced === true ? ', or cost more than its work brings' : ''
    const rest =
      shareW > idleW + 1
        ? 'what is left is too little for it'
        : `they go further on other cards, or are too few${worth}`
    const why = isWhole === true ? 'its runs are so long that it works always or not at all' : rest
    return isOver ? `${drawn}: off until it is less${by}` : `off under the budget of ${watts(budgetW)}: ${why}${by}`
  }
  const share = `its share is ${watts(shareW)}`
  const kept = [
    ...(limitW === undefined ? [] : [`its limit is set to ${watts(limitW)}`]),
    ...(loadShare < 1 ? [`it works ${Math.round(100 * loadShare)} % of the time`] : []),
  ]
  return `${drawn}, ${kept.length === 0 ? share : `${share}: ${kept.join(', ')}`}${by}`
}
