/**
 * Windows and amounts of a deployment. All are fixed in the contracts when they are made; contracts/README.md has the reasons.
 * Seconds, credits, basis points.
 */
export interface Preset {
  /** From `thaw` to `withdraw` of stake: longer than evidence, so that what is found can still be punished. */
  readonly stakeThawSeconds: bigint
  /** In which evidence is taken, and for which earnings and rewards wait. */
  readonly evidenceSeconds: bigint
  /** One bucket of earnings: a whole number of them, at most 14, is the evidence window. */
  readonly bucketSeconds: bigint
  /** From a thaw of escrow to its withdrawal, in which miners redeem. */
  readonly escrowThawSeconds: bigint
  /** From the revocation of an operator or session key to its effect. */
  readonly revokeSeconds: bigint
  /** Before a change of who may slash takes effect: longer than the thaw, so that everybody can leave first. */
  readonly moduleDelaySeconds: bigint
  readonly feeBasisPoints: bigint
  /** Of stake and earnings, for a contradiction. */
  readonly slashBasisPoints: bigint
  readonly slashMin: bigint
  /** Of a token made by the deployment; all of it goes to the deployer. */
  readonly supply: bigint
}

const DAY = 86_400n

/** Sources: EigenLayer and Nosana (thaw), Cosmos (5 % and tombstone), Filecoin (reporter's share, in the vault). */
const production: Preset = {
  stakeThawSeconds: 14n * DAY,
  evidenceSeconds: 12n * DAY,
  bucketSeconds: DAY,
  escrowThawSeconds: 3n * DAY,
  revokeSeconds: 3n * DAY,
  moduleDelaySeconds: 18n * DAY,
  feeBasisPoints: 100n,
  slashBasisPoints: 500n,
  slashMin: 10_000_000n,
  supply: 1_000_000_000_000_000n,
}

/** The same rules in minutes: for networks of one machine, demonstrations and tests. */
const local: Preset = {
  ...production,
  stakeThawSeconds: 150n,
  evidenceSeconds: 120n,
  bucketSeconds: 10n,
  escrowThawSeconds: 60n,
  revokeSeconds: 60n,
  moduleDelaySeconds: 180n,
}

export const presets: { readonly production: Preset; readonly local: Preset } = { production, local }
export type PresetName = keyof typeof presets
