/** How long somebody may wait for blocks on top of what was sent: the longest confirmations of chains that people use, with room. */
export const REDEEM_MS_MAX: number = 60 * 60_000
