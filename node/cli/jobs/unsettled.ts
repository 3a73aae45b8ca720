/** What stands beside every amount while no chain settles it. */

export const UNSETTLED = 'UNSETTLED'

/** ` UNSETTLED`, or nothing where a chain settles. */
export const settledMark = (settles: boolean): string => (settles ? '' : ` ${UNSETTLED}`)
